"""The urn's face: the addresses phones speak to (`panel serve --plugins components.phone.handlers`).

One ballot's way: page → handler (who, which question, well formed?) → writer thread (one transaction for many)
→ acknowledgement. No Panel session is ever made here, and no log line holds a token, an address or a choice.
"""

import contextlib
import gzip
import json
import logging
import os
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import tornado.iostream
import tornado.web
import tornado.websocket

from components.look.i18n import known, t
from components.phone import page as pages
from components.phone.hall import Hall, Slip
from components.phone.refusal import Refusal
from components.phone.urn import Urn, shared_urn, start_shared

log = logging.getLogger(__name__)

LARGEST_BODY = 8192
"""Bytes of a request's body or a socket's message; a ballot has a few hundred."""

LARGEST_DRAINED = 1 << 20
"""Bytes of a too large body that are still read, so that its sender hears the sentence instead of a cut."""

COOKIE_SECONDS = 2 * 24 * 3600
PING_SECONDS = 25
HELLO_SECONDS = 30
COMMON_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
}
HOST = re.compile(r"[A-Za-z0-9.\-]{1,253}(:\d{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](:\d{1,5})?")


def same_host(origin: str, host: str) -> bool:
    """Whether a page of this very server is asking."""
    return bool(host) and urlsplit(origin).netloc.lower() == host.lower()


def cookie_name(code: str) -> str:
    return f"cordee_{code}"


def read_json(body: bytes) -> dict[str, Any]:
    """The JSON object of a message. Raises `Refusal` (400) for anything else, however deep or broken."""
    try:
        found = json.loads(body.decode("utf-8"))
    except UnicodeDecodeError:
        raise Refusal(400, "not_utf8") from None
    except (ValueError, RecursionError):
        raise Refusal(400, "malformed") from None
    if not isinstance(found, dict):
        raise Refusal(400, "malformed")
    return found


class Speaker:
    """What pages, API and sockets share: language, host, who is asking."""

    request: Any
    urn: Urn

    def asked_language(self) -> str | None:
        value = parse_qs(self.request.query).get("lang", [None])[0]
        return value if value in ("fr", "en") else None

    def host(self) -> str:
        found = str(self.request.headers.get("Host", ""))
        return found if HOST.fullmatch(found) else ""

    def given_token(self, code: str) -> str | None:
        """The key in the Authorization header, else in this meeting's cookie."""
        kind, _, bearer = str(self.request.headers.get("Authorization", "")).partition(" ")
        if kind.lower() == "bearer":
            return bearer.strip()
        try:
            cookie = self.request.cookies.get(cookie_name(code))
        except Exception:  # a cookie header nobody can read
            return None
        return cookie.value if cookie else None


