"""The table `setting`: what this installation remembers of itself, one short text per key."""

from sqlalchemy import Column, MetaData, String, Table, Text, create_engine, delete, event, insert, select
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import ArgumentError, IntegrityError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool

_METADATA = MetaData()
SETTING = Table(
    "setting", _METADATA, Column("key", String(64), primary_key=True), Column("value", Text, nullable=False)
)


class StoreError(Exception):
    """The store cannot be used: `reason` is 'address' (not one we know), 'driver' or 'refused'."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() != "sqlite":
            return create_engine(parsed, pool_pre_ping=True, pool_size=1)
        engine = create_engine(parsed, poolclass=NullPool, connect_args={"timeout": 10})
    except (ArgumentError, NoSuchModuleError) as error:
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
            _METADATA.create_all(self._engine)
            with self._engine.begin() as connection:  # what can be read may still refuse a write
                connection.execute(delete(SETTING).where(SETTING.c.key == "written"))
                connection.execute(insert(SETTING).values(key="written", value="yes"))
        except SQLAlchemyError as error:
            raise StoreError("refused", str(getattr(error, "orig", None) or error)) from error

    def get(self, key: str) -> str | None:
        try:
            with self._engine.connect() as connection:
                row = connection.execute(select(SETTING.c.value).where(SETTING.c.key == key)).first()
        except SQLAlchemyError as error:
            raise StoreError("refused", str(getattr(error, "orig", None) or error)) from error
        return str(row[0]) if row else None

    def put(self, values: dict[str, str]) -> None:
        """Writes several settings at once, all or none."""
        try:
            with self._engine.begin() as connection:
                connection.execute(delete(SETTING).where(SETTING.c.key.in_(list(values))))
                connection.execute(insert(SETTING), [{"key": k, "value": v} for k, v in values.items()])
        except SQLAlchemyError as error:
            raise StoreError("refused", str(getattr(error, "orig", None) or error)) from error

    def add(self, values: dict[str, str]) -> bool:
        """Writes settings that do not exist yet; False, and nothing written, if another process was first."""
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(SETTING), [{"key": k, "value": v} for k, v in values.items()])
        except IntegrityError:
            return False
        except SQLAlchemyError as error:
            raise StoreError("refused", str(getattr(error, "orig", None) or error)) from error
        return True

    def close(self) -> None:
        self._engine.dispose()
