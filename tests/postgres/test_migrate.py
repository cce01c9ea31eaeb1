"""The steps on PostgreSQL: the same data, the same result."""

import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa

from components.meeting.store import Store, StoreUnavailable, migrate
from components.meeting.store.connect import open_engine
from components.meeting.store.schema import metadata
from tests.meeting.store.old import POLL, old_database
from tests.meeting.store.test_migrate import columns

NEW = ("slip", "entitlement", "contribution", "purge", "comment")


def old_base(url: str, tmp_path: Path) -> None:
    """The first version's tables and rows, on PostgreSQL."""
    old_database(tmp_path / "soir.db")
    engine = open_engine(url)
    with sqlite3.connect(tmp_path / "soir.db") as source, engine.begin() as target:
        for table in metadata.sorted_tables:
            if table.name in NEW:
                continue
            names = [row[1] for row in source.execute(f"PRAGMA table_info({table.name})")]
            old = sa.Table(table.name, sa.MetaData(), *(table.c[name]._copy() for name in names))
            old.create(target)
            rows = [
                dict(zip(names, row, strict=True)) for row in source.execute(f"SELECT * FROM {table.name}")
            ]
            if rows:
                target.execute(old.insert(), rows)
    source.close()
    engine.dispose()


def test_an_old_base_is_brought_up_to_date(url: str, tmp_path: Path) -> None:
    old_base(url, tmp_path)
    store = Store(url)
    assert store.upgraded is not None
    assert store.upgraded.copy is None
    assert [store.broken_link(code) for code in ("CLOS", "VERT")] == [None, None]
    assert store.phone_counts("CLOS", POLL).total() == 23
    assert store.phone_counts("VERT", POLL).total() == 11
    upgraded = columns(store.engine)
    store.close()
    engine = open_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text("DROP SCHEMA public CASCADE"))
        connection.execute(sa.text("CREATE SCHEMA public"))
    engine.dispose()
    new = Store(url)
    assert columns(new.engine) == upgraded
    new.close()


def test_a_newer_base_is_refused(url: str) -> None:
    store = Store(url)
    with store.engine.begin() as connection:
        connection.execute(migrate.version_table.update().values(version_num="9042"))
    store.close()
    with pytest.raises(StoreUnavailable, match="plus récente"):
        Store(url)
