"""Read the files of a territory pack and note every fault found on the way, with its file and line.

Nothing here raises on a bad file: a reader returns what it could read (or None) and adds to the faults.
"""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from components.look.i18n import t

MAX_BYTES = 20_000_000
MAX_YAML_BYTES = 1_000_000  # YAML is read slowly, a hundred times more than JSON
MAX_TEXT = 1_000
NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,12})?")
INTEGER = re.compile(r"-?[0-9]{1,15}")
# Control characters, and the marks that reverse the reading direction: a name could hide another one.
_CONTROLS = r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff"
_DIRECTION_MARKS = r"\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
FORBIDDEN = re.compile(f"[{_CONTROLS}{_DIRECTION_MARKS}]")
# A spreadsheet takes a cell that begins so for a formula and runs it.
FORMULA = ("=", "+", "-", "@", "\t")


@dataclass(frozen=True)
class Fault:
    """One thing wrong in a pack: the file, the line (1 = first), and why, told in French or English."""

    file: str
    row: int
    key: str
    values: tuple[tuple[str, str], ...] = ()

    @property
    def reason(self) -> str:
        """The sentence in French."""
        return self.sentence("fr")

    def sentence(self, lang: str) -> str:
        return t(f"territory.{self.key}", lang, **dict(self.values))

    def __str__(self) -> str:
        return f"{self.file}:{self.row}: {self.reason}"


@dataclass
class Inspection:
    """The pack being read and the faults found so far."""

    path: Path
    faults: list[Fault] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)

    def fault(self, file: str, row: int, key: str, /, **values: object) -> None:
        shown = tuple((name, shorten(value)) for name, value in values.items())
        self.faults.append(Fault(file, row, key, shown))

    def line(self, file: str, needle: str, after: str = "") -> int:
        """Line where `needle` stands in a file already read (after the text `after`), 1 when it does not."""
        text = self.texts.get(file, "")
        start = text.find(after) if after else 0
        at = text.find(needle, max(start, 0))
        return text.count("\n", 0, at) + 1 if at >= 0 else 1


@dataclass(frozen=True)
class Row:
    """One line of a table: its line number in the file and its cells by column name."""

    line: int
    cells: Mapping[str, str]

    def number(self, column: str) -> float | None:
        """The cell as a number; None when it is empty (unknown), absent, or not a number."""
        text = self.cells.get(column, "")
        return float(text) if NUMBER.fullmatch(text) else None


def shorten(value: object) -> str:
    """A value as it may be quoted in a sentence: one line, no forbidden character, 60 characters at most."""
    text = FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", " ".join(str(value).split()))
    return text if len(text) <= 60 else text[:59] + "…"


def read_text(inspection: Inspection, file: str, limit: int = MAX_BYTES) -> str | None:
    """The text of one file of the pack (UTF-8, a leading byte-order mark accepted), None when unreadable."""
    path = inspection.path / file
    try:
        if path.stat().st_size > limit:
            inspection.fault(file, 1, "file_too_big", megabytes=limit // 1_000_000)
            return None
        raw = path.read_bytes()
    except FileNotFoundError:
        inspection.fault(file, 1, "file_missing")
        return None
    except (OSError, ValueError):
        inspection.fault(file, 1, "file_unreadable")
        return None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        inspection.fault(file, raw.count(b"\n", 0, error.start) + 1, "encoding")
        return None
    if not text.strip():
        inspection.fault(file, 1, "file_empty")
        return None
    inspection.texts[file] = text
    bad = FORBIDDEN.search(text)
    if bad:
        row = text.count("\n", 0, bad.start()) + 1
        inspection.fault(file, row, "forbidden_character", code=f"U+{ord(bad.group()):04X}")
        return None
    return text


def read_json(inspection: Inspection, file: str) -> Any:
    """The content of a JSON file, None when it cannot be read."""
    text = read_text(inspection, file)
    if text is None:
        return None
    try:
        content = json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        inspection.fault(file, error.lineno, "json_broken")
        return None
    except (ValueError, RecursionError):
        inspection.fault(file, 1, "json_broken")
        return None
    return content if _texts_are_harmless(inspection, file, content) else None


def _refuse_constant(name: str) -> float:
    raise ValueError(name)


class _Loader(yaml.BaseLoader):
    """YAML whose scalars all stay text (so that 01004 keeps its zero) and whose keys may not repeat."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode):
                if key.value in seen:
                    raise yaml.constructor.ConstructorError(
                        None, None, f"duplicate key {key.value!r}", key.start_mark
                    )
                seen.add(key.value)
        return super().construct_mapping(node, deep)


def read_yaml(inspection: Inspection, file: str) -> dict[str, Any] | None:
    """The mapping of a YAML file, every scalar as text, None when it cannot be read."""
    text = read_text(inspection, file, MAX_YAML_BYTES)
    if text is None:
        return None
    try:
        content = yaml.load(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        row = error.problem_mark.line + 1 if error.problem_mark else 1
        repeated = re.match("duplicate key '(.*)'", error.problem or "")
        if repeated:
            inspection.fault(file, row, "duplicate_key", name=repeated.group(1))
        else:
            inspection.fault(file, row, "yaml_broken")
        return None
    except (yaml.YAMLError, ValueError, RecursionError):
        inspection.fault(file, 1, "yaml_broken")
        return None
    if not isinstance(content, dict):
        inspection.fault(file, 1, "yaml_broken")
        return None
    return content if _texts_are_harmless(inspection, file, content) else None


def _texts_are_harmless(inspection: Inspection, file: str, content: Any) -> bool:
    """Whether no text hides a forbidden character behind an escape, nor exceeds what a page can show."""
    for text in _strings(content):
        if len(text) > MAX_TEXT:
            inspection.fault(file, inspection.line(file, text[:40]), "text_too_long", text=text)
            return False
        bad = FORBIDDEN.search(text)
        if bad:
            inspection.fault(file, 1, "forbidden_character", code=f"U+{ord(bad.group()):04X}")
            return False
    return True


def _strings(content: Any) -> Iterator[str]:
    # A stack and not recursion: depth is the file's choice; `seen` because YAML aliases may repeat or loop.
    stack, seen = [content], set()
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict | list) and id(item) not in seen:
            seen.add(id(item))
            if isinstance(item, dict):
                stack.extend(item.keys())
                stack.extend(item.values())
            elif item and not isinstance(item[0], int | float):
                stack.extend(item)


def read_table(
    inspection: Inspection, file: str, may_be_empty: bool = False
) -> tuple[list[str], list[Row]] | None:
    """Header and rows of a CSV file (comma, UTF-8), None when it is no table at all."""
    text = read_text(inspection, file)
    if text is None:
        return None
    reader = csv.reader(io.StringIO(text), strict=True)
    rows: list[Row] = []
    header: list[str] = []
    try:
        for cells in reader:
            if not header:
                header = [cell.strip() for cell in cells]
                if len(header) == 1 and ";" in header[0]:
                    inspection.fault(file, 1, "separator")
                    return None
                for name in sorted({name for name in header if header.count(name) > 1}):
                    inspection.fault(file, 1, "column_twice", column=name)
            elif cells and len(cells) != len(header):
                inspection.fault(file, reader.line_num, "cell_count", found=len(cells), expected=len(header))
            elif cells:
                rows.append(Row(reader.line_num, dict(zip(header, (c.strip() for c in cells), strict=True))))
    except csv.Error:
        inspection.fault(file, max(reader.line_num, 1), "csv_broken")
        return None
    if not rows and not may_be_empty:
        inspection.fault(file, 1, "table_empty")
    return header, rows
