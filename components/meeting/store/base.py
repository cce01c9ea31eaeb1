"""The connection to the database, and its one name for « it does not answer »."""

import functools
import hashlib
import random
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Concatenate, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from components.meeting.store import migrate
from components.meeting.store.connect import (
    Collision,
    StoreUnavailable,
    in_memory,
    open_engine,
    reason_of,
    say_unavailable,
    words_of,
)
from components.meeting.store.schema import ballots, devices, sealed_ballots
from components.meeting.store.watch import (
    CHANNEL,
    Listening,
    Polling,
    PostgresPulse,
    Pulse,
    SqlitePulse,
    Watch,
    private_line,
)

__all__ = ["Base", "StoreUnavailable", "UnknownMeeting", "again"]

TRIES = 6
LOCKED = "55P03"  # PostgreSQL: somebody held the lock for longer than we would wait
LINKED = (ballots, sealed_ballots, devices)
"""The tables whose rows may carry a key of a phone."""


class UnknownMeeting(KeyError):
    """No meeting has this code."""


def again[S, **P, R](write: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], R]:
    """The same write once more when PostgreSQL gave it up for another one; nothing of it was written."""

    @functools.wraps(write)
    def tried(self: S, *args: P.args, **kwargs: P.kwargs) -> R:
        for left in reversed(range(TRIES)):
            try:
                return write(self, *args, **kwargs)
            except Collision:
                if not left:
                    raise
                time.sleep(random.uniform(0.002, 0.02))
        raise AssertionError("unreachable")

    return cast("Callable[Concatenate[S, P], R]", tried)


def lock_key(code: str) -> int:
    """The number under which PostgreSQL locks a meeting (64 bits, signed)."""
    return int.from_bytes(hashlib.sha256(f"cordee:{code}".encode()).digest()[:8], signed=True)


