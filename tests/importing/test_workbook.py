import datetime
import io
import zipfile

import pytest

from components.importing.document import ImportRefused
from components.importing.sniff import read_document
from tests.importing.files import workbook

ROWS = [["Code INSEE", "a", "b"], [5023, 1.5, "x"], [38185, 2, None]]


def test_values_keep_their_kind() -> None:
    raw = workbook([*ROWS, ["38057", datetime.datetime(2001, 3, 2), True]])
    rows = read_document("a.xlsx", raw).sheets[0].rows
    assert rows[1:] == [(5023, 1.5, "x"), (38185, 2), ("38057", datetime.datetime(2001, 3, 2), True)]


def test_hidden_lines_and_columns_are_read_and_said() -> None:
    raw = workbook(ROWS, hidden_rows=[2], hidden_columns=["C"])
    sheet = read_document("a.xlsx", raw).sheets[0]
    said = {note.key: dict(note.values) for note in sheet.notes}
    assert said["hidden_rows"] == {"count": "1"}
    assert said["hidden_columns"] == {"names": "C"}
    assert len(sheet.rows) == 3


def test_merged_cells_are_filled_and_known() -> None:
    raw = workbook(
        [["Commune", "Énergie", None], ["Code", "a", "b"], [5023, 1, 2], [38185, None, 3]], ["B1:C1", "B3:B4"]
    )
    sheet = read_document("a.xlsx", raw).sheets[0]
    assert sheet.rows[0] == ("Commune", "Énergie", "Énergie")
    assert sheet.rows[3] == (38185, 1, 3)
    assert sheet.spread == {(0, 1), (0, 2), (2, 1), (3, 1)}


def test_a_formula_is_never_run_and_one_without_a_kept_value_is_said() -> None:
    raw = workbook(ROWS, more={"D2": '=HYPERLINK("http://example.org")', "E2": "=1+1"})
    sheet = read_document("a.xlsx", raw).sheets[0]
    assert sheet.rows[1] == (5023, 1.5, "x")
    assert {note.key: dict(note.values) for note in sheet.notes}["uncounted"] == {
        "count": "2",
        "names": "D2, E2",
    }


def test_hidden_sheets_are_not_the_first_choice() -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.active.title, book.active["A1"], book.active.sheet_state = "Caché", "secret", "hidden"
    seen = book.create_sheet("Vu")
    seen.append(["Code INSEE", "a"])
    file = io.BytesIO()
    book.save(file)
    document = read_document("a.xlsx", file.getvalue())
    assert document.sheet("").name == "Vu"
    assert document.sheet("Caché").rows == [("secret",)]
    assert "hidden_sheets" in {note.key for note in document.notes}
    with pytest.raises(ImportRefused, match="Feuille 3"):
        document.sheet("Feuille 3")


def archive(**parts: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return file.getvalue()


def changed(raw: bytes, name: str, content: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, content if part == name else old.read(part))
    return file.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    ("raw", "key"),
    [
        (archive(a=b"1"), "is_archive"),
        (archive(mimetype=b"ods", content_dot_xml=b"<a/>"), "is_ods"),
        (b"PK\x03\x04 and nothing", "workbook_broken"),
        (workbook(ROWS)[:-200], "workbook_broken"),
        (changed(workbook(ROWS), SHEET, b"<worksheet>" + b" " * 60_000_000), "zip_bomb"),
        (changed(workbook(ROWS), SHEET, b"not XML"), "workbook_broken"),
        (changed(workbook(ROWS), SHEET, b'<!DOCTYPE a [<!ENTITY b "c">]><worksheet/>'), "workbook_broken"),
        (changed(workbook(ROWS), "xl/workbook.xml", b"<workbook/>"), "empty"),
        (workbook([]), "empty"),
    ],
    ids=["zip", "ods", "torn", "cut", "bomb", "sheet", "doctype", "no sheets", "blank"],
)
def test_a_bad_workbook_is_refused_in_a_sentence(raw: bytes, key: str) -> None:
    with pytest.raises(ImportRefused) as refused:
        read_document("a.xlsx", raw)
    assert refused.value.key == key
    assert refused.value.sentence()


def test_a_cell_far_away_does_not_fill_the_memory() -> None:
    whole = b'<mergeCells count="1"><mergeCell ref="C2:XFD1048576"/></mergeCells></worksheet>'
    with zipfile.ZipFile(io.BytesIO(workbook(ROWS))) as made:
        xml = made.read(SHEET)
    raw = changed(
        workbook(ROWS), SHEET, xml.replace(b"</worksheet>", whole).replace(b"A1:C3", b"A1:XFD1048576")
    )
    sheet = read_document("a.xlsx", raw).sheets[0]
    assert sheet.rows[1:] == [(5023, 1.5, "x"), (38185, 2, "x")]
