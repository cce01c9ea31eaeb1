"""A desk on a throwaway store, with a clock that only moves when told."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from components.meeting.demo import DEMO
from components.meeting.desk import Desk
from components.meeting.keys import KeyRing, meeting_secret, pair_secret, poll_secret
from components.meeting.store import Cast, Store
from components.voting.sealing import pair_key, voter_key


class Clock:
    """Seconds since 1970; starts on the evening of the demonstration debate."""

    def __init__(self) -> None:
        self.now = 1_796_751_000.0

    def __call__(self) -> float:
        return self.now

    def pass_minutes(self, minutes: float) -> None:
        self.now += 60 * minutes


class Phones:
    """Pretend phones that know the secrets, as the urn does."""

    def __init__(self, desk: Desk, code: str) -> None:
        self.desk = desk
        self.code = code

    def join(self, tokens: list[str]) -> None:
        secret = self.desk.keys.make(meeting_secret(self.code))
        self.desk.store.join((self.code, voter_key(secret, token)) for token in tokens)

    def vote(self, poll: str, choices: dict[str, tuple[str, ...]], sequence: int | None = 1) -> list[str]:
        """Cast token → choice; returns the outcomes in order."""
        secret = self.desk.keys.get(poll_secret(self.code, poll))
        question = self.desk.store.room(self.code).polls[poll].question
        pairing = self.desk.keys.get(pair_secret(self.code, question.pair)) if question.pair else None
        assert secret is not None
        return self.desk.store.cast(
            [
                Cast(
                    self.code,
                    poll,
                    voter_key(secret, token),
                    choice,
                    pair_key(pairing, token) if pairing else "",
                    sequence,
                )
                for token, choice in choices.items()
            ]
        )


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(tmp_path: Path, clock: Clock) -> Iterator[Desk]:
    made = Desk(Store(f"sqlite:///{tmp_path}/evening.db", checkpoint=True), KeyRing(tmp_path / "keys"), clock)
    yield made
    made.store.close()


@pytest.fixture
def code(desk: Desk) -> str:
    return desk.new(DEMO.read_text(encoding="utf-8"))


@pytest.fixture
def phones(desk: Desk, code: str) -> Phones:
    return Phones(desk, code)
