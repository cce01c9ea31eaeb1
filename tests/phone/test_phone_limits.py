"""A hostile client costs the others nothing: foreign names, stuffing, floods, half-open and slow connections."""

import asyncio
import json
import logging
import socket
import sqlite3
import struct
import time
from contextlib import closing, suppress

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from components.access import proxy
from components.phone import limits, network
from components.phone.limits import LARGEST_HEAD, LINES_A_PHONE, Limits, Meter
from components.phone.line.handlers import Talk
from components.phone.refusal import Refusal

from .test_phone_api import documented, refused

# --- known names --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "ours"),
    [
        ("127.0.0.1:5007", True), ("localhost:1", True), ("LOCALHOST", True), ("localhost.", True),
        ("[::1]:5007", True), ("192.168.1.10:5007", True), ("vote.example:80", True),
        ("declared.example", True), ("also.example:8", True),
        ("evil.example", False), ("localhost.evil.example", False), ("192.168.1.11", False), ("", False),
        ("a b", False), ("[", False), ("vote.example.evil.example", False), ("evil.example/localhost", False),
    ],
)  # fmt: skip
def test_which_names_are_ours(host, ours):
    environ = {
        "CORDEE_JOIN_URL": "https://vote.example/",
        "ADDRESS": "declared.example",
        "CORDEE_HOSTS": "x.example, also.example",
    }
    assert network.is_ours(host, "192.168.1.10", environ) is ours


def test_the_name_of_an_address_that_cannot_be_read_is_no_name():
    assert not network.is_ours("evil.example", "", {"CORDEE_JOIN_URL": "http://["})
    assert not network.same_host("http://[", "localhost")


def test_a_foreign_name_pointed_at_us_is_answered_nowhere(house):
    foreign = {"Host": f"evil.example:{house.port}"}
    addresses = [("GET", house.url), ("GET", house.page), ("POST", house.page), ("GET", f"{house.url}/v/")]
    addresses += [
        ("GET", f"{house.api}/state"),
        ("POST", f"{house.api}/join"),
        ("POST", f"{house.api}/ballot"),
    ]
    addresses += [("GET", f"{house.url}/api/nothing")]
    for method, url in addresses:
        answer = httpx.request(method, url, headers=foreign)
        assert answer.status_code == 421, url
        assert "écran de la salle" in answer.text
        assert "Set-Cookie" not in answer.headers
    # Not even when page and host agree, which is what makes rebinding work.
    both = {**foreign, "Origin": f"http://evil.example:{house.port}"}
    refused(httpx.post(f"{house.api}/join", headers=both), 421, "unknown_host")
    with pytest.raises(InvalidStatus) as shut:
        connect(
            f"ws://127.0.0.1:{house.port}/v/{house.code}/ws",
            additional_headers={"Host": f"evil.example:{house.port}"},
            origin=f"http://evil.example:{house.port}",
        )
    assert shut.value.response.status_code in (400, 421)
    assert httpx.get(house.page, headers={"Host": f"localhost:{house.port}"}).status_code == 200


