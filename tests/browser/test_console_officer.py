"""Who prepares reads the console, prints and writes run sheets; nothing that leads the meeting is offered."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from components.meeting.demo import DEMO
from components.meeting.desk import Desk
from tests.browser import door
from tests.browser.conftest import Server
from tests.browser.evening import JOIN, Evening


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"sqlite:///{tmp_path_factory.mktemp('officer')}/cordee.db"


@pytest.fixture(scope="module")
def pages(serve: Callable[..., Server], database: str) -> Server:
    env = {"CORDEE_DB": database, "CORDEE_JOIN_URL": JOIN, "BOKEH_RESOURCES": "server", **door.ENV}
    return serve(["dashboards/console.py"], env=env, args=door.ARGS)


@pytest.fixture
def evening(pages: Server, database: str) -> Iterator[Evening]:
    desk = Desk.open(database)
    yield Evening(desk, desk.new(DEMO.read_text(encoding="utf-8")), pages.url)
    desk.store.close()


@pytest.fixture
def console(evening: Evening, pages: Server, database: str, context: BrowserContext) -> Page:
    door.sign_in(context, pages.url, database, "officer")
    page = context.new_page()
    page.set_viewport_size({"width": 1600, "height": 900})
    page.goto(evening.console())
    expect(page.locator(".reading")).to_contain_text("Vous préparez", timeout=30_000)
    return page


def test_at_every_step_only_what_reads_is_offered(
    evening: Evening, console: Page, axe: Callable[[Page], list[str]]
) -> None:
    sheet = evening.desk.sheet(evening.code, evening.desk.store.room(evening.code))
    harmless = {"Modifier le déroulé", "Séances", "Papier et codes", "Touches", "Lire les réponses"}
    seen = set()
    for step in sheet.steps:
        evening.show(step.id)
        here = console.locator(f'.desk-run [data-keep="step-{step.id}"]')
        expect(here).to_have_attribute("aria-current", "step", timeout=15_000)
        if step.kind == "vote":
            evening.act("open")
            expect(console.locator(".side .pairs").first).to_be_visible()
        offered = console.locator(".console button:visible:enabled:not(.why-row *)")
        for text in offered.all_inner_texts():
            seen.add(text.split("\n")[0].strip())
        assert not console.locator(".console input:visible:enabled, .console select:visible:enabled").count()
        assert not console.locator(".desk-run .step:enabled").count()
        if step.kind == "vote":
            evening.act("close")
    assert {"Modifier le déroulé", "Séances"} <= seen
    assert not {word for word in seen if not any(word.startswith(one) for one in harmless)}, seen
    assert axe(console) == []


def test_keys_lead_nothing(evening: Evening, console: Page) -> None:
    before = evening.desk.store.room(evening.code)
    for key in ("ArrowRight", "o", "m", "n", "z", "PageDown", "i", "s"):
        console.keyboard.press(key)
    console.wait_for_timeout(400)
    assert evening.desk.store.room(evening.code) == before
    assert not console.locator("dialog[open]").count()
    assert console.locator(".refusal").is_hidden()
    console.keyboard.press("?")
    expect(console.locator("dialog[open]")).to_be_visible()


def test_a_changed_run_sheet_becomes_a_meeting_of_its_own(evening: Evening, console: Page) -> None:
    before = evening.desk.source(evening.code)
    console.get_by_role("button", name="Modifier le déroulé").click()
    console.get_by_role("button", name="Enregistrer comme une nouvelle séance").click()
    console.wait_for_url(lambda url: evening.code not in url and "meeting=" in url)
    assert evening.desk.source(evening.code) == before
    made = console.url.partition("meeting=")[2].partition("&")[0]
    assert evening.desk.source(made) == before


def test_what_can_be_printed_is_shown_and_codes_are_not_issued(console: Page) -> None:
    console.get_by_role("button", name="Papier et codes").click()
    dialog = console.locator("dialog[open]")
    expect(dialog.get_by_role("link", name="Quatre par feuille").first).to_be_visible()
    assert not dialog.locator("form, input, select").count()


def test_meetings_are_not_deleted_nor_cleared(console: Page) -> None:
    console.get_by_role("button", name="Séances").click()
    dialog = console.locator("dialog[open]")
    expect(dialog.get_by_role("button", name="Dupliquer").first).to_be_visible()
    for name in ("Supprimer", "Vider la répétition"):
        assert not dialog.get_by_role("button", name=name).count()
