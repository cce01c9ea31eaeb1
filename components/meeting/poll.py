"""One vote, from its opening to its seal: what the log adds up to of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from components.voting.channels import Keyed
from components.voting.question import Question
from components.voting.tally import Tally

OPEN, CLOSED, SEALED = "open", "closed", "sealed"
KEYED_CHANNELS = ("hands", "cards", "paper")


@dataclass(frozen=True)
class Batch:
    """Whole ballots keyed together; `place` is a text row."""

    id: str
    channel: str
    slips: int
    place: str
    mode: str
    at: float


@dataclass(frozen=True)
class Objection:
    """An objection to a proposal put to consent, held by so many people; `id` and `how` are text rows."""

    id: str
    lifted: bool = False
    how: str = ""
    people: int = 1


@dataclass(frozen=True)
class Poll:
    """One vote on one question, from opening to seal. keyed: hands, cards, paper → totals by option keyed by hand.

    retold: its count was seen closed, then changed; a breakdown told again would tell of those in between.
    """

    id: str
    question: Question
    state: str
    opened_at: float
    step: str
    improvised: bool = False
    shown: bool = False
    keyed: Mapping[str, Keyed] = field(default_factory=lambda: dict.fromkeys(KEYED_CHANNELS, Keyed()))
    batches: Mapping[str, Batch] = field(default_factory=dict)
    struck: frozenset[str] = frozenset()
    objections: tuple[Objection, ...] = ()
    abandoned: bool = False
    closed_at: float | None = None
    tally: Tally | None = None
    merkle_root: str = ""
    present: int | None = None
    paired: Mapping[str, Any] | None = None
    retold: bool = False

    def not_heard(self, objections: int) -> int:
        """How many of the objections counted on ballots nobody has written down yet."""
        return max(0, objections - sum(one.people for one in self.objections))

    @property
    def batch_channels(self) -> dict[str, str]:
        """Batches that count, and the channel of each."""
        return {batch.id: batch.channel for batch in self.batches.values()}

    @property
    def elsewhere(self) -> int:
        """Slips gathered out of the room: at a market, from door to door, by post."""
        return sum(batch.slips for batch in self.batches.values() if batch.mode != "room")
