"""The seal: ballots shuffled, every link from a phone to a ballot destroyed."""

import secrets
from collections.abc import Sequence
from dataclasses import replace

from components.meeting import events as e
from components.meeting.commands.base import SEAL_AFTER, Context, Refused, command, count, poll_named
from components.meeting.keys import codes_secret, meeting_secret, pair_secret, poll_secret
from components.meeting.poll import CLOSED, SEALED, Poll
from components.meeting.room import Room
from components.meeting.store import Ballot
from components.voting.pairs import pair_votes
from components.voting.sealing import receipt, seal_root
from components.voting.tally import SMALLEST_SHOWN, Tally


@command("seal")
def seal_vote(c: Context, poll: str | None = None) -> Sequence[e.Event]:
    """Destroy the links from phones to ballots, for good."""
    found = poll_named(c, poll, CLOSED)
    consents = found.question.method == "consent" and not found.abandoned
    # Totals and slips may still be keyed after the close; once sealed, no objection can be heard any more.
    if consents and (n := found.not_heard(count(c.tx, found, c.room.present).counts["objection"])):
        raise Refused("objection_after_close", n=n)
    return sealed(c, found)


@command("seal_late")
def seal_late(c: Context) -> Sequence[e.Event]:
    """Seal what has been closed for a minute."""
    return [event for poll in c.room.polls.values() if closed_long(poll, c.now) for event in sealed(c, poll)]


def closed_long(poll: Poll, now: float) -> bool:
    """Whether a closed vote's minute is over. A clock set back says nothing of the time that passed: over too."""
    return poll.state == CLOSED and abs(now - (poll.closed_at or 0)) >= SEAL_AFTER


def seal_closed(c: Context) -> list[e.Event]:
    return [event for poll in c.room.polls.values() if poll.state == CLOSED for event in sealed(c, poll)]


def sealed(c: Context, poll: Poll) -> list[e.Event]:
    """The salt and the seal of a closed vote. Ballots set aside are dropped: neither counted nor given a receipt."""
    counted = count(c.tx, poll, c.room.present)
    cast = c.tx.cast_ballots(poll.id, poll.struck)
    secret = c.keys.get(poll_secret(c.tx.code, poll.id))
    given = [receipt(secret, ballot.voter) for ballot in cast] if secret else []
    waits = poll.question.pair == poll.question.id  # first of a pair: its key lives until the second seal
    shuffled = [_blurred(ballot, counted, waits) for ballot in cast]
    secrets.SystemRandom().shuffle(shuffled)
    paired = None
    if poll.question.pairs_with:
        first = c.room.latest_poll(poll.question.pairs_with)
        if first and first.state == SEALED:
            before = c.tx.paired_ballots(first.id)
            after = {ballot.pair: ballot.choice for ballot in cast if ballot.pair}
            paired = pair_votes(first.question.option_ids, before, after).to_dict()
            c.tx.unpair(first.id)
    c.tx.seal(poll.id, shuffled, given)
    keyed = c.tx.slip_choices(poll.id, poll.batch_channels)
    salt = secrets.token_hex(16)
    root = seal_root((",".join(choice) for choice in [*(b.choice for b in shuffled), *keyed]), given, salt)
    return [
        e.BallotsBlinded(poll.id, salt),
        e.QuestionSealed(poll.id, counted.to_dict(), root, c.room.present, paired),
    ]


def _blurred(ballot: Ballot, counted: Tally, keep_pair: bool) -> Ballot:
    """What stays of a ballot: its choice, and by which channel where five or more came; not whose it was."""
    return replace(
        ballot,
        pair=ballot.pair if keep_pair else "",
        channel=ballot.channel if counted.by_channel.get(ballot.channel, 0) >= SMALLEST_SHOWN else "phone",
        college="",
    )


def spent_secrets(room: Room, code: str) -> list[str]:
    """Names of the secrets that must no longer exist, given what is sealed."""
    sealed = [poll for poll in room.polls.values() if poll.state == SEALED]
    names = [poll_secret(code, poll.id) for poll in sealed]
    names += [pair_secret(code, poll.question.pair) for poll in sealed if poll.question.pairs_with]
    if room.closed_at is not None:
        names += [poll_secret(code, poll) for poll in room.withdrawn]
        names += [pair_secret(code, poll.question.pair) for poll in sealed if poll.question.pair]
        names += [meeting_secret(code), codes_secret(code)]
    return names
