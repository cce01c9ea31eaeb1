"""The writer thread, with a store that can be held back or broken."""

import threading
import time

import pytest

from components.meeting.store import ACCEPTED, NOT_OPEN, Cast
from components.phone.writer import FAILED, TooBusy, Writer


def cast(n: int, poll: str = "p") -> Cast:
    return Cast("ABCD", poll, f"voter{n}", ("a",), "", 1)


class Disk:
    """A store that notes what it is given; `gate` holds it back, `broken` makes it fail."""

    def __init__(self) -> None:
        self.groups: list[int] = []
        self.written: list[Cast] = []
        self.joined: list[tuple[str, str]] = []
        self.gate = threading.Event()
        self.gate.set()
        self.broken = False

    def cast(self, casts):
        self.gate.wait(5)
        if self.broken:
            raise OSError("disk full")
        self.groups.append(len(casts))
        self.written += casts
        return [ACCEPTED if c.poll == "p" else NOT_OPEN for c in casts]

    def join(self, pairs):
        if self.broken:
            raise OSError("disk full")
        self.joined += pairs


class Desk:
    def __init__(self, most: int = 1000) -> None:
        self.disk = Disk()
        self.answers: dict[int, str] = {}
        self.deliveries = 0
        self.writer = Writer(self.disk.cast, self.disk.join, self.deliver, most_waiting=most).start()

    def deliver(self, answered):
        self.deliveries += 1
        for answer, word in answered:
            answer(word)

    def submit(self, n: int, poll: str = "p") -> None:
        self.writer.submit(cast(n, poll), lambda word: self.answers.__setitem__(n, word))

    def settle(self, count: int) -> None:
        end = time.monotonic() + 5
        while len(self.answers) < count and time.monotonic() < end:
            time.sleep(0.005)
        assert len(self.answers) == count


@pytest.fixture
def desk():
    made = Desk()
    yield made
    made.disk.gate.set()
    made.writer.stop()


def test_what_waits_is_written_together_and_answered_in_order(desk):
    desk.disk.gate.clear()
    for n in range(100):
        desk.submit(n, "p" if n % 2 else "closed")
    assert desk.answers == {}
    desk.disk.gate.set()
    desk.settle(100)
    assert len(desk.disk.groups) <= 3
    assert desk.deliveries == len(desk.disk.groups)
    assert all(desk.answers[n] == (ACCEPTED if n % 2 else NOT_OPEN) for n in range(100))
    assert [c.voter for c in desk.disk.written] == [f"voter{n}" for n in range(100)]


def test_a_failure_is_told_to_each_and_the_next_are_written(desk):
    desk.disk.broken = True
    for n in range(5):
        desk.submit(n)
    desk.settle(5)
    assert set(desk.answers.values()) == {FAILED}
    desk.disk.broken = False
    desk.submit(5)
    desk.settle(6)
    assert desk.answers[5] == ACCEPTED
    assert len(desk.disk.written) == 1


def test_a_full_queue_refuses_at_once():
    desk = Desk(most=3)
    desk.disk.gate.clear()
    desk.submit(0)
    while desk.writer._queue.qsize():
        time.sleep(0.001)
    for n in (1, 2, 3):
        desk.submit(n)
    with pytest.raises(TooBusy):
        desk.submit(4)
    desk.disk.gate.set()
    desk.settle(4)
    assert set(desk.answers.values()) == {ACCEPTED}
    desk.writer.stop()


def test_arrivals_are_counted_once_and_again_after_a_failure(desk):
    desk.disk.broken = True
    desk.writer.arrive("ABCD", "one")
    desk.writer.arrive("ABCD", "one")
    time.sleep(0.05)
    desk.disk.broken = False
    end = time.monotonic() + 5
    while not desk.disk.joined and time.monotonic() < end:
        time.sleep(0.01)
    assert desk.disk.joined == [("ABCD", "one")]


def test_stopping_writes_what_waits(desk):
    desk.disk.gate.clear()
    for n in range(10):
        desk.submit(n)
    threading.Timer(0.05, desk.disk.gate.set).start()
    desk.writer.stop()
    assert len(desk.disk.written) == 10


def test_a_listener_that_fails_does_not_stop_the_writing(desk):
    desk.writer.submit(cast(0), lambda word: 1 / 0)
    while not desk.deliveries:
        time.sleep(0.001)
    desk.submit(1)
    desk.settle(1)
