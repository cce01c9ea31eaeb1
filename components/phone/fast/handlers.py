"""The fast path: what every phone of a crowd asks first is answered without the general machinery of the web server.

A phone that was never here opens two connections: one asks for the page, one for the line. Tornado spends more on
reading any request and on making a handler for it than the urn spends on answering these two, and a hall sends a
thousand of each within a second. So a new connection is first looked at (`MSG_PEEK`: nothing is taken from it). If the
whole head is there and is one of the two, plainly, the answer is written; the line is carried on by Tornado's own
WebSocket protocol. Everything else, in whatever state, goes to Tornado untouched, which answers the same two requests
with the same words (a test compares them). No request is refused here.
"""

import asyncio
import hashlib
import logging
import socket
import time
from collections.abc import Callable
from typing import Any

import tornado
from tornado.httpserver import HTTPServer
from tornado.httputil import format_timestamp
from tornado.ioloop import IOLoop
from tornado.iostream import IOStream
from tornado.websocket import WebSocketClosedError, WebSocketProtocol13, _WebSocketParams

from components.phone import network
from components.phone.fast import head as heads
from components.phone.hall import Hall
from components.phone.html.handlers import page_headers
from components.phone.limits import HEAD_SECONDS, guests
from components.phone.line.handlers import Talk
from components.phone.refusal import Refusal
from components.phone.urn import Urn, shared_urn
from components.phone.web.handlers import COMMON_HEADERS, Speaker, cookies

log = logging.getLogger(__name__)

TRIED = {(6, 5), (6, 6)}
"""Versions of Tornado whose WebSocket protocol was tried with `FastLine`; under another, Tornado answers everything."""

MOST_KEPT = 64
"""Pages kept ready: languages, addresses and meetings."""

Serve = Callable[[IOStream, Any], None]


class UrnServer(HTTPServer):
    """The urn's HTTP server: plain requests of a crowd by the fast path, the rest as Tornado does."""

    def initialize(self, *args: Any, urn: Callable[[], Urn] = shared_urn, **options: Any) -> None:
        super().initialize(*args, **options)
        behind_proxy, encrypted = options.get("xheaders"), options.get("ssl_options") is not None
        self._path: FastPath | None = None
        if not behind_proxy and not encrypted and tornado.version_info[:2] in TRIED:
            self._path = FastPath(urn, super().handle_stream)

    def handle_stream(self, stream: IOStream, address: Any) -> None:
        if self._path is not None and stream.socket.family in (socket.AF_INET, socket.AF_INET6):
            visit = Visit(self._path, stream, address)
            guests().come(stream.socket.fileno(), visit)
            visit.wait()
        else:
            guests().come(stream.socket.fileno(), stream)
            super().handle_stream(stream, address)


class FastPath:
    """What a server's visits share. `onward`: what serves a connection otherwise."""

    def __init__(self, urn: Callable[[], Urn], onward: Serve) -> None:
        self.urn = urn
        self.onward = onward
        self._ready: dict[tuple[str, ...], tuple[str, bytes, bytes]] = {}

    def ready(self, hall: Hall, lang: str, host: str, packed: bool) -> tuple[bytes, bytes]:
        """The page's answer before and after what differs from phone to phone (the key and the time)."""
        key = (hall.code, lang, host, str(packed))
        digest = hall.told(lang).digest
        kept = self._ready.get(key)
        if kept is None or kept[0] != digest:
            body = self.urn().page(hall, lang)[packed]
            headers = {
                **COMMON_HEADERS,
                **page_headers(host, packed),
                "Etag": f'"{hashlib.sha1(body, usedforsecurity=False).hexdigest()}"',
                "Content-Length": str(len(body)),
            }
            if len(self._ready) >= MOST_KEPT:
                self._ready.clear()
            start = "HTTP/1.1 200 OK\r\n" + "".join(f"{name}: {value}\r\n" for name, value in headers.items())
            kept = self._ready[key] = digest, start.encode("latin-1"), b"\r\n" + body
        return kept[1], kept[2]


