"""The map of places in Chromium: a thumb, the keyboard, black and white, and nothing asked outside unless wanted."""

import io
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from PIL import Image, ImageStat
from playwright.sync_api import Browser, Page, expect

from tests.places.conftest import SLUG, Served, collection, line, point, zone

HUNTING = collection(("Battue", zone(5.68, 45.14, 0.08)))
PASTURE = collection(("Grand pré", zone(5.71, 45.12, 0.08)), ("Source", point(5.72, 45.16)))
PATH = collection(("Sentier", line((5.66, 45.10), (5.80, 45.22))))


@pytest.fixture
def served(tmp_path: Path):
    made = Served(tmp_path)
    for name, kind, content in (
        ("Chasse", "hunting", HUNTING),
        ("Alpages", "grazing", PASTURE),
        ("Sentiers", "hiking", PATH),
    ):
        made.post(
            f"/layers/{SLUG}/import?label={name}&kind={kind}&producer=X&licence=Y&note=Usage+de+{name}",
            content,
        )
    yield made
    made.stop()


def opened(page: Page, served: Served, path: str = "/places") -> Page:
    page.goto(f"{served.url}{path}")
    page.locator(".overlay .zone").first.wait_for(state="attached")
    return page


def test_a_thumb_lays_a_comment_that_outlives_a_reload(browser: Browser, served: Served):
    context = browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    page = opened(context.new_page(), served)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    box = page.locator(".overlay .zone").first.bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] * 0.7, box["y"] + box["height"] * 0.6)
    expect(page.locator(".here")).to_contain_text("A1 Battue")
    expect(page.locator(".here")).to_contain_text("B1 Grand pré")
    expect(page.locator(".pin.mine")).to_have_count(1)
    page.get_by_label("une question").check()
    page.get_by_label("Votre commentaire").fill("Où passe le troupeau ?")
    page.reload()
    expect(page.get_by_label("Votre commentaire")).to_have_value("Où passe le troupeau ?")
    expect(page.locator(".pin.mine")).to_have_count(1)
    page.get_by_role("button", name="Envoyer").click()
    expect(page.locator(".said")).to_contain_text("Reçu")
    (kept,) = served.store.comments(SLUG)
    assert (kept.kind, kept.words, kept.state) == ("question", "Où passe le troupeau ?", "waiting")
    # Where the thumb was: over both zones.
    assert 5.71 < kept.longitude < 5.76
    assert 45.14 < kept.latitude < 45.20
    context.close()


