"""Where a sheet's table is: its header lines under the titles, the column of communes, the lines of figures. Pure."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from components.importing.cells import Cell, fold, says_unknown, text_of
from components.importing.codes import by_name, commune_code, present_code
from components.importing.document import ImportRefused, Sheet, column_letter, quoted

SEARCHED: Final = 3_000
"""Lines looked at to find the column of communes; a file of the whole country begins with another département."""
TOP: Final = 40
"""A header stands in the first lines, under at most so many titles and notes."""
_POSTCODE = re.compile(r"code postal|cp|postal|zip")
_CODE_HEADER = re.compile(r".*\b(insee|codgeo|code commune|code geo|depcom|com|codecommune|idcom|code)\b.*")


@dataclass(frozen=True)
class Table:
    """One table of a sheet.

    headers: what each column is called, header lines joined by « · ». keys: the same, folded, years written YYYY so
    that next year's file has the same. start: first line of figures, from 0. communes: the column of communes.
    named: communes are known by their name, no column holding codes.
    """

    sheet: Sheet
    headers: tuple[str, ...]
    keys: tuple[str, ...]
    header_lines: tuple[int, ...]
    start: int
    communes: int
    named: bool = False
    names: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)

    def column(self, key: str) -> int:
        """The place of a column by its key. Raises ImportRefused."""
        try:
            return self.keys.index(key)
        except ValueError:
            raise ImportRefused("no_column", name=key) from None

    def lines(self) -> Iterator[tuple[int, tuple[Cell, ...]]]:
        """Number of the line in the file (1 = first) and its cells, blank lines left out."""
        for index in range(self.start, len(self.sheet.rows)):
            row = self.sheet.rows[index]
            if any(cell is not None and text_of(cell) for cell in row):
                yield index + 1, row

    def cell(self, row: tuple[Cell, ...], column: int) -> Cell:
        return row[column] if column < len(row) else None

    def code(self, cell: Cell) -> str | None:
        """The commune a cell of the column of communes means, by its code or its name."""
        return self._by_name.get(fold(cell)) if self.named else commune_code(cell)

    @cached_property
    def _by_name(self) -> dict[str, str]:
        return by_name(self.names)

    @property
    def titles(self) -> list[str]:
        """What is written above the header."""
        top = self.header_lines[0] if self.header_lines else self.start
        return [
            " ".join(dict.fromkeys(text_of(cell) for cell in row if text_of(cell)))
            for row in self.sheet.rows[:top]
        ]

    @property
    def fingerprint(self) -> str:
        """The same for two files with the same columns in the same order, whatever their year and figures."""
        return hashlib.sha256("\n".join(self.keys).encode()).hexdigest()[:24]

    def place(self, line: int, column: int) -> tuple[int, int]:
        return line - 1, column


def find_table(
    sheet: Sheet, communes: Mapping[str, str], header: int = 0, depth: int = 0, column: str = ""
) -> Table:
    """The table of a sheet for a territory (`communes`: name by code).

    `header`: line of the last header line, `depth`: how many header lines, `column`: key of the column of communes,
    when somebody said so (0 and '' leave it to us). Raises ImportRefused.
    """
    rows = sheet.rows
    width = max((len(row) for row in rows), default=0)
    if not width:
        raise ImportRefused("empty")
    chosen, named = _commune_column(rows, width, communes)
    last = header - 1 if header else _last_header(rows, chosen, named, communes)
    if last >= len(rows) - 1:
        raise ImportRefused("no_rows")
    lines = _header_lines(sheet, last, depth)
    headers = _headers(rows, lines, width)
    keys = _keys(headers)
    if column:
        if column not in keys:
            raise ImportRefused("no_column", name=column)
        if keys.index(column) != chosen:
            chosen = keys.index(column)
            named = not _has_codes(rows[last + 1 :], chosen)
    if chosen < 0:
        raise ImportRefused("no_commune_column")
    return Table(sheet, headers, keys, lines, last + 1, chosen, named, communes if named else {})


def _commune_column(
    rows: list[tuple[Cell, ...]], width: int, communes: Mapping[str, str]
) -> tuple[int, bool]:
    """The column with most codes of the territory, else most codes, else most of its names; -1 without any."""
    ours: Counter[int] = Counter()
    codes: Counter[int] = Counter()
    names: Counter[int] = Counter()
    known = by_name(communes)
    for index, row in enumerate(rows):
        for column, cell in enumerate(row):
            if cell is None or says_unknown(cell):
                continue
            code = commune_code(cell)
            if code is not None:
                ours[column] += present_code(code, communes) in communes
                codes[column] += index < SEARCHED
            elif isinstance(cell, str) and fold(cell) in known:
                names[column] += 1
        if index >= SEARCHED and (ours or index >= 20 * SEARCHED):
            break

    def rank(column: int) -> tuple[bool, bool, int, bool, int, int]:
        heads = [fold(row[column]) for row in rows[:TOP] if column < len(row)]
        postal = any(_POSTCODE.fullmatch(head) for head in heads)
        told = any(_CODE_HEADER.fullmatch(head) for head in heads)
        insee = any("insee" in head for head in heads)
        return not postal, told and ours[column] > 0, ours[column], insee, codes[column], -column

    candidates = [column for column in codes if _mostly_codes(rows, column)]
    if candidates and (best := max(candidates, key=rank)) is not None and (ours[best] or not names):
        return best, False
    if names:
        return max(names, key=lambda column: (names[column], -column)), True
    return -1, False


def _mostly_codes(rows: list[tuple[Cell, ...]], column: int) -> bool:
    """Whether a column's figures are codes: a column of amounts has a few that look so by chance."""
    filled = like = whole = 0
    for row in rows[:SEARCHED]:
        if column < len(row) and row[column] is not None and text_of(row[column]):
            filled += 1
            like += commune_code(row[column]) is not None
            whole += not isinstance(row[column], float) or float(row[column]).is_integer()  # type: ignore[arg-type]
    return like >= 1 and like >= 0.5 * (filled - TOP if filled > 2 * TOP else 1) and whole == filled


