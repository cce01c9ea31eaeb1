"""A file's bytes as a document, whatever wrote it: the alphabet and the separator of a CSV, or a workbook."""

import codecs
import csv
import hashlib
import io
from collections import Counter
from pathlib import Path

from components.importing.cells import Cell
from components.importing.document import (
    LONGEST_TEXT,
    MAX_BYTES,
    MAX_CELLS,
    MAX_COLUMNS,
    Document,
    ImportRefused,
    Note,
    Sheet,
    note,
)
from components.importing.workbook import read_workbook

SEPARATORS = {";": "semicolon", "\t": "tab", ",": "comma", "|": "bar"}
_NOT_TABLES = ((b"\xd0\xcf\x11\xe0", "old_excel"), (b"%PDF", "is_pdf"), (b"\x1f\x8b", "is_archive"))


def read_document(name: str, raw: bytes) -> Document:
    """The sheets of a CSV file or a workbook. Raises ImportRefused with the reason."""
    if len(raw) > MAX_BYTES:
        raise ImportRefused("too_big", megabytes=MAX_BYTES // 1_000_000)
    if not raw.strip(b" \t\r\n\0\xef\xbb\xbf\xff\xfe"):
        raise ImportRefused("empty")
    for mark, key in _NOT_TABLES:
        if raw.startswith(mark):
            raise ImportRefused(key)
    name = Path(name.replace("\\", "/")).name or "?"
    digest = hashlib.sha256(raw).hexdigest()
    if raw.startswith(b"PK"):
        sheets, notes = read_workbook(raw)
        return Document(name, digest, sheets, notes)
    text, notes = decoded(raw)
    rows, told = read_csv(text)
    return Document(name, digest, [Sheet("", rows)], [*notes, *told])


def decoded(raw: bytes) -> tuple[str, list[Note]]:
    """The text of a CSV: UTF-8, UTF-16 with or without its mark, else the alphabet of French Windows (CP1252)."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if raw.startswith(mark):
            return _strict(raw, encoding), [] if encoding == "utf-8-sig" else [note("read_utf16")]
    head = raw[:4000]
    if head.count(0) > len(head) // 4:
        encoding = "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"
        return _strict(raw, encoding), [note("read_utf16")]
    try:
        return _printable(raw.decode("utf-8")), []
    except UnicodeDecodeError:
        text = _strict(raw, "cp1252")
        broken = "Ã©" in text or "Ã¨" in text
        return text, [note("read_cp1252_mixed" if broken else "read_cp1252")]


def _strict(raw: bytes, encoding: str) -> str:
    try:
        return _printable(raw.decode(encoding))
    except UnicodeDecodeError:
        raise ImportRefused("no_alphabet") from None


def _printable(text: str) -> str:
    if "\0" in text:
        raise ImportRefused("not_a_table")
    return text


def read_csv(text: str) -> tuple[list[tuple[Cell, ...]], list[Note]]:
    """Lines of cells. The separator is the one that cuts most of the first lines into as many cells."""
    first, _, rest = text.partition("\n")
    told = first.strip().casefold()
    if told.startswith("sep=") and len(told) == 5:
        separator, text = (
            first.strip()[4],
            "\n" + rest,
        )  # Excel's own line: kept as an empty one, so lines keep their number
    else:
        separator = separator_of(text)
    rows: list[tuple[Cell, ...]] = []
    cells = 0
    csv.field_size_limit(1_000_000)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for row in reader:
            # A cell may hold line ends: blank lines keep the number that an editor shows.
            rows.extend(() for _ in range(reader.line_num - 1 - len(rows) - _breaks(row)))
            rows.append(tuple(_held(cell) for cell in row))
            rows.extend(() for _ in range(reader.line_num - len(rows)))
            cells += len(row)
            if cells > MAX_CELLS or len(row) > MAX_COLUMNS:
                raise ImportRefused("too_many_cells", most=f"{MAX_CELLS:,}".replace(",", "\u202f"))
    except csv.Error:
        raise ImportRefused("csv_broken", line=len(rows) + 1) from None
    return rows, [note(f"separator_{SEPARATORS.get(separator, 'other')}")]


def _breaks(row: list[str]) -> int:
    return sum(cell.count("\n") for cell in row)


def _held(cell: str) -> str:
    if len(cell) > LONGEST_TEXT:
        raise ImportRefused("cell_too_long", most=LONGEST_TEXT)
    return cell


def separator_of(text: str) -> str:
    """« ; », tab, « , » or « | »: the one that gives the most lines of one same number of cells, two at least."""
    sample = "\n".join(text[:200_000].splitlines()[:200])
    best, found = (0.0, 0), ";"
    for separator in SEPARATORS:
        try:
            rows = list(csv.reader(io.StringIO(sample, newline=""), delimiter=separator))
        except csv.Error:
            continue
        widths = Counter(len(row) for row in rows if len(row) > 1)
        if widths:
            width, lines = max(widths.items(), key=lambda pair: (pair[1], pair[0]))
            score = (lines / len(rows), width)
            if score > best:
                best, found = score, separator
    return found
