"""What minutes print and the log does not tell in the open, so that whoever has the proof can write them again.

`beside` takes it out of a meeting, `record` puts it together with the log. Nothing is in it that the page does not
print: the words of notes with their salts, the titles of the steps shown, numbers of phones and of speeches. Where the
log has the digest of a text, or the moment of a row, `beside_problems` compares.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

from components.documents.minutes import Record
from components.look.i18n import LANGUAGES
from components.meeting import events as e
from components.meeting.checking import Problem, changed_texts
from components.meeting.floor import Floor, seconds_at
from components.meeting.fold import fold
from components.meeting.poll import SEALED, Poll
from components.meeting.results import result
from components.meeting.room import Room
from components.meeting.run_sheet import Promise, RunSheet, Step
from components.meeting.tables import Contribution, Group, Tables
from components.voting.tally import SMALLEST_SHOWN, Tally

Plain = dict[str, Any]


# --- taken out of a meeting -------------------------------------------------------------------------


def beside(record: Record, salts: Mapping[str, str], told: Collection[str]) -> Plain:
    """As plain values. `salts`: of the free texts; `told`: votes whose count and receipts the proof has anyway."""
    room = record.room
    seen = {
        one.id: one
        for one in record.contributions
        if room.closed_at is not None or one.id in room.tables.told
    }
    groups = [
        {"id": group.id, "kind": group.kind, "members": members, "title": group.title}
        for group in room.tables.groups.values()
        if (members := [name for name in group.members if name in seen])
    ]
    now = room.closed_at or record.now
    names = [*_texts_of(room), *(room.tables.groups[str(group["id"])].title for group in groups)]
    return {
        "offsets": _offsets(record.entries),
        "sheet": sheet_told(record.sheet, room),
        "phones": record.joined,
        "texts": {
            name: [salts.get(name, ""), record.words[name]] for name in names if name and name in record.words
        },
        "floor": {
            "seconds": dict(seconds_at(room.floor, now)),
            "speeches": dict(room.floor.speeches),
        },
        "tables": {
            "groups": groups,
            "written": [
                {"id": one.id, "table": one.table, "kind": one.kind, "words": one.words}
                for one in seen.values()
            ],
            "withheld": len(record.contributions) - len(seen),
        },
        "votes": {poll.id: _vote(record, poll, poll.id in told) for poll in room.polls.values()},
    }


def sheet_told(sheet: RunSheet, room: Room) -> Plain:
    """What is printed of a run sheet: its title, its promise, the steps that were shown. Never its notes."""
    names = [*(step for step, _ in room.steps_shown), *(note.step for note in room.notes)]
    steps = {name: step for name in names if (step := sheet.step(name))}
    return {
        "title": dict(sheet.title),
        "promise": asdict(sheet.promise) if sheet.promise else None,
        "steps": {name: {"kind": step.kind, "title": dict(step.title)} for name, step in steps.items()},
    }


def _texts_of(room: Room) -> Iterator[str]:
    for note in room.notes:
        yield from (note.text, note.who, note.when)
    for poll in room.polls.values():
        for objection in poll.objections:
            yield from (objection.id, objection.how)
        yield from (batch.place for batch in poll.batches.values())


def _offsets(entries: Sequence[e.Entry]) -> list[tuple[float, int]]:
    """How far local time was ahead of UTC (seconds), and from which row on."""
    found: list[tuple[float, int]] = []
    for entry in sorted(entries, key=lambda entry: entry.at):
        ahead = Record.local(entry.at).utcoffset()
        seconds = round(ahead.total_seconds()) if ahead else 0
        if not found or found[-1][1] != seconds:
            found.append((entry.at, seconds))
    return found


def _vote(record: Record, poll: Poll, told: bool) -> Plain:
    found: Plain = {"state": poll.state, "closed_at": poll.closed_at}
    if told:
        return {**found, "abandoned": poll.abandoned}
    counted = record.tallies[poll.id]
    found |= {
        "present": poll.present,
        "ballots": counted.ballots,
        "by_channel": dict(counted.by_channel),
        "receipts": list(record.receipts[poll.id]),
    }
    if counted.ballots >= SMALLEST_SHOWN and (record.room.closed_at is not None or poll.shown):
        found["results"] = {lang: result(poll, counted, lang) for lang in LANGUAGES}
    return found


# --- put together again -----------------------------------------------------------------------------


def told_entries(proof: Mapping[str, Any]) -> list[e.Entry]:
    """The rows of the log whose words the proof tells. Raises what a proof that is none makes it raise."""
    return [
        e.Entry(row["version"], row["at"], e.event_from(row["kind"], _body(row)), str(row["digest"] or ""))
        for row in proof["log"]
        if row["body"] is not None
    ]


def _body(row: Mapping[str, Any]) -> Mapping[str, Any]:
    found = json.loads(row["body"]) if isinstance(row["body"], str) else row["body"]
    return found if isinstance(found, dict) else {}


def record(proof: Mapping[str, Any]) -> Record:
    """What the minutes with this proof were drawn from. Raises KeyError, TypeError, ValueError or the like for a proof
    that is none."""
    entries, more = told_entries(proof), proof["beside"]
    votes = {vote["poll"]: vote for vote in proof["votes"]}
    room = fold(entries)
    polls = {name: _poll(poll, more["votes"][name], name in votes) for name, poll in room.polls.items()}
    tables = more["tables"]
    written = [
        Contribution(one["id"], one["table"], "", one["kind"], one["words"], 0, 0.0)
        for one in tables["written"]
    ]
    groups = {g["id"]: Group(g["id"], g["kind"], tuple(g["members"]), g["title"]) for g in tables["groups"]}
    room = replace(
        room,
        polls=polls,
        version=len(proof["log"]),
        head=proof["head"] or "",
        floor=Floor(seconds=more["floor"]["seconds"], speeches=more["floor"]["speeches"]),
        tables=Tables(groups=groups, told=frozenset(one.id for one in written)),
    )
    withheld = [Contribution("", 0, "", "", "", 0, 0.0)] * int(tables["withheld"])
    return Record(
        code=proof["meeting"],
        entries=entries,
        room=room,
        sheet=_sheet(more["sheet"]),
        words={name: words for name, (_, words) in more["texts"].items()},
        joined=more["phones"],
        tallies={name: _tally(poll, more["votes"][name], name in votes) for name, poll in polls.items()},
        receipts={name: (votes.get(name) or more["votes"][name])["receipts"] for name in polls},
        now=0.0,
        contributions=[*written, *withheld],
        results={
            name: vote["results"]
            for name, vote in more["votes"].items()
            if "results" in vote and name not in votes
        },
        offsets=[(at, ahead) for at, ahead in more["offsets"]],
    )


def _poll(poll: Poll, more: Mapping[str, Any], told: bool) -> Poll:
    abandoned = bool(more.get("abandoned"))
    found = replace(poll, state=more["state"], closed_at=more["closed_at"], abandoned=abandoned)
    if told:
        return found
    # Its root is not told; that there is one is.
    return replace(found, present=more["present"], merkle_root="-" if found.state == SEALED else "")


def _tally(poll: Poll, more: Mapping[str, Any], told: bool) -> Tally:
    if told and poll.tally:
        return poll.tally
    return Tally(poll.question.method, more["ballots"], 0, {}, more["by_channel"], (), {})


def _sheet(told: Mapping[str, Any]) -> RunSheet:
    steps = tuple(Step(name, step["kind"], 0, step["title"]) for name, step in told["steps"].items())
    promise = Promise(**told["promise"]) if told["promise"] else None
    return RunSheet(told["title"], "", None, None, "fr", promise, steps, {}, {})


# --- compared with the log --------------------------------------------------------------------------


def beside_problems(proof: Mapping[str, Any]) -> list[Problem]:
    """What the log contradicts: texts that are not those it has the digest of, votes closed or sealed otherwise."""
    try:
        more, log = proof["beside"], proof["log"]
        texts = [{"id": name, "salt": salt, "words": words} for name, (salt, words) in more["texts"].items()]
        told = [{**row, "body": json.dumps(_body(row))} for row in log if row["body"] is not None]
        problems = changed_texts(told, {"free_text": texts})
        moments = {row["at"] for row in log if row["kind"] == "QuestionClosed"}
        for name, vote in more["votes"].items():
            if vote["closed_at"] is not None and vote["closed_at"] not in moments:
                problems.append(Problem("closed_otherwise", {"poll": str(name)[:80]}))
        sealed = sum(row["kind"] == "QuestionSealed" for row in log)
        if sum(vote["state"] == SEALED for vote in more["votes"].values()) != sealed:
            problems.append(Problem("sealed_otherwise", {"n": sealed}))
        return problems
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError):
        return [Problem("no_proof", {})]
