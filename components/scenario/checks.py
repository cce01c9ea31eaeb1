"""Checks of a compiled model that need its numbers: bounds, dead levers, rules nobody reads."""

from collections.abc import Collection, Mapping
from datetime import date

import numpy as np

from components.scenario.declared import Rule
from components.scenario.expression import Array
from components.scenario.faults import ModelError
from components.scenario.levers import Lever
from components.scenario.model import Model, evaluate, lever_values

# A lever that changes no reported figure by more than this share of it moves nothing.
SMALLEST_EFFECT = 1e-9


def expired(model: Model, on: date) -> list[Rule]:
    """Rules whose best-before date is past: `2027` and `2027-01` last to the end of that year or month."""
    today = on.isoformat()
    dated = (compiled.rule for compiled in model.rules.values() if compiled.rule.best_before)
    return [rule for rule in dated if rule.best_before < today[: len(rule.best_before)]]


def check_unread(model: Model, read_by_levers: Collection[str]) -> None:
    """Every rule is reported, or read by another rule or by a lever's bounds. Raises ModelError."""
    read = {name for rule in model.rules.values() for name in rule.reads} | set(read_by_levers)
    read |= set(model.residues.values())
    for name, compiled in model.rules.items():
        if name not in read and compiled.rule.variable is None:
            raise ModelError("unread_rule", compiled.rule.file, compiled.rule.line, name)


def values_at(model: Model, settings: Mapping[str, float]) -> dict[str, Array]:
    """Every rule's value for settings, computed from scratch."""
    env = dict(model.statics)
    for lever in model.levers:
        env |= lever_values(lever, settings)
    evaluate((rule for rule in model.rules.values() if rule.levers), env)
    return env


def corner(model: Model, fact: str) -> dict[str, float]:
    """All levers at their `min`, `max`, `today` or `trend`; parts of a simplex stay at their trend."""
    return {lever.id: lever.trend if lever.simplex else float(getattr(lever, fact)) for lever in model.levers}


def check_bounds(model: Model) -> None:
    """Values are finite and within their rule's bounds at the trend and with all levers at both ends."""
    for fact in ("trend", "min", "max"):
        env = values_at(model, corner(model, fact))
        for name, compiled in model.rules.items():
            rule, values = compiled.rule, env[name]
            if not np.isfinite(values).all():
                raise ModelError("not_finite", rule.file, rule.line, name)
            if rule.bounds is None:
                continue
            low, high = rule.bounds
            margin = 1e-9 * max(abs(low), abs(high), 1.0)
            worst = values.min() if values.min() < low - margin else values.max()
            if worst < low - margin or worst > high + margin:
                raise ModelError(
                    "value_out_of_bounds", rule.file, rule.line_of("bounds"), name,
                    value=f"{worst:.6g}", low=f"{low:g}", high=f"{high:g}",
                )  # fmt: skip


def check_dead_levers(model: Model) -> None:
    """Each lever changes at least one reported figure, whatever the others may hide. Raises ModelError."""
    backgrounds = [corner(model, fact) for fact in ("trend", "min", "max")]
    for lever in model.levers:
        if not any(_moves(model, lever, background) for background in backgrounds):
            raise ModelError("dead_lever", lever.file, lever.line, lever.id)


def _moves(model: Model, lever: Lever, background: dict[str, float]) -> bool:
    reported = [model.rules[rule] for rule in model.variables.values()]
    if not any(lever.id in compiled.levers for compiled in reported):
        return False
    low = values_at(model, background | {lever.id: lever.min})
    high = values_at(model, background | {lever.id: lever.max})
    for compiled in reported:
        a, b = low[compiled.rule.id], high[compiled.rule.id]
        if np.abs(a - b).max() > SMALLEST_EFFECT * max(np.abs(a).max(), np.abs(b).max(), 1e-12):
            return True
    return False
