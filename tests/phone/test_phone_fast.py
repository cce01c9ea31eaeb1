"""The fast path says what Tornado's handlers say, to the same requests and to no others."""

import re
import socket
import time
from dataclasses import dataclass

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from components.phone import limits
from components.phone.fast import handlers as fast
from components.phone.fast import head as heads
from components.phone.limits import Meter
from tests.examples import examples
from tests.phone.conftest import House

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
HANDSHAKE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": KEY,
}


@dataclass
class Said:
    """An answer as it came over the wire."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def steady(self) -> dict[str, str]:
        """Headers without what differs from one answer to the next."""
        kept = {name: value for name, value in self.headers.items() if name != "date"}
        if "set-cookie" in kept:
            kept["set-cookie"] = re.sub(r"=[0-9a-f]{32}\.[0-9a-f]{64};", "=KEY;", kept["set-cookie"])
        return kept


def request(house, path: str = "", method: str = "GET", **headers: str | None) -> bytes:
    named = {"Host": f"127.0.0.1:{house.port}", **{k.replace("_", "-"): v for k, v in headers.items()}}
    lines = [f"{method} /v/{house.code}{path} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in named.items() if value is not None]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def line(house, **headers: str | None) -> bytes:
    return request(house, "/ws", **{k.replace("-", "_"): v for k, v in HANDSHAKE.items()}, **headers)


def read(wire: socket.socket, with_body: bool = True) -> Said:
    """One answer. Raises ConnectionError when the server hangs up before the end of its head."""
    got = b""
    while b"\r\n\r\n" not in got:
        more = wire.recv(65536)
        if not more:
            raise ConnectionError(got)
        got += more
    head, _, body = got.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers: dict[str, str] = {}
    for text in lines:
        name, _, value = text.partition(": ")
        headers[name.lower()] = (headers[name.lower()] + " | " if name.lower() in headers else "") + value
    while with_body and len(body) < int(headers.get("content-length", 0)):
        body += wire.recv(65536)
    return Said(int(first.split()[1]), headers, body)


def dial(house) -> socket.socket:
    wire = socket.create_connection(("127.0.0.1", house.port), timeout=5)
    wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return wire


def ask(house, sent: bytes, in_two: bool = False) -> Said:
    """`in_two`: the head comes in two packets, which only Tornado waits for."""
    with dial(house) as wire:
        if in_two:
            wire.sendall(sent[:20])
            time.sleep(0.05)
            wire.sendall(sent[20:])
        else:
            wire.sendall(sent)
        return read(wire)


class Taken(list[bool]):
    """Filled by the server's thread, which may still be at it when the answer is read here."""

    def __eq__(self, expected: object) -> bool:
        end = time.monotonic() + 2
        while list(self) != expected and time.monotonic() < end:
            time.sleep(0.005)
        return list(self) == expected

    __hash__ = None


def gone(wire: socket.socket) -> bool:
    """Whether the server hung up, politely or not."""
    try:
        return wire.recv(1) == b""
    except ConnectionResetError:
        return True


@pytest.fixture
def taken(monkeypatch) -> list[bool]:
    """Whether each first request of a connection was answered by the fast path."""
    found = Taken()
    answer = fast.Visit._answer

    def spy(visit: fast.Visit, seen: bytes) -> bool:
        found.append(answer(visit, seen))
        return found[-1]

    monkeypatch.setattr(fast.Visit, "_answer", spy)
    return found


@pytest.mark.parametrize("path", ["", "?lang=en", "?lang=fr"])
@pytest.mark.parametrize("packed", ["gzip, deflate, br", None])
@pytest.mark.parametrize("connection", ["keep-alive", "close", None])
def test_the_page_is_the_same_to_the_byte(house, taken, path, packed, connection):
    sent = request(house, path, Accept_Encoding=packed, Connection=connection)
    ours, whole = ask(house, sent), ask(house, sent, in_two=True)
    assert taken == [True, False]
    assert ours.status == whole.status == 200
    assert ours.body == whole.body
    assert ours.steady == whole.steady
    assert "set-cookie" in ours.headers


