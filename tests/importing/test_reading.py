import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.importing.cells import Cell
from components.importing.document import Sheet
from components.importing.mapping import Choice, Mapping, Series
from components.importing.reading import Reading, read
from components.importing.sniff import read_document
from components.importing.table import find_table
from tests.examples import examples
from tests.importing.files import SOURCE, choose, csv_of, workbook

COMMUNES = {"05001": "L'Argentière", "38057": "Bresson", "38185": "Grenoble"}
AREAS = {"05001": 100.0, "38057": 2.78, "38185": 18.4}
GAS = ("a", "gas_gwh", "MWh")


def reading(rows: list[list[object]], mapping: Mapping) -> Reading:
    return read(find_table(Sheet("", [tuple(row) for row in rows]), COMMUNES), mapping, COMMUNES, AREAS)  # type: ignore[arg-type]


def values(found: Reading, name: str = "gas_gwh") -> dict[str, float | None]:
    return found.columns[name].values


def test_figures_by_commune_in_the_unit_of_the_pack() -> None:
    found = reading([["insee", "a"], ["38057", "1 500,5"], [5001, 2000], ["38185", 0]], choose(GAS))
    assert values(found) == {"05001": 2.0, "38057": 1.5005, "38185": 0.0}
    assert (found.faults, found.missing, found.mended) == ([], [], 1)


def test_what_the_file_does_not_say_is_unknown() -> None:
    found = reading([["insee", "a"], ["38057", "nd"], ["38185", "s"]], choose(GAS))
    assert values(found) == {"05001": None, "38057": None, "38185": None}
    assert found.unknown_words == {"nd": 1, "s": 1}
    assert found.missing == ["05001"]


@pytest.mark.parametrize(
    ("cell", "key"), [("12,3,4", "not_number"), (-3, "negative"), ("#N/A!", "not_number"), (1e13, "absurd")]
)
def test_a_refused_cell_is_named_by_its_line_and_column(cell: Cell, key: str) -> None:
    found = reading(
        [["Titre"], [], ["insee", "nom", "a"], ["38057", "B", 1], ["38185", "G", cell]], choose(GAS)
    )
    (fault,) = found.faults
    assert (fault.line, fault.letter, fault.header, fault.key) == (5, "C", "a", key)
    assert values(found)["38185"] is None
    assert values(found)["38057"] == 0.001


def test_the_sentence_of_a_refused_cell() -> None:
    found = reading([["insee", "x", "a"], ["38057", "", "12,3,4"]], choose(GAS))
    assert found.faults[0].sentence() == "ligne 2, colonne C\u202f: «\u202f12,3,4\u202f» n’est pas un nombre"
    assert found.faults[0].sentence("en") == "line 2, column C: “12,3,4” is not a number"


def test_other_places_totals_and_remarks_are_counted_and_left_out() -> None:
    rows: list[list[object]] = [
        ["insee", "nom", "a"],
        ["38057", "Bresson", 1],
        ["99999", "Ailleurs", "faux"],
        ["", "TOTAL", 100],
        ["Source : SDES"],
        ["", "", 500],
        ["code?", "Grenoble", 4],
    ]
    found = reading(rows, choose(GAS))
    assert (found.elsewhere, found.totals, found.remarks) == (1, 2, 1)
    assert [(fault.line, fault.key) for fault in found.faults] == [(7, "not_a_code")]


def test_several_lines_for_a_commune_are_refused_unless_they_are_to_be_added() -> None:
    rows: list[list[object]] = [["insee", "a"], ["38057", 1], ["38057", 2], ["38185", 4]]
    refused = reading(rows, choose(GAS))
    assert values(refused) == {"05001": None, "38057": None, "38185": 0.004}
    assert [(fault.line, fault.key) for fault in refused.faults] == [(3, "twice")]
    assert values(reading(rows, choose(GAS, duplicates="sum")))["38057"] == 0.003


def test_communes_merged_since_are_added_without_being_asked() -> None:
    found = reading([["insee", "a"], ["05001", 1], ["05120", 2]], choose(GAS))
    assert values(found)["05001"] == 0.003
    assert found.merged == {"05120": "05001"}


