"""What each group of levers contributes to a change: Shapley values, which add up to the whole change.

Levers multiply, so what one does depends on the others; the Shapley value is its mean effect over every order
in which the groups could have been moved. Groups are levers that a debate moves together.
"""

import math
from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np

from components.scenario.engine import Engine
from components.scenario.expression import Array

# A simplex says nothing without what it replaces; the ways to leave the car are one matter.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "renovation": ("deep_renovation", "partial_works"),
    "setpoint": ("setpoint",),
    "boilers": (
        "boilers_left",
        "heat_replacement.heat_pump",
        "heat_replacement.district_heat",
        "heat_replacement.wood",
    ),
    "services": ("services_cut",),
    "travel": ("km_per_person", "bike_share", "public_transport_share", "car_occupancy"),
    "electric_cars": ("electric_cars",),
    "industry": ("industry_cut",),
    "solar": ("roof_pv", "ground_pv"),
    "water": ("household_water", "network_yield", "irrigation_modernised", "snow_making"),
    "land": ("hedges_agroforestry", "land_take", "strong_protection"),
}


def contributions(
    engine: Engine, settings: Mapping[str, float], variable: str, groups: Mapping[str, Sequence[str]] = GROUPS
) -> dict[str, Array]:
    """Each moved group's part of the territory's change from the trend, each year. Shape (years,), in the
    variable's unit; the parts sum to the change. Settings in no group are groups of their own.
    """
    trend = engine.settings()
    moved = {name for name in settings.keys() | trend.keys() if settings.get(name) != trend.get(name)}
    members = {
        group: {name for name in moved if name in levers or name.rpartition(".")[0] in levers}
        for group, levers in groups.items()
    }
    grouped = set().union(*members.values()) if members else set()
    players = {group: names for group, names in members.items() if names}
    players |= {name: {name} for name in sorted(moved - grouped)}
    reached = engine.model.rules[engine.model.variables[variable]].levers
    idle = [
        group
        for group, names in players.items()
        if not any(name in reached or name.rpartition(".")[0] in reached for name in names)
    ]
    for group in idle:  # what does not reach the variable adds nothing to it, in any order
        del players[group]

    def total(chosen: Sequence[str]) -> Array:
        names = set().union(*(players[group] for group in chosen)) if chosen else set()
        mixed = {name: value for name, value in trend.items() if name not in names}
        mixed |= {name: settings[name] for name in names if name in settings}
        return engine.run(mixed).total(variable)

    totals = {
        frozenset(chosen): total(chosen)
        for size in range(len(players) + 1)
        for chosen in combinations(players, size)
    }
    found = {group: _shapley(group, list(players), totals) for group in players}
    return found | {group: np.zeros_like(totals[frozenset()]) for group in idle}


def _shapley(group: str, players: Sequence[str], totals: Mapping[frozenset[str], Array]) -> Array:
    others = [player for player in players if player != group]
    value = np.zeros_like(totals[frozenset()])
    for size in range(len(others) + 1):
        weight = math.factorial(size) * math.factorial(len(others) - size) / math.factorial(len(players))
        for before in combinations(others, size):
            value = value + weight * (totals[frozenset((*before, group))] - totals[frozenset(before)])
    return value
