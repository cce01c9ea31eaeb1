"""A whole evening in one file (`.cordee`, a zip): its log, run sheets, ballots, receipts, slips and texts.

No secret is in it, nor anything that could be joined to a phone: voter, device and pair keys are replaced or left
out. What follows from that is said in French, in the file and when it is loaded.
"""

import datetime as dt
import hashlib
import json
import os
import secrets
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from components.look.i18n import t
from components.meeting import events as e
from components.meeting.checking import (
    changed_sheets,
    changed_texts,
    check_log,
    misnamed,
    missing_texts,
    sealed_votes,
)
from components.meeting.desk import Desk
from components.meeting.fold import fold
from components.meeting.poll import SEALED
from components.meeting.room import Room
from components.meeting.run_sheet import RunSheetError, load_run_sheet
from components.meeting.store import BadRow, Meeting
from components.meeting.store.migrate import HEAD

FORMAT = 1
MANIFEST, READ_ME = "manifest.json", "LISEZ-MOI.txt"
FOLDER = "tables/"
LARGEST_BYTES = 400_000_000
"""Of all that is unpacked: thirty times the largest evening imagined (100,000 ballots, every receipt)."""
MOST_MEMBERS = 40

Rows = dict[str, list[dict[str, Any]]]


class ArchiveError(ValueError):
    """What is wrong with a file, as one French sentence."""


@dataclass(frozen=True)
class Loaded:
    """An evening loaded: its code here, the one it had, and what a person should know."""

    code: str
    asked: str
    notices: tuple[str, ...]


# --- writing ----------------------------------------------------------------------------------------


def export(desk: Desk, code: str, file: Path) -> tuple[str, ...]:
    """Write the evening to a file, whole or not at all; returns what a person should know. Raises OSError."""
    meeting, rows = desk.store.whole(code)
    entries = entries_of(rows)
    room = fold(entries)
    without_keys = unlinked(rows, room)
    notices = notices_of(room, without_keys)
    temporary = file.with_name(f".{file.name}.{os.getpid()}.tmp")
    try:
        with (
            open(temporary, "wb", opener=lambda path, flags: os.open(path, flags, 0o600)) as target,
            zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed,
        ):
            members = {
                f"{FOLDER}{name}.jsonl": "".join(_line(row) for row in kept).encode()
                for name, kept in without_keys.items()
            }
            manifest = {
                "format": FORMAT,
                "schema": HEAD,
                "meeting": {
                    "code": meeting.code,
                    "begun_as": meeting.chain,
                    "title": meeting.title,
                    "territory": meeting.territory,
                    "created_at": meeting.created_at,
                    "touched_at": meeting.touched_at,
                },
                "exported_at": desk.clock(),
                "head": room.head,
                "versions": room.version,
                "rows": {name: len(kept) for name, kept in without_keys.items()},
                "sha256": {name: hashlib.sha256(words).hexdigest() for name, words in members.items()},
                "notices": notices,
            }
            packed.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
            packed.writestr(READ_ME, read_me(meeting, desk.clock(), notices))
            for name, words in members.items():
                packed.writestr(name, words)
        temporary.replace(file)
    finally:
        temporary.unlink(missing_ok=True)
    return tuple(notices)


