"""From settings to figures: every variable, every commune, every year, recomputing only what a lever touches.

An `Engine` holds no state of a session. `run` is re-entrant: results are immutable arrays, and a call starts
from the nearest result already known, so it recomputes only the rules that the differing levers reach. The
few results kept (`KEPT`) are guarded by a lock held for dictionary look-ups only, never while computing.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from components.scenario.blocks import LARGE, Recalled, evaluate_in_blocks, plan
from components.scenario.expression import Array
from components.scenario.hypotheses import Hypothesis
from components.scenario.levers import Lever
from components.scenario.model import CompiledRule, Model, chosen, evaluate, frozen, lever_values
from components.scenario.presets import Preset
from components.scenario.ranges import DRAWS, Band, bands
from components.scenario.settings import Settings
from components.scenario.years import YEARS

if TYPE_CHECKING:
    from components.territory.pack import Territory

__all__ = ["YEARS", "Engine", "Result"]

KEPT = 24  # results, or fewer when they would take more than KEPT_BYTES
KEPT_BYTES = 256e6
COLUMNS = ["scenario", "region", "variable", "unit", "year", "value"]
RESIDUE = "residue"


@dataclass(frozen=True, eq=False)
class Result:
    """One scenario computed. Arrays and mappings are read-only: results are shared by sessions.

    `values`: (communes, years) by variable, communes in the order of `regions`; `units`: by variable;
    `residues`: (years,) by variable, what the official total holds beyond its items, given to no commune;
    `state`: every rule's value, shapes (communes or 1, years or 1), for the trace; that of a large territory computes
    again, when asked for by name, what it did not keep.
    """

    slug: str
    settings: Mapping[str, float]
    years: npt.NDArray[np.int64]
    regions: list[str]
    values: Mapping[str, Array]
    units: Mapping[str, str]
    residues: Mapping[str, Array]
    state: Mapping[str, Array]

    def total(self, variable: str) -> Array:
        """The whole territory each year, residue row included. Shape (years,). Raises KeyError.

        NaN in a year when any commune is unknown.
        """
        total: Array = self.values[variable].sum(axis=0)
        residue = self.residues.get(variable)
        return total if residue is None else total + residue

    def unknown(self, variable: str) -> tuple[str, ...]:
        """INSEE codes of the communes where a variable is unknown in some year. Raises KeyError."""
        rows = np.isnan(self.values[variable]).any(axis=1)
        return tuple(self.regions[i] for i in np.flatnonzero(rows))

    def table(self, scenario: str = "trend") -> pd.DataFrame:
        """Long table: scenario, region (INSEE code, slug, slug|residue), variable, unit, year, value."""
        parts: list[pd.DataFrame] = []
        for variable, values in self.values.items():
            rows = [*values, self.total(variable)]
            names = [*self.regions, self.slug]
            if variable in self.residues:
                rows.append(self.residues[variable])
                names.append(f"{self.slug}|{RESIDUE}")
            parts.append(
                pd.DataFrame(
                    {
                        "scenario": scenario,
                        "region": np.repeat(names, len(self.years)),
                        "variable": variable,
                        "unit": self.units[variable],
                        "year": np.tile(self.years, len(names)),
                        "value": np.concatenate(rows),
                    },
                    columns=COLUMNS,
                )
            )
        return pd.concat(parts, ignore_index=True)


class Engine:
    """Computes scenarios of one model. One engine may serve many sessions and threads at once.

    `levers`: those that can be moved in this territory, the only ones in settings; `unavailable`: the others, each
    with its reason; both in the order of levers.yaml.
    """

    def __init__(self, model: Model, territory: "Territory") -> None:
        self.model = model
        self.territory = territory
        self.levers: tuple[Lever, ...] = tuple(lever for lever in model.levers if lever.available)
        self.unavailable: tuple[Lever, ...] = tuple(lever for lever in model.levers if not lever.available)
        self.variables: tuple[str, ...] = tuple(model.variables)
        self.units: Mapping[str, str] = {
            variable: model.rules[rule].rule.unit for variable, rule in model.variables.items()
        }
        self.hypotheses: tuple[Hypothesis, ...] = model.hypotheses
        self.options: Mapping[str, tuple[str, ...]] = {
            hypothesis.setting: tuple(option.id for option in hypothesis.options)
            for hypothesis in model.hypotheses
        }
        self.presets: tuple[Preset, ...] = model.presets
        self._settings = Settings(model)
        self._all = frozenset(self._settings.names)
        self._moving = [rule for rule in model.rules.values() if rule.levers]
        self._touched: dict[frozenset[str], list[CompiledRule]] = {}
        self._shape = (len(model.regions), len(YEARS))
        self._plan = plan(model, self._moving) if len(model.regions) >= LARGE else None
        bytes_each = 8.0 * len(model.variables) * len(model.regions) * len(YEARS)
        self._most_kept = max(1, min(KEPT, int(KEPT_BYTES / max(bytes_each, 1.0))))
        self._residues = {
            variable: frozen(np.broadcast_to(model.statics[rule], (1, len(YEARS)))[0])
            for variable, rule in model.residues.items()
        }
        self._kept: OrderedDict[tuple[tuple[str, float], ...], Result] = OrderedDict()
        self._lock = threading.Lock()

    def settings(self, overrides: Mapping[str, float | str] | None = None) -> dict[str, float]:
        """The trend with overrides; see `settings.Settings.of`. Raises ScenarioError."""
        return self._settings.of(overrides)

    def run(self, settings: Mapping[str, float | str] | None = None) -> Result:
        """The result of settings, whole or partial: a lever not named stays at its trend. Raises ScenarioError."""
        wanted = self.settings(settings)
        key = tuple(sorted(wanted.items()))
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
                return found
            known = list(self._kept.values())
        base, moved = self._nearest(wanted, known)
        result = self._compute(wanted, base, moved)
        with self._lock:
            self._kept[key] = result
            while len(self._kept) > self._most_kept:
                self._kept.popitem(last=False)
        return result

    def run_from_scratch(self, settings: Mapping[str, float]) -> Result:
        """The same result, every rule computed again: what tests and the bench compare with."""
        return self._compute(dict(settings), None, self._all)

    def bands(
        self,
        settings: Mapping[str, float | str] | None,
        variables: Iterable[str],
        draws: int = DRAWS,
        seed: int = 0,
    ) -> dict[str, Band]:
        """What the territory's totals may be, inputs being uncertain: percentiles 5, 50 and 95 by variable.

        Raises ScenarioError, or KeyError for an unknown variable.
        """
        return bands(self.model, self.run(settings), variables, draws, seed)

    def _nearest(
        self, wanted: Mapping[str, float], known: list[Result]
    ) -> tuple[Result | None, frozenset[str]]:
        """The kept result from which fewest rules must be recomputed, and the levers that differ."""
        base: Result | None = None
        moved = self._all
        cost = len(self._moving)
        if self._plan is not None:  # its results keep too little to start from
            return base, moved
        for result in known:
            differ = self._differing(wanted, result.settings)
            price = len(self._rules_of(differ))
            if price < cost:
                base, moved, cost = result, differ, price
        return base, moved

    def _differing(self, a: Mapping[str, float], b: Mapping[str, float]) -> frozenset[str]:
        names = {name for name in a.keys() | b.keys() if a.get(name) != b.get(name)}
        return frozenset(name if name in self._all else name.rpartition(".")[0] for name in names)

    def _rules_of(self, levers: frozenset[str]) -> list[CompiledRule]:
        """Rules that these levers reach, in order; worked out once a set of levers."""
        rules = self._touched.get(levers)
        if rules is None:
            rules = [rule for rule in self._moving if rule.levers & levers]
            if len(self._touched) < 4096:  # a bound for a server that runs for years
                self._touched[levers] = rules
        return rules

    def _compute(self, settings: dict[str, float], base: Result | None, moved: frozenset[str]) -> Result:
        state = dict(self.model.statics if base is None else base.state)
        for lever in self.model.levers:
            if base is None or lever.id in moved:
                state |= lever_values(lever, settings)
        state |= chosen(self.model, settings)
        rules = self._moving if base is None else self._rules_of(moved)
        if self._plan is None:
            evaluate(rules, state)
        else:
            evaluate_in_blocks(self._plan, state, len(self.model.regions))
            state = Recalled(state, self.model.rules)
        if base is None:
            values = {variable: self._full(state[rule]) for variable, rule in self.model.variables.items()}
        else:
            values = dict(base.values)
            for compiled in rules:
                variable = compiled.rule.variable
                if variable is not None:
                    values[variable] = self._full(state[compiled.rule.id])
        return Result(
            slug=self.model.slug,
            settings=MappingProxyType(settings),
            years=YEARS,
            regions=list(self.model.regions),
            values=MappingProxyType(values),
            units=self.units,
            residues=self._residues,
            state=MappingProxyType(state),
        )

    def _full(self, values: Array) -> Array:
        return values if values.shape == self._shape else np.broadcast_to(values, self._shape)
