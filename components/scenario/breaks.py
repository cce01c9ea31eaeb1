"""Five classes with round limits, so that a legend can be read aloud."""

import itertools
from collections.abc import Sequence

import numpy as np

CLASSES = 5
EMPTY = [1.0, 2.0, 5.0, 10.0]


def round_breaks(pool: np.ndarray) -> list[float]:
    """Four increasing limits near the quintiles of `pool`, as round as they can be.

    One significant digit if that moves no limit by more than an eighth, else two, else three. A pool that is nearly
    all the same (or all zero) gets limits spread over its range, or 1, 2, 5, 10 when it is empty.
    """
    values = pool[np.isfinite(pool)]
    positive = values[values > 0]
    if positive.size == 0:
        return list(EMPTY)
    exact = np.quantile(values, [0.2, 0.4, 0.6, 0.8])
    for digits in (1, 2, 3):
        rounded = [float(f"{x:.{digits}g}") for x in exact]
        near = all(abs(r - x) <= 0.125 * abs(x) for r, x in zip(rounded, exact, strict=True))
        if _increasing(rounded) and (near or digits > 1):
            return rounded
    top = float(positive.max())
    spread = [float(f"{top * share:.1g}") for share in (0.2, 0.4, 0.6, 0.8)]
    return spread if _increasing(spread) else [top * share for share in (0.2, 0.4, 0.6, 0.8)]


def classes_of(values: np.ndarray, breaks: Sequence[float]) -> list[int]:
    """The class of each value, 0 to 4; a value on a limit is in the upper class; -1 where there is none."""
    found = np.digitize(values, breaks)
    return [int(c) if np.isfinite(v) else -1 for c, v in zip(found, values, strict=True)]


def _increasing(limits: Sequence[float]) -> bool:
    return limits[0] > 0 and all(a < b for a, b in itertools.pairwise(limits))
