"""The table `setting`: what this installation remembers of itself, one short text per key."""

from sqlalchemy import (
    Column,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    delete,
    event,
    func,
    insert,
    select,
)
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import ArgumentError, IntegrityError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool
from sqlalchemy.schema import CreateTable

from components.meeting.store.connect import StoreUnavailable, is_postgresql, open_engine, reason_of

SETTING = Table(
    "setting", MetaData(), Column("key", String(64), primary_key=True), Column("value", Text, nullable=False)
)
LOCK = 0x73657474696E67  # « setting », for PostgreSQL's lock


class StoreError(Exception):
    """The store cannot be used: `reason` is 'address' (not one we know), 'driver' or 'refused'."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


def _refused(error: SQLAlchemyError, engine: Engine) -> StoreError:
    url = engine.url.render_as_string(hide_password=False)
    return StoreError("refused", reason_of(getattr(error, "orig", None) or error, url))


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
        if is_postgresql(url):
            return open_engine(url, pool_size=1)
        if parsed.get_backend_name() != "sqlite":
            return create_engine(parsed, pool_pre_ping=True, pool_size=1)
        engine = create_engine(parsed, poolclass=NullPool, connect_args={"timeout": 10})
    except (ArgumentError, NoSuchModuleError, StoreUnavailable) as error:
        raise StoreError("address", str(error)) from error
    except ImportError as error:
        raise StoreError("driver", str(error)) from error

    @event.listens_for(engine, "connect")
    def _quiet(connection, _record) -> None:  # type: ignore[no-untyped-def]
        # The ballots' writer alone folds the journal back into the file; this rare guest leaves that to it.
        connection.execute("PRAGMA wal_autocheckpoint=0")

    return engine


class Settings:
    """Reads and writes settings; every process may. Raises StoreError when the store cannot be used."""

    def __init__(self, url: str) -> None:
        self._engine = _engine(url)

    def prepare(self) -> None:
        """Makes the table if it is missing, and so finds out whether the store can be written."""
        try:
            with self._engine.begin() as connection:  # what can be read may still refuse a write
                if connection.dialect.name == "postgresql":  # IF NOT EXISTS alone fails when two ask at once
                    connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
                connection.execute(CreateTable(SETTING, if_not_exists=True))
                connection.execute(delete(SETTING).where(SETTING.c.key == "written"))
                connection.execute(insert(SETTING).values(key="written", value="yes"))
        except SQLAlchemyError as error:
            raise _refused(error, self._engine) from error

    def get(self, key: str) -> str | None:
        try:
            with self._engine.connect() as connection:
                row = connection.execute(select(SETTING.c.value).where(SETTING.c.key == key)).first()
        except SQLAlchemyError as error:
            raise _refused(error, self._engine) from error
        return str(row[0]) if row else None

    def starting(self, start: str) -> dict[str, str]:
        """Every setting whose key begins so."""
        try:
            with self._engine.connect() as connection:
                found = connection.execute(
                    select(SETTING).where(SETTING.c.key.startswith(start, autoescape=True))
                )
                return {str(key): str(value) for key, value in found}
        except SQLAlchemyError as error:
            raise _refused(error, self._engine) from error

    def remove(self, keys: list[str]) -> None:
        """Forgets these settings."""
        try:
            with self._engine.begin() as connection:
                connection.execute(delete(SETTING).where(SETTING.c.key.in_(keys)))
        except SQLAlchemyError as error:
            raise _refused(error, self._engine) from error

    def put(self, values: dict[str, str]) -> None:
        """Writes several settings at once, all or none."""
        try:
            with self._engine.begin() as connection:
                connection.execute(delete(SETTING).where(SETTING.c.key.in_(list(values))))
                connection.execute(insert(SETTING), [{"key": k, "value": v} for k, v in values.items()])
        except SQLAlchemyError as error:
            raise _refused(error, self._engine) from error

    def add(self, values: dict[str, str]) -> bool:
        """Writes settings that do not exist yet; False, and nothing written, if another process was first."""
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(SETTING), [{"key": k, "value": v} for k, v in values.items()])
        except IntegrityError:
            return False
        except SQLAlchemyError as error:
            raise _refused(error, self._engine) from error
        return True

    def close(self) -> None:
        self._engine.dispose()
