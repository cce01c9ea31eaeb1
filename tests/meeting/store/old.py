"""A database of the first version, as its own code wrote it: a closed meeting (CLOS), one with a vote open (VERT)."""

import sqlite3
from pathlib import Path

SQL = Path(__file__).parent / "evening_0001.sql"
POLL = "dabord-avant"


def old_database(path: Path) -> str:
    """Write that database; returns its address."""
    connection = sqlite3.connect(path)
    connection.executescript(SQL.read_text(encoding="utf-8"))
    connection.execute("PRAGMA journal_mode=WAL")
    connection.close()
    return f"sqlite:///{path}"
