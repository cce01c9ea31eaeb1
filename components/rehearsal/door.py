"""The door for a rehearsal that another machine runs: what it may ask of this one, and what is left when it vanishes.

One rehearsal at a time, in a throwaway meeting made here; no other meeting can be named. Every order is a sign of
life, and after `SILENT_SECONDS` without one the meeting is removed. So is, at the start, what a former process left.
"""

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from components.meeting.desk import Desk
from components.meeting.hub import Hub
from components.meeting.store import UnknownMeeting
from components.rehearsal import stage
from components.rehearsal.watch import Follower

log = logging.getLogger(__name__)

SILENT_SECONDS = 120.0
LOOK_SECONDS = 2.0


class Busy(Exception):
    """Another machine's rehearsal is not over."""


class NotOurs(Exception):
    """No meeting of that code was made here, or it is removed already."""


@dataclass
class Held:
    """The rehearsal under way. Times on the monotonic clock."""

    code: str
    follower: Follower
    heard_at: float
    poll: str = ""


class Door:
    """Thread-safe; each order may take a moment and belongs in a thread of its own."""

    def __init__(
        self, desk: Callable[[], Desk], hub: Callable[[], Hub], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._desk, self._hub, self._clock = desk, hub, clock
        self._lock = threading.Lock()
        self._held: Held | None = None
        self._swept = False

    def make(self, force: bool = False) -> dict[str, Any]:
        """Make the throwaway meeting. Raises `Busy`; unless `force`, `VoteOpen`."""
        with self._lock:
            if self._held is not None:
                raise Busy
            if not force:
                stage.refuse_during_a_vote(self._desk())
            hub = self._hub()
            code = stage.make(self._desk())
            self._held = Held(code, Follower(hub, code), self._clock())
            return {"code": code}

    def here(self, code: str) -> dict[str, Any]:
        """What time it is on the clock of `judge`; the machine that asks is still there. Raises `NotOurs`."""
        with self._lock:
            self._known(code)
            return {"clock": time.monotonic()}

    def open(self, code: str) -> dict[str, Any]:
        """Open the vote. Raises `NotOurs`, and `Refused` when it was opened before."""
        with self._lock:
            held = self._known(code)
            held.poll = stage.open_vote(self._desk(), code)
            return {"poll": held.poll}

    def judge(self, code: str, tokens: Sequence[str]) -> dict[str, Any]:
        """The ballots in the store, the choice held of each phone, and when the pages saw how many ballots.

        Raises `NotOurs`.
        """
        with self._lock:
            held = self._known(code)
            seen = held.follower.end()
            stored, choices = stage.held_in_store(self._desk(), code, held.poll, tokens)
            return {"stored": stored, "held": choices, "seen": seen}

    def end(self, code: str) -> dict[str, Any]:
        """Remove the meeting. Raises `NotOurs`."""
        with self._lock:
            self._remove(self._known(code))
            return {}

    def look_after(self) -> None:
        """Remove what a former process left (once), and the meeting whose machine fell silent."""
        with self._lock:
            if not self._swept:
                stage.sweep(self._desk(), ours=[self._held.code] if self._held else [])
                self._swept = True
            if self._held is not None and self._clock() - self._held.heard_at > SILENT_SECONDS:
                self._remove(self._held)

    def start(self) -> None:
        """Look after it for as long as this process lives."""
        threading.Thread(target=self._run, name="rehearsal door", daemon=True).start()

    def _run(self) -> None:
        while True:
            time.sleep(LOOK_SECONDS)
            try:
                self.look_after()
            except Exception:
                log.warning("a rehearsal could not be removed; trying again", exc_info=True)

    def _known(self, code: str) -> Held:
        if self._held is None or self._held.code != code:
            raise NotOurs(code)
        self._held.heard_at = self._clock()
        return self._held

    def _remove(self, held: Held) -> None:
        held.follower.end()
        with contextlib.suppress(UnknownMeeting):  # somebody removed it from the control desk
            stage.remove(self._desk(), held.code)
        self._held = None
