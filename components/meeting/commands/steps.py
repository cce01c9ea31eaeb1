"""Steps of the run sheet, the countdown, what stands over the step, how many are present."""

from collections.abc import Sequence
from typing import Any

from components.meeting import events as e
from components.meeting.commands.base import Context, Refused, command, count, whole
from components.meeting.commands.seal import seal_closed
from components.meeting.results import in_room


@command("next")
def next_step(c: Context, from_step: str | None = None) -> Sequence[e.Event]:
    """The following step. `from_step`: where the presser was; a second press of the same moment does nothing."""
    return _move(c, 1, from_step)


@command("previous")
def previous_step(c: Context, from_step: str | None = None) -> Sequence[e.Event]:
    return _move(c, -1, from_step)


def _move(c: Context, by: int, from_step: str | None) -> Sequence[e.Event]:
    if from_step is not None and from_step != c.step:
        return []
    index = c.sheet.index(c.room.step) + by
    if not 0 <= index < len(c.sheet.steps):
        raise Refused("no_next_step" if by > 0 else "no_previous_step")
    return show_step(c, c.sheet.steps[index].id)


@command("show")
def show_step(c: Context, step: str) -> Sequence[e.Event]:
    """Go to a step by its id. A closed vote is sealed on the way; an open one must be closed first."""
    found = c.sheet.step(step)
    if found is None:
        raise Refused("unknown_step", step=str(step)[:60], known=", ".join(s.id for s in c.sheet.steps))
    if c.room.closed_at is not None:
        raise Refused("meeting_closed")
    if c.room.open_poll:
        raise Refused("vote_is_open")
    return [*seal_closed(c), e.StepShown(found.id, found.minutes * 60)]


@command("timer")
def timer(c: Context, action: str, seconds: float = 0) -> Sequence[e.Event]:
    """`pause`, `resume`, or `add` (seconds, may be negative)."""
    left = c.room.timer.left_at(c.now)
    if action == "pause":
        return [e.TimerSet(left, False)] if c.room.timer.running else []
    if action == "resume":
        return [] if c.room.timer.running else [e.TimerSet(left, True)]
    if action == "add" and isinstance(seconds, int | float) and abs(seconds) <= 36_000:
        return [e.TimerSet(left + seconds, c.room.timer.running)]
    raise Refused("unknown_command", name="timer")


@command("neutral")
def neutral(c: Context, on: bool | None = None) -> Sequence[e.Event]:
    """Blank the screen or bring the step back; without `on`, the other of the two."""
    wanted = (not c.room.neutral) if on is None else bool(on)
    return [e.ScreenNeutral(wanted)] if wanted != c.room.neutral else []


@command("promise")
def promise(c: Context, on: bool | None = None) -> Sequence[e.Event]:
    """Show the promise over the step, or put it away."""
    if c.sheet.promise is None:
        raise Refused("no_promise")
    wanted = (not c.room.promise) if on is None else bool(on)
    return [e.PromiseShown(wanted)] if wanted != c.room.promise else []


@command("presence")
def presence(c: Context, people: Any) -> Sequence[e.Event]:
    """How many people are in the room now."""
    number = whole(people)
    poll = c.room.open_poll
    if poll and (poll.batches or any(keyed.slips for keyed in poll.keyed.values())):
        counted = in_room(poll, count(c.tx, poll, live=True))
        if counted > number:
            raise Refused("more_than_present", ballots=counted, present=number)
    return [e.PresenceCounted(number)]
