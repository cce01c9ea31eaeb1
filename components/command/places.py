"""Files of this installation: where a SQLite store is, and how a private file is written."""

import os
from pathlib import Path

from components.meeting.keys import ROOT, default_database_url, keys_directory

__all__ = ["ROOT", "database_file", "default_database_url", "keys_directory", "present_keys", "write_private"]


def database_file(url: str) -> Path | None:
    """The file of a SQLite store, absolute; None for another kind of store or one in memory."""
    if not url.startswith("sqlite"):
        return None
    name = url.partition(":///")[2].partition("?")[0]
    return Path(name).absolute() if name and name != ":memory:" else None


def present_keys() -> Path:
    """The folder of secrets that this process's environment means."""
    return keys_directory(default_database_url()).absolute()


def write_private(path: Path, text: str) -> None:
    """Writes a file that only its owner may read, whole or not at all. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    with open(temporary, "w", encoding="utf-8", opener=lambda p, flags: os.open(p, flags, 0o600)) as file:
        file.write(text)
    temporary.replace(path)