def _line(row: Mapping[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False, sort_keys=True) + "\n"


def entries_of(rows: Rows) -> list[e.Entry]:
    """The log as it was written. Raises KeyError, TypeError or ValueError for a row of another kind."""
    return [
        e.Entry(row["version"], row["at"], e.event_from(row["kind"], json.loads(row["body"])), row["digest"])
        for row in rows["event"]
    ]


def unlinked(rows: Rows, room: Room) -> Rows:
    """The same rows without what could be joined to a phone. Ballots change places too."""
    struck = {origin for poll in room.polls.values() for origin in poll.struck}

    def ballot(row: dict[str, Any]) -> dict[str, Any]:
        origin = row["origin"] if row["origin"] in struck else ""
        return {**row, "voter": secrets.token_hex(32), "pair": "", "origin": origin}

    kept = dict(rows)
    kept["ballot"] = sorted((ballot(row) for row in rows["ballot"]), key=lambda row: str(row["voter"]))
    kept["sealed_ballot"] = [{**row, "pair": ""} for row in rows["sealed_ballot"]]
    kept["device"] = sorted(
        ({"device": secrets.token_hex(32)} for _ in rows["device"]), key=lambda row: row["device"]
    )
    kept["entitlement"] = [
        {**row, "device": secrets.token_hex(32) if row["device"] else ""} for row in rows["entitlement"]
    ]
    return kept


def notices_of(room: Room, rows: Rows) -> list[str]:
    """What a person should know of a file, in French."""
    found = []
    for poll in room.polls.values():
        if poll.state != SEALED:
            number = sum(row["poll"] == poll.id for row in rows["ballot"])
            found.append(t("archive.not_sealed", title=poll.question.text("fr"), n=number))
    waiting = any(
        poll.state == SEALED and poll.question.pair == poll.question.id and not _compared(room, poll.id)
        for poll in room.polls.values()
    )
    if waiting and room.closed_at is None:
        found.append(t("archive.no_pairs"))
    if room.closed_at is None and rows["device"]:
        found.append(t("archive.phones", n=len(rows["device"])))
    if room.closed_at is None and rows["entitlement"]:
        found.append(t("archive.codes", n=len(rows["entitlement"])))
    return found


def _compared(room: Room, poll: str) -> bool:
    first = room.polls[poll].question.id
    return any(p.question.pairs_with == first and p.state == SEALED for p in room.polls.values())


def read_me(meeting: Meeting, at: float, notices: Sequence[str]) -> str:
    """What somebody reads who opens the zip by hand."""
    day = dt.datetime.fromtimestamp(at).astimezone().strftime("%d/%m/%Y %H:%M")
    words = t("archive.read_me", title=meeting.title, code=meeting.code, day=day)
    return "\n".join([words, *(f"- {notice}" for notice in notices)]) + "\n"


# --- reading ----------------------------------------------------------------------------------------


def is_archive(file: Path) -> bool:
    """Whether a file is a zip, and so no run sheet. Raises OSError."""
    with open(file, "rb") as opened:
        return opened.read(4) == b"PK\x03\x04"


def load(desk: Desk, file: Path) -> Loaded:
    """Write an evening from a file into this store. Raises `ArchiveError`, and then nothing is written; OSError."""
    manifest, rows = read(file)
    try:
        meeting = Meeting(**manifest["meeting"])
        _check_meeting(meeting)
        room = check(meeting, manifest, rows)
        code = desk.store.take_in(meeting, rows)
    except BadRow as error:
        row = t("archive.row_of", table=error.table) if error.table else t("archive.row_twice")
        raise ArchiveError(t("archive.bad_row", file=file, row=row)) from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        if isinstance(error, ArchiveError):
            raise
        raise ArchiveError(t("archive.damaged", file=file, what=t("archive.what_contents"))) from error
    notices = notices_of(room, rows)
    if missing := missing_texts(rows["event"], rows):
        key = "texts_missing" if len(missing) > 1 else "text_missing"
        notices.append(t(f"archive.{key}", n=len(missing), version=missing[0]))
    return Loaded(code, meeting.code, tuple(notices))


def _check_meeting(meeting: Meeting) -> None:
    words = (meeting.code, meeting.begun_as, meeting.title, meeting.territory)
    sound = all(isinstance(word, str) and "\0" not in word for word in words)
    times = (meeting.created_at, meeting.touched_at)
    sound = sound and all(isinstance(at, int | float) and abs(at) < 1e15 for at in times)
    codes = (meeting.code, meeting.begun_as)
    if not sound or not all(code.isascii() and code.isalnum() and len(code) <= 12 for code in codes):
        raise ValueError("meeting")
    if meeting.code != meeting.code.upper() or len(meeting.title) > 2000 or len(meeting.territory) > 120:
        raise ValueError("meeting")


def read(file: Path) -> tuple[dict[str, Any], Rows]:
    """The manifest and the rows of a file, of the size and the names that are ours. Raises `ArchiveError`, OSError."""
    try:
        with zipfile.ZipFile(file) as packed:
            members = packed.infolist()
            _check_members(file, members)
            manifest = json.loads(_unpack(packed, MANIFEST, LARGEST_BYTES))
            if not isinstance(manifest, dict) or not isinstance(manifest.get("rows"), dict):
                raise ArchiveError(t("archive.not_ours", file=file))
            if manifest.get("format") != FORMAT or not isinstance(manifest.get("schema"), str):
                raise ArchiveError(t("archive.newer", file=file))
            if manifest["schema"] > HEAD:
                raise ArchiveError(t("archive.newer", file=file))
            return manifest, _read_tables(file, packed, manifest)
    except RecursionError as error:
        raise ArchiveError(t("archive.damaged", file=file, what=t("archive.what_contents"))) from error
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, RuntimeError) as error:
        if not is_archive(file):
            raise ArchiveError(t("archive.not_exported", file=file)) from error
        raise ArchiveError(t("archive.damaged", file=file, what=t("archive.what_zip"))) from error
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        if isinstance(error, ArchiveError):
            raise
        raise ArchiveError(t("archive.damaged", file=file, what=t("archive.what_contents"))) from error


