"""An invented territory on which a model is tried: every figure of a pack exists, and none is zero.

What is wrong there is wrong with the model, not with a territory's data.
"""

from dataclasses import replace

import numpy as np

from components.scenario.expression import COMMUNE, Array, Env
from components.scenario.model import CompiledRule, Model, frozen

COMMUNES = 3
SEED = 4
SAMPLE = 200


def invented(model: Model) -> Model:
    """The model's rules over a few invented communes, figures of the pack drawn about as large as the real ones."""
    rng = np.random.default_rng(SEED)

    def drawn(compiled: CompiledRule) -> CompiledRule:
        rule = compiled.rule
        if isinstance(rule.value, tuple) or (rule.value is not None and np.isfinite(rule.value)):
            return compiled
        if rule.formula is not None or (rule.column or "").startswith("factors."):
            return compiled
        rows = COMMUNES if COMMUNE in rule.over else 1
        values = frozen(_typical(model.statics[rule.id]) * rng.uniform(0.5, 1.5, (rows, 1)))

        def compute(env: Env) -> Array:
            return values

        return replace(compiled, compute=compute)

    return replace(
        model,
        regions=tuple(str(i) for i in range(COMMUNES)),
        rules={name: drawn(compiled) for name, compiled in model.rules.items()},
    )


def sampled(model: Model, most: int = SAMPLE) -> Model:
    """The model's rules over some of the territory's communes, evenly taken: enough to try a large one."""
    rows = np.unique(np.linspace(0, len(model.regions) - 1, most).astype(int))

    def taken(compiled: CompiledRule) -> CompiledRule:
        rule = compiled.rule
        if rule.formula is not None or COMMUNE not in rule.over:
            return compiled
        values = frozen(model.statics[rule.id][rows])
        return replace(compiled, compute=lambda env: values)

    return replace(
        model,
        regions=tuple(model.regions[row] for row in rows),
        rules={name: taken(compiled) for name, compiled in model.rules.items()},
    )


def _typical(values: Array) -> float:
    """The middle size of what is known and not zero; 1 when nothing is."""
    sizes = np.abs(values[np.isfinite(values) & (values != 0)])
    return float(np.median(sizes)) if sizes.size else 1.0
