"""The minutes: who was there, how they voted, what was promised and decided, when. Pure, from the log and counts.

Before the meeting is closed the minutes are interim: a result that the room has not seen is not in them.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from components.documents.contributions import csv_rows, told_by_tables
from components.documents.tables import sheets
from components.look.i18n import t
from components.meeting import events as e
from components.meeting.desk import Desk
from components.meeting.floor_scene import minutes_floor
from components.meeting.fold import fold
from components.meeting.poll import SEALED, Poll
from components.meeting.results import batches, in_room, method_label, objections, result, rule_label
from components.meeting.room import Room
from components.meeting.run_sheet import RunSheet, pick
from components.meeting.store import UnknownMeeting
from components.meeting.tables import Contribution
from components.voting.tally import Tally


@dataclass(frozen=True)
class Record:
    """All that the minutes are drawn from."""

    code: str
    entries: Sequence[e.Entry]
    room: Room
    sheet: RunSheet
    words: Mapping[str, str]
    joined: int
    tallies: Mapping[str, Tally]
    receipts: Mapping[str, Sequence[str]]
    now: float
    contributions: Sequence[Contribution] = ()
    results: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Vote → language → its result, where that was drawn elsewhere and cannot be drawn from a count."""
    offsets: Sequence[tuple[float, int]] = ()
    """Seconds that local time was ahead of UTC, from which moment on; none: as this machine has it."""

    def moment(self, seconds: float | None) -> dt.datetime | None:
        """Local time of a moment of the log."""
        if seconds is None:
            return None
        if not self.offsets:
            return self.local(seconds)
        ahead = [seconds_ahead for at, seconds_ahead in self.offsets if at <= seconds]
        zone = dt.timezone(dt.timedelta(seconds=ahead[-1] if ahead else self.offsets[0][1]))
        return dt.datetime.fromtimestamp(seconds, zone)

    @staticmethod
    def local(seconds: float) -> dt.datetime:
        """A moment as this machine's clock shows it."""
        return dt.datetime.fromtimestamp(seconds).astimezone()


def gather(desk: Desk, code: str) -> Record:
    """Read a meeting whole. Raises `UnknownMeeting`."""
    entries = desk.store.entries(code)
    if not entries:
        raise UnknownMeeting(code)
    room = fold(entries)
    return Record(
        code=code,
        entries=entries,
        room=room,
        sheet=desk.sheet(code, room),
        words=desk.store.words(code),
        joined=desk.store.joined(code),
        tallies={poll.id: desk.count(code, poll, room.present) for poll in room.polls.values()},
        receipts={poll.id: desk.store.receipts(code, poll.id) for poll in room.polls.values()},
        now=desk.clock(),
        contributions=desk.contributions(code, desk.sheet(code, room)),
    )


def minutes(record: Record, lang: str) -> dict[str, Any]:
    """Everything the page and the files say, as plain values."""
    room, sheet, moment = record.room, record.sheet, record.moment
    final = room.closed_at is not None
    return {
        "code": record.code,
        "title": pick(sheet.title, lang),
        "territory": room.territory,
        "final": final,
        "started": moment(room.steps_shown[0][1] if room.steps_shown else room.opened_at),
        "closed": moment(room.closed_at),
        "present": room.present,
        "phones": record.joined,
        "promise": sheet.promise,
        "level": t(f"meeting.level_{sheet.promise.level}", lang) if sheet.promise else "",
        "steps": [
            {"title": pick(step.title, lang), "kind": t(f"meeting.kind_{step.kind}", lang), "at": moment(at)}
            for step_id, at in room.steps_shown
            if (step := sheet.step(step_id))
        ],
        "votes": [_vote(record, poll, final, lang) for poll in room.polls.values()],
        "tables": told_by_tables(room, record.contributions, record.words, final, lang),
        "decisions": _notes(record, "decision", lang),
        "contested": _notes(record, "contested", lang),
        "floor": minutes_floor(room.floor, room.closed_at or record.now, lang),
        "peeked": _peeks(record, lang),
        "undone": sum(isinstance(entry.event, e.Undone) for entry in record.entries),
        "levers": dict(room.levers),
        "scenarios": {letter: dict(settings) for letter, settings in room.scenarios.items()},
        "head": room.head,
        "version": room.version,
    }


def _notes(record: Record, kind: str, lang: str) -> list[dict[str, Any]]:
    found = []
    for note in record.room.notes:
        if note.kind == kind:
            step = record.sheet.step(note.step)
            words = record.words.get(note.text, t("meeting.text_removed", lang))
            found.append(
                {
                    "words": words,
                    "who": _words(record, note.who, lang),
                    "when": _words(record, note.when, lang),
                    "at": record.moment(note.at),
                    "step": pick(step.title, lang) if step else "",
                }
            )
    return found


def _words(record: Record, text: str, lang: str) -> str:
    """The words of a text row, empty where nothing was said."""
    return record.words.get(text, t("meeting.text_removed", lang)) if text else ""


def _peeks(record: Record, lang: str) -> list[dict[str, Any]]:
    return [
        {"at": record.moment(entry.at), "title": record.room.polls[entry.event.poll].question.text(lang)}
        for entry in record.entries
        if isinstance(entry.event, e.HiddenCountsRead) and entry.event.poll in record.room.polls
    ]


