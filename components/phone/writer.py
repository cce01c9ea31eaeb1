"""The one thread that writes ballots: whatever waits goes to disk in one transaction, then each is answered.

While a transaction is being written the next ballots gather, so the size of a group follows the load by itself:
one at rest, hundreds in a burst. A ballot is answered only after its transaction is on disk, or has failed.
"""

import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence

from components.meeting.store import Cast

log = logging.getLogger(__name__)

FAILED = "failed"
"""The answer to a ballot that could not be written: it is not received, and may be sent again."""

MOST_TOGETHER = 500
MOST_WAITING = 20_000
RETRY_SECONDS = 1.0
LINGER_SECONDS = 0.05
"""Arrivals wait this long for others: nobody watches for them, and each write wakes every page."""

ARRIVALS: tuple[()] = ()
"""Put in the queue when the first phone of a group has come."""

Answer = Callable[[str], None]
Answered = list[tuple[Answer, str]]


class TooBusy(RuntimeError):
    """More ballots wait than can be answered in reasonable time; this one was not taken."""


class Writer:
    """Takes ballots and arrivals from any thread; one thread writes them.

    `cast` writes ballots and returns one word for each; `join` counts phones in; `deliver` hands a whole group
    of answers back to where they are awaited (called from the writer's thread).
    """

    def __init__(
        self,
        cast: Callable[[Sequence[Cast]], list[str]],
        join: Callable[[Sequence[tuple[str, str]]], None],
        deliver: Callable[[Answered], None],
        most_waiting: int = MOST_WAITING,
    ) -> None:
        self._cast = cast
        self._join = join
        self._deliver = deliver
        self._most_waiting = most_waiting
        self._queue: queue.SimpleQueue[tuple[Cast, Answer] | tuple[()] | None] = queue.SimpleQueue()
        self._arrivals: set[tuple[str, str]] = set()
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="ballots", daemon=True)

    def start(self) -> "Writer":
        self._thread.start()
        return self

    def stop(self) -> None:
        """Write what waits, then end."""
        self._queue.put(None)
        self._thread.join(timeout=15)

    def submit(self, cast: Cast, answer: Answer) -> None:
        """Queue a ballot; `answer` gets the store's word or `FAILED`. Raises `TooBusy`."""
        if self._queue.qsize() >= self._most_waiting:
            raise TooBusy
        self._queue.put((cast, answer))

    def arrive(self, meeting: str, device: str) -> None:
        """Count a phone in, once. A crowd larger than the queue is counted when it comes back."""
        with self._lock:
            if len(self._arrivals) >= self._most_waiting:
                return
            first = not self._arrivals
            self._arrivals.add((meeting, device))
        if first:  # the others are found when it wakes: a wake-up each would cost more than the phone itself
            self._queue.put(ARRIVALS)

    def _run(self) -> None:
        due: float | None = None
        """When the arrivals that wait are written; None while there are none."""
        going = True
        while going:
            wait = None if due is None else max(0.0, due - time.monotonic())
            ballots, came, going = self._gather(wait)
            if came and due is None:
                due = time.monotonic() + LINGER_SECONDS
            if ballots:
                self._write(ballots)
            if due is not None and (ballots or not going or time.monotonic() >= due):
                due = None if self._write_arrivals() else time.monotonic() + RETRY_SECONDS

    def _write_arrivals(self) -> bool:
        """Count in whoever came; False when the store did not take them, and they wait for a later turn."""
        with self._lock:
            arrivals, self._arrivals = self._arrivals, set()
        try:
            self._join(sorted(arrivals))
        except Exception:
            log.warning("arrivals are not written yet", exc_info=True)
            with self._lock:
                self._arrivals |= arrivals
            return False
        return True

    def _gather(self, wait: float | None) -> tuple[list[tuple[Cast, Answer]], bool, bool]:
        """Ballots that wait now, after at most `wait` seconds for the first, and whether phones came; False to end."""
        ballots: list[tuple[Cast, Answer]] = []
        came = False
        try:
            item = self._queue.get(timeout=wait)
            while item is not None:
                if item:
                    ballots.append(item)
                else:
                    came = True
                if len(ballots) >= MOST_TOGETHER:
                    return ballots, came, True
                item = self._queue.get_nowait()
        except queue.Empty:
            return ballots, came, True
        return ballots, came, False

    def _write(self, ballots: list[tuple[Cast, Answer]]) -> None:
        try:
            words = self._cast([cast for cast, _ in ballots])
        except (
            Exception
        ):  # disk full, locked, read-only: nobody is told « reçu », and the next group is tried
            log.warning("%d ballots could not be written", len(ballots), exc_info=True)
            words = [FAILED] * len(ballots)
        try:
            self._deliver([(answer, word) for (_, answer), word in zip(ballots, words, strict=True)])
        except Exception:  # the server is closing: nobody listens any more
            log.debug("answers could not be handed over", exc_info=True)
