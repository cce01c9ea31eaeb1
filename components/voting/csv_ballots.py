"""CSV ballots: one row a ballot, with a column an option or one column that says it all (docs/depouillement.md)."""

import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import replace

from components.voting.answers import COUNTINGS, FIXED_OPTIONS, JUDGMENTS, SCALE
from components.voting.ballots import GRADED, VALUED, Choice
from components.voting.formats import (
    LONGEST_NAME,
    Asked,
    BallotFile,
    FileRefused,
    decoded,
    fold,
    option_name,
    rows,
    said_once,
    whole,
)
from components.voting.pabulib import check_limits
from components.voting.question import Option, Question

CHOICE = frozenset({"choice", "choices", "choix", "bulletin", "ballot", "vote"})
TIMES = frozenset({"count", "nombre", "effectif", "times"})
IGNORED = frozenset({"id", "voter", "voter_id", "electeur", "numero", "n°", "ballot_id"})
"""Columns of numbers or names of ballots: each comes once, none is kept."""

BLANK = frozenset({"blanc", "blank", "vide", "bulletin blanc"})
MARKED = frozenset({"1", "x", "oui", "yes", "vrai", "true"})
UNMARKED = frozenset({"", "0", "non", "no", "faux", "false"})
ALIASES = {
    "pour": "yes",
    "contre": "no",
    "consens": "consent",
    "consentement": "consent",
    "abstention": "aside",
    "stand aside": "aside",
}
NO_COLUMN = "\x1f"
"""A separator that no table holds: the file has one column."""

Row = tuple[int, list[str]]


def read_csv(data: bytes, asked: Asked) -> BallotFile:
    """All ballots of a table. Raises `FileRefused` with the line of the first fault; no row is ever left out."""
    (header_line, header), *table = _table(decoded(data))
    names = [fold(cell) for cell in header]
    times_at = _only(names, TIMES, header_line)
    choice_at = _only(names, CHOICE, header_line)
    kept = [
        place
        for place, name in enumerate(names)
        if place not in (times_at, choice_at) and name not in IGNORED
    ]
    if choice_at is not None and kept and all(cells[choice_at].isdigit() for _, cells in table):
        choice_at = None  # « bulletin » numbers the rows: the other columns are the ballot
    if choice_at is not None and kept:
        raise FileRefused("both_forms", header_line, name=header[kept[0]][:60])
    if choice_at is None and not kept:
        raise FileRefused("no_option", header_line)
    for place in kept:
        option_name(header[place], header_line)
        if names.index(names[place]) != place:
            raise FileRefused("twice", header_line, name=header[place])
    if choice_at is None:
        read: _Reader = _Columns(asked, [header[place] for place in kept], kept, header_line)
    else:
        read = _OneColumn(asked, choice_at, [(line, cells[choice_at]) for line, cells in table])
    ballots: Counter[Choice] = Counter()
    named: list[tuple[int, dict[str, int]]] = [
        (place, {}) for place, name in enumerate(names) if name in IGNORED
    ]
    for line, cells in table:
        for place, seen in named:
            said_once(seen, cells[place], line, header[place])
        times = 1 if times_at is None else whole(cells[times_at], line)
        ballots[read.choice(line, cells)] += times
    return BallotFile(read.question(), {choice: n for choice, n in ballots.items() if n})


def read_costs(data: bytes) -> dict[str, int]:
    """Option → euros, of a table with the columns option and cost (option, projet, nom; cost, coût, montant)."""
    (header_line, header), *table = _table(decoded(data))
    names = [fold(cell) for cell in header]
    options = frozenset({"option", "projet", "project", "project_id", "nom", "name"})
    option_at = _only(names, options, header_line)
    cost_at = _only(names, frozenset({"cost", "cout", "montant", "prix"}), header_line)
    if option_at is None or cost_at is None:
        raise FileRefused("costs_header", header_line)
    costs: dict[str, int] = {}
    for line, cells in table:
        name = option_name(cells[option_at], line)
        if fold(name) in {fold(known) for known in costs}:
            raise FileRefused("twice", line, name=name)
        costs[name] = whole(cells[cost_at], line, "bad_cost", name=name)
    return costs


def _table(text: str) -> list[Row]:
    """The row of the header, then the others, each as wide; empty lines around them are no rows."""
    told = re.match(r"sep=([;,|\t])[ ]*(?=[\r\n])", text)
    if told:  # a first line that spreadsheets write, and read as the separator
        delimiter, text = told[1], text[told.end() :]
    else:
        first = text.lstrip("\n\r").split("\n", 1)[0]
        delimiter = max(";\t,", key=lambda sign: len(next(iter(rows(first, sign)), (0, []))[1]))
        if delimiter not in first:
            delimiter = NO_COLUMN
    lines = list(rows(text, delimiter))
    while lines and not lines[-1][1]:
        lines.pop()
    while lines and not lines[0][1]:
        del lines[0]
    if not lines or not any(lines[0][1]):
        raise FileRefused("empty")
    header = lines[0][1]
    for line, cells in lines[1:]:
        if not cells:
            raise FileRefused("empty_line", line)
        if len(cells) != len(header):
            raise FileRefused("cells", line, found=len(cells), wanted=len(header))
    return lines


