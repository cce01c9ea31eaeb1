"""Counts keyed by hand: raised hands and paper."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from components.meeting import events as e
from components.meeting.commands.base import Context, Refused, command, count, poll_named
from components.meeting.room import CLOSED, OPEN, Poll
from components.voting.channels import Keyed, KeyedRefused, read_keyed


@command("hands")
def count_hands(
    c: Context, counts: Any, slips: Any = None, blank: Any = 0, poll: str | None = None
) -> Sequence[e.Event]:
    """Raised hands by option. Refused without a count of presence, or when bulletins would exceed it."""
    found, keyed = _keyed(c, poll, "hands", counts, slips, blank)
    return [e.HandsCounted(found.id, dict(keyed.counts), keyed.slips, keyed.blank)]


@command("paper")
def count_paper(
    c: Context, counts: Any, slips: Any = None, blank: Any = 0, poll: str | None = None
) -> Sequence[e.Event]:
    """Paper ballots by option, under the same conditions as raised hands."""
    found, keyed = _keyed(c, poll, "paper", counts, slips, blank)
    return [e.PaperCounted(found.id, dict(keyed.counts), keyed.slips, keyed.blank)]


def _keyed(
    c: Context, poll: str | None, channel: str, counts: Any, slips: Any, blank: Any
) -> tuple[Poll, Keyed]:
    found = poll_named(c, poll, OPEN, CLOSED)
    if channel not in found.question.channels:
        raise Refused("channel_not_allowed")
    if not isinstance(counts, Mapping):
        raise Refused("unknown_command", name=channel)
    if c.room.present is None:
        raise Refused("presence_first")
    try:
        keyed = read_keyed(found.question, counts, slips, blank)
    except KeyedRefused as error:
        raise Refused(error.key, **error.values) from None
    with_it = replace(found, hands=keyed) if channel == "hands" else replace(found, paper=keyed)
    total = count(c.tx, with_it).ballots
    if total > c.room.present:
        raise Refused("more_than_present", ballots=total, present=c.room.present)
    return found, keyed
