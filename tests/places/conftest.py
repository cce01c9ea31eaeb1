"""A territory, small layer files made by hand, and an office that serves both in a thread."""

import asyncio
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import tornado.httpserver
import tornado.netutil
import tornado.web

from components.meeting.store import Store
from components.places.handlers import Office, routes
from components.places.library import Library
from components.territory.pack import Territory, load_territory

SLUG = "grenoble-alpes-metropole"
GRENOBLE = (5.7245, 45.1885)
OFFICER = {"Cookie": "officer=yes"}


def zone(west: float, south: float, side: float = 0.02) -> dict[str, Any]:
    east, north = west + side, south + side
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def line(*positions: tuple[float, float]) -> dict[str, Any]:
    return {"type": "LineString", "coordinates": [list(p) for p in positions]}


def point(x: float, y: float) -> dict[str, Any]:
    return {"type": "Point", "coordinates": [x, y]}


def collection(*objects: tuple[str, dict[str, Any] | None], **more: Any) -> bytes:
    features = [
        {"type": "Feature", "properties": {"nom": name}, "geometry": shape} for name, shape in objects
    ]
    return json.dumps({"type": "FeatureCollection", "features": features, **more}).encode()


@pytest.fixture(scope="session")
def territory() -> Territory:
    return load_territory(SLUG)


def signed_in(request: Any, role: str) -> bool:
    return role == "officer" and request.headers.get("Cookie") == OFFICER["Cookie"]


class Served:
    """An office served in a thread, and requests to it."""

    def __init__(self, folder: Path) -> None:
        self.now = 1_796_751_000.0
        self.store = Store(f"sqlite:///{folder / 'places.db'}")
        self.library = Library(folder / "layers", self.clock)
        self.office = Office(self.library, lambda: self.store, signed_in, self.clock)
        self.loop = asyncio.new_event_loop()
        self._up = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()
        assert self._up.wait(10)

    def clock(self) -> float:
        self.now += 1.0
        return self.now

    def _serve(self) -> None:
        asyncio.set_event_loop(self.loop)

        async def start() -> None:
            sockets = tornado.netutil.bind_sockets(0, "127.0.0.1")
            self.url = f"http://127.0.0.1:{sockets[0].getsockname()[1]}"
            application = tornado.web.Application(routes(lambda: self.office))
            tornado.httpserver.HTTPServer(application).add_sockets(sockets)

        self.loop.run_until_complete(start())
        self._up.set()
        self.loop.run_forever()

    def stop(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(5)
        self.store.close()

    def get(self, path: str, officer: bool = False) -> httpx.Response:
        return httpx.get(self.url + path, headers=OFFICER if officer else {}, timeout=30)

    def post(self, path: str, body: Any, officer: bool = True, **headers: str) -> httpx.Response:
        kind = "application/geo+json" if isinstance(body, bytes) else "application/json"
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent = {"Content-Type": kind, **(OFFICER if officer else {}), **headers}
        return httpx.post(self.url + path, content=content, headers=sent, timeout=30)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    made = Served(tmp_path)
    try:
        yield made
    finally:
        made.stop()


def comment(**changes: Any) -> dict[str, Any]:
    told = {"id": "a" * 24, "commune": "38185", "kind": "idea", "words": "Une halte pour les vélos ici."}
    return {**told, **changes}
