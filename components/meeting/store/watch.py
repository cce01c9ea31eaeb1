"""Noticing that somebody wrote. A wake-up carries no data: whoever is woken reads what it has not read yet."""

import logging
import selectors
import time
from typing import Any, Protocol

import sqlalchemy as sa

log = logging.getLogger(__name__)

CHANNEL = "cordee"
POLL_SECONDS = 0.02
ANYWAY_SECONDS = 0.25
"""A listener looks this often without being called: a call that was lost costs no more."""
LISTEN_AGAIN_SECONDS = 2.0


class Pulse(Protocol):
    """A cheap question whose answer changes whenever another connection has committed something."""

    def __call__(self) -> Any: ...

    def close(self) -> None: ...


class SqlitePulse:
    """SQLite's own counter of the commits of others."""

    def __init__(self, engine: sa.Engine) -> None:
        self._connection = engine.raw_connection()
        self._cursor: Any = self._connection.cursor()

    def __call__(self) -> Any:
        self._cursor.execute("PRAGMA data_version")
        return self._cursor.fetchone()[0]

    def close(self) -> None:
        self._connection.close()


class PostgresPulse:
    """Which transactions are finished. It moves also when other bases of the server are written: that only wakes."""

    def __init__(self, engine: sa.Engine) -> None:
        self._line = private_line(engine)

    def __call__(self) -> Any:
        return position(self._line)

    def close(self) -> None:
        self._line.close()


def private_line(engine: sa.Engine) -> Any:
    """A connection of pg8000 with a life of its own: it is never lent to others, and each question stands alone."""
    lent = engine.raw_connection()
    lent.rollback()  # in a transaction it would hear nothing
    lent.detach()
    line: Any = lent.dbapi_connection
    line.autocommit = True
    return line


def position(line: Any) -> Any:
    """Where the server stands. Whatever it called out meanwhile is taken out of the socket too."""
    cursor = line.cursor()
    cursor.execute("SELECT pg_current_snapshot()::text")
    line.notifications.clear()
    return cursor.fetchone()[0]


class Watch(Protocol):
    """Waits for a commit of anybody. Raises whatever the database raises when it no longer answers."""

    def wait(self, seconds: float) -> bool:
        """True as soon as something was committed since the last call, False after so many seconds."""

    def close(self) -> None: ...


class Polling:
    """Asks again and again: for a file nobody can call us about."""

    def __init__(self, pulse: Pulse) -> None:
        self._pulse = pulse
        self._last: Any = None

    def wait(self, seconds: float) -> bool:
        until = time.monotonic() + seconds
        while True:
            value = self._pulse()
            if value != self._last:
                self._last = value
                return True
            if time.monotonic() >= until:
                return False
            time.sleep(POLL_SECONDS)

    def close(self) -> None:
        self._pulse.close()


class Listening:
    """PostgreSQL's LISTEN: sleeps on the socket until a writer's NOTIFY. Polls while it cannot listen.

    What is returned never rests on the call alone but on the server's position, so a call that got lost, or one
    for nothing, changes only when the question is asked.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._line: Any = None
        self._listen_at = 0.0
        self._last: Any = None
        self._polling: Polling | None = None

    @property
    def listens(self) -> bool:
        return self._line is not None

    def wait(self, seconds: float) -> bool:
        if self._line is None and time.monotonic() >= self._listen_at:
            self._listen()
        if self._line is None:
            self._polling = self._polling or Polling(PostgresPulse(self._engine))
            return self._polling.wait(seconds)
        try:
            return self._hear(seconds)
        except Exception as error:  # the line is dead; what it had to say is read by polling
            log.warning("the listening connection ended (%s): polling meanwhile", error)
            self._drop()
            return True

    def _listen(self) -> None:
        self._listen_at = time.monotonic() + LISTEN_AGAIN_SECONDS
        line = private_line(self._engine)
        line.cursor().execute(f"LISTEN {CHANNEL}")
        # Not select.select: it knows no file above 1,023, and an urn holds thousands of sockets.
        self._heard = selectors.DefaultSelector()
        self._heard.register(line._usock, selectors.EVENT_READ)
        self._line, self._last = line, None
        if self._polling:
            self._polling.close()
            self._polling = None

    def _hear(self, seconds: float) -> bool:
        until = time.monotonic() + seconds
        while True:
            # Asked first: what was committed before we slept is seen now, whatever became of its call.
            value = position(self._line)
            if value != self._last:
                self._last = value
                return True
            left = until - time.monotonic()
            if left <= 0:
                return False
            self._heard.select(min(left, ANYWAY_SECONDS))

    def _drop(self) -> None:
        if self._line is not None:
            try:
                self._heard.close()
                self._line.close()
            except Exception:
                log.debug("it was closed already", exc_info=True)
            self._line = None

    def close(self) -> None:
        self._drop()
        if self._polling:
            self._polling.close()
