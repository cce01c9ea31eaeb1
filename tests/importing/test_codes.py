import pytest

from components.importing.cells import Cell
from components.importing.codes import by_name, commune_code, is_total, merged_communes, present_code


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("05023", "05023"),
        ("5023", "05023"),
        (5023, "05023"),
        (5023.0, "05023"),
        ("5023,0", "05023"),
        ("'05023", "05023"),
        ('="05023"', "05023"),
        ("2a004", "2A004"),
        (38185.0, "38185"),
        ("05023 Briançon", "05023"),
        ("Briançon (05023)", "05023"),
        ("COM-05023", "05023"),
    ],
)
def test_codes_as_files_hold_them(cell: Cell, code: str) -> None:
    assert commune_code(cell) == code


@pytest.mark.parametrize(
    "cell", ["", None, "Total", "200040715", 38185.5, "380", True, "05023 05024", "00123", "3818A", 12]
)
def test_what_is_no_code(cell: Cell) -> None:
    assert commune_code(cell) is None


@pytest.mark.parametrize(
    "cell", ["TOTAL", "Ensemble", "Total général", "France métropolitaine", "Sous-total"]
)
def test_totals(cell: str) -> None:
    assert is_total(cell)


def test_a_commune_is_not_a_total() -> None:
    assert not is_total("Grenoble")


def test_communes_merged_since_are_known_under_their_code_of_today() -> None:
    territory = {"05001": "L'Argentière", "05024": "Val-Buëch-Méouge"}
    assert present_code("05120", {"05001": ""}) == "05001"
    assert present_code("05024", territory) == "05024"
    assert present_code("01018", {"01033": ""}) == "01033"
    assert present_code("99999", territory) == "99999"
    # No chain: what a commune became is never itself merged.
    assert not set(merged_communes().values()) & set(merged_communes())


def test_a_name_that_two_communes_share_recognises_neither() -> None:
    names = {"38001": "Saint-Martin", "38002": "Saint Martin", "38003": "Échirolles"}
    assert by_name(names) == {"echirolles": "38003"}