def test_a_key_given_on_the_fast_path_votes(house, taken):
    page = ask(house, request(house))
    token = re.search(r"=([0-9a-f.]{97});", page.headers["set-cookie"])[1]
    poll = house.ask()
    talk = house.socket(token)
    talk.hear("welcome")
    talk.say(type="ballot", poll=poll, choice=["a"], sequence=1)
    assert talk.hear("ack")["receipt"]
    assert house.counts(poll) == {("a",): 1}
    assert all(taken)


@pytest.mark.parametrize("bearer", [False, True])
def test_the_handshake_is_the_same(house, taken, bearer):
    token = house.join()
    given = {"Authorization": f"Bearer {token}"} if bearer else {"Cookie": f"cordee_{house.code}={token}"}
    sent = line(house, **given)
    ours, whole = ask(house, sent), ask(house, sent, in_two=True)
    assert taken == [False, True, False]  # the first is the request for a key
    assert ours.status == whole.status == 101
    assert ours.steady == whole.steady
    assert ours.headers["sec-websocket-accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"Host": "attacker.example"}, 421),
        ({"Host": "no host at all"}, 400),
        ({"Origin": "http://attacker.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec_WebSocket_Version": "8"}, 426),
        ({"Sec_WebSocket_Key": None}, 400),
        ({"Upgrade": "h2c"}, 400),
        ({"Connection": "notupgrade"}, 400),
        ({"Origin": "http://["}, 403),
    ],
)
def test_what_a_line_may_not_be_is_refused_by_tornado(house, taken, change, status):
    base = {name.replace("-", "_"): value for name, value in HANDSHAKE.items()}
    sent = request(house, "/ws", **{**base, **change})
    assert ask(house, sent).status == ask(house, sent, in_two=True).status == status
    assert not any(taken)


@pytest.mark.parametrize(
    "change",
    [
        {"Cookie": "any=thing"},
        {"If_None_Match": '"x"'},
        {"Authorization": "Bearer x"},
        {"Content_Length": "0"},
        {"Upgrade": "websocket"},
        {"Host": "attacker.example"},
        {"X_Name": "caf\xe9"},
    ],
)
def test_other_requests_for_the_page_are_left_alone(house, taken, change):
    sent = request(house, **change)
    ours, whole = ask(house, sent), ask(house, sent, in_two=True)
    assert not any(taken)
    assert (ours.status, ours.steady.keys()) == (whole.status, whole.steady.keys())


@pytest.mark.parametrize("path", ["?second=1", "?place=remote", "?lang=de", "?lang=fr&place=room"])
def test_an_address_that_says_more_is_left_alone(house, taken, path):
    assert ask(house, request(house, path)).status == 200
    assert taken == [False]


def test_a_header_said_twice_or_a_head_that_goes_on_is_left_alone(house, taken):
    twice = request(house)[:-2] + b"Host: attacker.example\r\n\r\n"
    assert ask(house, twice).status == 400
    with dial(house) as wire:  # two requests at once
        wire.sendall(request(house) * 2)
        assert [read(wire).status] == [200]
    assert taken == [False, False]


