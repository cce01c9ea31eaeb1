"""The page of scenarios in Chromium, as someone alone at home meets it."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.examples import FULL, thorough

SIZES = [(1920, 1080), (1024, 768), (360, 740)]


@pytest.fixture(scope="module")
def explore(serve) -> str:
    return serve(["dashboards/explore.py"]).url + "/explore"


def opened(page: Page, url: str) -> Page:
    page.goto(url)
    page.locator(".explore[data-painted]").wait_for()
    return page


def slider(page: Page, lever: str):
    return page.locator(f"input[type=range][data-lever='{lever}']")


def settled(page: Page) -> None:
    """Waits until the address has followed the last move, which the page does once it has come to rest."""
    page.wait_for_timeout(700)


def test_a_slider_moved_by_the_keyboard_changes_figures_sentence_and_table(page: Page, explore: str):
    opened(page, explore)
    emissions = page.locator(".result-figures .figure-change").first
    expect(emissions).to_have_text("identique à la tendance")
    page.locator("summary", has_text="Tableau des communes").click()
    cell = page.locator(".folded-table[open] tbody tr", has_text="Grenoble").first.locator("td").first
    before = cell.inner_text()
    km = slider(page, "km_per_person")
    km.focus()
    for _ in range(20):
        km.press("ArrowLeft")
    expect(emissions).to_contain_text("par rapport à la tendance")
    expect(emissions).to_contain_text("−")
    expect(page.locator(".result-change")).to_contain_text(re.compile("Kilomètres par personne.*de 0.*à −20"))
    expect(cell).not_to_have_text(before)
    expect(km).to_have_attribute("aria-valuetext", re.compile("−20"))


def test_minus_plus_number_field_and_reset_of_one(page: Page, explore: str):
    opened(page, explore)
    lever = page.locator(".lever[data-lever='km_per_person']")
    field = lever.locator("input[type=number]")
    lever.get_by_role("button", name="Diminuer").click()
    expect(field).to_have_value("-2")
    lever.get_by_role("button", name="Augmenter").click()
    expect(field).to_have_value("0")
    field.fill("-17")
    field.press("Enter")
    expect(slider(page, "km_per_person")).to_have_value("-17")
    field.fill("9999")
    field.press("Enter")
    expect(field).to_have_value("40")
    lever.get_by_role("button", name="Revenir à la tendance").click()
    expect(field).to_have_value("0")


def test_the_shares_of_a_replacement_always_make_a_hundred(page: Page, explore: str):
    opened(page, explore)
    parts = ["heat_pump", "district_heat", "wood"]
    fields = [page.locator(f".lever[data-lever='heat_replacement.{p}'] input[type=number]") for p in parts]
    for value in ("100", "0", "37"):
        fields[0].fill(value)
        fields[0].press("Enter")
        assert sum(float(f.input_value()) for f in fields) == 100
        expect(page.locator(".explore-said")).to_have_text("")
    expect(page.get_by_text(re.compile("toujours 100"))).to_be_visible()


def test_undo_redo_reset_and_replay(page: Page, explore: str):
    opened(page, explore)
    field = page.locator(".lever[data-lever='industry_cut'] input[type=number]")
    field.fill("30")
    field.press("Enter")
    page.get_by_role("button", name="Annuler").click()
    expect(field).to_have_value("0")
    page.get_by_role("button", name="Rétablir").click()
    expect(field).to_have_value("30")
    page.get_by_role("button", name="Rejouer").click()
    expect(field).to_have_value("0")
    expect(field).to_have_value("30")
    page.get_by_role("button", name="Tout à la tendance").click()
    expect(field).to_have_value("0")


def test_the_link_and_the_code_open_the_same_sliders_elsewhere(browser, page: Page, explore: str):
    opened(page, explore)
    for lever, value in (("km_per_person", "-26"), ("bike_share", "12.5")):
        field = page.locator(f".lever[data-lever='{lever}'] input[type=number]")
        field.fill(value)
        field.press("Enter")
    settled(page)
    assert "s=" in page.url
    page.get_by_role("button", name="Garder").click()
    link = page.locator("#saved-link").input_value()
    code = page.locator(".saved .code").inner_text()
    assert link == page.url
    for url, typed in ((link, ""), (explore, code)):
        other = browser.new_context(locale="fr-FR").new_page()
        opened(other, url)
        if typed:
            other.get_by_role("button", name="Garder").click()
            other.locator("#saved-entry").fill(typed)
            other.get_by_role("button", name="Ouvrir", exact=True).click()
        expect(slider(other, "km_per_person")).to_have_value("-26")
        expect(slider(other, "bike_share")).to_have_value("12.5")
        other.context.close()


def test_a_wrong_code_is_a_sentence_and_leaves_the_trend(page: Page, explore: str):
    opened(page, explore + "?s=%3Cscript%3Ealert(1)%3C/script%3E")
    expect(page.locator(".explore-said")).to_contain_text("Ce code n’est pas valable")
    expect(slider(page, "km_per_person")).to_have_value("0")


def test_a_kept_scenario_is_compared_with(page: Page, explore: str):
    opened(page, explore)
    field = page.locator(".lever[data-lever='industry_cut'] input[type=number]")
    field.fill("40")
    field.press("Enter")
    settled(page)
    page.get_by_role("button", name="Garder").click()
    page.locator("#saved-name").fill("<b>Le mien</b>")
    page.get_by_role("button", name="Garder sur cet appareil").click()
    expect(page.get_by_text("est gardé sur cet appareil")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Tout à la tendance").click()
    page.get_by_label("Comparer aussi avec").select_option("<b>Le mien</b>")
    expect(page.locator(".figure-saved").first).to_contain_text("par rapport à «\u202f<b>Le mien</b>\u202f»")
    expect(page.locator(".curves .compared").first).to_be_attached()
    page.reload()
    page.locator(".explore[data-painted]").wait_for()
    expect(page.get_by_label("Comparer aussi avec").locator("option")).to_have_count(2)


def test_why_opens_from_a_figure_closes_with_escape_and_gives_the_focus_back(page: Page, explore: str):
    opened(page, explore)
    figure = page.locator(".result-figures button.figure").first
    figure.focus()
    figure.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", level=2)).to_have_text("Émissions de gaz à effet de serre")
    expect(dialog.get_by_text("Source", exact=True).first).to_be_visible()
    assert dialog.locator(".why-inputs details").count() > 3
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(figure).to_be_focused()


def test_a_commune_is_found_by_its_name_and_asked_why(page: Page, explore: str):
    opened(page, explore)
    search = page.get_by_role("combobox", name="Chercher une commune")
    search.fill("saint egreve")
    search.press("Enter")
    sheet = page.get_by_role("region", name="Fiche de la commune")
    expect(sheet.get_by_role("heading", level=2)).to_have_text("Saint-Égrève")
    expect(page).to_have_url(re.compile("commune=38382"))
    sheet.get_by_role("button", name="par logement").click()
    expect(page.get_by_role("dialog")).to_contain_text("divisé par\u202f: Logements")
    expect(page.get_by_role("dialog")).to_contain_text("Saint-Égrève")
    page.keyboard.press("Escape")
    search.fill("zzz")
    expect(page.get_by_text("Aucune commune de ce nom.")).to_be_visible()
    page.reload()
    expect(sheet.get_by_role("heading", level=2)).to_have_text("Saint-Égrève")
    sheet.get_by_role("button", name="Fermer la fiche").click()
    expect(sheet).to_be_hidden()
    page.locator(".result-map .communes path").first.click(force=True)
    expect(sheet).to_be_visible()


def test_any_figure_of_the_table_is_two_clicks_from_its_sources(page: Page, explore: str):
    opened(page, explore)
    page.locator("summary", has_text="Tableau des communes").click()
    page.locator(".folded-table[open] tbody tr", has_text="Meylan").locator("td button").first.click()
    expect(page.get_by_role("dialog")).to_contain_text("Meylan")
    expect(page.get_by_role("dialog").get_by_text("Source", exact=True).first).to_be_visible()


def test_production_opens_after_sufficiency_or_by_its_button(page: Page, explore: str):
    opened(page, explore)
    production = slider(page, "roof_pv")
    expect(production).to_be_hidden()
    page.get_by_role("button", name="Ouvrir l’étape production").click()
    expect(page.locator(".stage.production input[type=range]").first).to_be_focused()
    page.reload()
    expect(production).to_be_hidden()
    slider(page, "km_per_person").press("ArrowLeft")
    expect(production).to_be_visible()


def test_the_four_views_follow_the_sliders(page: Page, explore: str):
    opened(page, explore)
    field = page.locator(".lever[data-lever='boilers_left'] input[type=number]")
    field.fill("0")
    field.press("Enter")
    page.get_by_role("button", name="Trois enjeux").click()
    expect(page.locator(".stake-box").first.locator("svg")).to_have_attribute(
        "aria-label", re.compile("Carte des 49")
    )
    page.get_by_role("button", name="Comparer A | B").click()
    handle = page.get_by_role("slider", name="Partage entre A et B")
    handle.press("ArrowRight")
    expect(handle).to_have_attribute("aria-valuenow", "52")
    expect(page.locator(".swipe-total.b")).to_contain_text("tCO₂e")
    page.locator("summary", has_text="Tableau A | B").click()
    expect(page.locator(".folded-table[open] tbody tr")).to_have_count(50)
    page.get_by_role("button", name="Apport des leviers").click()
    expect(page.locator(".part-bars li").first).to_contain_text("Chaudières")
    page.get_by_label("La carte montre").select_option("trend")
    expect(page.locator(".result-map .legend-change .classes li")).to_have_count(5)
    expect(page).to_have_url(re.compile("mode=parts.*|change=trend.*"))
    page.reload()
    expect(page.locator(".part-bars li").first).to_contain_text("Chaudières")


def test_files_are_made_without_a_server(page: Page, explore: str):
    opened(page, explore)
    page.get_by_text("Imprimer, exporter").click()
    for button, ending in (("Tableau CSV", "csv"), ("Dessin SVG", "svg"), ("Image PNG", "png")):
        with page.expect_download() as saved:
            page.locator(".export-list").get_by_role("button", name=button).click()
        content = saved.value.path().read_bytes()
        assert saved.value.suggested_filename.endswith(f".{ending}")
        if ending == "csv":
            assert content.startswith(b"\xef\xbb\xbfINSEE;Commune;")
            assert re.search(rb"38185;Grenoble;\d+,\d+", content)
        elif ending == "svg":
            assert "Source\u202f: Grenoble-Alpes" in content.decode()
            assert "var(" not in content.decode()
        else:
            assert content.startswith(b"\x89PNG")


def test_the_table_sorts_and_says_so(page: Page, explore: str):
    opened(page, explore)
    page.locator("summary", has_text="Tableau des communes").click()
    head = page.locator(".folded-table[open] thead th").nth(1)
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "descending")
    values = [
        float(v.replace("\u202f", "").replace(",", "."))
        for v in page.locator(".folded-table[open] tbody td:nth-child(2)").all_inner_texts()
    ]
    assert len(values) == 49
    assert values == sorted(values, reverse=True)


def test_only_the_last_position_of_a_fast_drag_is_computed(page: Page, explore: str):
    sent: list[str] = []
    page.on("websocket", lambda socket: socket.on("framesent", lambda data: sent.append(str(data))))
    opened(page, explore)
    drag = """(range) => {
      for (let i = 1; i <= 26; i += 1) { range.value = -i; range.dispatchEvent(new Event("input")) }
      range.dispatchEvent(new Event("change"))
    }"""
    slider(page, "km_per_person").evaluate(drag)
    expect(page.locator(".result-change")).to_contain_text("à −26")
    page.wait_for_timeout(300)
    moves = [message for message in sent if '"move"' in message]
    assert 1 <= len(moves) <= 3, sent
    assert "-26" in moves[-1]


def test_nothing_is_asked_of_another_host(page: Page, explore: str, foreign_requests: list[str]):
    opened(page, explore)
    slider(page, "km_per_person").press("ArrowLeft")
    page.locator(".result-figures button.figure").first.click()
    page.get_by_role("dialog").get_by_text("Source", exact=True).first.wait_for()
    assert foreign_requests == []


@pytest.mark.parametrize(
    ("lang", "size"),
    [
        ("fr", SIZES[0]),
        pytest.param("en", SIZES[-1], marks=thorough),
        *(pytest.param("fr", size, marks=thorough) for size in SIZES[1:]),
    ],
)
def test_axe_finds_nothing(page: Page, explore: str, axe, size, lang):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    opened(page, f"{explore}?lang={lang}")
    assert page.locator("html").get_attribute("lang") == lang
    for summary in page.locator(".explore-below summary:visible").all():
        summary.click()
    assert axe(page) == []
    modes = page.locator(".mode").all()[1:]
    for mode in modes if FULL else modes[-1:] if (lang, size) == ("fr", SIZES[0]) else []:
        mode.click()
        page.wait_for_timeout(500)
        assert axe(page) == []
    page.locator("#commune-search").fill("gre")
    page.locator("#commune-search").press("Enter")
    page.locator(".sheet h2").wait_for()
    assert axe(page) == []
    page.evaluate("window.scrollTo(0, 0)")
    page.locator(".tools button.primary").click()
    assert axe(page) == []
    page.keyboard.press("Escape")
    page.locator(".result-figures button.figure").first.click()
    page.locator("dialog.why .why-value").wait_for()
    assert axe(page) == []


@pytest.mark.parametrize("size", [*SIZES, (640, 400)])
def test_nothing_overflows_and_the_map_stays_in_sight(page: Page, explore: str, size):
    """640 × 400 is 1280 × 800 at 200 % zoom."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    opened(page, explore)
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    page.get_by_role("button", name="Ouvrir l’étape production").click()
    last = slider(page, "roof_pv")
    last.scroll_into_view_if_needed()
    drawn = page.locator(".explore-glance .map-stage svg" if size[0] < 900 else ".result-map .map-stage svg")
    box = drawn.bounding_box()
    assert box is not None
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= size[1]


