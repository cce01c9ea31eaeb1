"""Why this number? The graph walked backwards: value, rule in words, inputs with values, units and sources.

A trace is plain data (JSON-able). It goes down to the columns of the territory pack, the rows of factors.csv,
the assumptions and the levers; a rule met twice is unfolded once. Every value shown is the engine's own.
"""

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from components.look.i18n import t
from components.look.numbers import number, round_significant
from components.scenario.declared import OBJECTION_KINDS, Rule
from components.scenario.engine import Engine, Result
from components.scenario.expression import LEVER, Array, parse, split_lever, summed_reads
from components.scenario.hypotheses import Hypothesis, Option
from components.scenario.levers import Lever
from components.scenario.units import display
from components.scenario.words import in_words, listed

TERRITORY = "territory"
RESIDUE = "residue"
DEPTH = 20
# Numbers of inhabitants turn thousands of tonnes and millions of kWh into tonnes and MWh per person.
PER_PERSON = {"ktCO2e/yr": ("tCO2e/person/year", 1e3), "GWh/yr": ("MWh/person/year", 1e3)}


def why(
    engine: Engine,
    result: Result,
    variable: str,
    region: str,
    year: int,
    lang: str = "fr",
    *,
    per_inhabitant: bool = False,
    trend: Result | None = None,
    depth: int = DEPTH,
) -> dict[str, Any]:
    """Explains one figure.

    `variable`: a reported variable, or the id of any rule; `region`: an INSEE code, the territory's slug,
    `territory`, or `slug|residue`; `per_inhabitant`: divided by the population; `trend`: explain the difference
    from that result instead. Returns {title, value, unit, model_unit, year, region, rule: {id, label, words,
    formula, source, method, note, best_before, objections}, inputs: [{id, label, value, unit, words?, formula?,
    source?, note?, lever?, by_commune?, inputs?}]}. `unit` is as people read it in `lang`, `model_unit` as
    the model writes it.
    Where the figure is unknown, `value` is None and `unknown` is {words, missing: [{id, column, label, regions,
    file?, url?}]}: the data to import, and the communes without them (all of them when the list is empty); inputs
    without value have `to_import` true. Raises KeyError for an unknown variable, region or year.
    """
    trace = _Trace(engine, result, region, year, lang, depth)
    found = trace.top(variable)
    if trend is not None:
        found = _difference(found, _Trace(engine, trend, region, year, lang, depth).top(variable), lang)
    return _per_inhabitant(found, trace) if per_inhabitant else found


