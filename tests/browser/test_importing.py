"""The page of official files in Chromium: from the file to the import and back, accessible at every size."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Server
from tests.browser.door import ARGS, ENV, sign_in
from tests.importing.files import workbook

PAGES = ("dashboards/explore.py",)
PLUGINS = ("--session-ids", "signed", "--plugins", "components.importing.handlers")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("donnees")


@pytest.fixture(scope="module")
def server(serve: Callable[..., Server], folder: Path) -> Server:
    env = {
        **ENV,
        "CORDEE_DB": f"sqlite:///{folder / 'store.db'}",
        "CORDEE_KEYS": str(folder / "keys"),
        "CORDEE_LOCAL": str(folder / "local"),
        "CORDEE_ROLE": "pages",
        "BOKEH_SECRET_KEY": "s" * 32,
    }
    return serve(PAGES, env, (*PLUGINS, *ARGS))


@pytest.fixture
def data(context: BrowserContext, server: Server, folder: Path) -> str:
    sign_in(context, server.url, f"sqlite:///{folder / 'store.db'}")
    return f"{server.url}/donnees?territory=grenoble-alpes-metropole"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "bilan.xlsx"
    rows: list[list[object]] = [
        ["Bilan 2016 par commune", None, None],
        ["Commune", None, "Émissions (tCO2e)"],
        ["Code", "Nom", "Routier"],
        ["38057", "Bresson", 700],
        [38185, "Grenoble", "12,3,4"],
    ]
    path.write_bytes(workbook(rows, ["A1:C1", "A2:B2"]))  # type: ignore[arg-type]
    return path


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1024, 768), (360, 740)])
def test_from_the_file_to_the_import_and_back(
    page: Page,
    data: str,
    book: Path,
    axe: Callable[[Page], list[str]],
    foreign_requests: list[str],
    width: int,
    height: int,
) -> None:
    page.set_viewport_size({"width": width, "height": height})

    def sound() -> None:
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    page.goto(data)
    sound()
    page.set_input_files("#file", book)
    page.locator("#file").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#result")).to_be_visible()
    target = page.get_by_label("Devient, Émissions (tCO2e) · Routier")
    target.select_option("ghg2016_road_tco2e")
    for label, text in (
        ("Producteur", "ADEME"),
        ("Titre", "Bilan"),
        ("Année des chiffres", "2016"),
        ("Licence", "LO"),
    ):
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_label("Méthode").select_option("modelled")
    page.get_by_role("button", name="Vérifier ces choix").press("Enter")
    expect(page.get_by_text("« 12,3,4 » n’est pas un nombre")).to_be_visible()
    expect(page.get_by_text("2 communes sur 49")).to_be_visible()
    sound()
    page.get_by_label("Importer quand même").check()
    page.get_by_role("button", name="Importer", exact=True).press("Enter")
    expect(page.get_by_role("status")).to_contain_text("fait")
    sound()
    page.get_by_role("status").get_by_role("button").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("sont de retour")
    assert foreign_requests == []
