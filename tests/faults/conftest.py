"""`make faults` repeats each fault at random moments (`--rounds N`); `make test` does a few of each."""

import os
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from .urn import Urn

FULL = 200
"""The number of rounds that `--rounds` is counted against: of a fault with 20 in 200, `--rounds 200` does 20."""


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("faults")
    group.addoption("--rounds", type=int, default=None, help="repeat each fault, up to N times (200 for all)")
    group.addoption("--seed", type=int, default=None, help="the moments drawn by an earlier run")


@dataclass
class Rounds:
    """How often a fault is repeated, and the chance its moments are drawn from."""

    asked: int | None
    seed: int
    chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)

    @property
    def long(self) -> bool:
        """Whether there is time for what takes minutes."""
        return self.asked is not None

    def of(self, few: int, full: int) -> range:
        """`few` times in `make test`, `full` times when 200 rounds are asked for, in proportion otherwise."""
        return range(few if self.asked is None else max(1, self.asked * full // FULL))


@pytest.fixture
def rounds(request: pytest.FixtureRequest, record_property) -> Rounds:
    asked = request.config.getoption("rounds", default=None)
    seed = request.config.getoption("seed", default=None)
    drawn = int.from_bytes(os.urandom(4)) if seed is None else seed
    print(f"seed {drawn}")  # shown with a failure
    record_property("seed", drawn)
    return Rounds(asked, drawn)


@pytest.fixture
def tell(record_property):
    """Say at the end of the run what was counted."""
    return lambda sentence: record_property("fault", sentence)


@pytest.fixture
def urn(tmp_path: Path) -> Iterator[Urn]:
    """An urn in a process of its own, stopped."""
    made = Urn(tmp_path)
    yield made
    made.end()


def pytest_terminal_summary(terminalreporter) -> None:  # type: ignore[no-untyped-def]
    said = [
        (dict(report.user_properties).get("seed"), value)
        for report in terminalreporter.stats.get("passed", [])
        for name, value in report.user_properties
        if name == "fault"
    ]
    if said:
        terminalreporter.section("pannes provoquées")
    for seed, sentence in said:
        terminalreporter.write_line(f"{sentence} (graine {seed})")
