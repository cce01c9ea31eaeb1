"""The contract on a store in this process's memory."""

from collections.abc import Iterator

import pytest

from components.meeting.store import Store
from tests.meeting.store.contract import Open, StoreContract


class Same(Store):
    """Another process's view of the same memory: its own cache over the same connections."""

    def __init__(self, first: Store) -> None:
        self.__dict__.update(first.__dict__)
        self._logs = {}


@pytest.fixture
def open_store() -> Iterator[Open]:
    first = Store("sqlite://")
    yield lambda: Same(first)
    first.close()


class TestMemory(StoreContract):
    pass


def test_two_stores_in_memory_are_two() -> None:
    one, two = Store("sqlite://"), Store("sqlite:///:memory:")
    one.create("A", "x", "title: A", 1.0)
    assert [meeting.title for meeting in one.meetings()] == ["A"]
    assert two.meetings() == []
