"""What a model file declares: rules, their sources, the objections raised against them. Plain data."""

import math
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from components.look.i18n import t
from components.scenario.expression import FUNCTIONS
from components.scenario.faults import ModelError
from components.scenario.yaml_lines import Entry
from components.scenario.years import BASE_YEAR, LAST_YEAR

RULE_KEYS = frozenset(
    [
        "label",
        "unit",
        "over",
        "formula",
        "value",
        "from",
        "per",
        "variable",
        "residue_of",
        "source",
        "note",
        "objections",
        "best_before",
        "words",
        "bounds",
        "territory",
        "method",
        "missing",
        "range",
    ]
)
SOURCE_KEYS = frozenset(["producer", "title", "year", "status", "scope", "url", "licence", "place"])
OBJECTION_KEYS = frozenset(["kind", "fr", "en", "source"])
STATUSES = ("to verify", "unsourced", "year not given")
SCOPES = ("local", "national")
OBJECTION_KINDS = ("empirical", "value", "interest")
UNKNOWN = "unknown"
METHODS = ("measured", "modelled", "assumed")
_MONTH = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")
_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")
RESERVED = frozenset({"lever", "hypothesis", "commune", "year", *FUNCTIONS})


@dataclass(frozen=True)
class Source:
    """Where a number or an equation comes from.

    `title` in French, or in its own language; `title_en` when it is ours to translate. `status` warns: see
    STATUSES. `scope`: whether the number is the territory's (`local`) or the country's (`national`).
    """

    producer: str
    title: str = ""
    year: int | None = None
    status: str = ""
    scope: str = ""
    place: str = ""
    url: str = ""
    licence: str = ""
    title_en: str = ""

    def plain(self, lang: str = "fr") -> dict[str, Any]:
        """As JSON-able data in a language, empty parts left out."""
        parts = asdict(self)
        title_en = parts.pop("title_en")
        if lang == "en" and title_en:
            parts["title"] = title_en
        for key in ("status", "scope"):
            if parts[key]:
                parts[key] = t(f"model.{key}_{parts[key].replace(' ', '_')}", lang)
        return {key: value for key, value in parts.items() if value not in ("", None)}


@dataclass(frozen=True)
class Objection:
    """What people say against a rule: about facts (`empirical`), about what is right (`value`), about who
    gains (`interest`)."""

    kind: str
    text: Mapping[str, str]
    source: str = ""


@dataclass(frozen=True)
class Range:
    """How uncertain an input is: between two numbers in the rule's unit, or a percentage either side of its value.

    Values nearer to the rule's own are likelier, in a straight line (a triangular distribution).
    """

    low: float = 0.0
    high: float = 0.0
    percent: float | None = None


@dataclass(frozen=True)
class Rule:
    """One rule as declared. Exactly one of `formula`, `value` and `column` is set.

    `value`: a number, or numbers by year, straight lines between them and constant beyond;
    `over`: dimensions it varies over (`commune`, `year`); `per_year`: the column counts one year, so a
    `tCO2e` of an annual inventory reads as `tCO2e/year`; `missing`: what an empty cell of the column counts
    as; `territory`: `sum` when the communes' values add up to the territory's, `none` when they do not (a
    rate, an intensity).
    """

    id: str
    label: Mapping[str, str]
    unit: str
    over: tuple[str, ...]
    source: Source | None
    file: str
    line: int
    lines: Mapping[str, int]
    formula: str | None = None
    value: float | tuple[tuple[int, float], ...] | None = None
    column: str | None = None
    per_year: bool = False
    missing: float | None = None
    variable: str | None = None
    residue_of: str | None = None
    note: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    objections: tuple[Objection, ...] = ()
    best_before: str = ""
    bounds: tuple[float, float] | None = None
    territory: str = "sum"
    method: str = "modelled"
    range: Range | None = None

    def line_of(self, key: str) -> int:
        """The line of one of its keys in its file."""
        return self.lines.get(key, self.line)


def both_languages(value: Any, entry: Entry, key: str) -> dict[str, str]:
    """A `{fr: …, en: …}` text, both present. Raises ModelError."""
    if (
        not isinstance(value, dict)
        or set(value) != {"fr", "en"}
        or not all(isinstance(text, str) and text.strip() for text in value.values())
    ):
        raise ModelError("text_fr_en", entry.file, entry.line_of(key), entry.name, name=key)
    return {"fr": value["fr"], "en": value["en"]}


def french_at_least(value: Any, entry: Entry, key: str) -> dict[str, str]:
    """What people say or publish here, in French: without an English text the French one stands in its place."""
    if isinstance(value, dict) and set(value) == {"fr"}:
        value = {"fr": value["fr"], "en": value["fr"]}
    return both_languages(value, entry, key)


