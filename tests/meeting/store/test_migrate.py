"""A newer Cordée opens an older database and loses nothing; an older Cordée leaves a newer database alone."""

import hashlib
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.config import Config
from alembic.script import ScriptDirectory

from components.meeting.desk import Desk
from components.meeting.keys import KeyRing
from components.meeting.store import Cast, Store, StoreUnavailable, migrate, schema
from tests.meeting.store.old import POLL, old_database

FOLDER = Path(migrate.__file__).parent / "migrations"


@pytest.fixture
def old(tmp_path: Path) -> str:
    return old_database(tmp_path / "soir.db")


def rows(path: Path, query: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(path) as connection:
        return connection.execute(query).fetchall()


def test_every_step_is_known_and_the_last_is_the_head() -> None:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    steps = ScriptDirectory.from_config(config)
    assert steps.get_heads() == [migrate.HEAD]
    assert tuple(step.revision for step in steps.walk_revisions())[::-1] == migrate.KNOWN


def columns(engine: sa.Engine) -> dict[str, list[tuple[object, ...]]]:
    inspector = sa.inspect(engine)
    found = {}
    for table in sorted(inspector.get_table_names()):
        kept = inspector.get_pk_constraint(table)["constrained_columns"]
        found[table] = sorted(
            (c["name"], str(c["type"]), c["nullable"], (c["default"] or "").strip("'"), c["name"] in kept)
            for c in inspector.get_columns(table)
        )
    return found


def test_an_old_database_gets_the_very_tables_of_a_new_one(old: str) -> None:
    """A change of `schema.py` without a step fails here."""
    upgraded, new = Store(old), Store("sqlite://")
    assert columns(upgraded.engine) == columns(new.engine)


def test_nothing_of_the_old_evening_is_lost(old: str, tmp_path: Path) -> None:
    before = {
        query: rows(tmp_path / "soir.db", query)
        for query in (
            "SELECT * FROM event ORDER BY position",
            "SELECT meeting, poll, voter, choice, pair, sequence FROM ballot ORDER BY voter",
            "SELECT meeting, poll, slot, choice, pair FROM sealed_ballot ORDER BY slot",
            "SELECT * FROM receipt ORDER BY receipt",
            "SELECT * FROM device ORDER BY device",
            "SELECT meeting, id, salt, words FROM free_text",
            "SELECT * FROM run_sheet",
            "SELECT * FROM poll",
            "SELECT code, title, territory, created_at, touched_at FROM meeting",
        )
    }
    assert len(before["SELECT * FROM event ORDER BY position"]) == 13
    desk = Desk(Store(old), KeyRing(tmp_path / "keys"), lambda: 1_796_760_000.0)
    for query, kept in before.items():
        assert rows(tmp_path / "soir.db", query) == kept, query
    for code in ("CLOS", "VERT"):
        assert desk.store.broken_link(code) is None
    assert desk.store.phone_counts("CLOS", POLL).total() == 23
    assert desk.store.phone_counts("VERT", POLL).total() == 11
    assert {channel for (channel,) in rows(tmp_path / "soir.db", "SELECT DISTINCT channel FROM ballot")} == {
        "phone"
    }
    # And the evening goes on: a ballot more, the close, the seal.
    assert desk.store.cast([Cast("VERT", POLL, "f" * 64, ("besoins",), "", 1)]) == ["accepted"]
    desk.act("VERT", "close")
    desk.act("VERT", "seal")
    assert desk.snapshot("VERT").room.polls[POLL].tally.ballots == 12  # type: ignore[union-attr]
    assert desk.store.broken_link("VERT") is None


def test_the_copy_of_before_is_whole_and_said(old: str, tmp_path: Path) -> None:
    store = Store(old)
    assert store.upgraded is not None
    copy = store.upgraded.copy
    assert copy is not None
    assert str(copy) in store.upgraded.sentence()
    assert "rien n’est perdu" in store.upgraded.sentence()
    assert rows(copy, "SELECT count(*) FROM ballot") == [(11,)]
    assert rows(copy, "SELECT count(*) FROM sqlite_master WHERE name = 'alembic_version'") == [(0,)]
    assert copy.stat().st_mode & 0o077 == 0
    store.close()
    again = Store(old)
    assert again.upgraded is None
    assert sorted(path for path in tmp_path.iterdir() if ".avant-" in path.name) == [copy]


def test_a_copy_that_cannot_be_made_changes_nothing(
    old: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(source: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(migrate, "copy_file", full)
    with pytest.raises(StoreUnavailable, match="rien n’a été modifié"):
        Store(old)
    assert (
        rows(tmp_path / "soir.db", "SELECT name FROM pragma_table_info('ballot') WHERE name = 'channel'")
        == []
    )


def test_a_step_that_fails_leaves_the_base_as_it_was(
    old: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(connection: sa.Connection, found: str) -> None:
        connection.exec_driver_sql("ALTER TABLE ballot ADD COLUMN channel TEXT")
        raise OSError("disk")

    monkeypatch.setattr(migrate, "_run_steps", fail)
    with pytest.raises(OSError, match="disk"):
        Store(old)
    monkeypatch.undo()
    assert not [path for path in tmp_path.iterdir() if ".avant-" in path.name]
    assert (
        rows(tmp_path / "soir.db", "SELECT name FROM pragma_table_info('ballot') WHERE name = 'channel'")
        == []
    )
    assert Store(old).phone_counts("VERT", POLL).total() == 11


def test_a_newer_database_is_refused_untouched(tmp_path: Path) -> None:
    path = tmp_path / "soir.db"
    Store(f"sqlite:///{path}").close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9042'")
    connection.close()
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    with pytest.raises(StoreUnavailable, match="version plus récente de Cordée") as told:
        Store(f"sqlite:///{path}")
    assert "9042" in told.value.reason
    assert "rien n’a été modifié" in told.value.reason
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before


def test_two_processes_at_once_bring_it_up_to_date_once(old: str, tmp_path: Path) -> None:
    words = "import sys; from components.meeting.store import Store; print(Store(sys.argv[1]).upgraded is not None)"
    started = [
        subprocess.Popen([sys.executable, "-c", words, old], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    assert sorted(process.communicate(timeout=60)[0].strip() for process in started) == ["False", "True"]
    assert len([path for path in tmp_path.iterdir() if ".avant-" in path.name]) == 1
    assert Store(old).phone_counts("VERT", POLL).total() == 11


def test_a_base_of_the_days_between_is_completed(tmp_path: Path) -> None:
    """Tables made before versions were numbered, some of the newer ones already there."""
    url = old_database(tmp_path / "soir.db")
    with sqlite3.connect(tmp_path / "soir.db") as connection:
        connection.execute("ALTER TABLE ballot ADD COLUMN channel VARCHAR(12) NOT NULL DEFAULT 'phone'")
    connection.close()
    engine = sa.create_engine(url)
    schema.slips.create(engine)
    engine.dispose()
    store = Store(url)
    assert store.phone_counts("VERT", POLL).total() == 11
    assert set(columns(store.engine)) == set(columns(Store("sqlite://").engine))
