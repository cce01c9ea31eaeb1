"""The server starts again on a newer version, and the plug is pulled while the old evening is brought up to date."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

from components.meeting.desk import Desk
from components.meeting.keys import KeyRing
from components.meeting.store import Store, migrate
from tests.meeting.store.old import old_database

from .conftest import Rounds
from .urn import ROOT

OPEN = "from components.meeting.store import Store; import sys; Store(sys.argv[1]).close()"


def everything(path: Path) -> dict[str, int]:
    """How many rows each table of the first version has."""
    with sqlite3.connect(path) as connection:
        tables = ("meeting", "run_sheet", "event", "ballot", "receipt", "device", "free_text")
        return {name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables}


def test_killed_while_an_old_evening_is_brought_up_to_date(tmp_path: Path, rounds: Rounds, tell) -> None:
    path = tmp_path / "soir.db"
    old = new = 0
    turns = rounds.of(few=1, full=30)
    longest = 1.5
    for _ in turns:
        for left in tmp_path.glob("soir.db*"):
            left.unlink()
        url = old_database(path)
        before = everything(path)
        process = subprocess.Popen([sys.executable, "-c", OPEN, url], cwd=ROOT)
        started = time.monotonic()
        while not list(tmp_path.glob("*.avant-*")) and process.poll() is None:
            time.sleep(0.0005)
        if process.poll() is None:  # the copy of before is being made: from here on it is being changed
            time.sleep(rounds.chance.random() * min(0.3, longest))
            os.kill(process.pid, signal.SIGKILL)
        process.wait()
        longest = max(0.1, time.monotonic() - started)
        with sqlite3.connect(path) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            versions = connection.execute(
                "SELECT name FROM sqlite_master WHERE name = 'alembic_version'"
            ).fetchall()
        new, old = (new + 1, old) if versions else (new, old + 1)
        store = Store(url)  # whoever comes next finishes it
        with store.engine.connect() as connection:
            assert migrate.revision_of(connection) == migrate.HEAD
        assert everything(path) == before
        assert all(store.broken_link(meeting.code) is None for meeting in store.meetings())
        store.close()
    tell(
        f"{len(turns)} coupures pendant la mise à jour d'une base : {old} restées anciennes, {new} finies, rien perdu"
    )


def test_the_evening_goes_on_after_the_update(tmp_path: Path) -> None:
    """The vote that was open is still open, and closes with what it held."""
    url = old_database(tmp_path / "soir.db")
    held = everything(tmp_path / "soir.db")["ballot"]
    desk = Desk(Store(url), KeyRing(tmp_path / "keys"))
    poll = desk.store.room("VERT").open_poll
    assert poll is not None
    assert sum(desk.store.phone_counts("VERT", poll.id).values()) == held > 0
    desk.act("VERT", "close")
    assert desk.snapshot("VERT").tally.ballots == held  # type: ignore[union-attr]
    desk.store.close()
