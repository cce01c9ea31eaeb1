"""The facilitator's login page, signing out, changing the passphrase; and `signed_in` for other handlers.

Nothing here asks another host for anything, keeps a password in clear or trusts an address to go to next.
"""

import asyncio
import html
import math
import re
import threading
import time
import weakref
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from string import Template
from urllib.parse import urlencode, urlsplit

from bokeh.server.util import check_allowlist
from bokeh.settings import settings as settings_of_bokeh
from tornado.ioloop import PeriodicCallback
from tornado.web import RequestHandler, decode_signed_value
from tornado.websocket import WebSocketHandler

from components.access import door, passphrase
from components.access.store import Settings
from components.access.throttle import Throttle
from components.look.i18n import known, t
from components.look.theme import theme_css
from components.meeting.keys import default_database_url

COOKIE = "cordee_facilitator"
COOKIE_DAYS = 1.0
EPOCH_SECONDS = 1.0
HERE = Path(__file__).parent

_throttle = Throttle()
_throttle_lock = threading.Lock()
_checking = asyncio.Semaphore(1)


@cache
def settings() -> Settings:
    """This process's way to the settings."""
    return Settings(default_database_url())


class _Epoch:
    """The present epoch, asked of the store once a second at most: every request of a page needs it."""

    def __init__(self) -> None:
        self.value: str | None = None
        self.until = 0.0

    def now(self) -> str | None:
        if time.monotonic() >= self.until:
            self.value = door.epoch(settings())
            self.until = time.monotonic() + EPOCH_SECONDS
        return self.value

    def forget(self) -> None:
        self.until = 0.0


_epoch = _Epoch()


def signed_in(handler: RequestHandler) -> bool:
    """Whether this request comes from a browser where the facilitator's present passphrase was given."""
    cookie = handler.get_signed_cookie(COOKIE, max_age_days=COOKIE_DAYS)
    present = _epoch.now() if cookie else None
    return bool(present) and cookie == present.encode()


def facilitator_here(cookies: Mapping[str, str]) -> bool:
    """`signed_in` for a page of Panel's, which is handed the request's cookies only (`pn.state.cookies`)."""
    value = cookies.get(COOKIE, "").strip('"')
    key = settings_of_bokeh.cookie_secret()
    given = decode_signed_value(key, COOKIE, value, max_age_days=COOKIE_DAYS) if key and value else None
    present = _epoch.now() if given else None
    return bool(present) and given == present.encode()


class _Sockets:
    """The sockets of signed-in pages, closed when their sign-in ends, which they would outlive."""

    SECONDS = 2.0

    def __init__(self) -> None:
        self.open: weakref.WeakSet[WebSocketHandler] = weakref.WeakSet()
        self.watch: PeriodicCallback | None = None

    def add(self, handler: WebSocketHandler) -> None:
        """Remembers a socket about to be opened; called outside the loop."""
        handler.application.io_loop.add_callback(self._add, handler)

    def _add(self, handler: WebSocketHandler) -> None:
        self.open.add(handler)
        if self.watch is None:
            self.watch = PeriodicCallback(self._look, self.SECONDS * 1000)
            self.watch.start()

    async def _look(self) -> None:
        if self.open:
            present = await asyncio.get_running_loop().run_in_executor(None, _epoch.now)
            self.close(lambda handler: _given_epoch(handler) != present)

    def close(self, ended: Callable[[WebSocketHandler], bool]) -> None:
        """Closes the sockets whose sign-in ended; their page then reloads and meets the login page."""
        for handler in list(self.open):
            if ended(handler):
                self.open.discard(handler)
                handler.close()


_sockets = _Sockets()


def _given_epoch(handler: RequestHandler) -> str:
    value = handler.get_signed_cookie(COOKIE, max_age_days=COOKIE_DAYS * 7)
    return value.decode() if value else ""


def watch_socket(handler: WebSocketHandler) -> None:
    """Lets a facilitator's socket end with the sign-in it was opened under."""
    _sockets.add(handler)