def test_every_address_that_takes_something_refuses_other_sites(house):
    poll = house.ask("un")
    token = house.join()
    cookie = {"Cookie": f"cordee_{house.code}={token}"}
    for marks in ({"Origin": "http://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "same-site"}):
        headers = {**cookie, **marks}
        assert httpx.post(f"{house.api}/join", headers=headers).status_code == 403
        assert (
            httpx.post(f"{house.api}/ballot", json={"poll": poll, "choice": "a"}, headers=headers).status_code
            == 403
        )
        assert httpx.post(house.page, data={"poll": poll, "choice": "a"}, headers=headers).status_code == 403
    assert house.counts(poll) == {}


# --- whose address ------------------------------------------------------------------------------------


def test_behind_a_proxy_the_address_is_what_the_proxy_says_and_only_then():
    assert proxy.peer("10.0.0.7", "1.2.3.4", {}) == "10.0.0.7"
    assert proxy.peer("127.0.0.1", "1.2.3.4", {"CORDEE_PROXY": "0"}) == "127.0.0.1"
    assert proxy.peer("127.0.0.1", "1.2.3.4", {"CORDEE_PROXY": "1"}) == "1.2.3.4"
    assert proxy.peer("10.0.0.7", "1.2.3.4", {"CORDEE_PROXY": "1"}) == "10.0.0.7"  # not through the proxy
    assert proxy.peer("10.0.0.7", "1.2.3.4", {"CORDEE_PROXY": "10.0.0.7, 10.0.0.8"}) == "1.2.3.4"
    for nonsense in ("", "x", "1.2.3.4, 5.6.7.8", "<script>"):
        assert proxy.peer("127.0.0.1", nonsense, {"CORDEE_PROXY": "1"}) == "127.0.0.1"


def test_behind_https_the_key_travels_by_https_only(house, monkeypatch):
    behind = {"X-Forwarded-Proto": "https"}
    assert "Secure" not in httpx.post(f"{house.api}/join", headers=behind).headers["Set-Cookie"]
    monkeypatch.setenv("CORDEE_PROXY", "1")
    assert "Secure" in httpx.post(f"{house.api}/join", headers=behind).headers["Set-Cookie"]
    assert "Secure" not in httpx.post(f"{house.api}/join").headers["Set-Cookie"]


@pytest.mark.parametrize(
    "address",
    ["10.0.0.7", "192.168.1.4", "172.16.0.9", "169.254.3.3", "127.0.0.1", "::1", "fe80::1", "fd00::1"],
)
def test_in_the_room_one_device_is_one_address_whatever_its_browser_says(address):
    assert network.seen_as(address, "Firefox") == network.seen_as(address, "Safari")
    assert network.seen_as("10.0.0.8", "Firefox") != network.seen_as(address, "Firefox")
    if "." in address:
        assert network.seen_as(f"::ffff:{address}", "x") == network.seen_as(address, "y")


def test_behind_a_public_address_one_device_is_one_address_and_one_browser():
    # 100.64.0.0/10 is shared by the customers of one operator; 0.0.0.0 is a local socket, whoever comes by it.
    for address in ("80.11.1.1", "::ffff:80.11.1.1", "100.64.0.1", "2a01:e0a:1:2::1", "0.0.0.0"):
        one = network.seen_as(address, "Firefox")
        assert network.seen_as(address, "Firefox") == one
        assert len({one, network.seen_as("80.11.1.2", "Firefox"), network.seen_as(address, "Safari")}) == 3
    # A public IPv6 device changes its address at will within its network; two on one local network are two.
    assert network.seen_as("2a01:e0a:1:2::1", "x") == network.seen_as("2a01:e0a:1:2:ffff::9", "x")
    assert network.seen_as("fd00::1", "x") != network.seen_as("fd00::2", "x")
    assert len(network.seen_as("80.11.1.1", "x" * 100_000)) < 1000


def test_the_origin_is_not_forged_by_a_header(house):
    poll = house.ask("un")
    for n in range(3):
        headers = {"X-Real-IP": f"1.2.3.{n}", "X-Forwarded-For": f"1.2.3.{n}", "User-Agent": f"script {n}"}
        body = {"poll": poll, "choice": "a", "token": house.join()}
        assert httpx.post(f"{house.api}/ballot", json=body, headers=headers).status_code == 200
    assert list(house.console.snapshot(house.code).origins.values()) == [3]


# --- how often ----------------------------------------------------------------------------------------


def test_a_hall_behind_one_address_passes_and_a_stuffing_program_is_slowed():
    now = [0.0]
    meter = Limits().keys
    meter._clock = lambda: now[0]
    for _ in range(8000):  # eight thousand phones at once
        meter.spend("router")
    made, waits = 0, []
    for tick in range(60_000):  # then a program that asks a thousand times a second for a minute
        now[0] = 1 + tick / 1000
        try:
            meter.spend("router")
            made += 1
        except Refusal as refusal:
            waits.append(refusal.retry_after)
    assert 6000 < made < 8200  # a hundred a second, and what was left of the burst
    assert min(waits) >= 5
    meter.spend("elsewhere")


def test_new_keys_are_not_free_and_known_phones_are_not_held_back(house):
    token = house.join()
    house.urn.limits.keys = Meter(burst=3, rate=0.01, key="too_many_phones")
    answers = [httpx.post(f"{house.api}/join") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200] * 3 + [429] * 2
    refused(answers[-1], 429, "too_many_phones")
    page = httpx.get(house.page)
    assert page.status_code == 429
    assert int(page.headers["Retry-After"]) > 0
    assert "Set-Cookie" not in page.headers
    documented(httpx.post(f"{house.api}/join", json={"token": token}))
    poll = house.ask("un")
    assert house.vote(token, poll, "a", 1).status_code == 200
    assert httpx.get(house.page, headers={"Cookie": f"cordee_{house.code}={token}"}).status_code == 200


def test_questions_about_ones_own_are_counted_with_the_ballots(house):
    token = house.join()
    house.urn.limits.ballots = Meter(burst=5, rate=0.01)
    with httpx.Client(headers={"Authorization": f"Bearer {token}"}) as phone:
        statuses = [phone.get(f"{house.api}/state").status_code for _ in range(7)]
    assert statuses == [200] * 5 + [429] * 2
    assert httpx.get(f"{house.api}/state").status_code == 200


# --- lines --------------------------------------------------------------------------------------------


def test_one_phone_holds_so_many_lines_and_no_more(house):
    token = house.join()
    lines = [house.socket(token) for _ in range(LINES_A_PHONE)]
    for line in lines:
        line.hear("welcome")
    more = house.socket(token)
    assert more.hear("refused")["error"] == "too_many_lines_here"
    with pytest.raises(ConnectionClosed):
        more.hear("welcome")
    neighbour = house.socket(house.join())
    neighbour.hear("welcome")
    lines.pop().close()
    end = time.monotonic() + 5
    while house.urn._lines_of[token] >= LINES_A_PHONE and time.monotonic() < end:
        time.sleep(0.01)
    again = house.socket(token)
    again.hear("welcome")
    for line in (*lines, neighbour, again):
        line.close()
    while (house.urn._lines or house.urn._lines_of) and time.monotonic() < end:
        time.sleep(0.01)
    assert (house.urn._lines, dict(house.urn._lines_of)) == (0, {})


def test_a_process_holds_so_many_lines_and_one_address_not_all_of_them(house, monkeypatch):
    monkeypatch.setenv("CORDEE_PROXY", "1")
    address = f"ws://127.0.0.1:{house.port}/v/{house.code}/ws"

    def come(peer: str) -> tuple[ClientConnection, str]:
        headers = {"Authorization": f"Bearer {house.join()}", "X-Real-IP": peer}
        line = connect(address, additional_headers=headers, legacy=True)
        kinds = [json.loads(line.recv(timeout=5))]
        while kinds[-1]["type"] not in ("welcome", "refused"):
            kinds.append(json.loads(line.recv(timeout=5)))
        return line, kinds[-1].get("error", "")

    house.urn._most_lines, house.urn._most_of_one = 5, 3
    lines = [come("10.0.0.1") for _ in range(3)]
    shut, error = come("10.0.0.1")
    assert error == "too_many_lines"
    with pytest.raises(ConnectionClosed):
        shut.recv(timeout=5)
    lines += [come("10.0.0.2") for _ in range(2)]
    assert [error for _, error in lines] == [""] * 5
    assert come("10.0.0.3")[1] == "too_many_lines"
    for line, _ in lines:
        line.close()
    end = time.monotonic() + 5
    while house.urn._lines_from and time.monotonic() < end:
        time.sleep(0.01)
    assert dict(house.urn._lines_from) == {}


def test_the_number_of_lines_follows_the_files_the_system_grants():
    assert 64 <= limits.most_lines() <= limits.LINES_IN_ALL
    assert limits.most_lines_of_one(limits.LINES_IN_ALL) == limits.LINES_OF_ONE
    assert limits.most_lines_of_one(800) == 800


def test_a_flood_of_messages_ends_the_line_and_no_other(house):
    calm, line = house.socket(house.join()), house.socket(house.join())
    calm.hear("welcome")
    line.hear("welcome")

    def flood() -> None:
        for _ in range(400):
            line.connection.send('{"type":"ping"}')
            time.sleep(0.001)
        line.hear("nothing")

    with pytest.raises(ConnectionClosed):
        flood()
    calm.say(type="ping")
    calm.hear("pong")
    calm.close()
    end = time.monotonic() + 5
    while house.urn.limits.lines._left and time.monotonic() < end:
        time.sleep(0.01)
    assert house.urn.limits.lines._left == {}, "the next line of that name starts afresh"


def test_a_line_without_a_key_is_dropped_and_one_with_a_key_is_not(house, monkeypatch):
    monkeypatch.setattr(Talk, "hello_seconds", 0.3)
    nobody, somebody = house.socket(), house.socket(house.join())
    somebody.hear("welcome")
    with pytest.raises(ConnectionClosed):
        nobody.hear("nothing")
    somebody.say(type="ping")
    somebody.hear("pong")
    somebody.close()


def handshake(house, token: str) -> socket.socket:
    """A socket opened by hand, which then answers nothing: a phone that left without a word."""
    wire = socket.create_connection(("127.0.0.1", house.port), timeout=5)
    wire.sendall(
        f"GET /v/{house.code}/ws HTTP/1.1\r\nHost: 127.0.0.1:{house.port}\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        f"Authorization: Bearer {token}\r\n\r\n".encode()
    )
    return wire


def test_a_half_open_line_is_dropped(house, monkeypatch):
    monkeypatch.setattr(Talk, "ping_interval", 0.2)
    monkeypatch.setattr(Talk, "ping_timeout", 0.2)
    with closing(handshake(house, house.join())) as wire:
        wire.settimeout(5)
        heard = b""
        while (
            b"ping timed out" not in heard
        ):  # the close frame; the connection itself goes five seconds later
            more = wire.recv(4096)
            assert more, "hung up without a word"
            heard += more


def test_a_frame_that_claims_to_be_huge_ends_its_line(house):
    with closing(handshake(house, house.join())) as wire:
        wire.recv(300)
        wire.sendall(struct.pack("!BBQ", 0x81, 0xFF, 2**62) + b"\0\0\0\0")
        wire.settimeout(5)
        while wire.recv(4096):
            pass
    assert httpx.get(f"{house.api}/state").status_code == 200


# --- slow and large -----------------------------------------------------------------------------------


def test_heads_and_bodies_that_never_end_are_cut(tmp_path, monkeypatch):
    from .conftest import House

    monkeypatch.setitem(limits.SERVER_OPTIONS, "idle_connection_timeout", 0.4)
    monkeypatch.setattr("components.phone.web.handlers.Base.body_seconds", 0.4)
    house = House(tmp_path)
    slow = [
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ",
        b"POST /api/v1/meetings/AAAA/ballot HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n"
        b"Content-Type: application/json\r\n\r\n{",
    ]
    try:
        for start in slow:
            with closing(socket.create_connection(("127.0.0.1", house.port), timeout=5)) as wire:
                wire.sendall(start)
                began = time.monotonic()
                assert wire.recv(100) == b""  # the server hangs up
                assert time.monotonic() - began < 4
        assert httpx.get(f"{house.api}/state").status_code == 200
    finally:
        house.stop()


def test_a_head_too_large_is_refused(house):
    with closing(socket.create_connection(("127.0.0.1", house.port), timeout=5)) as wire:
        wire.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Long: " + b"x" * LARGEST_HEAD + b"\r\n\r\n")
        with suppress(ConnectionError):
            assert b" 200 " not in wire.recv(300)
    assert httpx.get(f"{house.api}/state").status_code == 200


def test_many_slow_connections_keep_nobody_waiting(house):
    wires = [socket.create_connection(("127.0.0.1", house.port), timeout=5) for _ in range(150)]
    try:
        for wire in wires:
            wire.sendall(b"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n\r\n1")
        poll = house.ask("un")
        assert house.vote(house.join(), poll, "a", 1).status_code == 200
    finally:
        for wire in wires:
            wire.close()


# --- what is left behind ------------------------------------------------------------------------------


def test_no_key_address_browser_or_choice_in_any_log_page_or_table(house, caplog):
    """Every kind of answer, a full disk included; then every log line, error page and stored byte is searched."""
    browser, choice = "SecretBrowser/77", "c"
    token = house.join()
    house.act(("sharing", {"on": True}))
    poll = house.ask("un")
    key = {"Authorization": f"Bearer {token}", "User-Agent": browser}
    pages = []
    caplog.handler.setFormatter(logging.Formatter("%(name)s %(message)s"))
    with caplog.at_level("DEBUG"):
        for body in ({"choice": choice}, {"choice": choice, "second": True}, {"choice": "wrong-choice"}, {}):
            pages.append(httpx.post(f"{house.api}/ballot", json={"poll": poll, **body}, headers=key).text)
        right = house.urn.writer._cast
        house.urn.writer._cast = lambda casts: (_ for _ in ()).throw(OSError("database or disk is full"))
        pages.append(httpx.post(f"{house.api}/ballot", json={"poll": poll, "choice": "b"}, headers=key).text)
        house.urn.writer._cast = right
        line = house.socket(token)
        line.hear("welcome")
        line.connection.send('{"type": "ballot", "choice": "wrong-choice"')
        line.hear("refused")
        line.close()
        pages.append(httpx.get(house.url, headers={**key, "Host": "evil.example"}).text)
        with closing(socket.create_connection(("127.0.0.1", house.port), timeout=5)) as wire:
            wire.sendall(b"nonsense " + token.encode() + b"\r\n\r\n")
            wire.recv(100)
        house.act("close", "seal")
    ours = [r for r in caplog.records if not r.name.startswith(("httpcore", "httpx", "websockets.client"))]
    logged = json.dumps([caplog.handler.format(record) for record in ours])
    chance = token.partition(".")[0]
    for secret in (token, chance, "127.0.0.1", browser, "wrong-choice", "Bearer"):
        assert secret not in logged, secret
        assert all(secret not in page for page in pages), secret
    with closing(sqlite3.connect(house.database.removeprefix("sqlite:///"))) as store:
        dump = "\n".join(store.iterdump())
    for secret in (token, chance, "127.0.0.1", browser):
        assert secret not in dump


def test_after_the_seal_no_origin_is_left_in_any_byte(house, tmp_path):
    poll = house.ask("un")
    for _ in range(4):
        assert house.vote(house.join(), poll, "a", 1).status_code == 200
    (origin,) = house.console.snapshot(house.code).origins
    house.act("close", "seal")
    house.desk.store.engine.dispose()
    with closing(sqlite3.connect(house.database.removeprefix("sqlite:///"))) as store:
        store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert origin.encode() not in raw


def test_a_thousand_phones_of_one_address_in_a_second_are_all_answered(house):
    """A tenth of the hall, at the rate of the hall: what is slowed by address would be slowed here too."""

    async def arrive() -> list[int]:
        at_once = httpx.Limits(max_connections=50)
        async with httpx.AsyncClient(timeout=30, limits=at_once) as http:
            answers = await asyncio.gather(*(http.post(f"{house.api}/join") for _ in range(100)))
        return [answer.status_code for answer in answers]

    assert set(asyncio.run(arrive())) == {200}


class Held:
    """A connection, as `Guests` sees one."""

    def __init__(self) -> None:
        self.is_closed = False

    def closed(self) -> bool:
        return self.is_closed

    def close(self) -> None:
        self.is_closed = True


def test_the_oldest_connection_makes_room_for_the_newest():
    now = [0.0]
    kept = limits.Guests(most=3, clock=lambda: now[0])
    here = [Held() for _ in range(5)]
    for number, one in enumerate(here[:4]):
        kept.come(number, one)
    assert [one.is_closed for one in here] == [True, False, False, False, False]
    kept.leave(1)  # a line
    kept.pass_on(2, handed := Held())
    kept.come(4, here[4])
    assert not handed.is_closed
    assert not here[1].is_closed
    now[0] = limits.GUEST_SECONDS + 1
    kept.come(5, last := Held())
    assert (handed.is_closed, here[3].is_closed, here[4].is_closed, last.is_closed) == (
        True,
        True,
        True,
        False,
    )
    assert len(kept) == 1


def test_a_number_given_again_is_another_connection():
    kept = limits.Guests(most=2)
    first, second = Held(), Held()
    kept.come(7, first)
    kept.come(7, second)
    kept.come(8, third := Held())
    assert not first.is_closed
    assert not second.is_closed
    assert not third.is_closed
