"""A table read through a mapping: figures by commune in the pack's units, and every fault with its line and column.

Pure. Nothing is corrected silently: what is left out is counted, what is unclear is said, unknown is never zero.
"""

from collections import Counter
from collections.abc import Iterable
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field
from typing import Final

from components.importing.cells import Cell, Writing, fold, read_number, text_of, writing_of
from components.importing.codes import is_total, present_code
from components.importing.document import Note, column_letter, note, quoted
from components.importing.mapping import Choice, Mapping
from components.importing.table import Table
from components.importing.targets import factor, target
from components.look.i18n import t
from components.look.numbers import number

MOST_FAULTS: Final = 1_000
"""Faults kept one by one; the others are counted."""
AREA_MARGIN: Final = 1.25
"""Outlines and areas of a commune differ so much at most (see components.territory.check)."""


@dataclass(frozen=True)
class CellFault:
    """One refused cell: its line (1 = first), its column's letter and name, and why."""

    line: int
    letter: str
    header: str
    key: str
    values: tuple[tuple[str, str], ...] = ()

    def reason(self, lang: str = "fr") -> str:
        return t(f"importing.{self.key}", lang, **dict(self.values))

    def sentence(self, lang: str = "fr") -> str:
        return t("importing.at", lang, line=self.line, column=self.letter, reason=self.reason(lang))


@dataclass
class Column:
    """What the file says of one column of the pack. `values`: by commune of the territory, None = unknown."""

    name: str
    unit: str
    headers: list[str]
    values: dict[str, float | None] = field(default_factory=dict)

    @property
    def known(self) -> int:
        return sum(value is not None for value in self.values.values())

    @property
    def total(self) -> float:
        return sum(value for value in self.values.values() if value is not None)


@dataclass
class Reading:
    """The result. `found`: communes that have a line; `missing`: those of the territory that have none."""

    columns: dict[str, Column]
    found: set[str] = field(default_factory=set)
    missing: list[str] = field(default_factory=list)
    faults: list[CellFault] = field(default_factory=list)
    fault_count: int = 0
    unknown_words: Counter[str] = field(default_factory=Counter)
    lines: int = 0
    elsewhere: int = 0
    totals: int = 0
    remarks: int = 0
    other_years: int = 0
    other_items: int = 0
    mended: int = 0  # codes that had lost their leading zero
    merged: dict[str, str] = field(default_factory=dict)
    partial: int = 0
    notes: list[Note] = field(default_factory=list)


@dataclass
class _Place:
    """What fills one place (commune × column) so far."""

    sum: float = 0.0
    known: int = 0
    unknown: int = 0
    faulty: bool = False
    index: int = 0  # of the column last read
    lines: dict[tuple[str, int], int] = field(default_factory=dict)  # by old code and choice


def read(
    table: Table, mapping: Mapping, communes: Dictionary[str, str], areas_km2: Dictionary[str, float]
) -> Reading:
    """Read a table for a territory (`communes`: name by code; `areas_km2`: by code).

    The mapping must be one that `mapping.check` finds complete for its units; raises ImportRefused when it names
    columns that the table has not.
    """
    reading = Reading({})
    dimensions = [table.column(key) for key in mapping.dimensions]
    year_column = table.column(mapping.year_column) if mapping.year_column else None
    by_items: dict[tuple[str, ...], list[tuple[int, Choice, int, float]]] = {}
    for order, choice in enumerate(mapping.choices):
        to = target(choice.target)
        index = table.column(choice.series.column)
        by_items.setdefault(choice.series.items, []).append(
            (order, choice, index, factor(choice.unit, to) / choice.years)
        )
        column = reading.columns.setdefault(
            choice.target, Column(choice.target, to.unit, [], dict.fromkeys(sorted(communes)))
        )
        column.headers.append(" · ".join((table.headers[index], *map(quoted, choice.series.items))))
    rows = list(_rows_of(table, communes, mapping, year_column, reading))
    writings = _writings(table, mapping, rows, reading)
    places: dict[tuple[str, str], _Place] = {}
    for line, old, code, row in rows:
        items = tuple(fold(table.cell(row, index)) for index in dimensions)
        chosen = by_items.get(items)
        if chosen is None:
            reading.other_items += bool(dimensions)
            continue
        for order, choice, index, times in chosen:
            place = places.setdefault((code, choice.target), _Place())
            _take(reading, table, mapping, place, line, old, order, index, times, row, writings)
    _settle(reading, table, mapping, places, communes, areas_km2)
    reading.missing = sorted(set(communes) - reading.found)
    return reading


