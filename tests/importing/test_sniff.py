import gzip
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.importing.document import MAX_BYTES, ImportRefused, column_letter
from components.importing.sniff import read_document
from tests.examples import examples
from tests.importing.files import csv_of

ROWS = [["Code INSEE", "Énergie (MWh)"], ["05023", "1 234,5"], ["38185", "s"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_every_alphabet_and_separator(encoding: str, separator: str) -> None:
    document = read_document("conso.csv", csv_of(ROWS, separator, encoding))
    assert [list(row) for row in document.sheets[0].rows] == ROWS


def test_commas_separate_when_figures_have_points() -> None:
    document = read_document("a.csv", b'insee,valeur,nom\n05023,1234.5,"a, b"\n38185,7,c\n')
    assert document.sheets[0].rows[1] == ("05023", "1234.5", "a, b")


def test_semicolons_win_over_decimal_commas() -> None:
    document = read_document("a.csv", b"insee;a;b\n05023;1,5;2,5\n38185;3,5;4,5\n")
    assert document.sheets[0].rows[1] == ("05023", "1,5", "2,5")


def test_the_line_that_excel_writes_for_itself_is_followed_and_not_read() -> None:
    document = read_document("a.csv", b"sep=|\ninsee|a\n05023|1\n")
    assert document.sheets[0].rows == [(), ("insee", "a"), ("05023", "1")]


def test_lines_keep_the_number_that_an_editor_shows() -> None:
    raw = b'insee;a\n\n05023;"deux\nlignes"\n38185;2\n'
    rows = read_document("a.csv", raw).sheets[0].rows
    assert rows[5 - 1] == ("38185", "2")


@pytest.mark.parametrize(
    ("raw", "key"),
    [
        (b"", "empty"),
        (b" \r\n\r\n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"%PDF-1.7 ...", "is_pdf"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "old_excel"),
        (gzip.compress(b"insee;a\n"), "is_archive"),
        (b"insee;a\n05023;\x00\x01\x02", "not_a_table"),
        (b"insee;a\n\x81\x8d;1\n", "no_alphabet"),
        (b"a" * (MAX_BYTES + 1), "too_big"),
        (b"insee;a\n05023;" + b"9" * 3000, "cell_too_long"),
        (b'insee;a\n05023;"1\n38185;2\n', "csv_broken"),
        (b"insee;" + b";" * 2000 + b"\n", "too_many_cells"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_table_is_refused_in_a_sentence(raw: bytes, key: str) -> None:
    with pytest.raises(ImportRefused) as refused:
        read_document("a.csv", raw)
    assert refused.value.key == key
    assert len(refused.value.sentence("fr")) > 20
    assert refused.value.sentence("en") != refused.value.sentence("fr")


def test_an_alphabet_that_is_a_guess_is_said() -> None:
    document = read_document("a.csv", "commune;a\nBriançon;1\n".encode("cp1252"))
    assert "read_cp1252" in {note.key for note in document.notes}
    mixed = "commune;a\nBriançon;1\n".encode("cp1252") + "Le Pré;2\n".encode()
    assert "read_cp1252_mixed" in {note.key for note in read_document("a.csv", mixed).notes}


def test_a_name_of_a_file_is_no_path() -> None:
    assert read_document("..\\..\\etc/conso.csv", csv_of(ROWS)).name == "conso.csv"


@settings(max_examples=examples(300), deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_a_document_or_a_refusal(raw: bytes) -> None:
    with suppress(ImportRefused):
        assert read_document("x", raw).sheets


def test_letters_of_columns() -> None:
    assert [column_letter(index) for index in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
