"""What every browser test shares: one Chromium, served pages on free ports, a watch on foreign requests, axe.

Nothing here skips: a machine without Chromium fails with a sentence that says what to install.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
LAUNCH = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LOCAL = {"127.0.0.1", "localhost"}


def chromium_path() -> str:
    """The system's Chromium, or the one named by CORDEE_CHROMIUM; fails (never skips) when there is none."""
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    found = os.environ.get("CORDEE_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if not found:
        pytest.fail(
            "Browser tests need Chromium: apt-get install chromium, or set CORDEE_CHROMIUM to its path."
        )
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """A `panel serve` process of ours: `url` without a trailing slash, `log()` what it has written so far."""

    url: str
    port: int
    process: subprocess.Popen[bytes]
    log_path: Path

    def log(self) -> str:
        return self.log_path.read_text(encoding="utf-8", errors="replace")

    def stop(self, sign: int = signal.SIGTERM) -> None:
        if self.process.poll() is None:
            self.process.send_signal(sign)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(10)


def start_server(
    files: Sequence[str | Path],
    env: Mapping[str, str] | None = None,
    args: Sequence[str] = (),
    port: int | None = None,
) -> Server:
    """`panel serve FILES` from the project's root on a free port; returns once it answers."""
    port = port or free_port()
    log_path = Path(tempfile.mkstemp(prefix="cordee-serve-", suffix=".log")[1])
    command = [
        sys.executable,
        "-m",
        "panel",
        "serve",
        *map(str, files),
        "--port",
        str(port),
        "--address",
        "127.0.0.1",
        "--allow-websocket-origin",
        f"127.0.0.1:{port}",
        *args,
    ]
    with log_path.open("wb") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, **(env or {})}, stdout=log, stderr=log
        )
    server = Server(f"http://127.0.0.1:{port}", port, process, log_path)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if process.poll() is not None:
            pytest.fail(f"panel serve ended at once:\n{server.log()}")
        try:
            urllib.request.urlopen(server.url + "/static/js/bokeh.min.js", timeout=2).read(1)
            return server
        except urllib.error.HTTPError:
            return server
        except OSError:
            time.sleep(0.1)
    server.stop()
    pytest.fail(f"panel serve did not answer within 60 s:\n{server.log()}")


@pytest.fixture(scope="module")
def serve() -> Iterator[Callable[..., Server]]:
    """`serve(files, env=None, args=(), port=None) -> Server`; all are stopped at the end of the file's tests."""
    started: list[Server] = []

    def _serve(
        files: Sequence[str | Path],
        env: Mapping[str, str] | None = None,
        args: Sequence[str] = (),
        port: int | None = None,
    ) -> Server:
        server = start_server(files, env, args, port)
        started.append(server)
        return server

    yield _serve
    for server in started:
        server.stop()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Chromium, launched once for the whole run."""
    launched = playwright.chromium.launch(executable_path=chromium_path(), args=LAUNCH)
    yield launched
    launched.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 1280, "height": 800}, locale="fr-FR")
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A fresh page in a fresh context (nothing remembered from another test)."""
    return context.new_page()


@pytest.fixture
def foreign_requests(context: BrowserContext) -> list[str]:
    """Addresses asked of any other host by the pages of `context`; stays empty when all is well."""
    asked: list[str] = []

    def note(request) -> None:  # type: ignore[no-untyped-def]
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in LOCAL:
            asked.append(request.url)

    context.on("request", note)
    return asked


@pytest.fixture
def axe() -> Callable[[Page], list[str]]:
    """`axe(page)` → one line per violation of WCAG 2.1 A/AA or axe's good practices; empty when all is well."""

    def run(page: Page) -> list[str]:
        found = Axe().run(page).response["violations"]
        return [
            f"{v['id']}: {v['help']} — " + " | ".join(str(n["target"]) for n in v["nodes"][:4]) for v in found
        ]

    return run
