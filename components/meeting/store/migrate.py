"""An older database is brought up to date when it is opened; a newer one is refused and left as it is.

The steps are Alembic's (`migrations/versions/`, packaged; no alembic.ini). Alembic is imported only when there is
something to do: every command opens the store, and most find it up to date.
"""

import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from components.look.i18n import t
from components.meeting.store.connect import StoreUnavailable
from components.meeting.store.copy import copy_file
from components.meeting.store.schema import metadata

BASELINE = "0001"
"""The schema from before there were versions; such a database carries no number."""
KNOWN = (BASELINE, "0002", "0003", "0004", "0005")
HEAD = KNOWN[-1]
LOCK = 0x636F72646565  # « cordee », for PostgreSQL's lock

version_table = sa.Table(
    "alembic_version", sa.MetaData(), sa.Column("version_num", sa.String(32), primary_key=True)
)


@dataclass(frozen=True)
class Upgrade:
    """What was done to an older database; `copy` is where it was copied before, if it is a file."""

    before: str
    after: str
    copy: Path | None

    def sentence(self, lang: str = "fr") -> str:
        if self.copy is None:
            return t("store.upgraded", lang, before=self.before, after=self.after)
        return t("store.upgraded_copy", lang, before=self.before, after=self.after, copy=self.copy)


def bring_up_to_date(engine: sa.Engine) -> Upgrade | None:
    """Make the tables, or bring those of an older version up to date; what was done to a database that held data.

    Two processes may ask at once: one does it, the other waits. Raises `StoreUnavailable` for a newer database.
    """
    with engine.connect() as connection:
        found = revision_of(connection)
    _refuse_newer(found)
    if found == HEAD:
        return None
    with engine.connect().execution_options(writing=True) as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
        found = revision_of(connection)  # another process may have done it meanwhile
        _refuse_newer(found)
        if found == HEAD:
            return None
        if found is None:
            metadata.create_all(connection)
            _stamp(connection, HEAD)
            return None
        copy = _copy_of_before(engine, found)
        try:
            _run_steps(connection, found)
        except BaseException:  # the base stays as it was, and so does its folder
            if copy:
                copy.unlink(missing_ok=True)
            raise
    return Upgrade(found, HEAD, copy)


def revision_of(connection: sa.Connection) -> str | None:
    """The version of the schema; None for a base without our tables."""
    inspector = sa.inspect(connection)
    if inspector.has_table("alembic_version"):
        found = connection.scalar(sa.select(version_table.c.version_num))
        if found is not None:
            return str(found)
    return BASELINE if inspector.has_table("meeting") else None


def _refuse_newer(found: str | None) -> None:
    if found is not None and found not in KNOWN:
        raise StoreUnavailable(t("store.newer", found=found, known=HEAD), said=True)


def _stamp(connection: sa.Connection, revision: str) -> None:
    version_table.create(connection, checkfirst=True)
    connection.execute(version_table.delete())
    connection.execute(version_table.insert().values(version_num=revision))


def _copy_of_before(engine: sa.Engine, revision: str) -> Path | None:
    """A whole copy of an SQLite file, beside it; nobody can write it meanwhile, we hold its lock."""
    name = engine.url.database or ""
    if engine.dialect.name != "sqlite" or not name or name.startswith("file:"):
        return None
    source = Path(name)
    name = f"{source.name}.avant-{revision}-{time.strftime('%Y%m%d-%H%M%S')}"
    copy = source.with_name(name)
    while copy.exists():  # a start that was cut off in this very second left one
        copy = copy.with_name(f"{copy.name}+")
    try:
        copy_file(source, copy)
    except (OSError, sqlite3.Error) as error:
        raise StoreUnavailable(t("store.no_copy", reason=error), said=True) from error
    return copy


def _run_steps(connection: sa.Connection, found: str) -> None:
    """All in the transaction of `connection`: a step that fails leaves the base as it was."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    if not sa.inspect(connection).has_table("alembic_version"):
        _stamp(connection, found)
    command.upgrade(config, HEAD)
