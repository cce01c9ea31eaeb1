"""A loaded model: rules compiled and in order, levers with their bounds, what never changes computed once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from components.scenario.declared import Rule, Source
from components.scenario.expression import Array, Compute, Env, Node
from components.scenario.faults import ModelError
from components.scenario.hypotheses import Hypothesis
from components.scenario.levers import Lever
from components.scenario.years import YEARS

if TYPE_CHECKING:
    from components.scenario.presets import Preset


@dataclass(frozen=True)
class CompiledRule:
    """A rule ready to compute.

    `reads`: names of the environment; `levers`: ids of the levers, and settings of the hypotheses, on which it depends
    directly or through other rules (none: it never changes); `node`: its formula, None for an input; `partial`: it
    divides by a zero of the territory's data, and is unknown there.
    """

    rule: Rule
    reads: tuple[str, ...]
    levers: frozenset[str]
    compute: Compute
    node: Node | None = None
    partial: bool = False


@dataclass(frozen=True)
class Provenance:
    """Where a rule's value comes from when a column or a factor gives it.

    `absent`: the territory's pack does not hold it; `source` is then None unless the rule has its own. `file`: the
    official file that brings it to a pack, `{label: {fr, en}, url}`, empty when none is known.
    """

    source: Source | None
    method: str
    label: Mapping[str, str]
    note: str
    absent: bool = False
    file: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Model:
    """Everything the engine and the trace need; shared by all callers and never changed.

    `rules` in topological order; `statics`: values of what no lever moves, shapes (communes or 1, years or
    1); `variables`: rule id by reported variable; `residues`: rule id of the residue row by variable; `remarks`:
    what the territory's data make unknown, to be told to whoever checks the files.
    """

    slug: str
    regions: tuple[str, ...]
    rules: Mapping[str, CompiledRule]
    levers: tuple[Lever, ...]
    statics: Mapping[str, Array]
    variables: Mapping[str, str]
    residues: Mapping[str, str]
    provenance: Mapping[str, Provenance]
    remarks: tuple[ModelError, ...] = ()
    hypotheses: tuple[Hypothesis, ...] = ()
    presets: tuple["Preset", ...] = ()

    def lever(self, name: str) -> Lever | None:
        """The lever of an id, None when there is none."""
        return next((lever for lever in self.levers if lever.id == name), None)


def frozen(array: Array) -> Array:
    """The array, made read-only: results are shared between sessions."""
    array.setflags(write=False)
    return array


def known_only(compute: Compute) -> Compute:
    """The same values, unknown where they are not finite."""

    def computed(env: Env) -> Array:
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            values = compute(env)
        return np.where(np.isfinite(values), values, np.nan)

    return computed


def lever_values(lever: Lever, settings: Mapping[str, float]) -> dict[str, Array]:
    """What formulas read of one lever: its setting (1, 1), its growth and its path (1, years)."""
    value = settings.get(lever.id, lever.trend)
    start, end = (settings.get(f"{lever.id}.{part}") for part in ("start", "end"))
    return {
        f"lever.{lever.id}": frozen(np.array([[value]])),
        f"ramp.{lever.id}": frozen(lever.growth(YEARS, start, end)),
        f"path.{lever.id}": frozen(lever.path(value, YEARS, start, end)),
    }


def setting_values(model: Model, settings: Mapping[str, float]) -> dict[str, Array]:
    """What formulas read of all levers and of the hypotheses chosen."""
    env: dict[str, Array] = {}
    for lever in model.levers:
        env |= lever_values(lever, settings)
    return env | chosen(model, settings)


def chosen(model: Model, settings: Mapping[str, float]) -> dict[str, Array]:
    """The number of the option of each hypothesis, as rules read it."""
    return {one.setting: frozen(np.array([[settings.get(one.setting, 0.0)]])) for one in model.hypotheses}


def evaluate(rules: Iterable[CompiledRule], env: dict[str, Array]) -> None:
    """Computes rules in the order given and adds their values to the environment."""
    for compiled in rules:
        env[compiled.rule.id] = frozen(compiled.compute(env))


def missing_inputs(model: "Model", state: Mapping[str, Array], rule: str) -> list[str]:
    """The rules read from a column, a total or a factor that are unknown somewhere and make `rule` unknown."""
    found: dict[str, None] = {}
    seen: set[str] = set()
    waiting = [rule]
    while waiting:
        name = waiting.pop()
        if name in seen or not np.isnan(state[name]).any():
            continue
        seen.add(name)
        compiled = model.rules.get(name)
        if compiled is not None and compiled.rule.formula is None:
            found[name] = None
        elif compiled is not None:
            waiting += reversed(compiled.reads)
    return list(found)
