"""Too much text for the screen is said before the evening, not discovered at fifteen metres."""

import pytest

from components.meeting.demo import DEMO
from components.meeting.legibility import crowded
from components.meeting.run_sheet import load_run_sheet

SOURCE = DEMO.read_text(encoding="utf-8")


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_what_ships_is_readable(lang: str) -> None:
    assert crowded(load_run_sheet(SOURCE), lang) == []


def test_long_answers_and_full_cards_are_named() -> None:
    long = SOURCE
    for words in (
        "coût",
        "temps",
        "habitude",
        "distance ou relief",
        "santé ou handicap",
        "manque d’information",
    ):
        long = long.replace(f'fr: "{words}"', f'fr: "{words} {"et encore " * 9}"')
    statement = (
        '      - {fr: "'
        + "Un énoncé de près de cent signes. " * 3
        + '", en: "x", source: "Une source nommée"}\n'
    )
    long = long.replace("    debated:\n", "    debated:\n" + statement * 4)
    found = crowded(load_run_sheet(long), "fr")
    assert len(found) == 2
    assert "Qu’est-ce qui vous freine" in found[0]
    assert "bilan-2019" in found[1]