def test_a_page_then_anything_on_the_same_connection(house, taken):
    with dial(house) as wire:
        for number in range(3):
            wire.sendall(request(house))
            assert read(wire).status == 200
            assert taken == [True] * (number + 1)
        wire.sendall(f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{house.port}\r\n\r\n".encode())
        assert read(wire).status == 200
        wire.sendall(request(house))  # Tornado keeps the connection it was given
        assert read(wire).status == 200
    assert taken == [True, True, True, False]


def test_a_change_of_the_meeting_is_in_the_next_page(house, taken):
    house.ask()
    before = ask(house, request(house))
    house.act("close")
    after = ask(house, request(house))
    assert taken == [True, True]
    assert before.body != after.body
    assert after.body == httpx.get(house.page, headers={"Accept-Encoding": "identity"}).content


def test_an_unknown_and_a_finished_meeting_are_said_by_tornado(house, taken):
    unknown = request(house).replace(house.code.encode(), b"ZZZZ")
    assert ask(house, unknown).status == 404
    house.act("close_meeting")
    assert ask(house, request(house)).status == 200
    assert taken == [False, False]


def test_too_many_keys_are_refused_in_a_sentence(house, taken):
    house.urn.limits.keys = Meter(burst=2, rate=0.001, key="too_many_phones")
    statuses = [ask(house, request(house)).status for _ in range(4)]
    assert statuses == [200, 200, 429, 429]
    assert taken == [True, True]  # the refusals were raised


def test_who_says_nothing_is_let_go(tmp_path, monkeypatch):
    monkeypatch.setattr(fast, "HEAD_SECONDS", 0.3)
    house = House(tmp_path)
    try:
        with dial(house) as silent, dial(house) as kept:
            kept.sendall(request(house))
            assert read(kept).status == 200
            assert silent.recv(1) == b""
            assert kept.recv(1) == b""
    finally:
        house.stop()


@pytest.mark.parametrize("rest", ["reads", "never reads"])
def test_a_page_that_does_not_leave_at_once(tmp_path, monkeypatch, rest):
    monkeypatch.setattr(fast, "HEAD_SECONDS", 1.0)
    visits: list[fast.Visit] = []
    begin = fast.Visit.__init__

    def seen(visit: fast.Visit, *arguments: object) -> None:
        begin(visit, *arguments)
        visits.append(visit)

    monkeypatch.setattr(fast.Visit, "__init__", seen)
    house = House(tmp_path)
    try:
        with socket.socket() as wire:
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 536)
            wire.settimeout(5)
            wire.connect(("127.0.0.1", house.port))
            wire.sendall(request(house))
            if rest == "reads":
                for _ in range(3):
                    assert read(wire).status == 200
                    wire.sendall(request(house))
                return
            end = time.monotonic() + 5
            while not (visits and visits[0].closed()) and time.monotonic() < end:
                time.sleep(0.05)
            assert visits[0].closed()
    finally:
        house.stop()


def test_who_opens_and_holds_loses_the_oldest_and_shuts_nobody_out(house, monkeypatch):
    held = limits.Guests(most=20)
    monkeypatch.setattr(fast, "guests", lambda: held)
    monkeypatch.setattr("components.phone.line.handlers.guests", lambda: held)
    talk = house.socket(house.join())
    talk.hear("welcome")
    crowd = [dial(house) for _ in range(30)]
    for wire in crowd[::2]:
        wire.sendall(b"GET /v/")  # these are Tornado's
    more = [dial(house) for _ in range(30)]
    assert ask(house, request(house)).status == 200
    for wire in (crowd[0], crowd[1]):
        assert gone(wire)
    more[-1].sendall(request(house))
    assert read(more[-1]).status == 200
    talk.say(type="ping")
    talk.hear("pong")
    assert len(held) <= 20
    for wire in crowd + more:
        wire.close()


def test_who_hangs_up_is_forgotten(house):
    for sent in (b"", b"GET /v/", request(house), line(house)):
        with dial(house) as wire:
            wire.sendall(sent)
    assert ask(house, request(house)).status == 200
    end = time.monotonic() + 5
    while house.urn.sockets.get(house.code) and time.monotonic() < end:
        time.sleep(0.02)
    assert not house.urn.sockets.get(house.code)
    assert not house.urn._lines


def test_a_fault_of_the_fast_path_is_tornados_work(house, monkeypatch, caplog):
    def broken(self: object) -> bytes:
        raise RuntimeError("broken")

    monkeypatch.setattr(fast.FirstPage, "answer", broken)
    assert ask(house, request(house)).status == 200
    assert "the fast path failed" in caplog.text