@tornado.web.stream_request_body
class Base(Speaker, tornado.web.RequestHandler):
    """A request with a small body; every refusal is a sentence with the right status."""

    allowed = ("GET",)

    def initialize(self, urn: Callable[[], Urn]) -> None:
        self._urn = urn
        self._body = bytearray()
        self._body_size = 0

    def set_default_headers(self) -> None:
        self.clear_header("Server")
        for name, value in COMMON_HEADERS.items():
            self.set_header(name, value)

    def prepare(self) -> None:
        self.urn = self._urn()
        # Nothing else is refused before the body is read: the connection would be cut under the sender's feet.
        self.request.connection.set_max_body_size(LARGEST_DRAINED)
        length = self.request.headers.get("Content-Length", "0")
        if length.isdigit() and int(length) > LARGEST_DRAINED:
            raise Refusal(413, "too_large", most=LARGEST_BODY)

    async def not_allowed(self, *_: str) -> None:
        raise Refusal(405, "bad_method", allowed=", ".join(self.allowed))

    get = head = post = put = patch = delete = options = not_allowed

    def data_received(self, chunk: bytes) -> None:
        self._body_size += len(chunk)
        if self._body_size <= LARGEST_BODY:
            self._body += chunk

    def body(self, kind: str, problem: str) -> bytes:
        """The whole body. Raises `Refusal`: from another site (403), too large (413), another kind of content (415)."""
        origin = self.request.headers.get("Origin")
        foreign = self.request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site")
        if foreign or (origin is not None and not same_host(origin, self.host())):
            raise Refusal(403, "foreign_origin")
        if self._body_size > LARGEST_BODY:
            raise Refusal(413, "too_large", most=LARGEST_BODY)
        declared = str(self.request.headers.get("Content-Type", "")).partition(";")[0].strip().lower()
        if self._body_size and declared != kind:
            raise Refusal(415, problem)
        return bytes(self._body)

    def lang(self) -> str:
        return self.asked_language() or "fr"

    def keep_token(self, code: str, token: str) -> None:
        """The key, in cookies that only this meeting's addresses receive and no script can read."""
        secure = "; Secure" if self.request.protocol == "https" else ""
        for path in (f"/v/{code}", f"/api/v1/meetings/{code}"):
            self.add_header(
                "Set-Cookie",
                f"{cookie_name(code)}={token}; Path={path}; Max-Age={COOKIE_SECONDS}; HttpOnly; SameSite=Lax{secure}",
            )

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        if not isinstance(value, Refusal | tornado.web.HTTPError | tornado.iostream.StreamClosedError):
            log.error("a request failed", exc_info=(typ, value, tb))

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        error = kwargs.get("exc_info", (None, None, None))[1]
        refusal = error if isinstance(error, Refusal) else Refusal(status_code, "fault")
        if isinstance(error, tornado.web.HTTPError) and error.status_code < 500:
            key = "bad_method" if error.status_code == 405 else "malformed"
            refusal = Refusal(error.status_code, key, allowed=", ".join(self.allowed))
        self.set_status(refusal.status)
        if refusal.retry_after:
            self.set_header("Retry-After", str(refusal.retry_after))
        if refusal.status == 405:
            self.set_header("Allow", ", ".join(self.allowed))
        self.refuse(refusal)

    def refuse(self, refusal: Refusal) -> None:
        raise NotImplementedError

    async def vote(self, hall: Hall, token: str | None, said: dict[str, Any]) -> dict[str, Any]:
        return await vote(self.urn, hall, token, said)


async def vote(urn: Urn, hall: Hall, token: str | None, said: dict[str, Any]) -> dict[str, Any]:
    """One ballot, from what a phone says to the acknowledgement, which is given only once it is on disk.

    Raises `Refusal`; a copy of a ballot already on disk, sent again after a cut, is acknowledged even when the
    vote has closed meanwhile.
    """
    if not token:
        raise Refusal(403, "no_key")
    hall.check(token)  # first: keys that we did not make are not even counted
    urn.meter.spend(token)
    poll, choice, sequence = said.get("poll"), said.get("choice"), said.get("sequence")
    try:
        slip = _slip(urn, hall, token, poll, choice, sequence)
        is_last = await urn.write(slip)
    except Refusal as refusal:
        own = hall.own(token, poll) if refusal.status == 409 and isinstance(poll, str) else None
        wanted = (
            sorted([choice] if isinstance(choice, str) else choice or []) if refusal.status == 409 else None
        )
        if own is None or sorted(own["choice"]) != wanted:
            raise
        return {"status": "received", **own, "sequence": sequence, "at": None}
    if not is_last and (held := hall.own(token, slip.cast.poll)):
        return {"status": "received", **held, "at": None}  # what counts is the later choice, and it is named
    return {
        "status": "received",
        "poll": poll,
        "choice": list(slip.cast.choice),
        "sequence": sequence,
        "receipt": slip.receipt,
        "at": round(hall.desk.clock(), 3),
    }


def _slip(urn: Urn, hall: Hall, token: str, poll: Any, choice: Any, sequence: Any) -> Slip:
    try:
        return hall.slip(token, poll, choice, sequence)
    except Refusal as refusal:
        # The vote may have opened in the other process a moment ago.
        if refusal.status != 409 or not urn.look(hall):
            raise
    return hall.slip(token, poll, choice, sequence)


