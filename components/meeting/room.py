"""The room: what the log adds up to. A pure fold, the same in every process."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import singledispatch
from typing import Any

from components.meeting import events as e
from components.meeting import floor as f
from components.meeting import tables as tb
from components.voting.channels import Keyed
from components.voting.question import Question, question_from_dict
from components.voting.tally import Tally

OPEN, CLOSED, SEALED = "open", "closed", "sealed"


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
    """One vote on one question, from opening to seal."""

    id: str
    question: Question
    state: str
    opened_at: float
    step: str
    improvised: bool = False
    shown: bool = False
    hands: Keyed = field(default_factory=Keyed)
    paper: Keyed = field(default_factory=Keyed)
    cards: Keyed = field(default_factory=Keyed)
    batches: Mapping[str, Batch] = field(default_factory=dict)
    struck: frozenset[str] = frozenset()
    objections: tuple[Objection, ...] = ()
    abandoned: bool = False
    closed_at: float | None = None
    tally: Tally | None = None
    merkle_root: str = ""
    present: int | None = None
    paired: Mapping[str, Any] | None = None

    @property
    def keyed(self) -> dict[str, Keyed]:
        """Totals by option keyed by hand, by channel."""
        return {"hands": self.hands, "cards": self.cards, "paper": self.paper}

    @property
    def batch_channels(self) -> dict[str, str]:
        """Batches that count, and the channel of each."""
        return {batch.id: batch.channel for batch in self.batches.values()}


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


def fold(entries: Iterable[e.Entry]) -> Room:
    """The room after these entries, those taken back left out."""
    entries = list(entries)
    undone = {entry.event.version for entry in entries if isinstance(entry.event, e.Undone)}
    room = Room()
    barrier = 0
    candidate: Undoable | None = None
    stack: list[Undoable] = []
    withdrawn: dict[str, Mapping[str, Any]] = {}
    for entry in entries:
        if entry.version not in undone:
            room = apply(entry.event, room, entry.at)
            if entry.event.undoable:
                stack.append(Undoable(entry.version, type(entry.event).__name__))
        elif isinstance(entry.event, e.QuestionOpened):
            withdrawn[entry.event.poll] = entry.event.question
        if isinstance(entry.event, e.QuestionSealed | e.MeetingClosed):
            barrier = entry.version
    if stack and stack[-1].version > barrier:
        candidate = stack[-1]
    last = entries[-1] if entries else None
    return replace(
        room,
        version=last.version if last else 0,
        head=last.digest if last else "",
        undoable=candidate,
        withdrawn={poll: question for poll, question in withdrawn.items() if poll not in room.polls},
    )


@singledispatch
def apply(event: e.Event, room: Room, at: float) -> Room:
    """The room after one event."""
    return room


@apply.register
def _(event: e.MeetingOpened, room: Room, at: float) -> Room:
    return replace(room, territory=event.territory, revision=event.revision, opened_at=at)


@apply.register
def _(event: e.RunSheetRevised, room: Room, at: float) -> Room:
    return replace(room, revision=event.revision)


@apply.register
def _(event: e.StepShown, room: Room, at: float) -> Room:
    return replace(
        room,
        step=event.step,
        step_at=at,
        steps_shown=(*room.steps_shown, (event.step, at)),
        timer=Timer(event.seconds, at, event.seconds > 0),
        neutral=False,
        promise=False,
        explained=None,
        method_on=False,
        focus="",
        floor=f.ended(room.floor, at),
        tables=tb.put_away(room.tables),
    )


@apply.register
def _(event: e.TimerSet, room: Room, at: float) -> Room:
    return replace(room, timer=Timer(event.left, at, event.running))


@apply.register
def _(event: e.PresenceCounted, room: Room, at: float) -> Room:
    return replace(room, present=event.people, present_at=at)


@apply.register
def _(event: e.QuestionOpened, room: Room, at: float) -> Room:
    question = question_from_dict(event.question)
    poll = Poll(
        event.poll,
        question,
        OPEN,
        at,
        room.step,
        improvised=event.improvised,
        shown=question.hidden_until == "live",
    )
    return replace(
        room.with_poll(poll),
        focus=event.poll,
        neutral=False,
        promise=False,
        explained=None,
        method_on=False,
        tables=tb.put_away(room.tables),
    )


@apply.register
def _(event: e.HandsCounted, room: Room, at: float) -> Room:
    return room.with_poll(
        replace(room.polls[event.poll], hands=Keyed(event.counts, event.slips, event.blank))
    )


@apply.register
def _(event: e.PaperCounted, room: Room, at: float) -> Room:
    return room.with_poll(
        replace(room.polls[event.poll], paper=Keyed(event.counts, event.slips, event.blank))
    )


@apply.register
def _(event: e.CardsCounted, room: Room, at: float) -> Room:
    return room.with_poll(
        replace(room.polls[event.poll], cards=Keyed(event.counts, event.slips, event.blank))
    )


@apply.register
def _(event: e.SlipsKeyed, room: Room, at: float) -> Room:
    poll = room.polls[event.poll]
    batch = Batch(event.batch, event.channel, event.slips, event.place, event.mode, at)
    return room.with_poll(replace(poll, batches={**poll.batches, batch.id: batch}))


@apply.register
def _(event: e.SlipsStruck, room: Room, at: float) -> Room:
    poll = room.polls[event.poll]
    kept = {batch.id: batch for batch in poll.batches.values() if batch.id != event.batch}
    return room.with_poll(replace(poll, batches=kept))


@apply.register
def _(event: e.BallotsStruck, room: Room, at: float) -> Room:
    poll = room.polls[event.poll]
    return room.with_poll(replace(poll, struck=poll.struck | {event.origin}))


@apply.register
def _(event: e.BallotsRestored, room: Room, at: float) -> Room:
    poll = room.polls[event.poll]
    return room.with_poll(replace(poll, struck=poll.struck - {event.origin}))


@apply.register
def _(event: e.CodesIssued, room: Room, at: float) -> Room:
    issued = room.issued.get(event.college, 0) + event.last - event.first + 1
    return replace(room, issued={**room.issued, event.college: issued})


@apply.register
def _(event: e.CodeRevoked, room: Room, at: float) -> Room:
    return replace(room, revoked=room.revoked | {event.number})


@apply.register
def _(event: e.CodesWithdrawn, room: Room, at: float) -> Room:
    return replace(room, issued={})


@apply.register
def _(event: e.ObjectionRaised, room: Room, at: float) -> Room:
    poll = room.polls[event.poll]
    return room.with_poll(
        replace(poll, objections=(*poll.objections, Objection(event.objection, people=event.people)))
    )


@apply.register
def _(event: e.ObjectionLifted, room: Room, at: float) -> Room:
    poll = room.polls[event.poll]
    objections = tuple(
        replace(one, lifted=True, how=event.how) if one.id == event.objection else one
        for one in poll.objections
    )
    return room.with_poll(replace(poll, objections=objections))


@apply.register
def _(event: e.SharingAllowed, room: Room, at: float) -> Room:
    return replace(room, sharing=event.on)


@apply.register
def _(event: e.MethodShown, room: Room, at: float) -> Room:
    return replace(room, method_on=event.on)


@apply.register
def _(event: e.QuestionClosed, room: Room, at: float) -> Room:
    return room.with_poll(
        replace(
            room.polls[event.poll],
            state=CLOSED,
            closed_at=at,
            tally=Tally.from_dict(event.tally),
            abandoned=event.abandoned,
        )
    )


@apply.register
def _(event: e.QuestionReopened, room: Room, at: float) -> Room:
    poll = room.polls[event.poll]
    shown = poll.shown and poll.question.hidden_until == "live"  # no count is read while late ballots come in
    return room.with_poll(replace(poll, state=OPEN, closed_at=None, tally=None, abandoned=False, shown=shown))


@apply.register
def _(event: e.QuestionSealed, room: Room, at: float) -> Room:
    return room.with_poll(
        replace(
            room.polls[event.poll],
            state=SEALED,
            tally=Tally.from_dict(event.tally),
            merkle_root=event.merkle_root,
            present=event.present,
            paired=event.paired,
        )
    )


@apply.register
def _(event: e.ResultShown, room: Room, at: float) -> Room:
    return replace(room.with_poll(replace(room.polls[event.poll], shown=True)), explained=None)


@apply.register
def _(event: e.ResultHidden, room: Room, at: float) -> Room:
    return room.with_poll(replace(room.polls[event.poll], shown=False))


@apply.register
def _(event: e.LeverMoved, room: Room, at: float) -> Room:
    levers = dict(room.levers)
    change = {}
    for lever, value in event.changes.items():
        change[lever] = (levers.get(lever), value)
        if value is None:
            levers.pop(lever, None)
        else:
            levers[lever] = value
    return replace(room, levers=levers, last_change=change)


@apply.register
def _(event: e.ViewChosen, room: Room, at: float) -> Room:
    return replace(room, view=View(event.variable, event.year, event.per_inhabitant))


@apply.register
def _(event: e.ScenarioSaved, room: Room, at: float) -> Room:
    return replace(room, scenarios={**room.scenarios, event.letter: dict(event.settings)})


@apply.register
def _(event: e.ScreenNeutral, room: Room, at: float) -> Room:
    if event.on:  # nothing else may stay over a neutral screen; the promise may be called back over it
        return replace(room, neutral=True, promise=False, explained=None)
    return replace(room, neutral=False)


@apply.register
def _(event: e.PromiseShown, room: Room, at: float) -> Room:
    return replace(room, promise=event.on, explained=None if event.on else room.explained)


@apply.register
def _(event: e.FigureExplained, room: Room, at: float) -> Room:
    if not event.on:
        return replace(room, explained=None)
    figure = Figure(event.variable, event.region, event.year, event.per_inhabitant)
    return replace(room, explained=figure, neutral=False, promise=False)


@apply.register
def _(event: e.FigureContested, room: Room, at: float) -> Room:
    return replace(room, notes=(*room.notes, Note("contested", event.text, event.step, at)))


@apply.register
def _(event: e.DecisionNoted, room: Room, at: float) -> Room:
    note = Note("decision", event.text, event.step, at, event.who, event.when)
    return replace(room, notes=(*room.notes, note))


@apply.register
def _(event: e.MeetingClosed, room: Room, at: float) -> Room:
    timer = replace(room.timer, running=False)
    return replace(room, closed_at=at, timer=timer, floor=f.ended(room.floor, at))


@apply.register
def _(event: e.SpeechAsked, room: Room, at: float) -> Room:
    return replace(room, floor=f.asked(room.floor, f.Speech(event.entry, event.college, event.text, at)))


@apply.register
def _(event: e.SpeechStarted, room: Room, at: float) -> Room:
    return replace(room, floor=f.started(room.floor, event.entry, at))


@apply.register
def _(event: e.SpeechEnded, room: Room, at: float) -> Room:
    return replace(room, floor=f.ended(room.floor, at))


@apply.register
def _(event: e.SpeechDropped, room: Room, at: float) -> Room:
    return replace(room, floor=f.dropped(room.floor, event.entry))


@apply.register
def _(event: e.FloorSet, room: Room, at: float) -> Room:
    return replace(room, floor=replace(room.floor, limit=event.limit, by_college=event.by_college))


@apply.register
def _(event: e.ContributionsGrouped, room: Room, at: float) -> Room:
    found = tb.grouped(room.tables, event.group, event.kind, event.members, event.title)
    return replace(room, tables=found)


@apply.register
def _(event: e.ContributionsUngrouped, room: Room, at: float) -> Room:
    return replace(room, tables=tb.ungrouped(room.tables, event.group))


@apply.register
def _(event: e.TablesShown, room: Room, at: float) -> Room:
    if not event.on:
        return replace(room, tables=tb.put_away(room.tables))
    found = tb.shown(room.tables, event.kind, event.group, event.page, event.members)
    return replace(room, tables=found, neutral=False, promise=False, explained=None)


@apply.register
def _(event: e.TablesClosed, room: Room, at: float) -> Room:
    return replace(room, tables=tb.closed(room.tables, event.step, event.on))