@pytest.mark.parametrize(("version", "used"), [((6, 5), True), ((6, 6), True), ((7, 0), False)])
def test_under_another_tornado_nothing_is_fast(tmp_path, monkeypatch, taken, version, used):
    monkeypatch.setattr(fast.tornado, "version_info", (*version, 0, 0))
    house = House(tmp_path)
    try:
        assert ask(house, request(house)).status == 200
        assert taken == ([True] if used else [])
    finally:
        house.stop()


def test_behind_a_proxy_nothing_is_fast(house):
    assert fast.UrnServer(lambda request: None, urn=house.urn.attach, xheaders=True)._path is None


# --- heads ------------------------------------------------------------------------------------------

NAMES = st.sampled_from(
    [
        "Host",
        "host",
        "Connection",
        "Upgrade",
        "Cookie",
        "Origin",
        "Accept-Encoding",
        "X y",
        "",
        "Sec-Fetch-Site",
    ]
)
VALUES = st.one_of(
    st.sampled_from(
        ["127.0.0.1:PORT", "close", "keep-alive, Upgrade", "websocket", "gzip", "cross-site", "x=\0y"]
    ),
    st.text(st.characters(codec="latin-1", exclude_characters="\r\n"), max_size=12),
)
ENDS = st.sampled_from(["\r\n", "\n", "\r", "\r\n ", ""])
STARTS = st.sampled_from(
    [
        "GET /v/CODE HTTP/1.1",
        "GET /v/CODE/ws HTTP/1.1",
        "GET /v/CODE HTTP/1.0",
        "GET  /v/CODE HTTP/1.1",
        "get /v/CODE",
        "HEAD /v/CODE HTTP/1.1",
        "GET /v/CODE/ HTTP/1.1",
        "GET /v/CODE?lang=\xff HTTP/1.1",
        "GET /v/%41 HTTP/1.1",
    ]
)
HEADS = st.tuples(
    STARTS, ENDS, st.lists(st.tuples(NAMES, st.sampled_from([": ", ":", " : "]), VALUES, ENDS), max_size=5)
)


def test_strange_heads_get_tornados_answer(house):
    @settings(max_examples=examples(150), deadline=None, suppress_health_check=list(HealthCheck))
    @given(HEADS, st.booleans())
    def check(head, with_host) -> None:
        start, end, fields = head
        lines = start + end + "".join(name + colon + value + last for name, colon, value, last in fields)
        if with_host:
            lines += f"Host: 127.0.0.1:{house.port}\r\n"
        sent = (
            f"{lines}\r\n\r\n".replace("CODE", house.code).replace("PORT", str(house.port)).encode("latin-1")
        )
        answers = []
        for in_two in (False, True):
            with dial(house) as wire:
                wire.sendall(sent[:5] if in_two else sent)
                if in_two:
                    time.sleep(0.01)
                    wire.sendall(sent[5:])
                try:
                    said = read(wire, with_body=not sent.startswith(b"HEAD"))
                except ConnectionError as cut:
                    answers.append(("cut", str(cut)))
                else:
                    assert said.status < 500
                    answers.append((said.status, said.steady, said.body))
        assert answers[0] == answers[1]

    check()


@given(st.binary(max_size=300))
def test_no_bytes_stop_the_reader(seen):
    heads.read(seen, "127.0.0.1", "127.0.0.1")


def test_a_long_head_is_read_in_time_that_grows_with_it():
    """A regular expression that goes back and forth would take minutes."""
    for filler in (b"a: b\r\n", b"a", b"a:", b": ", b"a: \r"):
        seen = b"GET /v/ABCD HTTP/1.1\r\n" + filler * (heads.LARGEST // len(filler))
        assert heads.read(seen[: heads.LARGEST], "127.0.0.1", "127.0.0.1") is None