class Base:
    """All reads and writes. Safe to share between threads; open one per process."""

    def __init__(self, url: str, checkpoint: bool = False) -> None:
        """`checkpoint`: this process alone resets SQLite's write-ahead log (see docs/adr), and scrubs after seals.

        An older database is brought up to date first. Raises `StoreUnavailable`.
        """
        self.url = url
        self.scrubs = checkpoint
        # Reads see one moment, however many questions they ask; writes see whatever was committed before their lock.
        self.engine = open_engine(url)
        self._is_sqlite = self.engine.dialect.name == "sqlite"
        sa.event.listen(self.engine, "handle_error", say_unavailable(url), retval=True)
        if self._is_sqlite:
            self._prepare_sqlite(checkpoint)
        else:
            self._prepare_postgresql()
        self.upgraded = migrate.bring_up_to_date(self.engine)

    def _prepare_sqlite(self, checkpoint: bool) -> None:
        @sa.event.listens_for(self.engine, "connect")
        def _(connection: Any, _record: Any) -> None:
            connection.isolation_level = None
            cursor = connection.cursor()
            if not in_memory(self.engine):
                cursor.execute("PRAGMA journal_mode=WAL")
            cursor.execute("PRAGMA synchronous=FULL")
            cursor.execute("PRAGMA secure_delete=ON")
            cursor.execute(f"PRAGMA wal_autocheckpoint={1000 if checkpoint else 0}")
            cursor.close()

        @sa.event.listens_for(self.engine, "begin")
        def _(connection: sa.Connection) -> None:
            writing = connection.get_execution_options().get("writing", False)
            connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    def _prepare_postgresql(self) -> None:
        @sa.event.listens_for(self.engine, "connect")
        def _(connection: Any, _record: Any) -> None:
            cursor = connection.cursor()
            cursor.execute("SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            connection.commit()

        @sa.event.listens_for(self.engine, "begin")
        def _(connection: sa.Connection) -> None:
            if connection.get_execution_options().get("writing", False):
                connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")

    def _insert(self, table: sa.Table) -> Any:
        """An insert of this dialect, which knows what to do on a conflict."""
        return sqlite.insert(table) if self._is_sqlite else postgresql.insert(table)

    def _insert_rows(
        self,
        connection: sa.Connection,
        table: sa.Table,
        rows: list[dict[str, Any]],
        settle: Callable[[Any], Any] = lambda statement: statement,
    ) -> None:
        """Many rows at once; `settle` adds what to do on a conflict. On PostgreSQL one statement, whatever their
        number: row by row each would wait for the server's answer."""
        if not rows:
            return
        if self._is_sqlite:
            connection.execute(settle(sqlite.insert(table)), rows)
            return
        names = list(rows[0])
        columns = [
            sa.func.unnest(sa.literal([row[name] for row in rows], postgresql.ARRAY(table.c[name].type)))
            for name in names
        ]
        connection.execute(settle(postgresql.insert(table).from_select(names, sa.select(*columns))))

    def close(self) -> None:
        self.engine.dispose()

    @property
    def file(self) -> Path | None:
        """The SQLite file; None for another kind of store."""
        name = self.engine.url.database or ""
        return Path(name) if self._is_sqlite and name and not name.startswith("file:") else None

    def scrub(self) -> bool:
        """Have nothing of what was deleted left in the database's files; False if somebody kept us from it.

        SQLite: deleted cells are overwritten with zeros (`secure_delete`), but the write-ahead log still has the
        pages as they were: it is folded into the file and cut to nothing. PostgreSQL: the tables that held keys
        are written anew; the server's own write-ahead log is its administrator's (docs/exploitation.md).
        """
        if not self._is_sqlite:
            return self._rewrite_tables()
        if in_memory(self.engine):
            return True
        lent = self.engine.raw_connection()
        try:
            cursor: Any = lent.cursor()
            cursor.execute(
                "PRAGMA busy_timeout=100"
            )  # somebody reads: rather a moment later than everybody waiting
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            done = bool(cursor.fetchone()[0] == 0)
            cursor.execute("PRAGMA busy_timeout=10000")
            return done
        finally:
            lent.close()

    def _rewrite_tables(self) -> bool:
        line = private_line(self.engine)
        try:
            line.cursor().execute("SET lock_timeout = '500ms'")  # a vote elsewhere goes first
            for table in LINKED:
                line.cursor().execute(f"VACUUM (FULL) {table.name}")
        except Exception as error:
            if words_of(error).get("C") == LOCKED:
                return False
            raise StoreUnavailable(reason_of(error, self.url), said=True) from error
        finally:
            line.close()
        return True

    @contextmanager
    def _writing(self) -> Iterator[Any]:
        with self.engine.connect().execution_options(writing=True) as connection, connection.begin():
            yield connection
            if not self._is_sqlite:
                connection.execute(sa.func.pg_notify(CHANNEL, "").select())

    def _hold(self, connection: sa.Connection, codes: Iterable[str], shared: bool = False) -> None:
        """Keep meetings to this transaction: what decides alone, ballots together. First come, first served.

        A row's lock would not do: on PostgreSQL ballots that follow each other could keep a close waiting for
        ever. SQLite has one writer at a time.
        """
        if self._is_sqlite:
            return
        take = sa.func.pg_advisory_xact_lock_shared if shared else sa.func.pg_advisory_xact_lock
        for key in sorted(lock_key(code) for code in set(codes)):
            connection.execute(sa.select(take(sa.literal(key, sa.BigInteger))))

    # --- waking ---------------------------------------------------------------------------------------

    def pulse(self) -> Pulse:
        """A cheap function whose value changes whenever another connection has committed something."""
        return SqlitePulse(self.engine) if self._is_sqlite else PostgresPulse(self.engine)

    def watch(self) -> Watch:
        """What a thread of its own waits on for the next commit."""
        return Polling(SqlitePulse(self.engine)) if self._is_sqlite else Listening(self.engine)
