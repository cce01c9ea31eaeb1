"""The small pages around signing in, and who asks for a page of Panel's.

Nothing here asks another host for anything, keeps a password in clear or trusts an address to go to next.
"""

import asyncio
import html
import math
import os
import re
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from string import Template
from typing import Any
from urllib.parse import urlencode, urlsplit

import panel as pn
from bokeh.server.util import check_allowlist
from bokeh.settings import settings as settings_of_bokeh
from tornado.web import RequestHandler

from components.access import badge, passphrase, proxy, session
from components.access.badge import Badge
from components.access.roles import PUBLIC, home_of, may_order
from components.access.throttle import Doorkeeper
from components.look.i18n import known, t
from components.look.theme import theme_css

HERE = Path(__file__).parent
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")

_doorkeeper = Doorkeeper()
_doorkeeper_lock = threading.Lock()
_checking = asyncio.Semaphore(1)


def client_address(request: Any) -> str:
    """The address that asks: our proxy's word for it, else the connection's."""
    return proxy.peer(str(request.remote_ip or ""), request.headers.get("X-Real-IP", ""))


def is_https(request: Any) -> bool:
    """Whether the browser came over https, to us or to our proxy."""
    forwarded = request.headers.get("X-Forwarded-Proto", "")
    return proxy.is_https(str(request.remote_ip), forwarded, str(request.protocol))


def our_hosts(application: Any) -> list[str]:
    """The names this server answers to, with their ports: Bokeh's own list, replaced the same way behind a proxy."""
    return list(settings_of_bokeh.allowed_ws_origin() or getattr(application, "websocket_origins", ()))


def known_host(host: str, application: Any) -> bool:
    """Whether a request was sent to a name of ours: another site's name that leads here is not one."""
    host = host.lower()
    bare = re.sub(r":\d{1,5}$", "", host)
    return bare in LOOPBACK or (bool(bare) and check_allowlist(host, our_hosts(application)))


def same_origin(request: Any, application: Any) -> bool:
    """Whether a form was sent by a page of ours. A browser says where from; a script need not, and carries no
    cookie it was not given."""
    origin = request.headers.get("Origin")
    if origin is None:
        return request.headers.get("Sec-Fetch-Site", "same-origin") in ("same-origin", "none")
    try:
        sent_from, here = urlsplit(origin).netloc.lower(), request.headers.get("Host", "").lower()
    except ValueError:  # « http://[ »
        return False
    return bool(sent_from) and (sent_from == here or check_allowlist(sent_from, our_hosts(application)))


def own_path(address: str, fallback: str = "/console") -> str:
    """Where to go after signing in: only ever a path of this server, never another one's address."""
    return address if address.isprintable() and re.fullmatch(r"/(?![/\\])[^\\]*", address) else fallback


# --- the pages of Panel ------------------------------------------------------------------------------


def _page_request() -> Any:
    """The request for the present page of Panel's; None outside one."""
    context = pn.state.curdoc.session_context if pn.state.curdoc is not None else None
    return context.request if context is not None else None


def page_badge() -> Badge | None:
    """The badge of whoever asked for the present page; the auth module left it on the request."""
    found = getattr(_page_request(), "cordee_badge", None)
    return found if isinstance(found, Badge) else None


def page_role() -> str:
    """The role of whoever asked for the present page."""
    found = page_badge()
    return found.role if found is not None and session.counts(found) and not found.meeting else PUBLIC


def orders_allowed() -> Callable[[str], bool]:
    """For the present page: whether an order over its socket is allowed, asked anew each time.

    A server without the auth module has no doors (a notebook, a trial): whoever opens its page may do everything.
    """
    request, found = _page_request(), page_badge()
    if request is not None and not getattr(request, "cordee_doors", False):
        return lambda order: True
    return lambda order: (
        found is not None and not found.meeting and session.counts(found) and may_order(found.role, order)
    )


# --- our own pages -----------------------------------------------------------------------------------


