"""A phone's end of the line: HTTP and WebSocket on bare asyncio, cheap enough for thousands of phones in one process.

Only what the urn speaks: HTTP/1.1, text frames, ping and close. No library of tests is needed to run it.
"""

import asyncio
import gzip
import json
import re
import ssl
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

PATIENCE_SECONDS = 15.0
LARGEST_HEAD = 65536
HOST = re.compile(r"[\w.\-:]{1,253}")


class Broken(ConnectionError):
    """The connection ended, or said something that is not HTTP."""


@dataclass(frozen=True)
class Place:
    """Where an urn answers: `http://192.168.1.10:5007`."""

    host: str
    port: int
    tls: bool = False

    @staticmethod
    def at(url: str) -> "Place":
        """Raises ValueError for what is no `http://machine:port` address."""
        parts = urlsplit(url if "://" in url else f"http://{url}")
        if (
            parts.scheme not in ("http", "https")
            or not HOST.fullmatch(parts.hostname or "")
            or parts.path not in ("", "/")
        ):
            raise ValueError(url)
        tls = parts.scheme == "https"
        return Place(str(parts.hostname), parts.port or (443 if tls else 80), tls)

    @property
    def name(self) -> str:
        """As in the Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.tls else 80) else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        return f"http{'s' if self.tls else ''}://{self.name}"


@dataclass(frozen=True)
class Answer:
    """What a request was answered. `size`: bytes on the wire, head included."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    size: int

    def all(self, name: str) -> list[str]:
        """The values of a header, in order."""
        return [value for key, value in self.headers if key == name]

    @property
    def text(self) -> str:
        packed = "gzip" in self.all("content-encoding")
        return (gzip.decompress(self.body) if packed else self.body).decode()

    @property
    def json(self) -> dict[str, Any]:
        """Raises ValueError when it is no JSON object."""
        found = json.loads(self.text)
        if not isinstance(found, dict):
            raise ValueError(self.text[:80])
        return found


def _read_head(head: bytes) -> tuple[int, tuple[tuple[str, str], ...]]:
    first, *lines = head.decode("latin-1").split("\r\n")
    words = first.split(" ", 2)
    if not words[0].startswith("HTTP/1.") or len(words) < 2 or not words[1].isdigit():
        raise Broken(first[:80])
    pairs = (line.partition(":") for line in lines if line)
    return int(words[1]), tuple((name.strip().lower(), value.strip()) for name, _, value in pairs)


