"""What tables said, for the minutes: by kind, grouped as the facilitator did, each with its words and its table."""

from collections.abc import Mapping, Sequence
from typing import Any

from components.look.i18n import t
from components.meeting.room import Room
from components.meeting.tables import KINDS, Contribution
from components.meeting.tables_scene import gathered, kind_label, tables_label


def told_by_tables(
    room: Room, written: Sequence[Contribution], words: Mapping[str, str], final: bool, lang: str
) -> dict[str, Any]:
    """`{kinds: [{id, label, rows}], total, withheld}`; rows as `gathered`, with `by` (which tables) and for each member
    `by` too. Before the end only what the room has seen is in here: `withheld` counts the rest.
    """
    seen = [one for one in written if final or one.id in room.tables.told]
    rows = [
        {
            **row,
            "by": tables_label(row["tables"], lang),
            "members": [{**one, "by": tables_label([one["table"]], lang)} for one in row["members"]],
        }
        for row in gathered(room, seen, words, lang)
    ]
    of_kind = [
        {"id": kind, "label": kind_label(kind, lang), "rows": [row for row in rows if row["kind"] == kind]}
        for kind in KINDS
    ]
    withheld = len(written) - len(seen)
    return {
        "kinds": [found for found in of_kind if found["rows"]],
        "total": len(seen),
        "withheld": t("tables.withheld", lang, n=withheld) if withheld else "",
    }


def csv_rows(code: str, told: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A row for each answer: its kind as `option`, its words as `label`, its group's title as `question`."""
    return [
        {
            "meeting": code,
            "question": row["title"],
            "method": "tables",
            "option": one["kind"],
            "label": one["words"],
            "note": one["by"],
        }
        for kind in told["kinds"]
        for row in kind["rows"]
        for one in row["members"]
    ]
