"""How many ballots a page sees, and when: on the hub of the pages' process (`Follower`), or in a process of its own
that wakes and reads as the pages' process does (`Watch`).

`python -m components.rehearsal.watch CODE` prints « seconds ballots » whenever a snapshot holds another number,
on the monotonic clock, and ends when its standard input does.
"""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence

from components.meeting.desk import Desk
from components.meeting.hub import Hub
from components.meeting.store import UnknownMeeting


def main() -> None:
    """Watch the meeting named on the command line."""
    code = sys.argv[1]
    hub = Hub(Desk.open())
    moved, over = threading.Event(), threading.Event()
    hub.listen("watch", moved.set)

    def end() -> None:
        sys.stdin.read()
        over.set()
        moved.set()

    threading.Thread(target=end, daemon=True).start()
    hub.start()
    for at, ballots in counts(hub, code, moved, over):
        print(f"{at:.6f} {ballots}", flush=True)
    hub.stop()


def counts(hub: Hub, code: str, moved: threading.Event, over: threading.Event) -> Iterator[tuple[float, int]]:
    """(monotonic seconds, ballots) for each snapshot that holds another number, read whenever `moved`, until `over`."""
    seen = -1
    while not over.is_set():
        moved.wait()
        moved.clear()
        try:
            tally = hub.snapshot(code).tally
        except UnknownMeeting:
            continue
        ballots = tally.ballots if tally else 0
        if ballots != seen:
            seen = ballots
            yield time.monotonic(), ballots


class Follower:
    """What a running hub's own process sees, from a thread of it."""

    def __init__(self, hub: Hub, code: str) -> None:
        self._hub, self._code = hub, code
        self._seen: list[tuple[float, int]] = []
        self._moved, self._over = threading.Event(), threading.Event()
        self._moved.set()  # what is there before the first wake-up is seen too
        self._thread = threading.Thread(target=self._run, name="rehearsal", daemon=True)
        hub.listen(self, self._moved.set)
        self._thread.start()

    def _run(self) -> None:
        for seen in counts(self._hub, self._code, self._moved, self._over):
            self._seen.append(seen)

    def end(self) -> list[tuple[float, int]]:
        """Look no more; what was seen, in order: (monotonic seconds, ballots)."""
        self._hub.leave(self)
        self._over.set()
        self._moved.set()
        self._thread.join(5)
        return list(self._seen)


class Watch:
    """The watching process, from here."""

    def __init__(self, code: str, environ: Mapping[str, str]) -> None:
        command = [sys.executable, "-m", "components.rehearsal.watch", code]
        self._process = subprocess.Popen(
            command, env=dict(environ), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._seen: list[tuple[float, int]] = []
        self._awake = threading.Event()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            at, _, ballots = line.partition(" ")
            self._seen.append((float(at), int(ballots)))
            self._awake.set()
        self._awake.set()

    def wait(self, seconds: float = 30.0) -> bool:
        """Until its first snapshot; False when there was none."""
        return self._awake.wait(seconds) and bool(self._seen)

    def end(self) -> list[tuple[float, int]]:
        """Stop it; what it saw, in order: (monotonic seconds, ballots)."""
        if self._process.stdin and not self._process.stdin.closed:
            self._process.stdin.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._thread.join(5)
        return self._seen


def until_seen(ballots: Sequence[tuple[float, float]], seen: Sequence[tuple[float, int]]) -> list[float]:
    """Seconds from the sending of each phone's first ballot to the first snapshot that holds it.

    `ballots`: (sent, acknowledged) of each phone's first ballot. The store takes ballots one group after the other
    and acknowledges them in that order, so the n-th acknowledged one is in a snapshot as soon as it counts n.
    """
    waits, at = [], 0
    for number, (sent, _) in enumerate(sorted(ballots, key=lambda pair: pair[1]), start=1):
        while at < len(seen) and seen[at][1] < number:
            at += 1
        if at < len(seen):
            waits.append(seen[at][0] - sent)
    return waits


if __name__ == "__main__":
    main()
