"""The pages: the door that asks for a code, and the phone's page with its form."""

import gzip
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, quote

from components.look.i18n import t
from components.phone import page as pages
from components.phone import said
from components.phone.casting import entitle, vote
from components.phone.forms import NOBODY, Person
from components.phone.hall import Hall
from components.phone.refusal import Refusal
from components.phone.token import PLACES, ROOM
from components.phone.web.handlers import Base, tidy


def page_headers(host: str, packed: bool) -> dict[str, str]:
    """The headers of every page, beside those of every answer."""
    return {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": pages.security_policy(host),
        "Cache-Control": "private, no-cache",
        "Vary": "Accept-Encoding, Cookie",
        **({"Content-Encoding": "gzip"} if packed else {}),
    }


class PageHandler(Base):
    """Answers with HTML."""

    allowed = ("GET", "HEAD")

    def send(self, html: str, status: int = 200) -> None:
        self.set_status(status)
        self.send_bytes(html.encode(), gzip.compress(html.encode(), 6))

    def send_bytes(self, plain: bytes, packed: bytes) -> None:
        may_pack = "gzip" in self.request.headers.get("Accept-Encoding", "")
        for name, value in page_headers(self.host(), may_pack).items():
            self.set_header(name, value)
        self.finish(packed if may_pack else plain)

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


class PhonePage(PageHandler):
    """`/v/CODE`: the phone's page; without script, also where its forms are sent."""

    allowed = ("GET", "HEAD", "POST")

    def hall_or_door(self, code: str) -> Hall | None:
        hall = self.urn.hall(tidy(code))
        if hall is None:
            lang = self.lang()
            self.send(pages.code_page(lang, code, t("phone.unknown_code", lang, code=code[:40])), 404)
        return hall

    def place(self) -> str | None:
        """Where the person says to be, by the link they followed."""
        place = self.asked("place")
        return place if place in PLACES else None

    async def get(self, code: str) -> None:
        if (hall := self.hall_or_door(code)) is None:
            return
        if hall.code != code:
            return self.redirect(f"/v/{quote(hall.code)}{self._suffix()}")
        lang, line = self.lang(), None
        token = self.given_token(code)
        if not hall.closed:
            try:
                if token is not None:
                    hall.check(token)
            except Refusal as refusal:
                if refusal.status != 403:
                    raise
                line, token = pages.Line(rest=t("phone.new_key", lang)), None
            fresh = token is None
            token = self.token_for(hall, token)
            if not fresh:  # a phone that keeps no cookie is not counted at each of its visits
                self.urn.arrive(hall, token)
        own, person = self.who(hall, token, self.asked("second") == "1")
        if own or line or person != NOBODY:
            told = hall.told(lang)
            return self.send(pages.phone_page(told.state, told.digest, lang, own, line, person=person))
        self.send_bytes(*self.urn.page(hall, lang))

    def who(self, hall: Hall, token: str | None, second: bool) -> tuple[dict[str, Any] | None, Person]:
        """The ballot of the person on the page, and what else is known of who holds this phone."""
        if token is None or hall.closed:
            return None, NOBODY
        second = second and hall.sharing
        about = hall.about(token)
        own, other = (about["second"], about["own"]) if second else (about["own"], about["second"])
        return own, Person(
            other=other,
            second=second,
            college=(own or {}).get("college", ""),
            remote=about["remote"],
            entitled=about["entitled_second" if second else "entitled"] is not None,
        )

    def token_for(self, hall: Hall, token: str | None) -> str:
        """The phone's key, or a new one, with the mark of the link that was followed; kept in its cookies."""
        place = self.place()
        if token is None:
            found = self.urn.new_token(hall, self.peer(), place or ROOM)
        else:
            found = hall.moved(token, place) if place else token
        if found != token:
            self.keep_token(hall.code, found)
        return found

    def _suffix(self) -> str:
        kept = [("lang", self.asked_language()), ("place", self.place())]
        words = "&".join(f"{name}={value}" for name, value in kept if value)
        return f"?{words}" if words else ""

    async def post(self, code: str) -> None:
        if (hall := self.hall_or_door(code)) is None:
            return
        lang, token = self.lang(), self.given_token(hall.code)
        fields: said.Fields = {}
        line, at, problem = None, None, ""
        try:
            fields = said.read_form(self.body("application/x-www-form-urlencoded", "not_a_form"))
            at = await self.take(hall, token, fields)
        except Refusal as refusal:
            if refusal.status in (413, 415, 421) or refusal.key == "foreign_origin":
                raise
            self.mark(refusal)
            sentence = refusal.sentence(lang)
            line, problem = pages.Line(sentence), sentence if "entitlement" in fields else ""
        try:
            own, person = self.who(hall, token and hall.check(token), bool(said.first(fields, "second")))
        except Refusal:  # a key we did not make, or a store that does not answer
            own, person = None, NOBODY
        if line:  # nothing typed is lost
            person = replace(person, typed=fields, problem=problem)
        told = hall.told(lang)
        self.send(pages.phone_page(told.state, told.digest, lang, own, line, at, person), self.get_status())

    async def take(self, hall: Hall, token: str | None, fields: said.Fields) -> float | None:
        """What a form says: a single-use code, or a ballot (then when it was received)."""
        second = bool(said.first(fields, "second"))
        if "entitlement" in fields and "poll" not in fields:
            if not token:
                raise Refusal(403, "no_key")
            words = {"entitlement": said.first(fields, "entitlement"), "second": second}
            return await entitle(self.urn, hall, hall.check(token), words, self.peer())
        poll = said.first(fields, "poll")
        found = hall.poll(poll) if poll else None
        words = {
            "poll": poll,
            "choice": said.form_choice(found.question if found else None, fields),
            "second": second,
            "college": said.first(fields, "college"),
        }
        return (await vote(self.urn, hall, token, words, *self.traces()))["at"]


class NoSuchPage(PageHandler):
    """Anything else under `/v/`."""

    async def get(self, *_: str) -> None:
        raise Refusal(404, "other_page")
