"""The pure fold: the events of a log, in order, to the room they add up to. The same in every process."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import singledispatch
from typing import Any

from components.meeting import events as e
from components.meeting import floor as f
from components.meeting import tables as tb
from components.meeting.poll import CLOSED, OPEN, SEALED, Batch, Objection, Poll
from components.meeting.retold import retold
from components.meeting.room import Figure, Note, Room, Timer, Undoable, View
from components.voting.channels import Keyed
from components.voting.question import question_from_dict
from components.voting.tally import Tally


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
    for poll in retold(entries) & room.polls.keys():
        room = room.with_poll(replace(room.polls[poll], retold=True))
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
def _(event: e.TotalsKeyed, room: Room, at: float) -> Room:
    poll, totals = room.polls[event.poll], Keyed(event.counts, event.slips, event.blank)
    return room.with_poll(replace(poll, keyed={**poll.keyed, event.channel: totals}))


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