class Page(RequestHandler):
    """A small page of ours around a form, in the language asked for."""

    @property
    def lang(self) -> str:
        return known(self.get_query_argument("lang", "fr"))

    @property
    def asked_next(self) -> str:
        """The page wanted after signing in; '' when none was asked for."""
        return own_path(self.get_query_argument("next", ""), "")

    def next_for(self, role: str) -> str:
        return self.asked_next or home_of(role)

    @property
    def badge(self) -> Badge | None:
        """The badge of this browser, if it counts."""
        return session.badge_of(self.request)

    def set_default_headers(self) -> None:
        self.nonce = secrets.token_urlsafe(16)
        self.clear_header("Server")
        self.set_header("Cache-Control", "no-store")
        self.set_header("Referrer-Policy", "same-origin")
        self.set_header("X-Frame-Options", "DENY")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Cross-Origin-Opener-Policy", "same-origin")
        self.set_header(
            "Content-Security-Policy",
            f"default-src 'none'; style-src 'nonce-{self.nonce}'; img-src data:; form-action 'self'; "
            "base-uri 'none'; frame-ancestors 'none'",
        )

    def here(self, **changes: str) -> str:
        """This page's own address, for its form or in the other language."""
        wanted = {"next": self.asked_next} if self.asked_next else {}
        return "?" + urlencode({**wanted, "lang": self.lang, **changes})

    def show(self, title: str, body: str, fault: str = "", status: int = 200) -> None:
        """Writes the page; `title` and `fault` are escaped here, `body` is ours."""
        other = "en" if self.lang == "fr" else "fr"
        home = "/" if os.environ.get("CORDEE_ROLE") == "urn" else "/home"
        self.set_status(status)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.write(
            _page().substitute(
                lang=self.lang,
                nonce=self.nonce,
                title=html.escape(title),
                theme=theme_css(),
                fault=f'<p class="warn" role="alert" id="fault">{html.escape(fault)}</p>' if fault else "",
                body=body,
                other=other,
                other_href=html.escape(self.here(lang=other)),
                other_label=html.escape(t("common.other_language", self.lang)),
                home=self.said("home"),
                home_href=home if self.lang == "fr" else f"{home}?lang={self.lang}",
            )
        )

    def text(self, name: str, **values: object) -> str:
        return t(f"access.{name}", self.lang, **values)

    def said(self, name: str, **values: object) -> str:
        """A text of ours, escaped for HTML."""
        return html.escape(self.text(name, **values))

    def field(self, name: str, label: str, autocomplete: str, hint: str = "") -> str:
        """A labelled password field, its content never written back."""
        note = f'<small id="{name}-hint">{html.escape(hint)}</small>' if hint else ""
        described = f' aria-describedby="{name}-hint"' if hint else ""
        return (
            f'<label for="{name}">{html.escape(label)}</label>{note}'
            f'<input id="{name}" name="{name}" type="password" required maxlength="{passphrase.LONGEST}" '
            f'autocomplete="{autocomplete}" autocapitalize="none" spellcheck="false"{described}>'
        )

    def choice(self, name: str, label: str, options: Sequence[tuple[str, str]], chosen: str) -> str:
        """A labelled list of `(value, words)`."""
        rows = "".join(
            f'<option value="{value}"{" selected" if value == chosen else ""}>{html.escape(words)}</option>'
            for value, words in options
        )
        return f'<label for="{name}">{html.escape(label)}</label><select id="{name}" name="{name}">{rows}</select>'

    def form(self, fields: str, button: str, kind: str = "primary") -> str:
        action = html.escape(self.here())
        return (
            f'<form method="post" action="{action}">{fields}'
            f'<button class="{kind}" type="submit">{html.escape(button)}</button></form>'
        )

    async def tried(self, account: str, right: Callable[[], bool]) -> float | None:
        """Whether a secret given for `account` is right, wrong tries slowed: None when it is, else seconds to wait."""
        who = client_address(self.request)
        with _doorkeeper_lock:
            wait = _doorkeeper.wait(account, who, time.monotonic())
            if wait > 0:
                return wait
            _doorkeeper.begin(account, who, time.monotonic())
        # One at a time and off the loop: a check is costly on purpose, and the screen must not wait for it.
        async with _checking:
            found = await asyncio.get_running_loop().run_in_executor(None, right)
        if not found:
            return 0.0
        with _doorkeeper_lock:
            _doorkeeper.succeeded(account, who)
        return None

    def give_badge(self, role: str, epoch: str, meeting: str = "", via: str = "passphrase") -> None:
        session.forget()
        self.set_cookie(
            badge.COOKIE,
            session.give(role, epoch, meeting, via),
            expires_days=None,  # ends with the browser; the badge itself ends after badge.HOURS
            httponly=True,
            samesite="Lax",  # Strict would not be sent when the provider sends the browser back
            secure=is_https(self.request),
        )

    def refuse(self, body: str, title: str, wait: float, wrong: str = "wrong") -> None:
        if wait > 0:
            seconds = math.ceil(wait)
            self.set_header("Retry-After", str(seconds))
            self.show(title, body, self.text("wait", seconds=seconds), 429)
        else:
            self.show(title, body, self.text(wrong), 401)

    def foreign(self) -> bool:
        """Refuses a form that another site sent; True when it did."""
        if same_origin(self.request, self.application):
            return False
        self.show(self.text("login"), "", self.text("foreign"), 403)
        return True


@cache
def _page() -> Template:
    return Template((HERE / "page.html").read_text(encoding="utf-8"))
