"""Votes whose count was seen, then changed. What was undone was seen all the same, so the whole log is read."""

from collections.abc import Iterable

from components.meeting import events as e

SHOWN = (e.ResultShown, e.HiddenCountsRead)
CHANGED = (
    e.QuestionReopened,
    e.TotalsKeyed,
    e.SlipsKeyed,
    e.SlipsStruck,
    e.BallotsStruck,
    e.BallotsRestored,
)
"""Events after which the count may not be what it was."""


def retold(entries: Iterable[e.Entry]) -> set[str]:
    """Votes seen while closed, by the room or by a facilitator who asked, whose count may have changed since."""
    events: dict[int, e.Event] = {}
    closed: set[str] = set()
    shown: set[str] = set()
    seen: set[str] = set()
    changed: set[str] = set()
    for entry in entries:
        event = events[entry.version] = entry.event
        back = isinstance(event, e.Undone)
        if isinstance(event, e.Undone):
            event = events.get(event.version, event)
        if isinstance(event, e.CodeRevoked):  # takes its ballots from every vote that is not sealed
            changed |= seen
        poll = getattr(event, "poll", None)
        if not isinstance(poll, str):
            continue
        closing = isinstance(event, e.QuestionClosed)
        if poll in seen and (isinstance(event, CHANGED) or (closing and back)):
            changed.add(poll)
        if isinstance(event, e.QuestionOpened) and event.question["hidden_until"] == "live":
            shown.add(poll)
        if isinstance(event, SHOWN):
            shown.add(poll)
        if closing or isinstance(event, e.QuestionReopened):
            (closed.discard if closing == back else closed.add)(poll)
        seen |= closed & shown
    return changed
