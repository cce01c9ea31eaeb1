"""Rules become a graph: names known, no circle, formulas compiled with their units, in the order of computation."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pint

from components.scenario import units
from components.scenario.declared import Rule
from components.scenario.expression import (
    COMMUNE,
    LEVER,
    LEVER_FACTS,
    YEAR,
    Compiler,
    ExpressionError,
    Name,
    Node,
    converted,
    names_in,
    parse,
    shown,
    split_lever,
)
from components.scenario.faults import Findings, ModelError
from components.scenario.hypotheses import Hypothesis
from components.scenario.model import CompiledRule, frozen
from components.scenario.years import by_year


@dataclass
class Draft:
    """A rule on its way: what its formula reads; `node`, what gives its value, known from the start for an input."""

    rule: Rule
    node: Node | None = None
    reads: tuple[str, ...] = ()


def compile_rules(
    drafts: Mapping[str, Draft],
    lever_units: Mapping[str, pint.Unit],
    hypotheses: tuple[Hypothesis, ...],
    findings: Findings,
) -> dict[str, CompiledRule]:
    """The rules ready to compute, each after what it reads. Raises ModelError.

    When every fault is wanted, a rule with one is taken at its word, so that those that read it are still checked.
    """
    _read_formulas(drafts, lever_units, findings)
    order = _sorted(drafts, findings)
    return _compile(order, drafts, lever_units, hypotheses, findings)


def declared_unit(rule: Rule) -> pint.Unit:
    """The unit that a rule says it has. Raises ModelError."""
    try:
        return units.unit(rule.unit)
    except units.UnitError as error:
        raise ModelError("unknown_unit", rule.file, rule.line_of("unit"), rule.id, unit=rule.unit) from error


def _read_formulas(
    drafts: Mapping[str, Draft], lever_units: Mapping[str, object], findings: Findings
) -> None:
    for draft in drafts.values():
        rule = draft.rule
        if rule.formula is None:
            continue
        try:
            draft.reads = tuple(names_in(parse(rule.formula)))
        except (ExpressionError, RecursionError) as error:
            findings.add(_refused(rule, error))
        broken = {fault.rule for fault in findings.faults}  # said already, of each where it is declared
        for name in draft.reads:
            if name in broken or split_lever(name.partition(".")[2])[0] in broken:
                continue
            if not _is_known(name, drafts, lever_units):
                findings.add(
                    ModelError("unknown_name", rule.file, rule.line_of("formula"), rule.id, name=name)
                )


def _is_known(name: str, drafts: Mapping[str, Draft], lever_units: Mapping[str, object]) -> bool:
    kind, _, rest = name.partition(".")
    if kind in {LEVER, "ramp", "path"} and rest:
        return split_lever(rest)[0] in lever_units or rest in lever_units
    return name in drafts


def _refused(rule: Rule, error: Exception) -> ModelError:
    line = rule.line_of("formula")
    if isinstance(error, ExpressionError):
        return ModelError(error.key, rule.file, line, rule.id, **error.values)
    return ModelError("formula_syntax", rule.file, line, rule.id)


def _sorted(drafts: Mapping[str, Draft], findings: Findings) -> list[str]:
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
                    findings.add(
                        ModelError("circle", rule.file, rule.line_of("formula"), name, circle=circle)
                    )
                    continue
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
    drafts: Mapping[str, Draft],
    lever_units: Mapping[str, pint.Unit],
    hypotheses: tuple[Hypothesis, ...],
    findings: Findings,
) -> dict[str, CompiledRule]:
    names: dict[str, Name] = {}
    for lever, unit in lever_units.items():
        names[f"{LEVER}.{lever}"] = Name(unit, frozenset())
        names[f"path.{lever}"] = Name(unit, frozenset({YEAR}))
        names[f"ramp.{lever}"] = Name(units.DIMENSIONLESS, frozenset({YEAR}))
        for fact in LEVER_FACTS:
            names[f"{LEVER}.{lever}.{fact}"] = Name(unit, frozenset())
    for draft in drafts.values():
        with findings.noting():
            names[draft.rule.id] = Name(declared_unit(draft.rule), frozenset(draft.rule.over))
    compiler = Compiler(names.__getitem__)
    chosen_by = {rule: hypothesis for hypothesis in hypotheses for rule in hypothesis.rules}
    compiled: dict[str, CompiledRule] = {}
    for name in order:
        draft = drafts[name]
        if any(read not in names for read in draft.reads):
            continue  # said where that name is, or is not, declared
        with findings.noting():
            node = draft.node if draft.node is not None else _formula(draft.rule, compiler)
            _check_reported(draft.rule)
            if name in chosen_by:
                compiled[name] = _by_option(draft.rule, node, chosen_by[name])
            else:
                formula = node if draft.rule.formula is not None else None
                levers = _levers_of(draft.reads, compiled)
                compiled[name] = CompiledRule(draft.rule, draft.reads, levers, node.compute, formula)
    return compiled


def _formula(rule: Rule, compiler: Compiler) -> Node:
    try:
        node = compiler.node(parse(str(rule.formula)))
    except (ExpressionError, RecursionError) as error:
        raise _refused(rule, error) from error
    return _as_declared(rule, node)


def _check_reported(rule: Rule) -> None:
    if rule.variable and set(rule.over) != {COMMUNE, YEAR}:
        raise ModelError("variable_over", rule.file, rule.line_of("over"), rule.id)
    if rule.variable and rule.territory == "none":
        raise ModelError("variable_none", rule.file, rule.line_of("territory"), rule.id)


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
        return converted(node, declared_unit(rule))
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
