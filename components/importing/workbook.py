"""A workbook (.xlsx) as sheets of values: no formula is run, no macro, no link is followed, and its size is bounded."""

import io
import posixpath
import re
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree

from components.importing.cells import Cell
from components.importing.document import (
    LONGEST_TEXT,
    MAX_CELLS,
    MAX_COLUMNS,
    ImportRefused,
    Note,
    Sheet,
    column_letter,
    note,
)

MAX_UNZIPPED = 200_000_000
MAX_RATIO = 200  # of a part: XML of figures shrinks ten or twenty times, a bomb a thousand
MAX_PARTS = 2_000
MAX_SHEETS = 60
MAX_LINES = 1_048_576
_NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def read_workbook(raw: bytes) -> tuple[list[Sheet], list[Note]]:
    """The sheets of a workbook, merged cells filled, hidden lines and columns told. Raises ImportRefused."""
    archive = _sound(raw)
    import openpyxl  # a quarter of a second, for workbooks only

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what openpyxl leaves out: drawings, validations
            book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True, keep_links=False)
            shapes = _shapes(archive)
            sheets = []
            for sheet in book.worksheets[:MAX_SHEETS]:
                sheets.append(_sheet(sheet, shapes.get(sheet.title, Shape())))
            book.close()
    except ImportRefused:
        raise
    except Exception as error:  # whatever a broken part makes openpyxl or the XML parser raise
        raise ImportRefused("workbook_broken") from error
    sheets = [sheet for sheet in sheets if sheet.rows]
    if not sheets:
        raise ImportRefused("empty")
    hidden = [sheet.name for sheet in sheets if sheet.hidden]
    return sheets, [note("hidden_sheets", names=", ".join(hidden))] if hidden else []


def _sound(raw: bytes) -> zipfile.ZipFile:
    """The archive of a workbook whose parts are few and unpack to a bounded size."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(raw))
        parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        raise ImportRefused("workbook_broken") from None
    names = {part.filename for part in parts}
    if "mimetype" in names and "content.xml" in names:
        raise ImportRefused("is_ods")
    if "[Content_Types].xml" not in names or "xl/workbook.xml" not in names:
        raise ImportRefused("is_archive")
    # zipfile reads no more of a part than the size it declares: what is declared bounds what is unpacked.
    total = sum(part.file_size for part in parts)
    swollen = any(part.file_size > 1_000_000 + MAX_RATIO * part.compress_size for part in parts)
    if total > MAX_UNZIPPED or swollen or len(parts) > MAX_PARTS:
        raise ImportRefused("zip_bomb")
    if any(part.flag_bits & 1 for part in parts):
        raise ImportRefused("encrypted")
    for part in parts:
        if part.filename.endswith((".xml", ".rels")):
            with archive.open(part) as file:
                if b"<!DOCTYPE" in file.read(2_000):
                    raise ImportRefused("workbook_broken")
    return archive


@dataclass
class Shape:
    """What a sheet's XML says beside its values."""

    hidden: bool = False
    hidden_rows: int = 0
    hidden_columns: list[int] = field(default_factory=list)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    uncounted: list[str] = field(default_factory=list)  # formulas without a kept value


def _shapes(archive: zipfile.ZipFile) -> dict[str, Shape]:
    """The shape of each sheet by its title; read-only openpyxl does not tell it."""
    targets = {}
    for relation in ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels")):
        target = relation.get("Target", "")
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
        targets[relation.get("Id", "")] = path
    shapes = {}
    for sheet in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter(f"{_NS}sheet"):
        identifier = next((value for name, value in sheet.attrib.items() if name.endswith("}id")), "")
        path = targets.get(identifier, "")
        if path in archive.namelist():
            with archive.open(path) as file:
                shapes[sheet.get("name", "")] = _shape(file, sheet.get("state", "visible") != "visible")
    return shapes


