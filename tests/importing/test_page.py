"""The pages' HTML and what their forms say, without a server."""

import html.parser

import pytest

from components.importing import asked, file_page, page
from components.importing.document import ImportRefused
from components.importing.form import Place
from components.importing.mapping import Series
from components.importing.page import Said
from components.importing.preview import Opened, confirm, names_of, open_table, preview
from components.territory.pack import Territory, load_territory
from tests.importing.conftest import GRENOBLE
from tests.importing.files import choose, document

HOSTILE = "<script>alert(1)</script>"
ROWS = [["insee", HOSTILE, "Gaz (MWh)"], ["38057", 'a"><img src=x>', "1,2,3"], ["38185", "a", "5"]]


class Outline(html.parser.HTMLParser):
    """Tags of a page, the labels it has and those its fields want."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.labelled: set[str] = set()
        self.unnamed: list[dict[str, str | None]] = []
        self.fields: dict[str, list[str]] = {}
        self.chosen = ""
        self.identifiers: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.tags.append(tag)
        if told.get("id"):
            self.identifiers.append(str(told["id"]))
        if tag == "label" and told.get("for"):
            self.labelled.add(str(told["for"]))
        if tag in ("input", "select") and told.get("type") not in ("hidden", "checkbox"):
            named = "aria-label" in told or told.get("id") in self.labelled
            if not named:
                self.unnamed.append(told)
        if tag == "input" and told.get("name"):
            self.fields.setdefault(str(told["name"]), []).append(str(told.get("value") or ""))
        if tag == "select":
            self.chosen = str(told["name"])
            self.fields.setdefault(self.chosen, []).append("")
        if tag == "option" and "selected" in told:
            self.fields[self.chosen][-1] = str(told["value"])


def outline(text: str) -> Outline:
    parser = Outline()
    parser.feed(text)
    return parser


def shown(territory: Territory, opened: Opened, lang: str = "fr", mapping: object = None) -> str:
    chosen = mapping or choose(("gaz mwh", "gas_gwh", "MWh"))
    told = preview(opened, chosen, territory)  # type: ignore[arg-type]
    series = asked.series_of(opened.table, told.mapping, names_of(territory))
    return file_page.file_page(
        Place(GRENOBLE, [(GRENOBLE, territory.name)], lang, "t" * 24), told, series, {}
    )


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_what_comes_from_the_file_is_escaped_and_every_field_is_named(lang: str, grenoble: Territory) -> None:
    text = shown(grenoble, open_table(document(ROWS, HOSTILE + ".csv"), grenoble), lang)
    seen = outline(text)
    assert "script" not in seen.tags
    assert "img" not in seen.tags
    assert seen.unnamed == []
    assert len(set(seen.identifiers)) == len(seen.identifiers)


def test_the_preview_says_the_line_and_the_column_and_counts(grenoble: Territory) -> None:
    text = shown(grenoble, open_table(document(ROWS), grenoble))
    assert "2 communes sur 49" in text
    assert "« 1,2,3 » n’est pas un nombre".replace(" »", "\u202f»").replace("« ", "«\u202f") in text
    assert "C (Gaz (MWh))" in text
    assert 'name="accept"' in text


def test_the_form_sends_back_the_mapping_it_shows(grenoble: Territory) -> None:
    opened = open_table(document(ROWS), grenoble)
    mapping = choose(("gaz mwh", "gas_gwh", "GWh"), duplicates="sum", parts="known", decimal=",")
    form = shown(grenoble, opened, mapping=mapping).split('name="applied"')[1].split("</form>")[0]
    fields = outline('<input name="applied"' + form).fields
    assert asked.with_fields(opened.mapping, {**fields, "applied": ["1"]}, opened.table) == mapping


def test_a_file_of_many_columns_lists_those_chosen(grenoble: Territory) -> None:
    rows = [["insee", *(f"c{number}" for number in range(200))], ["38057", *("1" for _ in range(200))]]
    opened = open_table(document(rows), grenoble)
    text = shown(grenoble, opened, mapping=choose(("c150", "gas_gwh", "GWh")))
    assert text.count('<select class="target"') == 1 + file_page.EMPTY_LINES


def test_dimensions_asked_for_offer_the_items_of_the_file(grenoble: Territory) -> None:
    rows = [
        ["insee", "poste", "mesure"],
        ["38057", "Un", "1"],
        ["38057", "Deux", "2"],
        ["01001", "Trois", "3"],
    ]
    opened = open_table(document(rows), grenoble)
    mapping = asked.with_shape(opened.mapping, {"d": ["poste", ""], "value": ["mesure"]}, opened.table)
    assert (mapping.dimensions, mapping.duplicates) == (("poste",), "sum")
    series = asked.series_of(opened.table, mapping, names_of(grenoble), "mesure")
    assert set(series) == {Series("mesure", ("un",)), Series("mesure", ("deux",))}


@pytest.mark.parametrize("said", ["{", "[]", "[1]", '"a"', "null"])
def test_a_form_that_nobody_of_ours_wrote_is_refused(said: str, grenoble: Territory) -> None:
    opened = open_table(document(ROWS), grenoble)
    fields = {"applied": ["1"], "s.0": [said], "t.0": ["gas_gwh"]}
    with pytest.raises(ImportRefused):
        asked.with_fields(opened.mapping, fields, opened.table)
    fields = {"applied": ["1"], "s.0": ['["gaz mwh"]'], "t.0": ["nothing"]}
    with pytest.raises(ImportRefused):
        asked.with_fields(opened.mapping, fields, opened.table)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_first_page_says_what_is_imported_and_missing(lang: str, grenoble: Territory) -> None:
    opened = open_table(document(ROWS), grenoble)
    confirm(preview(opened, choose(("gaz mwh", "gas_gwh", "MWh")), grenoble), grenoble, accept_faults=True)
    territory = load_territory(GRENOBLE)
    place = Place(GRENOBLE, [(GRENOBLE, "A"), ("b", "B")], lang)
    text = page.start(place, territory, Said("ok", "0001", [("/explore", "voir")]))
    seen = outline(text)
    assert seen.unnamed == []
    assert "undo" in seen.fields
    missing = text.split('id="missing"')[1]
    titles = [territory.columns["gas_gwh"].title_fr, territory.columns["gas_gwh"].title_en]
    assert not any(f"<li>{title}</li>" in missing for title in titles)