def same_origin(handler: RequestHandler) -> bool:
    """Whether a form was sent by a page of ours. A browser says where from; a script need not, and carries no
    cookie it was not given."""
    origin = handler.request.headers.get("Origin")
    if origin is None:
        return handler.request.headers.get("Sec-Fetch-Site", "same-origin") in ("same-origin", "none")
    host = urlsplit(origin).netloc.lower()
    # The same list, and the same way to replace it behind a proxy, as Bokeh has for sockets.
    ours = settings_of_bokeh.allowed_ws_origin() or handler.application.websocket_origins
    return bool(host) and check_allowlist(host, list(ours))


def own_path(address: str, fallback: str = "/console") -> str:
    """Where to go after signing in: only ever a path of this server, never another one's address."""
    return address if address.isprintable() and re.fullmatch(r"/(?![/\\])[^\\]*", address) else fallback


class Page(RequestHandler):
    """A small page of ours around a form, in the language asked for."""

    @property
    def lang(self) -> str:
        return known(self.get_query_argument("lang", "fr"))

    @property
    def next_path(self) -> str:
        return own_path(self.get_query_argument("next", "/console"))

    def set_default_headers(self) -> None:
        self.set_header("Cache-Control", "no-store")
        self.set_header("Referrer-Policy", "same-origin")
        self.set_header("X-Frame-Options", "DENY")
        self.set_header(
            "Content-Security-Policy",
            "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'; "
            "base-uri 'none'; frame-ancestors 'none'",
        )

    def here(self, **changes: str) -> str:
        """This page's own address, for its form or in the other language."""
        return "?" + urlencode({"next": self.next_path, "lang": self.lang, **changes})

    def show(self, title: str, body: str, fault: str = "", status: int = 200) -> None:
        """Writes the page; `title` and `fault` are escaped here, `body` is ours."""
        other = "en" if self.lang == "fr" else "fr"
        self.set_status(status)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.write(
            _page().substitute(
                lang=self.lang,
                title=html.escape(title),
                theme=theme_css(),
                fault=f'<p class="warn" role="alert" id="fault">{html.escape(fault)}</p>' if fault else "",
                body=body,
                other=other,
                other_href=html.escape(self.here(lang=other)),
                other_label=html.escape(t("common.other_language", self.lang)),
                home=html.escape(t("access.home", self.lang)),
                home_href="/home" if self.lang == "fr" else f"/home?lang={self.lang}",
            )
        )

    def text(self, name: str, **values: object) -> str:
        return t(f"access.{name}", self.lang, **values)

    def field(self, name: str, label: str, autocomplete: str, hint: str = "") -> str:
        """A labelled password field, its content never written back."""
        note = f'<small id="{name}-hint">{html.escape(hint)}</small>' if hint else ""
        described = f' aria-describedby="{name}-hint"' if hint else ""
        return (
            f'<label for="{name}">{html.escape(label)}</label>{note}'
            f'<input id="{name}" name="{name}" type="password" required maxlength="{passphrase.LONGEST}" '
            f'autocomplete="{autocomplete}" autocapitalize="none" spellcheck="false"{described}>'
        )

    def form(self, fields: str, button: str) -> str:
        action = html.escape(self.here())
        return (
            f'<form method="post" action="{action}">{fields}'
            f'<button class="primary" type="submit">{html.escape(button)}</button></form>'
        )

    async def tried(self, text: str) -> float | None:
        """Whether `text` is the passphrase, wrong tries slowed: None when right, else seconds to wait."""
        who = self.request.remote_ip or ""
        with _throttle_lock:
            wait = _throttle.wait(who, time.monotonic())
            if wait > 0:
                return wait
            _throttle.begin(who, time.monotonic())
        # One at a time and off the loop: a check is costly on purpose, and the screen must not wait for it.
        async with _checking:
            right = await asyncio.get_running_loop().run_in_executor(None, door.opens, settings(), text)
        if not right:
            return 0.0
        with _throttle_lock:
            _throttle.succeeded(who)
        return None

    def give_cookie(self) -> None:
        _epoch.forget()
        self.set_signed_cookie(
            COOKIE,
            _epoch.now() or "",
            expires_days=None,  # ends with the browser; the signature itself ends after COOKIE_DAYS
            httponly=True,
            samesite="Strict",
            secure=self.request.protocol == "https",
        )

    def refuse(self, body: str, title: str, wait: float) -> None:
        if wait > 0:
            seconds = math.ceil(wait)
            self.set_header("Retry-After", str(seconds))
            self.show(title, body, self.text("wait", seconds=seconds), 429)
        else:
            self.show(title, body, self.text("wrong"), 401)

    def foreign(self) -> bool:
        """Refuses a form that another site sent; True when it did."""
        if same_origin(self):
            return False
        self.show(self.text("login"), "", self.text("foreign"), 403)
        return True


