"""What a scenario may be when inputs are uncertain: draws of the territory's totals, by Latin hypercube.

Each rule with a `range` is drawn once a draw: the same error for all communes and years, independent of the other
rules. A draw computes only what its inputs reach, and only the territory's totals: the sum over communes is carried
inside the formulas, since sum(key × factor) = sum(key) × factor when the factor is the same in all communes.
"""

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from components.scenario.blocks import Recalled
from components.scenario.declared import Rule
from components.scenario.expression import COMMUNE, YEAR, Array, Node
from components.scenario.faults import ModelError
from components.scenario.model import Model

if TYPE_CHECKING:
    from components.scenario.engine import Result

DRAWS = 500
PERCENTILES = (5.0, 50.0, 95.0)
AT_ONCE = 4_000_000  # numbers in one array: draws of a large territory are computed some at a time


@dataclass(frozen=True)
class Band:
    """The territory's total each year among draws, shapes (years,), NaN where it is unknown."""

    p5: Array
    p50: Array
    p95: Array


def check_range(rule: Rule, values: Array | None) -> None:
    """A range is on an input, around its values and within its bounds. Raises ModelError."""
    wanted, line = rule.range, rule.line_of("range")
    if wanted is None:
        return
    if rule.formula is not None:
        raise ModelError("model_engine.range_input", rule.file, line, rule.id)
    if wanted.percent is not None:
        return
    if rule.over:
        raise ModelError("model_engine.range_commune", rule.file, line, rule.id, name=rule.id)
    shown = {"low": f"{wanted.low:g}", "high": f"{wanted.high:g}"}
    value = values[0, 0] if values is not None else rule.value
    if isinstance(value, float) and (value < wanted.low or value > wanted.high):
        raise ModelError("model_engine.range_around", rule.file, line, rule.id, value=f"{value:g}", **shown)
    if rule.bounds is not None and not rule.bounds[0] <= wanted.low <= wanted.high <= rule.bounds[1]:
        raise ModelError("model_engine.range_bounds", rule.file, line, rule.id, **shown)


