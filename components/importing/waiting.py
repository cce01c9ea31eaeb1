"""Files sent and not imported yet: kept a day in the local folder, readable by their owner, few at a time."""

import json
import os
import re
import secrets
import time
from pathlib import Path
from typing import Final

from components.importing.document import MAX_BYTES, ImportRefused, quoted
from components.territory.imports import local_folder

SECONDS: Final = 24 * 3600
MOST: Final = 20
_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,40}")


def waiting_folder() -> Path:
    return local_folder() / "importing" / "waiting"


def keep(name: str, raw: bytes) -> str:
    """Keeps a file; the token to find it again. Raises ImportRefused."""
    if len(raw) > MAX_BYTES:
        raise ImportRefused("too_big", megabytes=MAX_BYTES // 1_000_000)
    folder, token = waiting_folder(), secrets.token_urlsafe(18)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _sweep(folder)
        for suffix, content in ((".name", json.dumps(quoted(Path(name).name)).encode()), (".raw", raw)):
            fresh = folder / f"{token}{suffix}.tmp"
            with open(fresh, "wb", opener=lambda p, flags: os.open(p, flags, 0o600)) as file:
                file.write(content)
            fresh.replace(folder / f"{token}{suffix}")
    except OSError as error:
        raise ImportRefused("not_kept", reason=error.strerror or str(error)) from error
    return token


def kept(token: str) -> tuple[str, bytes]:
    """Name and bytes of a file. Raises ImportRefused when it waits no more."""
    if not _TOKEN.fullmatch(token):
        raise ImportRefused("not_waiting")
    try:
        name = json.loads((waiting_folder() / f"{token}.name").read_text(encoding="utf-8"))
        return str(name), (waiting_folder() / f"{token}.raw").read_bytes()
    except (OSError, ValueError):
        raise ImportRefused("not_waiting") from None


def drop(token: str) -> None:
    """Forgets a file."""
    if _TOKEN.fullmatch(token):
        for suffix in (".name", ".raw"):
            (waiting_folder() / f"{token}{suffix}").unlink(missing_ok=True)


def _sweep(folder: Path) -> None:
    """Removes what waited too long, then the oldest beyond MOST."""
    files = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
    for position, path in enumerate(files):
        if position >= 2 * (MOST - 1) or time.time() - path.stat().st_mtime > SECONDS:
            path.unlink(missing_ok=True)