@cache
def _page() -> Template:
    return Template((HERE / "page.html").read_text(encoding="utf-8"))


class LoginHandler(Page):
    """Asks for the passphrase."""

    def body(self) -> str:
        field = self.field("passphrase", self.text("passphrase"), "current-password")
        help_ = f"<p><small>{html.escape(self.text('lost'))} <code>cordee passphrase reset</code></small></p>"
        return f"<p>{html.escape(self.text('why'))}</p>" + self.form(field, self.text("enter")) + help_

    def get(self) -> None:
        if signed_in(self):
            self.redirect(self.next_path)
            return
        self.show(self.text("login"), self.body())

    async def post(self) -> None:
        if self.foreign():
            return
        wait = await self.tried(self.get_body_argument("passphrase", "", strip=False))
        if wait is not None:
            self.refuse(self.body(), self.text("login"), wait)
            return
        self.give_cookie()
        self.redirect(self.next_path, status=303)


class LogoutHandler(Page):
    """Signs this browser out, when a form asks for it."""

    def get(self) -> None:
        if not signed_in(self):
            self.redirect("/home")
            return
        self.show(self.text("logout"), self.form("", self.text("leave")))

    def post(self) -> None:
        if self.foreign():
            return
        mine = self.get_cookie(COOKIE)
        self.clear_cookie(COOKIE)
        _sockets.close(lambda handler: mine is not None and handler.get_cookie(COOKIE) == mine)
        self.redirect("/home", status=303)


class ChangeHandler(Page):
    """Replaces the passphrase; the present one is asked again, and every other sign-in ends."""

    def body(self) -> str:
        fields = (
            self.field("passphrase", self.text("present"), "current-password")
            + self.field(
                "new", self.text("new"), "new-password", self.text("new_hint", shortest=passphrase.SHORTEST)
            )
            + self.field("again", self.text("again"), "new-password")
        )
        return self.form(fields, self.text("change"))

    def prepare(self) -> None:
        if not signed_in(self):
            self.redirect("/login?" + urlencode({"next": self.request.path, "lang": self.lang}), status=303)

    def get(self) -> None:
        self.show(self.text("change_title"), self.body())

    async def post(self) -> None:
        if self.foreign():
            return
        new = self.get_body_argument("new", "", strip=False)
        fault = passphrase.fault(new)
        if fault or passphrase.normalise(new) != passphrase.normalise(
            self.get_body_argument("again", "", strip=False)
        ):
            words = t(fault, self.lang, shortest=passphrase.SHORTEST) if fault else self.text("different")
            self.show(self.text("change_title"), self.body(), words, 422)
            return
        wait = await self.tried(self.get_body_argument("passphrase", "", strip=False))
        if wait is not None:
            self.refuse(self.body(), self.text("change_title"), wait)
            return
        await asyncio.get_running_loop().run_in_executor(None, door.set_passphrase, settings(), new)
        self.give_cookie()
        self.show(self.text("change_title"), f'<p role="status">{html.escape(self.text("changed"))}</p>')


ROUTES = [(r"/login/change", ChangeHandler)]
