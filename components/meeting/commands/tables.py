"""What tables write, and what the facilitator makes of it: groups, and what the room is shown.

A contribution has an identifier made by its sender: sent twice it is there once, and what was taken back does not
come back by a message that was late.
"""

import re
import secrets
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from components.look.words import plain
from components.meeting import events as e
from components.meeting.commands.base import Context, Refused, command, whole, words_of
from components.meeting.run_sheet import RunSheet
from components.meeting.tables import KINDS, Contribution

LONGEST_WORDS = 600
LONGEST_TITLE = 160
MOST_TABLES = 99
MOST_CONTRIBUTIONS = 3000
MOST_EDITS = 1_000_000
NAME = re.compile(r"[A-Za-z0-9-]{8,32}")


def tables_step(steps_shown: Sequence[tuple[str, float]], sheet: RunSheet) -> str:
    """The last step « tables » that was shown, to which what is written belongs; '' before there was one."""
    for step_id, _ in reversed(steps_shown):
        step = sheet.step(step_id)
        if step is not None and step.kind == "tables":
            return step.id
    return ""


@command("contribute")
def contribute(c: Context, id: Any, table: Any, kind: Any, words: Any, edit: Any = None) -> Sequence[e.Event]:
    """Write down, or correct, what table number `table` says.

    id: made by the sender; edit: 0, then one more for each correction, so that a late message changes nothing. Refused
    once it is grouped or was on the screen.
    """
    step = _writing(c)
    name, number = _name(id), _table(table)
    if kind not in KINDS:
        raise Refused("unknown_command", name="contribute")
    said, known = words_of(words, LONGEST_WORDS), c.tx.contribution(name)
    rank = _edit(edit, known)
    if known is None:
        if c.tx.contributions_number() >= MOST_CONTRIBUTIONS:
            raise Refused("contributions_full", most=MOST_CONTRIBUTIONS)
        c.tx.keep_contribution(Contribution(name, number, step, kind, said, rank, c.now))
        return []
    if known.table != number:
        raise Refused("contribution_elsewhere", table=known.table)
    if (known.kind, known.words) == (kind, said) or rank <= known.edits:
        return []
    _still_its_own(c, name)
    c.tx.keep_contribution(replace(known, kind=kind, words=said, edits=rank))
    return []


@command("retract")
def retract(c: Context, id: Any, table: Any, edit: Any = None) -> Sequence[e.Event]:
    """A table takes back what it wrote; refused once it is grouped or was on the screen."""
    _writing(c)
    name, number = _name(id), _table(table)
    known = c.tx.contribution(name)
    rank = _edit(edit, known)
    if known is None:  # it may still be under way: what comes later under this name is taken back too
        c.tx.keep_contribution(Contribution(name, number, c.step, KINDS[0], "", rank, c.now))
        return []
    if known.table != number:
        raise Refused("contribution_elsewhere", table=known.table)
    if not known.words or rank <= known.edits:
        return []
    _still_its_own(c, name)
    c.tx.keep_contribution(replace(known, words="", edits=rank))
    return []


@command("erase_contribution")
def erase_contribution(c: Context, id: Any) -> Sequence[e.Event]:
    """Delete the words of a contribution for good, even after the end; it leaves screen, groups and minutes."""
    known = c.tx.contribution(_name(id))
    if known is None or not known.words:
        return []
    c.tx.keep_contribution(replace(known, words="", edits=MOST_EDITS))
    return [e.TextErased(known.id)]


