"""What each group of settings contributes to a change: Shapley values, which add up to the whole change.

Levers multiply, so what one does depends on the others; the Shapley value is its mean effect over every order
in which the groups could have been moved. Groups are levers that a debate moves together (`group` in levers.yaml), and
each rival hypothesis. All orders are counted up to EXACT groups; beyond, a fixed sample of orders, each with its
reverse: every order adds up to the change, so their mean does too.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import combinations

import numpy as np

from components.scenario.engine import Engine
from components.scenario.expression import Array
from components.scenario.years import YEARS

EXACT = 10  # 1024 scenarios
ORDERS = 24  # with their reverses, at most 24 × groups scenarios
SEED = 0

Total = Callable[[frozenset[str]], Array]


def groups_of(engine: Engine) -> dict[str, tuple[str, ...]]:
    """Ids of the levers of each group, in the order of levers.yaml; then each hypothesis, by its setting."""
    found: dict[str, tuple[str, ...]] = {}
    for lever in engine.model.levers:
        found[lever.group] = (*found.get(lever.group, ()), lever.id)
    return found | {one.setting: (one.setting,) for one in engine.hypotheses}


def contributions(
    engine: Engine,
    settings: Mapping[str, float],
    variable: str,
    groups: Mapping[str, Sequence[str]] | None = None,
) -> dict[str, Array]:
    """Each moved group's part of the territory's change from the trend, each year. Shape (years,), in the
    variable's unit; the parts sum to the change. Settings in no group are groups of their own. Raises KeyError.
    """
    players = _players(engine, settings, groups_of(engine) if groups is None else groups)
    acting = _acting(engine, players, variable)
    trend = engine.settings()
    known: dict[frozenset[str], Array] = {}

    def total(chosen: frozenset[str]) -> Array:
        if chosen not in known:
            names = {name for group in chosen for name in players[group]}
            mixed = {name: value for name, value in trend.items() if name not in names}
            mixed |= {name: settings[name] for name in names if name in settings}
            known[chosen] = engine.run(mixed).total(variable)
        return known[chosen]

    if len(acting) <= EXACT:
        found = {group: _shapley(group, acting, total) for group in acting}
    else:
        found = _sampled(acting, total)
    return {group: found[group] if group in found else np.zeros(len(YEARS)) for group in players}


def exact(engine: Engine, settings: Mapping[str, float], variable: str) -> bool:
    """Whether contributions count every order in which the groups could be moved, or a sample of them."""
    players = _players(engine, settings, groups_of(engine))
    return len(_acting(engine, players, variable)) <= EXACT


def _acting(engine: Engine, players: Mapping[str, set[str]], variable: str) -> list[str]:
    """Groups of which a setting reaches the variable; the others contribute nothing whatever the order."""
    reached = engine.model.rules[engine.model.variables[variable]].levers
    return [
        group
        for group, names in players.items()
        if not reached.isdisjoint(name if name in reached else name.rpartition(".")[0] for name in names)
    ]


def _players(
    engine: Engine, settings: Mapping[str, float], groups: Mapping[str, Sequence[str]]
) -> dict[str, set[str]]:
    """Settings that differ from the trend, by group."""
    trend = engine.settings()
    moved = {name for name in settings.keys() | trend.keys() if settings.get(name) != trend.get(name)}
    members = {
        group: {name for name in moved if name in levers or name.rpartition(".")[0] in levers}
        for group, levers in groups.items()
    }
    grouped = set().union(*members.values()) if members else set()
    players = {group: names for group, names in members.items() if names}
    return players | {name: {name} for name in sorted(moved - grouped)}


def _shapley(group: str, players: Sequence[str], total: Total) -> Array:
    others = [player for player in players if player != group]
    value = np.zeros_like(total(frozenset()))
    for size in range(len(others) + 1):
        weight = math.factorial(size) * math.factorial(len(others) - size) / math.factorial(len(players))
        for before in combinations(others, size):
            value = value + weight * (total(frozenset((*before, group))) - total(frozenset(before)))
    return value


def _sampled(players: Sequence[str], total: Total) -> dict[str, Array]:
    """Mean effects over some orders and their reverses, the same at each call."""
    rng = np.random.default_rng(SEED)
    drawn = [rng.permutation(len(players)) for _ in range(ORDERS // 2)]
    values = {player: np.zeros_like(total(frozenset())) for player in players}
    for order in (*drawn, *(order[::-1] for order in drawn)):
        before: frozenset[str] = frozenset()
        for place in order:
            after = before | {players[place]}
            values[players[place]] = values[players[place]] + (total(after) - total(before)) / (
                2 * len(drawn)
            )
            before = after
    return values