def test_the_keyboard_alone_comments_a_commune_about_a_project(page: Page, served: Served):
    opened(page, served)
    page.get_by_label("Commune", exact=True).focus()
    page.keyboard.type("Meylan")
    expect(page.locator(".here")).to_contain_text("Meylan")
    page.keyboard.press("Tab")
    page.keyboard.type("A1")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("Une battue le dimanche.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".said")).to_contain_text("Reçu")
    (kept,) = served.store.comments(SLUG)
    assert (kept.commune, kept.layer, kept.feature, kept.kind) == ("38229", "chasse", "Battue", "idea")
    assert kept.longitude is None


def test_what_is_missing_is_said_and_found_again(page: Page, served: Served):
    opened(page, served)
    page.get_by_role("button", name="Envoyer").click()
    expect(page.locator(".said")).to_contain_text("Choisissez une commune")
    expect(page.get_by_label("Commune", exact=True)).to_be_focused()


def test_layers_are_chosen_by_keyboard_and_remembered(page: Page, served: Served):
    opened(page, served)
    box = page.get_by_role("checkbox", name="Chasse")
    box.focus()
    page.keyboard.press("Space")
    zone_a = page.locator(".overlay path.zone").first
    expect(zone_a).to_be_hidden()
    page.reload()
    expect(page.get_by_role("checkbox", name="Chasse")).not_to_be_checked()
    expect(zone_a).to_be_hidden()


def test_the_tables_say_what_the_map_shows(page: Page, served: Served):
    opened(page, served)
    page.get_by_text("Tableau des objets").click()
    rows = page.locator(".tables details[open] tbody tr")
    expect(rows).to_have_count(4)
    expect(rows.filter(has_text="B2")).to_contain_text("point")
    page.get_by_text("Tableau des superpositions (").click()
    shared = page.get_by_role(
        "table", name="Objets de deux couches qui se rencontrent, du plus grand partage au plus petit"
    )
    expect(shared.locator("tbody tr").first).to_contain_text("A1 Battue")
    expect(shared.locator("tbody tr").first).to_contain_text("B1 Grand pré")


def test_two_zones_and_what_they_share_differ_in_black_and_white(page: Page, served: Served):
    opened(page, served)
    page.set_viewport_size({"width": 1400, "height": 1000})
    page.get_by_role("button", name="Agrandir").click()
    page.get_by_role("checkbox", name="Sentiers").uncheck()
    page.wait_for_timeout(200)
    first, second = (page.locator(".overlay path.zone").nth(i).bounding_box() for i in (0, 1))
    picture = Image.open(io.BytesIO(page.screenshot())).convert("L")

    def darkness(x: float, y: float) -> float:
        """Mean ink of a square of 60 pixels, 0 to 1."""
        part = picture.crop((int(x - 30), int(y - 30), int(x + 30), int(y + 30)))
        return 1 - ImageStat.Stat(part).mean[0] / 255

    left, bottom = first["x"], second["y"] + second["height"]
    only_first = darkness(left + 50, first["y"] + first["height"] / 2)
    only_second = darkness(second["x"] + second["width"] - 50, bottom - 60)
    shared = darkness(second["x"] + 60, second["y"] + 130)
    paper = darkness(second["x"] + second["width"] + 60, first["y"] + 40)
    assert min(only_first, only_second) > paper + 0.05
    assert shared > max(only_first, only_second) + 0.05


def test_nothing_outside_is_asked_until_the_background_is_wanted(
    page: Page, served: Served, foreign_requests
):
    tiles: list[str] = []

    def tile(route):
        tiles.append(route.request.url)
        picture = io.BytesIO()
        Image.new("RGB", (256, 256), "white").save(picture, "PNG")
        route.fulfill(body=picture.getvalue(), content_type="image/png")

    page.route("https://data.geopf.fr/**", tile)
    opened(page, served)
    page.get_by_role("button", name="Agrandir").click()
    page.get_by_text("Tableau des objets").click()
    page.wait_for_timeout(300)
    assert foreign_requests == []
    page.get_by_role("button", name="Afficher le fond IGN").click()
    page.locator(".tiles image").first.wait_for(state="attached")
    asked = parse_qs(urlsplit(tiles[0]).query)
    assert (asked["LAYER"], asked["TILEMATRIXSET"]) == (["GEOGRAPHICALGRIDSYSTEMS.PLANIGNV2"], ["PM"])
    assert {urlsplit(url).hostname for url in foreign_requests} == {"data.geopf.fr"}
    # The tile that holds Grenoble's centre (zoom, column and row by the usual formula) is drawn around it.
    place = page.evaluate("""() => {
      const image = document.querySelector('.tiles image')
      const at = (name) => Number(image.getAttribute(name))
      return { x: at('x'), y: at('y'), width: at('width'), height: at('height'), href: image.getAttribute('href') }
    }""")
    from components.places.drawing import map_for_js
    from components.territory.pack import load_territory
    from tests.browser.tiles import corner

    told = map_for_js(load_territory(SLUG))
    query = {
        name: int(value[0])
        for name, value in parse_qs(urlsplit(place["href"]).query).items()
        if value[0].isdigit()
    }
    west, north = corner(query["TILECOL"], query["TILEROW"], query["TILEMATRIX"])
    east, south = corner(query["TILECOL"] + 1, query["TILEROW"] + 1, query["TILEMATRIX"])
    assert told["west"] + place["x"] * told["dx"] == pytest.approx(west, abs=1e-9)
    assert told["north"] + place["y"] * told["dy"] == pytest.approx(north, abs=1e-9)
    assert told["west"] + (place["x"] + place["width"]) * told["dx"] == pytest.approx(east, abs=1e-9)
    assert told["north"] + (place["y"] + place["height"]) * told["dy"] == pytest.approx(south, abs=1e-9)


def test_without_network_the_background_is_missed_in_a_sentence_and_the_map_stays(page: Page, served: Served):
    page.route("https://data.geopf.fr/**", lambda route: route.abort())
    opened(page, served)
    page.get_by_role("button", name="Afficher le fond IGN").click()
    expect(page.get_by_text("Le fond IGN n’arrive pas")).to_be_visible()
    expect(page.locator(".overlay path.zone").first).to_be_visible()
    page.get_by_role("button", name="Retirer le fond IGN").click()
    expect(page.get_by_role("button", name="Afficher le fond IGN")).to_be_visible()


def test_an_officer_looks_at_a_file_imports_removes_and_brings_back(page: Page, served: Served, axe):
    page.set_extra_http_headers({"Cookie": "officer=yes"})
    opened(page, served, f"/layers?territory={SLUG}")
    content = collection(("Réserve", zone(5.7, 45.2)), ("", point(5.7, 45.2)), ("Paris", point(2.3, 48.8)))
    file = {"name": "reserve.geojson", "mimeType": "application/geo+json", "buffer": content}
    page.set_input_files("#i-file", {**file, "buffer": b'{"type":\n oops'})
    expect(page.locator(".trouble")).to_contain_text("ligne 2")
    page.set_input_files("#i-file", file)
    expect(page.locator(".faults li")).to_have_count(2)
    expect(page.locator(".overlay path.zone")).to_have_count(1)
    page.get_by_label("Sorte de couche").select_option("protected")
    page.get_by_label("Nom de la couche").fill("Réserves")
    expect(page.get_by_label("Sorte de couche")).to_have_value("protected")
    page.get_by_label("Producteur").fill("Essai")
    page.get_by_label("Licence").fill("Essai")
    page.get_by_role("button", name="Importer 1, laisser 2 de côté").click()
    expect(page.locator(".said")).to_contain_text("Réserves")
    page.get_by_role("button", name="Retirer la couche Réserves").click()
    expect(page.locator(".list li")).to_have_count(3)
    page.get_by_role("button", name="La remettre").click()
    expect(page.locator(".list li")).to_have_count(4)
    assert axe(page) == []


def test_an_officer_reads_answers_and_refuses(page: Page, served: Served, context):
    from tests.places.conftest import comment

    hostile = "<img src=x onerror=alert(1)> \u202e"
    for i, words in enumerate((hostile, "À refuser")):
        served.post(f"/places/{SLUG}/comment", comment(id=f"{i:024x}", words=words), officer=False)
    page.set_extra_http_headers({"Cookie": "officer=yes"})
    opened(page, served, f"/layers?territory={SLUG}")
    page.locator(".comments li", has_text="À refuser").get_by_role("button", name="Refuser").click()
    expect(page.get_by_text("Refusés (1)")).to_be_visible()
    waiting = page.locator(".comments li", has_text="<img")
    waiting.get_by_label("Réponse publique").fill("Bien noté.")
    waiting.get_by_role("button", name="Accepter").click()
    expect(page.get_by_text("Acceptés (1)")).to_be_visible()
    seen = opened(context.new_page(), served)
    expect(seen.locator(".comments li")).to_have_count(1)
    expect(seen.locator(".comments li")).to_contain_text("<img src=x onerror=alert(1)>")
    expect(seen.locator(".comments .answer")).to_contain_text("Bien noté.")


@pytest.mark.parametrize("size", [(1920, 1080), (1024, 768), (360, 740)], ids=lambda s: f"{s[0]}x{s[1]}")
def test_the_page_of_places_is_accessible_at_every_size(page: Page, served: Served, axe, size):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    opened(page, served)
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
