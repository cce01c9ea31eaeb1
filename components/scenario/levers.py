"""Levers: what a room may move, with their bounds, their marks and the way they grow to their end year."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from components.scenario.declared import Source
from components.scenario.years import LAST_YEAR

STAGES = ("sufficiency", "needs", "production")
STAKES = ("energy_climate", "water_rivers", "biodiversity_landscape")
EFFECTS = ("+", "-", "0", "unknown")
SHAPES = ("s_curve", "linear")
RAMP_PARTS = ("start", "end")


@dataclass(frozen=True)
class Mark:
    """A reference on the slider: a value somebody published, or a territory's target."""

    at: float
    label: Mapping[str, str]
    source: Source


@dataclass(frozen=True)
class Ramp:
    """How a lever grows from today's value to its setting.

    `fastest`: the largest change in one year, in the lever's unit: stock turns over only so fast
    (boilers, cars, renovation). None: no limit.
    """

    shape: str = "s_curve"
    start: int = 2024
    end: int = LAST_YEAR
    fastest: float | None = None


@dataclass(frozen=True)
class Lever:
    """One slider. `min`, `max`, `today`, `trend` and `step` are in `unit`; `unit_note` says of what.

    `simplex`: name of the group whose parts sum to 100, None when the lever stands alone.
    `stakes`: what *raising* the lever does to each of the three stakes: `+`, `-`, `0` or `unknown`.
    `available`: False where the territory gives it no bounds or nothing to move, for a `reason` (a sentence); its
    numbers may then be NaN, and it stays at its trend. `territorial`: some of its numbers come from the territory.
    `group`: levers that a debate moves together; the simplex, or the lever alone, when levers.yaml names none.
    """

    id: str
    label: Mapping[str, str]
    stage: str
    unit: str
    min: float
    max: float
    step: float
    today: float
    trend: float
    today_source: Source
    trend_source: Source
    stakes: Mapping[str, str]
    marks: tuple[Mark, ...] = ()
    ramp: Ramp = Ramp()
    unit_note: Mapping[str, str] = field(default_factory=dict)
    note: Mapping[str, str] = field(default_factory=dict)
    bounds_note: Mapping[str, str] = field(default_factory=dict)
    simplex: str | None = None
    file: str = ""
    line: int = 0
    available: bool = True
    reason: Mapping[str, str] = field(default_factory=dict)
    territorial: bool = False
    group: str = ""

    def growth(
        self, years: npt.NDArray[np.int64], start: float | None = None, end: float | None = None
    ) -> npt.NDArray[np.float64]:
        """Share of the way done each year, 0 before the start and 1 from the end on. Shape (1, years)."""
        first = self.ramp.start if start is None else start
        last = self.ramp.end if end is None else end
        t = np.clip((years - first) / (last - first), 0.0, 1.0)
        way: npt.NDArray[np.float64] = t if self.ramp.shape == "linear" else t * t * (3.0 - 2.0 * t)
        return way.reshape(1, -1)

    def path(
        self,
        value: float,
        years: npt.NDArray[np.int64],
        start: float | None = None,
        end: float | None = None,
    ) -> npt.NDArray[np.float64]:
        """The lever's value each year, from today's to `value`, never faster than `ramp.fastest` a year.

        Shape (1, years), in the lever's unit.
        """
        wanted = self.today + (value - self.today) * self.growth(years, start, end)
        fastest = self.ramp.fastest
        if fastest is None or np.abs(np.diff(wanted[0])).max(initial=0.0) <= fastest:
            return wanted
        reached = wanted.copy()
        for y in range(1, reached.shape[1]):
            step = min(max(wanted[0, y] - reached[0, y - 1], -fastest), fastest)
            reached[0, y] = reached[0, y - 1] + step
        return reached
