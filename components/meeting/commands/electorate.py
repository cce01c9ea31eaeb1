"""Who may vote: single-use codes of a named electorate, and ballots of one device set aside."""

from collections.abc import Sequence
from typing import Any

from components.meeting import events as e
from components.meeting.commands.base import Context, Refused, command, poll_named, whole
from components.meeting.entitlement import voter_of
from components.meeting.keys import codes_secret, poll_secret
from components.meeting.poll import CLOSED, OPEN, SEALED
from components.voting.question import COLLEGES
from components.voting.sealing import voter_key

MOST_CODES = 20_000
"""Codes a meeting may have in all, revoked ones included."""


@command("issue_codes")
def issue_codes(c: Context, college: Any = "", number: Any = None) -> Sequence[e.Event]:
    """Single-use codes for `number` people of a college (empty: no college). From the first on, only they vote.

    The log tells how many and their numbers, never a code.
    """
    if c.room.closed_at is not None:
        raise Refused("meeting_closed")
    if college != "" and college not in COLLEGES:
        raise Refused("bad_college", college=str(college)[:40])
    wanted = whole(number, MOST_CODES)
    if not wanted:
        raise Refused("not_a_count", value=str(number)[:40])
    if not c.room.issued and c.room.open_poll:
        raise Refused("codes_while_open")
    if c.tx.last_code() + wanted > MOST_CODES:
        raise Refused("too_many_codes", most=MOST_CODES)
    c.keys.make(codes_secret(c.tx.code))
    numbers = c.tx.issue_codes(college, wanted)
    return [e.CodesIssued(college, numbers[0], numbers[-1])]


@command("revoke_code")
def revoke_code(c: Context, number: Any) -> Sequence[e.Event]:
    """A code counts no longer: lost, stolen, or given by mistake. Issue another for the person if need be.

    Its ballot leaves every vote that is not sealed, so the person who gets another code is still counted once.
    """
    found = whole(number, MOST_CODES)
    if not c.tx.revoke_codes(found):
        raise Refused("no_such_code", number=found)
    _drop_ballots(c, [found])
    return [e.CodeRevoked(found)]


@command("withdraw_codes")
def withdraw_codes(c: Context) -> Sequence[e.Event]:
    """All codes are revoked, and every phone may vote again. Refused while a vote is not sealed."""
    if not c.room.issued:
        raise Refused("no_codes")
    if any(poll.state != SEALED for poll in c.room.polls.values()):
        raise Refused("codes_while_open")
    _drop_ballots(c, c.tx.revoke_codes())
    return [e.CodesWithdrawn()]


def _drop_ballots(c: Context, numbers: Sequence[int]) -> None:
    """Remove the ballots of these codes from the votes that are not sealed, those taken back by undo too."""
    unsealed = [poll.id for poll in c.room.polls.values() if poll.state != SEALED]
    for poll in (*unsealed, *c.room.withdrawn):
        secret = c.keys.get(poll_secret(c.tx.code, poll))
        if secret is not None:
            c.tx.drop_voters(poll, [voter_key(secret, voter_of(number)) for number in numbers])


@command("strike")
def strike(c: Context, origin: Any, poll: str | None = None) -> Sequence[e.Event]:
    """Set aside the ballots of one device: not counted, no receipt, until taken back. The log says how many."""
    found = poll_named(c, poll, OPEN, CLOSED)
    if origin in found.struck:
        return []
    ballots = c.tx.struck_ballots(found.id, {origin}) if isinstance(origin, str) and origin else 0
    if not ballots:
        raise Refused("no_such_origin")
    return [e.BallotsStruck(found.id, origin, ballots)]


@command("unstrike")
def unstrike(c: Context, origin: Any, poll: str | None = None) -> Sequence[e.Event]:
    """Count them again."""
    found = poll_named(c, poll, OPEN, CLOSED)
    return [e.BallotsRestored(found.id, origin)] if origin in found.struck else []