def _shape(file: Any, hidden: bool) -> Shape:
    shape = Shape(hidden)
    for _, element in ElementTree.iterparse(file, events=("end",)):
        tag = element.tag.removeprefix(_NS)
        if tag == "c":
            formula, value = element.find(f"{_NS}f"), element.find(f"{_NS}v")
            if formula is not None and (value is None or not value.text):
                shape.uncounted.append(element.get("r", "?"))
        elif tag == "row":
            shape.hidden_rows += element.get("hidden") in ("1", "true")
            element.clear()
        elif tag == "col" and element.get("hidden") in ("1", "true"):
            low, high = int(element.get("min", "1")), int(element.get("max", "1"))
            shape.hidden_columns += range(low - 1, min(high, low + MAX_COLUMNS))
        elif tag == "mergeCell" and (corners := _corners(element.get("ref", ""))):
            shape.merged.append(corners)
    return shape


def _corners(reference: str) -> tuple[int, int, int, int] | None:
    """First and last line, first and last column, from 0, of « B2:C4 »."""
    found = re.fullmatch(r"([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})", reference)
    if not found:
        return None
    left, top, right, bottom = found.groups()
    return int(top) - 1, int(bottom) - 1, _column(left), _column(right)


def _column(letters: str) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


def _sheet(sheet: Any, shape: Shape) -> Sheet:
    rows = _rows(sheet)
    spread = _fill(rows, shape.merged)
    notes = []
    if shape.hidden_rows:
        notes.append(note("hidden_rows", count=shape.hidden_rows))
    width = max((len(row) for row in rows), default=0)
    if columns := [column_letter(index) for index in shape.hidden_columns if index < width]:
        notes.append(note("hidden_columns", names=", ".join(columns[:12])))
    if shape.merged:
        notes.append(note("merged_cells", count=len(shape.merged)))
    if shape.uncounted:
        notes.append(note("uncounted", count=len(shape.uncounted), names=", ".join(shape.uncounted[:5])))
    return Sheet(sheet.title, [tuple(row) for row in rows], spread, shape.hidden, notes)


def _rows(sheet: Any) -> list[list[Cell]]:
    rows: list[list[Cell]] = []
    cells = 0
    # Not the dimensions the file declares, which may be wrong or huge: what its lines hold.
    sheet.reset_dimensions()
    for row in _bounded(sheet.iter_rows(values_only=True)):
        kept = list(row)
        while kept and kept[-1] is None:
            kept.pop()
        cells += len(kept)
        if cells > MAX_CELLS or len(kept) > MAX_COLUMNS:
            raise ImportRefused("too_many_cells", most=f"{MAX_CELLS:,}".replace(",", "\u202f"))
        if any(isinstance(cell, str) and len(cell) > LONGEST_TEXT for cell in kept):
            raise ImportRefused("cell_too_long", most=LONGEST_TEXT)
        rows.append(kept)
    while rows and not rows[-1]:
        rows.pop()
    return rows


def _bounded(rows: Iterator[Any]) -> Iterator[Any]:
    for count, row in enumerate(rows):
        if count >= MAX_LINES:
            raise ImportRefused("too_many_cells", most=f"{MAX_CELLS:,}".replace(",", "\u202f"))
        yield row


def _fill(rows: list[list[Cell]], merged: list[tuple[int, int, int, int]]) -> frozenset[tuple[int, int]]:
    """Writes the value of each merged range in all its places that exist; those places."""
    filled: set[tuple[int, int]] = set()
    width = max((len(row) for row in rows), default=0)
    for top, bottom, left, right in merged:
        if top >= len(rows) or left >= len(rows[top]):
            continue
        value = rows[top][left]
        for line in range(top, min(bottom, len(rows) - 1) + 1):
            row = rows[line]
            last = min(right, width - 1)
            row.extend([None] * (last + 1 - len(row)))
            for column in range(left, last + 1):
                row[column] = value
                filled.add((line, column))
            if len(filled) > MAX_CELLS:
                raise ImportRefused("too_many_cells", most=f"{MAX_CELLS:,}".replace(",", "\u202f"))
    return frozenset(filled)
