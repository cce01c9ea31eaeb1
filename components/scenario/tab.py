"""One viewer's scenario, without Panel: a message of the page in, its answer out.

The page holds the sliders; every message brings all of them, so a lost answer loses nothing. What comes from a page is
never trusted: unknown levers, values out of bounds and nonsense get a sentence.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from components.look.i18n import t
from components.scenario.asked import bands, parts
from components.scenario.commune import commune_sheet
from components.scenario.engine import Engine, Result
from components.scenario.faults import ScenarioError
from components.scenario.figures_frame import STAKES
from components.scenario.frame import (
    EMISSIONS,
    STACKS,
    TERRITORY,
    Compare,
    LastChange,
    View,
    frame,
    lean,
    map_frame,
)
from components.scenario.measures import MEASURES, explained
from components.scenario.saved import CodeError, decode, encode
from components.scenario.setup import lever_value
from components.scenario.sources import producers
from components.scenario.trace import why
from components.scenario.variables import stake_of
from components.scenario.viewed import CHANGES, at, total, wire

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
        """The answer to a message, with its number `n`. Every question brings all `overrides`.

        `{kind: "move", before, lever, view, compare, held?}` → `{kind: "frame", code, **frame}`, lean with `held`;
        `{kind: "why", variable, region, year, measure}` → `{kind: "why", why}`;
        `{kind: "open", code}` → `{kind: "opened", overrides}`;
        `{kind: "stakes", view, variables: {stake: variable}}` → `{kind, maps: {stake: map frame or None}}`;
        `{kind: "pair", view, a, b}` → `{kind, a: {label, map, total}, b}`, sides are `{label, code or overrides}`;
        `{kind: "commune", region, view}` → `{kind, sheet}`;
        `{kind: "bands", variable, year}` → `{kind, bands}`;
        `{kind: "parts", variable, year}` → `{kind, parts}`;
        `{kind: "sources", variables}` → `{kind, sources}`;
        whatever cannot be answered → `{kind: "refused", sentence}`.
        """
        asked: Message = message if isinstance(message, Mapping) else {}
        kinds: dict[str, Callable[[Message], dict[str, Any]]] = {
            "move": self._move,
            "why": self._why,
            "open": self._open,
            "stakes": self._stakes,
            "pair": self._pair,
            "commune": self._commune,
            "bands": self._bands,
            "parts": self._parts,
            "sources": self._sources,
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
        view = self.view_of(asked.get("view"))
        drawn = frame(
            self.engine,
            result,
            self.trend_result,
            view,
            self.lang,
            self._compare(asked.get("compare")),
            self._last_change(asked, settings),
        )
        if "held" in asked:
            drawn = lean(drawn, asked["held"])
        return {"kind": "frame", "code": encode(settings, self.trend, self.engine.options), **drawn}

    def _why(self, asked: Message) -> dict[str, Any]:
        result = self._result(asked)
        view = self.view_of(asked)
        region = str(asked.get("region") or TERRITORY)
        if region != TERRITORY and region not in result.regions:
            raise ValueError(region)
        found = why(self.engine, result, view.variable, region, view.year, self.lang)
        found = explained(found, self.engine, region, view.measure, self.lang)
        return {"kind": "why", "why": {**found, "region_label": self._region_label(region)}}

    def _stakes(self, asked: Message) -> dict[str, Any]:
        """One map a stake, the same year and measure; None for a stake of which the model has no variable."""
        result, view = self._result(asked), self.view_of(asked.get("view"))
        wanted = asked.get("variables")
        chosen = dict(wanted) if isinstance(wanted, Mapping) else {}
        maps: dict[str, Any] = {}
        for stake in STAKES:
            variable = str(chosen.get(stake) or "")
            known = variable in result.values and stake_of(variable) == stake
            one = replace(view, variable=variable)
            maps[stake] = map_frame(self.engine, result, self.trend_result, one, self.lang) if known else None
        return {"kind": "stakes", "maps": maps}

    def _pair(self, asked: Message) -> dict[str, Any]:
        """Two scenarios on the same map: same year, same measure, same classes."""
        view = replace(self.view_of(asked.get("view")), change="")
        return {"kind": "pair", "a": self._side(asked.get("a"), view), "b": self._side(asked.get("b"), view)}

    def _side(self, side: object, view: View) -> dict[str, Any]:
        if not isinstance(side, Mapping):
            raise ValueError("side")
        overrides = self.open_code(str(side["code"])) if side.get("code") else side.get("overrides", {})
        result = self.engine.run(self._settings(overrides))
        whole = float(total(self.engine, result, view.variable, view.measure)[at(result, view.year)])
        return {
            "label": str(side.get("label") or "")[:LONGEST_NAME],
            "map": map_frame(self.engine, result, self.trend_result, view, self.lang),
            "total": wire(whole),
        }

    def _commune(self, asked: Message) -> dict[str, Any]:
        result, view = self._result(asked), self.view_of(asked.get("view"))
        region = str(asked.get("region"))
        return {
            "kind": "commune",
            "sheet": commune_sheet(self.engine, result, self.trend_result, region, view, self.lang),
        }

    def _bands(self, asked: Message) -> dict[str, Any]:
        view = self.view_of(asked)
        settings = self._settings(asked.get("overrides"))
        return {"kind": "bands", "bands": bands(self.engine, settings, view.variable, view.year, self.lang)}

    def _parts(self, asked: Message) -> dict[str, Any]:
        view = self.view_of(asked)
        settings = self._settings(asked.get("overrides"))
        return {"kind": "parts", "parts": parts(self.engine, settings, view.variable, view.year, self.lang)}

    def _sources(self, asked: Message) -> dict[str, Any]:
        wanted = asked.get("variables")
        names = [str(name) for name in wanted][:8] if isinstance(wanted, list) else []
        known = [name for name in names if name in self.trend_result.values]
        lines = [p for name in known for p in producers(self.engine, self.trend_result, name, self.lang)]
        return {"kind": "sources", "sources": list(dict.fromkeys(lines))}

    def _open(self, asked: Message) -> dict[str, Any]:
        return {"kind": "opened", "overrides": self.open_code(str(asked.get("code") or ""))}

    def _result(self, asked: Message) -> Result:
        return self.engine.run(self._settings(asked.get("overrides")))

    def _settings(self, overrides: object) -> dict[str, float]:
        if not isinstance(overrides, Mapping):
            raise ValueError("overrides")
        return self.engine.settings({str(name): value for name, value in overrides.items()})

    def view_of(self, asked: object) -> View:
        """The view that a message or an address asks for, what it has wrong replaced by the usual one."""
        asked = asked if isinstance(asked, Mapping) else {}
        default = View()
        variable = str(asked.get("variable", default.variable))
        year = asked.get("year", default.year)
        years = self.trend_result.years
        measure = asked.get("measure", default.measure)
        return View(
            variable if variable in self.trend_result.values else EMISSIONS,
            min(max(int(year), int(years[0])), int(years[-1])),
            measure if measure in MEASURES else default.measure,
            str(asked.get("change")) if asked.get("change") in CHANGES else default.change,
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
