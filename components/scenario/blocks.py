"""Large territories: rules computed for some communes at a time, only what is asked for kept.

An array of all communes of France and all years takes 9 MB, and a model has hundreds of rules: computed one after the
other over all communes, they would fill the memory and wait for it. Here a block of communes goes through all rules
while its numbers are in the processor's cache. A rule that sums over communes waits for all blocks: rules are computed
in stages, cut where a sum is.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from components.scenario.expression import COMMUNE, Array, parse, summed_reads
from components.scenario.model import CompiledRule, Model, frozen
from components.scenario.years import YEARS

BLOCK = 1024  # communes; a quarter of a megabyte an array
LARGE = 2000  # communes from which it is worth it


@dataclass
class _Stage:
    """Rules over the whole territory, then rules of a commune alone."""

    whole: list[CompiledRule] = field(default_factory=list)
    alone: list[CompiledRule] = field(default_factory=list)


@dataclass(frozen=True)
class Plan:
    """How a list of rules is computed: its stages, and the rules of a commune alone whose values are kept."""

    stages: tuple[_Stage, ...]
    kept: frozenset[str]


def plan(model: Model, rules: Iterable[CompiledRule]) -> Plan:
    """The stages of rules given in the order of computation."""
    stages: list[_Stage] = []
    stage_of: dict[str, int] = {}
    alone: set[str] = set()
    kept = set(model.variables.values())
    for compiled in rules:
        rule = compiled.rule
        reads = summed_reads(parse(rule.formula)) if rule.formula is not None else []
        whole = COMMUNE not in rule.over or any(summed for _, summed in reads)
        stage = 0
        for read, _ in reads:
            if read in stage_of:
                stage = max(stage, stage_of[read] + (whole and read in alone))
        while len(stages) <= stage:
            stages.append(_Stage())
        stage_of[rule.id] = stage
        if whole:
            stages[stage].whole.append(compiled)
        else:
            stages[stage].alone.append(compiled)
            alone.add(rule.id)
        kept.update(read for read, _ in reads if read in alone and (whole or stage_of[read] < stage))
    return Plan(tuple(stages), frozenset(kept & alone))


def evaluate_in_blocks(found: Plan, env: dict[str, Array], communes: int) -> None:
    """Computes the rules of a plan and adds to the environment what is kept of them."""
    for stage in found.stages:
        for compiled in stage.whole:
            env[compiled.rule.id] = frozen(compiled.compute(env))
        if stage.alone:
            _blocks(stage.alone, found.kept, env, communes)


def _blocks(rules: list[CompiledRule], kept: frozenset[str], env: dict[str, Array], communes: int) -> None:
    local = {compiled.rule.id for compiled in rules}
    read = {name for compiled in rules for name in compiled.reads} - local
    shared = {name: env[name] for name in read}
    whole: dict[str, Array] = {}
    for start in range(0, communes, BLOCK):
        block = slice(start, start + BLOCK)
        here = _sliced(shared, block, communes)
        for compiled in rules:
            name = compiled.rule.id
            here[name] = values = compiled.compute(here)
            if name in kept:
                if name not in whole:
                    whole[name] = np.empty((communes, len(YEARS) if values.shape[1] > 1 else 1))
                whole[name][block] = values
    env |= {name: frozen(values) for name, values in whole.items()}


def _sliced(env: Mapping[str, Array], block: slice, communes: int) -> dict[str, Array]:
    return {name: values[block] if values.shape[0] == communes else values for name, values in env.items()}


class Recalled(dict[str, Array]):
    """Values by name; one that was not kept is computed again when asked for."""

    def __init__(self, values: Mapping[str, Array], rules: Mapping[str, CompiledRule]) -> None:
        super().__init__(values)
        self._rules = rules

    def __missing__(self, name: str) -> Array:
        if name not in self._rules:
            raise KeyError(name)
        self[name] = found = frozen(self._rules[name].compute(self))
        return found