def bands(
    model: Model, result: "Result", variables: Iterable[str], draws: int = DRAWS, seed: int = 0
) -> dict[str, Band]:
    """The band of each variable for the territory, residue included. The same seed gives the same numbers.

    Raises KeyError for an unknown variable.
    """
    wanted = list(variables)
    reached = _reached(model)
    totals = {name: np.broadcast_to(result.total(name), (1, len(result.years))) for name in wanted}
    moved = [
        name for name in wanted if model.variables[name] in reached or model.residues.get(name, "") in reached
    ]
    if not moved:
        return {name: Band(*_percentiles(total)) for name, total in totals.items()}
    size = max(1, min(draws, AT_ONCE // (len(result.regions) * len(result.years))))
    parts: dict[str, list[Array]] = {name: [] for name in moved}
    for start in range(0, draws, size):
        run = _Draws(model, result, reached, _inputs(model, result, draws, seed, start, start + size))
        for name in moved:
            parts[name].append(run.total(name))
    totals |= {name: np.concatenate(found) for name, found in parts.items()}
    return {name: Band(*_percentiles(total)) for name, total in totals.items()}


def _percentiles(total: Array) -> Array:
    """Shape (3, years) of (draws, years)."""
    found: Array = np.percentile(total, PERCENTILES, axis=0)
    return found


def _reached(model: Model) -> frozenset[str]:
    """Rules that have a range, or read one that is reached."""
    reached: set[str] = set()
    for name, compiled in model.rules.items():
        if compiled.rule.range is not None or not reached.isdisjoint(compiled.reads):
            reached.add(name)
    return frozenset(reached)


def _inputs(model: Model, result: "Result", draws: int, seed: int, start: int, end: int) -> dict[str, Array]:
    """Draws start to end of every rule with a range, shapes (draws, communes or 1, years or 1)."""
    return {
        name: _drawn(compiled.rule, result.state[name], _shares(name, draws, seed)[start:end])
        for name, compiled in model.rules.items()
        if compiled.rule.range is not None
    }


def _shares(name: str, draws: int, seed: int) -> npt.NDArray[np.float64]:
    """One number in each of as many equal parts of 0 to 1 as there are draws, in an order of the rule's own."""
    rng = np.random.default_rng((seed, zlib.crc32(name.encode())))
    return (rng.permutation(draws) + rng.random(draws)) / draws


def _drawn(rule: Rule, values: Array, shares: npt.NDArray[np.float64]) -> Array:
    wanted = rule.range
    assert wanted is not None
    if wanted.percent is not None:
        part = wanted.percent / 100.0
        return values * _triangular(shares, 1.0 - part, 1.0, 1.0 + part)[:, None, None]
    value = float(values[0, 0])  # a hypothesis may have put it elsewhere than the file's own value
    low, high = min(wanted.low, value), max(wanted.high, value)
    return _triangular(shares, low, value, high)[:, None, None]


def _triangular(shares: npt.NDArray[np.float64], low: float, mode: float, high: float) -> Array:
    """The quantiles of a triangular distribution."""
    peak = (mode - low) / (high - low)
    rising = low + np.sqrt(shares * (high - low) * (mode - low))
    falling = high - np.sqrt((1.0 - shares) * (high - low) * (high - mode))
    found: Array = np.where(shares < peak, rising, falling)
    return found


class _Draws:
    """Some draws of one scenario: totals over communes, shape (draws, 1, years or 1)."""

    def __init__(
        self, model: Model, result: "Result", reached: frozenset[str], inputs: Mapping[str, Array]
    ) -> None:
        known = {name: values for name, values in result.state.items() if name not in reached}
        self._model = model
        self._reached = reached
        self._env = Recalled(known | dict(inputs), model.rules)
        self._communes = len(result.regions)
        self._years = len(result.years)
        self._draws = len(next(iter(inputs.values())))
        self._totals: dict[tuple[str, int], Array] = {}
        self._weights: dict[tuple[int, int], Array] = {}

    def total(self, variable: str) -> Array:
        """Shape (draws, years)."""
        total = self._rule(self._model.variables[variable], None)
        residue = self._model.residues.get(variable)
        if residue is not None:
            total = total + self._env[residue]
        return np.broadcast_to(total, (self._draws, 1, self._years))[:, 0, :]

    def _rule(self, name: str, weight: Array | None) -> Array:
        """The total of a rule, each commune counted `weight` times."""
        key = (name, id(weight))
        if key not in self._totals:
            compiled = self._model.rules[name]
            node = compiled.node
            if name in self._env or node is None or compiled.partial or YEAR not in compiled.rule.over:
                self._totals[key] = self._summed(self._env[name], weight)
            else:
                self._totals[key] = self._node(node, weight)
        return self._totals[key]

    def _node(self, node: Node, weight: Array | None) -> Array:
        if COMMUNE not in node.dims or not self._moves(node):
            return self._summed(node.compute(self._env), weight)
        if node.op == "read":
            return self._rule(node.names[0], weight)
        if node.op == "scale":
            return self._node(node.parts[0], weight) * node.factor
        if node.op in {"+", "-"}:
            left, right = (self._node(part, weight) for part in node.parts)
            return left + right if node.op == "+" else left - right
        if node.op in {"*", "/"}:
            return self._product(node, weight)
        return self._summed(node.compute(self._env), weight)

    def _product(self, node: Node, weight: Array | None) -> Array:
        left, right = node.parts
        if node.op == "/":
            if COMMUNE not in right.dims:
                return self._node(left, weight) / right.compute(self._env)
        else:
            for one, other in ((left, right), (right, left)):
                if COMMUNE not in one.dims:
                    return one.compute(self._env) * self._node(other, weight)
            for one, other in ((left, right), (right, left)):
                if YEAR not in one.dims or not self._moves(one):
                    return self._node(other, self._weighed(weight, one.compute(self._env)))
        return self._summed(node.compute(self._env), weight)

    def _moves(self, node: Node) -> bool:
        return not self._reached.isdisjoint(node.names)

    def _weighed(self, weight: Array | None, values: Array) -> Array:
        """The product of two weights, one object for the same two."""
        if weight is None:
            self._weights[(0, id(values))] = values  # kept alive: totals are remembered by identity
            return values
        key = (id(weight), id(values))
        if key not in self._weights:
            self._weights[key] = weight * values
            self._weights[(0, id(values))] = values
        return self._weights[key]

    def _summed(self, values: Array, weight: Array | None) -> Array:
        if weight is None:
            weight = np.ones((1, 1))
        if values.shape[-2] == 1 and weight.shape[-2] == 1:
            return values * weight * self._communes
        if values.shape[-2] == 1:
            return values * weight.sum(axis=-2, keepdims=True)
        if weight.shape[-2] == 1:
            return values.sum(axis=-2, keepdims=True) * weight
        for drawn, by_year in ((values, weight), (weight, values)):
            if drawn.shape[-1] == 1 and by_year.ndim == 2:
                return np.swapaxes(drawn, -2, -1) @ by_year
        return (values * weight).sum(axis=-2, keepdims=True)