class _Trace:
    def __init__(self, engine: Engine, result: Result, region: str, year: int, lang: str, depth: int) -> None:
        self.model = engine.model
        self.territory = engine.territory
        self.result = result
        self.lang = lang
        self.depth = depth
        self.year = int(year)
        years = [int(y) for y in result.years]
        if self.year not in years:
            raise KeyError(year)
        self._column = years.index(self.year)
        self.whole = region in (TERRITORY, result.slug)
        self.residue_only = region == f"{result.slug}|{RESIDUE}"
        if not self.whole and not self.residue_only and region not in result.regions:
            raise KeyError(region)
        self.region = result.slug if self.whole else region
        self._row = 0 if self.whole or self.residue_only else result.regions.index(region)
        self._sums = _Sums(result.state)
        self._unfolded: set[tuple[str, bool]] = set()
        self._objections: dict[tuple[str, str], dict[str, str]] = {}

    def top(self, variable: str) -> dict[str, Any]:
        """The figure asked for, with its rule and its inputs."""
        if self.residue_only:
            return self._explained(self.model.residues[variable], t("model.residue_title", self.lang))
        name = self.model.variables.get(variable, variable)
        found = self._explained(name, None)
        residue = self.model.residues.get(variable)
        if self.whole and residue is not None:
            found["value"] = _known(float(self.result.total(variable)[self._column]))
            found["inputs"].append(self._input(residue, 1))
            if found["value"] is None:
                found["unknown"] = self._unknown(name, residue)
            found["rule"]["words"] += f" + {self._label(residue)}"
            found["rule"]["formula"] += f" + {residue}"
        return found

    def _explained(self, name: str, title: str | None) -> dict[str, Any]:
        rule = self.model.rules[name].rule
        node = self._rule(name, 0)
        own = sorted(
            (self._objection(rule, objection, own=True) for objection in self._raw_objections(rule)),
            key=_kind,
        )
        others = [text for (about, _), text in self._objections.items() if about != rule.id]
        found = {
            "title": title or self._label(name),
            "value": node["value"],
            "unit": display(rule.unit, self.lang),
            "model_unit": rule.unit,
            "year": self.year,
            "region": self.region,
            "rule": {
                "id": rule.id,
                "label": self._label(name),
                "words": node.get("words", ""),
                "formula": rule.formula or "",
                "source": node.get("source"),
                "method": node.get("method"),
                "note": node.get("note", ""),
                "best_before": rule.best_before,
                "objections": own + sorted(others, key=_kind),
            },
            "inputs": node.get("inputs", []),
        }
        return found | {"unknown": self._unknown(name)} if node.get("unknown") else found

    def _holds_for_sums(self, name: str) -> bool:
        """Whether a formula gives the territory's total from the totals of what it reads.

        It does when no two of them that vary between communes are multiplied; else each commune is computed, then
        added up, and the trace must not let people believe otherwise.
        """
        compiled = self.model.rules[name]
        if compiled.rule.formula is None:
            return True
        with np.errstate(all="ignore"):
            found = compiled.compute(self._sums)
        return bool(np.allclose(found, self._sums[name], rtol=1e-9, atol=1e-12, equal_nan=True))

    def _file(self, name: str) -> dict[str, Any]:
        """The official file that would bring a figure, when one is known."""
        provenance = self.model.provenance.get(name)
        if provenance is None or not provenance.file:
            return {}
        return {"file": provenance.file["label"][self.lang], "url": provenance.file["url"]}

    def _value(self, values: Array, summed: bool) -> float | None:
        """One number out of an array of shape (communes or 1, years or 1), None where it is unknown."""
        column = self._column if values.shape[1] > 1 else 0
        if summed and values.shape[0] > 1:
            return _known(float(values[:, column].sum()))
        return _known(float(values[self._row if values.shape[0] > 1 else 0, column]))

    def _unknown(self, *names: str) -> dict[str, Any]:
        """Why figures are unknown: the data that the territory lacks and where, else why the model itself has none."""
        missing = self._missing(*names)
        told = [self._reason(found["id"]) for found in missing if found["column"] is None]
        missing = [found for found in missing if found["column"] is not None]
        if told and not missing:
            reasons = t("model_content.unknown_here", self.lang, reasons=" ; ".join(told))
            return {"words": reasons, "missing": []}
        words = [
            t(
                f"model_engine.missing_{'some' if found['regions'] else 'everywhere'}",
                self.lang,
                label=found["label"],
                name=found["column"],
                count=len(found["regions"]),
            )
            for found in missing
        ]
        key = "unknown_words" if words else "unknown_division"
        return {
            "words": t(f"model_engine.{key}", self.lang, names=listed(words, self.lang)),
            "missing": missing,
        }

    def _reason(self, name: str) -> str:
        """Why a value is said to be unknown: the title of its source."""
        source = self.model.rules[name].rule.source
        return str(source.plain(self.lang).get("title", "")) if source else ""

    def _missing(self, *names: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        seen: set[tuple[str, bool]] = set()
        waiting = [(name, self.whole) for name in reversed(names)]
        while waiting:
            name, everywhere = waiting.pop()
            values = self.result.state[name]
            column = values[:, self._column if values.shape[1] > 1 else 0]
            unknown = np.isnan(column if everywhere or len(column) == 1 else column[self._row])
            if (name, everywhere) in seen or name not in self.model.rules or not unknown.any():
                continue
            seen.add((name, everywhere))
            rule = self.model.rules[name].rule
            if rule.formula is not None:
                reads = summed_reads(parse(rule.formula))
                waiting += [(read, everywhere or summed) for read, summed in reversed(reads)]
            elif all(other["id"] != name for other in found):
                absent = np.isnan(column).all()
                lacking = [] if absent else [self.result.regions[i] for i in np.flatnonzero(np.isnan(column))]
                found.append(
                    {"id": name, "column": rule.column, "label": self._label(name), "regions": lacking}
                    | self._file(name)
                )
        return found

    def _rule(self, name: str, level: int, *, all_communes: bool = False) -> dict[str, Any]:
        rule = self.model.rules[name].rule
        values = self.result.state[name]
        several = values.shape[0] > 1
        node: dict[str, Any] = {"id": name, "label": self._label(name), "unit": display(rule.unit, self.lang)}
        column = values[:, self._column if values.shape[1] > 1 else 0]
        if several and self.whole and rule.territory == "none" and not np.isnan(column).all():
            low, high = float(np.nanmin(column)), float(np.nanmax(column))
            node |= {"value": None, "range": [low, high]}
            node["label"] += f" ({self._range(low, high)})"
        else:
            node["value"] = self._value(values, self.whole or all_communes)
            if node["value"] is None:
                node["unknown"] = True
        if several and all_communes and not self.whole:
            node["label"] = f"{t('model.sum_over_commune', self.lang)} {node['label']}"
        node |= self._about(rule)
        if several and self.whole and node["value"] is not None and not self._holds_for_sums(name):
            node["by_commune"] = True
            node["words"] = t("model_engine.by_commune", self.lang, words=node["words"])
        if node.get("unknown") and rule.column is not None:
            node |= {"to_import": True, "words": t("model_engine.to_import", self.lang)}
        if level and rule.formula is not None and "source" not in rule.lines:
            node.pop("source", None)  # its file's own: said once, at the top
        for objection in self._raw_objections(rule):
            self._objections[(rule.id, objection["fr"])] = self._objection(rule, objection, own=False)
        if rule.formula is None or (name, all_communes) in self._unfolded:
            return node
        if level >= self.depth:
            return node | {"more": t("model.and_more", self.lang)}
        self._unfolded.add((name, all_communes))
        node["inputs"] = [
            self._input(read, level + 1, all_communes=all_communes or summed)
            for read, summed in summed_reads(parse(rule.formula))
        ]
        return node

    def _input(self, name: str, level: int, *, all_communes: bool = False) -> dict[str, Any]:
        if name in self.model.rules:
            return self._rule(name, level, all_communes=all_communes)
        return self._lever(name)

    def _lever(self, name: str) -> dict[str, Any]:
        kind, _, rest = name.partition(".")
        lever_id, fact = split_lever(rest)
        lever = self.model.lever(rest) or self.model.lever(lever_id)
        if lever is None:
            raise KeyError(name)
        node: dict[str, Any] = {
            "id": name,
            "label": self._label(name),
            "value": self._value(self.result.state[name], False),
            "unit": "" if kind == "ramp" else display(lever.unit, self.lang),
            "lever": True,
        }
        if lever.note:
            node["note"] = lever.note[self.lang]
        if kind == LEVER and fact is not None and self.model.lever(rest) is None:
            source = {"today": lever.today_source, "trend": lever.trend_source}.get(fact)
            return node | ({"source": source.plain(self.lang)} if source else {})
        if not lever.available:
            node["note"] = " ".join(
                filter(None, [node.get("note", ""), lever.reason[self.lang].capitalize()])
            )
        setting = self.result.settings.get(lever.id, lever.trend)
        start, end = (
            self.result.settings.get(f"{lever.id}.{part}", getattr(lever.ramp, part))
            for part in ("start", "end")
        )
        if setting == lever.trend:
            node["source"] = lever.trend_source.plain(self.lang)
        if kind == "path":
            node["words"] = t(
                "model.path_words",
                self.lang,
                today=self._number(lever.today, lever),
                value=self._number(setting, lever),
                end=int(end),
                shape=t(f"model.{lever.ramp.shape}", self.lang),
            )
        elif kind == "ramp":
            node["words"] = t("model.growth_words", self.lang, start=int(start), end=int(end))
        else:
            node["words"] = t("model.lever_words", self.lang)
        return node

    def _number(self, value: float, lever: Lever) -> str:
        return f"{number(value, self.lang)}\u202f{display(lever.unit, self.lang)}".strip()

    def _range(self, low: float, high: float) -> str:
        low, high = round_significant(low, 3), round_significant(high, 3)
        return t("model.range", self.lang, low=number(low, self.lang), high=number(high, self.lang))

    def _about(self, rule: Rule) -> dict[str, Any]:
        """Words, source, note, method of a rule."""
        about: dict[str, Any] = {"method": rule.method}
        provenance = self.model.provenance.get(rule.id)
        if rule.words:
            about["words"] = rule.words[self.lang]
        elif rule.formula is not None:
            about["words"] = in_words(rule.formula, self._label, self.lang)
            about["formula"] = rule.formula
        else:
            about["words"] = t("model.column_words" if rule.column else "model.constant_words", self.lang)
        source = provenance.source if provenance else rule.source
        chosen = self._hypothesis(rule.id)
        if chosen is not None:
            hypothesis, option = chosen
            about["hypothesis"] = {
                "id": hypothesis.id,
                "label": hypothesis.label[self.lang],
                "question": hypothesis.question[self.lang],
                "option": option.id,
                "option_label": option.label[self.lang],
            }
            if rule.id in option.values:
                source = option.source
                about["words"] = t(
                    "model_engine.option_words",
                    self.lang,
                    group=hypothesis.label[self.lang],
                    option=option.label[self.lang],
                )
                if option.note:
                    about["note"] = option.note[self.lang]
        if source is not None:
            about["source"] = source.plain(self.lang)
        note = rule.note.get(self.lang, "")
        if provenance:
            about |= {"method": provenance.method, "column": rule.column}
            note = " ".join(filter(None, [note, provenance.note]))
        if note:
            about["note"] = " ".join(filter(None, [about.get("note"), note]))
        if rule.best_before:
            about["best_before"] = rule.best_before
        return about

    def _hypothesis(self, rule: str) -> tuple[Hypothesis, Option] | None:
        """The hypothesis that gives a rule its value, and the option chosen."""
        for hypothesis in self.model.hypotheses:
            if rule in hypothesis.rules:
                return hypothesis, hypothesis.options[int(self.result.settings[hypothesis.setting])]
        return None

    def _label(self, name: str) -> str:
        if name in self.model.rules:
            return self.model.rules[name].rule.label[self.lang]
        kind, _, rest = name.partition(".")
        whole = self.model.lever(rest)
        if whole is not None:
            label = whole.label[self.lang]
            return f"{t('model.growth_of', self.lang)} {label}" if kind == "ramp" else label
        lever_id, fact = split_lever(rest)
        lever = self.model.lever(lever_id)
        if lever is None:
            raise KeyError(name)
        return t(
            "model.lever_fact", self.lang, label=lever.label[self.lang], fact=t(f"model.{fact}", self.lang)
        )

    def _raw_objections(self, rule: Rule) -> Iterator[dict[str, str]]:
        for objection in rule.objections:
            yield {"kind": objection.kind, "source": objection.source, **objection.text}

    def _objection(self, rule: Rule, raw: Mapping[str, str], *, own: bool) -> dict[str, str]:
        text = raw[self.lang] if own else f"{rule.label[self.lang]}\u202f: {raw[self.lang]}"
        found = {"kind": raw["kind"], "text": text, "about": rule.id}
        return found | ({"source": raw["source"]} if raw["source"] else {})


class _Sums(dict[str, Array]):
    """Values summed over communes, each when first asked for."""

    def __init__(self, state: Mapping[str, Array]) -> None:
        super().__init__()
        self._state = state

    def __missing__(self, name: str) -> Array:
        values = self._state[name]
        self[name] = total = values.sum(axis=0, keepdims=True) if values.shape[0] > 1 else values
        return total


def _kind(objection: Mapping[str, str]) -> int:
    """The place of an objection: about facts, then about what is right, then about who gains."""
    return OBJECTION_KINDS.index(objection["kind"])


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _as_input(found: Mapping[str, Any], label: str | None = None) -> dict[str, Any]:
    rule = found["rule"]
    return {
        "id": rule["id"],
        "label": label or found["title"],
        "value": found["value"],
        "unit": found["unit"],
        "words": rule["words"],
        "formula": rule["formula"],
        "inputs": found["inputs"],
    }


def _difference(found: dict[str, Any], trend: dict[str, Any], lang: str) -> dict[str, Any]:
    title = found["title"]
    label = t("model.trend", lang)
    return found | {
        "title": t("model.difference", lang, title=title),
        "value": None if None in (found["value"], trend["value"]) else found["value"] - trend["value"],
        "rule": found["rule"]
        | {
            "words": t("model.difference_words", lang, title=title),
            "formula": f"{found['rule']['id']} − {label}",
        },
        "inputs": [_as_input(found), _as_input(trend, f"{title} ({label})")],
    }


def _per_inhabitant(found: dict[str, Any], trace: _Trace) -> dict[str, Any]:
    unit, times = PER_PERSON.get(found["model_unit"], (f"{found['model_unit']}/person", 1.0))
    communes = trace.territory.communes["population"]
    people = float(communes.sum(skipna=False) if trace.whole else communes[trace.region])
    column = trace.territory.columns["population"]
    title = found["title"]
    population = {
        "id": "population",
        "label": column.title_fr if trace.lang == "fr" else column.title_en,
        "value": people if people == people else None,
        "unit": display(column.unit, trace.lang),
        "source": {"producer": column.producer, "year": column.year, "licence": column.licence},
        "method": column.method,
        "column": "indicators.population",
    }
    return found | {
        "title": t("model.per_inhabitant", trace.lang, title=title),
        "value": None if found["value"] is None or not people > 0 else found["value"] * times / people,
        "unit": display(unit, trace.lang),
        "model_unit": unit,
        "rule": found["rule"]
        | {
            "words": t("model.per_inhabitant_words", trace.lang, title=title, year=column.year),
            "formula": f"{found['rule']['id']} / population",
        },
        "inputs": [_as_input(found), population],
    }
