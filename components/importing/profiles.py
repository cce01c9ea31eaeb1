"""Known official files: what their columns probably are, to be confirmed by whoever has the file in front of them.

One YAML file a producer's file, in data/importing/. `status: to verify` says that nobody here has seen the file itself:
its columns are looked for by words, never taken for certain. Pure.
"""

import re
from collections import Counter
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from components.importing.cells import fold, text_of
from components.importing.codes import present_code
from components.importing.document import ImportRefused, quoted
from components.importing.mapping import Choice, Mapping, Provenance, Series
from components.importing.table import Table
from components.importing.targets import factor, target, targets

PROFILES: Final = Path(__file__).resolve().parents[2] / "data" / "importing"
MOST_ITEMS: Final = 200
_YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")
_YEAR_HEADER = re.compile(r"annee.*|year|millesime.*|an|exercice")
# As headers write units, folded, the longest first.
_UNITS: Final = (
    (r"kt ?(eq ?)?co2( ?e| ?eq)?", "ktCO2e"),
    (r"kg ?(eq ?)?co2( ?e| ?eq)?", "kgCO2e"),
    (r"(t|tonnes?|teq) ?(eq ?)?co2( ?e| ?eq)?", "tCO2e"),
    (r"kwh", "kWh"),
    (r"mwh", "MWh"),
    (r"gwh", "GWh"),
    (r"twh", "TWh"),
    (r"ktep", "ktep"),
    (r"tep", "tep"),
    (r"milliers de m3|1000 m3", "1000 m3"),
    (r"mm3|millions? de m3|hm3", "Mm3"),
    (r"m3", "m3"),
    (r"m2", "m2"),
    (r"km2", "km2"),
    (r"ha|hectares?", "ha"),
    (r"kt", "kt"),
    (r"kg", "kg"),
    (r"t|tonnes?", "t"),
)


@dataclass(frozen=True)
class Profile:
    """One official file. Patterns are regular expressions on a column's whole key (folded, its year YYYY)."""

    id: str
    title_fr: str
    title_en: str
    producer: str
    licence: str
    method: str
    url: str
    status: str
    unit: str
    year: int = 0
    columns: Dictionary[str, tuple[str, ...]] = field(default_factory=dict)
    value: tuple[str, ...] = ()
    years: tuple[str, ...] = ()
    dimensions: Dictionary[str, tuple[str, ...]] = field(default_factory=dict)
    items: Dictionary[str, Dictionary[str, str]] = field(default_factory=dict)
    span: str = ""
    duplicates: str = "refuse"

    def title(self, lang: str = "fr") -> str:
        return self.title_fr if lang == "fr" else self.title_en

    @property
    def verified(self) -> bool:
        return self.status == "read"


@cache
def profiles() -> dict[str, Profile]:
    """The known files by id, in the order of their names."""
    found = {}
    for path in sorted(PROFILES.glob("*.yaml")):
        told = yaml.safe_load(path.read_text(encoding="utf-8"))
        found[path.stem] = Profile(
            id=path.stem,
            title_fr=told["title"]["fr"],
            title_en=told["title"]["en"],
            **{name: str(told[name]) for name in ("producer", "licence", "method", "url", "status", "unit")},
            year=int(told.get("year", 0)),
            columns={name: _patterns(words) for name, words in told.get("columns", {}).items()},
            value=_patterns(told.get("value", ())),
            years=_patterns(told.get("years", ())),
            dimensions={name: _patterns(words) for name, words in told.get("dimensions", {}).items()},
            items=told.get("items", {}),
            span=told.get("span", ""),
            duplicates=told.get("duplicates", "refuse"),
        )
    return found


def _patterns(words: Any) -> tuple[str, ...]:
    return (words,) if isinstance(words, str) else tuple(words)


def suggest(table: Table, file_name: str, communes: Dictionary[str, str], only: str = "") -> Mapping:
    """The mapping that the best fitting profile gives (`only`: that one), else one with nothing chosen but the
    columns that bear the very name of one of the packs'."""
    wanted = [profiles()[only]] if only in profiles() else list(profiles().values())
    year = year_of(table, file_name)
    made = [(_mapping(profile, table, year, communes), profile) for profile in wanted]
    best = max(made, key=lambda pair: (len(pair[0].targets()), pair[1].verified), default=None)
    if best is not None and (len(best[0].targets()) >= _enough(best[1]) or only):
        return best[0]
    choices = tuple(
        Choice(Series(key), name, unit_of(table.headers[index], name) or target(name).units[0])
        for index, key in enumerate(table.keys)
        if index != table.communes and (name := _same_name(key)) is not None
    )
    column = year_column_of(table, ())
    return Mapping(choices=choices, year_column=column, provenance=Provenance(year=year))


def _enough(profile: Profile) -> int:
    """How many of a profile's columns must be found before it is offered."""
    return 1 if len(profile.columns.keys() | profile.items.keys()) <= 3 else 2


def _same_name(key: str) -> str | None:
    for name, to in targets().items():
        if key in (fold(name), fold(to.title_fr), fold(to.title_en)):
            return name
    return None


