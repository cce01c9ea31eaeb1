"""A page whose socket is gone comes back by itself to the same step (holoviz/panel#6584), typed text included."""

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Error, Page, expect

from components.meeting.demo import DEMO
from components.meeting.desk import Desk
from tests.browser.conftest import Server, free_port
from tests.examples import thorough
from tests.faults.proxy import Proxy

BACK_SECONDS = 10.0
LOADED_MACHINE = 3.0
"""Load average above which only the coming back is required, not its ten seconds."""
FILES = ["dashboards/console.py", "dashboards/screen.py", "dashboards/explore.py"]


@dataclass
class Evening:
    """The three pages behind a relay that can fail."""

    desk: Desk
    code: str
    proxy: Proxy
    restart: Callable[[], None]
    server: list[Server]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.proxy.port}"


@pytest.fixture(scope="module")
def evening(serve, tmp_path_factory) -> Iterator[Evening]:
    folder: Path = tmp_path_factory.mktemp("dead")
    database = f"sqlite:///{folder / 'cordee.db'}"
    desk = Desk.open(database)
    code = desk.new(DEMO.read_text(encoding="utf-8"))
    desk.act(code, "show", step="tables")
    port = free_port()
    proxy = Proxy(port)
    env = {"CORDEE_DB": database, "CORDEE_JOIN_URL": "http://192.168.1.10:5007", "BOKEH_SECRET_KEY": "essai"}
    args = ["--allow-websocket-origin", f"127.0.0.1:{proxy.port}"]
    running: list[Server] = []

    def start() -> None:
        running[:] = [serve(FILES, env=env, args=args, port=port)]

    start()
    yield Evening(desk, code, proxy, start, running)
    proxy.stop()
    desk.store.close()


def opened(context: BrowserContext, evening: Evening) -> dict[str, Page]:
    """Console, screen and explore; the last with a lever moved."""
    pages = {name: context.new_page() for name in ("console", "screen", "explore")}
    pages["console"].goto(f"{evening.url}/console?meeting={evening.code}")
    pages["screen"].goto(f"{evening.url}/screen?meeting={evening.code}")
    pages["explore"].goto(f"{evening.url}/explore")
    settled(pages)
    slider = pages["explore"].locator("input[type=range]").first
    slider.focus()
    for _ in range(3):
        slider.press("ArrowRight")
    pages["explore"].wait_for_function("() => location.search.length > 1")
    return pages


def settled(pages: dict[str, Page]) -> None:
    pages["console"].locator(".big").wait_for()
    pages["screen"].locator(".whole-screen .room").wait_for()
    pages["explore"].locator(".explore[data-painted]").wait_for()


MARK = "() => { window.beforeTheFault = true }"
FRESH = "() => !window.beforeTheFault && document.readyState === 'complete'"


def back(pages: dict[str, Page], since: float) -> float:
    """Seconds until every page was loaded anew and drawn."""
    for page in pages.values():
        page.wait_for_function(FRESH, timeout=60_000)
    settled(pages)
    return time.monotonic() - since


def alive(evening: Evening, pages: dict[str, Page]) -> None:
    """The console is heard, and the screen follows."""
    here = evening.desk.store.room(evening.code).step
    pages["console"].keyboard.press("PageDown")
    deadline = time.monotonic() + 30
    while evening.desk.store.room(evening.code).step == here:
        assert time.monotonic() < deadline, "the console is not heard"
        pages["console"].wait_for_timeout(100)
    sheet = evening.desk.snapshot(evening.code).sheet
    step = sheet.steps[sheet.index(evening.desk.store.room(evening.code).step)]
    expect(pages["screen"].locator(".whole-screen")).to_contain_text(step.title["fr"], timeout=30_000)
    evening.desk.act(evening.code, "show", step="tables")


def within(seconds: float) -> None:
    assert seconds < BACK_SECONDS or os.getloadavg()[0] > LOADED_MACHINE, f"back after {seconds:.1f} s"


@pytest.mark.parametrize("fault", ["reset", pytest.param("forgotten", marks=thorough)])
def test_pages_whose_sockets_are_lost_come_back_to_the_same_step(
    context, evening: Evening, fault: str
) -> None:
    """HTTP still answers, the sockets are gone: with an end that is told, or without a word."""
    pages = opened(context, evening)
    address = pages["explore"].url
    for page in pages.values():
        page.evaluate(MARK)
    since = time.monotonic()
    if fault == "reset":
        evening.proxy.cut()
        evening.proxy.back()
    else:
        evening.proxy.forget()
    within(back(pages, since))
    assert pages["explore"].url == address, "the levers are where they were"
    alive(evening, pages)


def test_pages_wait_for_a_killed_server_and_keep_what_was_being_typed(context, evening: Evening) -> None:
    pages = opened(context, evening)
    console = pages["console"]
    for page in pages.values():
        page.evaluate(MARK)
    presence = console.locator("[data-keep=presence]")
    presence.fill("")
    presence.press_sequentially("27")
    evening.server[0].stop(signal.SIGKILL)
    console.get_by_text("la page revient d’elle-même").wait_for()
    evening.restart()
    within(back(pages, time.monotonic()))
    expect(console.locator("[data-keep=presence]")).to_have_value("27", timeout=20_000)
    alive(evening, pages)


@thorough
def test_a_busy_server_is_waited_for_and_no_page_is_loaded_again(context, evening: Evening) -> None:
    """Stopped for six seconds, as by a laptop's sleep or by twenty pages opening: nothing is lost, nothing reloads."""
    pages = opened(context, evening)
    for page in pages.values():
        page.evaluate(MARK)
    evening.server[0].process.send_signal(signal.SIGSTOP)
    pages["screen"].wait_for_timeout(6000)
    evening.server[0].process.send_signal(signal.SIGCONT)
    alive(evening, pages)
    for name in ("console", "screen"):
        assert pages[name].evaluate("() => window.beforeTheFault") is True
        expect(pages[name].locator("#page-lost")).to_be_hidden(timeout=20_000)


def test_a_tab_that_crashed_is_opened_again_where_it_was(context, evening: Evening) -> None:
    """The browser's own process of each page is killed; its address, opened again, shows the same step and levers."""
    pages = opened(context, evening)
    addresses = {name: page.url for name, page in pages.items()}
    levers = pages["explore"].locator("input[type=range]").first.input_value()
    for page in pages.values():
        with page.expect_event("crash"), contextlib.suppress(Error):
            page.goto("chrome://crash")
        page.close()
    since = time.monotonic()
    again = {name: context.new_page() for name in addresses}
    for name, page in again.items():
        page.goto(addresses[name])
    settled(again)
    within(time.monotonic() - since)
    assert again["explore"].locator("input[type=range]").first.input_value() == levers
    alive(evening, again)
