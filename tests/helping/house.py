"""An urn with the helpers' addresses, served in a thread; whoever sends « helper=yes » is signed in."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import tornado.httpserver
import tornado.netutil
import tornado.web

from components.counting.handlers import PATHS as COUNTING
from components.meeting.desk import Desk
from components.meeting.keys import KeyRing
from components.meeting.store import Store
from components.phone.handlers import routes
from components.phone.urn import Urn
from components.tables.handlers import PATHS as TABLES

HELPER = {"Cookie": "helper=yes"}


def signed_in(request: Any, role: str, meeting: str) -> bool:
    return role == "rapporteur" and request.headers.get("Cookie") == HELPER["Cookie"]


class Kitchen:
    """A served urn, the facilitator's desk beside it, and requests to it."""

    def __init__(self, folder: Path, sheet: str) -> None:
        database = f"sqlite:///{folder / 'urn.db'}"
        self.desk = Desk(Store(database), KeyRing(folder / "keys"))
        self.code = self.desk.new(sheet)
        self.urn = Urn(Desk(Store(database), KeyRing(folder / "keys"))).start()
        self.loop = asyncio.new_event_loop()
        self._up = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        assert self._up.wait(10)

    def _serve(self) -> None:
        asyncio.set_event_loop(self.loop)

        async def start() -> None:
            sockets = tornado.netutil.bind_sockets(0, "127.0.0.1")
            self.url = f"http://127.0.0.1:{sockets[0].getsockname()[1]}"
            ours = [
                (path, kind, {"urn": self.urn.attach, "allowed": signed_in})
                for path, kind in TABLES + COUNTING
            ]
            application = tornado.web.Application([*ours, *routes(self.urn.attach)])
            tornado.httpserver.HTTPServer(application).add_sockets(sockets)

        self.loop.run_until_complete(start())
        self._up.set()
        self.loop.run_forever()

    def stop(self) -> None:
        self.urn.stop()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(5)
        self.desk.store.close()
        self.urn.desk.store.close()

    def act(self, name: str, **arguments: Any) -> None:
        self.desk.act(self.code, name, **arguments)

    def address(self, area: str) -> str:
        return f"{self.url}/api/v1/meetings/{self.code}/{area}"

    def get(self, area: str, **query: Any) -> httpx.Response:
        return httpx.get(self.address(area), params=query, headers=HELPER, timeout=30)

    def post(self, area: str, **body: Any) -> httpx.Response:
        return httpx.post(self.address(area), json=body, headers=HELPER, timeout=30)


@contextmanager
def kitchen(folder: Path, sheet: str) -> Iterator[Kitchen]:
    made = Kitchen(folder, sheet)
    try:
        yield made
    finally:
        made.stop()
