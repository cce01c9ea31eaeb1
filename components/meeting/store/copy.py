"""A whole copy of an SQLite file while others write it (SQLite's online backup)."""

import os
import sqlite3
from pathlib import Path


def copy_file(source: Path, target: Path) -> None:
    """Write one file alone, readable by its owner only, durable on return. Raises OSError or sqlite3.Error.

    The pages are those of one moment: whatever is committed during the copy is not half in it.
    """
    os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        old = sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True, timeout=30)
        new = sqlite3.connect(target)
        try:
            old.backup(new)
            new.execute("PRAGMA journal_mode=DELETE")  # nothing beside the file is needed to read it
        finally:
            old.close()
            new.close()
        with open(target, "rb") as file:
            os.fsync(file.fileno())
    except BaseException:
        target.unlink(missing_ok=True)
        raise
