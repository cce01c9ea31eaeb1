"""A pretend phone: it opens the page, holds its line, votes, changes its mind, and is as patient as the real page."""

import asyncio
import contextlib
import itertools
import json
import random
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

from components.rehearsal.wire import Answer, Broken, Place, Socket, ask, hold

Choice = tuple[str, ...]
PAGE_DATA = re.compile(r'<script type="application/json" id="data"[^>]*>(.*?)</script>', re.DOTALL)

ANSWER_SECONDS = 12.0
"""A line that does not acknowledge a ballot within this is left, as `phone.js` does."""
FIRST_WAIT_SECONDS = 0.3
LONGEST_WAIT_SECONDS = 5.0


@dataclass
class Ballot:
    """One choice on its way. Times on the monotonic clock, in seconds; None while it has not happened."""

    choice: Choice
    sequence: int | None
    sent_at: float
    acknowledged_at: float | None = None
    refused: str = ""
    receipt: str = ""

    @property
    def pending(self) -> bool:
        return self.acknowledged_at is None and not self.refused


class Refused(Exception):
    """The urn said no, and why; trying again would change nothing."""


@dataclass
class Phone:
    """One phone. `poll` and `options` are those of the vote it was last told; `ballots` all it ever sent."""

    place: Place
    code: str
    chance: random.Random = field(default_factory=random.Random)
    clock: Callable[[], float] = time.monotonic
    cookie: str = ""
    token: str = ""
    state: dict[str, Any] = field(default_factory=dict)
    ballots: list[Ballot] = field(default_factory=list)
    page_bytes: int = 0
    reconnections: int = 0
    digest: str = ""

    _socket: Socket | None = None
    _ready: asyncio.Event = field(default_factory=asyncio.Event)
    _answers: dict[int, asyncio.Future[dict[str, Any]]] = field(default_factory=dict)
    _back: asyncio.Task[None] | None = None
    _going: bool = True
    _sequence: int = 0

    # --- what it knows --------------------------------------------------------------------------------

    @property
    def vote_now(self) -> dict[str, Any] | None:
        """The vote that is open to phones, as the urn tells it."""
        vote = self.state.get("vote")
        return vote if vote and vote["state"] == "open" and vote.get("phones_vote") else None

    @property
    def acknowledged(self) -> Ballot | None:
        """The last ballot that the urn said it had."""
        return next((b for b in reversed(self.ballots) if b.acknowledged_at is not None), None)

    def may_be_held(self) -> set[Choice]:
        """What the store may hold of this phone: the last acknowledged choice, or one sent after it."""
        known = self.acknowledged
        since = self.ballots[self.ballots.index(known) :] if known else self.ballots
        return {ballot.choice for ballot in since if not ballot.refused}

    # --- arriving -------------------------------------------------------------------------------------

    async def open_page(self) -> Answer:
        """The page as a phone asks for it; keeps its key. Raises ConnectionError, TimeoutError, `Refused`."""
        headers = {"Accept-Encoding": "gzip", **({"Cookie": self.cookie} if self.cookie else {})}
        answer = await ask(self.place, "GET", f"/v/{self.code}", headers)
        if answer.status == 429 or answer.status >= 500:
            raise Broken(f"HTTP {answer.status}")
        if answer.status != 200:
            raise Refused(f"HTTP {answer.status}")
        self.page_bytes = answer.size
        if cookies := answer.all("set-cookie"):
            self.cookie = cookies[0].partition(";")[0]
            self.token = self.cookie.partition("=")[2]
        return answer

    async def arrive(self) -> None:
        """Open the page, then the line; back once welcomed. Tries again until it is let in, as people do."""
        for wait in waits(self.chance):
            try:
                self._read_page((await self.open_page()).text)
                break
            except (OSError, TimeoutError):
                await asyncio.sleep(wait)
        await self.connect()

    def _read_page(self, html: str) -> None:
        """What the page already tells, so that the line need not tell it again."""
        if found := PAGE_DATA.search(html):
            data = json.loads(found[1])
            self.state, self.digest = data["state"], str(data["digest"])

    async def connect(self) -> None:
        """Hold the line (again); back once the urn has welcomed the key."""
        for wait in waits(self.chance):
            if not self._going:
                return
            try:
                await self._connect_once()
                return
            except (OSError, TimeoutError):
                await asyncio.sleep(wait)

    async def _connect_once(self) -> None:
        self._ready.clear()
        own: list[Socket] = []
        self._socket = await hold(
            self.place,
            f"/v/{self.code}/ws?lang=fr&have={self.digest}",
            {"Cookie": self.cookie},
            self._hear,
            lambda: self._lose(own[0] if own else None),
        )
        own.append(self._socket)
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await self._ready.wait()
        except TimeoutError:
            self._socket.leave()
            raise

    def _lose(self, socket: Socket | None) -> None:
        if socket is not None and socket is not self._socket:
            return
        self._socket = None
        self._ready.clear()
        for answer in self._answers.values():
            if not answer.done():
                answer.set_exception(Broken("closed"))
        if self._going and socket is not None and (self._back is None or self._back.done()):
            self.reconnections += 1
            self._back = asyncio.ensure_future(self.connect())

    def _hear(self, message: dict[str, Any]) -> None:
        kind = message.get("type")
        if kind == "state":
            self.state, self.digest = message["state"], str(message["digest"])
        elif kind == "welcome":
            self._ready.set()
        elif kind in ("ack", "refused"):
            if message.get("error") in ("no_key", "forged_key"):
                self._ready.clear()
            waiting = self._answers.get(int(message.get("sequence") or 0))
            if waiting is not None and not waiting.done():
                waiting.set_result({**message, "heard_at": self.clock()})

    async def leave(self) -> None:
        """Put the phone away."""
        self._going = False
        if self._back is not None:
            self._back.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._back
        if self._socket is not None:
            self._socket.leave()
            self._socket = None

    def cut(self) -> None:
        """What a lift or a dead zone does: the line breaks without a word."""
        if self._socket is not None and self._socket.transport is not None:
            self._socket.transport.abort()

    # --- voting ---------------------------------------------------------------------------------------

    async def vote(self, poll: str, choice: Choice, patience: float = 60.0) -> Ballot:
        """Send a ballot until it is acknowledged or refused; one left pending after `patience` seconds is as it is."""
        self._sequence = max(self._sequence + 1, int(time.time() * 1000))
        ballot = Ballot(choice, self._sequence, self.clock())
        self.ballots.append(ballot)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience):
                await self._send_until_answered(poll, ballot)
        return ballot

    async def _send_until_answered(self, poll: str, ballot: Ballot) -> None:
        assert ballot.sequence is not None
        said = {"type": "ballot", "poll": poll, "choice": list(ballot.choice), "sequence": ballot.sequence}
        while ballot.pending:
            await self._ready.wait()
            if (socket := self._socket) is None:
                await asyncio.sleep(0.05)
                continue
            answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
            self._answers[ballot.sequence] = answer
            try:
                socket.say(said)
                async with asyncio.timeout(ANSWER_SECONDS):
                    found = await answer
            except (Broken, TimeoutError):
                socket.leave()
                self._lose(socket)
                await asyncio.sleep(0)
                continue
            finally:
                self._answers.pop(ballot.sequence, None)
            if found["type"] == "ack":
                ballot.acknowledged_at, ballot.receipt = found["heard_at"], str(found.get("receipt", ""))
            elif int(found.get("status") or 0) in (429, *range(500, 600)):
                await asyncio.sleep((found.get("retry_after") or 1) * (0.5 + self.chance.random()))
            else:
                ballot.refused = str(found.get("error"))

    async def post(self, choice: Choice, patience: float = 60.0) -> Ballot:
        """The same through the page's form, as a phone without script does."""
        ballot = Ballot(choice, None, self.clock())
        self.ballots.append(ballot)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience):
                for wait in waits(self.chance):
                    try:
                        status = await self._post_once(choice, ballot)
                    except (OSError, TimeoutError):
                        status = 503
                    except Refused:
                        status = 400
                    if status < 400:
                        ballot.acknowledged_at = self.clock()
                    elif status < 500 and status != 429:
                        ballot.refused = f"HTTP {status}"
                    if not ballot.pending:
                        break
                    await asyncio.sleep(wait)
        return ballot

    async def _post_once(self, choice: Choice, ballot: Ballot) -> int:
        form = read_form((await self.open_page()).text)
        fields = [*form.hidden, *(("choice", option) for option in choice)]
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept-Encoding": "gzip",
            "Cookie": self.cookie,
            "Origin": self.place.url,
        }
        ballot.sent_at = self.clock()
        return (await ask(self.place, "POST", form.action, headers, urlencode(fields).encode())).status

    async def own(self) -> dict[str, Any] | None:
        """What the store holds of this phone, as the urn reads it back. Raises OSError, TimeoutError, `Refused`."""
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = await ask(self.place, "GET", f"/api/v1/meetings/{self.code}/state", headers)
        if answer.status != 200:
            raise Refused(f"HTTP {answer.status}")
        found = answer.json["own"]
        return dict(found) if found else None


