"""Ballots out of a file: a CSV table or a Pabulib `.pb` file, whole or refused with the line and the reason."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from components.look.i18n import t
from components.voting.ballots import Choice
from components.voting.question import Option, Question

MOST_DIGITS = 12
LONGEST_NAME = 300
WHOLE = re.compile(r"([0-9]+|[0-9]{1,3}(?:[ \xa0\u202f][0-9]{3})+)(?:[.,]0+)?")
"""« 1000 », « 1 000 » or « 1000,00 »."""
THREE_AFTER_A_SIGN = re.compile(r"([0-9][0-9 \xa0\u202f]*)([.,])([0-9]{3})")
"""« 1.000 »: one, or one thousand?"""


@dataclass(frozen=True)
class Remark:
    """A sentence about a file: `key` names it in the locale area `voting`; line 0 is the file as a whole."""

    key: str
    line: int
    values: Mapping[str, object]

    def sentence(self, file: str, lang: str = "fr") -> str:
        """« FILE, ligne 12 : reason. »"""
        reason = t(f"voting.file_{self.key}", lang, **self.values)
        where = "file_at_line" if self.line else "file_at_all"
        return t(f"voting.{where}", lang, file=file, line=self.line, reason=reason)


class FileRefused(ValueError):
    """The file cannot be counted, for the reason a `Remark` of the same key, line and values tells."""

    def __init__(self, key: str, line: int = 0, /, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.line = line
        self.values = values

    def sentence(self, file: str, lang: str = "fr") -> str:
        return Remark(self.key, self.line, self.values).sentence(file, lang)


@dataclass(frozen=True)
class Asked:
    """What the file alone does not say; 0 and empty mean « not told ».

    options: names in the order announced; grades: best to worst; costs: option → euros;
    points, cap: what a ballot may give in all, and to one option; scale: highest score.
    """

    method: str
    options: tuple[str, ...] = ()
    grades: tuple[Option, ...] = ()
    counting: str = ""
    budget: int = 0
    points: int = 0
    cap: int = 0
    scale: int = 10
    costs: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class BallotFile:
    """The question a file answers, and its ballots: choice → how many, blank ones included.

    limits: what the file allows a ballot, held by every one; warnings: what it says and was not followed.
    """

    question: Question
    ballots: Mapping[Choice, int]
    limits: Mapping[str, float] = field(default_factory=dict)
    warnings: tuple[Remark, ...] = ()


def fold(text: str) -> str:
    """A name without what two people write differently: case, accents, apostrophes, spaces."""
    plain = unicodedata.normalize("NFKD", text.replace("’", "'").casefold())
    return " ".join("".join(sign for sign in plain if not unicodedata.combining(sign)).split())


def decoded(data: bytes) -> str:
    """UTF-8 (with or without its mark), UTF-16 with its mark, else the Windows code page of French spreadsheets."""
    marked_wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for coding in ("utf-16",) if marked_wide else ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(coding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text
    raise FileRefused("not_text")


def whole(text: str, line: int, key: str = "not_whole", /, **values: object) -> int:
    """A number written plainly, « 1 000 », « 1000 » or « 1000,00 »; anything else is refused at its line.

    So is « 1.000 », which one reader takes for one and another for a thousand.
    """
    text = text.strip()
    two = THREE_AFTER_A_SIGN.fullmatch(text)
    if two:
        units, sign, rest = two.groups()
        digits = re.sub("[^0-9]", "", units)
        low = f"{digits}{sign}{rest}".rstrip("0").rstrip(sign)
        raise FileRefused("two_readings", line, value=text[:40], low=low, high=digits + rest)
    found = WHOLE.fullmatch(text)
    digits = re.sub("[^0-9]", "", found[1]) if found else ""
    if not digits or len(digits) > MOST_DIGITS:
        raise FileRefused(key, line, value=text[:40], **values)
    return int(digits)


def said_once(seen: dict[str, int], name: str, line: int, column: str) -> None:
    """Refuses a name of a voter or a ballot that an earlier line has; `seen`, name → line, remembers this one."""
    if name and seen.setdefault(name, line) != line:
        raise FileRefused("voter_twice", line, name=name[:60], column=column, first=seen[name])


def rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Lines as (number of the line in the file, cells without outer spaces); lines of nothing but spaces as no cell.

    `""` alone is a line of one empty cell.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            only_spaces = len(cells) == 1 and cells[0].isspace()
            yield reader.line_num, [] if only_spaces else [cell.strip() for cell in cells]
    except csv.Error as error:
        too_long = "field limit" in str(error)
        raise FileRefused("cell_too_long" if too_long else "bad_quotes", reader.line_num) from error


def option_name(name: str, line: int) -> str:
    """A name that can be an option's id; « = » parts an option from its value in a ballot."""
    if not name or "=" in name or len(name) > LONGEST_NAME:
        raise FileRefused("bad_name", line, name=name[:60])
    return name
