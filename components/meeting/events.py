"""The words of the log: past tense, small, complete. One dataclass each.

No private note, voter key or free text is ever in an event: free text lives in rows that can be deleted, and
the event holds its identifier and a salted hash.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar


@dataclass(frozen=True)
class Event:
    """Something that happened. `undoable` says whether the facilitator may take it back."""

    undoable: ClassVar[bool] = True


@dataclass(frozen=True)
class MeetingOpened(Event):
    undoable: ClassVar[bool] = False
    territory: str
    revision: int
    run_sheet_sha256: str


@dataclass(frozen=True)
class RunSheetRevised(Event):
    undoable: ClassVar[bool] = False
    revision: int
    run_sheet_sha256: str


@dataclass(frozen=True)
class StepShown(Event):
    """The room moved to a step; its countdown starts with `seconds` (none for steps without a duration)."""

    step: str
    seconds: int


@dataclass(frozen=True)
class TimerSet(Event):
    """`left` seconds remain; `running` from the event's own time, or paused."""

    left: float
    running: bool


@dataclass(frozen=True)
class PresenceCounted(Event):
    people: int


@dataclass(frozen=True)
class QuestionOpened(Event):
    """Voting starts. `poll` names this one vote (a question may be put again); `question` is frozen here."""

    poll: str
    question: Mapping[str, Any]
    improvised: bool = False


@dataclass(frozen=True)
class HandsCounted(Event):
    poll: str
    counts: Mapping[str, int]
    slips: int
    blank: int = 0


@dataclass(frozen=True)
class PaperCounted(Event):
    poll: str
    counts: Mapping[str, int]
    slips: int
    blank: int = 0


@dataclass(frozen=True)
class QuestionClosed(Event):
    """Voting stops; may be undone or reopened until the seal. Carries the count at that moment."""

    poll: str
    tally: Mapping[str, Any]


@dataclass(frozen=True)
class QuestionReopened(Event):
    poll: str


@dataclass(frozen=True)
class QuestionSealed(Event):
    """The links from phones to ballots are destroyed: final count, its root, who could have voted."""

    undoable: ClassVar[bool] = False
    poll: str
    tally: Mapping[str, Any]
    merkle_root: str
    present: int | None
    paired: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class ResultShown(Event):
    poll: str


@dataclass(frozen=True)
class ResultHidden(Event):
    poll: str


@dataclass(frozen=True)
class HiddenCountsRead(Event):
    """The facilitator asked to see counts that the room does not see."""

    undoable: ClassVar[bool] = False
    poll: str


@dataclass(frozen=True)
class LeverMoved(Event):
    """Settled lever positions: lever id → value, or None for back to trend."""

    changes: Mapping[str, float | None]


@dataclass(frozen=True)
class ViewChosen(Event):
    """What the map shows: variable, year, total or per inhabitant."""

    variable: str
    year: int
    per_inhabitant: bool


@dataclass(frozen=True)
class ScenarioSaved(Event):
    """Positions kept under a letter (A, B, C…); its name, if any, is free text."""

    letter: str
    settings: Mapping[str, float]


@dataclass(frozen=True)
class ScreenNeutral(Event):
    """The screen shows nothing but the meeting's name (on) or the step again (off)."""

    on: bool


@dataclass(frozen=True)
class PromiseShown(Event):
    """The promise is shown over the step (on) or put away (off)."""

    on: bool


@dataclass(frozen=True)
class FigureExplained(Event):
    """« Pourquoi ce chiffre ? » over the step (on) or put away (off, the rest then empty).

    `variable` and `region` as the model names them (`region`: an INSEE code or `territory`).
    """

    variable: str
    region: str
    year: int
    per_inhabitant: bool
    on: bool


@dataclass(frozen=True)
class FigureContested(Event):
    """Somebody disputed a figure on screen; what was said and who answers is in the text row."""

    text: str
    digest: str
    step: str


@dataclass(frozen=True)
class DecisionNoted(Event):
    """A decision or commitment said aloud; its words are in the text row."""

    text: str
    digest: str
    step: str


@dataclass(frozen=True)
class MeetingClosed(Event):
    undoable: ClassVar[bool] = False
    present: int | None = None


@dataclass(frozen=True)
class Undone(Event):
    """Takes back the event with this version."""

    undoable: ClassVar[bool] = False
    version: int


KINDS: dict[str, type[Event]] = {cls.__name__: cls for cls in Event.__subclasses__()}


@dataclass(frozen=True)
class Entry:
    """An event in its place in the log. `at` is seconds since 1970 (UTC); `digest` chains to the one before."""

    version: int
    at: float
    event: Event
    digest: str = field(default="", compare=False)


def event_to_dict(event: Event) -> dict[str, Any]:
    return asdict(event)


def event_from(kind: str, body: Mapping[str, Any]) -> Event:
    """Inverse of `event_to_dict`. Raises KeyError for a word this version does not know."""
    return KINDS[kind](**body)
