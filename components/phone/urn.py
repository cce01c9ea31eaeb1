"""The urn of one process: halls, the writer, who is connected, and the pushes when something moved.

Everything here but the writer and the hub runs in the event loop's thread, so nothing needs a lock.
"""

import asyncio
import functools
import gzip
import json
import logging
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from components.meeting.desk import Desk
from components.meeting.hub import Hub
from components.meeting.store import ACCEPTED, NOT_ENTITLED, NOT_OPEN, STRUCK, UnknownMeeting
from components.phone import page as pages
from components.phone.hall import RESULT_SECONDS, Hall, Slip
from components.phone.limits import LINES_A_PHONE, Limits, most_lines, most_lines_of_one
from components.phone.refusal import Refusal
from components.phone.token import ROOM
from components.phone.writer import FAILED, Answered, TooBusy, Writer

log = logging.getLogger(__name__)

FRESH_SECONDS = 0.005
"""A meeting looked at less than this ago is not looked at again: at most 200 queries a second in a burst."""


GATHER_SECONDS = 0.003
"""Phones arriving within this time are welcomed together."""


class Phone(Protocol):
    """A connected phone."""

    token: str | None
    language: str
    digest: str
    """Of the state it was last told."""

    def tell(self, message: str) -> None: ...
    def tell_refusal(self, refusal: Refusal, said: dict[str, object]) -> None: ...
    def close(self, code: int) -> None: ...


@dataclass(frozen=True)
class Kept:
    """A hall, when it was last looked at, and the store's pulse then."""

    at: float
    pulse: Any
    hall: Hall


