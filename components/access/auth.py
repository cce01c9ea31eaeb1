"""Bokeh's authentication module for the pages process (`panel serve --auth-module`): who sees which page.

Two gates, one table (`roles`). The first stands before every address of this process, also those of plugins: a name
of ours, a form of ours, a role that may. The second is Bokeh's, which asks `get_user` before it serves a page, its
script or its socket; what comes over the socket of a closed page is checked again, message by message.
"""

import asyncio
import os
import secrets
import time
import weakref
from typing import Any
from urllib.parse import urlencode

from bokeh.server.tornado import BokehTornado
from bokeh.util.token import check_token_signature, get_token_payload
from tornado.httpserver import HTTPServer
from tornado.ioloop import PeriodicCallback
from tornado.web import Application, ErrorHandler, HTTPError, RequestHandler
from tornado.websocket import WebSocketHandler

from components.access import session
from components.access.handlers import LoginHandler, LogoutHandler
from components.access.roles import PUBLIC, may_open
from components.access.view import known_host, same_origin
from components.look.i18n import t

__all__ = ["LoginHandler", "LogoutHandler", "get_user", "login_url", "logout_url"]

login_url = "/login"
logout_url = "/logout"
READING = ("GET", "HEAD", "OPTIONS")
IDLE_SECONDS = 60.0
"""A connection that asks for nothing is let go after this long; Tornado would hold it for an hour."""


def get_user(handler: RequestHandler) -> str | None:
    """The role of whoever asks, when it may have this page; else None: Bokeh then leads to `login_url`."""
    request = handler.request
    badge = session.badge_of(request)
    role = badge.role if badge is not None and not badge.meeting else PUBLIC
    if may_open(role, request.path, os.environ):
        # For the page: who asked, and what its own scripts carry (`look.page`).
        request.cordee_doors, request.cordee_badge = True, badge
        request.csp_nonce = secrets.token_urlsafe(16)
        if isinstance(handler, WebSocketHandler):
            if not may_open(PUBLIC, request.path, os.environ):
                sockets.watch(handler)
        else:
            handler.set_header("Content-Security-Policy", page_policy(request.csp_nonce, request.host))
        return role
    if isinstance(handler, WebSocketHandler) or request.path.endswith("/autoload.js"):
        # Neither can be redirected: Bokeh would first open the socket, or go on without a session.
        raise HTTPError(403)
    return None


def page_policy(nonce: str, host: str) -> str:
    """What a page of Panel's may load: its own host, and the scripts written into it with this nonce.

    Panel runs a component's module from a blob, and BokehJS writes styles into the page: hence `blob:` for scripts
    and 'unsafe-inline' for styles. No 'unsafe-eval', no other host.
    """
    return (
        f"default-src 'none'; script-src 'self' 'nonce-{nonce}' blob:; style-src 'self' 'unsafe-inline'; "
        f"img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' ws://{host} wss://{host} blob:; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
    )


class Sockets:
    """The sockets of closed pages: each message is checked, and an idle one is closed when its sign-in ends."""

    SECONDS = 2.0

    def __init__(self) -> None:
        self.open: weakref.WeakSet[WebSocketHandler] = weakref.WeakSet()
        self.ticking: PeriodicCallback | None = None

    def watch(self, handler: WebSocketHandler) -> None:
        """Lets a socket about to be opened end with the sign-in it is opened under; called outside the loop."""
        hear = handler.on_message

        async def checked(message: Any) -> Any:
            if await self._counts(handler):
                return await hear(message)
            handler.close(1008)
            return None

        handler.on_message = checked
        handler.application.io_loop.add_callback(self._add, handler)

    def _add(self, handler: WebSocketHandler) -> None:
        self.open.add(handler)
        if self.ticking is None:
            self.ticking = PeriodicCallback(self._look, self.SECONDS * 1000)
            self.ticking.start()

    async def _counts(self, handler: WebSocketHandler) -> bool:
        if session.fresh():
            return _counts(handler)
        return await asyncio.get_running_loop().run_in_executor(None, _counts, handler)

    async def _look(self) -> None:
        for handler in list(self.open):
            if not await self._counts(handler):
                self.open.discard(handler)
                handler.close(1008)  # its page then reloads and meets the login page


