"""Five classes with round limits, so that a legend can be read aloud."""

import itertools
from collections.abc import Sequence

import numpy as np

CLASSES = 5
EMPTY = [1.0, 2.0, 5.0, 10.0]
NEAR, FAR = 0.02, 0.2  # of a usual value: what passes for unchanged, what is a great change


def round_breaks(pool: np.ndarray) -> list[float]:
    """Four increasing limits near the quintiles of `pool`, as round as they can be.

    One significant digit if that moves no limit by more than an eighth, else two, else three. A pool that is nearly
    all the same (or all zero) gets limits spread over its range, or 1, 2, 5, 10 when it is empty. Without a value
    below zero the lowest limit is above it, so that the lowest class is never empty by construction.
    """
    values = pool[np.isfinite(pool)]
    if not (values != 0).any():
        return list(EMPTY)
    floor = 0.0 if values.min() >= 0 else -np.inf
    exact = np.quantile(values, [0.2, 0.4, 0.6, 0.8])
    for digits in (1, 2, 3):
        rounded = [float(f"{x:.{digits}g}") for x in exact]
        near = all(abs(r - x) <= 0.125 * abs(x) for r, x in zip(rounded, exact, strict=True))
        if _increasing(rounded, floor) and (near or digits > 1):
            return rounded
    low, high = min(0.0, float(values.min())), max(0.0, float(values.max()))
    exact = [low + (high - low) * share for share in (0.2, 0.4, 0.6, 0.8)]
    spread = [float(f"{x:.1g}") for x in exact]
    return spread if _increasing(spread, floor) else exact


def change_breaks(pool: np.ndarray) -> list[float]:
    """Limits of a change, the same on both sides of zero: −far, −near, near, far, near and far taken from the usual
    size of what changes (the median of what is not zero in `pool`) so that no scenario moves them.
    """
    sizes = np.abs(pool[np.isfinite(pool)])
    sizes = sizes[sizes > 0]
    usual = float(np.median(sizes)) if sizes.size else 10.0
    near, far = float(f"{NEAR * usual:.1g}"), float(f"{FAR * usual:.1g}")
    return [-far, -near, near, far]


def classes_of(values: np.ndarray, breaks: Sequence[float]) -> list[int]:
    """The class of each value, 0 to 4; a value on a limit is in the upper class; -1 where there is none."""
    found = np.digitize(values, breaks)
    return [int(c) if np.isfinite(v) else -1 for c, v in zip(found, values, strict=True)]


def _increasing(limits: Sequence[float], floor: float) -> bool:
    return limits[0] > floor and all(a < b for a, b in itertools.pairwise(limits))
