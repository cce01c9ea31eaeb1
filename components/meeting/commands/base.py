"""What commands share: the context they see, how they refuse, the register they are in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from components.look.words import plain
from components.meeting import events as e
from components.meeting.keys import KeyRing
from components.meeting.poll import Poll
from components.meeting.room import Room
from components.meeting.run_sheet import RunSheet
from components.meeting.store import Transaction
from components.voting.tally import Tally, tally

LONGEST_TITLE = 300
LONGEST_NOTE = 2000
SEAL_AFTER = 60.0
"""Seconds between the close of a vote and its seal, unless a facilitator seals or moves on before."""


class Refused(ValueError):
    """The command makes no sense now. `key` names the sentence in the locale area `meeting`."""

    def __init__(self, key: str, /, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


@dataclass(frozen=True)
class Context:
    """All a command may know."""

    room: Room
    sheet: RunSheet
    now: float
    tx: Transaction
    keys: KeyRing

    @property
    def step(self) -> str:
        return self.sheet.steps[self.sheet.index(self.room.step)].id

    @property
    def poll(self) -> Poll | None:
        """The vote the room is looking at."""
        return focus_poll(self.room, self.sheet)


Command = Callable[..., Sequence[e.Event]]
COMMANDS: dict[str, Command] = {}


def command(name: str) -> Callable[[Command], Command]:
    def register(function: Command) -> Command:
        COMMANDS[name] = function
        return function

    return register


def focus_poll(room: Room, sheet: RunSheet) -> Poll | None:
    """The vote on screen: an improvised one if there is, else the last one on the step's question."""
    if room.focus in room.polls:
        return room.polls[room.focus]
    return room.latest_poll(sheet.steps[sheet.index(room.step)].question)


def count(tx: Transaction, poll: Poll, present: int | None = None, live: bool = False) -> Tally:
    """The count of a vote as the store and the keyed channels stand. `live`: see `tally`."""
    whole = tx.whole_ballots(poll.id, poll.batch_channels, poll.struck)
    struck = tx.struck_ballots(poll.id, poll.struck)
    return tally(poll.question, whole, poll.keyed, present, struck, live, poll.elsewhere, poll.retold)


def whole(value: Any, most: int = 100_000) -> int:
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit() and len(value) < 9:
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise Refused("not_a_count", value=str(value)[:40])
    return value


def words_of(value: Any, most: int) -> str:
    if isinstance(value, str) and len(value) > most:
        raise Refused("too_long", most=most)
    if not isinstance(value, str) or not plain(value).strip():
        raise Refused("empty_text")
    return plain(value).strip()


def poll_named(c: Context, poll: str | None, *states: str) -> Poll:
    found = c.room.polls.get(poll) if poll else c.poll
    if found is None:
        raise Refused("no_vote")
    if states and found.state not in states:
        raise Refused(f"vote_is_{found.state}")
    return found
