"""The line a phone holds (WebSocket): the state as it changes, ballots and their acknowledgements."""

import asyncio
import json
import logging
from collections.abc import Callable
from typing import Any

import tornado.web
import tornado.websocket

from components.look.i18n import t
from components.phone import network
from components.phone.casting import vote
from components.phone.hall import Hall
from components.phone.limits import HELLO_SECONDS, LARGEST_BODY, PING_SECONDS, guests
from components.phone.refusal import Refusal
from components.phone.said import read_json
from components.phone.urn import Urn
from components.phone.web.handlers import Speaker, tidy

log = logging.getLogger(__name__)

TRY_LATER, ABUSED, NO_MEETING = 1013, 1008, 4404


class Talk(Speaker):
    """What is said over a line, whoever carries it: Tornado's handler or the fast path's."""

    write_message: Any
    """(text) → sent; raises `WebSocketClosedError` when the phone is gone."""
    close: Any
    """(code) → the line ends, saying why."""
    set_nodelay: Any

    def descriptor(self) -> int:
        """The system's number of the connection; -1 when it is closed."""
        raise NotImplementedError

    max_message_size = LARGEST_BODY
    ping_interval = PING_SECONDS
    ping_timeout = PING_SECONDS
    hello_seconds = HELLO_SECONDS

    def initialize(self, urn: Callable[[], Urn]) -> None:
        self._urn = urn
        self._held = False
        self._peer = ""
        self.token: str | None = None
        self.hall: Hall | None = None
        self.language = "fr"
        self.digest = ""

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        if not isinstance(value, tornado.web.HTTPError):  # a stranger's odd request is no fault of ours
            log.error("a socket failed", exc_info=(typ, value, tb))

    def open(self, code: str) -> None:
        try:
            self._open(code)
        except Exception:  # the protocol logs it and cuts the line, but does not say that it is closed
            self.on_close()
            raise

    def _open(self, code: str) -> None:
        self.set_nodelay(True)
        self.language = self.asked_language() or "fr"
        try:
            self.urn = self._urn()
            self._peer = self.peer()
            self.urn.hold(self._peer)
            self._held = True
            guests().leave(self.descriptor())
            self.hall = self.urn.hall(tidy(code))
        except Refusal as refusal:
            self.tell_refusal(refusal, {})
            return self.close(TRY_LATER)
        if self.hall is None:
            self.tell(gone(self.language, code))
            return self.close(NO_MEETING)
        self.digest = self.asked("have") or ""
        told = self.hall.told(self.language)
        if self.digest != told.digest:
            self.digest = told.digest
            self.tell({"type": "state", "digest": told.digest, "state": told.state})
        self.urn.sockets.setdefault(self.hall.code, set()).add(self)
        if token := self.given_token(self.hall.code):  # otherwise it will say hello, or vote with its key
            self.greet(token)
        if self.token is None:
            asyncio.get_running_loop().call_later(self.hello_seconds, self._drop_nobody)

    def _drop_nobody(self) -> None:
        if self.token is None and self.hall is not None and not self.hall.closed:
            self.close(ABUSED)

    def greet(self, token: str) -> None:
        """Say whether the key is good, and what is already received from it."""
        assert self.hall is not None
        if self.hall.closed:
            return
        try:
            self.hall.check(token)
            self.urn.know(self, token)
        except Refusal as refusal:
            self.tell_refusal(refusal, {})
            return self.close(TRY_LATER) if refusal.status == 429 else None
        self.urn.arrive(self.hall, token)
        self.urn.greet(self.hall, self)

    async def on_message(self, message: str | bytes) -> None:
        if not self._held:  # what was still on its way when we hung up
            return
        said: dict[str, Any] = {}
        try:
            self.urn.limits.lines.spend(str(id(self)))
            said = read_json(
                message if isinstance(message, bytes) else message.encode("utf-8", "surrogatepass")
            )
            await self.answer(said)
        except Refusal as refusal:
            self.tell_refusal(refusal, said)
            if not said and refusal.status == 429:
                self.close(ABUSED)
                self.on_close()
        except Exception:
            log.exception("a message could not be answered")
            self.tell_refusal(Refusal(500, "fault"), said)

    async def answer(self, said: dict[str, Any]) -> None:
        kind = said.get("type")
        if self.hall is None:
            return
        if kind == "ping":
            self.tell({"type": "pong"})
        elif kind == "hello" and isinstance(said.get("token"), str):
            self.greet(said["token"])
        elif kind == "ballot":
            given = said.get("token")
            token = given if isinstance(given, str) else self.token
            self.tell({"type": "ack", **await vote(self.urn, self.hall, token, said, *self.traces())})
        else:
            raise Refusal(400, "malformed")

    def tell_refusal(self, refusal: Refusal, said: dict[str, Any]) -> None:
        about = {name: said[name] for name in ("poll", "sequence") if isinstance(said.get(name), str | int)}
        self.tell(
            {
                "type": "refused",
                "status": refusal.status,
                "error": refusal.key,
                "message": refusal.sentence(self.language),
                "retry_after": refusal.retry_after,
                "second": said.get("second") is True,
                **about,
            }
        )

    def tell(self, message: dict[str, Any] | str) -> None:
        """Send, unless the phone is gone."""
        if not isinstance(message, str):
            # Half of a surrogate pair, sent by a stranger and said back to it, has no UTF-8.
            message = json.dumps(message, ensure_ascii=False).encode("utf-8", "replace").decode()
        try:
            self.write_message(message).add_done_callback(_heard)
        except tornado.websocket.WebSocketClosedError:
            self.on_close()

    def on_close(self) -> None:
        if self._held:
            self._held = False
            self.urn.let_go(self, self._peer)
            self.urn.limits.lines.forget(str(id(self)))
        if self.hall is not None:
            self.urn.sockets.get(self.hall.code, set()).discard(self)


def _heard(sent: "asyncio.Future[None]") -> None:
    """Nobody waits for a word to leave: a phone that is gone is noticed by its line."""
    if not sent.cancelled():
        sent.exception()


class Line(Talk, tornado.websocket.WebSocketHandler):
    """`/v/CODE/ws`: one socket a phone, as Tornado opens it."""

    def descriptor(self) -> int:
        stream = getattr(self.ws_connection, "stream", None)
        return -1 if stream is None or stream.closed() else int(stream.socket.fileno())

    def set_default_headers(self) -> None:
        self.clear_header("Server")

    def prepare(self) -> None:
        try:
            self.known_host()
            origin = self.request.headers.get("Origin")
            if origin is not None and not network.same_host(origin, self.host()):
                raise Refusal(403, "foreign_origin")  # before Tornado reads it, which some origins make fail
        except Refusal as refusal:
            self.set_status(refusal.status, None if refusal.status != 421 else "Misdirected Request")
            self.finish(refusal.sentence(self.asked_language() or "fr"))

    def check_origin(self, origin: str) -> bool:
        return network.same_host(origin, self.host())

    def get_compression_options(self) -> None:
        return None

    def _log(self) -> None:
        """Tornado's line would name the address that asked."""


def gone(lang: str, code: str) -> dict[str, Any]:
    return {
        "type": "gone",
        "error": "unknown_meeting",
        "message": t("phone.unknown_meeting", lang, code=code[:40]),
    }