class Urn:
    """Start it once a process; `attach` it to the event loop that serves."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.limits = Limits()
        self.sockets: dict[str, set[Phone]] = {}
        self._lines = 0
        self._most_lines = most_lines()
        self._most_of_one = most_lines_of_one(self._most_lines)
        self._lines_of: Counter[str] = Counter()
        self._lines_from: Counter[str] = Counter()
        self._halls: dict[str, Kept] = {}
        self._pulse: Callable[[], Any] | None = None
        self._pages: dict[tuple[str, str], tuple[str, bytes, bytes]] = {}
        self._later: set[str] = set()
        self._arriving: list[tuple[Hall, Phone]] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._hub = Hub(desk, seals_late=True)
        self.writer = Writer(desk.store.cast, desk.store.join, self._deliver)

    def start(self) -> "Urn":
        self.writer.start()
        self._hub.listen(self, self._moved)
        self._hub.start()
        return self

    def stop(self) -> None:
        self._hub.stop()
        self.writer.stop()

    def attach(self) -> "Urn":
        """Remember the running event loop: answers and pushes go there."""
        self._loop = asyncio.get_running_loop()
        return self

    # --- meetings -----------------------------------------------------------------------------------

    def hall(self, code: str, fresh: bool = False) -> Hall | None:
        """The meeting as it stands; None if there is none. Raises `Refusal` (503) if the store does not answer.

        `fresh`: something has just been committed, look even if we looked a moment ago.
        """
        kept, now = self._halls.get(code), time.monotonic()
        if kept and not fresh and now - kept.at < FRESH_SECONDS:
            return kept.hall
        try:
            self._pulse = self._pulse or self.desk.store.pulse()
            pulse = self._pulse()
            if kept and (fresh or pulse != kept.pulse):
                kept.hall.look()
            hall = kept.hall if kept else Hall(self.desk, code)
        except UnknownMeeting:
            self._halls.pop(code, None)
            return None
        except Refusal:
            raise
        except Exception:
            log.warning("the store does not answer", exc_info=True)
            self._pulse = None
            raise Refusal(503, "unavailable", retry_after=2) from None
        self._halls[code] = Kept(now, pulse, hall)
        return hall

    def look(self, hall: Hall) -> bool:
        """Look at a meeting before the next wake-up; True if it had moved."""
        try:
            moved = hall.look()
        except UnknownMeeting:
            raise Refusal(404, "unknown_meeting", code=hall.code) from None
        if moved:
            self._tell(hall.code)
        return moved

    def page(self, hall: Hall, lang: str) -> tuple[bytes, bytes]:
        """The page of a phone that has not voted, plain and gzipped: made once, however many open it."""
        told = hall.told(lang)
        kept = self._pages.get((hall.code, lang))
        if kept is None or kept[0] != told.digest:
            plain = pages.phone_page(told.state, told.digest, lang).encode()
            kept = (told.digest, plain, gzip.compress(plain, 9))
            self._pages[hall.code, lang] = kept
        return kept[1], kept[2]

    # --- lines --------------------------------------------------------------------------------------

    def hold(self, peer: str) -> None:
        """Count an open line. Raises `Refusal` (503) when there are more than this process can hold, or more from
        one address than leaves room for the others."""
        if self._lines >= self._most_lines or self._lines_from[peer] >= self._most_of_one:
            raise Refusal(503, "too_many_lines", retry_after=30)
        self._lines += 1
        self._lines_from[peer] += 1

    def know(self, phone: Phone, token: str) -> None:
        """The line is this key's. Raises `Refusal` (429) when the key holds too many already."""
        if phone.token == token:
            return
        if self._lines_of[token] >= LINES_A_PHONE:
            raise Refusal(429, "too_many_lines_here", retry_after=30)
        self._forget_key(phone)
        self._lines_of[token] += 1
        phone.token = token

    def let_go(self, phone: Phone, peer: str) -> None:
        """A line that was held is closed."""
        self._lines -= 1
        self._lines_from[peer] -= 1
        if not self._lines_from[peer]:
            del self._lines_from[peer]  # no address of a phone that left is kept
        self._forget_key(phone)

    def _forget_key(self, phone: Phone) -> None:
        if phone.token is not None:
            self._lines_of[phone.token] -= 1
            if not self._lines_of[phone.token]:
                del self._lines_of[phone.token]  # no key of a phone that left is kept
            phone.token = None

    # --- arriving -----------------------------------------------------------------------------------

    def new_token(self, hall: Hall, peer: str, place: str = ROOM) -> str:
        """A key for a phone that has none. Raises `Refusal` (429) when too many are made for one address."""
        self.limits.keys.spend(peer)
        return hall.new_token(place)

    def greet(self, hall: Hall, phone: Phone) -> None:
        """Welcome a phone whose key is good and tell it what is already received from it, many at a time."""
        self._arriving.append((hall, phone))
        if len(self._arriving) == 1:
            asyncio.get_running_loop().call_later(GATHER_SECONDS, self._greet_all)

    def _greet_all(self) -> None:
        arriving, self._arriving = self._arriving, []
        by_hall: dict[str, list[Phone]] = {}
        halls = {hall.code: hall for hall, _ in arriving}
        for hall, phone in arriving:
            by_hall.setdefault(hall.code, []).append(phone)
        for code, phones in by_hall.items():
            try:
                told = halls[code].about_all([phone.token for phone in phones if phone.token])
            except Exception:
                log.warning("the store does not answer", exc_info=True)
                for phone in phones:
                    phone.close(1013)  # « try again later »: the page does
                continue
            for phone in phones:
                about = told.get(phone.token or "") or halls[code].nobody()
                phone.tell(json.dumps({"type": "welcome", **about}, ensure_ascii=False))

    # --- writing ------------------------------------------------------------------------------------

    def arrive(self, hall: Hall, token: str) -> None:
        """Count this phone as present, once."""
        self.writer.arrive(hall.code, hall.device(token))

    async def write(self, slip: Slip) -> bool:
        """Return once the phone's ballot is on disk: True for this one, False when a later one is already held.

        Raises `Refusal` if there is none, and then it is not received.
        """
        future: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        try:
            self.writer.submit(slip.cast, functools.partial(_settle, future))
        except TooBusy:
            raise Refusal(503, "too_busy", retry_after=3) from None
        word = await future
        if word == FAILED:
            raise Refusal(503, "unavailable", retry_after=3)
        if word == NOT_OPEN:
            raise Refusal(409, "vote_not_open")
        if word == NOT_ENTITLED:
            raise Refusal(403, "entitlement_revoked")
        if word == STRUCK:
            raise Refusal(409, "struck")
        return word == ACCEPTED

    def _deliver(self, answered: Answered) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(_answer_all, answered)

    # --- telling ------------------------------------------------------------------------------------

    def _moved(self) -> None:
        """The store moved (called from the hub's thread)."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._tell_all)

    def _tell_all(self) -> None:
        for code in list(self.sockets):
            self._tell(code)

    def _tell(self, code: str) -> None:
        """Send the meeting's state to its phones, if it is not what they were last told."""
        self._later.discard(code)
        phones = self.sockets.get(code)
        if not phones:
            self.sockets.pop(code, None)
            return
        try:
            hall = self.hall(code, fresh=True)
        except Refusal:
            return self._tell_later(code, 1.0)
        if hall is None:
            return self._tell_gone(code)
        for lang in {phone.language for phone in phones}:
            told = hall.told(lang)
            text = f'{{"type":"state","digest":"{told.digest}","state":{told.text}}}'
            for phone in list(phones):
                if phone.language == lang and phone.digest != told.digest:
                    phone.digest = told.digest
                    phone.tell(text)
        if hall.restarted():
            self._count_again(hall)
        elif hall.touched():
            for phone in list(phones):
                if phone.token is not None:
                    self.greet(hall, phone)
        if hall.result_due:
            self._tell_later(code, RESULT_SECONDS)

    def _tell_later(self, code: str, seconds: float) -> None:
        if code not in self._later and self._loop is not None:
            self._later.add(code)
            self._loop.call_later(seconds, self._tell, code)

    def _tell_gone(self, code: str) -> None:
        for phone in list(self.sockets.pop(code, set())):
            refusal = Refusal(404, "unknown_meeting", code=code)
            text = {"type": "gone", "error": refusal.key, "message": refusal.sentence(phone.language)}
            phone.tell(json.dumps(text, ensure_ascii=False))
            phone.close(4404)
        for known in [key for key in self._pages if key[0] == code]:
            del self._pages[known]

    def _count_again(self, hall: Hall) -> None:
        """After a rehearsal was cleared the phones still connected are present again."""
        for phone in list(self.sockets.get(hall.code, ())):
            if phone.token is None:
                continue
            try:
                self.arrive(hall, hall.check(phone.token))
                self.greet(hall, phone)
            except Refusal as refusal:
                self._forget_key(phone)
                phone.tell_refusal(refusal, {})


def _settle(future: "asyncio.Future[str]", word: str) -> None:
    if not future.done():  # the phone may have gone meanwhile
        future.set_result(word)


def _answer_all(answered: Answered) -> None:
    for answer, word in answered:
        answer(word)


_shared: Urn | None = None
_starting = threading.Lock()


def start_shared() -> Urn:
    """The urn of this process, started at the first call. Raises whatever the store raises."""
    global _shared
    with _starting:
        if _shared is None:
            _shared = Urn(Desk.open(checkpoint=True)).start()
    return _shared


def shared_urn() -> Urn:
    """The urn of this process, for a request. Raises `Refusal` (503) if the store cannot be opened."""
    try:
        return start_shared().attach()
    except Exception:
        log.warning("the store cannot be opened", exc_info=True)
        raise Refusal(503, "unavailable", retry_after=5) from None