# --- pages ------------------------------------------------------------------------------------------


class PageHandler(Base):
    """Answers with HTML."""

    allowed = ("GET", "HEAD")

    def send(self, html: str, status: int = 200) -> None:
        self.set_status(status)
        self.send_bytes(html.encode(), gzip.compress(html.encode(), 6))

    def send_bytes(self, plain: bytes, packed: bytes) -> None:
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Content-Security-Policy", pages.security_policy(self.host()))
        self.set_header("Cache-Control", "private, no-cache")
        self.set_header("Vary", "Accept-Encoding, Cookie")
        if "gzip" in self.request.headers.get("Accept-Encoding", ""):
            self.set_header("Content-Encoding", "gzip")
            plain = packed
        self.finish(plain)

    def refuse(self, refusal: Refusal) -> None:
        self.send(pages.code_page(self.lang(), problem=refusal.sentence(self.lang())), refusal.status)

    async def head(self, *args: str) -> None:
        await self.get(*args)


class Door(PageHandler):
    """`/`: asks for the code, in capitals or not, with spaces or not."""

    async def get(self) -> None:
        query = parse_qs(self.request.query, errors="replace")
        typed = query.get("code", [""])[0]
        if not typed.strip():
            return self.send(pages.code_page(self.lang()))
        code = tidy(typed)
        if code and self.urn.hall(code):
            suffix = f"?lang={self.lang()}" if self.asked_language() else ""
            return self.redirect(f"/v/{quote(code)}{suffix}", status=303)
        problem = t("phone.unknown_code", self.lang(), code=typed.strip()[:40])
        self.send(pages.code_page(self.lang(), typed, problem), 404)


def tidy(typed: str) -> str:
    """A code as meetings have it: capitals and figures only."""
    kept = "".join(sign for sign in typed.upper() if sign.isalnum())
    return kept if kept.isascii() and len(kept) <= 12 else ""


class PhonePage(PageHandler):
    """`/v/CODE`: the phone's page; without script, also where its form is sent."""

    allowed = ("GET", "HEAD", "POST")

    def hall_or_door(self, code: str) -> Hall | None:
        hall = self.urn.hall(tidy(code))
        if hall is None:
            lang = self.lang()
            self.send(pages.code_page(lang, code, t("phone.unknown_code", lang, code=code[:40])), 404)
        return hall

    async def get(self, code: str) -> None:
        if (hall := self.hall_or_door(code)) is None:
            return
        if hall.code != code:
            suffix = f"?lang={self.lang()}" if self.asked_language() else ""
            return self.redirect(f"/v/{quote(hall.code)}{suffix}")
        lang, own, line = self.lang(), None, None
        token = self.given_token(code)
        if not hall.closed:
            try:
                if token is not None:
                    hall.check(token)
                    self.urn.arrive(hall, token)
                    own = hall.own(token)
            except Refusal as refusal:
                if refusal.status != 403:
                    raise
                line, token = pages.Line(rest=t("phone.new_key", lang)), None
            if token is None:
                self.keep_token(code, hall.new_token())
        told = hall.told(lang)
        if own or line:
            return self.send(pages.phone_page(told.state, told.digest, lang, own, line))
        self.send_bytes(*self.urn.page(hall, lang))

    async def post(self, code: str) -> None:
        if (hall := self.hall_or_door(code)) is None:
            return
        lang, token, own, at = self.lang(), self.given_token(hall.code), None, None
        try:
            fields = read_form(self.body("application/x-www-form-urlencoded", "not_a_form"))
            choices = [choice for choice in fields.get("choice", []) if choice]
            said = {"poll": fields.get("poll", [None])[0], "choice": choices}
            own = await self.vote(hall, token, said)
            line, at = None, own["at"]
        except Refusal as refusal:
            if refusal.status in (413, 415) or refusal.key == "foreign_origin":
                raise
            self.set_status(refusal.status)
            if refusal.retry_after:
                self.set_header("Retry-After", str(refusal.retry_after))
            line = pages.Line(refusal.sentence(lang))
            with contextlib.suppress(Refusal):
                own = hall.own(hall.check(token)) if token and not hall.closed else None
        told = hall.told(lang)
        self.send(pages.phone_page(told.state, told.digest, lang, own, line, at), self.get_status())


