"""A real urn (`panel serve`) with the helpers' addresses, which can be killed and started again on the same store."""

import signal
from pathlib import Path

import httpx

from components.access.helper import helper_pin
from components.access.store import Settings
from components.meeting.desk import Desk
from components.meeting.keys import KeyRing
from components.meeting.store import Store
from tests.browser.conftest import ROOT, Server, free_port, start_server

MODULES = ("tables", "counting", "phone", "access")
PLUGINS = [word for name in MODULES for word in ("--plugins", f"components.{name}.handlers")]
AUTH = ("--auth-module", str(ROOT / "components" / "command" / "auth.py"))


class Urn:
    """The process, and the facilitator's desk beside it."""

    def __init__(self, folder: Path) -> None:
        database = f"sqlite:///{folder / 'urn.db'}"
        self.environ = {
            "CORDEE_DB": database,
            "CORDEE_KEYS": str(folder / "keys"),
            "CORDEE_ROLE": "urn",
            "BOKEH_COOKIE_SECRET": "c" * 32,
        }
        self.desk = Desk(Store(database), KeyRing(folder / "keys"))
        self.settings = Settings(database)
        self.settings.prepare()
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.server: Server | None = None
        self.start()

    def start(self) -> None:
        pages = [ROOT / "dashboards" / "urn.py"]
        self.server = start_server(pages, self.environ, [*PLUGINS, *AUTH], self.port)

    def kill(self) -> None:
        assert self.server is not None
        self.server.stop(signal.SIGKILL)

    def pin(self, code: str) -> str:
        return str(helper_pin(self.desk, code, self.settings))

    def cookies(self, code: str) -> httpx.Cookies:
        """Those of a helper who came in with the code."""
        form = {"meeting": code, "pin": self.pin(code)}
        answer = httpx.post(f"{self.url}/login?meeting={code}&next=/tables/{code}", data=form, timeout=30)
        assert answer.status_code == 303, answer.text
        return answer.cookies
