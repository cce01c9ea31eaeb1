"""docs/modele.md names every lever, every key and every word of the form of a rule."""

from pathlib import Path

import pytest

from components.scenario.declared import OBJECTION_KINDS, RULE_KEYS
from components.scenario.engine import Engine
from components.scenario.expression import FUNCTIONS

DOC = Path(__file__).resolve().parents[2] / "docs" / "modele.md"


@pytest.fixture(scope="module")
def text() -> str:
    return DOC.read_text(encoding="utf-8")


def test_every_lever_is_explained(engine: Engine, text: str) -> None:
    assert [lever.id for lever in engine.levers if f"`{lever.id}`" not in text] == []


def test_every_key_and_split_is_documented(engine: Engine, text: str) -> None:
    keys = [name for name in engine.model.rules if name.startswith("key_") or name.endswith("_of_buildings")]
    assert [name for name in keys if f"`{name}`" not in text] == []


def test_every_word_of_a_rule_is_explained(text: str) -> None:
    assert [word for word in (*RULE_KEYS, *FUNCTIONS, *OBJECTION_KINDS) if word not in text] == []


def test_sectors_and_carriers_are_named(engine: Engine, text: str) -> None:
    assert [part for name in engine.variables for part in name.split("|") if part not in text] == []
