"""What anybody needs to check the minutes, as plain values: the log link by link, and each sealed vote's root.

`cordee verify` reads it from the page, or from `/minutes/CODE.json`. Ballots are not listed: some could be recognised
by the one who cast them, or bought (a long ranking is as good as a signature). Their root is, and the count.

A row whose words may not be told keeps its place and its link, `body` None: an unseen result, a vote of fewer than
five, a total by channel. What is not named in `TOLD` is not told.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from components.meeting.desk import Desk
from components.meeting.room import SEALED, Poll, Room
from components.voting.ballots import load_choice
from components.voting.sealing import merkle_root
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

Row = Mapping[str, Any]


def proof(desk: Desk, code: str) -> dict[str, Any]:
    """`{meeting, chain, head, versions, votes, log}`, JSON-able. Raises `UnknownMeeting`.

    votes: `{poll, title, merkle_root, choices_root, receipts, tally}`, those that may be told only (sealed, five
    ballots or more, seen by the room or the meeting closed, not yet purged). log: `{version, at, kind, body, digest}`,
    `body` the JSON text that the link covers, or None.
    """
    meeting, rows = desk.store.whole(code)
    room = desk.store.room(code)
    told = {poll.id: poll for poll in room.polls.values() if may_tell(poll, room)}
    kept = {poll: root for poll, one in told.items() if (root := _choices_root(one, rows)) is not None}
    return {
        "meeting": code,
        "chain": meeting.chain,
        "head": room.head,
        "versions": len(rows["event"]),
        "votes": [_vote(told[poll], root, rows) for poll, root in kept.items()],
        "log": [_row(row, kept) for row in rows["event"]],
    }


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


def _choices_root(poll: Poll, rows: Mapping[str, Sequence[Row]]) -> str | None:
    """Root over the ballots as they were sealed; None once retention took them away."""
    sealed = [row["choice"] for row in rows["sealed_ballot"] if row["poll"] == poll.id]
    batches = set(poll.batch_channels)
    slips = [row["choice"] for row in rows["slip"] if row["poll"] == poll.id and row["batch"] in batches]
    by_hand = sum(keyed.slips for keyed in poll.keyed.values())
    if not sealed and not slips and poll.tally is not None and poll.tally.ballots > by_hand:
        return None
    return merkle_root(_leaves([*sealed, *slips]))


def _leaves(choices: Iterable[str]) -> list[str]:
    return [",".join(load_choice(choice)) for choice in choices]


def _vote(poll: Poll, choices_root: str, rows: Mapping[str, Sequence[Row]]) -> dict[str, Any]:
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
        "choices_root": choices_root,
        "receipts": sorted(row["receipt"] for row in given for _ in range(row["times"])),
        "tally": sealed["tally"],
    }


def _row(row: Row, told: Mapping[str, str]) -> dict[str, Any]:
    seen = row["kind"] in TOLD or (
        row["kind"] == "QuestionSealed" and json.loads(row["body"])["poll"] in told
    )
    return {
        "version": row["version"],
        "at": row["at"],
        "kind": row["kind"],
        "body": row["body"] if seen else None,
        "digest": row["digest"],
    }


def as_text(found: Mapping[str, Any], in_page: bool = False) -> str:
    """The proof as JSON; `in_page`: so written that nothing in it can end the element that holds it."""
    text = json.dumps(found, ensure_ascii=False)
    if in_page:
        text = text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
    return text