def _rows_of(
    table: Table,
    communes: Dictionary[str, str],
    mapping: Mapping,
    year_column: int | None,
    reading: Reading,
) -> Iterable[tuple[int, str, str, tuple[Cell, ...]]]:
    """Line, code in the file, commune of the territory and cells, of the lines that are the territory's."""
    wanted = str(mapping.provenance.year)
    for line, row in table.lines():
        reading.lines += 1
        cell = table.cell(row, table.communes)
        code = table.code(cell)
        if code is None:
            _set_aside(reading, table, line, row, cell)
            continue
        now = present_code(code, communes)
        if now not in communes:
            reading.elsewhere += 1
            continue
        if year_column is not None and text_of(table.cell(row, year_column))[:4] != wanted:
            reading.other_years += 1
            continue
        reading.found.add(now)
        reading.mended += not table.named and len(text_of(cell).partition(".")[0]) == 4
        if now != code:
            reading.merged[code] = now
        yield line, code, now, row


def _set_aside(reading: Reading, table: Table, line: int, row: tuple[Cell, ...], cell: Cell) -> None:
    """A line without a commune: a total, a remark under the table, or a fault."""
    if any(is_total(each) for each in row if isinstance(each, str)):
        reading.totals += 1
    elif table.named and text_of(cell):
        reading.elsewhere += 1
    elif not text_of(cell) or sum(bool(text_of(each)) for each in row) == 1:
        figures = any(read_number(each).value is not None for each in row)
        reading.totals += figures
        reading.remarks += not figures
    else:
        _fault(reading, table, line, table.communes, "not_a_code", value=text_of(cell))


def _writings(
    table: Table, mapping: Mapping, rows: list[tuple[int, str, str, tuple[Cell, ...]]], reading: Reading
) -> dict[int, Writing]:
    """How each column of figures writes its numbers, seen on the whole territory's lines."""
    writings = {}
    for index in sorted({table.column(choice.series.column) for choice in mapping.choices}):
        cells = [table.cell(row, index) for _, _, _, row in rows]
        writings[index] = writing_of(cells, mapping.decimal)
        if not writings[index].clear:
            example = next(
                text_of(cell) for cell in cells if isinstance(cell, str) and {",", "."} & set(cell)
            )
            sign = t("importing.point" if writings[index].decimal == "." else "importing.comma")
            reading.notes.append(
                note("unclear_decimal", column=column_letter(index), example=example, sign=sign)
            )
    return writings


def _take(
    reading: Reading,
    table: Table,
    mapping: Mapping,
    place: _Place,
    line: int,
    old: str,
    order: int,
    index: int,
    times: float,
    row: tuple[Cell, ...],
    writings: dict[int, Writing],
) -> None:
    """Adds one cell to the place it fills, or notes why it cannot be."""
    cell = table.cell(row, index)
    place.index = index
    if table.place(line, index) in table.sheet.spread:
        place.faulty = True
        _fault(reading, table, line, index, "merged_value", value=text_of(cell))
        return
    seen = place.lines.get((old, order))
    if seen is not None and mapping.duplicates == "refuse":
        place.faulty = True
        _fault(reading, table, line, index, "twice", code=old, first=seen)
        return
    place.lines.setdefault((old, order), line)
    read = read_number(cell, writings[index])
    if read.fault:
        place.faulty = True
        _fault(reading, table, line, index, read.fault, value=text_of(cell))
    elif read.value is None:
        place.unknown += 1
        reading.unknown_words[(read.unknown or "").strip()] += 1
    elif read.value < 0:
        place.faulty = True
        _fault(reading, table, line, index, "negative", value=text_of(cell))
    else:
        place.known += 1
        place.sum += read.value * times


def _settle(
    reading: Reading,
    table: Table,
    mapping: Mapping,
    places: dict[tuple[str, str], _Place],
    communes: Dictionary[str, str],
    areas_km2: Dictionary[str, float],
) -> None:
    """The value of each place: a sum with a refused part is unknown, with an unknown one as the mapping says."""
    for (code, name), place in places.items():
        if place.faulty or not place.known:
            continue
        if place.unknown:
            reading.partial += 1
            if mapping.parts == "unknown":
                continue
        column = reading.columns[name]
        value = float(f"{place.sum:.12g}")
        hectares = 100 * areas_km2.get(code, float("inf"))
        if column.unit in ("ha", "ha/year") and value > AREA_MARGIN * hectares:
            told = {"value": number(value, digits=0), "area": number(hectares, digits=0)}
            line = next(iter(place.lines.values()))
            _fault(reading, table, line, place.index, "larger_than_commune", name=communes[code], **told)
            continue
        if target(name).type == "integer":
            value = float(round(value))
        column.values[code] = value


def _fault(reading: Reading, table: Table, line: int, index: int, key: str, **values: object) -> None:
    reading.fault_count += 1
    if len(reading.faults) < MOST_FAULTS:
        told = tuple((name, quoted(value)) for name, value in values.items())
        reading.faults.append(CellFault(line, column_letter(index), table.headers[index], key, told))