def _mapping(profile: Profile, table: Table, year: int, communes: Dictionary[str, str]) -> Mapping:
    year_column = year_column_of(table, profile.years)
    if year_column:
        year = latest_year(table, year_column, communes) or year
    told = Provenance(
        producer=profile.producer,
        title=profile.title_fr,
        year=year or profile.year,
        method=profile.method,
        licence=profile.licence,
        url=profile.url,
    )
    dimensions: dict[str, str] = {}
    for name, patterns in profile.dimensions.items():
        if key := _first(table, patterns, {table.communes}):
            dimensions[name] = key
    choices = _long(profile, table, dimensions, communes) if dimensions else ()
    if not choices:
        dimensions, choices = {}, _wide(profile, table)
    return Mapping(
        choices=choices,
        dimensions=tuple(dimensions.values()),
        year_column=year_column,
        duplicates=profile.duplicates if dimensions else "refuse",
        provenance=told,
        profile=profile.id,
    )


def _wide(profile: Profile, table: Table) -> tuple[Choice, ...]:
    choices = []
    taken: set[int] = {table.communes}
    for name, patterns in profile.columns.items():
        key = _first(table, patterns, taken)
        if key:
            index = table.column(key)
            taken.add(index)
            unit = unit_of(table.headers[index], name) or profile.unit
            choices.append(Choice(Series(key), name, unit, _span(profile, table.headers[index])))
    return tuple(choices)


def _span(profile: Profile, header: str) -> float:
    """The years that a column counts over, when its name says the first and the last: `naf09art23` is 14."""
    found = re.search(profile.span, fold(header)) if profile.span else None
    return float((int(found[2]) - int(found[1])) % 100 or 1) if found else 1.0


def _long(
    profile: Profile, table: Table, dimensions: dict[str, str], communes: Dictionary[str, str]
) -> tuple[Choice, ...]:
    value = _first(table, profile.value, {table.communes})
    if not value or not dimensions:
        return ()
    unit = unit_of(table.headers[table.column(value)], next(iter(profile.items))) or profile.unit
    choices = []
    names = list(dimensions)
    for items in items_of(table, tuple(dimensions.values()), communes):
        for name, wanted in profile.items.items():
            if all(part in names for part in wanted) and all(
                part not in wanted or re.fullmatch(wanted[part], item)
                for part, item in zip(names, items, strict=True)
            ):
                choices.append(Choice(Series(value, items), name, unit))
                break
    return tuple(choices)


def _first(table: Table, patterns: tuple[str, ...], taken: Any = ()) -> str:
    """Key of the first column that fits the first pattern that any fits."""
    for pattern in patterns:
        for index, key in enumerate(table.keys):
            if index not in taken and re.fullmatch(pattern, key):
                return key
    return ""


def items_of(
    table: Table, dimensions: tuple[str, ...], communes: Dictionary[str, str]
) -> list[tuple[str, ...]]:
    """The items that the territory's lines name, most frequent first, MOST_ITEMS at most, folded."""
    indices = [table.column(key) for key in dimensions]
    seen: Counter[tuple[str, ...]] = Counter()
    for _, row in table.lines():
        code = table.code(table.cell(row, table.communes))
        if code is not None and present_code(code, communes) in communes:
            seen[tuple(fold(table.cell(row, index)) for index in indices)] += 1
    return [items for items, _ in seen.most_common(MOST_ITEMS)]


def item_words(table: Table, dimensions: tuple[str, ...]) -> dict[str, str]:
    """How the file writes each folded item, the first time it does."""
    indices = [table.column(key) for key in dimensions]
    words: dict[str, str] = {}
    for _, row in table.lines() if indices else ():
        for index in indices:
            cell = table.cell(row, index)
            words.setdefault(fold(cell), quoted(text_of(cell)))
    return words


def year_column_of(table: Table, patterns: tuple[str, ...]) -> str:
    """The column where each line says its year; '' without one."""
    for index, key in enumerate(table.keys):
        fits = any(re.fullmatch(pattern, key) for pattern in patterns) or _YEAR_HEADER.fullmatch(key)
        if fits and index != table.communes:
            cells = [
                text_of(table.cell(row, index)) for _, (_, row) in zip(range(20), table.lines(), strict=False)
            ]
            if cells and all(re.match(r"(19|20)[0-9]{2}\b", cell) for cell in cells if cell):
                return key
    return ""


def years_of(table: Table, key: str, communes: Dictionary[str, str]) -> list[int]:
    """The years that the territory's lines say, latest first."""
    index, seen = table.column(key), set()
    for _, row in table.lines():
        code = table.code(table.cell(row, table.communes))
        if code is not None and present_code(code, communes) in communes:
            found = _YEAR.match(text_of(table.cell(row, index)))
            if found:
                seen.add(int(found.group()))
    return sorted(seen, reverse=True)


def latest_year(table: Table, key: str, communes: Dictionary[str, str]) -> int:
    return next(iter(years_of(table, key, communes)), 0)


def year_of(table: Table, file_name: str) -> int:
    """The one year that the columns, else the titles, else the file's name speak of; 0 without a single one."""
    for texts in (table.headers, table.titles, [file_name.replace("_", " ")]):
        years = {int(found) for text in texts for found in _YEAR.findall(text)}
        if len(years) == 1:
            return years.pop()
    return 0


def unit_of(header: str, name: str) -> str:
    """The unit that a header says in brackets or at its end, if it can be that column's; else ''."""
    written = header.replace(".", "")
    for said in (*re.findall(r"[(\[]([^)\]]*)[)\]]", written), written):
        for pattern, unit in _UNITS:
            if re.search(rf"(?:^| )(?:en )?(?:{pattern})(?: an| par an)?$", fold(said)):
                try:
                    factor(unit, target(name))
                except ImportRefused:
                    break
                return unit
    return ""
