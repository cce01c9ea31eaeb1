"""Whether what was kept of a meeting still hangs together: its log, link by link, and each sealed vote.

Pure: from rows and plain values, whoever kept them (the database, or minutes saved by anybody). What is wrong is
named, row or vote; nothing here trusts what it is given to be well formed.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from components.look.i18n import t
from components.meeting import events as e
from components.meeting.fold import fold
from components.meeting.poll import SEALED, Poll
from components.meeting.run_sheet import RunSheetError, load_run_sheet, pick
from components.meeting.store import Meeting, digest_of
from components.voting.ballots import load_choice
from components.voting.methods import METHODS
from components.voting.question import Question, question_from_dict
from components.voting.sealing import merkle_root, seal_root
from components.voting.tally import BY_PHONE, SMALLEST_SHOWN

TEXTS_OF = {
    "DecisionNoted": (("text", "digest"), ("who", "who_digest"), ("when", "when_digest")),
    "ObjectionRaised": (("objection", "digest"),),
    "ObjectionLifted": (("how", "digest"),),
    "ContributionsGrouped": (("title", "digest"),),
    "SlipsKeyed": (("place", "place_digest"),),
}
"""Where an event names a text row and the salted hash of its words; `text` and `digest` unless said otherwise."""

Rows = Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True)
class Problem:
    """Something that does not hold: `verify.<key>` filled by `values`."""

    key: str
    values: Mapping[str, Any]

    def sentence(self, lang: str = "fr") -> str:
        return t(f"verify.{self.key}", lang, **self.values)


@dataclass(frozen=True)
class Report:
    """What was looked at and what was found wrong. `hidden`: rows whose words are not told, only their link.
    `unlinked`: rows of an older version whose link is not told either."""

    meeting: str
    rows: int
    head: str
    votes: Sequence[Mapping[str, Any]]
    problems: Sequence[Problem]
    hidden: int = 0
    unlinked: int = 0
    notes: Sequence[Problem] = ()
    """What could not be checked, and what was found that was looked for."""
    anchors: Collection[str] = ()
    """Every link of the log and every root: what somebody may have kept of it elsewhere."""

    @property
    def good(self) -> bool:
        return not self.problems


# --- the log ----------------------------------------------------------------------------------------


def check_log(chain: str, rows: Sequence[Mapping[str, Any]]) -> tuple[str, list[Problem]]:
    """The last link (empty where withheld) and the first row that is not what its link says.

    `body`: JSON text, or the values themselves.
    """
    previous: str | None = ""
    for number, row in enumerate(rows, start=1):
        try:
            version, body, link = int(row["version"]), row.get("body"), row["digest"]
            if version != number:
                key = "row_missing" if version > number else "row_twice"
                return previous or "", [Problem(key, {"version": number if version > number else version})]
            digest = None if link is None else str(link)
            text = (float(row["at"]), str(row["kind"]), _text(body))
            right = None if previous is None else digest_of(previous, chain, version, *text)
        except (KeyError, TypeError, ValueError, OverflowError):
            return previous or "", [Problem("row_unreadable", {"version": number})]
        # Links are withheld from one withheld row of an older version to the next withheld row, no others.
        if body is not None and digest != right:
            return previous or "", [
                Problem("row_changed", {"version": version, "kind": str(row["kind"])[:40]})
            ]
        previous = digest
    return previous or "", []


def _text(body: Any) -> str:
    return body if isinstance(body, str) else json.dumps(body, ensure_ascii=False, sort_keys=True)


# --- a meeting of the database ----------------------------------------------------------------------


def check_meeting(meeting: Meeting, rows: Rows, gone: Collection[str]) -> Report:
    """The log of a meeting, its sealed votes, run sheets and texts, from all its rows. `gone`: kinds of data that
    retention took away."""
    log = rows["event"]
    head, problems = check_log(meeting.chain, log)
    votes: list[dict[str, Any]] = []
    if not problems:
        if len(log) < max(meeting.length, 1) or meeting.touched_at > float(log[-1]["at"]):
            problems.append(Problem("log_cut", {"version": len(log)}))
        entries = [
            e.Entry(
                row["version"], row["at"], e.event_from(row["kind"], json.loads(row["body"])), row["digest"]
            )
            for row in log
        ]
        votes = sealed_votes(entries, rows, "sealed_ballots" in gone)
        problems += [
            Problem("ballots_changed" if not vote["sealed"] else "ballots_moved", {"title": vote["title"]})
            for vote in votes
            if not vote["good"]
        ]
        problems += [Problem("sheet_changed", {"revision": n}) for n in changed_sheets(entries, rows)]
        problems += misnamed(meeting, entries, rows)
        problems += changed_texts(log, rows)
        if "texts" not in gone:
            problems += [
                Problem("text_missing", {"version": version}) for version in missing_texts(log, rows)
            ]
    return Report(meeting.code, len(log), head, votes, problems, anchors=_anchors(log, votes))


def _anchors(log: Sequence[Mapping[str, Any]], votes: Sequence[Mapping[str, Any]]) -> list[str]:
    found = [*(row.get("digest") for row in log), *(vote.get("root") for vote in votes)]
    return [str(digest) for digest in found if digest]


def sealed_votes(entries: Sequence[e.Entry], rows: Rows, purged: bool) -> list[dict[str, Any]]:
    """Each sealed vote: are its ballots, slips and receipts those its root was drawn from?

    `kept` is False for a vote whose ballots retention took away: there is nothing to compare, and nothing missing.
    """
    found = []
    salts = {one.event.poll: one.event.salt for one in entries if isinstance(one.event, e.BallotsBlinded)}
    for poll in fold(entries).polls.values():
        if poll.state != SEALED:
            continue
        sealed = [str(row["choice"]) for row in rows["sealed_ballot"] if row["poll"] == poll.id]
        keyed = {row["batch"] for row in rows["slip"]} & set(poll.batch_channels)
        slips = [
            str(row["choice"]) for row in rows["slip"] if row["poll"] == poll.id and row["batch"] in keyed
        ]
        given = [r["receipt"] for r in rows["receipt"] if r["poll"] == poll.id for _ in range(r["times"])]
        choices = (",".join(load_choice(choice)) for choice in [*sealed, *slips])
        root = seal_root(choices, given, salts.get(poll.id, ""))
        gone = purged and not sealed and root != poll.merkle_root
        right = gone or root == poll.merkle_root
        found.append(
            {
                "poll": poll.id,
                "title": poll.question.text("fr"),
                "ballots": poll.tally.ballots if poll.tally else 0,
                "receipts": len(given),
                "kept": not gone,
                "sealed": right,
                "good": right and (gone or as_counted(poll, rows)),
                "root": poll.merkle_root,
            }
        )
    return found


def as_counted(poll: Poll, rows: Rows) -> bool:
    """Whether ballots and slips are of the channels and colleges that were counted, as far as the count says.

    The seal keeps a channel only where five or more are alike, and no college; it kept some in former versions.
    """
    counted, question = poll.tally, poll.question
    if counted is None:
        return True
    sealed = [row for row in rows["sealed_ballot"] if row["poll"] == poll.id]
    slips = [row for row in rows["slip"] if row["poll"] == poll.id and row["batch"] in poll.batches]
    cast = {channel: counted.by_channel.get(channel, 0) for channel in BY_PHONE}
    kept = Counter({channel: n for channel, n in cast.items() if n >= SMALLEST_SHOWN})
    kept["phone"] += sum(cast.values()) - kept.total()
    if Counter(row["channel"] for row in sealed) != +kept:
        return False
    if not any(row["college"] for row in [*sealed, *slips]):
        return True
    told = {college: row for college, row in counted.by_college.items() if row["ballots"]}
    known = (
        set(counted.by_college) if question.by_college else set(question.who if question.asks_college else ())
    )
    if not {row["college"] for row in sealed} <= {*told, ""} or not {row["college"] for row in slips} <= {
        *known,
        "",
    }:
        return False
    for college, row in told.items():
        choices = Counter(
            load_choice(str(one["choice"])) for one in [*sealed, *slips] if one["college"] == college
        )
        number = METHODS[question.method].totals(question, choices)
        if row["ballots"] != choices.total():
            return False
        if any(n is not None and n != number[option] for option, n in (row["counts"] or {}).items()):
            return False
    return True


def changed_sheets(entries: Sequence[e.Entry], rows: Rows) -> list[int]:
    """Revisions of the run sheet that are not those the log has the digest of."""
    sources = {row["revision"]: str(row["source"]) for row in rows["run_sheet"]}
    return [
        entry.event.revision
        for entry in entries
        if isinstance(entry.event, e.MeetingOpened | e.RunSheetRevised)
        and hashlib.sha256(sources.get(entry.event.revision, "").encode()).hexdigest()
        != entry.event.run_sheet_sha256
    ]


def misnamed(meeting: Meeting, entries: Sequence[e.Entry], rows: Rows) -> list[Problem]:
    """A title or a territory that is not that of the run sheet. One for a territory that is not here says nothing."""
    revision = fold(entries).revision
    source = next((str(row["source"]) for row in rows["run_sheet"] if row["revision"] == revision), "")
    try:
        sheet = load_run_sheet(source)
    except RunSheetError:
        return []
    problems = []
    if pick(sheet.title, "fr") != meeting.title:
        problems.append(Problem("title_changed", {"title": meeting.title[:200]}))
    if sheet.territory != meeting.territory:
        problems.append(Problem("territory_changed", {"territory": meeting.territory[:80]}))
    return problems


def changed_texts(log: Sequence[Mapping[str, Any]], rows: Rows) -> list[Problem]:
    """Free texts that are not those whose salted hash the log holds; one that was deleted is not missed."""
    kept = {row["id"]: row for row in rows["free_text"]}
    problems = []
    for row in log:
        body = json.loads(row["body"])
        for name, digest in TEXTS_OF.get(row["kind"], (("text", "digest"),)):
            text = kept.get(body.get(name) or "")
            if text is None or not body.get(digest):
                continue
            if hashlib.sha256((str(text["salt"]) + str(text["words"])).encode()).hexdigest() != body[digest]:
                problems.append(Problem("text_changed", {"version": row["version"]}))
    return problems


def missing_texts(log: Sequence[Mapping[str, Any]], rows: Rows) -> list[int]:
    """Rows whose free text is gone, though no row says that it was erased. Labels of speeches go by themselves."""
    kept = {row["id"] for row in rows["free_text"]}
    bodies = [(row, json.loads(row["body"])) for row in log]
    erased = {body["text"] for row, body in bodies if row["kind"] == "TextErased"}
    return [
        row["version"]
        for row, body in bodies
        if row["kind"] not in ("SpeechAsked", "TextErased")
        and any(
            body.get(name) and body[name] not in kept | erased
            for name, _ in TEXTS_OF.get(row["kind"], (("text", "digest"),))
        )
    ]


# --- minutes saved by anybody -----------------------------------------------------------------------


def check_proof(proof: Mapping[str, Any]) -> Report:
    """The proof that the minutes carry: the log, its head, each vote's root over its choices and its receipts."""
    log, votes = proof.get("log"), proof.get("votes")
    if not isinstance(log, list) or not isinstance(votes, list) or not all(isinstance(r, dict) for r in log):
        return Report("", 0, "", [], [Problem("no_proof", {})])
    chain = str(proof.get("chain") or proof.get("meeting") or "")
    head, problems = check_log(chain, log)
    if not problems and (proof.get("head") or "") != head:
        problems.append(Problem("log_cut", {"version": len(log)}))
    if not problems and proof.get("versions") not in (None, len(log)):
        problems.append(Problem("log_cut", {"version": len(log)}))
    if proof.get("sha256") not in (None, proof_digest(proof)):
        problems.append(Problem("proof_changed", {}))
    asked, sealed = _questions_in(log), _sealed_in(log)
    told = []
    for vote in votes:
        if not isinstance(vote, dict):
            problems.append(Problem("no_proof", {}))
            continue
        if vote.get("merkle_root"):
            poll = str(vote.get("poll"))
            wrong = _vote_problems(vote, sealed.pop(poll, None))
            question = asked.get(poll)
            if question is None or question.text("fr") != vote.get("title"):
                wrong.append(Problem("other_title", {"title": str(vote.get("title"))[:200]}))
            problems += wrong
            told.append(
                {
                    "poll": vote.get("poll"),
                    "title": vote.get("title"),
                    "good": not wrong,
                    "root": vote["merkle_root"],
                    "tally": vote.get("tally"),
                    "labels": {option.id: option.text("fr") for option in question.options}
                    if question
                    else {},
                    "receipts": len(vote.get("receipts") or []),
                }
            )
    problems += [Problem("vote_missing", {"poll": poll}) for poll in sealed]
    hidden = sum(row.get("body") is None for row in log)
    unlinked = sum(row.get("digest") is None for row in log)
    meeting, anchors = str(proof.get("meeting") or ""), _anchors(log, told)
    return Report(meeting, len(log), head, told, problems, hidden, unlinked, anchors=anchors)


