"""The words of the log: past tense, small, complete. One dataclass each.

No private note, voter key or free text is ever in an event: free text lives in rows that can be deleted, and
the event holds its identifier and a salted hash.
"""

from collections.abc import Mapping, Sequence
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
class TotalsKeyed(Event):
    """Totals by option keyed by hand. `slips`: ballots behind them; `blank`: those of them that name nothing."""

    channel: ClassVar[str]
    poll: str
    counts: Mapping[str, int]
    slips: int
    blank: int = 0


@dataclass(frozen=True)
class HandsCounted(TotalsKeyed):
    channel: ClassVar[str] = "hands"


@dataclass(frozen=True)
class CardsCounted(TotalsKeyed):
    """Voting cards held up."""

    channel: ClassVar[str] = "cards"


@dataclass(frozen=True)
class PaperCounted(TotalsKeyed):
    channel: ClassVar[str] = "paper"


@dataclass(frozen=True)
class SlipsKeyed(Event):
    """A batch of whole ballots keyed by hand; `channel` is paper or cards, `place` the text row of where
    (empty: here), `mode` how they were gathered. The ballots are in their own rows."""

    poll: str
    batch: str
    channel: str
    slips: int
    place: str = ""
    mode: str = ""
    place_digest: str = ""


@dataclass(frozen=True)
class SlipsStruck(Event):
    """A batch is set aside; its ballots are counted no longer."""

    poll: str
    batch: str


@dataclass(frozen=True)
class BallotsStruck(Event):
    """Ballots that came from one machine are set aside; `origin` names it until the seal, then nothing does."""

    poll: str
    origin: str
    ballots: int


@dataclass(frozen=True)
class BallotsRestored(Event):
    poll: str
    origin: str


@dataclass(frozen=True)
class CodesIssued(Event):
    """Single-use codes `first` to `last` of a college (empty: none); the codes themselves are written nowhere."""

    undoable: ClassVar[bool] = False
    college: str
    first: int
    last: int


@dataclass(frozen=True)
class CodeRevoked(Event):
    """A code counts no longer, nor does the ballot cast with it in a vote that is not sealed."""

    undoable: ClassVar[bool] = False
    number: int


@dataclass(frozen=True)
class CodesWithdrawn(Event):
    """There is no named electorate any more: every phone may vote."""

    undoable: ClassVar[bool] = False


@dataclass(frozen=True)
class ObjectionRaised(Event):
    """An objection to what a consent vote proposes, held by so many people; its words are in the text row
    `objection`."""

    poll: str
    objection: str
    digest: str
    people: int = 1


@dataclass(frozen=True)
class ObjectionLifted(Event):
    """Objection `objection` is lifted; the text row `how` says how."""

    poll: str
    objection: str
    how: str
    digest: str


@dataclass(frozen=True)
class SharingAllowed(Event):
    """One phone may hold the ballots of two people (on), or of one (off)."""

    on: bool


@dataclass(frozen=True)
class MethodShown(Event):
    """« Comment avons-nous compté ? » is shown beside the result (on) or put away (off)."""

    on: bool


@dataclass(frozen=True)
class QuestionClosed(Event):
    """Voting stops; may be undone or reopened until the seal. Carries the count at that moment.

    abandoned: a consent vote ended while an objection stood.
    """

    poll: str
    tally: Mapping[str, Any]
    abandoned: bool = False


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
    """A decision or commitment said aloud; its words are in the text row.

    who, when: identifiers of two more rows, or empty: who commits, and by which date (as said, or an ISO date).
    """

    text: str
    digest: str
    step: str
    who: str = ""
    who_digest: str = ""
    when: str = ""
    when_digest: str = ""


@dataclass(frozen=True)
class MeetingClosed(Event):
    undoable: ClassVar[bool] = False
    present: int | None = None


@dataclass(frozen=True)
class Undone(Event):
    """Takes back the event with this version."""

    undoable: ClassVar[bool] = False
    version: int


@dataclass(frozen=True)
class TextErased(Event):
    """The row of a free text was deleted; what happened stays in the log, without its words."""

    undoable: ClassVar[bool] = False
    text: str


@dataclass(frozen=True)
class SpeechAsked(Event):
    """Somebody asked to speak. `entry` names the request; `text`: a short label in a row of its own, or empty."""

    entry: str
    college: str
    text: str = ""
    digest: str = ""


@dataclass(frozen=True)
class SpeechStarted(Event):
    """The floor to `entry`; whoever spoke has finished."""

    entry: str


@dataclass(frozen=True)
class SpeechEnded(Event):
    entry: str


@dataclass(frozen=True)
class SpeechDropped(Event):
    """Who asked to speak no longer does."""

    entry: str


@dataclass(frozen=True)
class FloorSet(Event):
    """Seconds announced for one speech (0: none); whether the screen shows the colleges' shares of the time."""

    limit: int
    by_college: bool


@dataclass(frozen=True)
class ContributionsGrouped(Event):
    """What tables wrote is put together under `group`; `members` are identifiers, `title` the text row of its title
    (`digest` empty: the title it had)."""

    group: str
    kind: str
    members: Sequence[str]
    title: str
    digest: str


@dataclass(frozen=True)
class ContributionsUngrouped(Event):
    group: str


@dataclass(frozen=True)
class TablesShown(Event):
    """What tables wrote is on the screen (on) or put away: of one kind (empty: all), of one group (empty: all).

    members: the contributions that were there then; the others are not shown.
    """

    on: bool
    kind: str = ""
    group: str = ""
    page: int = 0
    members: Sequence[str] = ()


@dataclass(frozen=True)
class TablesClosed(Event):
    """Tables write no more at `step` (on), or may again."""

    step: str
    on: bool


@dataclass(frozen=True)
class BallotsBlinded(Event):
    """Comes right before the seal: one random leaf among the choices, so that their root confirms no guessed list.

    Never told. Its `salt` is hex.
    """

    undoable: ClassVar[bool] = False
    poll: str
    salt: str


SALT = "_salt"
"""Name, in the body of a row, of random hex: the link of a row whose words are withheld confirms no guess."""

TOTALS: dict[str, type[TotalsKeyed]] = {cls.channel: cls for cls in TotalsKeyed.__subclasses__()}
KINDS: dict[str, type[Event]] = {
    cls.__name__: cls for cls in (*Event.__subclasses__(), *TOTALS.values()) if cls is not TotalsKeyed
}


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
    """Inverse of `event_to_dict`, the salt left out. Raises KeyError for a word this version does not know."""
    return KINDS[kind](**{name: value for name, value in body.items() if name != SALT})
