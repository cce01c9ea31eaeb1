"""How long from a slider's move to the repaint of map, curves and figures, in Chromium.

`python -m bench.slider` serves the page of scenarios and, beside it, the same thing made with Panel's own slider and
Bokeh patches (`plain_slider.py`), moves a slider 60 times in each, one move after the other's repaint, and prints a
markdown table. A repaint is counted when the frame after the last change of the page has been drawn: of the map, then
of curves and figures too. Then it drags: 30 moves a second for three seconds, and says how many were computed, how
late a repaint ever was, and whether the last position was the one painted last.
"""

import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
MOVES = 60
AIM_MAP, AIM_ALL = 20.0, 50.0
AIM_BYTES = 10_000
DRAG = 90  # moves, 30 a second
LAUNCH = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]

# Both return the milliseconds of one move. `presented` resolves after the frame in which it is called has been drawn:
# our page changes its drawing inside an animation frame, Bokeh asks for one when its data has changed.
PRESENTED = """const presented = () => new Promise((done) => {
  const channel = new MessageChannel()
  channel.port1.onmessage = () => done(performance.now())
  channel.port2.postMessage(0)
})
"""
OURS = (
    "async (value) => {"
    + PRESENTED
    + """
  const root = window.exploreRoot
  const range = root.querySelector("input[type=range][data-lever=km_per_person]")
  const changed = (name) => new Promise((done) => {
    const watch = new MutationObserver(() => { watch.disconnect(); done(presented()) })
    watch.observe(root, { attributes: true, attributeFilter: [name] })
  })
  const [map, all] = [changed("data-mapped"), changed("data-painted")]
  const start = performance.now()
  range.value = value
  range.dispatchEvent(new Event("input"))
  return [(await map) - start, (await all) - start]
}"""
)
DRAGGED = """async (moves) => {
  const root = window.exploreRoot
  const range = root.querySelector("input[type=range][data-lever=km_per_person]")
  let [painted, latest, late] = [0, 0, 0]
  const watch = new MutationObserver(() => { painted += 1; late = Math.max(late, performance.now() - latest) })
  watch.observe(root, { attributes: true, attributeFilter: ["data-painted"] })
  for (let n = 1; n <= moves; n += 1) {
    latest = performance.now()
    range.value = -(n * 7 % 29) - 1
    range.dispatchEvent(new Event("input"))
    await new Promise((done) => setTimeout(done, 1000 / 30))
  }
  await new Promise((done) => setTimeout(done, 500))
  watch.disconnect()
  return [painted, late, range.value, root.querySelector(".result-change").textContent]
}"""
PLAIN = (
    "async (value) => {"
    + PRESENTED
    + """
  const page = Bokeh.documents[0]
  const slider = [...page._all_models.values()].find((m) => m.type === "Slider" || m.type.endsWith("FloatSlider"))
  const areas = page.get_model_by_name("areas")
  const patched = new Promise((done) => {
    const slot = () => { areas.patching.disconnect(slot); done() }
    areas.patching.connect(slot)
  })
  const start = performance.now()
  slider.value = value
  await patched
  await new Promise(requestAnimationFrame)
  return (await presented()) - start
}"""
)
FIND_ROOT = """() => { const walk = (node) => { for (const el of node.querySelectorAll("*")) {
  if (el.classList.contains("explore")) return el
  if (el.shadowRoot) { const found = walk(el.shadowRoot); if (found) return found } } return null }
  window.exploreRoot = walk(document); return Boolean(window.exploreRoot) }"""


@contextmanager
def served() -> Iterator[str]:
    """Both pages on a free port, for as long as the block lasts."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "panel",
        "serve",
        "dashboards/explore.py",
        "bench/plain_slider.py",
        "--port",
        str(port),
        "--address",
        "127.0.0.1",
        "--allow-websocket-origin",
        f"127.0.0.1:{port}",
    ]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(
        command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
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


def measured(page: Page, script: str) -> tuple[list[list[float]], float]:
    """Milliseconds of each move (map, all) and mean bytes received a move, after a few moves that are not counted."""
    values = [-(n * 7 % 29) - 1 for n in range(MOVES + 5)]
    times: list[list[float]] = []
    before = 0
    for n, value in enumerate(values):
        if n == 5:
            before = page.evaluate("window.received || 0")
        found = page.evaluate(script, value)
        times.append(found if isinstance(found, list) else [found, found])
        page.wait_for_timeout(60)
    total = page.evaluate("window.received || 0") - before
    return times[5:], total / MOVES


COUNT_BYTES = """(() => { const Native = window.WebSocket; window.received = 0
  window.WebSocket = class extends Native { constructor(...a) { super(...a)
    this.addEventListener("message", (e) => { window.received += e.data.length || e.data.byteLength || 0 }) } } })()"""


def row(name: str, times: list[list[float]], size: float) -> str:
    cells = []
    for part in (0, 1):
        ordered = sorted(time[part] for time in times)
        cells.append(f"{statistics.median(ordered):.0f} / {ordered[int(0.95 * (len(ordered) - 1))]:.0f}")
    return f"| {name} | {cells[0]} | {cells[1]} | {size / 1000:.1f} k |"


def main() -> None:
    chromium = os.environ.get("CORDEE_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not chromium:
        sys.exit("bench.slider needs Chromium: install it or set CORDEE_CHROMIUM.")
    with served() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=LAUNCH)
        rows, dragged = [], ""
        for name, path, ready, script in (
            ("page of scenarios (one message, SVG)", "/explore", FIND_ROOT, OURS),
            (
                "Panel FloatSlider, Bokeh patches, default debounce",
                "/plain_slider",
                "() => window.Bokeh && Bokeh.documents.length && Bokeh.documents[0].is_idle",
                PLAIN,
            ),
        ):
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            page.add_init_script(COUNT_BYTES)
            page.goto(url + path)
            page.wait_for_function(ready)
            page.wait_for_timeout(1000)
            rows.append(row(name, *measured(page, script)))
            if script is OURS:
                painted, late, last, told = page.evaluate(DRAGGED, DRAG)
                rate = f"{DRAG} moves at 30 a second: {painted} painted, at most {late:.0f} ms late"
                dragged = f"{rate}; last {last}: {told}"
            page.close()
        browser.close()
    print(
        f"| slider → repaint, {MOVES} moves | map p50 / p95 ms | all p50 / p95 ms | bytes a move |\n|---|---|---|---|"
    )
    print("\n".join(rows))
    print(f"\nAims: map p95 ≤ {AIM_MAP:.0f} ms, all ≤ {AIM_ALL:.0f} ms, ≤ {AIM_BYTES / 1000:.0f} kB a move.")
    print(dragged)


if __name__ == "__main__":
    main()
