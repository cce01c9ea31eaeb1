"""One PostgreSQL server for the whole run (a wheel, started in a second), and an empty base at each test."""

import os
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from components.meeting.store.connect import open_engine
from tests.postgres.server import Server, start


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with start() as started:
        yield started


@pytest.fixture(scope="session")
def base(server: Server) -> str:
    name = f"soir_{os.getpid()}"
    _tell(
        server,
        "postgres",
        "ALTER SYSTEM SET fsync = off",
        "SELECT pg_reload_conf()",
        f'CREATE DATABASE "{name}"',
    )
    return name


@pytest.fixture
def url(server: Server, base: str) -> Iterator[str]:
    """The address of a base without tables; whoever is still connected at the end is sent away."""
    yield server.url(base)
    others = "datname = current_database() AND pid <> pg_backend_pid()"
    _tell(
        server,
        base,
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}",
        "DROP SCHEMA public CASCADE",
        "CREATE SCHEMA public",
    )


def _tell(server: Server, base: str, *sentences: str) -> None:
    engine = open_engine(server.url(base), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for words in sentences:
            connection.execute(sa.text(words))
    engine.dispose()
