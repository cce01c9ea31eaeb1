"""A pages server (or an urn) of ours with small pages behind the real doors, and a client that follows nothing."""

import http.client
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from websockets.sync.client import ClientConnection, connect

from components.access import door
from components.access.badge import COOKIE
from components.access.store import Settings
from tests.command.house import ROOT, free_port, until

RIGHT = "cairn torrent brume loutre 42"
KEY = "c" * 32
PAGE = "import panel as pn\npn.pane.HTML('<p>inside {0}</p>').servable()\n"


@dataclass
class Site:
    port: int
    settings: Settings
    url: str
    log: Path

    def ask(
        self, method: str, path: str, fields: dict[str, str] | None = None, **headers: str
    ) -> tuple[int, dict[str, str], str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        body = urlencode(fields) if fields is not None else None
        if body is not None:
            headers = {"Content-Type": "application/x-www-form-urlencoded", **headers}
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.putrequest(method, path, skip_host="Host" in sent)
        for name, value in sent.items():
            connection.putheader(name, value)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body.encode() if body is not None else None)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, text

    def sign_in(self, text: str = RIGHT, role: str = "facilitator") -> str:
        """The cookie of a browser where the passphrase was given."""
        fields = {"passphrase": text, "role": role}
        found: list[str] = []

        def given() -> bool:
            status, headers, _ = self.ask("POST", "/login", fields)
            found.append(headers.get("set-cookie", "").partition(";")[0])
            return status == 303

        assert until(given, 40)
        return found[-1]

    def token(self, cookie: str, path: str = "/console") -> str:
        page = self.ask("GET", path, Cookie=cookie)[2]
        found = re.search(r'"token":"([^"]+)"', page)
        assert found
        return found[1]

    def socket(
        self, cookie: str, path: str = "/console", origin: str = "", token: str = "", **headers: str
    ) -> ClientConnection:
        return connect(
            f"ws://127.0.0.1:{self.port}{path}/ws",
            origin=origin or f"http://127.0.0.1:{self.port}",  # type: ignore[arg-type]
            subprotocols=["bokeh", token or self.token(cookie, path)],  # type: ignore[list-item]
            additional_headers={**({"Cookie": cookie} if cookie else {}), **headers},
        )


@contextmanager
def running(
    folder: Path, pages: tuple[str, ...], options: tuple[str, ...] = (), environ: dict[str, str] | None = None
) -> Iterator[Site]:
    """A server of `pages` until the end of the block, with the facilitator's passphrase RIGHT."""
    for name in pages:
        (folder / f"{name}.py").write_text(PAGE.format(name))
    url = f"sqlite:///{folder / 'store.db'}"
    settings = Settings(url)
    settings.prepare()
    door.set_passphrase(settings, RIGHT)
    port = free_port()
    command = [
        *(sys.executable, "-m", "panel", "serve", *(str(folder / f"{name}.py") for name in pages)),
        *("--port", str(port), "--address", "127.0.0.1", "--plugins", "components.access.handlers"),
        *("--session-ids", "signed", "--log-level", "error", *options),
        *(
            "--allow-websocket-origin",
            f"127.0.0.1:{port}",
            "--allow-websocket-origin",
            f"cordee.example:{port}",
        ),
        *("--exclude-headers", "Cookie", "--exclude-cookies", COOKIE),
    ]
    env = {
        **os.environ,
        "CORDEE_DB": url,
        "CORDEE_KEYS": str(folder / "keys"),
        "BOKEH_SECRET_KEY": "s" * 32,
        "BOKEH_COOKIE_SECRET": KEY,
        **(environ or {}),
    }
    log = folder / "log"
    with open(log, "w") as out:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=out, stderr=out)
    site = Site(port, settings, url, log)

    def answers() -> bool:
        try:
            return site.ask("GET", "/login")[0] == 200
        except OSError:
            return False

    try:
        assert until(answers, 60), log.read_text()
        yield site
    finally:
        process.kill()
        process.wait()


PAGES_OPTIONS = ("--auth-module", str(ROOT / "components" / "access" / "auth.py"))
URN_OPTIONS = ("--auth-module", str(ROOT / "components" / "command" / "auth.py"))
