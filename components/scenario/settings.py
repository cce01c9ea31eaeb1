"""What may be asked of a scenario: every lever within its bounds, every hypothesis with one of its options."""

import difflib
import math
from collections.abc import Mapping
from numbers import Real

from components.scenario.faults import ScenarioError
from components.scenario.hypotheses import PREFIX
from components.scenario.levers import RAMP_PARTS
from components.scenario.model import Model
from components.scenario.years import BASE_YEAR, LAST_YEAR

SIMPLEX_TOTAL = 100.0
SIMPLEX_TOLERANCE = 1e-6


class Settings:
    """The settings of a model: complete, checked mappings of numbers, by lever id and `hypothesis.GROUP`."""

    def __init__(self, model: Model) -> None:
        self._levers = [lever for lever in model.levers if lever.available]
        self._unavailable = [lever for lever in model.levers if not lever.available]
        self._by_id = {lever.id: lever for lever in self._levers}
        self._by_setting = {hypothesis.setting: hypothesis for hypothesis in model.hypotheses}
        self.names: tuple[str, ...] = (*self._by_id, *self._by_setting)

    def of(self, overrides: Mapping[str, float | str] | None = None) -> dict[str, float]:
        """The trend with overrides. `lever.start` and `lever.end` move a lever's years; `hypothesis.GROUP` chooses an
        option, by its number or its id.

        Raises ScenarioError: unknown lever, not a number, out of bounds, simplex that does not sum to 100.
        """
        settings = {lever.id: lever.trend for lever in self._levers} | dict.fromkeys(self._by_setting, 0.0)
        for name, value in (overrides or {}).items():
            settings[name] = self._checked(name, value)
        self._check_years(settings)
        self._check_simplexes(settings)
        return settings

    def _checked(self, name: str, value: float | str) -> float:
        if name.startswith(PREFIX):
            return self._option(name, value)
        lever = self._by_id.get(name)
        low, high = (lever.min, lever.max) if lever else self._years_of(name)
        if isinstance(value, bool) or not isinstance(value, Real) or not math.isfinite(value):
            raise ScenarioError("setting_not_a_number", name=name)
        if not low <= value <= high:
            raise ScenarioError(
                "setting_out_of_bounds", name=name, value=f"{value:g}", low=f"{low:g}", high=f"{high:g}"
            )
        return float(value)

    def _option(self, name: str, value: float | str) -> float:
        hypothesis = self._by_setting.get(name)
        if hypothesis is None:
            close = ", ".join(self._by_setting) or "–"
            raise ScenarioError("model_engine.hypothesis_unknown", name=name[:60], close=close)
        number = hypothesis.number(value) if isinstance(value, str) else value
        if number is None or isinstance(number, bool) or number not in range(len(hypothesis.options)):
            choices = ", ".join(option.id for option in hypothesis.options)
            raise ScenarioError(
                "model_engine.option_unknown", name=name, value=str(value)[:60], choices=choices
            )
        return float(number)

    def _years_of(self, name: str) -> tuple[float, float]:
        head, _, part = name.rpartition(".")
        if head in self._by_id and part in RAMP_PARTS:
            return float(BASE_YEAR), float(LAST_YEAR)
        for lever in self._unavailable:
            if lever.id in (name, head):
                raise ScenarioError(
                    "model_engine.setting_unavailable",
                    name=lever.id,
                    reason=lever.reason,
                )
        parts = [lever for lever in self._by_id if self._by_id[lever].simplex == name]
        close = parts or difflib.get_close_matches(name, self._by_id, n=3, cutoff=0.5)
        key = "setting_unknown_close" if close else "setting_unknown"
        raise ScenarioError(key, name=name[:60], close=", ".join(close))

    def _check_years(self, settings: Mapping[str, float]) -> None:
        for lever in self._levers:
            start = settings.get(f"{lever.id}.start", lever.ramp.start)
            end = settings.get(f"{lever.id}.end", lever.ramp.end)
            if not start < end:
                raise ScenarioError("setting_years", name=lever.id)

    def _check_simplexes(self, settings: Mapping[str, float]) -> None:
        for group in dict.fromkeys(lever.simplex for lever in self._levers if lever.simplex):
            parts = [lever.id for lever in self._levers if lever.simplex == group]
            total = sum(settings[part] for part in parts)
            if abs(total - SIMPLEX_TOTAL) > SIMPLEX_TOLERANCE:
                raise ScenarioError("setting_simplex", name=group, total=f"{total:g}", parts=", ".join(parts))
