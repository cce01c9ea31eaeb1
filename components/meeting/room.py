"""The room: what the log of a meeting adds up to (`fold`)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from components.meeting import floor as f
from components.meeting import tables as tb
from components.meeting.poll import OPEN, Poll


@dataclass(frozen=True)
class Timer:
    """Countdown of the step: `left` seconds at time `at`; counts down only while running."""

    left: float
    at: float
    running: bool

    def left_at(self, now: float) -> float:
        return self.left - (now - self.at if self.running else 0)


@dataclass(frozen=True)
class View:
    """What the map of the scenario steps shows."""

    variable: str = "Emissions|CO2e"
    year: int = 2050
    per_inhabitant: bool = True


@dataclass(frozen=True)
class Figure:
    """A figure of the model whose origin the screen shows; `region`: an INSEE code or `territory`."""

    variable: str
    region: str
    year: int
    per_inhabitant: bool


@dataclass(frozen=True)
class Note:
    """A dated remark of the meeting; its words are in the text table.

    who, when: identifiers of the words that say who commits and by which date; empty where nothing was said.
    """

    kind: str
    text: str
    step: str
    at: float
    who: str = ""
    when: str = ""


@dataclass(frozen=True)
class Undoable:
    """The event an undo would take back now."""

    version: int
    kind: str


@dataclass(frozen=True)
class Room:
    """State of a meeting at a version of its log."""

    version: int = 0
    territory: str = ""
    revision: int = 0
    opened_at: float | None = None
    closed_at: float | None = None
    step: str = ""
    step_at: float = 0.0
    steps_shown: tuple[tuple[str, float], ...] = ()
    timer: Timer = Timer(0, 0, False)
    neutral: bool = False
    promise: bool = False
    sharing: bool = False
    issued: Mapping[str, int] = field(default_factory=dict)
    """College → single-use codes ever issued, revoked ones included; empty where every phone may vote."""
    revoked: frozenset[int] = frozenset()
    """Numbers of the codes revoked one by one."""
    method_on: bool = False
    explained: Figure | None = None
    present: int | None = None
    present_at: float = 0.0
    polls: Mapping[str, Poll] = field(default_factory=dict)
    withdrawn: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    focus: str = ""
    levers: Mapping[str, float] = field(default_factory=dict)
    last_change: Mapping[str, tuple[float | None, float | None]] = field(default_factory=dict)
    view: View = View()
    scenarios: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
    floor: f.Floor = field(default_factory=f.Floor)
    tables: tb.Tables = field(default_factory=tb.Tables)
    undoable: Undoable | None = None
    head: str = ""

    @property
    def open_poll(self) -> Poll | None:
        """The vote that takes ballots now; there is at most one."""
        return next((poll for poll in self.polls.values() if poll.state == OPEN), None)

    def latest_poll(self, question: str) -> Poll | None:
        """The last vote put on this question."""
        found = [poll for poll in self.polls.values() if poll.question.id == question]
        return found[-1] if found else None

    def with_poll(self, poll: Poll) -> "Room":
        return replace(self, polls={**self.polls, poll.id: poll})