def _only(names: list[str], wanted: frozenset[str], line: int) -> int | None:
    found = [place for place, name in enumerate(names) if name in wanted]
    if len(found) > 1:
        raise FileRefused("twice", line, name=names[found[1]])
    return found[0] if found else None


class _Reader:
    """What both forms share: the options, the grades, and a ballot made of values. options: name → its line."""

    def __init__(self, asked: Asked, options: Mapping[str, int]) -> None:
        self.asked = asked
        self.grades = asked.grades
        if asked.method in GRADED and not self.grades:
            self.grades = JUDGMENTS if asked.method == "majority_judgment" else SCALE
        self.options = self._options(options)
        self.known = _names(self.options)
        self.known_grades = _names(self.grades)
        if asked.method in FIXED_OPTIONS:
            self.known |= {
                alias: name for alias, name in ALIASES.items() if name in {o.id for o in self.options}
            }

    def choice(self, line: int, cells: list[str]) -> Choice:
        raise NotImplementedError

    def _options(self, found: Mapping[str, int]) -> tuple[Option, ...]:
        fixed = FIXED_OPTIONS.get(self.asked.method)
        if fixed:
            return fixed
        names = list(found)
        if self.asked.options:
            announced = {fold(name) for name in self.asked.options}
            for name, line in found.items():
                if fold(name) not in announced:
                    raise FileRefused("unknown_option", line, name=name[:60])
            names = [option_name(name, 0) for name in self.asked.options]
        costs = {fold(name): cost for name, cost in self.asked.costs.items()}
        if self.asked.costs:
            for name in self.asked.costs:
                if fold(name) not in {fold(option) for option in names}:
                    raise FileRefused("cost_unknown", name=name[:60])
        if self.asked.method == "budget":
            for name in names:
                if fold(name) not in costs:
                    raise FileRefused("cost_missing", name=name[:60])
        return tuple(
            Option(name, {"fr": name}, self._role(name), cost=costs.get(fold(name), 0)) for name in names
        )

    def _role(self, name: str) -> str:
        """A column « Blanc » holds blank ballots: it never wins."""
        named = self.asked.method in ("single", "commune", "approval")
        return "blank" if named and fold(name) in BLANK else ""

    def question(self) -> Question:
        asked = self.asked
        made = Question("q", asked.method, {"fr": ""}, self.options, len(self.options))
        if asked.method in ("dots", "budget"):
            return replace(made, points=asked.points, cap=asked.cap, budget=asked.budget)
        if asked.method == "ranking":
            return replace(made, counting=asked.counting or COUNTINGS[0])
        several = len(self.options) if asked.method == "approval" else 1
        scale = asked.scale if asked.method == "score" else 0
        return replace(made, grades=self.grades, scale=scale, max_choices=several)

    def option(self, name: str, line: int) -> str:
        found = self.known.get(fold(name))
        if found is None:
            known = ", ".join(option.text("fr") for option in self.options)
            key = "unknown_answer" if self.asked.method in FIXED_OPTIONS else "unknown_option"
            raise FileRefused(key, line, name=name[:60], known=known)
        return found

    def valued(self, given: Mapping[str, str], line: int) -> Choice:
        """Values by option id, as written, into a ballot; an empty value is none."""
        asked = self.asked
        told = {option: value for option, value in given.items() if value}
        if asked.method in GRADED:
            grades = {option: self._grade(value, line) for option, value in told.items()}
            return self._written(grades)
        values = {option: whole(value, line) for option, value in told.items()}
        if asked.method == "score":
            for option, value in values.items():
                if value > asked.scale:
                    raise FileRefused("over_cap", line, name=option, value=value, most=asked.scale)
            return self._written(values)
        check_limits(asked, values, line)
        return self._written({option: value for option, value in values.items() if value})

    def marked(self, options: list[str], line: int) -> Choice:
        """Options named, into a ballot of a method without values."""
        method = self.asked.method
        for option in options:
            if options.count(option) > 1:
                raise FileRefused("twice", line, name=option)
        if method == "ranking":
            return tuple(options)
        if method != "approval" and len(options) > 1:
            raise FileRefused("one_only", line, names=", ".join(options)[:120])
        if not options and method in FIXED_OPTIONS:
            return tuple(option.id for option in self.options if option.role == "blank")
        return tuple(option.id for option in self.options if option.id in options)

    def _written(self, values: Mapping[str, object]) -> Choice:
        return tuple(f"{option.id}={values[option.id]}" for option in self.options if option.id in values)

    def _grade(self, value: str, line: int) -> str:
        found = self.known_grades.get(fold(value))
        if found is None:
            known = ", ".join(grade.text("fr") for grade in self.grades)
            raise FileRefused("unknown_grade", line, name=value[:60], known=known)
        return found