def _check_members(file: Path, members: Sequence[zipfile.ZipInfo]) -> None:
    names = [member.filename for member in members]
    ours = {MANIFEST, READ_ME}
    strange = [
        name for name in names if name not in ours and not (name.startswith(FOLDER) and _is_table(name))
    ]
    if MANIFEST not in names or len(names) != len(set(names)):
        raise ArchiveError(t("archive.not_ours", file=file))
    if strange or len(names) > MOST_MEMBERS:
        raise ArchiveError(t("archive.strange", file=file, name=strange[0][:60] if strange else len(names)))
    if sum(member.file_size for member in members) > LARGEST_BYTES:
        raise ArchiveError(t("archive.too_large", file=file))


def _is_table(name: str) -> bool:
    middle = name.removeprefix(FOLDER).removesuffix(".jsonl")
    return name.endswith(".jsonl") and middle.replace("_", "").isalpha() and middle.isascii()


def _unpack(packed: zipfile.ZipFile, name: str, most: int) -> bytes:
    """Never more than announced: what a zip says of its sizes is only what it says."""
    with packed.open(name) as opened:
        words = opened.read(most + 1)
    if len(words) > most:
        raise ArchiveError(t("archive.too_large", file=packed.filename))
    return words


def _read_tables(file: Path, packed: zipfile.ZipFile, manifest: Mapping[str, Any]) -> Rows:
    rows: Rows = {name: [] for name in TABLES}
    left = LARGEST_BYTES
    for name, number in manifest["rows"].items():
        if name not in TABLES:
            raise ArchiveError(t("archive.strange", file=file, name=str(name)[:60]))
        member = f"{FOLDER}{name}.jsonl"
        words = _unpack(packed, member, left)
        left -= len(words)
        if hashlib.sha256(words).hexdigest() != manifest["sha256"][member]:
            raise ArchiveError(t("archive.changed", file=file, name=member))
        rows[name] = [json.loads(line) for line in words.decode().split("\n") if line]
        if len(rows[name]) != number or not all(isinstance(row, dict) for row in rows[name]):
            raise ArchiveError(t("archive.changed", file=file, name=member))
    return rows


TABLES = (
    "run_sheet",
    "event",
    "ballot",
    "sealed_ballot",
    "slip",
    "receipt",
    "device",
    "entitlement",
    "contribution",
    "free_text",
)


def check(meeting: Meeting, manifest: Mapping[str, Any], rows: Rows) -> Room:
    """The room that the log tells, once everything hangs together. Raises `ArchiveError` naming what does not."""
    head, problems = check_log(meeting.chain, rows["event"])
    if problems:
        raise ArchiveError(t("archive.broken_log", version=problems[0].values["version"]))
    if not rows["event"] or manifest.get("head") != head:
        raise ArchiveError(t("archive.cut_log", version=len(rows["event"])))
    entries = entries_of(rows)
    room = fold(entries)
    _check_run_sheets(entries, rows)
    if named := misnamed(meeting, entries, rows):
        raise ArchiveError(t(f"archive.{named[0].key}", **named[0].values))
    for vote in sealed_votes(entries, rows, purged=True):
        if not vote["good"]:
            raise ArchiveError(t("archive.other_ballots", title=vote["title"]))
    for changed in changed_texts(rows["event"], rows):
        raise ArchiveError(t("archive.other_text", version=changed.values["version"]))
    return room


def _check_run_sheets(entries: Sequence[e.Entry], rows: Rows) -> None:
    for revision in changed_sheets(entries, rows):
        raise ArchiveError(t("archive.other_sheet", revision=revision))
    for row in rows["run_sheet"]:
        try:
            load_run_sheet(row["source"], kept=True)
        except RunSheetError as error:
            raise ArchiveError(str(error)) from error