def number(value: Any, entry: Entry, key: str) -> float:
    """A finite number. Raises ModelError."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e15:
        raise ModelError("not_a_number", entry.file, entry.line_of(key), entry.name, name=key)
    return float(value)


def is_identifier(name: str) -> bool:
    """Whether a rule, a hypothesis or an option may be called so."""
    return bool(_IDENTIFIER.fullmatch(name)) and name not in RESERVED


def number_or_years(value: Any, entry: Entry, key: str) -> float | tuple[tuple[int, float], ...]:
    """A number, or numbers by year (`{2019: 3, 2050: 1}`), in order of years. Raises ModelError."""
    if not isinstance(value, dict):
        return number(value, entry, key)
    years = list(value)
    if not years or any(isinstance(year, bool) or not isinstance(year, int) for year in years):
        raise ModelError("model_engine.years_form", entry.file, entry.line_of(key), entry.name)
    if not BASE_YEAR <= min(years) <= max(years) <= LAST_YEAR:
        raise ModelError("model_engine.years_form", entry.file, entry.line_of(key), entry.name)
    return tuple((year, number(value[year], entry, key)) for year in sorted(years))


def read_source(value: Any, entry: Entry, key: str = "source") -> Source:
    """A source: at least its producer, and its year unless it says that it has none to give."""
    if (
        not isinstance(value, dict)
        or not isinstance(value.get("producer"), str)
        or not value["producer"].strip()
    ):
        raise ModelError("source_producer", entry.file, entry.line_of(key), entry.name)
    known_keys(value, SOURCE_KEYS, entry, key)
    year = value.get("year")
    if year is None and not value.get("status"):
        raise ModelError("source_year", entry.file, entry.line_of(key), entry.name)
    if year is not None and (isinstance(year, bool) or not isinstance(year, int)):
        raise ModelError("source_year", entry.file, entry.line_of(key), entry.name)
    for name, allowed in (("status", STATUSES), ("scope", SCOPES)):
        if value.get(name) is not None:
            _one_of(value[name], allowed, name, key, entry)
    texts = {name: str(value[name]) for name in SOURCE_KEYS - {"year"} if value.get(name) is not None}
    if isinstance(value.get("title"), dict):
        title = both_languages(value["title"], entry, key)
        texts |= {"title": title["fr"], "title_en": title["en"]}
    return Source(year=year, **texts)


def section(
    name: str, value: Any, entry: Entry, allowed: frozenset[str], required: tuple[str, ...], at: str = ""
) -> Mapping[str, Any]:
    """What stands under a name: only keys that are known, all that are required. `at`: where, inside the entry.

    Raises ModelError.
    """
    line = entry.line_of(at) if at else entry.line
    if not is_identifier(name):
        raise ModelError("rule_name", entry.file, line, entry.name)
    if not isinstance(value, dict):
        raise ModelError("rule_form", entry.file, line, entry.name)
    known_keys(value, allowed, entry, at or None)
    for key in required:
        if key not in value:
            sentence = "missing_source" if key == "source" else "missing_key"
            raise ModelError(sentence, entry.file, line, entry.name, name=f"{name}.{key}" if at else key)
    return value


def known_keys(
    value: Mapping[str, Any], allowed: frozenset[str], entry: Entry, key: str | None = None
) -> None:
    """Refuses a key that is not allowed, at its line or at that of `key`. Raises ModelError."""
    for name in value:
        if name not in allowed:
            line = entry.line_of(key if key is not None else str(name))
            raise ModelError("unknown_key", entry.file, line, entry.name, name=name)


def _objections(value: Any, entry: Entry) -> tuple[Objection, ...]:
    if not isinstance(value, list):
        raise ModelError("objection_form", entry.file, entry.line_of("objections"), entry.name)
    found = []
    for item in value:
        if not isinstance(item, dict) or item.get("kind") not in OBJECTION_KINDS:
            raise ModelError("objection_form", entry.file, entry.line_of("objections"), entry.name)
        known_keys(item, OBJECTION_KEYS, entry, "objections")
        text = french_at_least({k: item[k] for k in ("fr", "en") if k in item}, entry, "objections")
        found.append(Objection(item["kind"], text, str(item.get("source", ""))))
    return tuple(found)


def read_rule(entry: Entry, formulas_source: Source | None) -> Rule:
    """A rule from its YAML entry. `formulas_source` is the file's own source for its formulas, if it has one.

    Raises ModelError.
    """
    value, name, file = entry.value, entry.name, entry.file
    if not is_identifier(name):
        raise ModelError("rule_name", file, entry.line, name)
    if not isinstance(value, dict):
        raise ModelError("rule_form", file, entry.line, name)
    known_keys(value, RULE_KEYS, entry)
    if "unit" not in value or not isinstance(value["unit"], str | int):
        raise ModelError("missing_unit", file, entry.line, name)
    if "label" not in value and "value" not in value:
        raise ModelError("missing_label", file, entry.line, name)
    kinds = [key for key in ("formula", "value", "from") if key in value]
    if len(kinds) != 1:
        raise ModelError("one_of_three", file, entry.line, name)
    source: Source | None
    if "source" in value:
        source = read_source(value["source"], entry)
    elif "formula" in value:
        source = formulas_source
    else:
        source = None
    if source is None and "from" not in value:
        raise ModelError("missing_source", file, entry.line, name)
    return Rule(
        id=name,
        label=both_languages(value.get("label", _from_name(name)), entry, "label"),
        unit=str(value["unit"]),
        over=_over(value.get("over", []), entry),
        source=source,
        file=str(file),
        line=entry.line,
        lines=entry.lines,
        formula=_text(value, "formula", entry),
        value=_value(value["value"], entry) if "value" in value else None,
        column=_text(value, "from", entry),
        per_year=_choice(value, "per", ("", "year"), entry) == "year",
        missing=number(value["missing"], entry, "missing") if "missing" in value else None,
        variable=_text(value, "variable", entry),
        residue_of=_text(value, "residue_of", entry),
        note=both_languages(value["note"], entry, "note") if "note" in value else {},
        words=both_languages(value["words"], entry, "words") if "words" in value else {},
        objections=_objections(value["objections"], entry) if "objections" in value else (),
        best_before=_best_before(value, entry),
        bounds=_bounds(value["bounds"], entry) if "bounds" in value else None,
        territory=_choice(value, "territory", ("sum", "none"), entry, default="sum"),
        range=_range(value["range"], entry) if "range" in value else None,
        method=_choice(
            value, "method", METHODS, entry, default="assumed" if "value" in value else "modelled"
        ),
    )


def _value(value: Any, entry: Entry) -> float | tuple[tuple[int, float], ...]:
    """A number or numbers by year, or NaN for what is said to be `unknown`: its source then says why."""
    return math.nan if value == UNKNOWN else number_or_years(value, entry, "value")


def _text(value: Mapping[str, Any], key: str, entry: Entry) -> str | None:
    if key not in value:
        return None
    text = value[key]
    if isinstance(text, bool) or not isinstance(text, str | int | float) or not str(text).strip():
        raise ModelError("text_expected", entry.file, entry.line_of(key), entry.name, name=key)
    return " ".join(str(text).split())


def _from_name(name: str) -> dict[str, str]:
    """A label for a value that has none of its own: its name, readable."""
    words = name.replace("_", " ").capitalize()
    return {"fr": words, "en": words}


def _choice(
    value: Mapping[str, Any], key: str, allowed: tuple[str, ...], entry: Entry, default: str | None = None
) -> str:
    return _one_of(value.get(key, allowed[0] if default is None else default), allowed, key, key, entry)


def _one_of(found: Any, allowed: tuple[str, ...], name: str, key: str, entry: Entry) -> str:
    if found not in allowed:
        choices = ", ".join(word for word in allowed if word)
        raise ModelError("choice", entry.file, entry.line_of(key), entry.name, name=name, choices=choices)
    return str(found)


def _over(value: Any, entry: Entry) -> tuple[str, ...]:
    if not isinstance(value, list) or any(item not in ("commune", "year") for item in value):
        raise ModelError("over", entry.file, entry.line_of("over"), entry.name)
    return tuple(value)


def _bounds(value: Any, entry: Entry) -> tuple[float, float]:
    if not isinstance(value, list) or len(value) != 2:
        raise ModelError("bounds_form", entry.file, entry.line_of("bounds"), entry.name)
    low, high = (number(item, entry, "bounds") for item in value)
    if low > high:
        raise ModelError("bounds_form", entry.file, entry.line_of("bounds"), entry.name)
    return low, high


def _range(value: Any, entry: Entry) -> Range:
    if isinstance(value, dict) and set(value) == {"percent"}:
        percent = number(value["percent"], entry, "range.percent")
        if 0 < percent <= 100:
            return Range(percent=percent)
    if isinstance(value, dict) and set(value) == {"low", "high"}:
        low, high = (number(value[key], entry, f"range.{key}") for key in ("low", "high"))
        if low < high:
            return Range(low, high)
    raise ModelError("model_engine.range_form", entry.file, entry.line_of("range"), entry.name)


def _best_before(value: Mapping[str, Any], entry: Entry) -> str:
    text = str(value.get("best_before", ""))
    if text and not _MONTH.fullmatch(text):
        raise ModelError("best_before", entry.file, entry.line_of("best_before"), entry.name)
    return text
