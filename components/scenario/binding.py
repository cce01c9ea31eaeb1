"""What a territory makes of a compiled model: the levers' bounds, what never changes, the levers it cannot move."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pint

from components.look.i18n import t
from components.scenario import units
from components.scenario.checks import values_at
from components.scenario.expression import LEVER, LEVER_FACTS, Array
from components.scenario.faults import ModelError
from components.scenario.levers import Lever
from components.scenario.levers_file import FROM_TERRITORY, build_levers
from components.scenario.model import CompiledRule, Model, evaluate, frozen, missing_inputs
from components.scenario.words import listed
from components.scenario.yaml_lines import Entry


@dataclass(frozen=True)
class Binder:
    """Gives a compiled model its levers' bounds and computes what never changes."""

    entries: list[Entry]
    units: Mapping[str, pint.Unit]
    for_bounds: Mapping[str, Entry]

    def bound(self, model: Model) -> Model:
        """The model with its levers and statics. Raises ModelError."""
        env: dict[str, Array] = {}
        _bounds_first(self.for_bounds, model.rules, env)

        def bound(name: str, entry: Entry, key: str) -> float:
            rule = model.rules[name].rule
            try:
                return float(env[name][0, 0]) * units.factor(units.unit(rule.unit), self.units[entry.name])
            except units.UnitError as error:
                raise ModelError(
                    "bound_unit", entry.file, entry.line_of(key), entry.name,
                    bound=name, left=rule.unit, right=entry.value["unit"],
                ) from error  # fmt: skip

        levers = build_levers(self.entries, bound)
        for lever in levers:
            for fact in LEVER_FACTS:
                env[f"{LEVER}.{lever.id}.{fact}"] = frozen(np.array([[getattr(lever, fact)]]))
        evaluate((rule for rule in model.rules.values() if not rule.levers), env)
        found = replace(model, statics=env, levers=levers)
        return replace(found, levers=tuple(self._with_reason(found, lever) for lever in levers))

    def _with_reason(self, model: Model, lever: Lever) -> Lever:
        if lever.available:
            return lever
        entry = next(entry for entry in self.entries if entry.name == lever.id)
        asked = [fact["rule"] for fact in map(entry.value.get, FROM_TERRITORY) if isinstance(fact, dict)]
        missing = [name for rule in asked for name in missing_inputs(model, model.statics, rule)]
        return replace(lever, reason=_reason(model, missing, "reason_unknown_bounds", "reason_no_range"))


def without_still(model: Model, still: Mapping[str, bool]) -> Model:
    """The model where levers that move nothing in this territory cannot be moved, and say why."""
    if not still:
        return model
    env = values_at(model, {})

    def marked(lever: Lever) -> Lever:
        if lever.id not in still:
            return lever
        reached = [rule for rule in model.variables.values() if lever.id in model.rules[rule].levers]
        missing = [name for rule in reached for name in missing_inputs(model, env, rule)]
        known = missing if still[lever.id] else []
        reason = _reason(model, known, "reason_unknown_effect", "reason_inert")
        return replace(lever, available=False, reason=reason)

    levers = tuple(marked(lever) for lever in model.levers)
    groups = {lever.simplex for lever in levers if lever.simplex and lever.available}
    return replace(
        model,
        levers=tuple(
            before if before.simplex in groups else after
            for before, after in zip(model.levers, levers, strict=True)
        ),
    )


def _reason(model: Model, missing: Iterable[str], unknown: str, otherwise: str) -> dict[str, str]:
    """Why a lever cannot be moved, in both languages: the missing data, else the other sentence."""
    names = list(dict.fromkeys(missing))

    def said(lang: str) -> str:
        labels = listed([model.rules[name].rule.label[lang] for name in names], lang)
        return t(f"model_engine.{unknown if names else otherwise}", lang, names=labels)

    return {lang: said(lang) for lang in ("fr", "en")}


def _bounds_first(
    wanted: Mapping[str, Entry], compiled: Mapping[str, CompiledRule], env: dict[str, Array]
) -> None:
    """Computes the rules that give levers their bounds; they may not read any lever."""

    def compute(name: str, entry: Entry) -> None:
        if name in env:
            return
        if name not in compiled:
            raise ModelError("unknown_name", entry.file, entry.line, entry.name, name=name)
        rule = compiled[name]
        if rule.levers or any(read not in compiled for read in rule.reads):
            raise ModelError("bound_reads_lever", entry.file, entry.line, entry.name, name=name)
        for read in rule.reads:
            compute(read, entry)
        evaluate([rule], env)

    for name, entry in wanted.items():
        compute(name, entry)
        if env[name].size != 1:
            raise ModelError("bound_not_one_number", entry.file, entry.line, entry.name, name=name)
