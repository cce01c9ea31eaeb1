"""What pages, API and lines share: language, host, who is asking, bodies, and refusals that are sentences."""

import logging
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs

import tornado.httputil
import tornado.iostream
import tornado.web

from components.access import proxy
from components.phone import network
from components.phone.limits import BODY_SECONDS, LARGEST_BODY, LARGEST_DRAINED
from components.phone.refusal import Refusal
from components.phone.urn import Urn

log = logging.getLogger(__name__)

COOKIE_SECONDS = 2 * 24 * 3600
COMMON_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def cookie_name(code: str) -> str:
    return f"cordee_{code}"


def cookies(code: str, token: str, https: bool) -> list[str]:
    """The key, in cookies that only this meeting's addresses receive and no script can read."""
    rest = f"Max-Age={COOKIE_SECONDS}; HttpOnly; SameSite=Lax{'; Secure' if https else ''}"
    return [
        f"{cookie_name(code)}={token}; Path={path}; {rest}"
        for path in (f"/v/{code}", f"/api/v1/meetings/{code}")
    ]


@lru_cache(maxsize=512)  # a crowd asks for the same few addresses
def _fields(query: str) -> dict[str, str]:
    """The first value of each field."""
    return {name: values[0] for name, values in parse_qs(query, errors="replace").items()}


def tidy(typed: str) -> str:
    """A code as meetings have it: capitals and figures only."""
    kept = "".join(sign for sign in typed.upper() if sign.isalnum())
    return kept if kept.isascii() and len(kept) <= 12 else ""


class Speaker:
    """Language, host, who is asking."""

    request: Any
    urn: Urn

    def asked(self, name: str) -> str | None:
        """A field of the address."""
        return _fields(self.request.query).get(name)

    def asked_language(self) -> str | None:
        value = self.asked("lang")
        return value if value in ("fr", "en") else None

    def host(self) -> str:
        return network.host_of(str(self.request.headers.get("Host", "")))

    def known_host(self) -> str:
        """The host asked for. Raises `Refusal` (421) for a name that is not this machine's."""
        host = self.host()
        if not network.is_ours(host, self.own_address()):
            raise Refusal(421, "unknown_host")
        return host

    def own_address(self) -> str:
        """This machine's address as the sender reached it."""
        try:
            return str(self.request.connection.stream.socket.getsockname()[0])
        except (AttributeError, OSError, IndexError):  # already gone, or a UNIX socket
            return ""

    def peer(self) -> str:
        headers = self.request.headers
        return proxy.peer(str(self.request.remote_ip), str(headers.get("X-Real-IP", "")))

    def is_https(self) -> bool:
        """Whether the sender speaks HTTPS, to us or to the proxy before us."""
        forwarded = str(self.request.headers.get("X-Forwarded-Proto", ""))
        return proxy.is_https(str(self.request.remote_ip), forwarded, str(self.request.protocol))

    def seen_as(self) -> str:
        return network.seen_as(self.peer(), str(self.request.headers.get("User-Agent", "")))

    def traces(self) -> tuple[str, str]:
        """What `vote` is told of where a ballot comes from."""
        return self.seen_as(), self.peer()

    def given_token(self, code: str) -> str | None:
        """The key in the Authorization header, else in this meeting's cookie."""
        headers = self.request.headers
        kind, _, bearer = str(headers.get("Authorization", "")).partition(" ")
        if kind.lower() == "bearer":
            return bearer.strip()
        return tornado.httputil.parse_cookie(str(headers.get("Cookie", ""))).get(cookie_name(code))


@tornado.web.stream_request_body
class Base(Speaker, tornado.web.RequestHandler):
    """A request with a small body; every refusal is a sentence with the right status."""

    allowed = ("GET",)
    largest = LARGEST_BODY
    """Bytes of a body that is read."""
    drained = LARGEST_DRAINED
    body_seconds = BODY_SECONDS

    def initialize(self, urn: Callable[[], Urn]) -> None:
        self._urn = urn
        self._body = bytearray()
        self._body_size = 0

    def set_default_headers(self) -> None:
        self.clear_header("Server")
        for name, value in COMMON_HEADERS.items():
            self.set_header(name, value)

    def prepare(self) -> None:
        self.known_host()
        self.urn = self._urn()
        # Nothing else is refused before the body is read: the connection would be cut under the sender's feet.
        self.request.connection.set_max_body_size(self.drained)
        self.request.connection.set_body_timeout(self.body_seconds)
        length = self.request.headers.get("Content-Length", "0")
        if length.isdigit() and int(length) > self.drained:
            raise Refusal(413, "too_large", most=self.largest)

    async def not_allowed(self, *_: str) -> None:
        raise Refusal(405, "bad_method", allowed=", ".join(self.allowed))

    get = head = post = put = patch = delete = options = not_allowed

    def data_received(self, chunk: bytes) -> None:
        self._body_size += len(chunk)
        if self._body_size <= self.largest:
            self._body += chunk

    def body(self, kind: str, problem: str) -> bytes:
        """The whole body. Raises `Refusal`: from another site (403), too large (413), another kind of content (415)."""
        origin = self.request.headers.get("Origin")
        foreign = self.request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site")
        if foreign or (origin is not None and not network.same_host(origin, self.host())):
            raise Refusal(403, "foreign_origin")
        if self._body_size > self.largest:
            raise Refusal(413, "too_large", most=self.largest)
        declared = str(self.request.headers.get("Content-Type", "")).partition(";")[0].strip().lower()
        if self._body_size and declared != kind:
            raise Refusal(415, problem)
        return bytes(self._body)

    def lang(self) -> str:
        return self.asked_language() or "fr"

    def keep_token(self, code: str, token: str) -> None:
        """The key, in this phone's cookies."""
        for cookie in cookies(code, token, self.is_https()):
            self.add_header("Set-Cookie", cookie)

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        if not isinstance(value, Refusal | tornado.web.HTTPError | tornado.iostream.StreamClosedError):
            log.error("a request failed", exc_info=(typ, value, tb))

    def _log(self) -> None:
        """In place of Tornado's line, which names the address that asked."""
        if self.get_status() >= 500:
            log.warning("%s answered %d", type(self).__name__, self.get_status())

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        error = kwargs.get("exc_info", (None, None, None))[1]
        refusal = error if isinstance(error, Refusal) else Refusal(status_code, "fault")
        if isinstance(error, tornado.web.HTTPError) and error.status_code < 500:
            key = "bad_method" if error.status_code == 405 else "malformed"
            refusal = Refusal(error.status_code, key, allowed=", ".join(self.allowed))
        self.mark(refusal)
        if refusal.status == 405:
            self.set_header("Allow", ", ".join(self.allowed))
        self.refuse(refusal)

    def mark(self, refusal: Refusal) -> None:
        """The status and header of a refusal."""
        self.set_status(refusal.status, None if refusal.status != 421 else "Misdirected Request")
        if refusal.retry_after:
            self.set_header("Retry-After", str(refusal.retry_after))

    def refuse(self, refusal: Refusal) -> None:
        raise NotImplementedError


def languages(header: str) -> list[str]:
    """Languages we speak that an Accept-Language header names, in its order."""
    return re.findall(r"\b(fr|en)\b", header[:200].lower())
