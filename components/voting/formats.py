"""Ballots out of a file: a CSV table or a Pabulib `.pb` file, whole or refused with the line and the reason."""

import csv
import io
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from components.look.i18n import t
from components.voting.ballots import Choice
from components.voting.question import Option, Question

MOST_DIGITS = 12


class FileRefused(ValueError):
    """The file cannot be counted. `key` names the reason in the locale area `voting`; line 0 is the file as a whole."""

    def __init__(self, key: str, line: int = 0, /, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.line = line
        self.values = values

    def sentence(self, file: str, lang: str = "fr") -> str:
        """« FILE, ligne 12 : reason. »"""
        reason = t(f"voting.file_{self.key}", lang, **self.values)
        where = "file_at_line" if self.line else "file_at_all"
        return t(f"voting.{where}", lang, file=file, line=self.line, reason=reason)


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
    """The question a file answers, and its ballots: choice → how many, blank ones included."""

    question: Question
    ballots: Mapping[Choice, int]


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
    """A number written plainly, « 1 000 », « 1000 » or « 1000,00 »; anything else is refused at its line."""
    if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS:
        return int(text)
    digits = "".join(text.replace("\u202f", "").replace("\xa0", "").split())
    whole_part, sign, decimals = digits.replace(",", ".").partition(".")
    if sign and not (decimals and set(decimals) == {"0"}):
        raise FileRefused(key, line, value=text.strip()[:40], **values)
    if whole_part.isascii() and whole_part.isdigit() and len(whole_part) <= MOST_DIGITS:
        return int(whole_part)
    raise FileRefused(key, line, value=text.strip()[:40], **values)


def rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Lines as (number of the line in the file, cells without outer spaces); empty lines as no cell."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            yield reader.line_num, [cell.strip() for cell in cells]
    except csv.Error as error:
        raise FileRefused("bad_quotes", reader.line_num) from error


def option_name(name: str, line: int) -> str:
    """A name that can be an option's id; « = » parts an option from its value in a ballot."""
    if not name or "=" in name or len(name) > 300:
        raise FileRefused("bad_name", line, name=name[:60])
    return name
