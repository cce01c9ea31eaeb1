"""What a facilitator may do: each command looks at the room and answers with events, or refuses with a sentence.

Nothing here waits, reads a clock or opens a file: time and secrets come in the `Context`.
"""

from components.meeting.commands import electorate, floor, keyed, notes, scenario, steps, tables, votes
from components.meeting.commands.base import COMMANDS, SEAL_AFTER, Context, Refused, count, focus_poll
from components.meeting.commands.seal import spent_secrets

__all__ = [
    "COMMANDS",
    "SEAL_AFTER",
    "Context",
    "Refused",
    "count",
    "electorate",
    "floor",
    "focus_poll",
    "keyed",
    "notes",
    "scenario",
    "spent_secrets",
    "steps",
    "tables",
    "votes",
]