def test_a_sum_with_an_unknown_part_is_unknown_or_what_is_known_of_it() -> None:
    rows: list[list[object]] = [["insee", "a"], ["38057", 1], ["38057", "s"]]
    assert values(reading(rows, choose(GAS, duplicates="sum")))["38057"] is None
    known = reading(rows, choose(GAS, duplicates="sum", parts="known"))
    assert (values(known)["38057"], known.partial) == (0.001, 1)


def test_a_long_file_is_read_by_year_and_item() -> None:
    rows: list[list[object]] = [["insee", "annee", "secteur", "conso"]]
    rows += [
        ["38057", year, sector, amount]
        for year, sector, amount in (
            (2022, "Résidentiel", 9),
            (2023, "RESIDENTIEL", 1),
            (2023, "Tertiaire", 2),
            (2023, "Inconnu", 3),
        )
    ]
    choices = (
        Choice(Series("conso", ("residentiel",)), "gas_residential_gwh", "GWh"),
        Choice(Series("conso", ("tertiaire",)), "gas_services_gwh", "GWh"),
    )
    mapping = Mapping(choices=choices, dimensions=("secteur",), year_column="annee", provenance=SOURCE)
    found = reading(rows, mapping)
    assert values(found, "gas_residential_gwh")["38057"] == 1
    assert values(found, "gas_services_gwh")["38057"] == 2
    assert (found.other_years, found.other_items) == (1, 1)


def test_a_figure_merged_over_several_communes_is_refused() -> None:
    raw = workbook([["insee", "a"], ["38057", 1], ["38185", None]], ["B2:B3"])
    table = find_table(read_document("a.xlsx", raw).sheets[0], COMMUNES)
    found = read(table, choose(GAS), COMMUNES, AREAS)
    assert [(fault.line, fault.key) for fault in found.faults] == [(2, "merged_value"), (3, "merged_value")]
    assert values(found)["38057"] is None


def test_land_larger_than_the_commune_is_refused() -> None:
    found = reading([["insee", "a"], ["38057", 900], ["38185", 900]], choose(("a", "land_forest_ha", "ha")))
    assert values(found, "land_forest_ha") == {"05001": None, "38057": None, "38185": 900}
    assert "278\u202fha" in found.faults[0].sentence() or "278 ha" in found.faults[0].sentence()


def test_years_counted_together_are_divided() -> None:
    choice = Choice(Series("a"), "land_take_ha_per_year", "m2", 14)
    found = reading([["insee", "a"], ["38185", 1_400_000]], Mapping(choices=(choice,), provenance=SOURCE))
    assert values(found, "land_take_ha_per_year")["38185"] == 10


@settings(max_examples=examples(200), deadline=None)
@given(
    st.lists(st.one_of(st.none(), st.integers(0, 10**9).map(lambda n: n / 100)), min_size=3, max_size=3),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    st.sampled_from([";", "\t", "|"]),
    st.sampled_from([("\u202f", ","), ("", ","), ("", "."), (",", "."), (".", ",")]),
    st.booleans(),
)
def test_figures_come_back_from_any_dialect(
    figures: list[float | None], encoding: str, separator: str, dialect: tuple[str, str], zero_lost: bool
) -> None:
    thousands, decimal = (
        ("\u00a0" if encoding == "cp1252" and dialect[0] == "\u202f" else dialect[0]),
        dialect[1],
    )

    def cell(value: float | None) -> str:
        if value is None:
            return "nd"
        return f"{value:,.2f}".replace(",", "T").replace(".", decimal).replace("T", thousands)

    rows = [["Commune · énergie"], ["Code INSEE", "a"]]
    rows += [
        [code.lstrip("0") if zero_lost else code, cell(value)]
        for code, value in zip(COMMUNES, figures, strict=True)
    ]
    document = read_document("x.csv", csv_of(rows, separator, encoding))
    table = find_table(document.sheets[0], COMMUNES)
    found = read(table, choose(("a", "gas_gwh", "GWh")), COMMUNES, AREAS)
    assert values(found) == dict(zip(COMMUNES, figures, strict=True))