def test_motion_is_left_out_for_who_asks(browser, explore: str):
    context = browser.new_context(reduced_motion="reduce", locale="fr-FR")
    page = opened(context.new_page(), explore)
    field = page.locator(".lever[data-lever='industry_cut'] input[type=number]")
    field.fill("30")
    field.press("Enter")
    page.get_by_role("button", name="Rejouer").click()
    expect(field).to_have_value("0")
    expect(field).to_have_value("30")
    context.close()


def test_a_territory_that_is_not_here_is_said(page: Page, explore: str):
    opened(page, explore + "?territory=%3Cb%3Eailleurs")
    expect(page.locator(".explore-said")).to_contain_text("<b>ailleurs")
    expect(page.locator(".explore-said")).to_contain_text("grenoble-alpes-metropole")


def test_the_effect_of_a_settled_move_is_told_once(page: Page, explore: str):
    opened(page, explore)
    slider(page, "km_per_person").press("ArrowLeft")
    expect(page.locator(".visually-hidden[role=status]")).to_contain_text("Kilomètres par personne")


def test_the_notebook_is_the_same_page_without_a_foreign_request(
    page: Page, serve, foreign_requests: list[str]
):
    pytest.importorskip(
        "nbconvert", reason="panel serve opens notebooks through nbconvert, which is not installed"
    )
    page.goto(serve(["notebooks/carte-et-curseurs.ipynb"]).url + "/carte-et-curseurs")
    page.locator(".explore[data-painted]").wait_for(timeout=60_000)
    slider(page, "km_per_person").press("ArrowLeft")
    expect(page.locator(".result-change")).to_contain_text("Kilomètres par personne")
    assert foreign_requests == []
