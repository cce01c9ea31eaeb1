"""One cell of somebody's spreadsheet, read as a number, as unknown, or as a fault. Pure.

A column is read with one way of writing numbers (`Writing`), found from all its cells: « 1 234,5 », « 1,234.5 »
and « 1.234,5 » cannot be told apart cell by cell.
"""

import datetime
import math
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

Cell = str | int | float | bool | datetime.date | datetime.time | datetime.timedelta | None
"""What a CSV file (text) or a workbook (its own kinds) holds in one place."""

SPACES: Final = " \t\u00a0\u2007\u2009\u202f\u205f\ufeff'\u2019"
MOST: Final = 1e12
"""No figure of a commune, in any unit a file uses, is larger."""

# How producers write that there is no figure. « s » is the statistical secret of the SDES.
UNKNOWN_WORDS: Final = frozenset(
    {
        *("", "-", "--", "—", "–", "−", "/", ".", "..", "...", "…", "?", "*", "x"),
        *("nd", "n.d", "n.d.", "n/d", "nc", "n.c", "n.c.", "nr", "ns", "na", "n.a", "n.a.", "n/a", "#n/a"),
        *("s", "secret", "secret statistique", "sec", "confidentiel", "null", "none", "nan"),
        *("non disponible", "non renseigné", "non renseigne", "non communiqué", "non concerné", "inconnu"),
    }
)
_NUMBER = re.compile(r"[+\-\u2212]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)(?:[eE][+\-]?[0-9]{1,3})?")
_SHEET_ERROR = re.compile(
    r"#(REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|VALEUR!|NOM\?|NOMBRE!|NUL!)", re.IGNORECASE
)


@dataclass(frozen=True)
class Writing:
    """How a column writes its numbers. `clear`: whether the cells leave no doubt about the comma or the point."""

    decimal: str = ","
    thousands: str = ""
    clear: bool = True


@dataclass(frozen=True)
class Read:
    """What a cell says: a number, or None with `unknown` (how the file says so) or `fault` (a sentence's key)."""

    value: float | None = None
    unknown: str | None = None
    fault: str | None = None


def text_of(cell: Cell) -> str:
    """A cell as one line of text: `5023.0` of a workbook is « 5023 », a date is written 2024-03-01."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "VRAI" if cell else "FAUX"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime.datetime) and cell.time() == datetime.time():
        return cell.date().isoformat()
    return " ".join(str(cell).split())


def fold(cell: Cell) -> str:
    """Text to compare: no accent, no case, no punctuation: « Code  INSEE (commune) » is `code insee commune`."""
    plain = unicodedata.normalize("NFKD", text_of(cell).casefold().replace("œ", "oe"))
    kept = "".join(sign if sign.isalnum() else " " for sign in plain if not unicodedata.combining(sign))
    return " ".join(kept.split())


def says_unknown(cell: Cell) -> bool:
    """Whether a cell holds nothing, or one of the words that mean « no figure »."""
    return cell is None or (isinstance(cell, str) and _bare(cell).casefold() in UNKNOWN_WORDS)


def _bare(text: str) -> str:
    return " ".join(text.translate(_TO_SPACE).split())


_TO_SPACE = dict.fromkeys(map(ord, "\t\n\r\u00a0\u2007\u2009\u202f\u205f\ufeff\u200b"), " ")
_NO_SPACE = dict.fromkeys(map(ord, SPACES), None)
_GROUPED_BY_SPACE = re.compile(rf"[+\-\u2212]?[0-9]{{1,3}}(?:[{SPACES}][0-9]{{3}})+(?:[.,][0-9]*)?")


def writing_of(cells: Iterable[Cell], decimal: str = "") -> Writing:
    """How a column writes numbers, from its text cells; `decimal` (« , » or « . ») when somebody said so."""
    commas, points, both = [], [], []
    for cell in cells:
        if not isinstance(cell, str) or says_unknown(cell):
            continue
        text = _bare(cell).translate(_NO_SPACE)
        if "," in text and "." in text:
            both.append(text)
        elif "," in text:
            commas.append(text)
        elif "." in text:
            points.append(text)
    if decimal:
        return Writing(decimal, "." if decimal == "," else ",")
    if both:
        last = "," if both[0].rfind(",") > both[0].rfind(".") else "."
        return Writing(last, "." if last == "," else ",")
    if commas and points:
        by_comma, by_point = _grouped(commas, ","), _grouped(points, ".")
        if by_comma == by_point:
            return Writing(",.", "", clear=not by_comma)
        return Writing(".", ",") if by_comma else Writing(",", ".")
    sign = "," if commas else "."
    seen = commas or points
    if seen and _grouped(seen, sign):
        if any(text.count(sign) > 1 for text in seen):
            return Writing("." if sign == "," else ",", sign)
        return Writing(sign, "", clear=not all(_could_group(text, sign) for text in seen))
    return Writing(sign if seen else ",", "")


def _grouped(texts: list[str], sign: str) -> bool:
    return all(re.fullmatch(rf"[+\-\u2212]?[0-9]{{1,3}}(?:\{sign}[0-9]{{3}})+", text) for text in texts)


def _could_group(text: str, sign: str) -> bool:
    return not text.lstrip("+-\u2212").startswith("0" + sign)


def read_number(cell: Cell, writing: Writing = Writing()) -> Read:
    """A cell as a number. Keys of faults: not_number, formula_error, is_date, is_boolean, absurd."""
    if says_unknown(cell):
        return Read(unknown=text_of(cell) if isinstance(cell, str) else "")
    if isinstance(cell, bool):
        return Read(fault="is_boolean")
    if isinstance(cell, datetime.date | datetime.time | datetime.timedelta):
        return Read(fault="is_date")
    if isinstance(cell, int | float):
        return _bounded(float(cell)) if math.isfinite(cell) else Read(fault="not_number")
    text = _bare(cell or "")
    if _SHEET_ERROR.fullmatch(text):
        return Read(fault="formula_error")
    if any(sign in text for sign in SPACES) and not _GROUPED_BY_SPACE.fullmatch(_ungrouped(text, writing)):
        return Read(fault="not_number")
    plain = text.translate(_NO_SPACE)
    whole, mark, rest = plain.rpartition(writing.decimal) if len(writing.decimal) == 1 else ("", "", plain)
    if writing.thousands:
        grouped = whole if mark else rest
        if writing.thousands in grouped:
            if not _grouped([grouped], writing.thousands):
                return Read(fault="not_number")
            grouped = grouped.replace(writing.thousands, "")
        if mark and writing.thousands in rest:
            return Read(fault="not_number")
        plain = f"{grouped}.{rest}" if mark else grouped
    plain = plain.replace(",", ".") if plain.count(",") + plain.count(".") == 1 else plain
    if not plain.isascii() or not _NUMBER.fullmatch(plain):
        plain = plain.replace("\u2212", "-")
        if not _NUMBER.fullmatch(plain) or not plain.isascii():
            return Read(fault="not_number")
    return _bounded(float(plain))


def _ungrouped(text: str, writing: Writing) -> str:
    return (
        text.replace(writing.thousands, "") if writing.thousands and writing.thousands not in SPACES else text
    )


def _bounded(value: float) -> Read:
    return Read(value=value) if abs(value) <= MOST else Read(fault="absurd")
