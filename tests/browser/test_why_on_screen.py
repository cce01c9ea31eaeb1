"""« D'où vient ce chiffre ? »: asked from the console, answered on the room's screen in two actions."""

import os
import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from components.meeting.demo import DEMO
from components.meeting.desk import Desk
from tests.browser import door
from tests.browser.conftest import Server
from tests.browser.evening import JOIN, SIZES, UNREADABLE, Evening, scenes_in, text_of


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"sqlite:///{tmp_path_factory.mktemp('evening')}/cordee.db"


@pytest.fixture(scope="module")
def pages(serve: Callable[..., Server], database: str) -> Server:
    env = {"CORDEE_DB": database, "CORDEE_JOIN_URL": JOIN, "BOKEH_RESOURCES": "server", **door.ENV}
    return serve(["dashboards/console.py", "dashboards/screen.py"], env=env, args=door.ARGS)


@pytest.fixture
def evening(pages: Server, database: str) -> Iterator[Evening]:
    desk = Desk.open(database)
    made = Evening(desk, desk.new(DEMO.read_text(encoding="utf-8")), pages.url)
    made.show("curseurs")
    yield made
    desk.store.close()


@pytest.fixture
def screen(evening: Evening, page: Page) -> Page:
    page.set_viewport_size({"width": 1024, "height": 768})
    page.goto(evening.screen())
    expect(page.locator(".scene-map svg")).to_be_visible()
    return page


@pytest.fixture
def console(evening: Evening, context: BrowserContext, pages: Server, database: str) -> Page:
    door.sign_in(context, pages.url, database)
    made = context.new_page()
    made.set_viewport_size({"width": 1600, "height": 900})
    made.goto(evening.console())
    expect(made.locator("[data-keep=why-emissions]")).to_be_visible()
    return made


def test_two_presses_bring_the_source_onto_the_screen(
    console: Page, screen: Page, evening: Evening, foreign_requests: list[str]
) -> None:
    console.locator("[data-keep=why-emissions]").click()
    expect(console.locator("dialog.why .why-value")).to_contain_text("ktCO₂e")
    console.get_by_role("button", name="Montrer à l’écran").click()
    expect(screen.locator(".room-title")).to_have_text("D’où vient ce chiffre\u202f?")
    expect(screen.locator(".why-where")).to_contain_text("Grenoble-Alpes Métropole")
    expect(screen.locator(".why-rule")).to_contain_text("somme des huit secteurs")
    expect(screen.locator(".why-from")).to_contain_text(
        re.compile("en ktCO₂e.*Émissions de l’industrie\\W*730")
    )
    expect(screen.locator(".why-sources")).to_contain_text("Climate City Contract 1.1")
    expect(screen.locator(".why-sources")).to_contain_text("modélisé")
    expect(console.locator("dialog[open]")).to_have_count(0)
    expect(console.locator(".mirror .why-screen")).to_be_visible()
    console.locator("[data-keep=undo]").click()
    expect(screen.locator(".scene-map svg")).to_be_visible()
    assert foreign_requests == []


def test_the_same_from_the_keyboard_and_put_away_again(console: Page, screen: Page, evening: Evening) -> None:
    console.keyboard.press("q")
    expect(console.locator("dialog.why[open]")).to_be_visible()
    console.keyboard.press("Enter")
    expect(screen.locator(".why-screen")).to_be_visible()
    expect(screen.locator(".why-from")).to_contain_text("Population")
    console.locator("[data-keep=why-off]").click()
    expect(screen.locator(".scene-map svg")).to_be_visible()
    # The console may hear of it after the screen; until then the same key would put the source away again.
    expect(console.locator("[data-keep=why-off]")).to_have_count(0)
    console.keyboard.press("q")
    console.keyboard.press("Enter")
    expect(screen.locator(".why-screen")).to_be_visible()
    expect(console.locator("dialog[open]")).to_have_count(0)
    console.keyboard.press("PageDown")
    expect(screen.locator(".why-screen")).to_have_count(0)
    evening.show("curseurs")
    expect(screen.locator(".scene-map svg")).to_be_visible()


