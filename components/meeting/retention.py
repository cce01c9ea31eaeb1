"""How long each kind of data is kept (`data/retention.yaml`), and the purge that takes the rest away."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from components.look.i18n import t
from components.meeting import events as e
from components.meeting.commands.seal import spent_secrets
from components.meeting.desk import Desk
from components.meeting.keys import ROOT, meeting_secret, poll_secret
from components.meeting.room import Room
from components.meeting.store import Meeting, UnknownMeeting
from components.meeting.store.comments import ACCEPTED, REFUSED, WAITING
from components.meeting.store.retention import KINDS

RULES = ROOT / "data" / "retention.yaml"
DAY_SECONDS = 86_400.0


@dataclass(frozen=True)
class Kind:
    """A kind of data. `days` after the end of the meeting; None: as long as the meeting itself; 0: never kept."""

    id: str
    days: float | None
    words: Mapping[str, Mapping[str, str]]

    def text(self, name: str, lang: str) -> str:
        return self.words[lang][name]


@dataclass(frozen=True)
class Rules:
    """What `data/retention.yaml` declares. `unclosed_days`: after which a meeting nobody closed counts as ended."""

    unclosed_days: float
    kinds: tuple[Kind, ...]


@dataclass(frozen=True)
class Taken:
    """What a purge took away, or would take away: kind, meeting ('' for files), how many."""

    kind: str
    meeting: str
    amount: int


def load_rules(file: Path = RULES) -> Rules:
    """Raises OSError; ValueError for a file that does not say what it must."""
    found = yaml.safe_load(file.read_text(encoding="utf-8"))
    try:
        kinds = tuple(_kind(row) for row in found["kinds"])
        unclosed = float(found["unclosed_days"])
    except (KeyError, TypeError) as error:
        raise ValueError(f"{file}: {error}") from error
    if missing := {*KINDS, *COMMENTS} - {kind.id for kind in kinds}:
        raise ValueError(f"{file}: {', '.join(sorted(missing))}")
    if unclosed < 1:
        raise ValueError(f"{file}: unclosed_days")
    return Rules(unclosed, kinds)


def _kind(row: Mapping[str, Any]) -> Kind:
    days = row.get("days")
    if days is not None and (not isinstance(days, int | float) or isinstance(days, bool) or days < 0):
        raise ValueError(f"{row['id']}: days")
    words = {lang: {name: str(row[lang][name]) for name in ("what", "reason")} for lang in ("fr", "en")}
    return Kind(str(row["id"]), None if days is None else float(days), words)


@cache
def rules() -> Rules:
    """Those of this installation."""
    return load_rules()


def ended_at(meeting: Meeting, room: Room, declared: Rules) -> float:
    """When the meeting ended, as far as retention goes (seconds since 1970)."""
    if room.closed_at is not None:
        return room.closed_at
    return meeting.touched_at + declared.unclosed_days * DAY_SECONDS


def purge(desk: Desk, dry: bool = False, declared: Rules | None = None) -> list[Taken]:
    """Take away, or with `dry` only count, what was kept long enough. What was taken is in the store's purge log."""
    declared, now = declared or rules(), desk.clock()
    taken: list[Taken] = []
    for meeting in desk.store.meetings():
        try:
            entries = desk.store.entries(meeting.code)
            room = desk.store.room(meeting.code)
        except UnknownMeeting:  # deleted meanwhile
            continue
        age_days = (now - ended_at(meeting, room, declared)) / DAY_SECONDS
        for kind in declared.kinds:
            if kind.id not in KINDS or kind.days is None or age_days < kind.days:
                continue
            ids = _texts_of(kind.id, entries)
            amount = desk.store.purge(meeting.code, kind.id, now, dry, ids)
            if amount:
                taken.append(Taken(kind.id, meeting.code, amount))
        if age_days >= 0 and not dry:
            _forget_secrets(desk, meeting.code, room)
    taken += _purge_comments(desk, now, dry, declared)
    taken += _purge_copies(desk, now, dry, declared)
    if taken and not dry:
        desk.store.scrub()
    return taken


def _texts_of(kind: str, entries: list[e.Entry]) -> list[str]:
    """The text rows of a kind, as the log names them."""
    if kind not in ("speech", "texts"):
        return []
    found = []
    for entry in entries:
        if isinstance(entry.event, e.SpeechAsked) == (kind == "speech"):
            for name in ("text", "objection", "how", "who", "when", "place"):
                value = getattr(entry.event, name, "")
                if isinstance(value, str) and value:
                    found.append(value)
    return found


def _forget_secrets(desk: Desk, code: str, room: Room) -> None:
    names = {*spent_secrets(room, code), meeting_secret(code)}
    names |= {poll_secret(code, poll) for poll in (*room.polls, *room.withdrawn)}
    for name in sorted(names):
        desk.keys.forget(name)


COMMENTS = {"comments_refused": (REFUSED,), "comments": (WAITING, ACCEPTED)}
"""Kind → states of the comments on places it speaks of. They belong to a territory, so they age by themselves."""


def _purge_comments(desk: Desk, now: float, dry: bool, declared: Rules) -> list[Taken]:
    taken = []
    for kind in declared.kinds:
        if kind.id in COMMENTS and kind.days is not None:
            before = now - kind.days * DAY_SECONDS
            gone = desk.store.purge_comments(kind.id, COMMENTS[kind.id], before, now, dry)
            if gone:
                taken.append(Taken(kind.id, "", sum(gone.values())))
    return taken


def _purge_copies(desk: Desk, now: float, dry: bool, declared: Rules) -> list[Taken]:
    """Files that an upgrade copied before it began."""
    days = next((kind.days for kind in declared.kinds if kind.id == "copies"), None)
    file = desk.store.file
    if days is None or file is None:
        return []
    old = [
        path
        for path in file.parent.glob(f"{file.name}.avant-*")
        if now - path.stat().st_mtime >= days * DAY_SECONDS
    ]
    if old and not dry:
        for path in old:
            path.unlink(missing_ok=True)
        desk.store.note_purge("copies", now, len(old))
    return [Taken("copies", "", len(old))] if old else []


def retention_table(desk: Desk, lang: str, code: str | None = None) -> list[dict[str, Any]]:
    """What people are told: a row a kind, with what was taken away last (of one meeting if `code` is given).

    Keys: id, what, kept (a short phrase), reason, purged (rows so far), purged_at (seconds since 1970, or None).
    """
    done = desk.store.purges(code)
    rows = []
    for kind in rules().kinds:
        mine = [purge for purge in done if purge.kind == kind.id]
        rows.append(
            {
                "id": kind.id,
                "what": kind.text("what", lang),
                "kept": kept(kind, lang),
                "reason": kind.text("reason", lang),
                "purged": sum(purge.amount for purge in mine),
                "purged_at": mine[-1].at if mine else None,
            }
        )
    return rows


def kept(kind: Kind, lang: str) -> str:
    """How long, in words."""
    if kind.days is None:
        return t("retention.as_the_meeting", lang)
    if kind.days == 0:
        return t("retention.not_kept", lang)
    if kind.days % 365 == 0 and kind.days > 365:
        return t("retention.years", lang, n=int(kind.days // 365))
    return t("retention.day" if kind.days == 1 else "retention.days", lang, n=f"{kind.days:g}")
