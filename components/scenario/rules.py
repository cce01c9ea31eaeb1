"""Loads the declared model: YAML rules become a checked graph. Nothing that is wrong gets past this door.

Refused, each with file, line, rule and a French sentence (`ModelError`): broken YAML, duplicate or unknown
keys, an unknown name, a circle, a missing unit or source, a formula whose dimensions do not match its unit,
an unsafe expression, a value out of bounds, a lever that moves nothing, a rule nobody reads.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from components.scenario import columns, units
from components.scenario.binding import Binder, without_still
from components.scenario.blocks import LARGE
from components.scenario.checks import (
    cautious,
    check_dead_options,
    check_unread,
    out_of_bounds,
    still_levers,
    tolerant,
)
from components.scenario.declared import Rule, Source, read_rule, read_source
from components.scenario.expression import ExpressionError, names_in, parse
from components.scenario.faults import Findings, ModelError
from components.scenario.graph import Draft, compile_rules
from components.scenario.hypotheses import read_hypotheses
from components.scenario.inputs import constant, from_column
from components.scenario.levers_file import read_levers, rules_for_bounds
from components.scenario.model import Model, Provenance
from components.scenario.presets import read_presets
from components.scenario.probe import invented, sampled
from components.scenario.ranges import check_range
from components.scenario.saved import short_names
from components.scenario.targets import read_targets
from components.scenario.yaml_lines import Entry, entries
from components.territory.pack import PackError
from components.territory.pack import catalogue as read_catalogue

if TYPE_CHECKING:
    from components.territory.pack import Territory

DATA = Path(__file__).resolve().parents[2] / "data"
MODEL = DATA / "model"
ABOUT = "about"
ORDER = (
    "Emissions", "CO2e", "Final Energy", "Production",
    "Residential", "Services", "Industry", "Road Transport", "Other Transport", "Agriculture",
    "Waste", "Energy",
    "Electricity", "Gas", "Oil Products", "Wood", "District Heat", "Solar Heat", "Biomethane", "Solar",
)  # fmt: skip
ABOUT_KEYS = frozenset({"label", "source"})


def load_model(
    territory: "Territory",
    path: Path | str = MODEL,
    lenient: bool = False,
    findings: Findings | None = None,
) -> Model:
    """The model of a folder for a territory: levers.yaml, factors.csv, rules/*.yaml, territories/<slug>.yaml.

    The territory's own rules stand in for the general ones of the same name.
    Beside them, when they exist: hypotheses.yaml, presets.yaml, targets.yaml. `lenient`: values out of a rule's bounds
    are among the model's remarks instead of refusing it, for a territory whose data nobody has looked at yet.
    `findings`: takes every fault found, not the first alone. Raises ModelError, and nothing else for what a file may
    hold.
    """
    folder = Path(path)
    findings = findings or Findings()
    general = _read_rules(_rule_files(folder), findings)
    own = folder / "territories" / f"{territory.slug}.yaml"
    local = _read_rules([own], findings) if own.exists() else {}
    declared = general | local
    lever_entries = read_levers(folder / "levers.yaml", findings)
    hypotheses = read_hypotheses(folder / "hypotheses.yaml", declared, findings)
    if (targets := folder / "targets.yaml").exists():
        with findings.noting():
            read_targets(targets)
    drafts, provenance = _drafts(declared, territory, folder, findings)
    lever_units = {entry.name: units.unit(str(entry.value["unit"])) for entry in lever_entries}
    compiled = compile_rules(drafts, lever_units, hypotheses, findings)
    variables, residues = (_reported(declared, key, findings) for key in ("variable", "residue_of"))
    findings.stop_here()
    model = Model(
        slug=territory.slug,
        regions=tuple(str(code) for code in territory.communes.index),
        rules=compiled,
        levers=(),
        statics={},
        variables=variables,
        residues=residues,
        provenance=provenance,
        hypotheses=hypotheses,
    )
    binder = Binder(lever_entries, lever_units, rules_for_bounds(lever_entries))
    found = _bound(model, binder, _read_by_replaced(general, local), lenient, findings)
    with findings.noting():
        _check_short_names(found)
    found = replace(found, presets=read_presets(folder / "presets.yaml", found, findings))
    findings.stop_here()
    return found


def _drafts(
    declared: Mapping[str, Rule], territory: "Territory", folder: Path, findings: Findings
) -> tuple[dict[str, Draft], dict[str, Provenance]]:
    """Rules on their way, those without a formula already with their value."""
    file = folder / "factors.csv"
    try:
        factors = columns.read_factors(file)
        catalogue = read_catalogue()
    except (OSError, KeyError, UnicodeDecodeError, TypeError) as error:
        raise ModelError("unreadable_file", file, 0, name=file.name) from error
    except PackError as error:
        name = error.faults[0].file
        raise ModelError("unreadable_file", name, 0, name=name) from error
    drafts = {name: Draft(rule) for name, rule in declared.items()}
    provenance: dict[str, Provenance] = {}
    for name, draft in drafts.items():
        with findings.noting():
            if draft.rule.column is not None:
                draft.node, provenance[name] = from_column(draft.rule, territory, factors, catalogue)
            elif draft.rule.value is not None:
                draft.node = constant(draft.rule)
    return drafts, provenance


def _bound(
    model: Model, binder: Binder, read_elsewhere: frozenset[str], lenient: bool, findings: Findings
) -> Model:
    """The model with the territory's numbers, and what they show to be wrong.

    A territory too large to be tried whole is tried on some of its communes.
    """
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        found = binder.bound(model)
        if len(found.regions) < LARGE:
            return _tried(found, binder, read_elsewhere, lenient, findings)
        _tried(binder.bound(sampled(found)), binder, read_elsewhere, True, findings)
        return binder.bound(replace(found, rules=cautious(found)))


def _tried(
    found: Model, binder: Binder, read_elsewhere: frozenset[str], lenient: bool, findings: Findings
) -> Model:
    """The model whose numbers hold, levers that move nothing in this territory put aside."""
    for compiled in found.rules.values():
        with findings.noting():
            check_range(compiled.rule, found.statics.get(compiled.rule.id))
    check_unread(found, read_elsewhere | binder.for_bounds.keys(), findings)
    probe = cache(lambda: binder.bound(invented(found)))
    while True:
        rules, remarks = tolerant(found, probe)
        if not remarks:
            break
        found = binder.bound(replace(found, rules=rules, remarks=(*found.remarks, *remarks)))
    outside = list(out_of_bounds(found))
    if not lenient:
        for fault in outside:
            findings.add(fault)
    check_dead_options(found, probe, findings)
    still = still_levers(found, probe, findings)
    return without_still(replace(found, remarks=(*found.remarks, *outside)), still)


def _read_by_replaced(general: Mapping[str, Rule], local: Mapping[str, Rule]) -> frozenset[str]:
    """What general rules read that this territory replaces: other territories need it."""
    formulas = (general[name].formula for name in local if name in general)
    try:
        return frozenset(name for formula in formulas if formula for name in names_in(parse(formula)))
    except ExpressionError:  # refused where that rule is in use
        return frozenset()


def _check_short_names(model: Model) -> None:
    """Saved scenarios name what they set in three characters: no two may share theirs. Raises ModelError."""
    options = {one.setting: tuple(option.id for option in one.options) for one in model.hypotheses}
    try:
        short_names((*(lever.id for lever in model.levers), *options), options)
    except ValueError as error:
        name, other = error.args
        lever = model.lever(name) or model.lever(name.rpartition(".")[0])
        about = lever or next(one for one in model.hypotheses if name.startswith(one.setting))
        raise ModelError(
            "model_engine.short_name", about.file, about.line, about.id, name=name, other=other
        ) from error


def _rule_files(folder: Path) -> list[Path]:
    found = sorted((folder / "rules").glob("*.yaml"))
    if not found:
        raise ModelError("no_rules", folder / "rules", 0)
    return found


def _read_rules(files: Iterable[Path], findings: Findings) -> dict[str, Rule]:
    found: dict[str, Rule] = {}
    for file in files:
        formulas_source: Source | None = None
        with findings.noting():
            for entry in entries(file):
                with findings.noting():
                    if entry.name == ABOUT:
                        formulas_source = _about(entry)
                        continue
                    rule = read_rule(entry, formulas_source)
                    if rule.id in found:
                        raise _twice(rule, found[rule.id])
                    found[rule.id] = rule
    return found


def _twice(rule: Rule, first: Rule) -> ModelError:
    other = Path(first.file).name
    return ModelError("rule_twice", rule.file, rule.line, rule.id, other=other, other_line=first.line)


def _about(entry: Entry) -> Source:
    if not isinstance(entry.value, dict) or not set(entry.value) <= ABOUT_KEYS or "source" not in entry.value:
        raise ModelError("about_form", entry.file, entry.line, entry.name)
    return read_source(entry.value["source"], entry)


def _reported(declared: Mapping[str, Rule], key: str, findings: Findings) -> dict[str, str]:
    found: dict[str, str] = {}
    for rule in declared.values():
        variable = getattr(rule, key)
        if variable is None:
            continue
        if variable in found:
            findings.add(ModelError("variable_twice", rule.file, rule.line_of(key), rule.id, name=variable))
        found[variable] = rule.id
    return {variable: found[variable] for variable in sorted(found, key=_reading_order)}


def _reading_order(variable: str) -> tuple[int, ...]:
    """Emissions before energy before production, a total before its parts, sectors before carriers."""
    return tuple(ORDER.index(part) if part in ORDER else len(ORDER) for part in variable.split("|"))


__all__ = ["MODEL", "Model", "ModelError", "load_model"]
