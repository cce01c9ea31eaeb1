import pytest

from components.importing.cells import Cell
from components.importing.document import ImportRefused, Sheet
from components.importing.sniff import read_document
from components.importing.table import find_table
from components.territory.pack import Territory
from tests.importing.files import document, names, workbook

COMMUNES = {"38057": "Bresson", "38185": "Grenoble", "05023": "Briançon"}


def sheet(*rows: tuple[Cell, ...]) -> Sheet:
    return Sheet("", list(rows))


def test_a_header_under_titles() -> None:
    table = find_table(
        sheet(("Bilan 2023",), ("Source : SDES",), (), ("Code INSEE", "Nom", "MWh"), ("38057", "Bresson", 1)),
        COMMUNES,
    )
    assert table.headers == ("Code INSEE", "Nom", "MWh")
    assert (table.header_lines, table.communes, table.start) == ((3,), 0, 4)
    assert table.titles == ["Bilan 2023", "Source : SDES", ""]


def test_two_header_lines_with_merged_groups() -> None:
    raw = workbook(
        [
            ["Commune", None, "Gaz", None],
            ["Code", "Nom", "Résidentiel", "Tertiaire"],
            [38057, "Bresson", 1, 2],
        ],
        ["A1:B1", "C1:D1"],
    )
    table = find_table(read_document("a.xlsx", raw).sheets[0], COMMUNES)
    assert table.headers == ("Commune · Code", "Commune · Nom", "Gaz · Résidentiel", "Gaz · Tertiaire")


def test_two_header_lines_of_a_csv() -> None:
    table = find_table(document([["", "Gaz", ""], ["Code", "a", "b"], ["38057", 1, 2]]).sheets[0], COMMUNES)
    assert table.headers == ("Code", "Gaz · a", "Gaz · b")


def test_a_title_merged_over_the_whole_width_is_no_header() -> None:
    raw = workbook([["Bilan", None], ["Code", "a"], [38057, 1]], ["A1:B1"])
    assert find_table(read_document("a.xlsx", raw).sheets[0], COMMUNES).headers == ("Code", "a")


def test_a_total_above_the_communes_is_no_header() -> None:
    table = find_table(document([["Code", "a"], ["Total", "12"], ["38057", "1"]]).sheets[0], COMMUNES)
    assert table.headers == ("Code", "a")
    assert table.start == 1


def test_a_postcode_is_not_the_code_of_a_commune() -> None:
    rows = [["Code postal", "Nom", "INSEE"], ["38320", "Bresson", "38057"], ["38000", "Grenoble", "38185"]]
    assert find_table(document(rows).sheets[0], COMMUNES).communes == 2


def test_amounts_are_not_codes() -> None:
    rows = [["population", "insee"], ["38057", "38057"], ["12", "38185"], ["15.5", "05023"]]
    assert find_table(document(rows).sheets[0], COMMUNES).communes == 1


def test_a_country_that_begins_far_from_the_territory() -> None:
    rows: list[list[object]] = [
        ["codgeo", "a"],
        *([f"{code:05}", 1] for code in range(1001, 9000)),
        ["38057", 2],
    ]
    assert find_table(document(rows).sheets[0], COMMUNES).communes == 0


def test_communes_known_by_their_name_only() -> None:
    table = find_table(document([["Commune", "a"], ["BRIANCON", 1], ["Grenoble", 2]]).sheets[0], COMMUNES)
    assert table.named
    assert table.code("briançon") == "05023"


def test_a_header_of_another_year_has_the_same_fingerprint() -> None:
    first, second = (
        find_table(document([["insee", f"conso {year}"], ["38057", 1]]).sheets[0], COMMUNES)
        for year in (2022, 2023)
    )
    assert first.fingerprint == second.fingerprint
    assert first.keys == ("insee", "conso YYYY")


def test_columns_that_differ_by_their_year_stay_apart() -> None:
    table = find_table(document([["insee", "conso 2022", "conso 2023"], ["38057", 1, 2]]).sheets[0], COMMUNES)
    assert table.keys == ("insee", "conso 2022", "conso 2023")


def test_columns_of_the_same_name_stay_apart() -> None:
    assert find_table(document([["insee", "a", "a"], ["38057", 1, 2]]).sheets[0], COMMUNES).keys[1:] == (
        "a",
        "a 2",
    )


def test_what_somebody_says_is_followed() -> None:
    rows = [["x", "y"], ["Code", "a"], ["38057", "38185"], ["38185", "05023"]]
    table = find_table(document(rows).sheets[0], COMMUNES, header=2, depth=1, column="a")
    assert (table.headers, table.communes) == (("Code", "a"), 1)


@pytest.mark.parametrize(
    ("rows", "key"),
    [
        ([["a", "b"], ["c", "d"], ["1", "2"]], "no_commune_column"),
        ([["38057", "1"], ["38185", "2"]], "no_header"),
    ],
)
def test_what_cannot_be_a_table_by_commune(rows: list[list[object]], key: str, grenoble: Territory) -> None:
    with pytest.raises(ImportRefused) as refused:
        find_table(document(rows).sheets[0], names(grenoble))
    assert refused.value.key == key