def _counts(handler: WebSocketHandler) -> bool:
    return may_open(session.role_of(handler.request), handler.request.path, os.environ)


sockets = Sockets()


# --- before every address of this process -----------------------------------------------------------


class Refused(RequestHandler):
    """Says in one sentence why a request is not even looked at."""

    def initialize(self, status: int, key: str) -> None:
        self.status, self.key = status, key

    def prepare(self) -> None:
        self.set_status(self.status)
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(t(f"access.{self.key}"))


class ToLogin(RequestHandler):
    """Leads to the login page."""

    def get(self) -> None:
        self.redirect("/login?" + urlencode({"next": self.request.uri}))

    head = get


def find_handler(self: BokehTornado, request: Any, **kwargs: Any) -> Any:
    """Tornado's choice of a handler, behind the first gate."""

    def refused(status: int, key: str) -> Any:
        return self.get_handler_delegate(request, Refused, {"status": status, "key": key})

    forget_given_session(request)
    if not known_host(request.host, self):
        return refused(403, "foreign_host")
    if request.method not in READING and not same_origin(request, self):
        return refused(403, "foreign")
    found = Application.find_handler(self, request, **kwargs)
    cls = getattr(found, "handler_class", RequestHandler)
    if cls.__module__.startswith("panel.") and cls.__name__ == "ComponentResourceHandler":
        # It imports whatever module an address names. Our components keep their scripts in themselves.
        return refused(404, "nowhere")
    if cls is ErrorHandler:
        return found
    if issubclass(cls, WebSocketHandler):
        # Bokeh would open the socket first, then write what a stranger sent it into the log.
        return found if our_token(request, self) else refused(403, "closed")
    if not may_open(session.role_of(request), request.path, os.environ):
        return (
            self.get_handler_delegate(request, ToLogin)
            if request.method in READING
            else refused(403, "closed")
        )
    return found


def forget_given_session(request: Any) -> None:
    """Every page begins a session of its own. Bokeh would go on with the one that an address or a header names:
    whoever sends such a link to the facilitator would then share the facilitator's session."""
    for name in ("bokeh-session-id", "bokeh-token"):
        request.arguments.pop(name, None)
        request.query_arguments.pop(name, None)
    request.headers.pop("Bokeh-Session-Id", None)


def our_token(request: Any, application: BokehTornado) -> bool:
    """Whether a socket brings the token that a page of ours was given, still valid."""
    words = [word.strip() for word in request.headers.get("Sec-WebSocket-Protocol", "").split(",")]
    if len(words) != 2 or words[0] != "bokeh":
        return False
    try:
        genuine = check_token_signature(
            words[1], signed=application.sign_sessions, secret_key=application.secret_key
        )
        return genuine and get_token_payload(words[1])["session_expiry"] > time.time()
    except Exception:  # whatever a stranger wrote there
        return False


def common_headers(self: RequestHandler) -> None:
    """On every answer of this process that does not set its own."""
    self.clear_header("Server")
    self.set_header("X-Content-Type-Options", "nosniff")
    self.set_header("X-Frame-Options", "DENY")
    self.set_header("Referrer-Policy", "same-origin")
    self.set_header("Cross-Origin-Opener-Policy", "same-origin")
    self.set_header("Content-Security-Policy", "frame-ancestors 'none'; base-uri 'none'; object-src 'none'")


HTTPServer.configure(HTTPServer, idle_connection_timeout=IDLE_SECONDS)
# Tornado has no middleware: its documented methods are replaced, before the server is made.
BokehTornado.find_handler = find_handler
RequestHandler.set_default_headers = common_headers
