"""Whether what was kept of a meeting still hangs together: its log, link by link, and each sealed vote.

Pure: from rows and plain values, whoever kept them (the database, or minutes saved by anybody). What is wrong is
named, row or vote; nothing here trusts what it is given to be well formed.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from components.look.i18n import t
from components.meeting import events as e
from components.meeting.fold import fold
from components.meeting.poll import SEALED
from components.meeting.store import Meeting, digest_of
from components.voting.ballots import load_choice
from components.voting.sealing import merkle_root, seal_root

TEXTS_OF = {
    "DecisionNoted": (("text", "digest"), ("who", "who_digest"), ("when", "when_digest")),
    "ObjectionRaised": (("objection", "digest"),),
    "ObjectionLifted": (("how", "digest"),),
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


def check_meeting(meeting: Meeting, rows: Rows, purged: bool) -> Report:
    """The log of a meeting, its sealed votes and its texts, from all its rows. `purged`: retention took its ballots."""
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
        votes = sealed_votes(entries, rows, purged)
        problems += [
            Problem("ballots_changed", {"title": vote["title"]}) for vote in votes if not vote["good"]
        ]
        problems += changed_texts(log, rows)
    return Report(meeting.code, len(log), head, votes, problems)


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
        found.append(
            {
                "poll": poll.id,
                "title": poll.question.text("fr"),
                "ballots": poll.tally.ballots if poll.tally else 0,
                "receipts": len(given),
                "kept": not gone,
                "good": gone or root == poll.merkle_root,
                "root": poll.merkle_root,
            }
        )
    return found


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
    sealed = _sealed_in(log)
    told = []
    for vote in votes:
        if not isinstance(vote, dict):
            problems.append(Problem("no_proof", {}))
            continue
        if vote.get("merkle_root"):
            wrong = _vote_problems(vote, sealed.pop(str(vote.get("poll")), None))
            problems += wrong
            told.append(
                {
                    "poll": vote.get("poll"),
                    "title": vote.get("title"),
                    "good": not wrong,
                    "tally": vote.get("tally"),
                    "receipts": len(vote.get("receipts") or []),
                }
            )
    problems += [Problem("vote_missing", {"poll": poll}) for poll in sealed]
    hidden = sum(row.get("body") is None for row in log)
    unlinked = sum(row.get("digest") is None for row in log)
    return Report(str(proof.get("meeting") or ""), len(log), head, told, problems, hidden, unlinked)


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
    tally = vote.get("tally")
    if tally is not None and json.loads(json.dumps(tally)) != event.get("tally"):
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
