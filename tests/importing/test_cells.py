import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.importing.cells import Cell, Writing, fold, read_number, says_unknown, text_of, writing_of
from tests.examples import examples


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["1 234,5", "7"], [1234.5, 7]),
        (["1\u202f234,5", "12\u00a0000"], [1234.5, 12000]),
        (["1,234.5", "12"], [1234.5, 12]),
        (["1.234,5", "1.234"], [1234.5, 1234]),
        (["1,234,567", "5,678"], [1234567, 5678]),
        (["1.234", "5,6"], [1234, 5.6]),
        (["1777.9", "3"], [1777.9, 3]),
        (["-3,2", "\u22124"], [-3.2, -4]),
        (["2e3", "1,5E-2"], [2000, 0.015]),
        ([12, 12.5], [12, 12.5]),
        (["1'234,5"], [1234.5]),
    ],
)
def test_numbers_as_files_write_them(cells: list[Cell], values: list[float]) -> None:
    writing = writing_of(cells)
    assert [read_number(cell, writing).value for cell in cells] == values


@pytest.mark.parametrize(
    ("cell", "fault"),
    [
        ("12,3,4", "not_number"),
        ("1 23", "not_number"),
        ("12 MWh", "not_number"),
        ("1,2 3", "not_number"),
        ("٣٤", "not_number"),
        ("=A1*2", "not_number"),
        ("inf", "not_number"),
        (float("nan"), "not_number"),
        ("1e300", "absurd"),
        (10**15, "absurd"),
        ("#REF!", "formula_error"),
        ("#DIV/0!", "formula_error"),
        (datetime.datetime(2001, 3, 2), "is_date"),
        (datetime.time(3), "is_date"),
        (True, "is_boolean"),
    ],
)
def test_what_is_no_number_is_a_fault_never_a_guess(cell: Cell, fault: str) -> None:
    read = read_number(cell)
    assert (read.fault, read.value, read.unknown) == (fault, None, None)


@pytest.mark.parametrize(
    "word", ["", " ", "nd", "N.D.", "s", "S", "-", "—", "secret statistique", "n/a", "…", "\u00a0"]
)
def test_the_words_for_no_figure_are_unknown_never_zero(word: str) -> None:
    read = read_number(word)
    assert (read.value, read.fault) == (None, None)
    assert read.unknown is not None


def test_zero_is_known() -> None:
    assert [read_number(zero).value for zero in ("0", 0, "0,0", "0.000")] == [0, 0, 0, 0]


def test_a_comma_that_may_be_either_is_said() -> None:
    assert writing_of(["1,234", "5,678"]) == Writing(",", "", clear=False)
    assert writing_of(["1,234", "5,67"]).clear
    assert writing_of(["0,234"]).clear
    assert writing_of(["1,234"], decimal=".") == Writing(".", ",")
    assert read_number("1,234", writing_of(["1,234"], decimal=".")).value == 1234


FRENCH, ENGLISH, GERMAN, PLAIN = ("\u202f", ","), (",", "."), (".", ","), ("", ".")


def written(value: float, dialect: tuple[str, str]) -> str:
    thousands, decimal = dialect
    return f"{value:,.2f}".replace(",", "T").replace(".", decimal).replace("T", thousands)


@settings(max_examples=examples(500), deadline=None)
@given(
    st.lists(st.integers(0, 10**11).map(lambda n: n / 100), min_size=1, max_size=12),
    st.sampled_from([FRENCH, ENGLISH, GERMAN, PLAIN, (" ", ","), ("\u00a0", ",")]),
)
def test_a_column_reads_back_as_it_was_written(values: list[float], dialect: tuple[str, str]) -> None:
    cells = [written(value, dialect) for value in values]
    # In the absence of a decimal sign followed by other than three digits nothing can be told; here two follow.
    writing = writing_of(cells)
    assert [read_number(cell, writing).value for cell in cells] == values


@settings(max_examples=examples(1000), deadline=None)
@given(st.text(max_size=20))
def test_any_text_is_a_number_unknown_or_a_fault(text: str) -> None:
    read = read_number(text, writing_of([text]))
    said = [read.value is not None, read.unknown is not None, read.fault is not None]
    assert said.count(True) == 1


@settings(max_examples=examples(200), deadline=None)
@given(st.integers(-(10**9), 10**9))
def test_whole_numbers_of_workbooks_are_written_without_a_point(value: int) -> None:
    assert text_of(float(value)) == str(value)


def test_text_to_compare() -> None:
    assert fold("  Code  INSEE (commune) ") == "code insee commune"
    assert fold("Énergie · m³") == "energie m3"
    assert not says_unknown("0")