class _Columns(_Reader):
    """One column an option: a grade, a score, points, a rank or a mark in each."""

    def __init__(self, asked: Asked, header: list[str], places: list[int], line: int) -> None:
        super().__init__(asked, dict.fromkeys(header, line))
        self.columns = [(place, self.option(name, line)) for place, name in zip(places, header, strict=True)]
        taken = [option for _, option in self.columns]
        for option in taken:
            if taken.count(option) > 1:
                raise FileRefused("twice", line, name=option)

    def choice(self, line: int, cells: list[str]) -> Choice:
        given = {option: cells[place] for place, option in self.columns}
        if self.asked.method in VALUED:
            return self.valued(given, line)
        if self.asked.method == "ranking":
            return self._ranked(given, line)
        for option, cell in given.items():
            if fold(cell) not in MARKED | UNMARKED:
                raise FileRefused("not_a_mark", line, name=option, value=cell[:40])
        return self.marked([option for option, cell in given.items() if fold(cell) in MARKED], line)

    def _ranked(self, given: Mapping[str, str], line: int) -> Choice:
        ranks = {option: whole(cell, line) for option, cell in given.items() if cell}
        by_rank: dict[int, str] = {}
        for option, rank in ranks.items():
            if rank < 1:
                raise FileRefused("rank_zero", line, name=option)
            if rank in by_rank:
                raise FileRefused("same_rank", line, name=by_rank[rank], other=option, rank=rank)
            by_rank[rank] = option
        return tuple(by_rank[rank] for rank in sorted(by_rank))


class _OneColumn(_Reader):
    """One column: « A > B », « A | B », « A, B », « A=3 | B=1 »; blank when empty or « blanc »."""

    def __init__(self, asked: Asked, place: int, cells: list[tuple[int, str]]) -> None:
        written: dict[str, Counter[str]] = {}
        lines: dict[str, int] = {}
        for line, cell in cells:
            for name in self._names_in(asked, cell):
                if not name:
                    raise FileRefused("empty_part", line, value=cell[:60])
                if len(name) > LONGEST_NAME:
                    raise FileRefused("bad_name", line, name=name[:60])
                written.setdefault(fold(name), Counter())[name] += 1
                lines.setdefault(fold(name), line)
        if asked.method == "ranking":
            _refuse_lists(cells, written)
        super().__init__(asked, {_spelling(written[name]): lines[name] for name in sorted(written)})
        self.place = place

    def choice(self, line: int, cells: list[str]) -> Choice:
        cell = cells[self.place]
        parts = [] if fold(cell) in BLANK else self._parts(self.asked, cell)
        if any(not part for part in parts):
            raise FileRefused("empty_part", line, value=cell[:60])
        if self.asked.method not in VALUED:
            return self.marked([self.option(part, line) for part in parts], line)
        given: dict[str, str] = {}
        for part in parts:
            name, value = self._pair(part)
            option = self.option(name, line)
            if not value and self.asked.method == "dots":
                # A name said again is one more dot.
                given[option] = str(int(given.get(option, "0")) + 1)
                continue
            if option in given:
                raise FileRefused("twice", line, name=option)
            if not value:
                raise FileRefused("no_value", line, name=name[:60])
            given[option] = value
        return self.valued(given, line)

    @classmethod
    def _names_in(cls, asked: Asked, cell: str) -> list[str]:
        if fold(cell) in BLANK:
            return []
        parts = [part for part in cls._parts(asked, cell) if part]
        return [cls._pair(part)[0] if asked.method in VALUED else part for part in parts]

    @staticmethod
    def _parts(asked: Asked, cell: str) -> list[str]:
        if not cell:
            return []
        if asked.method in ("single", "commune", *(name for name, fixed in FIXED_OPTIONS.items() if fixed)):
            return [cell]
        sign = ">" if asked.method == "ranking" else "|" if "|" in cell else ","
        return [part.strip() for part in cell.split(sign)]

    @staticmethod
    def _pair(part: str) -> tuple[str, str]:
        found = re.fullmatch(r"(.*?)\s*[=:]\s*([^=:]*)", part)
        return (found[1].strip(), found[2].strip()) if found else (part, "")


def _spelling(written: Counter[str]) -> str:
    """One way to write a name for all its ballots, whatever their order: the most frequent, the most accented."""
    return min(written, key=lambda name: (-written[name], name.isascii(), name))


def _refuse_lists(cells: list[tuple[int, str]], known: Collection[str]) -> None:
    """« A, B, C » is no ranking. A comma within a name is one as long as no ballot names what it parts."""
    ranked = {fold(part) for _, cell in cells if ">" in cell for part in cell.split(">")}
    for line, cell in cells:
        for part in cell.split(">"):
            pieces = {fold(piece) for piece in re.split(r"[,|]", part)}
            if len(pieces) > 1 and (fold(part) not in ranked or pieces & set(known)):
                raise FileRefused("not_ranked", line, value=part.strip()[:60])


def _names(options: tuple[Option, ...]) -> dict[str, str]:
    """Every way an option may be named: its id, its French and its English text."""
    named: dict[str, str] = {}
    for option in options:
        for name in (option.id, *option.label.values()):
            named.setdefault(fold(name), option.id)
    return named
