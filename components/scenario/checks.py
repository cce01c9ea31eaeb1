"""Checks of a compiled model that need its numbers: bounds, dead levers, rules nobody reads.

A territory may lack data, or have none of something (no industry, no ski lift). What that makes unknown or still is
not a fault of the model: before a rule or a lever is refused for what its numbers are, it is tried on a probe, an
invented territory of a few communes where every figure exists and none is zero.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cached_property

import numpy as np

from components.scenario.declared import Rule
from components.scenario.expression import COMMUNE, Array, divides, parse, summed_reads
from components.scenario.faults import Findings, ModelError
from components.scenario.model import (
    CompiledRule,
    Model,
    chosen,
    evaluate,
    known_only,
    lever_values,
    setting_values,
)

# A lever that changes no reported figure by more than this share of it moves nothing.
SMALLEST_EFFECT = 1e-9
CORNERS = ("trend", "min", "max")


def expired(model: Model, on: date) -> list[Rule]:
    """Rules whose best-before date is past: `2027` and `2027-01` last to the end of that year or month."""
    today = on.isoformat()
    dated = (compiled.rule for compiled in model.rules.values() if compiled.rule.best_before)
    return [rule for rule in dated if rule.best_before < today[: len(rule.best_before)]]


def check_unread(model: Model, read_by_levers: Collection[str], findings: Findings) -> None:
    """Every rule is reported, or read by another rule or by a lever's bounds. Raises ModelError."""
    read = {name for rule in model.rules.values() for name in rule.reads} | set(read_by_levers)
    read |= set(model.residues.values())
    for name, compiled in model.rules.items():
        if name not in read and compiled.rule.variable is None:
            findings.add(ModelError("unread_rule", compiled.rule.file, compiled.rule.line, name))


def values_at(model: Model, settings: Mapping[str, float]) -> dict[str, Array]:
    """Every rule's value for settings, computed from scratch."""
    env = dict(model.statics)
    env |= setting_values(model, settings)
    evaluate((rule for rule in model.rules.values() if rule.levers), env)
    return env


def corner(model: Model, fact: str) -> dict[str, float]:
    """All levers at their `min`, `max`, `today` or `trend`; parts of a simplex stay at their trend."""
    return {
        lever.id: lever.trend if lever.simplex else float(getattr(lever, fact))
        for lever in model.levers
        if lever.available
    }


def corners(model: Model) -> list[dict[str, float]]:
    """Settings at which a model is tried: the trend, all levers at both ends, and each option at the trend."""
    options = [
        {hypothesis.setting: float(number)}
        for hypothesis in model.hypotheses
        for number in range(1, len(hypothesis.options))
    ]
    trend = corner(model, "trend")
    return [*(corner(model, fact) for fact in CORNERS), *(trend | option for option in options)]


def not_finite(model: Model) -> list[CompiledRule]:
    """Rules that are infinite or undefined somewhere though all that they read there is known."""
    found: dict[str, CompiledRule] = {}
    for settings in corners(model):
        env = values_at(model, settings)
        for name, compiled in model.rules.items():
            if name not in found and not _sound(compiled, env):
                found[name] = compiled
    return list(found.values())


def _sound(compiled: CompiledRule, env: Mapping[str, Array]) -> bool:
    if compiled.partial or compiled.rule.formula is None:
        return True
    wrong = ~np.isfinite(env[compiled.rule.id])
    if not wrong.any():
        return True
    inherited = np.zeros((1, 1), dtype=bool)
    for read, summed in summed_reads(parse(compiled.rule.formula)):
        unknown = ~np.isfinite(env[read])
        inherited = inherited | (unknown.any() if summed else unknown)
    return not (wrong & ~inherited).any()


def tolerant(model: Model, probe: Callable[[], Model]) -> tuple[dict[str, CompiledRule], list[ModelError]]:
    """The rules, those that divide by a zero of the territory's data made unknown there, and what to say of them.

    Raises ModelError for a rule that is not finite in the probe either.
    """
    rules, said = dict(model.rules), []
    faulty = not_finite(model)
    if faulty:
        always = {compiled.rule.id for compiled in not_finite(probe())}
        for compiled in faulty:
            rule = compiled.rule
            if rule.id in always:
                raise ModelError("not_finite", rule.file, rule.line, rule.id)
            rules[rule.id] = replace(compiled, compute=known_only(compiled.compute), partial=True)
            said.append(ModelError("model_engine.not_finite_here", rule.file, rule.line, rule.id))
    return rules, said


def cautious(model: Model) -> dict[str, CompiledRule]:
    """The rules, those that divide by what varies from one commune to another made unknown where it is zero.

    For a territory too large for every commune to be tried.
    """
    return {
        name: replace(compiled, compute=known_only(compiled.compute), partial=True)
        if COMMUNE in compiled.rule.over and divides(compiled.rule.formula or "0")
        else compiled
        for name, compiled in model.rules.items()
    }