@command("group")
def group(c: Context, members: Any, title: Any, group: Any = "", kind: Any = "") -> Sequence[e.Event]:
    """Put contributions that say the same together, each with its words and its table; or add to `group`.

    kind: of the group, by default that of its first member.
    """
    _not_over(c)
    found = c.tx.contributions()
    if not isinstance(members, list) or not members or not all(isinstance(one, str) for one in members):
        raise Refused("nothing_to_group")
    known = c.room.tables.groups.get(group) if isinstance(group, str) and group else None
    if group and known is None:
        raise Refused("no_such_group")
    wanted = list(dict.fromkeys([*(known.members if known else ()), *members]))
    if any(one not in found or not found[one].words for one in members):
        raise Refused("no_such_contribution")
    if kind and kind not in KINDS:
        raise Refused("unknown_command", name="group")
    of = kind or (known.kind if known else found[members[0]].kind)
    if known and not plain(str(title or "")).strip():
        text, digest = known.title, ""
    else:
        text, digest = c.tx.keep_text(words_of(title, LONGEST_TITLE))
    return [e.ContributionsGrouped(known.id if known else secrets.token_hex(6), of, wanted, text, digest)]


@command("ungroup")
def ungroup(c: Context, group: Any) -> Sequence[e.Event]:
    """Take a group apart; its contributions stand alone again."""
    _not_over(c)
    if not isinstance(group, str) or group not in c.room.tables.groups:
        raise Refused("no_such_group")
    return [e.ContributionsUngrouped(group)]


@command("show_tables")
def show_tables(
    c: Context, on: Any = True, kind: Any = "", group: Any = "", page: Any = 0
) -> Sequence[e.Event]:
    """Put what tables wrote on the screen: all, one kind or one group, as it stands now; or put it away.

    What is written afterwards is not on the screen until this is given again. page: of a list longer than the screen.
    """
    _not_over(c)
    if on is not True:
        return [e.TablesShown(False)] if c.room.tables.shown else []
    if kind and kind not in KINDS:
        raise Refused("unknown_command", name="show_tables")
    if group and (not isinstance(group, str) or group not in c.room.tables.groups):
        raise Refused("no_such_group")
    number, now = whole(page, 1000), c.room.tables.shown
    if number and now is not None and (now.kind, now.group) == (kind, group):
        members = sorted(now.members)  # another page of the same list, which does not grow meanwhile
    else:
        members = _to_show(c, kind, group)
    if not members:
        raise Refused("nothing_to_show")
    return [e.TablesShown(True, kind, group, number, members)]


def _to_show(c: Context, kind: str, group: str) -> list[str]:
    found = {name: one for name, one in c.tx.contributions().items() if one.words}
    if group:
        return [name for name in c.room.tables.groups[group].members if name in found]
    of = c.room.tables.group_of
    return [
        name
        for name, one in found.items()
        if not kind or (c.room.tables.groups[of[name]].kind if name in of else one.kind) == kind
    ]


@command("close_tables")
def close_tables(c: Context, on: Any = True) -> Sequence[e.Event]:
    """Tables write no more at this step (or may again, with `on` false)."""
    _not_over(c)
    step = tables_step(c.room.steps_shown, c.sheet)
    if not step:
        raise Refused("no_tables_yet")
    wanted = on is True
    return [] if (step in c.room.tables.closed) == wanted else [e.TablesClosed(step, wanted)]


def _not_over(c: Context) -> None:
    if c.room.closed_at is not None:
        raise Refused("meeting_closed")


def _writing(c: Context) -> str:
    """The step that what is written now belongs to. Refused when tables do not write."""
    _not_over(c)
    step = tables_step(c.room.steps_shown, c.sheet)
    if not step:
        raise Refused("no_tables_yet")
    if step in c.room.tables.closed:
        raise Refused("tables_closed")
    return step


def _still_its_own(c: Context, name: str) -> None:
    if name in c.room.tables.group_of:
        raise Refused("contribution_grouped")
    if name in c.room.tables.told:
        raise Refused("contribution_shown")


def _name(value: Any) -> str:
    if not isinstance(value, str) or not NAME.fullmatch(value):
        raise Refused("unknown_command", name="contribute")
    return value


def _table(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MOST_TABLES:
        raise Refused("table_number", most=MOST_TABLES)
    return value


def _edit(value: Any, known: Contribution | None) -> int:
    """The rank of a correction; the next one where the sender does not say."""
    if value is None:
        return known.edits + 1 if known else 0
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < MOST_EDITS:
        raise Refused("unknown_command", name="contribute")
    return value