def read_form(body: bytes) -> dict[str, list[str]]:
    """The fields of a plain form. Raises `Refusal` (400)."""
    try:
        return parse_qs(body.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=200)
    except UnicodeDecodeError:
        raise Refusal(400, "not_utf8") from None
    except ValueError:
        raise Refusal(400, "malformed") from None


class NoSuchPage(PageHandler):
    """Anything else under `/v/`."""

    async def get(self, *_: str) -> None:
        raise Refusal(404, "other_page")


# --- API --------------------------------------------------------------------------------------------


class Api(Base):
    """Answers with JSON."""

    def lang(self) -> str:
        asked = self.asked_language()
        if asked:
            return asked
        wanted = re.findall(r"\b(fr|en)\b", self.request.headers.get("Accept-Language", "")[:200].lower())
        return known(wanted[0] if wanted else None)

    def set_default_headers(self) -> None:
        super().set_default_headers()
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.set_header("Cache-Control", "no-store")

    def refuse(self, refusal: Refusal) -> None:
        self.finish(
            json.dumps({"error": refusal.key, "message": refusal.sentence(self.lang())}, ensure_ascii=False)
        )

    def answer(self, data: dict[str, Any]) -> None:
        self.finish(json.dumps(data, ensure_ascii=False))

    def hall(self, code: str) -> Hall:
        found = self.urn.hall(tidy(code))
        if found is None:
            raise Refusal(404, "unknown_meeting", code=code[:40])
        return found


class State(Api):
    """`GET …/state`: what phones see now, and this phone's own ballot if a key is given."""

    async def get(self, code: str) -> None:
        hall = self.hall(code)
        token = self.given_token(hall.code)
        own = hall.own(hall.check(token)) if token and not hall.closed else None
        told = hall.told(self.lang())
        self.answer({**told.state, "digest": told.digest, "own": own})


class Join(Api):
    """`POST …/join`: a key for a phone that has none; the same key again for one that has."""

    allowed = ("POST",)

    async def post(self, code: str) -> None:
        hall = self.hall(code)
        body = self.body("application/json", "not_json")
        said = read_json(body) if body.strip() else {}
        token = said.get("token") or self.given_token(hall.code)
        if token is not None and not isinstance(token, str):
            raise Refusal(400, "malformed")
        renewed = False
        if token is not None:
            try:
                hall.check(token)
            except Refusal as refusal:
                if refusal.status != 403 or "token" in said or "Authorization" in self.request.headers:
                    raise
                token, renewed = None, True  # an old cookie is no fault of the person
        if token is None:
            token = hall.new_token()
        self.keep_token(hall.code, token)
        self.urn.arrive(hall, token)
        self.answer({"token": token, "meeting": hall.code, "renewed": renewed})


class Ballot(Api):
    """`POST …/ballot`: one ballot; the answer comes when it is on disk."""

    allowed = ("POST",)

    async def post(self, code: str) -> None:
        hall = self.hall(code)
        said = read_json(self.body("application/json", "not_json"))
        token = said.get("token") or self.given_token(hall.code)
        if token is not None and not isinstance(token, str):
            raise Refusal(400, "malformed")
        self.answer(await self.vote(hall, token, said))


class NoSuchAddress(Api):
    """Anything else under `/api/`."""

    async def nothing(self, *_: str) -> None:
        raise Refusal(404, "no_such_address")

    get = head = post = put = patch = delete = options = nothing


# --- socket -----------------------------------------------------------------------------------------