def out_of_bounds(model: Model) -> Iterator[ModelError]:
    """Rules whose known values leave their bounds at the trend, with all levers at either end, or by an option."""
    told: set[str] = set()
    for settings in corners(model):
        env = values_at(model, settings)
        for name, compiled in model.rules.items():
            rule, values = compiled.rule, env[name]
            if rule.bounds is None or name in told or np.isnan(values).all():
                continue
            low, high = rule.bounds
            margin = 1e-9 * max(abs(low), abs(high), 1.0)
            worst = np.nanmin(values) if np.nanmin(values) < low - margin else np.nanmax(values)
            if worst < low - margin or worst > high + margin:
                told.add(name)
                yield ModelError(
                    "value_out_of_bounds", rule.file, rule.line_of("bounds"), name,
                    value=f"{worst:.6g}", low=f"{low:g}", high=f"{high:g}",
                )  # fmt: skip


class Trials:
    """A model tried: does a setting change anything, with the others at their trend or at either end?"""

    def __init__(self, model: Model) -> None:
        self._model = model

    @cached_property
    def _backgrounds(self) -> list[tuple[dict[str, float], dict[str, Array]]]:
        found = [corner(self._model, fact) for fact in CORNERS]
        return [(settings, values_at(self._model, settings)) for settings in found]

    def moves(self, name: str) -> bool:
        """Whether a lever changes a reported figure from one end to the other; False when it cannot be moved."""
        lever = self._model.lever(name)
        return lever is not None and lever.available and self.changes(name, lever.min, lever.max)

    def changes(self, setting: str, one: float, other: float) -> bool:
        """Whether a reported figure differs between two values of a setting."""
        reached = reached_by(self._model, setting)
        rules = [rule for rule in self._model.rules.values() if setting in rule.levers] if reached else []
        return any(
            self._differs(
                reached, self._at(rules, setting, one, place), self._at(rules, setting, other, place)
            )
            for place in range(len(CORNERS) if reached else 0)
        )

    def _at(self, rules: list[CompiledRule], setting: str, value: float, place: int) -> dict[str, Array]:
        settings, known = self._backgrounds[place]
        lever, moved = self._model.lever(setting), settings | {setting: value}
        env = known | (chosen(self._model, moved) if lever is None else lever_values(lever, moved))
        evaluate(rules, env)
        return env

    @staticmethod
    def _differs(reached: list[CompiledRule], low: dict[str, Array], high: dict[str, Array]) -> bool:
        for compiled in reached:
            a, b = low[compiled.rule.id], high[compiled.rule.id]
            gap, size = np.abs(a - b), np.maximum(np.abs(a), np.abs(b))
            if _most(gap) > SMALLEST_EFFECT * max(_most(size), 1e-12):
                return True
        return False


def still_levers(model: Model, probe: Callable[[], Model], findings: Findings) -> dict[str, bool]:
    """Levers that move nothing in this territory, and whether that is because what they move is unknown there.

    Raises ModelError for a lever that moves nothing in the probe either: it is dead.
    """
    here = Trials(model)
    candidates = [lever for lever in model.levers if lever.available and not here.moves(lever.id)]
    if not candidates:
        return {}
    there, env = Trials(probe()), values_at(model, corner(model, "trend"))
    still: dict[str, bool] = {}
    for lever in candidates:
        if not there.moves(lever.id):
            findings.add(ModelError("dead_lever", lever.file, lever.line, lever.id))
        reached = reached_by(model, lever.id)
        still[lever.id] = any(np.isnan(env[compiled.rule.id]).any() for compiled in reached)
    return still


def check_dead_options(model: Model, probe: Callable[[], Model], findings: Findings) -> None:
    """Each option of a hypothesis changes a reported figure, here or in the probe. Raises ModelError."""
    here = Trials(model)
    for hypothesis in model.hypotheses:
        for number, option in enumerate(hypothesis.options[1:], start=1):
            setting, value = hypothesis.setting, float(number)
            if here.changes(setting, 0.0, value) or Trials(probe()).changes(setting, 0.0, value):
                continue
            fault = ModelError(
                "model_engine.dead_option", hypothesis.file, option.line, hypothesis.id, name=option.id
            )
            findings.add(fault)


def reached_by(model: Model, setting: str) -> list[CompiledRule]:
    """Reported rules that a lever or a hypothesis reaches."""
    reported = (model.rules[rule] for rule in model.variables.values())
    return [compiled for compiled in reported if setting in compiled.levers]


def _most(values: Array) -> float:
    """The largest known value, 0 when none is known."""
    return float(np.where(np.isnan(values), 0.0, values).max(initial=0.0))
