"""The throwaway meeting of a rehearsal: made, opened, counted, removed with its secrets whatever happens."""

import os
import re
import socket
import sys
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import batched
from pathlib import Path
from string import Template
from typing import Any

from components.meeting.desk import Desk
from components.meeting.store import UnknownMeeting
from components.phone.hall import Hall
from components.rehearsal.phone import Choice, Phone
from components.rehearsal.report import Report
from components.rehearsal.watch import until_seen
from components.territory.pack import default_territory

SHEET = Template((Path(__file__).parent / "sheet.yaml").read_text(encoding="utf-8"))
STEP = "vote"
CHOICES: tuple[Choice, ...] = (("a",), ("b",), ("c",), ("s",))
MARK = re.compile(r"cordee rehearse (\S+) (\d+)")
QUIET_SECONDS = 0.4
TOGETHER = 1000
"""Phones asked for in one query."""
LONGEST_QUIET_SECONDS = 10.0


class VoteOpen(Exception):
    """Another meeting's vote is open; `args[0]` is its code."""


def mark() -> str:
    """Who made a throwaway meeting: this machine and process."""
    return f"cordee rehearse {socket.gethostname()} {os.getpid()}"


def is_running(process: int) -> bool:
    """Whether a process of this machine lives; where that cannot be asked, it is taken to live."""
    if sys.platform == "win32":  # there, asking would end it
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def sweep(desk: Desk, ours: Collection[str] | None = None) -> None:
    """Remove what a rehearsal that was killed left behind on this machine.

    `ours`: all that this process has made, where it knows. What else bears its number was made by a former process:
    in a container each start may have the same.
    """
    for meeting in desk.store.meetings():
        try:
            found = MARK.search(desk.source(meeting.code))
        except UnknownMeeting:
            continue
        if found is None or found[1] != socket.gethostname():
            continue
        process = int(found[2])
        runs = is_running(process)
        if process == os.getpid() and ours is not None:
            runs = meeting.code in ours
        if not runs:
            remove(desk, meeting.code)


def remove(desk: Desk, code: str) -> None:
    """Delete a meeting once the urn has written the last arrivals of its phones."""
    until = time.monotonic() + LONGEST_QUIET_SECONDS
    joined, since = -1, time.monotonic()
    while time.monotonic() < until and time.monotonic() - since < QUIET_SECONDS:
        now = desk.store.joined(code)
        if now != joined:
            joined, since = now, time.monotonic()
        time.sleep(0.05)
    desk.delete(code)


def refuse_during_a_vote(desk: Desk) -> None:
    """Raises `VoteOpen`: the crowd of a rehearsal would slow a real vote down."""
    for meeting in desk.store.meetings():
        try:
            if desk.store.room(meeting.code).open_poll is not None:
                raise VoteOpen(meeting.code)
        except UnknownMeeting:
            continue


def make(desk: Desk) -> str:
    """Make a meeting with one question, to be removed by `remove`; returns its code.

    It is dated just before the meeting touched last, so that a page opened without a code goes to that one.
    """
    known = desk.store.meetings()
    at = known[0].touched_at - 1 if known else desk.clock()
    past = Desk(desk.store, desk.keys, clock=lambda: at)
    code = past.new(SHEET.substitute(territory=default_territory(), mark=mark()))
    try:
        past.act(code, "show", step=STEP)
    except BaseException:
        remove(desk, code)
        raise
    return code


@contextmanager
def throwaway(desk: Desk) -> Iterator[str]:
    """The code of a meeting made by `make`, removed at the end."""
    code = make(desk)
    try:
        yield code
    finally:
        remove(desk, code)


def open_vote(desk: Desk, code: str) -> str:
    """Open the question; returns the vote. The clock stands still for this meeting: see `make`."""
    at = desk.store.meeting(code).touched_at
    room = Desk(desk.store, desk.keys, clock=lambda: at).act(code, "open")
    assert room.open_poll is not None
    return room.open_poll.id


def judge(
    desk: Desk, code: str, poll: str, phones: Sequence[Phone], seen: Sequence[tuple[float, int]]
) -> Report:
    """What the store holds, phone by phone, against what each phone was told."""
    stored, held = held_in_store(desk, code, poll, [phone.token for phone in phones if phone.token])
    return compare(phones, stored, held, seen)


def held_in_store(
    desk: Desk, code: str, poll: str, tokens: Sequence[str]
) -> tuple[int, dict[str, Choice | None]]:
    """The number of ballots in the store, and each phone's choice there; None where it has no ballot."""
    stored = sum(desk.store.phone_counts(code, poll).values())
    hall = Hall(desk, code)
    own: dict[str, Any] = {}
    for some in batched(tokens, TOGETHER, strict=False):
        own |= hall.own_of(some, poll)
    return stored, {token: tuple(found["choice"]) if found else None for token, found in own.items()}


def compare(
    phones: Sequence[Phone],
    stored: int,
    held: Mapping[str, Choice | None],
    seen: Sequence[tuple[float, int]],
    screen_error: float = 0.0,
) -> Report:
    """What each phone was told against what the store holds of it (`held_in_store`)."""
    holding = sum(choice is not None for choice in held.values())
    lost = sum(
        bool(phone.acknowledged) and held.get(phone.token) not in phone.may_be_held() for phone in phones
    )
    return report(phones, stored, lost, stored - holding, seen, screen_error)


def report(
    phones: Sequence[Phone],
    stored: int,
    lost: int,
    doubled: int | None,
    seen: Sequence[tuple[float, int]] = (),
    screen_error: float = 0.0,
) -> Report:
    """What the phones themselves know, and what was found in the store."""
    answered = [
        (b.sent_at, b.acknowledged_at) for p in phones for b in p.ballots if b.acknowledged_at is not None
    ]
    first = [
        (p.ballots[0].sent_at, p.ballots[0].acknowledged_at)
        for p in phones
        if p.ballots and p.ballots[0].acknowledged_at is not None
    ]
    return Report(
        voters=len(phones),
        sent=sum(bool(phone.ballots) for phone in phones),
        acknowledged=sum(phone.acknowledged is not None for phone in phones),
        stored=stored,
        lost=lost,
        doubled=doubled,
        refused=sum(bool(ballot.refused) for phone in phones for ballot in phone.ballots),
        changed=sum(len(phone.ballots) > 1 for phone in phones),
        posted=sum(any(b.sequence is None for b in phone.ballots) for phone in phones),
        reconnections=sum(phone.reconnections for phone in phones),
        ack=tuple(acknowledged - sent for sent, acknowledged in answered),
        screen=tuple(until_seen(first, seen)),
        screen_error=screen_error,
    )
