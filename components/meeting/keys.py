"""Secrets kept outside the database and its backups, one file each, deleted at the seal."""

import hashlib
import os
import secrets
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def default_database_url() -> str:
    """`CORDEE_DB`, or the embedded SQLite file of this installation."""
    return os.environ.get("CORDEE_DB") or f"sqlite:///{ROOT / 'var' / 'cordee.db'}"


def keys_directory(database_url: str) -> Path:
    """Where the secrets of this database live: `CORDEE_KEYS`, else beside an SQLite file, else `var/keys`."""
    if given := os.environ.get("CORDEE_KEYS"):
        return Path(given)
    scheme, _, path = database_url.partition(":///")
    if scheme.startswith("sqlite") and path and path != ":memory:":
        return Path(path.split("?")[0] + ".keys")
    return ROOT / "var" / "keys"


class KeyRing:
    """Secrets by name. `make` creates once, durably; `get` never invents one; `forget` removes for good."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def _file(self, name: str) -> Path:
        return self.directory / hashlib.sha256(name.encode()).hexdigest()[:40]

    def make(self, name: str) -> bytes:
        """The secret of that name, created if there is none. Safe between processes."""
        self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self._file(name)
        fresh = path.with_suffix(f".{os.getpid()}.{secrets.token_hex(4)}")
        if not path.exists():
            with open(fresh, "xb", opener=lambda p, flags: os.open(p, flags, 0o600)) as file:
                file.write(secrets.token_bytes(32))
                file.flush()
                os.fsync(file.fileno())
            try:
                os.link(fresh, path)
            except FileExistsError:
                pass
            except OSError:  # no hard links on this file system
                os.replace(fresh, path)
            fresh.unlink(missing_ok=True)
        return path.read_bytes()

    def get(self, name: str) -> bytes | None:
        try:
            return self._file(name).read_bytes()
        except FileNotFoundError:
            return None

    def forget(self, name: str) -> None:
        """Overwrite and delete; a copy-on-write disk may keep the old block, which is said in the docs."""
        path = self._file(name)
        try:
            with open(path, "r+b") as file:  # in place: writing it anew could leave the old block as it was
                file.write(bytes(max(32, path.stat().st_size)))
                file.flush()
                os.fsync(file.fileno())
        except FileNotFoundError:
            return
        path.unlink(missing_ok=True)


def poll_secret(meeting: str, poll: str) -> str:
    return f"poll:{meeting}:{poll}"


def pair_secret(meeting: str, first_question: str) -> str:
    return f"pair:{meeting}:{first_question}"


def meeting_secret(meeting: str) -> str:
    return f"meeting:{meeting}"


def codes_secret(meeting: str) -> str:
    """Of the single-use codes; it outlives a rehearsal that is cleared, for the slips are printed by then."""
    return f"codes:{meeting}"
