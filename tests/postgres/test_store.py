"""The contract on PostgreSQL, and what PostgreSQL alone can do wrong."""

from collections.abc import Iterator

import pytest

from components.meeting.store import Store
from tests.meeting.store.comments_contract import CommentsContract
from tests.meeting.store.contract import Open, StoreContract


@pytest.fixture
def open_store(url: str) -> Iterator[Open]:
    opened: list[Store] = []

    def open_again() -> Store:
        opened.append(Store(url))
        return opened[-1]

    yield open_again
    for store in opened:
        store.close()


class TestPostgresql(StoreContract):
    pass


class TestPostgresqlComments(CommentsContract):
    pass
