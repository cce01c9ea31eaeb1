"""What was read of a file before anybody says what it means: sheets of cells, and what is odd about them. Pure."""

from dataclasses import dataclass, field
from typing import Final

from components.importing.cells import Cell
from components.look.i18n import t
from components.look.words import plain

MAX_BYTES: Final = 20_000_000
MAX_CELLS: Final = 2_000_000
MAX_COLUMNS: Final = 1_000
LONGEST_TEXT: Final = 2_000


class ImportRefused(Exception):
    """A file, a mapping or an order that cannot be followed. `key` names the sentence (area `importing`)."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = {name: quoted(value) for name, value in values.items()}

    def sentence(self, lang: str = "fr") -> str:
        return t(f"importing.{self.key}", lang, **self.values)

    def __str__(self) -> str:
        return self.sentence()


@dataclass(frozen=True)
class Note:
    """Something the officer should know before confirming, that refuses nothing."""

    key: str
    values: tuple[tuple[str, str], ...] = ()

    def sentence(self, lang: str = "fr") -> str:
        return t(f"importing.{self.key}", lang, **dict(self.values))


def note(key: str, /, **values: object) -> Note:
    return Note(key, tuple((name, quoted(value)) for name, value in values.items()))


@dataclass
class Sheet:
    """Cells by line and column, both from 0. `spread`: places of merged ranges, all with its value."""

    name: str
    rows: list[tuple[Cell, ...]]
    spread: frozenset[tuple[int, int]] = frozenset()
    hidden: bool = False
    notes: list[Note] = field(default_factory=list)


@dataclass
class Document:
    """One file: its name, the digest of its bytes, its sheets (one for a CSV) and what is odd about them."""

    name: str
    sha256: str
    sheets: list[Sheet]
    notes: list[Note] = field(default_factory=list)

    def sheet(self, name: str) -> Sheet:
        """The sheet of that name, or the first one. Raises ImportRefused."""
        if not name:
            return next((sheet for sheet in self.sheets if not sheet.hidden), self.sheets[0])
        for sheet in self.sheets:
            if sheet.name == name:
                return sheet
        raise ImportRefused("no_sheet", name=name, known=", ".join(sheet.name for sheet in self.sheets))


def quoted(value: object) -> str:
    """A value as it may stand in a sentence: one line, no hidden sign, 60 signs at most."""
    text = plain(" ".join(str(value).split()))
    return text if len(text) <= 60 else text[:59] + "…"


def column_letter(index: int) -> str:
    """The name a spreadsheet gives a column: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
