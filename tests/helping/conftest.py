"""An urn of its own for each test, with a vote on paper and a step « tables » that was shown."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tables.conftest import SHEET

from .house import Kitchen, kitchen

WITH_PAPER = SHEET.replace("method: single", "method: single\n    channels: [phone, hands, paper, cards]")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Kitchen]:
    with kitchen(tmp_path, WITH_PAPER) as made:
        made.act("presence", people=1000)
        made.act("show", step="echanges")
        made.act("show", step="un")
        made.act("open")
        yield made
