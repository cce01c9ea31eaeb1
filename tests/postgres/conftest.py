"""One PostgreSQL server for the whole run (a wheel, started in a second), and an empty base for each test."""

import itertools
import os
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from components.meeting.store.connect import open_engine
from tests.postgres.server import Server, start

_bases = itertools.count(1)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with start() as started:
        yield started


@pytest.fixture
def url(server: Server) -> Iterator[str]:
    """The address of a new, empty base."""
    name = f"soir_{os.getpid()}_{next(_bases)}"
    _tell(server, f'CREATE DATABASE "{name}"')
    yield server.url(name)
    _tell(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _tell(server: Server, words: str) -> Any:
    engine = open_engine(server.url("postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(words))
    engine.dispose()
