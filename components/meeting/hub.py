"""Who wakes whom: one thread a process notices that the store moved, and calls those who listen.

A wake-up carries no data: losing one costs a poll's delay, never a vote. Listeners pull the snapshot they may see.
"""

import contextlib
import logging
import threading
import time
from collections.abc import Callable

from components.meeting.desk import Desk, Snapshot
from components.meeting.retention import DAY_SECONDS, purge
from components.meeting.store import Store, Watch

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.1
"""How long the thread waits for a commit before it looks whether it should stop or seal."""
APART_SECONDS = 0.02
"""Wake-ups are at least this far apart, however fast the commits follow each other."""
LATE_SECONDS = 1.0
FIRST_PURGE_SECONDS = 60.0
SCRUB_AGAIN_SECONDS = 0.5
Listener = Callable[[], None]


class Hub:
    """Wake-ups and shared snapshots of one process. Start it once; listeners are called from its thread."""

    def __init__(self, desk: Desk, seals_late: bool = False) -> None:
        """`seals_late`: this process also seals the votes closed for a minute, and once a day takes away what was
        kept long enough."""
        self.desk = desk
        self._seals_late = seals_late
        self._listeners: dict[object, Listener] = {}
        self._snapshots: dict[str, tuple[int, Snapshot]] = {}
        self._generation = 0
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="hub", daemon=True)

    def start(self) -> "Hub":
        self._thread.start()
        return self

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(timeout=2)

    def listen(self, key: object, listener: Listener) -> None:
        """Call `listener` after each commit, from the hub's thread; it must only schedule work. `key` for `leave`."""
        with self._lock:
            self._listeners[key] = listener

    def leave(self, key: object) -> None:
        with self._lock:
            self._listeners.pop(key, None)

    @property
    def listening(self) -> int:
        return len(self._listeners)

    def snapshot(self, code: str) -> Snapshot:
        """The meeting as last committed; read once however many sessions ask. Raises `UnknownMeeting`."""
        with self._lock:
            generation = self._generation
            kept = self._snapshots.get(code)
        if kept and kept[0] == generation:
            return kept[1]
        fresh = self.desk.snapshot(code)
        with self._lock:
            self._snapshots[code] = (generation, fresh)
        return fresh

    def wake(self) -> None:
        """Say that something moved (also called by whoever has just written in this process)."""
        with self._lock:
            self._generation += 1
            listeners = list(self._listeners.values())
        for listener in listeners:
            try:
                listener()
            except Exception:  # one dead page must not silence the others
                log.debug("a listener failed", exc_info=True)

    def _run(self) -> None:
        watch: Watch | None = None
        scrub = Scrub(self.desk.store)
        seal_at = time.monotonic() + LATE_SECONDS
        purge_at = time.monotonic() + FIRST_PURGE_SECONDS
        while not self._stop.is_set():
            try:
                watch = watch or self.desk.store.watch()
                if watch.wait(LOOK_SECONDS):
                    self.wake()
                    self._stop.wait(APART_SECONDS)
                scrub.look()
                scrub.go_on()
                if self._seals_late and time.monotonic() >= seal_at:
                    seal_at = time.monotonic() + LATE_SECONDS
                    self.desk.seal_late()
                if self._seals_late and time.monotonic() >= purge_at:
                    purge_at = time.monotonic() + DAY_SECONDS
                    threading.Thread(target=self._purge, name="purge", daemon=True).start()
            except Exception:
                log.warning("the store does not answer; trying again", exc_info=True)
                _close(watch)
                watch = None
                self._stop.wait(1)
        _close(watch)

    def _purge(self) -> None:
        """Beside the wake-ups, which it must not hold up; what fails is tried again the next day."""
        try:
            purge(self.desk)
        except Exception:
            log.warning("what was kept long enough could not be taken away", exc_info=True)


class Scrub:
    """After each seal, and once at the start, leaves nothing of what was deleted in the database's files."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._seals = -1
        self._look_at = 0.0
        self._due_at: float | None = 0.0 if store.scrubs else None

    def look(self) -> None:
        """Was a vote sealed since?"""
        if self._store.scrubs and time.monotonic() >= self._look_at:
            self._look_at = time.monotonic() + SCRUB_AGAIN_SECONDS
            seals = self._store.seals()
            if seals != self._seals:
                self._seals, self._due_at = seals, 0.0

    def go_on(self) -> None:
        """Try, as long as it is due: readers may keep us from it for a moment."""
        if self._due_at is not None and time.monotonic() >= self._due_at:
            self._due_at = None if self._store.scrub() else time.monotonic() + SCRUB_AGAIN_SECONDS


def _close(watch: Watch | None) -> None:
    if watch is not None:
        with contextlib.suppress(Exception):  # the connection may be what failed
            watch.close()
