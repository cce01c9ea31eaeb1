"""One viewer's scenario, without Panel: a message of the page in, its answer out.

The page holds the sliders; every message brings all of them, so a lost answer loses nothing. What comes from a page is
never trusted: unknown levers, values out of bounds and nonsense get a sentence.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from components.look.i18n import t
from components.scenario.engine import Engine, Result
from components.scenario.faults import ScenarioError
from components.scenario.frame import EMISSIONS, STACKS, TERRITORY, Compare, LastChange, View, frame
from components.scenario.saved import CodeError, decode, encode
from components.scenario.setup import lever_value
from components.scenario.trace import why

LONGEST_NAME = 60
Message = Mapping[str, Any]


@dataclass
class Tab:
    """What one open page needs; several may share an engine."""

    engine: Engine
    lang: str = "fr"
    trend: dict[str, float] = field(init=False)
    trend_result: Result = field(init=False)

    def __post_init__(self) -> None:
        self.trend = self.engine.settings({})
        self.trend_result = self.engine.run(self.trend)

    def answer(self, message: object) -> dict[str, Any]:
        """The answer to a message, with its number `n`.

        `{kind: "move", overrides, before, lever, view, compare}` → `{kind: "frame", code, **frame}`;
        `{kind: "why", overrides, variable, region, year, per_inhabitant}` → `{kind: "why", why}`;
        `{kind: "open", code}` → `{kind: "opened", overrides}`;
        whatever cannot be answered → `{kind: "refused", sentence}`.
        """
        asked: Message = message if isinstance(message, Mapping) else {}
        kinds: dict[str, Callable[[Message], dict[str, Any]]] = {
            "move": self._move,
            "why": self._why,
            "open": self._open,
        }
        try:
            reply = kinds[str(asked.get("kind"))](asked)
        except (CodeError, ScenarioError) as error:
            reply = {"kind": "refused", "sentence": error.sentence(self.lang)}
        except (KeyError, TypeError, ValueError, OverflowError):
            reply = {"kind": "refused", "sentence": t("scenario.message_wrong", self.lang)}
        return {**reply, "n": asked.get("n")}

    def open_code(self, code: str) -> dict[str, float]:
        """The overrides of a code, checked against the levers' bounds. Raises CodeError or ScenarioError."""
        overrides = decode(code, self.trend, self.engine.options)
        self.engine.settings(overrides)
        return overrides

    def _move(self, asked: Message) -> dict[str, Any]:
        settings = self._settings(asked.get("overrides"))
        result = self.engine.run(settings)
        view = self._view(asked.get("view"))
        drawn = frame(
            self.engine,
            result,
            self.trend_result,
            view,
            self.lang,
            self._compare(asked.get("compare")),
            self._last_change(asked, settings),
        )
        return {"kind": "frame", "code": encode(settings, self.trend, self.engine.options), **drawn}

    def _why(self, asked: Message) -> dict[str, Any]:
        result = self.engine.run(self._settings(asked.get("overrides")))
        view = self._view(asked)
        region = str(asked.get("region") or TERRITORY)
        if region != TERRITORY and region not in result.regions:
            raise ValueError(region)
        found = why(
            self.engine,
            result,
            view.variable,
            region,
            view.year,
            self.lang,
            per_inhabitant=view.per_inhabitant,
        )
        return {"kind": "why", "why": {**found, "region_label": self._region_label(region)}}

    def _open(self, asked: Message) -> dict[str, Any]:
        return {"kind": "opened", "overrides": self.open_code(str(asked.get("code") or ""))}

    def _settings(self, overrides: object) -> dict[str, float]:
        if not isinstance(overrides, Mapping):
            raise ValueError("overrides")
        return self.engine.settings({str(name): value for name, value in overrides.items()})

    def _view(self, asked: object) -> View:
        asked = asked if isinstance(asked, Mapping) else {}
        default = View()
        variable = str(asked.get("variable", default.variable))
        year = asked.get("year", default.year)
        years = self.trend_result.years
        return View(
            variable if variable in self.trend_result.values else EMISSIONS,
            min(max(int(year), int(years[0])), int(years[-1])),
            bool(asked.get("per_inhabitant", default.per_inhabitant)),
            str(asked.get("curves")) if asked.get("curves") in STACKS else default.curves,
        )

    def _compare(self, asked: object) -> Compare | None:
        if not isinstance(asked, Mapping) or not asked.get("code"):
            return None
        name = str(asked.get("name") or t("scenario.compare_label", self.lang))[:LONGEST_NAME]
        return Compare(name, self.engine.run(self.engine.settings(self.open_code(str(asked["code"])))))

    def _last_change(self, asked: Message, settings: Mapping[str, float]) -> LastChange | None:
        lever = next((one for one in self.engine.levers if one.id == asked.get("lever")), None)
        if lever is None or not isinstance(asked.get("before"), Mapping):
            return None
        before = self._settings(asked["before"])
        if before[lever.id] == settings[lever.id]:
            return None
        label = lever.label.get(self.lang) or lever.label["fr"]
        return LastChange(
            label,
            lever_value(lever, before[lever.id], self.lang),
            lever_value(lever, settings[lever.id], self.lang),
            self.engine.run(before),
        )

    def _region_label(self, region: str) -> str:
        if region == TERRITORY:
            return self.engine.territory.name
        return str(self.engine.territory.communes.loc[region, "name"])