def waits(chance: random.Random) -> "itertools.chain[float]":
    """Seconds to wait before each new try: longer and longer, never at the same moment as the other phones."""
    steps = itertools.chain(
        (FIRST_WAIT_SECONDS * 1.7**n for n in range(6)), itertools.repeat(LONGEST_WAIT_SECONDS)
    )
    return itertools.chain(min(step, LONGEST_WAIT_SECONDS) * (0.4 + 0.6 * chance.random()) for step in steps)


@dataclass(frozen=True)
class Form:
    """The ballot's form in a page: where it goes, and what it carries unseen."""

    action: str
    hidden: tuple[tuple[str, str], ...]


class _FormReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.action = ""
        self.hidden: list[tuple[str, str]] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        if tag == "form" and named.get("method", "").lower() == "post" and not self.action:
            self._inside, self.action = True, named.get("action", "")
        elif tag == "input" and self._inside and named.get("type") == "hidden":
            self.hidden.append((named.get("name", ""), named.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False


def read_form(html: str) -> Form:
    """The form of a phone's page. Raises Broken when the page has none: the vote is not open there."""
    main = re.sub(r"<(script|style)\b.*?</\1>", "", html, flags=re.DOTALL)
    reader = _FormReader()
    reader.feed(main)
    if not reader.action:
        raise Broken("no form")
    return Form(reader.action, tuple(reader.hidden))
