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
        self._queue: queue.SimpleQueue[tuple[Cast, Answer] | tuple[str, str] | None] = queue.SimpleQueue()
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
        if self._queue.qsize() < self._most_waiting:
            self._queue.put((meeting, device))

    def _run(self) -> None:
        arrivals: set[tuple[str, str]] = set()
        write_arrivals_at = 0.0
        going = True
        while going:
            wait = None if not arrivals else max(0.0, write_arrivals_at - time.monotonic())
            ballots, came, going = self._gather(wait)
            if came and not arrivals:
                write_arrivals_at = time.monotonic() + LINGER_SECONDS
            arrivals |= came
            if ballots:
                self._write(ballots)
            if arrivals and (ballots or not going or time.monotonic() >= write_arrivals_at):
                try:
                    self._join(sorted(arrivals))
                    arrivals.clear()
                except Exception:  # counted at a later turn
                    log.warning("arrivals are not written yet", exc_info=True)
                    write_arrivals_at = time.monotonic() + RETRY_SECONDS

    def _gather(self, wait: float | None) -> tuple[list[tuple[Cast, Answer]], set[tuple[str, str]], bool]:
        """Ballots and arrivals that wait now, after at most `wait` seconds for the first; False to end."""
        ballots: list[tuple[Cast, Answer]] = []
        arrivals: set[tuple[str, str]] = set()
        try:
            item = self._queue.get(timeout=wait)
            while item is not None:
                first, second = item
                if isinstance(first, Cast):
                    ballots.append((first, second))  # type: ignore[arg-type]
                else:
                    arrivals.add((first, second))  # type: ignore[arg-type]
                if len(ballots) >= MOST_TOGETHER:
                    return ballots, arrivals, True
                item = self._queue.get_nowait()
        except queue.Empty:
            return ballots, arrivals, True
        return ballots, arrivals, False

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
