"""Ballots keyed by hand: totals by option (raised hands, cards, paper) and whole slips in batches."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from components.meeting import events as e
from components.meeting.commands.base import Command, Context, Refused, command, count, poll_named, words_of
from components.meeting.poll import CLOSED, OPEN, Batch, Poll
from components.meeting.results import in_room
from components.voting.ballots import BallotRefused, Choice, read_choice
from components.voting.channels import Keyed, KeyedRefused, read_keyed
from components.voting.methods import METHODS
from components.voting.question import COLLEGES

MODES = ("room", "market", "door", "post", "other")
"""How slips were gathered; only those of the room are held against the count of people present."""

MOST_SLIPS = 200
BATCH = re.compile(r"[A-Za-z0-9-]{4,32}")


def _totals(channel: str) -> Command:
    def count_totals(
        c: Context, counts: Any, slips: Any = None, blank: Any = 0, poll: str | None = None
    ) -> Sequence[e.Event]:
        """Ballots of a channel by option. Refused without a count of presence, or beyond it."""
        found, keyed = _keyed(c, poll, channel, counts, slips, blank)
        return [e.TOTALS[channel](found.id, dict(keyed.counts), keyed.slips, keyed.blank)]

    return count_totals


for _channel in e.TOTALS:
    command(_channel)(_totals(_channel))


def _keyed(
    c: Context, poll: str | None, channel: str, counts: Any, slips: Any, blank: Any
) -> tuple[Poll, Keyed]:
    found = poll_named(c, poll, OPEN, CLOSED)
    if channel not in found.question.channels:
        raise Refused("channel_not_allowed")
    if channel == "hands" and not METHODS[found.question.method].hands:
        raise Refused("no_hands_for_method")
    if not isinstance(counts, Mapping):
        raise Refused("unknown_command", name=channel)
    if c.room.present is None:
        raise Refused("presence_first")
    if channel in found.batch_channels.values():
        raise Refused("keyed_in_batches")
    try:
        keyed = read_keyed(found.question, counts, slips, blank)
    except KeyedRefused as error:
        raise Refused(error.key, **error.values) from None
    _refuse_beyond_presence(c, replace(found, keyed={**found.keyed, channel: keyed}))
    return found, keyed


def _refuse_beyond_presence(c: Context, poll: Poll, more: int = 0) -> None:
    total = in_room(poll, count(c.tx, poll, live=True)) + more
    if c.room.present is not None and total > c.room.present:
        raise Refused("more_than_present", ballots=total, present=c.room.present)


@command("slips")
def key_slips(
    c: Context,
    batch: Any,
    channel: Any,
    choices: Any,
    place: Any = "",
    mode: Any = "room",
    colleges: Any = None,
    poll: str | None = None,
) -> Sequence[e.Event]:
    """A batch of whole ballots. `batch`: an identifier made by the sender; a batch sent twice counts once.

    choices: one per slip, as a phone would say it; colleges: one per slip, where the question asks for it.
    """
    found = poll_named(c, poll, OPEN, CLOSED)
    if not isinstance(batch, str) or not BATCH.fullmatch(batch) or channel not in ("paper", "cards"):
        raise Refused("unknown_command", name="slips")
    if not isinstance(choices, list) or mode not in MODES:
        raise Refused("unknown_command", name="slips")
    if channel not in found.question.channels:
        raise Refused("channel_not_allowed")
    if not 0 < len(choices) <= MOST_SLIPS:
        raise Refused("slips_number", most=MOST_SLIPS)
    if batch in found.batches:
        return []
    if found.keyed[channel].slips:
        raise Refused("keyed_by_totals", n=found.keyed[channel].slips)
    read = [_slip(found, number, raw) for number, raw in enumerate(choices, 1)]
    whose = _colleges(found, colleges, len(choices))
    if mode == "room":
        if c.room.present is None:
            raise Refused("presence_first")
        _refuse_beyond_presence(c, found, len(read))
    if not c.tx.keep_slips(found.id, batch, list(zip(read, whose, strict=True))):
        raise Refused("batch_taken_back")
    text, digest = c.tx.keep_text(words_of(place, 120)) if place else ("", "")
    return [e.SlipsKeyed(found.id, batch, channel, len(read), text, mode, digest)]


def _slip(poll: Poll, number: int, raw: Any) -> Choice:
    try:
        return read_choice(poll.question, raw)
    except BallotRefused as error:
        raise Refused(f"slip_{error.key}", number=number, **error.values) from None


def _colleges(poll: Poll, colleges: Any, slips: int) -> list[str]:
    if not poll.question.asks_college:
        return [""] * slips
    if not isinstance(colleges, list) or len(colleges) != slips:
        raise Refused("slips_without_college")
    for college in colleges:
        if college not in COLLEGES:
            raise Refused("slips_without_college")
        if college not in poll.question.who:
            raise Refused("college_not_asked")
    return [str(college) for college in colleges]


@command("strike_batch")
def strike_batch(c: Context, batch: Any, poll: str | None = None) -> Sequence[e.Event]:
    """Set a batch aside, for instance because it was keyed twice."""
    found = poll_named(c, poll, OPEN, CLOSED)
    known: Batch | None = found.batches.get(batch) if isinstance(batch, str) else None
    if known is None:
        raise Refused("no_such_batch")
    return [e.SlipsStruck(found.id, known.id)]
