"""An urn of its own for each test: a real server on a free port, in a thread, over a store in a folder of its own."""

import asyncio
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import tornado.netutil
import tornado.web
from websockets.sync.client import ClientConnection, connect

from components.meeting.desk import Desk
from components.meeting.keys import KeyRing
from components.meeting.store import Store
from components.phone.fast import handlers as fast
from components.phone.handlers import routes
from components.phone.limits import SERVER_OPTIONS
from components.phone.urn import Urn
from tests.examples import thorough

SHEET = (Path(__file__).parent / "sheet.yaml").read_text(encoding="utf-8")


class House:
    """A served urn. `act` gives commands as the console would, from a desk (and store) of its own."""

    def __init__(self, folder: Path, sheet: str = SHEET) -> None:
        self.database = f"sqlite:///{folder / 'urn.db'}"
        self.keys = KeyRing(folder / "keys")
        self.desk = Desk(Store(self.database, checkpoint=True), self.keys)
        self.console = Desk(Store(self.database), self.keys)
        self.code = self.console.new(sheet)
        self.urn = Urn(self.desk).start()
        self.loop = asyncio.new_event_loop()
        self._up = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        assert self._up.wait(10)

    def _serve(self) -> None:
        asyncio.set_event_loop(self.loop)

        async def start() -> None:
            sockets = tornado.netutil.bind_sockets(0, "127.0.0.1", backlog=4096)
            self.port = sockets[0].getsockname()[1]
            self.server = fast.UrnServer(
                tornado.web.Application(routes(self.urn.attach)), urn=self.urn.attach, **SERVER_OPTIONS
            )
            self.server.add_sockets(sockets)

        self.loop.run_until_complete(start())
        self._up.set()
        self.loop.run_forever()

    def stop(self) -> None:
        self.urn.stop()
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(5)
        self.desk.store.close()
        self.console.store.close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def api(self) -> str:
        return f"{self.url}/api/v1/meetings/{self.code}"

    @property
    def page(self) -> str:
        return f"{self.url}/v/{self.code}"

    def act(self, *commands: str | tuple[str, dict[str, Any]]) -> None:
        for command in commands:
            name, arguments = (command, {}) if isinstance(command, str) else command
            self.console.act(self.code, name, **arguments)

    def ask(self, question: str = "un") -> str:
        """Open the vote of the step of that name; returns the poll."""
        self.act(("show", {"step": question}), "open")
        poll = self.console.store.room(self.code).open_poll
        assert poll is not None
        return poll.id

    def join(self) -> str:
        return str(httpx.post(f"{self.api}/join").json()["token"])

    def vote(
        self, token: str, poll: str, choice: Any, sequence: int | None = None, **more: Any
    ) -> httpx.Response:
        body = {"poll": poll, "choice": choice, "sequence": sequence, **more}
        return httpx.post(f"{self.api}/ballot", json=body, headers={"Authorization": f"Bearer {token}"})

    def counts(self, poll: str) -> dict[tuple[str, ...], int]:
        return dict(self.console.store.phone_counts(self.code, poll))

    def socket(self, token: str | None = None, query: str = "") -> "Talk":
        headers = {"Cookie": f"cordee_{self.code}={token}"} if token else {}
        address = f"ws://127.0.0.1:{self.port}/v/{self.code}/ws{query}"
        return Talk(connect(address, additional_headers=headers, open_timeout=5, legacy=True))


class Talk:
    """A socket that speaks JSON and keeps everything it was told."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.heard: list[str] = []

    def say(self, **message: Any) -> None:
        self.connection.send(json.dumps(message))

    def hear(self, kind: str, timeout: float = 5) -> dict[str, Any]:
        """The next message of this kind."""
        while True:
            text = self.connection.recv(timeout=timeout)
            self.heard.append(text if isinstance(text, str) else text.decode())
            message = json.loads(text)
            if message["type"] == kind:
                return dict(message)

    def silent(self, seconds: float) -> bool:
        try:
            self.heard.append(str(self.connection.recv(timeout=seconds)))
        except TimeoutError:
            return True
        return False

    def close(self) -> None:
        self.connection.close()


@pytest.fixture(params=["fast path", pytest.param("Tornado alone", marks=thorough)])
def either_way(request, monkeypatch) -> str:
    """Ask for it before `house`: the test runs at an urn with the fast path, then at one without."""
    if request.param == "Tornado alone":
        monkeypatch.setattr(fast, "TRIED", set())
    return str(request.param)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.stop()