class Visit:
    """A connection until its next request is known. It is closed when none comes for `HEAD_SECONDS`."""

    __slots__ = ("__weakref__", "_address", "_late", "_loop", "_path", "_stream")

    def __init__(self, path: FastPath, stream: IOStream, address: Any) -> None:
        self._path, self._stream, self._address = path, stream, address
        self._loop = IOLoop.current()
        self._late: object = None

    def wait(self) -> None:
        """Until something comes."""
        self._late = self._loop.call_later(HEAD_SECONDS, self.close)
        self._loop.add_handler(self._stream.socket, self._look, IOLoop.READ)

    def _leave(self) -> None:
        self._loop.remove_timeout(self._late)
        self._loop.remove_handler(self._stream.socket)

    def closed(self) -> bool:
        return bool(self._stream.closed())

    def close(self) -> None:
        if not self._stream.closed():
            self._leave()
            self._stream.close()

    def _go_on(self, _: object = None) -> None:
        """Tornado has it now."""
        self._loop.remove_timeout(self._late)
        if not self._stream.closed():
            guests().pass_on(self._stream.socket.fileno(), self._stream)
            self._path.onward(self._stream, self._address)

    def _look(self, *_: object) -> None:
        try:
            seen = self._stream.socket.recv(heads.LARGEST, socket.MSG_PEEK)
        except BlockingIOError:
            return
        except OSError:
            return self.close()
        if not seen:
            return self.close()
        self._leave()
        try:
            if self._answer(seen):
                return
        except Refusal:
            pass  # Tornado's handlers come to the same, and say it
        except OSError:  # hung up meanwhile
            return self.close()
        except Exception:
            log.exception("the fast path failed")
        self._go_on()

    def _answer(self, seen: bytes) -> bool:
        """Whether this was a request for the fast path; nothing is taken from the connection when not.

        Raises `Refusal`.
        """
        at = str(self._stream.socket.getsockname()[0])
        head = heads.read(seen, str(self._address[0]), at)
        if head is None:
            return False
        if head.is_line:
            line = FastLine(self._path.urn, head, self._stream)
            if not line.is_asked:
                return False
            self._take(seen)
            line.begin()
            return True
        if not head.opens_the_page:
            return False
        answer = FirstPage(self._path, head).answer()
        if answer is None:
            return False
        self._take(seen)
        written = self._stream.write(answer)
        if not written.done():  # who never reads is not waited for
            self._late = self._loop.call_later(HEAD_SECONDS, self._stream.close)
        if head.headers.get("connection", "").lower() == "close":
            written.add_done_callback(lambda _: self._stream.close())
        elif written.done():
            self.wait()
        else:  # the stream now looks after the connection itself, and Tornado knows how to go on from there
            written.add_done_callback(self._go_on)
        return True

    def _take(self, seen: bytes) -> None:
        self._stream.socket.recv(len(seen))


class Asker(Speaker):
    """Who is asking, read from a `Head`."""

    request: heads.Head

    def own_address(self) -> str:
        return self.request.own_address


class FirstPage(Asker):
    """`/v/CODE`, asked for by a phone that was never here."""

    def __init__(self, path: FastPath, head: heads.Head) -> None:
        self.request = head
        self._path = path

    def answer(self) -> bytes | None:
        """The whole answer; None when it is not for the fast path. Raises `Refusal`."""
        head = self.request
        host = self.known_host()
        urn = self._path.urn()
        hall = urn.hall(head.code)
        if hall is None or hall.closed:
            return None
        token = urn.new_token(hall, self.peer())
        packed = "gzip" in head.headers.get("accept-encoding", "")
        start, end = self._path.ready(hall, self.asked_language() or "fr", host, packed)
        more = [f"Set-Cookie: {cookie}\r\n" for cookie in cookies(hall.code, token, self.is_https())]
        more.append(f"Date: {format_timestamp(time.time())}\r\n")
        if head.headers.get("connection", "").lower() == "close":
            more.append("Connection: close\r\n")
        return start + "".join(more).encode("latin-1") + end


class FastLine(Asker, Talk):
    """`/v/CODE/ws`: one socket a phone. It is the handler that Tornado's protocol speaks to, and nothing more."""

    def __init__(self, urn: Callable[[], Urn], head: heads.Head, stream: IOStream) -> None:
        self.initialize(urn)
        self.request = head
        self.open_args: tuple[str] = (head.code,)
        self.open_kwargs: dict[str, str] = {}
        self._stream = stream
        self._said: list[str] = []
        self._task: asyncio.Task[None] | None = None
        params = _WebSocketParams(self.ping_interval, self.ping_timeout, self.max_message_size)
        self._protocol = WebSocketProtocol13(self, False, params)

    @property
    def is_asked(self) -> bool:
        """Whether this is the handshake of a line of this very host. Raises `Refusal`."""
        origin = self.request.headers.get("origin")
        if not self.request.opens_a_line:
            return False
        host = self.known_host()
        return origin is None or network.same_host(origin, host)

    def begin(self) -> None:
        self._task = asyncio.ensure_future(self._protocol.accept_connection(self))  # type: ignore[arg-type]

    # --- what the protocol asks for -----------------------------------------------------------------

    def select_subprotocol(self, offered: list[str]) -> None:
        return None

    def set_status(self, status: int) -> None:
        self._said.insert(0, f"HTTP/1.1 {status} Switching Protocols")

    def set_header(self, name: str, value: str) -> None:
        self._said.append(f"{name}: {value}")

    def clear_header(self, name: str) -> None:
        """There is none to take back."""

    def finish(self) -> None:
        self._said.append(f"Date: {format_timestamp(time.time())}")
        self._stream.write("\r\n".join([*self._said, "\r\n"]).encode("latin-1"))
        self._said.clear()

    def _detach_stream(self) -> IOStream:
        return self._stream

    def on_ping(self, data: bytes) -> None:
        """Answered by the protocol."""

    def on_pong(self, data: bytes) -> None:
        """Counted by the protocol."""

    def on_ws_connection_close(self, code: int | None = None, reason: str | None = None) -> None:
        self.on_close()

    # --- what the talk asks for ---------------------------------------------------------------------

    def descriptor(self) -> int:
        return -1 if self._stream.closed() else int(self._stream.socket.fileno())

    def set_nodelay(self, value: bool) -> None:
        self._stream.set_nodelay(value)

    def write_message(self, message: str) -> Any:
        if self._protocol.is_closing():
            raise WebSocketClosedError
        return self._protocol.write_message(message)

    def close(self, code: int) -> None:
        self._protocol.close(code)
