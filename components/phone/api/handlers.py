"""The API in JSON (docs/api.md, docs/openapi.yaml)."""

import json
from typing import Any

from components.look.i18n import known
from components.phone import said
from components.phone.casting import entitle, vote
from components.phone.hall import Hall
from components.phone.refusal import Refusal
from components.phone.said import flag
from components.phone.token import PLACES, ROOM
from components.phone.web.handlers import Base, languages, tidy


class Api(Base):
    """Answers with JSON."""

    def lang(self) -> str:
        wanted = languages(self.request.headers.get("Accept-Language", ""))
        return self.asked_language() or known(wanted[0] if wanted else None)

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

    def said(self) -> dict[str, Any]:
        return said.read_json(self.body("application/json", "not_json"))

    def token_in(self, words: dict[str, Any], hall: Hall) -> str | None:
        """The key in the message, else in the header or cookie. Raises `Refusal` (400)."""
        token = words.get("token") or self.given_token(hall.code)
        if token is not None and not isinstance(token, str):
            raise Refusal(400, "malformed")
        return token


class State(Api):
    """`GET …/state`: what phones see now, and this phone's own ballots if a key is given."""

    async def get(self, code: str) -> None:
        hall = self.hall(code)
        token = self.given_token(hall.code)
        if token and not hall.closed:
            hall.check(token)
            self.urn.limits.ballots.spend(token)
            own = hall.about(token)
        else:
            own = hall.nobody()
        told = hall.told(self.lang())
        self.answer({**told.state, "digest": told.digest, **own})


class Join(Api):
    """`POST …/join`: a key for a phone that has none; the same key again for one that has. Takes a single-use code."""

    allowed = ("POST",)

    async def post(self, code: str) -> None:
        hall = self.hall(code)
        body = self.body("application/json", "not_json")
        words = said.read_json(body) if body.strip() else {}
        token, place = self.token_in(words, hall), words.get("place")
        if place is not None and place not in PLACES:
            raise Refusal(400, "malformed")
        renewed = False
        if token is not None:
            try:
                hall.check(token)
            except Refusal as refusal:
                if refusal.status != 403 or "token" in words or "Authorization" in self.request.headers:
                    raise
                token, renewed = None, True  # an old cookie is no fault of the person
        if token is None:
            token = self.urn.new_token(hall, self.peer(), place or ROOM)
        elif place:
            token = hall.moved(token, place)
        self.keep_token(hall.code, token)
        if words.get("entitlement") is not None:
            await entitle(self.urn, hall, token, words, self.peer())
        self.urn.arrive(hall, token)
        second = flag(words.get("second"))
        entitled = hall.entitled(token, second) is not None
        self.answer({"token": token, "meeting": hall.code, "renewed": renewed, "entitled": entitled})


class Ballot(Api):
    """`POST …/ballot`: one ballot; the answer comes when it is on disk."""

    allowed = ("POST",)

    async def post(self, code: str) -> None:
        hall = self.hall(code)
        words = self.said()
        self.answer(await vote(self.urn, hall, self.token_in(words, hall), words, *self.traces()))


class NoSuchAddress(Api):
    """Anything else under `/api/`."""

    async def nothing(self, *_: str) -> None:
        raise Refusal(404, "no_such_address")

    get = head = post = put = patch = delete = options = nothing
