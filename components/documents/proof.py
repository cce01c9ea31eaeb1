"""What anybody needs to check the minutes, as plain values: the log link by link, and each sealed vote's root.

`cordee verify` reads it from the page, or from `/minutes/CODE.json`. Ballots are not listed: some could be recognised
by the one who cast them, or bought (a long ranking is as good as a signature). Their root is, and the count.

A row whose words may not be told keeps its place and its link, `body` None: an unseen result, a vote of fewer than
five, a total by channel. What is not named in `TOLD` is not told.

A link must not confirm a guess of what it hides. Rows carry a random salt, told with their words only. Rows written
before there was one do not: from the first of them that is withheld to the next withheld row with a salt, links are
withheld as well (`digest` None, and `head` None at the end), for any of them would give the guess away. Such a part
is recomputed by the organisers only, from the database.

`beside` is what the page prints and the log does not tell in the open (see `retold`): with it the page can be written
again. It holds free texts, so it is in the page only, which prints them; the proof `alone` has none. `form` names the
program that wrote, `sha256` is over all the rest: it shows a careless change, no forgery.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from components.documents.minutes import Record, gather
from components.documents.retold import beside
from components.documents.text import form
from components.meeting import events as e
from components.meeting.checking import proof_digest
from components.meeting.desk import Desk
from components.meeting.poll import SEALED, Poll
from components.meeting.room import Room
from components.voting.ballots import load_choice
from components.voting.sealing import choices_root
from components.voting.tally import SMALLEST_SHOWN

TOLD = frozenset(
    {
        "MeetingOpened",
        "RunSheetRevised",
        "StepShown",
        "TimerSet",
        "PresenceCounted",
        "QuestionOpened",
        "QuestionReopened",
        "ResultShown",
        "ResultHidden",
        "HiddenCountsRead",
        "MethodShown",
        "SharingAllowed",
        "SlipsKeyed",
        "SlipsStruck",
        "ObjectionRaised",
        "ObjectionLifted",
        "LeverMoved",
        "ViewChosen",
        "ScenarioSaved",
        "ScreenNeutral",
        "PromiseShown",
        "FigureExplained",
        "FigureContested",
        "DecisionNoted",
        "MeetingClosed",
        "Undone",
        "TextErased",
    }
)
"""Kinds of events with nothing in them that the room may not see. QuestionSealed is told where its result is."""

ONE_MARK = frozenset({"yes_no_blank", "single", "commune", "consent"})
"""Methods whose list of ballots is its count: their root, even without a salt, tells nothing more."""

Row = Mapping[str, Any]


def proof(desk: Desk, code: str, record: Record | None = None) -> dict[str, Any]:
    """`{meeting, chain, head, versions, votes, log, beside, form, sha256}`, JSON-able. Raises `UnknownMeeting`.

    record: what the page beside this proof is drawn from, by default the meeting as it is now.
    votes: `{poll, title, merkle_root, choices_root, receipts, tally}`, those that may be told only (sealed, five
    ballots or more, seen by the room or the meeting closed, not yet purged). log: `{version, at, kind, body, digest}`,
    `body` the JSON text that the link covers, or None; `digest` and `head` are None where they may not be told.
    """
    record = record or gather(desk, code)
    meeting, rows = desk.store.whole(code)
    room, events = record.room, rows["event"][: record.room.version]
    told = {poll.id: poll for poll in room.polls.values() if may_tell(poll, room)}
    salts = _salts(rows)
    kept = {
        poll: root
        for poll, one in told.items()
        if (poll in salts or one.question.method in ONE_MARK)
        and (root := _choices_root(one, rows, salts.get(poll, ""))) is not None
    }
    log = _log(events, kept)
    found = {
        "meeting": code,
        "chain": meeting.chain,
        "head": log[-1]["digest"] if log else None,
        "versions": len(events),
        "votes": [_vote(told[poll], root, rows) for poll, root in kept.items()],
        "log": log,
        "beside": beside(record, {row["id"]: row["salt"] for row in rows["free_text"]}, kept),
        "form": form(),
    }
    return {**found, "sha256": proof_digest(found)}


def alone(found: Mapping[str, Any]) -> dict[str, Any]:
    """The proof without its page: no free text is in it."""
    kept = {name: value for name, value in found.items() if name not in ("beside", "form", "sha256")}
    return {**kept, "sha256": proof_digest(kept)}


def may_tell(poll: Poll, room: Room) -> bool:
    """Whether the sealed count of this vote may be read by everybody."""
    counted = poll.tally
    if poll.state != SEALED or counted is None or counted.ballots < SMALLEST_SHOWN:
        return False
    # A log begun under an older version crosses answers with channels; it is told only where no cell is small.
    cells = (n for row in counted.counts_by_channel.values() for n in row.values())
    # Of a commune question, small cells are told nowhere.
    small = any(0 < n < SMALLEST_SHOWN for n in cells)
    if poll.question.method == "commune":
        small = small or any(0 < n < SMALLEST_SHOWN for n in counted.counts.values())
    return not small and (poll.shown or room.closed_at is not None)


def _salts(rows: Mapping[str, Sequence[Row]]) -> dict[str, str]:
    """The random leaf of each vote that has one."""
    kind = e.BallotsBlinded.__name__
    bodies = (json.loads(row["body"]) for row in rows["event"] if row["kind"] == kind)
    return {body["poll"]: body["salt"] for body in bodies}


def _choices_root(poll: Poll, rows: Mapping[str, Sequence[Row]], salt: str) -> str | None:
    """Root over the ballots as they were sealed; None once retention took them away."""
    sealed = [row["choice"] for row in rows["sealed_ballot"] if row["poll"] == poll.id]
    batches = set(poll.batch_channels)
    slips = [row["choice"] for row in rows["slip"] if row["poll"] == poll.id and row["batch"] in batches]
    by_hand = sum(keyed.slips for keyed in poll.keyed.values())
    if poll.tally is not None and len(sealed) + len(slips) < poll.tally.ballots - by_hand:
        return None
    return choices_root(_leaves([*sealed, *slips]), salt)


def _leaves(choices: Iterable[str]) -> list[str]:
    return [",".join(load_choice(choice)) for choice in choices]


def _vote(poll: Poll, root: str, rows: Mapping[str, Sequence[Row]]) -> dict[str, Any]:
    given = [row for row in rows["receipt"] if row["poll"] == poll.id]
    sealed = next(
        body
        for row in reversed(rows["event"])
        if row["kind"] == "QuestionSealed" and (body := json.loads(row["body"]))["poll"] == poll.id
    )
    return {
        "poll": poll.id,
        "title": poll.question.text("fr"),
        "merkle_root": poll.merkle_root,
        "choices_root": root,
        "receipts": sorted(row["receipt"] for row in given for _ in range(row["times"])),
        "tally": sealed["tally"],
    }


def _log(rows: Sequence[Row], told: Mapping[str, str]) -> list[dict[str, Any]]:
    """The rows with what may be told of them, their links left out where one could confirm a guess."""
    found, guessable = [], False
    for row in rows:
        body = json.loads(row["body"])
        seen = row["kind"] in TOLD or (row["kind"] == "QuestionSealed" and body["poll"] in told)
        if not seen:
            guessable = e.SALT not in body
        found.append(
            {
                "version": row["version"],
                "at": row["at"],
                "kind": row["kind"],
                "body": row["body"] if seen else None,
                "digest": None if guessable else row["digest"],
            }
        )
    return found


def as_text(found: Mapping[str, Any], in_page: bool = False) -> str:
    """The proof as JSON; `in_page`: so written that nothing in it can end the element that holds it."""
    text = json.dumps(found, ensure_ascii=False)
    if in_page:
        text = text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
    return text
