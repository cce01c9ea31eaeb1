"""The connection to the database, and its one name for « it does not answer »."""

from collections.abc import Callable
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from components.meeting.store.schema import metadata


class UnknownMeeting(KeyError):
    """No meeting has this code."""


class StoreUnavailable(RuntimeError):
    """The database cannot be opened or written; `reason` is the driver's own word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def _say_unavailable(context: sa.engine.ExceptionContext) -> Exception | None:
    """Whatever keeps the database from answering (locked, full, read-only, gone) has one name above this file."""
    error = context.sqlalchemy_exception
    # DatabaseError itself, not its children: « file is not a database ».
    if (
        isinstance(error, sa.exc.OperationalError | sa.exc.InterfaceError)
        or type(error) is sa.exc.DatabaseError
    ):
        return StoreUnavailable(str(context.original_exception))
    return None


class Base:
    """All reads and writes. Safe to share between threads; open one per process."""

    def __init__(self, url: str, checkpoint: bool = False) -> None:
        """`checkpoint`: this process alone resets SQLite's write-ahead log (see docs/adr)."""
        self.url = url
        arguments: dict[str, Any] = (
            {"timeout": 10, "check_same_thread": False} if url.startswith("sqlite") else {}
        )
        try:
            self.engine = sa.create_engine(url, connect_args=arguments)
        except (sa.exc.ArgumentError, ImportError) as error:
            raise StoreUnavailable(str(error)) from error
        self._is_sqlite = self.engine.dialect.name == "sqlite"
        sa.event.listen(self.engine, "handle_error", _say_unavailable, retval=True)
        if self._is_sqlite:
            self._prepare_sqlite(checkpoint)
        metadata.create_all(self.engine)

    def _prepare_sqlite(self, checkpoint: bool) -> None:
        @sa.event.listens_for(self.engine, "connect")
        def _(connection: Any, _record: Any) -> None:
            connection.isolation_level = None
            cursor = connection.cursor()
            cursor.execute("PRAGMA journal_mode=WAL")
            cursor.execute("PRAGMA synchronous=FULL")
            cursor.execute("PRAGMA secure_delete=ON")
            cursor.execute(f"PRAGMA wal_autocheckpoint={1000 if checkpoint else 0}")
            cursor.close()

        @sa.event.listens_for(self.engine, "begin")
        def _(connection: sa.Connection) -> None:
            writing = connection.get_execution_options().get("writing", False)
            connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    def _insert(self, table: sa.Table) -> Any:
        """An insert of this dialect, which knows what to do on a conflict."""
        return sqlite.insert(table) if self._is_sqlite else postgresql.insert(table)

    def close(self) -> None:
        self.engine.dispose()

    @contextmanager
    def _writing(self) -> Any:
        with self.engine.connect().execution_options(writing=True) as connection, connection.begin():
            yield connection

    # --- waking ---------------------------------------------------------------------------------------

    def pulse(self) -> Callable[[], Any]:
        """A cheap function whose value changes whenever another connection has committed something."""
        connection = self.engine.connect()
        if self._is_sqlite:
            raw = connection.connection.dbapi_connection
            assert raw is not None
            cursor = raw.cursor()

            def sqlite_version() -> Any:
                _ = connection  # kept: closing it would end the cursor
                return cursor.execute("PRAGMA data_version").fetchone()[0]

            return sqlite_version

        def committed_transactions() -> Any:
            found = connection.execute(sa.text("SELECT pg_current_snapshot()::text")).scalar()
            connection.rollback()
            return found

        return committed_transactions
