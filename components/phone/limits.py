"""How much, how often, how long: what keeps one phone, or one hostile program, from costing all the others.

Nothing here counts by network address but the making of new keys and wrong codes, and there a whole hall behind
one address passes: 10,000 phones in a second, then 100 more each second.
"""

import time
import weakref
from collections.abc import Callable
from functools import cache
from typing import Any, Protocol

from components.phone.refusal import Refusal

LARGEST_BODY = 8192
"""Bytes of a request's body or a socket's message; a ballot has a few hundred."""

LARGEST_DRAINED = 1 << 20
"""Bytes of a too large body that are still read, so that its sender hears the sentence instead of a cut."""

LARGEST_HEAD = 16384
"""Bytes of a request's head; a browser sends about one thousand."""

HEAD_SECONDS = 30.0
"""To send a whole head, or to use an open connection again."""

BODY_SECONDS = 20.0
"""To send a whole body, on the slowest line."""

SERVER_OPTIONS: dict[str, Any] = {
    "max_header_size": LARGEST_HEAD,
    "idle_connection_timeout": HEAD_SECONDS,
    "body_timeout": BODY_SECONDS,
}
"""What the HTTP server of the urn is told: heads and bodies that never end are cut."""

PING_SECONDS = 25.0
"""A line is asked whether it lives this often, and dropped when it has not answered within as long."""

HELLO_SECONDS = 30.0
"""A line that brings no key in this time is dropped."""

LINES_A_PHONE = 8
LINES_IN_ALL = 20_000
LINES_OF_ONE = 12_000
"""What one address may hold of them: a whole hall, and yet one program leaves room for the others."""

GUESTS = 4000
"""Connections held at once that are no line: a hall's pages while they are kept open for the next request."""

GUEST_SECONDS = 300.0
"""A connection that is no line is not kept longer by anyone: neither by silence, nor by never reading."""

SPARE_FILES = 200
"""Open files kept for the store and the secrets, whatever comes in."""


def most_lines() -> int:
    """How many sockets this process may hold, given how many files the system lets it open."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return LINES_IN_ALL
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = LINES_IN_ALL + GUESTS + SPARE_FILES
    if soft != resource.RLIM_INFINITY and soft < wanted:
        better = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (better, hard))
            soft = better
        except (ValueError, OSError):
            pass
    if soft == resource.RLIM_INFINITY:
        return LINES_IN_ALL
    return max(64, min(LINES_IN_ALL, (soft - SPARE_FILES) * LINES_IN_ALL // (LINES_IN_ALL + GUESTS)))


def most_lines_of_one(most: int) -> int:
    """How many sockets one address may hold; all of them where the system grants few, for a hall may share one."""
    return LINES_OF_ONE if most > LINES_OF_ONE else most


def most_guests(lines: int) -> int:
    """How many other connections, where the system lets this process hold so many lines."""
    return max(32, min(GUESTS, lines * GUESTS // LINES_IN_ALL))


class Connection(Protocol):
    """A connection as Tornado's streams are."""

    def closed(self) -> bool: ...
    def close(self) -> None: ...


class Guests:
    """The connections that are no line. When there is no room the oldest is closed, never the newcomer refused.

    A hall's connections are used at once; those that a program opens and holds are the oldest, so that holding them
    costs it the connections and not the hall its own. Numbers are the system's (file descriptors), given again once
    closed: who leaves need not say so.
    """

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._clock = most, clock
        self._held: dict[int, tuple[float, weakref.ref[Connection]]] = {}

    def __len__(self) -> int:
        return len(self._held)

    def come(self, number: int, connection: Connection) -> None:
        """A new connection, whose turn to be closed is the last."""
        now = self._clock()
        self._held.pop(number, None)
        self._held[number] = now, weakref.ref(connection)
        while self._held:
            oldest = next(iter(self._held))
            at, kept = self._held[oldest]
            if len(self._held) <= self._most and now - at < GUEST_SECONDS:
                break
            del self._held[oldest]
            found = kept()
            if found is not None and not found.closed():
                found.close()

    def pass_on(self, number: int, connection: Connection) -> None:
        """The same connection, in other hands; it is not younger for it."""
        if number in self._held:
            self._held[number] = self._held[number][0], weakref.ref(connection)

    def leave(self, number: int) -> None:
        """It became a line, which is counted with the lines."""
        self._held.pop(number, None)


@cache
def guests() -> Guests:
    """Those of this process: open files are counted by process."""
    return Guests(most_guests(most_lines()))


KNOWN_SENDERS = 20_000
"""More than these, and a meter forgets those at rest."""


class Meter:
    """How often one sender may send: `burst` at once, then `rate` a second. Other senders do not count."""

    def __init__(
        self,
        burst: float = 40,
        rate: float = 4,
        clock: Callable[[], float] = time.monotonic,
        key: str = "too_often",
    ) -> None:
        self._burst, self._rate, self._clock, self._key = burst, rate, clock, key
        self._left: dict[str, tuple[float, float]] = {}
        self._most = KNOWN_SENDERS

    def spend(self, sender: str, cost: float = 1) -> None:
        """Count one message; with `cost` 0 only look. Raises `Refusal` (429)."""
        now = self._clock()
        left, at = self._left.get(sender, (self._burst, now))
        left = min(self._burst, left + (now - at) * self._rate)
        if left < 1:
            raise Refusal(429, self._key, retry_after=max(5, int((1 - left) / self._rate) + 1))
        if not cost:
            return
        self._left[sender] = (left - cost, now)
        if len(self._left) > self._most:
            full = self._burst / self._rate
            self._left = {kept: value for kept, value in self._left.items() if now - value[1] < full}
            self._most = max(
                KNOWN_SENDERS, 2 * len(self._left)
            )  # a crowd is not gone through at each message

    def forget(self, sender: str) -> None:
        """Whoever bears this name next is somebody else."""
        self._left.pop(sender, None)


class Limits:
    """The meters of one urn."""

    def __init__(self) -> None:
        self.ballots = Meter()
        """Ballots and questions about one's own, by key."""

        self.keys = Meter(burst=10_000, rate=100, key="too_many_phones")
        """New keys, by address. A hall, or a region's ten thousand in a minute, pass behind one address; a program that
        never stops making keys is held to a hundred a second."""

        self.codes = Meter(burst=8, rate=0.1, key="entitlement_often")
        """Codes typed, by phone."""

        self.wrong_codes = Meter(burst=200, rate=1, key="entitlement_often")
        """Codes that name nobody, by address: a hall's slips of the thumb pass, a search does not."""

        self.lines = Meter(burst=60, rate=10)
        """Messages, by line."""
