"""`/rehearsal` of the pages process, for the facilitator alone: the door of `cordee rehearse --url` on another machine.

`POST /rehearsal` makes the throwaway meeting; `POST /rehearsal/CODE/here`, `open`, `judge` and `end` are the orders
of `door.Door`. JSON in and out; a refusal is `{"error": …, "message": a sentence}`.
"""

import asyncio
import json
import os
from collections.abc import Callable
from typing import Any

from tornado.web import Finish, RequestHandler

from components.access import session
from components.access.view import same_origin
from components.look.i18n import known, t
from components.meeting.commands import Refused
from components.meeting.process import desk, hub
from components.rehearsal.door import Busy, Door, NotOurs
from components.rehearsal.stage import VoteOpen

MOST_TOKENS = 20_000

door = Door(desk, hub)


class Order(RequestHandler):
    """One order to the door."""

    def prepare(self) -> None:
        self.set_header("Cache-Control", "no-store")
        if not same_origin(self.request, self.application):
            self.refuse(403, "foreign", "access.foreign")
        if not session.facilitator_here(self.request):
            self.refuse(403, "closed", "rehearsal.door_closed")

    def refuse(self, status: int, error: str, text: str, **values: object) -> None:
        """Answer why not, and go no further."""
        self.set_status(status)
        self.write({"error": error, "message": t(text, self.lang, **values)})
        raise Finish

    @property
    def lang(self) -> str:
        asked = self.request.query_arguments.get("lang", [b""])[0]
        return known(asked.decode("latin-1"))

    def write_error(self, status_code: int, **_: Any) -> None:
        self.write({"error": "failed", "message": t("rehearsal.door_failed", self.lang, status=status_code)})

    def asked(self) -> dict[str, Any]:
        """The order's JSON object; an empty body is one without fields."""
        try:
            found = json.loads(self.request.body or b"{}")
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            self.refuse(400, "malformed", "rehearsal.door_malformed")
        return found

    async def answer(self, order: Callable[[], dict[str, Any]]) -> None:
        """Carry it out beside the loop: the screen must not wait for it."""
        try:
            self.write(await asyncio.get_running_loop().run_in_executor(None, order))
        except NotOurs:
            self.refuse(404, "not_ours", "rehearsal.door_not_ours")
        except VoteOpen as error:
            self.refuse(409, "vote_open", "rehearsal.vote_open", code=error.args[0])
        except Busy:
            self.refuse(409, "busy", "rehearsal.door_busy")
        except Refused:
            self.refuse(409, "out_of_order", "rehearsal.door_out_of_order")


class Make(Order):
    """`/rehearsal`."""

    async def post(self) -> None:
        force = self.asked().get("force") is True
        await self.answer(lambda: door.make(force))


class Go(Order):
    """`/rehearsal/CODE/open`, `here`, `end`."""

    async def post(self, code: str, order: str) -> None:
        orders = {"here": door.here, "open": door.open, "end": door.end}
        self.asked()
        await self.answer(lambda: orders[order](code))


class Judge(Order):
    """`/rehearsal/CODE/judge` with `{"tokens": […]}`, the phones' keys."""

    async def post(self, code: str) -> None:
        tokens = self.asked().get("tokens")
        if (
            not isinstance(tokens, list)
            or len(tokens) > MOST_TOKENS
            or not all(isinstance(token, str) and token.isascii() for token in tokens)
        ):
            self.refuse(400, "malformed", "rehearsal.door_malformed")
        await self.answer(lambda: door.judge(code, tokens))


ROUTES = [
    (r"/rehearsal", Make),
    (r"/rehearsal/([A-Z0-9]{1,12})/(here|open|end)", Go),
    (r"/rehearsal/([A-Z0-9]{1,12})/judge", Judge),
]

if os.environ.get("CORDEE_ROLE") == "pages":
    door.start()
