"""The contract on an SQLite file."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from components.meeting.store import Store
from tests.meeting.store.comments_contract import CommentsContract
from tests.meeting.store.contract import Open, StoreContract


@pytest.fixture
def open_store(tmp_path: Path) -> Iterator[Open]:
    opened: list[Store] = []

    def open_again() -> Store:
        opened.append(Store(f"sqlite:///{tmp_path}/evening.db", checkpoint=not opened))
        return opened[-1]

    yield open_again
    for store in opened:
        store.close()


class TestSqlite(StoreContract):
    pass


class TestSqliteComments(CommentsContract):
    pass