def _vote(record: Record, poll: Poll, final: bool, lang: str) -> dict[str, Any]:
    tally = record.tallies[poll.id]
    told = final or poll.shown
    shown = None
    if told:
        drawn = record.results.get(poll.id)
        shown = drawn[lang] if drawn else result(poll, tally, lang)
    present = poll.present if poll.state == SEALED else record.room.present
    # An abstention can only be told when everybody could be counted, and never from fewer than five.
    here = in_room(poll, tally)
    abstention = present - here if present is not None and present >= here else None
    return {
        "poll": poll.id,
        "title": poll.question.text(lang),
        "method": method_label(poll.question, lang),
        "rule": rule_label(poll.question, lang),
        "improvised": poll.improvised,
        "state": poll.state,
        "opened": record.moment(poll.opened_at),
        "closed": record.moment(poll.closed_at),
        "present": present,
        "received": tally.ballots,
        "by_channel": dict(tally.by_channel),
        "abstention": abstention,
        "over_present": present is not None and here > present,
        "batches": [
            {**batch, "at": record.moment(batch["at"])} for batch in batches(poll, record.words, lang)
        ],
        "objections": objections(poll, record.words, lang),
        "abandoned": poll.abandoned,
        "told": told,
        "never_shown": final and not poll.shown,
        "result": shown,
        "sheets": sheets(shown, lang) if shown else [],
        "root": poll.merkle_root,
        "receipts": record.receipts[poll.id],
    }


CSV_COLUMNS = (
    "meeting",
    "poll",
    "question",
    "method",
    "state",
    "option",
    "label",
    "count",
    "percent",
    "ballots",
    "ballots_phone",
    "ballots_shared",
    "ballots_remote",
    "ballots_hands",
    "ballots_cards",
    "ballots_paper",
    "blank",
    "votes_cast",
    "first",
    "rank",
    "grade",
    "grades",
    "mean",
    "cost",
    "present",
    "opened",
    "closed",
    "shown",
    "note",
)


def rows(found: Mapping[str, Any], lang: str) -> list[dict[str, Any]]:
    """The votes as a table: a row an option, a row alone for a result that may not be told. Columns `CSV_COLUMNS`.

    `ballots_phone` and the other channels are those of the whole vote: answers are never crossed with channels.
    `count`: ballots, points, the sum of scores or first preferences; `first` is 1 for what came first or is funded;
    `grades`: `id=number` by grade, best first. Cells below five of a commune question are empty.
    """
    lines = []
    for vote in found["votes"]:
        shared = {
            "meeting": found["code"],
            "poll": vote["poll"],
            "question": vote["title"],
            "method": vote["method"],
            "state": vote["state"],
            "ballots": vote["received"],
            **{f"ballots_{name}": number for name, number in vote["by_channel"].items()},
            "present": vote["present"],
            "opened": _iso(vote["opened"]),
            "closed": _iso(vote["closed"]),
            "shown": "" if vote["result"] is None else int(not vote["never_shown"]),
        }
        told = vote["result"]
        if told is None or told["too_few"]:
            reason = t("minutes.not_shown", lang) if told is None else told["sentence"]
            lines.append({**shared, "note": reason})
            continue
        for option in told["options"]:
            small = option["count"] is None
            lines.append(
                {
                    **shared,
                    "option": option["id"],
                    "label": option["label"],
                    "count": option["count"],
                    "percent": option["percent"],
                    "blank": told["blank"],
                    "votes_cast": told["votes_cast"],
                    **_detail(told, option["id"]),
                    "note": option["count_text"] if small else "",
                }
            )
    return [*lines, *csv_rows(found["code"], found["tables"])]


def _detail(told: Mapping[str, Any], option: str) -> dict[str, Any]:
    """What the drawing says of an option, as plain values."""
    drawing = told["drawing"]
    row: Mapping[str, Any] = next((one for one in drawing.get("rows", ()) if one["id"] == option), {})
    found: dict[str, Any] = {"first": int(option in told["winners"]), "cost": row.get("cost")}
    if drawing["kind"] == "profile" and row:
        grades = [grade["id"] for grade in drawing["grades"]]
        found["grades"] = " ".join(f"{grade}={n}" for grade, n in zip(grades, row["counts"], strict=True))
        found |= {"grade": row["median"], "rank": row["rank"]}
    if drawing["kind"] == "scores":
        found["mean"] = row.get("mean")
    if drawing["kind"] == "budget":
        found["rank"] = row.get("order")
    if drawing["kind"] == "duels":
        before = 0
        for tied in drawing["ranking"]:
            if option in tied:
                found["rank"] = before + 1
            before += len(tied)
    return found


def _iso(value: dt.datetime | None) -> str:
    return value.isoformat(timespec="seconds") if value else ""


def clock(lang: str) -> Callable[[dt.datetime | None], str]:
    """How a time of day is written: « 20 h 14 » or 20:14."""

    def write(value: dt.datetime | None) -> str:
        if value is None:
            return ""
        return f"{value.hour}\u202fh\u202f{value.minute:02d}" if lang == "fr" else f"{value:%H:%M}"

    return write
