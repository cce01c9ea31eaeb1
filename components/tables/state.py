"""What a table is told: whether it may write, and what it has written. Never another table's words, nor any count."""

from collections.abc import Sequence
from typing import Any

from components.look.i18n import t
from components.meeting.commands.tables import LONGEST_WORDS, tables_step
from components.meeting.desk import Snapshot
from components.meeting.run_sheet import pick
from components.meeting.tables import KINDS, Contribution


def tables_state(
    s: Snapshot, written: Sequence[Contribution], table: int | None, lang: str
) -> dict[str, Any]:
    """Keys: meeting, open (may be written now), why (`not_yet`, `closed`, `over` or ''), step, kinds, longest, mine.

    written: all that stands now, for the log does not move with it.
    mine: `[{id, kind, words, edit, at, locked}]` of table number `table`, oldest first; locked: it stays as it is.
    """
    step = s.sheet.step(tables_step(s.room.steps_shown, s.sheet))
    over = s.room.closed_at is not None
    closed = step is not None and step.id in s.room.tables.closed
    fixed = s.room.tables.told | set(s.room.tables.group_of)
    return {
        "meeting": {"code": s.meeting.code, "title": pick(s.sheet.title, lang), "closed": over},
        "open": step is not None and not closed and not over,
        "why": "over" if over else "not_yet" if step is None else "closed" if closed else "",
        "step": {"title": pick(step.title, lang), "text": pick(step.text, lang)} if step else None,
        "kinds": [{"id": kind, "label": t(f"tables.kind_{kind}", lang)} for kind in KINDS],
        "longest": LONGEST_WORDS,
        "mine": [
            {
                "id": one.id,
                "kind": one.kind,
                "words": one.words,
                "edit": one.edits,
                "at": one.at,
                "locked": one.id in fixed,
            }
            for one in written
            if one.table == table
        ],
    }
