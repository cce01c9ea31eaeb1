"""The one door to a meeting for pages, phones, the command line and tests: read a snapshot, give a command."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from components.meeting import commands
from components.meeting.commands import COMMANDS, Context, Refused, focus_poll
from components.meeting.commands.seal import closed_long
from components.meeting.keys import (
    KeyRing,
    codes_secret,
    default_database_url,
    keys_directory,
    meeting_secret,
    pair_secret,
    poll_secret,
)
from components.meeting.poll import OPEN, SEALED, Poll
from components.meeting.room import Room
from components.meeting.run_sheet import RunSheet, load_run_sheet, pick
from components.meeting.store import Meeting, Store
from components.meeting.tables import Contribution
from components.voting.methods import METHODS
from components.voting.tally import Tally, tally

Clock = Callable[[], float]

COUNTING = frozenset(
    {"close", "seal", "seal_late", "next", "previous", "show", "open", "improvise", "close_meeting"}
)
"""Commands that count a vote for good."""


@dataclass(frozen=True)
class Snapshot:
    """Everything a page may need of a meeting at one moment; each page shows only what it may."""

    meeting: Meeting
    room: Room
    sheet: RunSheet
    poll: Poll | None
    tally: Tally | None
    joined: int
    words: Mapping[str, str]
    now: float
    origins: Mapping[str, int] = field(default_factory=dict)
    contributions: Sequence[Contribution] = ()
    """What tables wrote; read only where the run sheet has such a step."""


class Desk:
    """Store, secrets and clock together."""

    def __init__(self, store: Store, keys: KeyRing, clock: Clock = time.time) -> None:
        self.store = store
        self.keys = keys
        self.clock = clock
        self._sheets: dict[tuple[str, int, str], RunSheet] = {}
        self._lock = threading.Lock()

    @staticmethod
    def open(url: str | None = None, checkpoint: bool = False, clock: Clock = time.time) -> "Desk":
        """The desk of this installation. Raises `StoreUnavailable`."""
        url = url or default_database_url()
        return Desk(Store(url, checkpoint), KeyRing(keys_directory(url)), clock)

    # --- meetings ---------------------------------------------------------------------------------

    def new(self, source: str, file: str = "déroulé") -> str:
        """Make a meeting from a run sheet's YAML; returns its code. Raises `RunSheetError`."""
        sheet = load_run_sheet(source, file)
        return self.store.create(pick(sheet.title, "fr"), sheet.territory, source, self.clock())

    def duplicate(self, code: str) -> str:
        """A new meeting with the same run sheet and nothing of what happened."""
        return self.new(self.source(code))

    def delete(self, code: str) -> None:
        """Remove a meeting, its ballots and its secrets."""
        self._forget_all(code)
        self.keys.forget(codes_secret(code))
        self.store.delete(code)

    def clear_rehearsal(self, code: str) -> None:
        """Keep the run sheet and the codes given out, forget everything that happened. Refused once closed."""
        if self.store.room(code).closed_at is not None:
            raise Refused("meeting_closed")
        self._forget_all(code)
        self.store.restart(code, self.clock())

    def _forget_all(self, code: str) -> None:
        room = self.store.room(code)
        pairs = {poll.question.pair for poll in room.polls.values()}
        pairs |= {str(question["pair"]) for question in room.withdrawn.values()}
        for name in (*room.polls, *room.withdrawn):
            self.keys.forget(poll_secret(code, name))
        for pair in pairs - {""}:
            self.keys.forget(pair_secret(code, pair))
        self.keys.forget(meeting_secret(code))

    def source(self, code: str) -> str:
        """The run sheet as YAML, as it stands."""
        return self.store.run_sheet(code, self.store.room(code).revision)

    def sheet(self, code: str, room: Room, read: Callable[[int], str] | None = None) -> RunSheet:
        """The run sheet as the room has it; `read` gets a revision's YAML inside a transaction."""
        key = (code, room.revision, str(room.opened_at))
        with self._lock:
            found = self._sheets.get(key)
        if found is None:
            source = read(room.revision) if read else self.store.run_sheet(code, room.revision)
            found = load_run_sheet(source, kept=True)
            with self._lock:
                self._sheets[key] = found
        return found

    # --- acting -----------------------------------------------------------------------------------

    def act(self, code: str, name: str, **arguments: Any) -> Room:
        """Carry out a command of `commands.COMMANDS`. Raises `Refused`, `UnknownMeeting`; then nothing changed."""
        if name not in COMMANDS:
            raise Refused("unknown_command", name=str(name)[:40])
        now = self.clock()
        if name in COUNTING:
            self._count_ahead(code)

        def decide(tx: Any, room: Room) -> Any:
            context = Context(room, self.sheet(code, room, tx.run_sheet), now, tx, self.keys)
            try:
                return COMMANDS[name](context, **arguments)
            except TypeError as error:
                if "argument" in str(error):
                    raise Refused("unknown_command", name=name) from None
                raise

        room = self.store.act(code, decide, now)
        self._forget_spent(code, room)
        return room

    def _count_ahead(self, code: str) -> None:
        """A count that takes seconds is made before the transaction that needs it, which finds it made."""
        for poll in self.store.room(code).polls.values():
            if poll.state != SEALED and METHODS[poll.question.method].quick_totals:
                self.count(code, poll)

    def _forget_spent(self, code: str, room: Room) -> None:
        for name in commands.spent_secrets(room, code):
            self.keys.forget(name)

    def seal_late(self) -> None:
        """Seal votes closed for a minute, and finish what a crash left half done."""
        now = self.clock()
        for meeting in self.store.meetings():
            room = self.store.room(meeting.code)
            if any(closed_long(poll, now) for poll in room.polls.values()):
                room = self.act(meeting.code, "seal_late")
            self._forget_spent(meeting.code, room)

    # --- seeing -----------------------------------------------------------------------------------

    def snapshot(self, code: str) -> Snapshot:
        """Raises `UnknownMeeting`."""
        room = self.store.room(code)
        sheet = self.sheet(code, room)
        poll = focus_poll(room, sheet)
        return Snapshot(
            meeting=self.store.meeting(code),
            room=room,
            sheet=sheet,
            poll=poll,
            tally=self.count(code, poll, room.present, live=poll.state == OPEN) if poll else None,
            joined=self.store.joined(code),
            words=self.store.words(code),
            now=self.clock(),
            origins=self.store.origins(code, poll.id) if poll and poll.state != SEALED else {},
            contributions=self.contributions(code, sheet),
        )

    def contributions(self, code: str, sheet: RunSheet) -> Sequence[Contribution]:
        """What tables wrote and did not take back, oldest first."""
        if not any(step.kind == "tables" for step in sheet.steps):
            return ()
        return self.store.contributions(code)

    def count(self, code: str, poll: Poll, present: int | None = None, live: bool = False) -> Tally:
        """The count of a vote now; once sealed, the one in the log. `live`: see `tally`."""
        if poll.state == SEALED and poll.tally:
            return poll.tally
        whole = self.store.whole_ballots(code, poll.id, poll.batch_channels, poll.struck)
        struck = self.store.struck_ballots(code, poll.id, poll.struck)
        return tally(poll.question, whole, poll.keyed, present, struck, live, poll.elsewhere, poll.retold)