class Line(Speaker, tornado.websocket.WebSocketHandler):
    """`/v/CODE/ws`: the state as it changes, ballots and their acknowledgements, over one socket a phone."""

    max_message_size = LARGEST_BODY
    ping_interval = PING_SECONDS
    ping_timeout = PING_SECONDS

    def initialize(self, urn: Callable[[], Urn]) -> None:
        self._urn = urn
        self.token: str | None = None
        self.hall: Hall | None = None
        self.language = "fr"
        self.digest = ""

    def set_default_headers(self) -> None:
        self.clear_header("Server")

    def check_origin(self, origin: str) -> bool:
        return same_host(origin, self.host())

    def get_compression_options(self) -> None:
        return None

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        log.error("a socket failed", exc_info=(typ, value, tb))

    def open(self, code: str) -> None:
        self.set_nodelay(True)
        self.language = self.asked_language() or "fr"
        try:
            self.urn = self._urn()
            self.hall = self.urn.hall(tidy(code))
        except Refusal as refusal:
            self.tell_refusal(refusal, {})
            return self.close(1013)
        if self.hall is None:
            self.tell(gone(self.language, code))
            return self.close(4404)
        self.digest = parse_qs(self.request.query).get("have", [""])[0]
        told = self.hall.told(self.language)
        if self.digest != told.digest:
            self.digest = told.digest
            self.tell({"type": "state", "digest": told.digest, "state": told.state})
        self.urn.sockets.setdefault(self.hall.code, set()).add(self)
        if token := self.given_token(self.hall.code):  # otherwise it will say hello, or vote with its key
            self.greet(token)

    def greet(self, token: str) -> None:
        """Say whether the key is good, and what is already received from it."""
        assert self.hall is not None
        if self.hall.closed:
            return
        try:
            self.hall.check(token)
        except Refusal as refusal:
            return self.tell_refusal(refusal, {})
        self.token = token
        self.urn.arrive(self.hall, token)
        self.urn.greet(self.hall, self)

    async def on_message(self, message: str | bytes) -> None:
        said: dict[str, Any] = {}
        try:
            said = read_json(
                message if isinstance(message, bytes) else message.encode("utf-8", "surrogatepass")
            )
            await self.answer(said)
        except Refusal as refusal:
            self.tell_refusal(refusal, said)
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
            self.tell({"type": "ack", **await vote(self.urn, self.hall, token, said)})
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
                **about,
            }
        )

    def tell(self, message: dict[str, Any] | str) -> None:
        """Send, unless the phone is gone."""
        text = message if isinstance(message, str) else json.dumps(message, ensure_ascii=False)
        try:
            self.write_message(text)
        except tornado.websocket.WebSocketClosedError:
            self.on_close()

    def on_close(self) -> None:
        if self.hall is not None:
            self.urn.sockets.get(self.hall.code, set()).discard(self)


def gone(lang: str, code: str) -> dict[str, Any]:
    return {
        "type": "gone",
        "error": "unknown_meeting",
        "message": t("phone.unknown_meeting", lang, code=code[:40]),
    }


# --- routes -----------------------------------------------------------------------------------------

PATHS: list[tuple[str, type]] = [
    (r"/", Door),
    (r"/v/([^/]+)", PhonePage),
    (r"/v/([^/]+)/ws", Line),
    (r"/v(?:/.*)?", NoSuchPage),
    (r"/api/v1/meetings/([^/]+)/state", State),
    (r"/api/v1/meetings/([^/]+)/join", Join),
    (r"/api/v1/meetings/([^/]+)/ballot", Ballot),
    (r"/api(?:/.*)?", NoSuchAddress),
]


def routes(urn: Callable[[], Urn]) -> list[tuple[str, type, dict[str, Any]]]:
    """The routes, speaking for a given urn (tests bring their own)."""
    return [(path, handler, {"urn": urn}) for path, handler in PATHS]


ROUTES = routes(shared_urn)

if os.environ.get("CORDEE_ROLE") == "urn":
    # From the first second, not from the first phone: a vote closed before a crash is sealed by this process.
    try:
        start_shared()
    except Exception:
        log.warning("the store cannot be opened yet", exc_info=True)
