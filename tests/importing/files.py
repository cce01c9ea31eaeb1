"""Files as an officer's download folder holds them."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

from components.importing.cells import Cell
from components.importing.document import Document
from components.importing.mapping import Choice, Provenance, Series
from components.importing.mapping import Mapping as Read
from components.importing.sniff import read_document
from components.territory.pack import Territory

SOURCE = Provenance("SDES", "Données locales", 2023, "measured", "Licence Ouverte 2.0", "https://example.org")


def csv_of(rows: Sequence[Sequence[object]], separator: str = ";", encoding: str = "utf-8") -> bytes:
    return "\r\n".join(separator.join(map(str, row)) for row in rows).encode(encoding)


def document(rows: Sequence[Sequence[object]], name: str = "fichier.csv") -> Document:
    return read_document(name, csv_of(rows))


def workbook(
    rows: Sequence[Sequence[Cell]],
    merged: Sequence[str] = (),
    hidden_rows: Sequence[int] = (),
    hidden_columns: Sequence[str] = (),
    more: Mapping[str, Any] | None = None,
) -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Communes"
    for row in rows:
        sheet.append(list(row))
    for cell, value in (more or {}).items():
        sheet[cell] = value
    for reference in merged:
        sheet.merge_cells(reference)
    for number in hidden_rows:
        sheet.row_dimensions[number].hidden = True
    for letter in hidden_columns:
        sheet.column_dimensions[letter].hidden = True
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def names(territory: Territory) -> dict[str, str]:
    return {str(code): str(name) for code, name in territory.communes["name"].items()}


def choose(*choices: tuple[str, str, str], **more: Any) -> Read:
    """A mapping of `(column key, target, unit)`."""
    made = tuple(Choice(Series(column), target, unit) for column, target, unit in choices)
    return Read(choices=made, provenance=SOURCE, **more)
