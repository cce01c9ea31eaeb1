"""A rehearsal run from another machine than the one that serves: through its door (`door`), over the network alone."""

import asyncio
import contextlib
import json
import time
import unicodedata
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import urlencode

from components.access.badge import COOKIE
from components.access.roles import FACILITATOR
from components.look.i18n import t
from components.rehearsal.crowd import Plan, hold_vote
from components.rehearsal.report import Report
from components.rehearsal.stage import CHOICES, compare
from components.rehearsal.wire import PATIENCE_SECONDS, Answer, Place, ask

HERE_SECONDS = 10.0
JUDGE_SECONDS = 180.0
PINGS = 5
Bounds = tuple[float, float]
"""Between what and what the server's clock is ahead of ours, in seconds."""


class AfarError(Exception):
    """Why it cannot go on, as one sentence."""


class Unreached(AfarError):
    """The serving machine does not answer."""


@dataclass
class Visit:
    """At the pages of the serving machine, from the first knock to signing out."""

    pages: Place
    cookies: dict[str, str] = field(default_factory=dict)
    code: str = ""

    async def knock(self) -> None:
        """Raises `AfarError` unless Cordée's pages answer there."""
        role = role_of(await self._ask("GET", "/alive"))
        if role != "pages":
            key = "afar_phones_port" if role == "urn" else "afar_not_pages"
            raise AfarError(t(f"rehearsal.{key}", url=self.pages.url))

    async def sign_in(self, passphrase: str) -> None:
        """Raises `AfarError` when it is not the facilitator's passphrase."""
        fields = urlencode({"role": FACILITATOR, "passphrase": passphrase}).encode()
        answer = await self._ask("POST", "/login", fields, "application/x-www-form-urlencoded")
        if answer.status == 429:
            seconds = next(iter(answer.all("retry-after")), "30")
            raise AfarError(t("rehearsal.afar_wait", seconds=seconds))
        if answer.status == 401:
            raise AfarError(t("rehearsal.afar_wrong"))
        if answer.status == 403:
            raise AfarError(t("rehearsal.afar_foreign", url=self.pages.url))
        if answer.status != 303 or COOKIE not in self.cookies:
            raise self._unexpected(answer)

    async def make(self, force: bool) -> str:
        """The code of the throwaway meeting. Raises `AfarError`, also where there is no such door."""
        self.code = str((await self._order("/rehearsal", {"force": force}))["code"])
        return self.code

    async def open(self) -> str:
        """Open the vote; returns it."""
        return str((await self._order(f"/rehearsal/{self.code}/open"))["poll"])

    async def bounds(self) -> Bounds:
        """How far ahead of ours the server's clock is, as the quickest of a few questions tells."""
        return min([await self._ping() for _ in range(PINGS)], key=lambda bounds: bounds[1] - bounds[0])

    async def _ping(self) -> Bounds:
        sent = time.monotonic()
        told = float((await self._order(f"/rehearsal/{self.code}/here"))["clock"])
        return told - time.monotonic(), told - sent

    async def stay(self) -> None:
        """Say again and again that we are here; one word that gets lost does no harm."""
        while True:
            await asyncio.sleep(HERE_SECONDS)
            with contextlib.suppress(AfarError):
                await self._ping()

    async def judge(self, tokens: list[str]) -> dict[str, Any]:
        """What `Door.judge` found."""
        return await self._order(f"/rehearsal/{self.code}/judge", {"tokens": tokens}, JUDGE_SECONDS)

    async def leave(self) -> None:
        """Have the meeting removed, and sign out. What fails is the server's to do: it removes the meeting later."""
        with contextlib.suppress(AfarError):
            if self.code:
                await self._order(f"/rehearsal/{self.code}/end")
            if COOKIE in self.cookies:
                await self._ask("POST", "/logout")

    async def _order(
        self, path: str, said: dict[str, Any] | None = None, patience: float = PATIENCE_SECONDS
    ) -> dict[str, Any]:
        body = json.dumps(said or {}).encode()
        answer = await self._ask("POST", path, body, "application/json", patience)
        try:
            found = answer.json
        except ValueError:
            if answer.status == 404:
                raise AfarError(t("rehearsal.afar_no_door", url=self.pages.url)) from None
            if answer.status == 403:  # the sign-in was ended meanwhile
                raise AfarError(t("rehearsal.door_closed")) from None
            raise self._unexpected(answer) from None
        if answer.status == 200:
            return found
        message = str(found.get("message", ""))[:500]
        shown = "".join(sign for sign in message if unicodedata.category(sign) != "Cc")
        raise AfarError(shown) if shown else self._unexpected(answer)

    def _unexpected(self, answer: Answer) -> AfarError:
        return AfarError(t("rehearsal.afar_status", url=self.pages.url, status=answer.status))

    async def _ask(
        self, method: str, path: str, body: bytes = b"", kind: str = "", patience: float = PATIENCE_SECONDS
    ) -> Answer:
        headers = {
            **({"Content-Type": kind} if kind else {}),
            # All of them: a proxy before several processes finds ours by its own.
            **({"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())} if self.cookies else {}),
        }
        try:
            answer = await ask(self.pages, method, path, headers, body, patience)
        except (OSError, TimeoutError):
            raise Unreached(t("rehearsal.afar_unreached", url=self.pages.url)) from None
        for line in answer.all("set-cookie"):
            with contextlib.suppress(CookieError):
                self.cookies.update({name: each.value for name, each in SimpleCookie(line).items()})
        return answer


def role_of(answer: Answer) -> str:
    """Which process of Cordée answered `/alive`; '' when none did."""
    try:
        return str(answer.json.get("role"))
    except ValueError:
        return ""


async def find_urn(urn: Place) -> None:
    """Raises `AfarError` where the pages answer, not the urn, or nobody."""
    try:
        role = role_of(await ask(urn, "GET", "/alive"))
    except (OSError, TimeoutError):
        raise AfarError(t("rehearsal.no_urn", url=urn.url)) from None
    if role == "pages":
        raise AfarError(t("rehearsal.afar_pages_port", url=urn.url))


async def rehearse(visit: Visit, urn: Place, plan: Plan, force: bool) -> Report:
    """One rehearsal by a visit that has signed in; its meeting is removed whatever happens. Raises `AfarError`."""
    try:
        await visit.make(force)
        await _same_house(visit, urn)
        before = await visit.bounds()
        async with _here(visit):
            phones = await hold_vote(urn, visit.code, plan, CHOICES, visit.open)
        after = await visit.bounds()
        found = await visit.judge([phone.token for phone in phones if phone.token])
    except Unreached:
        if not visit.code:
            raise
        raise AfarError(t("rehearsal.afar_cut", url=visit.pages.url)) from None
    finally:
        await visit.leave()
    # Two clocks may also drift apart during the vote: what holds before and after holds all along.
    least, most = min(before[0], after[0]), max(before[1], after[1])
    ahead, error = (least + most) / 2, (most - least) / 2
    seen = [(float(at) - ahead, int(ballots)) for at, ballots in found["seen"]]
    held = {token: None if choice is None else tuple(choice) for token, choice in found["held"].items()}
    return compare(phones, int(found["stored"]), held, seen, error)


@contextlib.asynccontextmanager
async def _here(visit: Visit) -> AsyncIterator[None]:
    staying = asyncio.create_task(visit.stay())
    try:
        yield
    finally:
        staying.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await staying


async def _same_house(visit: Visit, urn: Place) -> None:
    """Raises `AfarError` unless the urn knows the meeting that the pages have just made."""
    try:
        status = (await ask(urn, "GET", f"/api/v1/meetings/{visit.code}/state")).status
    except (OSError, TimeoutError):
        raise AfarError(t("rehearsal.no_urn", url=urn.url)) from None
    if status == 404:
        raise AfarError(t("rehearsal.afar_other_house", url=urn.url, pages=visit.pages.url))
    if status != 200:
        raise AfarError(t("rehearsal.not_an_urn", url=urn.url, status=status))