class _Connection(asyncio.Protocol):
    """What a request and a socket share: bytes in a buffer, one thing awaited at a time."""

    def __init__(self) -> None:
        self.buffer = bytearray()
        self.transport: asyncio.Transport | None = None
        self.done: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        try:
            self.read()
        except (Broken, ValueError) as error:
            self.fail(error)

    def read(self) -> None:
        raise NotImplementedError

    def fail(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(error if isinstance(error, ConnectionError) else Broken(str(error or "")))
            self.done.exception()  # whoever waits still gets it; if nobody does any more, asyncio need not say so
        if self.transport is not None:
            self.transport.abort()

    def connection_lost(self, error: Exception | None) -> None:
        self.fail(error)


class _Request(_Connection):
    """One request, one answer."""

    head: tuple[int, tuple[tuple[str, str], ...]] | None = None
    _body_at = 0
    _length: int | None = None
    _chunked = False

    def read(self) -> None:
        if self.head is None:
            end = self.buffer.find(b"\r\n\r\n")
            if end < 0:
                if len(self.buffer) > LARGEST_HEAD:
                    raise Broken("endless head")
                return
            self.head = _read_head(bytes(self.buffer[:end]))
            self._body_at = end + 4
            named = dict(self.head[1])
            self._chunked = named.get("transfer-encoding", "").lower() == "chunked"
            self._length = int(named["content-length"]) if "content-length" in named else None
            if self.head[0] in (204, 304):
                self._length = 0
        if self._chunked:
            if (body := unchunked(self.buffer[self._body_at :])) is not None:
                self.finish(body)
        elif self._length is not None and len(self.buffer) - self._body_at >= self._length:
            self.finish(bytes(self.buffer[self._body_at : self._body_at + self._length]))

    def finish(self, body: bytes) -> None:
        assert self.head is not None
        if not self.done.done():
            self.done.set_result(Answer(*self.head, body, len(self.buffer)))
        if self.transport is not None:
            self.transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        if self.head is not None and self._length is None and not self._chunked and error is None:
            self.finish(bytes(self.buffer[self._body_at :]))
        self.fail(error)


def unchunked(data: bytes | bytearray) -> bytes | None:
    """The body of a chunked answer; None while its end has not come."""
    body, at = bytearray(), 0
    while True:
        end = data.find(b"\r\n", at)
        if end < 0:
            return None
        size = int(bytes(data[at:end]).split(b";")[0], 16)
        if size == 0:
            return bytes(body)
        if len(data) < end + 2 + size + 2:
            return None
        body += data[end + 2 : end + 2 + size]
        at = end + 2 + size + 2


def _tls(place: Place) -> ssl.SSLContext | None:
    return ssl.create_default_context() if place.tls else None


def _head(place: Place, method: str, path: str, headers: Mapping[str, str]) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", f"Host: {place.name}", *(f"{k}: {v}" for k, v in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


async def ask(
    place: Place,
    method: str,
    path: str,
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    patience: float = PATIENCE_SECONDS,
) -> Answer:
    """One request over a connection of its own. Raises ConnectionError, TimeoutError or another OSError."""
    loop = asyncio.get_running_loop()
    sent = {"Connection": "close", **(headers or {})}
    if body or method == "POST":
        sent["Content-Length"] = str(len(body))
    async with asyncio.timeout(patience):
        transport, request = await loop.create_connection(_Request, place.host, place.port, ssl=_tls(place))
        try:
            transport.write(_head(place, method, path, sent) + body)
            return await request.done
        finally:
            transport.close()


class Socket(_Connection):
    """A held line. `hear(message)` for each JSON message, `lost()` once when it ends by itself."""

    def __init__(self, hear: Callable[[dict[str, Any]], None], lost: Callable[[], None]) -> None:
        super().__init__()
        self._hear, self._lost = hear, lost
        self._open = False
        self._part = b""

    def read(self) -> None:
        if not self._open:
            end = self.buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            status, headers = _read_head(bytes(self.buffer[:end]))
            if status != 101:
                raise Broken(f"HTTP {status}")
            del self.buffer[: end + 4]
            self._open = True
            if not self.done.done():
                self.done.set_result(Answer(status, headers, b"", end + 4))
        while self._frame():
            pass

    def _frame(self) -> bool:
        buffer = self.buffer
        if len(buffer) < 2:
            return False
        length, at = buffer[1] & 127, 2
        if length >= 126:
            at = 4 if length == 126 else 10
            if len(buffer) < at:
                return False
            length = int.from_bytes(buffer[2:at], "big")
        if len(buffer) < at + length:
            return False
        last, kind, body = buffer[0] & 128, buffer[0] & 15, bytes(buffer[at : at + length])
        del buffer[: at + length]
        if kind in (0, 1):
            self._part += body
            if last:
                whole, self._part = self._part, b""
                self._hear(json.loads(whole))
        elif kind == 9:
            self._send(0x8A, body)
        elif kind == 8:
            raise Broken("closed")
        return True

    def say(self, message: Mapping[str, Any]) -> None:
        """Send a JSON message. Raises Broken when the line is down."""
        self._send(0x81, json.dumps(message, separators=(",", ":")).encode())

    def _send(self, kind: int, body: bytes) -> None:
        if self.transport is None or self.transport.is_closing():
            raise Broken("closed")
        size = bytes([0x80 | len(body)]) if len(body) < 126 else b"\xfe" + struct.pack(">H", len(body))
        # A mask of zeros: masks keep hostile scripts from forging bytes for proxies, and nothing here is hostile.
        self.transport.write(bytes([kind]) + size + b"\0\0\0\0" + body)

    def leave(self) -> None:
        """Close without a word to the owner."""
        self._lost = lambda: None
        if self.transport is not None:
            self.transport.abort() if self.transport.is_closing() else self.transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        lost, self._lost = self._lost, lambda: None
        lost()


async def hold(
    place: Place,
    path: str,
    headers: Mapping[str, str],
    hear: Callable[[dict[str, Any]], None],
    lost: Callable[[], None],
    patience: float = PATIENCE_SECONDS,
) -> Socket:
    """Open a WebSocket. Raises ConnectionError, TimeoutError or another OSError."""
    loop = asyncio.get_running_loop()
    asked = {
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "Y29yZGVlLXJlaGVhcnNhbA==",
        "Origin": place.url,
        **headers,
    }
    socket = Socket(hear, lost)
    try:
        async with asyncio.timeout(patience):
            await loop.create_connection(lambda: socket, place.host, place.port, ssl=_tls(place))
            assert socket.transport is not None
            socket.transport.write(_head(place, "GET", path, asked))
            await socket.done
    except BaseException:
        socket.leave()
        raise
    return socket