def proof_digest(proof: Mapping[str, Any]) -> str:
    """Over all a proof says but this digest: it shows a change made without care, whoever forges makes it anew."""
    said = {name: value for name, value in proof.items() if name != "sha256"}
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _questions_in(log: Sequence[Mapping[str, Any]]) -> dict[str, Question]:
    """The question of each vote, as it was asked."""
    found = {}
    for row in log:
        if row.get("kind") == "QuestionOpened" and row.get("body") is not None:
            try:
                body = json.loads(row["body"]) if isinstance(row["body"], str) else row["body"]
                found[str(body["poll"])] = question_from_dict(body["question"])
            except (KeyError, TypeError, ValueError, AttributeError):
                continue  # named already: its link is broken
    return found


def _sealed_in(log: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """What the log says of each sealed vote, by vote."""
    found = {}
    for row in log:
        if row.get("kind") == "QuestionSealed" and row.get("body") is not None:
            try:
                body = json.loads(row["body"]) if isinstance(row["body"], str) else row["body"]
                found[str(body["poll"])] = body
            except (KeyError, TypeError, ValueError):
                continue  # named already: its link is broken
    return found


def _vote_problems(vote: Mapping[str, Any], event: Mapping[str, Any] | None) -> list[Problem]:
    title = {"title": str(vote.get("title") or vote.get("poll"))[:200]}
    root, receipts = str(vote["merkle_root"]), vote.get("receipts")
    if event is None or event.get("merkle_root") != root:
        return [Problem("root_not_in_log", title)]
    if not isinstance(receipts, list) or not all(isinstance(receipt, str) for receipt in receipts):
        return [Problem("receipts_changed", title)]
    problems = []
    choices = str(vote.get("choices_root") or "")
    if merkle_root([f"choices:{choices}", f"receipts:{merkle_root(receipts)}"]) != root:
        problems.append(Problem("receipts_changed", title))
    if json.loads(json.dumps(vote.get("tally"))) != event.get("tally"):
        problems.append(Problem("count_changed", title))
    return problems


def votes_with(proof: Mapping[str, Any], receipt: str) -> list[str]:
    """Titles of the votes whose list holds this receipt."""
    found = proof.get("votes")
    return [
        str(vote.get("title") or vote.get("poll"))
        for vote in (found if isinstance(found, list) else [])
        if isinstance(vote, dict) and receipt in (vote.get("receipts") or [])
    ]