def _has_codes(rows: list[tuple[Cell, ...]], column: int) -> bool:
    return any(commune_code(row[column]) for row in rows[:SEARCHED] if column < len(row))


def _last_header(rows: list[tuple[Cell, ...]], chosen: int, named: bool, communes: Mapping[str, str]) -> int:
    """The line just above the first commune."""
    known = by_name(communes)
    for index, row in enumerate(rows):
        cell = row[chosen] if 0 <= chosen < len(row) else None
        found = fold(cell) in known if named else commune_code(cell) is not None
        if found and chosen >= 0:
            above = index - 1
            while above >= 0 and not _filled(rows[above]):
                above -= 1
            if above < 0:
                raise ImportRefused("no_header")
            return _skip_wholes(rows, above)
    for index, row in enumerate(rows[:TOP]):
        if len(_filled(row)) > 1:
            return index
    raise ImportRefused("no_commune_column")


def _skip_wholes(rows: list[tuple[Cell, ...]], above: int) -> int:
    """A total or a country's line may stand between the header and the first commune: figures are no header."""
    while above > 0 and _mostly_numbers(rows[above]):
        above -= 1
    return above


def _mostly_numbers(row: tuple[Cell, ...]) -> bool:
    cells = _filled(row)
    numbers = [
        cell
        for cell in cells
        if (isinstance(cell, int | float) and not _is_year(cell))
        or (
            isinstance(cell, str)
            and re.fullmatch(r"[0-9 \u00a0\u202f.,-]*[0-9]", cell)
            and not _is_year(cell)
        )
    ]
    return bool(numbers) and len(numbers) >= len(cells) / 2


def _is_year(cell: Cell) -> bool:
    return bool(re.fullmatch(r"(19|20)[0-9]{2}", text_of(cell)))


def _filled(row: tuple[Cell, ...]) -> list[Cell]:
    return [cell for cell in row if cell is not None and text_of(cell)]


def _header_lines(sheet: Sheet, last: int, depth: int) -> tuple[int, ...]:
    """The header lines, the last one included: the line above belongs to it when it names groups of columns."""
    if depth:
        return tuple(range(max(0, last - depth + 1), last + 1))
    rows, lines = sheet.rows, [last]
    above = last - 1
    while above >= 0 and len(lines) < 3:
        filled = _filled(rows[above])
        merged = any((above, column) in sheet.spread for column in range(len(rows[above])))
        grouped = len(filled) == 1 and not text_of(rows[above][0])  # one group named above some columns
        if (len(filled) < 2 and not grouped) or _mostly_numbers(rows[above]):
            break
        if (
            not grouped
            and len({text_of(cell) for cell in filled}) < 2
            and (not merged or len(rows[above]) == len(filled))
        ):
            break  # a title merged over the whole width
        lines.insert(0, above)
        above -= 1
    return tuple(lines)


def _headers(rows: list[tuple[Cell, ...]], lines: tuple[int, ...], width: int) -> tuple[str, ...]:
    """Names of the columns: an upper line's name goes on over the empty cells at its right."""
    parts: list[list[str]] = [[] for _ in range(width)]
    for line in lines:
        carried = ""
        for column in range(width):
            cell = rows[line][column] if column < len(rows[line]) else None
            text = text_of(cell)
            if line == lines[-1] or text:
                carried = text
            if carried and carried not in parts[column]:
                parts[column].append(quoted(carried))
    return tuple(" · ".join(part) or column_letter(column) for column, part in enumerate(parts))


def _keys(headers: tuple[str, ...]) -> tuple[str, ...]:
    folded = [fold(header) or header for header in headers]
    yearless = [re.sub(r"\b(19|20)[0-9]{2}\b", "YYYY", key) for key in folded]
    keys = yearless if len(set(yearless)) == len(set(folded)) else folded
    seen: Counter[str] = Counter()
    unique = []
    for key in keys:
        seen[key] += 1
        unique.append(key if seen[key] == 1 else f"{key} {seen[key]}")
    return tuple(unique)
