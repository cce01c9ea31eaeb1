"""What may be seen of what tables wrote: by the room only what the facilitator shows, by her and in the minutes all."""

from collections.abc import Mapping, Sequence
from typing import Any

from components.look.i18n import t
from components.meeting.room import Room
from components.meeting.tables import KINDS, Contribution

LINES = 12.5
"""Lines of a page of the public screen at 24 px on a 768-line projector."""
SIGNS = 58
"""Signs of a line there."""
BESIDE = 40, 18
"""Signs of a line of what has its tables beside it, and of those tables."""
GAP = 0.4
"""Lines between two answers."""


def kind_label(kind: str, lang: str) -> str:
    return t(f"tables.kind_{kind}", lang)


def gathered(
    room: Room, contributions: Sequence[Contribution], words: Mapping[str, str], lang: str
) -> list[dict[str, Any]]:
    """Groups and lone contributions in one list, by kind: `{group, title, kind, kind_label, tables, members}`.

    members: `[{id, table, kind, kind_label, words}]`, oldest first; group and title are '' for a lone contribution.
    """
    found = {one.id: one for one in contributions}
    of = room.tables.group_of
    rows = []
    for group in room.tables.groups.values():
        members = [found[name] for name in group.members if name in found]
        if members:
            title = words.get(group.title, t("meeting.text_removed", lang))
            rows.append(_row(group.id, title, group.kind, members, lang))
    rows += [_row("", "", one.kind, [one], lang) for one in contributions if one.id not in of]
    return sorted(rows, key=lambda row: (KINDS.index(row["kind"]), -len(row["tables"]), not row["group"]))


def _row(group: str, title: str, kind: str, members: Sequence[Contribution], lang: str) -> dict[str, Any]:
    return {
        "group": group,
        "title": title,
        "kind": kind,
        "kind_label": kind_label(kind, lang),
        "tables": sorted({one.table for one in members}),
        "members": [
            {
                "id": one.id,
                "table": one.table,
                "kind": one.kind,
                "kind_label": kind_label(one.kind, lang),
                "words": one.words,
            }
            for one in members
        ],
    }


def public_tables(
    room: Room, contributions: Sequence[Contribution], words: Mapping[str, str], lang: str
) -> dict[str, Any]:
    """The body « tables » of the public screen: what was shown and nothing written since.

    Keys: kind, heading, of (label of the kind shown, '' for all), groups of this page `[{title, kind, kind_label,
    tables, tables_label, members: [words]}]`, page (from 0), pages, page_label.
    """
    shown = room.tables.shown
    if shown is None:
        return {
            "kind": "tables",
            "heading": t("tables.heading", lang),
            "of": "",
            "groups": [],
            "page": 0,
            "pages": 1,
        }
    told = [one for one in contributions if one.id in shown.members]
    rows = gathered(room, told, words, lang)
    if shown.group:
        rows = [row for row in rows if row["group"] == shown.group]
    if shown.kind:
        rows = [row for row in rows if row["kind"] == shown.kind]
    pages = paged([_public(row, lang) for row in rows])
    page = min(shown.page, len(pages) - 1)
    of = kind_label(shown.kind, lang) if shown.kind else ""
    return {
        "kind": "tables",
        "heading": t("tables.heading_of", lang, kind=of) if of else t("tables.heading", lang),
        "of": of,
        "groups": pages[page],
        "page": page,
        "pages": len(pages),
        "page_label": t("tables.page", lang, n=page + 1, of=len(pages)),
    }


def _public(row: Mapping[str, Any], lang: str) -> dict[str, Any]:
    return {
        "title": row["title"],
        "kind": row["kind"],
        "kind_label": row["kind_label"],
        "tables": row["tables"],
        "tables_label": tables_label(row["tables"], lang),
        "members": [one["words"] for one in row["members"]],
    }


def tables_label(numbers: Sequence[int], lang: str) -> str:
    """« table 3 », « tables 2, 5 et 9 »."""
    said = [str(number) for number in numbers]
    if len(said) == 1:
        return t("tables.one_table", lang, n=said[0])
    return t("tables.many_tables", lang, first=", ".join(said[:-1]), last=said[-1])


def paged(rows: Sequence[Mapping[str, Any]]) -> list[list[dict[str, Any]]]:
    """The rows in pages that a projector can hold; a group longer than a page goes on at the next one."""
    pages: list[list[dict[str, Any]]] = [[]]
    left = LINES
    for row in rows:
        part: dict[str, Any] = {}
        for words in row["members"]:
            begun, alone = {**row, "members": []}, {**row, "members": [words]}
            more = lines(alone) - lines(begun)
            if not part or more > left:
                if lines(alone) > left and pages[-1]:
                    pages.append([])
                    left = LINES
                part = begun
                pages[-1].append(part)
                left -= lines(begun)
            part["members"].append(words)
            left -= more
    return pages


def lines(row: Mapping[str, Any]) -> float:
    """How many lines of the screen a row takes: a title with its tables beside it, or lone words with theirs."""
    wide, narrow = BESIDE
    by = _lines(f"{row['kind_label']} · {row['tables_label']}", narrow)
    if row["title"]:
        return (
            GAP + max(_lines(row["title"], wide), by) + sum(_lines(words, SIGNS) for words in row["members"])
        )
    return GAP + max(by, sum(_lines(words, wide) for words in row["members"]))


def _lines(words: str, signs: int) -> int:
    return sum(max(1, -(-len(line) // signs)) for line in words.split("\n"))


def console_tables(
    room: Room, contributions: Sequence[Contribution], step_of_tables: str
) -> dict[str, Any] | None:
    """For the console's panel: how many answers, how many not yet shown, what is on the screen. None before any
    step « tables » was shown. `stamp` changes whenever a word did."""
    if not step_of_tables:
        return None
    shown = room.tables.shown
    return {
        "total": len(contributions),
        "tables": len({one.table for one in contributions}),
        "alone": sum(one.id not in room.tables.group_of for one in contributions),
        "groups": len(room.tables.groups),
        "open": step_of_tables not in room.tables.closed and room.closed_at is None,
        "shown": {"kind": shown.kind, "group": shown.group, "page": shown.page} if shown else None,
        "unseen": sum(one.id not in room.tables.told for one in contributions),
        "stamp": f"{room.version}/{sum(one.edits + 1 for one in contributions)}/{len(contributions)}",
    }
