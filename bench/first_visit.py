"""A first visit on a bad line (400 kbit/s, 300 ms there and back), in Chromium: bytes, and seconds until one can vote.

`python -m bench.first_visit` prints the table: the phone's page, and beside it the same question as a plain Panel page.
Usable: an answer can be touched and the line to the server is open. Nothing is in the browser's cache.
"""

import os
import shutil
import statistics
import sys
import time

from playwright.sync_api import Browser, sync_playwright

from bench.served import house, served, urn
from components.rehearsal import stage

TURNS = 3
BITS_PER_SECOND = 400_000
ROUND_TRIP_MS = 300
LAUNCH = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
PHONE_READY = "() => document.querySelector('input[name=choice]') && window.heard > 0"
PANEL_READY = "() => window.Bokeh && Bokeh.documents.length && Bokeh.documents[0].is_idle"
COUNT = """(() => { const Native = window.WebSocket; window.heard = 0
  window.WebSocket = class extends Native { constructor(...a) { super(...a)
    this.addEventListener("message", () => { window.heard += 1 }) } } })()"""


def visit(browser: Browser, url: str, ready: str) -> tuple[float, float]:
    """Seconds until usable, and kilobytes received, of one first visit."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, device_scale_factor=2, is_mobile=True
    )
    page = context.new_page()
    page.add_init_script(COUNT)
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    received = [0.0]
    line.on(
        "Network.loadingFinished",
        lambda event: received.__setitem__(0, received[0] + event["encodedDataLength"]),
    )
    speed = BITS_PER_SECOND / 8
    line.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": ROUND_TRIP_MS, "downloadThroughput": speed, "uploadThroughput": speed},
    )
    since = time.monotonic()
    page.goto(url, wait_until="commit", timeout=180_000)
    page.wait_for_function(ready, timeout=180_000, polling=50)
    took = time.monotonic() - since
    context.close()
    return took, received[0] / 1000


def main() -> None:
    """Prints the table."""
    chromium = os.environ.get("CORDEE_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not chromium:
        sys.exit("bench.first_visit needs Chromium: install it or set CORDEE_CHROMIUM.")
    rows = []
    with house() as place, stage.throwaway(place.desk) as code, sync_playwright() as playwright:
        stage.open_vote(place.desk, code)
        browser = playwright.chromium.launch(executable_path=chromium, args=LAUNCH)
        with urn(place) as running:
            ours = [visit(browser, f"{running.url}/v/{code}", PHONE_READY) for _ in range(TURNS)]
        with served(["bench/plain_vote.py"], place.environ, "pages") as running:
            panel = [visit(browser, f"{running.url}/plain_vote", PANEL_READY) for _ in range(2)]
        browser.close()
    for name, seen in (("the phone's page", ours), ("plain Panel page", panel)):
        rows.append(
            (name, statistics.median(took for took, _ in seen), statistics.median(size for _, size in seen))
        )
    print(
        "| first visit, 400 kbit/s, 300 ms there and back | usable after, s | received, kB |\n|---|---|---|"
    )
    for name, took, size in rows:
        print(f"| {name} | {took:.2f} | {size:.1f} |")
    print(f"| ratio | {rows[1][1] / rows[0][1]:.0f} | {rows[1][2] / rows[0][2]:.0f} |")
    print("\nAims: usable ≤ 2 s, ≤ 30 kB.")


if __name__ == "__main__":
    main()
