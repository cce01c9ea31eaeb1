"""Loads the declared model: YAML rules become a checked graph. Nothing that is wrong gets past this door.

Refused, each with file, line, rule and a French sentence (`ModelError`): broken YAML, duplicate or unknown
keys, an unknown name, a circle, a missing unit or source, a formula whose dimensions do not match its unit,
an unsafe expression, a value out of bounds, a lever that moves nothing, a rule nobody reads.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pint

from components.scenario import columns, units
from components.scenario.binding import Binder, without_still
from components.scenario.checks import check_bounds, check_dead_options, check_unread, still_levers, tolerant
from components.scenario.declared import Rule, Source, read_rule, read_source
from components.scenario.expression import (
    COMMUNE,
    LEVER,
    LEVER_FACTS,
    YEAR,
    Compiler,
    Compute,
    ExpressionError,
    Name,
    Node,
    converted,
    names_in,
    parse,
    shown,
    split_lever,
)
from components.scenario.faults import ModelError
from components.scenario.hypotheses import Hypothesis, read_hypotheses
from components.scenario.levers_file import read_levers, rules_for_bounds
from components.scenario.model import CompiledRule, Model, Provenance, frozen
from components.scenario.presets import read_presets
from components.scenario.probe import invented
from components.scenario.ranges import check_range
from components.scenario.saved import short_names
from components.scenario.yaml_lines import Entry, entries
from components.scenario.years import by_year
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


@dataclass
class _Draft:
    """A rule on its way: what its formula reads, then its compiled node."""

    rule: Rule
    reads: tuple[str, ...] = ()
    node: Node | None = None


def load_model(territory: "Territory", path: Path | str = MODEL) -> Model:
    """The model of a folder for a territory: levers.yaml, factors.csv, rules/*.yaml, territories/<slug>.yaml.

    Raises ModelError, and nothing else for what a file may hold.
    """
    folder = Path(path)
    factors_file = folder / "factors.csv"
    try:
        factors = columns.read_factors(factors_file)
    except (OSError, KeyError, UnicodeDecodeError) as error:
        raise ModelError("unreadable_file", factors_file, 0, name=factors_file.name) from error
    declared = _read_rules(_rule_files(folder, territory.slug))
    lever_entries = read_levers(folder / "levers.yaml")
    drafts = {name: _Draft(rule) for name, rule in declared.items()}
    provenance: dict[str, Provenance] = {}
    try:
        catalogue = read_catalogue()
    except PackError as error:
        raise ModelError("unreadable_file", error.faults[0].file, 0, name=error.faults[0].file) from error
    for draft in drafts.values():
        if draft.rule.column is not None:
            draft.node, provenance[draft.rule.id] = _from_column(draft.rule, territory, factors, catalogue)
        elif draft.rule.value is not None:
            draft.node = _constant(draft.rule)
    hypotheses = read_hypotheses(folder / "hypotheses.yaml", declared)
    lever_units = {entry.name: units.unit(str(entry.value["unit"])) for entry in lever_entries}
    _read_formulas(drafts, lever_units)
    order = _sorted(drafts)
    compiled = _compile(order, drafts, lever_units, hypotheses)
    for_bounds = rules_for_bounds(lever_entries)
    model = Model(
        slug=territory.slug,
        regions=tuple(str(code) for code in territory.communes.index),
        rules=compiled,
        levers=(),
        statics={},
        variables=_reported(declared, "variable"),
        residues=_reported(declared, "residue_of"),
        provenance=provenance,
        hypotheses=hypotheses,
    )
    binder = Binder(lever_entries, lever_units, for_bounds)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        found = binder.bound(model)
        for rule in declared.values():
            check_range(rule, found.statics.get(rule.id))
        check_unread(found, for_bounds)
        probe = cache(lambda: binder.bound(invented(found)))
        while True:
            rules, remarks = tolerant(found, probe)
            if not remarks:
                break
            found = binder.bound(replace(found, rules=rules, remarks=(*found.remarks, *remarks)))
        check_bounds(found)
        check_dead_options(found, probe)
        found = without_still(found, still_levers(found, probe))
    _check_short_names(found)
    return replace(found, presets=read_presets(folder / "presets.yaml", found))


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


def _rule_files(folder: Path, slug: str) -> list[Path]:
    own = folder / "territories" / f"{slug}.yaml"
    found = sorted((folder / "rules").glob("*.yaml")) + ([own] if own.exists() else [])
    if not found:
        raise ModelError("no_rules", folder / "rules", 0)
    return found


def _read_rules(files: Iterable[Path]) -> dict[str, Rule]:
    found: dict[str, Rule] = {}
    for file in files:
        formulas_source: Source | None = None
        for entry in entries(file):
            if entry.name == ABOUT:
                formulas_source = _about(entry)
                continue
            rule = read_rule(entry, formulas_source)
            if rule.id in found:
                other = Path(found[rule.id].file).name
                raise ModelError(
                    "rule_twice", file, entry.line, rule.id, other=other, other_line=found[rule.id].line
                )
            found[rule.id] = rule
    return found


def _about(entry: Entry) -> Source:
    if not isinstance(entry.value, dict) or not set(entry.value) <= ABOUT_KEYS or "source" not in entry.value:
        raise ModelError("about_form", entry.file, entry.line, entry.name)
    return read_source(entry.value["source"], entry)


def _unit(rule: Rule) -> pint.Unit:
    try:
        return units.unit(rule.unit)
    except units.UnitError as error:
        raise ModelError("unknown_unit", rule.file, rule.line_of("unit"), rule.id, unit=rule.unit) from error


def _constant(rule: Rule) -> Node:
    if COMMUNE in rule.over:
        raise ModelError("value_over", rule.file, rule.line_of("over"), rule.id)
    if isinstance(rule.value, tuple) and not rule.over:
        raise ModelError("model_engine.years_over", rule.file, rule.line_of("value"), rule.id, name=rule.id)
    value = frozen(by_year(rule.value if rule.value is not None else np.nan))
    return Node(_unit(rule), frozenset(rule.over), lambda env: value)


def _from_column(
    rule: Rule,
    territory: "Territory",
    factors: Mapping[str, columns.Factor],
    catalogue: columns.Catalogue,
) -> tuple[Node, Provenance]:
    line = rule.line_of("from")
    try:
        figure = columns.figure(str(rule.column), territory, factors, catalogue)
    except columns.ColumnError as error:
        raise ModelError(error.key, rule.file, line, rule.id, **error.values) from error
    if figure.source is not None and not figure.source.producer.strip():
        raise ModelError("missing_source", rule.file, line, rule.id)
    unit = _unit(rule)
    try:
        read = units.unit(figure.unit.replace("^", "**")) if figure.unit else unit
        if rule.per_year and not units.same_dimensions(read, unit):
            read = read / units.unit("year")
        times = units.factor(read, unit)
    except units.UnitError as error:
        raise ModelError(
            "column_unit",
            rule.file,
            rule.line_of("unit"),
            rule.id,
            column=rule.column,
            left=figure.unit,
            right=rule.unit,
        ) from error
    values = figure.values
    unknown = np.isnan(values)
    if rule.missing is not None and not unknown.all():  # nothing at all is not a column of zeros
        values = np.where(unknown, rule.missing, values)
    dims = frozenset({COMMUNE}) if values.shape[0] > 1 or rule.over == (COMMUNE,) else frozenset()
    if set(rule.over) != dims:
        raise ModelError(
            "wrong_over", rule.file, rule.line_of("over"), rule.id, found=", ".join(sorted(dims)) or "–"
        )
    values = frozen(values * times)
    label = {"fr": figure.label_fr, "en": figure.label_en} if figure.label_fr else {}
    about = Provenance(
        rule.source or figure.source,
        figure.method or rule.method,
        label,
        figure.note,
        figure.absent,
        catalogue.get("files", {}).get(figure.file, {}),
    )
    return Node(unit, dims, lambda env: values), about


def _read_formulas(drafts: Mapping[str, _Draft], lever_units: Mapping[str, object]) -> None:
    for draft in drafts.values():
        rule = draft.rule
        if rule.formula is None:
            continue
        try:
            draft.reads = tuple(names_in(parse(rule.formula)))
        except (ExpressionError, RecursionError) as error:
            raise _refused(rule, error) from error
        for name in draft.reads:
            kind, _, rest = name.partition(".")
            if kind in {LEVER, "ramp", "path"} and rest:
                known = split_lever(rest)[0] in lever_units or rest in lever_units
            else:
                known = name in drafts
            if not known:
                raise ModelError("unknown_name", rule.file, rule.line_of("formula"), rule.id, name=name)


def _refused(rule: Rule, error: Exception) -> ModelError:
    line = rule.line_of("formula")
    if isinstance(error, ExpressionError):
        return ModelError(error.key, rule.file, line, rule.id, **error.values)
    return ModelError("formula_syntax", rule.file, line, rule.id)


def _sorted(drafts: Mapping[str, _Draft]) -> list[str]:
    """Rule ids, each after what it reads. Raises ModelError naming the circle."""
    order: list[str] = []
    done: set[str] = set()
    for first in drafts:
        trail: list[str] = []
        stack: list[tuple[str, int]] = [(first, 0)]
        while stack:
            name, position = stack.pop()
            if name in done:
                continue
            if position == 0:
                if name in trail:
                    rule = drafts[name].rule
                    circle = " → ".join([*trail[trail.index(name) :], name])
                    raise ModelError("circle", rule.file, rule.line_of("formula"), name, circle=circle)
                trail.append(name)
            reads = [read for read in drafts[name].reads if read in drafts]
            if position < len(reads):
                stack.append((name, position + 1))
                stack.append((reads[position], 0))
            else:
                trail.remove(name)
                done.add(name)
                order.append(name)
    return order


def _compile(
    order: list[str],
    drafts: Mapping[str, _Draft],
    lever_units: Mapping[str, pint.Unit],
    hypotheses: tuple[Hypothesis, ...],
) -> dict[str, CompiledRule]:
    names: dict[str, Name] = {}
    for lever, unit in lever_units.items():
        names[f"{LEVER}.{lever}"] = Name(unit, frozenset())
        names[f"path.{lever}"] = Name(unit, frozenset({YEAR}))
        names[f"ramp.{lever}"] = Name(units.DIMENSIONLESS, frozenset({YEAR}))
        for fact in LEVER_FACTS:
            names[f"{LEVER}.{lever}.{fact}"] = Name(unit, frozenset())
    compiler = Compiler(names.__getitem__)
    chosen_by = {rule: hypothesis for hypothesis in hypotheses for rule in hypothesis.rules}
    compiled: dict[str, CompiledRule] = {}
    for name in order:
        draft = drafts[name]
        rule, node = draft.rule, draft.node
        if node is None:
            try:
                node = compiler.node(parse(str(rule.formula)))
            except (ExpressionError, RecursionError) as error:
                raise _refused(rule, error) from error
            node = _as_declared(rule, node)
        names[name] = Name(node.unit, frozenset(rule.over))
        levers = _levers_of(draft.reads, compiled)
        if rule.variable and set(rule.over) != {COMMUNE, YEAR}:
            raise ModelError("variable_over", rule.file, rule.line_of("over"), name)
        if rule.variable and rule.territory == "none":
            raise ModelError("variable_none", rule.file, rule.line_of("territory"), name)
        if name in chosen_by:
            compiled[name] = _by_option(rule, node, chosen_by[name])
        else:
            formula = node if rule.formula is not None else None
            compiled[name] = CompiledRule(rule, draft.reads, levers, node.compute, formula)
    return compiled


def _by_option(rule: Rule, node: Node, hypothesis: Hypothesis) -> CompiledRule:
    """A rule whose value the chosen option gives, its own where the option does not name it."""
    own = node.compute({})
    values = [
        frozen(by_year(option.values[rule.id])) if rule.id in option.values else own
        for option in hypothesis.options
    ]
    setting = hypothesis.setting
    return CompiledRule(rule, (), frozenset({setting}), lambda env: values[int(env[setting][0, 0])])


def _as_declared(rule: Rule, node: Node) -> Node:
    if not node.dims <= set(rule.over):
        found = ", ".join(sorted(node.dims))
        raise ModelError("wrong_over", rule.file, rule.line_of("over"), rule.id, found=found)
    try:
        return converted(node, _unit(rule))
    except units.UnitError as error:
        raise ModelError(
            "unit_mismatch",
            rule.file,
            rule.line_of("formula"),
            rule.id,
            left=shown(node.unit),
            right=rule.unit,
        ) from error


def _levers_of(reads: Iterable[str], compiled: Mapping[str, CompiledRule]) -> frozenset[str]:
    levers: set[str] = set()
    for name in reads:
        if name in compiled:
            levers |= compiled[name].levers
            continue
        kind, _, rest = name.partition(".")
        if kind != LEVER or split_lever(rest)[1] is None:  # `lever.x.today` never changes
            levers.add(rest)
    return frozenset(levers)


def _reported(declared: Mapping[str, Rule], key: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for rule in declared.values():
        variable = getattr(rule, key)
        if variable is None:
            continue
        if variable in found:
            raise ModelError("variable_twice", rule.file, rule.line_of(key), rule.id, name=variable)
        found[variable] = rule.id
    return {variable: found[variable] for variable in sorted(found, key=_reading_order)}


def _reading_order(variable: str) -> tuple[int, ...]:
    """Emissions before energy before production, a total before its parts, sectors before carriers."""
    return tuple(ORDER.index(part) if part in ORDER else len(ORDER) for part in variable.split("|"))


__all__ = ["MODEL", "Compute", "Model", "ModelError", "load_model"]
