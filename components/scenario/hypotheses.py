"""Rival hypotheses: what nobody in the territory decides, and on which people disagree (electricity, climate).

Each group of `hypotheses.yaml` has a question and options; one is chosen, the first by default. An option gives values
to rules that have no formula; a rule it does not name keeps its own value.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from components.scenario.declared import (
    Rule,
    Source,
    both_languages,
    number_or_years,
    read_source,
    section,
)
from components.scenario.expression import COMMUNE
from components.scenario.faults import Findings, ModelError
from components.scenario.yaml_lines import Entry, entries

PREFIX = "hypothesis."
GROUP_KEYS = frozenset({"label", "question", "note", "options"})
OPTION_KEYS = frozenset({"label", "note", "source", "values"})

Values = float | tuple[tuple[int, float], ...]  # one number, or numbers by year


@dataclass(frozen=True)
class Option:
    """One way the world may go. `values`: by rule id, in the rule's unit."""

    id: str
    label: Mapping[str, str]
    source: Source
    values: Mapping[str, Values]
    note: Mapping[str, str] = field(default_factory=dict)
    line: int = 0


@dataclass(frozen=True)
class Hypothesis:
    """A question with its options, the first one the default. `setting`: its key in a scenario's settings, where its
    value is the number of the option."""

    id: str
    label: Mapping[str, str]
    question: Mapping[str, str]
    options: tuple[Option, ...]
    note: Mapping[str, str] = field(default_factory=dict)
    file: str = ""
    line: int = 0

    @property
    def setting(self) -> str:
        return PREFIX + self.id

    @property
    def rules(self) -> frozenset[str]:
        """Ids of the rules to which its options give values."""
        return frozenset(rule for option in self.options for rule in option.values)

    def number(self, option: str) -> float | None:
        """The setting that chooses an option, None when there is no such option."""
        return next((float(i) for i, one in enumerate(self.options) if one.id == option), None)


def read_hypotheses(file: Path, rules: Mapping[str, Rule], findings: Findings) -> tuple[Hypothesis, ...]:
    """The groups of a file, none when there is no file. Raises ModelError."""
    found: list[Hypothesis] = []
    with findings.noting():
        for entry in entries(file) if file.exists() else ():
            with findings.noting():
                found.append(_hypothesis(entry, rules))
    _check_owners(found, findings)
    return tuple(found)


def _check_owners(found: Sequence[Hypothesis], findings: Findings) -> None:
    owner: dict[str, str] = {}
    for hypothesis in found:
        for rule in hypothesis.rules:
            if rule in owner:
                fault = ModelError(
                    "model_engine.hypothesis_twice", hypothesis.file, hypothesis.line, hypothesis.id,
                    name=rule, other=owner[rule],
                )  # fmt: skip
                findings.add(fault)
            owner[rule] = hypothesis.id


def _hypothesis(entry: Entry, rules: Mapping[str, Rule]) -> Hypothesis:
    value = section(entry.name, entry.value, entry, GROUP_KEYS, ("label", "question", "options"))
    options = value["options"]
    if not isinstance(options, dict) or len(options) < 2:
        raise ModelError("model_engine.hypothesis_options", entry.file, entry.line_of("options"), entry.name)
    return Hypothesis(
        entry.name,
        both_languages(value["label"], entry, "label"),
        both_languages(value["question"], entry, "question"),
        tuple(_option(str(name), option, entry, rules) for name, option in options.items()),
        both_languages(value["note"], entry, "note") if "note" in value else {},
        str(entry.file),
        entry.line,
    )


def _option(name: str, value: Any, entry: Entry, rules: Mapping[str, Rule]) -> Option:
    at = f"options.{name}"
    line = entry.line_of(at)
    value = section(name, value, entry, OPTION_KEYS, ("label", "source", "values"), at)
    values = value["values"]
    if not isinstance(values, dict):
        raise ModelError("rule_form", entry.file, entry.line_of(f"{at}.values"), entry.name)
    return Option(
        name,
        both_languages(value["label"], entry, f"{at}.label"),
        read_source(value["source"], entry, f"{at}.source"),
        {
            str(rule): _values(str(rule), given, entry, f"{at}.values.{rule}", rules)
            for rule, given in values.items()
        },
        both_languages(value["note"], entry, f"{at}.note") if "note" in value else {},
        line,
    )


def _values(name: str, value: Any, entry: Entry, at: str, rules: Mapping[str, Rule]) -> Values:
    line, rule = entry.line_of(at), rules.get(name)
    if rule is None:
        raise ModelError("unknown_name", entry.file, line, entry.name, name=name)
    if rule.formula is not None or COMMUNE in rule.over:
        raise ModelError("model_engine.hypothesis_input", entry.file, line, entry.name, name=name)
    found = number_or_years(value, entry, at)
    if isinstance(found, tuple) and not rule.over:
        raise ModelError("model_engine.years_over", entry.file, line, entry.name, name=name)
    return found
