"""The home page in Chromium: readable at every size, accessible, without a request elsewhere."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.command.house import PASSPHRASE, House


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    changes = {"CORDEE_WIFI": "Cordee-salle", "CORDEE_WIFI_PASSWORD": "montagne", "CORDEE_PROXY": "1"}
    with House(tmp_path_factory.mktemp("home"), changes=changes) as house:
        yield house


@pytest.fixture
def home(house: House) -> str:
    return f"http://127.0.0.1:{house.port}"


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1024, 768), (360, 740)])
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_it_fits_every_screen_and_axe_finds_nothing(
    page: Page, home: str, axe: Callable[[Page], list[str]], width: int, height: int, lang: str
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.goto(f"{home}/home?lang={lang}")
    expect(page.locator("h2").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator("html").get_attribute("lang") == lang
    expect(page.locator("[data-check=screen]")).to_contain_text(" × ")
    assert axe(page) == []


def test_it_asks_no_other_host_for_anything(page: Page, home: str, foreign_requests: list[str]) -> None:
    page.goto(f"{home}/home")
    expect(page.locator("h2").first).to_be_visible()
    page.goto(f"{home}/login")
    expect(page.locator("input")).to_be_visible()
    assert foreign_requests == []


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_login_page_is_accessible_and_takes_the_keyboard_alone(
    page: Page, home: str, axe: Callable[[Page], list[str]], lang: str
) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{home}/login?next=/home&lang={lang}")
    assert axe(page) == []
    page.keyboard.press("Tab")
    expect(page.locator("input")).to_be_focused()
    page.keyboard.type("pas la bonne")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    assert axe(page) == []
    page.locator("input").fill(PASSPHRASE)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{home}/home*")
    expect(page.locator(".doors a")).to_have_count(6)
    doors = page.locator(".doors a").evaluate_all("all => all.map((a) => new URL(a.href).pathname)")
    assert doors == ["/scrutin", "/places", "/donnees", "/login/change", "/login/roles", "/logout"]
    page.goto(f"{home}/login/change?lang={lang}")
    assert axe(page) == []


def test_a_phone_that_answers_is_said_at_once(page: Page, house: House, home: str) -> None:
    page.goto(f"{home}/home")
    line = page.locator("[data-check=firewall]")
    expect(line).to_contain_text("À essayer")
    assert "Cordée lui-même" in house.get("/essai", house.phone_port)[1]
    assert "joint bien Cordée" in house.get("/essai", house.phone_port, **{"X-Real-IP": "192.0.2.7"})[1]
    expect(line).to_contain_text("Un téléphone a répondu", timeout=15_000)
    expect(line.locator(".word")).to_have_text("bon")


def test_without_phones_the_screen_shows_no_code_until_they_are_back(
    context: BrowserContext, home: str, axe: Callable[[Page], list[str]]
) -> None:
    faults: list[str] = []
    page, screen = context.new_page(), context.new_page()
    for one in (page, screen):
        one.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    screen.goto(f"{home}/screen")
    qr = screen.locator("svg[role=img]").first
    expect(qr).to_be_visible(timeout=20_000)
    page.goto(f"{home}/login?next=/home")
    page.locator("input").fill(PASSPHRASE)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Passer en mode").click()
    expect(page.get_by_text("Aucun code n’est montré")).to_be_visible(timeout=20_000)
    expect(qr).to_be_hidden(timeout=10_000)
    expect(page.locator(".join")).to_have_count(0)
    assert axe(page) == []
    page.get_by_role("button", name="Reprendre les téléphones").click()
    expect(qr).to_be_visible(timeout=20_000)
    page.goto(f"{home}/login/roles")
    page.get_by_role("button", name="Donner une phrase").first.click()
    expect(page.locator("#given")).to_be_visible()
    assert axe(page) == []
    page.goto(f"{home}/explore")
    expect(page.locator("svg, canvas").first).to_be_visible(timeout=20_000)
    assert faults == []  # nothing on these pages is against the policy they are served with


def test_no_secret_of_this_installation_is_said_at_the_terminal(house: House) -> None:
    keys = Path(house.env.get("CORDEE_KEYS") or f"{house.env['CORDEE_DB'].partition(':///')[2]}.keys")
    secrets = [file.read_bytes().hex() for file in keys.iterdir() if file.stat().st_size == 32]
    assert len(secrets) >= 2  # what signs Panel's sessions, and what signs badges
    said = house.said()
    assert not any(secret in said for secret in secrets)
    assert PASSPHRASE not in said


def test_a_killed_server_is_said_calmly_and_the_page_comes_back(page: Page, house: House, home: str) -> None:
    page.goto(f"{home}/home")
    expect(page.locator("h2").first).to_be_visible()
    page.evaluate("window.before = true")
    house.kill(house.port)
    expect(page.locator("#page-lost")).to_be_visible(timeout=10_000)
    expect(page.locator("#page-lost")).to_be_hidden(timeout=60_000)
    assert (
        page.evaluate("window.before") is None
    )  # loaded again; asked once, the page's policy lets no string run
    expect(page.locator("h2").first).to_be_visible()
