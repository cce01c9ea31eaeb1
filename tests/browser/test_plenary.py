# ruff: noqa: F811
"""From the tables to the room: answers are grouped in the console, and the screen shows what was chosen, no more."""

import re

import pytest
from playwright.sync_api import Page, expect

from components.meeting.desk import Desk
from tests.tables.conftest import SHEET

from .evening import UNREADABLE, Evening
from .test_console_screen import console, database, evening, pages, signed_in, title  # noqa: F401

WORDS = "Des bus plus tard le soir, et le samedi aussi, pour qui travaille en horaires décalés"


@pytest.fixture
def code(database: str, evening: Evening) -> str:
    """The evening's meeting becomes one with tables, and eleven of them have written."""
    desk: Desk = evening.desk
    evening.code = desk.new(SHEET)
    evening.show("echanges")
    for n in range(22):
        kind = ("for", "against", "idea", "question")[n % 4]
        evening.act(
            "contribute",
            id=f"reponse-{n:02}",
            table=n % 11 + 1,
            kind=kind,
            words=f"{n} {WORDS * (n % 3 + 1)}",
        )
    return evening.code


def test_answers_are_grouped_shown_page_by_page_and_put_away(
    code: str, evening: Evening, signed_in: None, page: Page, context, axe, foreign_requests
) -> None:
    page.goto(evening.console())
    page.get_by_role("button", name="Lire, regrouper, montrer").click()
    dialog = page.locator("dialog")
    rows = dialog.locator("input[type=checkbox]")
    expect(rows).to_have_count(22)
    dialog.get_by_role("button", name="Pour (6)").click()
    expect(rows).to_have_count(6)
    rows.nth(0).check()
    rows.nth(1).check()
    dialog.get_by_label("Ce qu’elles disent ensemble").fill("Des bus le soir <b>")
    dialog.get_by_role("button", name="Regrouper (2)").click()
    expect(dialog.get_by_role("heading", name="Des bus le soir <b>")).to_be_visible()
    expect(rows).to_have_count(4)
    assert axe(page) == []
    room = context.new_page()
    room.set_viewport_size({"width": 1024, "height": 768})
    room.goto(evening.screen())
    expect(title(room)).to_have_text("Aux tables")
    assert WORDS[:12] not in room.content()
    dialog.get_by_role("button", name="Montrer ce genre à l’écran").click()
    expect(title(room)).to_have_text("Réponses des tables\u202f: Pour")
    expect(room.locator(".said-title")).to_have_text("Des bus le soir <b>")
    seen: list[str] = []
    while True:
        assert room.evaluate(UNREADABLE) == []
        seen += room.locator(".said-words").all_inner_texts()
        on = dialog.get_by_role("button", name="Page suivante")
        page_label = room.locator(".said-page").inner_text()
        number, *_, last = re.findall(r"\d+", page_label)
        if number == last:
            expect(on).to_be_disabled()
            break
        on.click()
        expect(room.locator(".said-page")).not_to_have_text(page_label)
    assert len(seen) == len(set(seen)) == 6
    assert axe(room) == []
    dialog.get_by_role("button", name="Retirer de l’écran").click()
    expect(title(room)).to_have_text("Aux tables")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Code des aides").click()
    expect(page.locator(".helper-pin")).to_have_text(evening_pin(evening))
    assert axe(page) == []
    assert foreign_requests == []


def evening_pin(evening: Evening) -> str:
    from components.access.helper import helper_pin
    from components.access.store import Settings

    return str(helper_pin(evening.desk, evening.code, Settings(evening.desk.store.url)))
