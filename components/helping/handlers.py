"""What the addresses of those who help share: who may, work off the loop, refusals that are sentences."""

import asyncio
import functools
import logging
import secrets
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from components.access import session
from components.access.roles import RAPPORTEUR
from components.helping.page import door, page, policy
from components.look.i18n import t
from components.meeting.commands import Refused
from components.meeting.store import UnknownMeeting
from components.phone import said
from components.phone.api.handlers import Api
from components.phone.hall import Hall
from components.phone.refusal import Refusal
from components.phone.urn import Urn
from components.phone.web.handlers import Base, tidy

log = logging.getLogger(__name__)

Allowed = Callable[[Any, str, str], bool]
LARGEST = 1 << 16
"""Bytes of a message: forty slips of twenty lines."""


class Told(Refusal):
    """A refusal whose sentence is in another locale area: `key` is what the API says, `text` names the sentence."""

    def __init__(self, status: int, text: str, retry_after: int = 0, **values: Any) -> None:
        super().__init__(status, text.rpartition(".")[2], retry_after, **values)
        self.text = text

    def sentence(self, lang: str) -> str:
        return t(self.text, lang, **self.values)


class Helped(Base):
    """A request of somebody who helps."""

    def initialize(self, urn: Callable[[], Urn], allowed: Allowed = session.check) -> None:
        super().initialize(urn)
        self._allowed = allowed

    def may(self, code: str) -> bool:
        """Whether whoever asks helps at this meeting. Raises `Refusal` (503) when nobody can say."""
        try:
            return self._allowed(self.request, RAPPORTEUR, code)
        except Exception:
            log.warning("sign-ins cannot be read", exc_info=True)
            raise Refusal(503, "unavailable", retry_after=2) from None

    def found(self, code: str, fresh: bool = False) -> Hall:
        """The meeting. Raises `Refusal` (404)."""
        hall = self.urn.hall(tidy(code), fresh)
        if hall is None:
            raise Refusal(404, "unknown_meeting", code=code[:40])
        return hall


class HelperPage(Helped):
    """`/…/CODE`: a page; somebody who is not signed in is led to where one signs in, and back."""

    allowed = ("GET", "HEAD")
    area = ""
    path = ""
    files: Sequence[Path] = ()

    def setup(self, code: str, lang: str) -> dict[str, Any]:
        """What the script is given."""
        raise NotImplementedError

    async def get(self, code: str) -> None:
        hall, lang = self.found(code), self.lang()
        here = f"/{self.path}/{hall.code}" + ("" if lang == "fr" else "?lang=en")
        self.set_header("Cache-Control", "no-store")
        if not self.may(hall.code):
            return self.redirect(door(hall.code, here, lang))
        if hall.code != code:
            return self.redirect(here)
        setup = {"code": hall.code, "lang": lang, "door": door(hall.code, here, lang)}
        words = {"title": self.area + ".page_title", "without": self.area + ".needs_script"}
        self._write(
            lang, t(words["title"], lang), {**setup, **self.setup(hall.code, lang)}, t(words["without"], lang)
        )

    async def head(self, code: str) -> None:
        await self.get(code)

    def _write(self, lang: str, title: str, setup: dict[str, Any], without_script: str) -> None:
        nonce = secrets.token_urlsafe(16)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Content-Security-Policy", policy(nonce))
        self.finish(page(lang, nonce, title, setup, self.files, without_script))

    def refuse(self, refusal: Refusal) -> None:
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(refusal.sentence(self.lang()))


class HelperApi(Helped, Api):
    """The JSON side: what may be seen, and orders carried out in a thread, for a slow disk must not stop the phones."""

    allowed = ("GET", "POST")
    largest = LARGEST

    def admitted(self, code: str) -> Hall:
        """The meeting, for somebody who helps at it. Raises `Refusal` (404, 403)."""
        hall = self.found(code)
        if not self.may(hall.code):
            raise Told(403, "helping.helper_needed")
        return hall

    def order(self) -> dict[str, Any]:
        return said.read_json(self.body("application/json", "not_json"))

    async def act(self, code: str, name: str, **arguments: Any) -> None:
        """Carry out a command. Raises `Refusal` (400, 409 and a sentence); then nothing is written."""
        try:
            await self.aside(functools.partial(self.urn.desk.act, code, name, **arguments))
        except Refused as refused:
            status = 400 if refused.key == "unknown_command" else 409
            raise Told(status, f"meeting.{refused.key}", **refused.values) from None

    async def aside[T](self, work: Callable[..., T], *arguments: Any) -> T:
        """What `work` gives, done in a thread. Raises `Refusal`: no such meeting (404), no store (503)."""
        try:
            return await asyncio.get_running_loop().run_in_executor(None, work, *arguments)
        except Refused:
            raise
        except UnknownMeeting as error:
            raise Refusal(404, "unknown_meeting", code=str(error.args[0])[:40]) from None
        except Exception:  # a full disk, a base that does not answer
            log.warning("what a helper asked failed", exc_info=True)
            raise Refusal(503, "unavailable", retry_after=2) from None
