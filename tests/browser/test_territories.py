"""Two territories served at once, each with its own look; a pack outside the source tree is served."""

import shutil

import pytest
from playwright.sync_api import Page, expect

from components.territory.places import SHIPPED

LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M0 8 4 0l4 8z" fill="#7a2e12"/></svg>'
)
IDENTITY = """
identity:
  logo: logo.svg
  colours: {accent: "#7a2e12"}
  texts:
    fr: {title: Le climat en vallée, welcome: Bienvenue en vallée.}
"""


@pytest.fixture(scope="module")
def served(serve, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The home page and /explore, with a valley of our own added and shown first."""
    folder = tmp_path_factory.mktemp("territoires") / "vallee"
    shutil.copytree(SHIPPED / "grenoble-alpes-metropole", folder)
    (folder / "logo.svg").write_text(LOGO, encoding="utf-8")
    path = folder / "territory.yaml"
    text = path.read_text(encoding="utf-8").replace("slug: grenoble-alpes-metropole", "slug: vallee", 1)
    path.write_text(
        text.replace("name: Grenoble-Alpes Métropole", "name: La Vallée", 1) + IDENTITY, encoding="utf-8"
    )
    env = {
        "CORDEE_TERRITORIES": str(folder),
        "CORDEE_TERRITORY": "vallee",
        "CORDEE_DB": f"sqlite:///{folder.parent / 'cordee.db'}",
        "CORDEE_JOIN_URL": "http://192.168.1.10:5007",
    }
    return str(serve(["dashboards/home.py", "dashboards/explore.py"], env=env).url)


def accent(page: Page) -> str:
    return str(
        page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--accent')")
    ).strip()


def test_each_territory_keeps_its_own_look_side_by_side(page: Page, served: str) -> None:
    other = page.context.new_page()
    page.goto(f"{served}/explore?territory=pays-du-grand-brianconnais")
    other.goto(f"{served}/explore?territory=grenoble-alpes-metropole")
    for shown, name in ((page, "Pays du Grand Briançonnais"), (other, "Grenoble-Alpes Métropole")):
        shown.locator(".explore[data-painted]").wait_for()
        expect(shown.locator("h1")).to_contain_text(name)
        assert accent(shown) == "#1d6b5e"
    other.close()


def test_the_home_page_lists_territories_in_the_look_of_the_default_one(page: Page, served: str) -> None:
    page.goto(f"{served}/home")
    expect(page.locator("h1")).to_have_text("Le climat en vallée")
    expect(page.get_by_text("Bienvenue en vallée.")).to_be_visible()
    assert accent(page) == "#7a2e12"
    logo = page.locator("img.page-logo")
    expect(logo).to_have_attribute("alt", "Grenoble-Alpes Métropole")
    assert logo.evaluate("image => image.complete && image.naturalWidth > 0")
    links = page.locator(".territories a")
    expect(links).to_have_count(5)
    expect(links.first).to_have_text("La Vallée")
    assert page.locator(".territories a", has_text="Sisteronais").get_attribute("href") == (
        "/explore?territory=sisteronais-buech"
    )
