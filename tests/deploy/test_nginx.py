"""A vote through what `deploy/` describes: nginx, two urns, two pages, PostgreSQL."""

import re
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from websockets.sync.client import connect

from components.meeting.demo import DEMO
from components.meeting.desk import Desk
from components.meeting.keys import KeyRing
from components.meeting.store import Store
from tests.deploy.place import PAGES, PHONES, Place, nginx
from tests.examples import thorough
from tests.postgres.server import start

pytestmark = [
    thorough,
    pytest.mark.skipif(nginx() is None, reason="nginx is not installed (Debian: apt install nginx-light)"),
]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder: Path = tmp_path_factory.mktemp("deploy")
    with start() as server, Place(folder, server.url("postgres")) as running:
        yield running


def client(place: Place, name: str) -> httpx.Client:
    return httpx.Client(
        base_url=f"http://127.0.0.1:{place.port}", headers={"Host": f"{name}:{place.port}"}, timeout=30
    )


def test_a_vote_through_two_urns_one_of_which_stops(place: Place) -> None:
    desk = Desk(Store(place.database), KeyRing(place.keys))
    code = desk.new(DEMO.read_text(encoding="utf-8"))
    desk.act(code, "presence", people=200)
    desk.act(code, "show", step="avis-avant")
    poll = next(iter(desk.act(code, "open").polls))
    options = desk.store.room(code).polls[poll].question.option_ids
    served: set[str] = set()
    tokens: list[str] = []

    def vote(phones: httpx.Client, number: int, token: str = "") -> str:
        phones.cookies.clear()
        if not token:
            joined = phones.post(f"/api/v1/meetings/{code}/join", json={})
            assert joined.status_code == 200, joined.text + place.said()
            token = joined.json()["token"]
        answer = phones.post(
            f"/api/v1/meetings/{code}/ballot",
            json={"poll": poll, "choice": options[number % len(options)], "sequence": number},
            headers={"Authorization": f"Bearer {token}"},
        )
        assert answer.status_code == 200, answer.text + place.said()
        served.add(answer.headers["X-Served-By"])
        return str(token)

    line = socket.create_connection(("127.0.0.1", place.port))
    with (
        client(place, PHONES) as phones,
        connect(
            f"ws://{PHONES}:{place.port}/v/{code}/ws", sock=line, origin=f"http://{PHONES}:{place.port}"
        ) as told,
    ):
        assert '"state"' in str(told.recv(10))
        for number in range(1, 31):
            tokens.append(vote(phones, number))
        # Second thoughts, on whichever urn: one ballot a phone, the last.
        for number, token in enumerate(tokens[:10], start=100):
            vote(phones, number, token)
        busy = int(min(served).rpartition(":")[2])
        place.end(busy)
        for number in range(31, 41):
            tokens.append(vote(phones, number))
        assert {int(one.rpartition(":")[2]) for one in served} == set(place.urns)
        assert desk.snapshot(code).tally.ballots == 40  # type: ignore[union-attr]
        desk.act(code, "close")
        desk.act(code, "seal")
        state = phones.get(f"/api/v1/meetings/{code}/state").json()
        assert state["vote"]["state"] == "sealed"
    assert desk.store.room(code).polls[poll].tally.ballots == 40  # type: ignore[union-attr]
    assert len(desk.store.receipts(code, poll)) == 40
    assert desk.store.broken_link(code) is None
    desk.store.close()


def test_a_browser_stays_with_its_pages_process(place: Place) -> None:
    """The page and its socket reach the same process, whichever of the two drew the browser first."""
    chosen = set()
    for _ in range(12):
        with client(place, PAGES) as browser:
            page = browser.get("/screen")
            assert page.status_code == 200, page.text[:300] + place.said()
            route = re.search(r"cordee_route=([0-9a-f]{32}); Path=/; HttpOnly", page.headers["Set-Cookie"])
            assert route
            served = page.headers["X-Served-By"]
            chosen.add(served)
            again = browser.get("/explore")
            assert again.headers["X-Served-By"] == served
            assert "cordee_route" not in again.headers.get("Set-Cookie", "")
            if len(chosen) == 2:
                break
    assert len(chosen) == 2
    token = re.search(r'"token":"([^"]+)"', page.text)
    assert token
    with connect(
        f"ws://{PAGES}:{place.port}/screen/ws",
        sock=socket.create_connection(("127.0.0.1", place.port)),
        origin=f"http://{PAGES}:{place.port}",
        subprotocols=["bokeh", token[1]],  # type: ignore[list-item]
        additional_headers={"Cookie": f"cordee_route={route[1]}"},
    ) as line:
        assert "ACK" in str(line.recv(10))


def test_what_a_visitor_says_of_his_address_is_not_believed(place: Place) -> None:
    """nginx replaces X-Real-IP: nobody passes for another address, and no log holds one."""
    with client(place, PHONES) as phones:
        assert phones.get("/", headers={"X-Real-IP": "203.0.113.7"}).status_code == 200
    assert "203.0.113.7" not in place.said()
    assert not (place.folder / "access.log").exists()
