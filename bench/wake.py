"""How long from a facilitator's key to what the room sees, in Chromium.

`python -m bench.wake` serves the console and the screen on a store of its own, opens one console and several screens,
and measures: a key on the console until every screen has drawn it; a slider's drag until a screen has redrawn; a
ballot committed by another process until a shown result has grown. Prints a markdown table.
"""

import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from components.meeting.demo import DEMO
from components.meeting.desk import Desk
from components.meeting.store import Cast

ROOT = Path(__file__).resolve().parents[1]
LAUNCH = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
SCREENS = 3
TURNS = 40
AIM = 300.0

# The moment, on the clock all tabs share, at which a change of the drawing has been on screen for one frame.
WATCH = """() => {
  const find = (root) => {
    for (const e of root.querySelectorAll("*")) {
      if (e.classList.contains("whole-screen")) return e
      const inside = e.shadowRoot && find(e.shadowRoot)
      if (inside) return inside
    }
  }
  window.painted = 0
  new MutationObserver(() => requestAnimationFrame(() => setTimeout(() => {
    window.painted = performance.timeOrigin + performance.now()
  }))).observe(find(document), { subtree: true, childList: true, attributes: true, characterData: true })
}"""
NOW = "() => performance.timeOrigin + performance.now()"
STAMP = """() => addEventListener("keydown", () => { window.pressed = performance.timeOrigin + performance.now() },
  { capture: true })"""


@contextmanager
def served(database: str) -> Iterator[str]:
    """The two pages on a free port, until the end of the block; gives their address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "panel", "serve", "dashboards/console.py", "dashboards/screen.py"]
    command += [
        "--port",
        str(port),
        "--address",
        "127.0.0.1",
        "--allow-websocket-origin",
        f"127.0.0.1:{port}",
    ]
    env = {
        **os.environ,
        "CORDEE_DB": database,
        "CORDEE_JOIN_URL": "http://192.168.1.10:5007",
        "BOKEH_RESOURCES": "server",
    }
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=quiet, stderr=quiet)
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"{url}/static/js/bokeh.min.js", timeout=2).close()
                break
            except urllib.error.HTTPError:
                break
            except OSError:
                time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        process.wait(10)


def slowest(screens: list[Page], since: float) -> float:
    """Milliseconds until the last of the screens had drawn what happened at `since`; raises on none in 5 s."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        screens[0].wait_for_timeout(40)
        painted = [float(screen.evaluate("window.painted")) for screen in screens]
        if all(moment > since for moment in painted):
            return max(painted) - since
    raise TimeoutError("a screen has not followed")


def measured(turn: Callable[[int], tuple[float, list[Page]]]) -> list[float]:
    """Milliseconds of each turn, after a few that are not counted."""
    times = []
    for n in range(TURNS + 3):
        since, screens = turn(n)
        times.append(slowest(screens, since))
        screens[0].wait_for_timeout(400)  # the movement of a bar is over before the next turn
    return times[3:]


def row(name: str, times: list[float]) -> str:
    ordered = sorted(times)
    return f"| {name} | {statistics.median(times):.0f} | {ordered[int(0.95 * (len(ordered) - 1))]:.0f} |"


def main() -> None:
    chromium = os.environ.get("CORDEE_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not chromium:
        sys.exit("bench.wake needs Chromium: install it or set CORDEE_CHROMIUM.")
    with tempfile.TemporaryDirectory() as folder:
        database = f"sqlite:///{folder}/cordee.db"
        desk = Desk.open(database)
        code = desk.new(DEMO.read_text(encoding="utf-8"))
        with served(database) as url, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=LAUNCH)
            rows = timed(desk, code, browser.new_page, url)
            browser.close()
        desk.store.close()
    print(f"| one console, {SCREENS} screens, {TURNS} turns | p50 ms | p95 ms |\n|---|---|---|")
    print("\n".join(rows))
    print(f"\nAim: under {AIM:.0f} ms.")


def timed(desk: Desk, code: str, new_page: Callable[..., Page], url: str) -> list[str]:
    """The rows of the table."""
    console = new_page(viewport={"width": 1366, "height": 768})
    console.goto(f"{url}/console?meeting={code}")
    console.locator(".big").wait_for()
    console.evaluate(STAMP)
    screens = []
    for _ in range(SCREENS):
        screen = new_page(viewport={"width": 1024, "height": 768})
        screen.goto(f"{url}/screen?meeting={code}")
        screen.locator(".whole-screen .room").wait_for()
        screen.evaluate(WATCH)
        screens.append(screen)

    def key(n: int) -> tuple[float, list[Page]]:
        console.keyboard.press("n")
        return float(console.evaluate("window.pressed")), screens

    def ballot(n: int) -> tuple[float, list[Page]]:
        desk.store.cast([Cast(code, "dabord-avant", f"voter{n}", ("besoins",))])
        return float(screens[0].evaluate(NOW)), screens

    slider = console.locator("input[type=range][data-lever=km_per_person]")

    def drag(n: int) -> tuple[float, list[Page]]:
        return float(slider.evaluate(DRAG, -(n * 7 % 29) - 1)), screens

    desk.act(code, "show", step="tables")
    console.wait_for_timeout(1500)
    rows = [row("a key on the console → all screens", measured(key))]
    desk.act(code, "show", step="avis-avant")
    desk.act(code, "open")
    desk.act(code, "reveal")
    desk.store.cast([Cast(code, "dabord-avant", f"first{n}", ("local",)) for n in range(10)])
    console.wait_for_timeout(1500)
    rows.append(row("a ballot of another process → bars on all screens", measured(ballot)))
    desk.act(code, "close")
    desk.act(code, "show", step="curseurs")
    slider.wait_for()
    console.wait_for_timeout(1500)
    rows.append(row("a slider's drag → map and curves on all screens", measured(drag)))
    return rows


DRAG = """(range, value) => {
  const since = performance.timeOrigin + performance.now()
  range.value = value
  range.dispatchEvent(new Event("input", { bubbles: true }))
  return since
}"""


if __name__ == "__main__":
    main()
