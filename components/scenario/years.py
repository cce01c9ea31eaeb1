"""The years of a scenario, and numbers given for some of them."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

BASE_YEAR, LAST_YEAR = 2019, 2050
YEARS: npt.NDArray[np.int64] = np.arange(BASE_YEAR, LAST_YEAR + 1)
YEARS.setflags(write=False)


def by_year(given: float | Sequence[tuple[int, float]]) -> npt.NDArray[np.float64]:
    """A number as shape (1, 1); numbers by year as shape (1, years), straight lines between, constant beyond."""
    if isinstance(given, int | float):
        return np.array([[float(given)]])
    years, numbers = zip(*given, strict=True)
    found: npt.NDArray[np.float64] = np.interp(YEARS, years, numbers).reshape(1, -1)
    return found