def test_any_figure_of_the_map_can_be_asked(console: Page, screen: Page, evening: Evening) -> None:
    console.locator("[data-keep=why-another]").click()
    dialog = console.locator("dialog.why")
    dialog.get_by_label("Lieu").select_option("38185")
    dialog.locator("[data-keep=ask-variable]").select_option("Final Energy|Gas")
    dialog.locator("[data-keep=ask-year]").select_option("2030")
    expect(dialog.locator(".why-value small")).to_have_text("Grenoble, 2030")
    dialog.get_by_role("button", name="Montrer à l’écran").click()
    expect(screen.locator(".why-where")).to_have_text("Grenoble, 2030")
    evening.act("levers", changes={"km_per_person": -20.0})
    expect(screen.locator(".why-where")).to_have_text("Grenoble, 2030")
    console.locator("[data-keep=why-energy]").click()
    expect(dialog.get_by_role("button", name="Montrer à l’écran")).to_be_focused()
    dialog.get_by_role("button", name="Montrer à l’écran").click()
    expect(screen.locator(".why-name")).to_contain_text("Énergie finale")


def test_an_open_vote_refuses_and_a_hidden_count_stays_hidden(
    console: Page, screen: Page, evening: Evening
) -> None:
    heard: list[str] = []
    screen.on(
        "websocket", lambda socket: socket.on("framereceived", lambda frame: heard.append(text_of(frame)))
    )
    screen.reload()
    evening.act("improvise", title="Faut-il une pause ?")
    poll = evening.desk.store.room(evening.code).open_poll
    assert poll is not None
    ids = poll.question.option_ids
    evening.vote(poll.id, {f"p{i}": ids[0 if i < 31 else 1] for i in range(46)})
    console.keyboard.press("q")
    console.keyboard.press("Enter")
    expect(console.locator("dialog.why [role=alert]")).to_contain_text("Un vote est ouvert")
    console.keyboard.press("Escape")
    evening.act("close")
    console.keyboard.press("q")
    console.keyboard.press("Enter")
    expect(screen.locator(".why-screen")).to_be_visible()
    for scene in scenes_in(heard):
        assert not scene["body"].get("result")
    evening.act("reveal")
    expect(screen.locator(".bar").first).to_contain_text("31")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_every_figure_is_readable_on_the_screen(
    screen: Page, evening: Evening, size: tuple[int, int], axe: Callable[[Page], list[str]]
) -> None:
    screen.set_viewport_size({"width": size[0], "height": size[1]})
    asked = [
        ("Emissions|CO2e", "territory", False),
        ("Emissions|CO2e", "territory", True),
        ("Final Energy", "territory", False),
        ("Production|Electricity|Solar", "territory", False),
        ("Emissions|CO2e|Industry", "38185", False),
        ("Emissions|CO2e|Residential", "38528", True),
        ("Final Energy|Oil Products", "territory", True),
    ]
    for variable, region, per_inhabitant in asked:
        evening.act("explain", variable=variable, region=region, year=2039, per_inhabitant=per_inhabitant)
        expect(screen.locator(".why-screen")).to_be_visible()
        screen.wait_for_timeout(350)
        if folder := os.environ.get("CORDEE_SHOTS"):
            screen.screenshot(
                path=f"{folder}/{size[0]}-{variable}-{region}-{per_inhabitant}.png".replace("|", ".")
            )
        assert screen.evaluate(UNREADABLE) == [], (variable, region)
        assert screen.locator(".fit-small, .fit-cut").count() == 0, (variable, region)
        assert screen.locator(".why-sources li:not([hidden])").count() >= 2
        assert screen.locator(".why-from li:not([hidden])").count() >= 2
        if size == (1024, 768):
            assert axe(screen) == [], (variable, region)


def test_the_dialog_is_accessible(console: Page, axe: Callable[[Page], list[str]]) -> None:
    console.locator("[data-keep=why-person]").click()
    expect(console.locator("dialog.why .why-value")).to_contain_text("tCO₂e")
    assert axe(console) == []
    if folder := os.environ.get("CORDEE_SHOTS"):
        console.screenshot(path=f"{folder}/console-dialog.png")
        console.keyboard.press("Escape")
        console.screenshot(path=f"{folder}/console.png")


def test_in_english(console: Page, screen: Page, evening: Evening) -> None:
    screen.goto(evening.screen("&lang=en"))
    console.goto(evening.console("&lang=en"))
    console.locator("[data-keep=why-solar]").click()
    console.get_by_role("button", name="Show on the screen").click()
    expect(screen.locator(".room-title")).to_have_text("Where does this figure come from?")
    expect(screen.locator(".why-sources")).to_contain_text("measured")
    console.locator("[data-keep=help]").click()
    expect(console.locator("dialog[open]")).to_contain_text("Why this figure?")
    if folder := os.environ.get("CORDEE_SHOTS"):
        screen.screenshot(path=f"{folder}/english.png")
        console.keyboard.press("Escape")
        console.screenshot(path=f"{folder}/english-console.png")
