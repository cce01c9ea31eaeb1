"""The scenario of a meeting as its screen shows it: positions of the room in, one frame out. Kept by process."""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from components.look.i18n import t
from components.look.numbers import two_significant
from components.meeting.room import Room
from components.scenario.engine import Engine, Result
from components.scenario.faults import ModelError, ScenarioError
from components.scenario.frame import EMISSIONS, LastChange, View, frame
from components.scenario.holder import scenario_engine
from components.scenario.setup import lever_value, levers_for_js, scenario_geometry
from components.screen.live import Preview
from components.territory.pack import PackError

KEPT = 32
LOOK_AGAIN = 1.0  # seconds between two looks at the model's files


class NoScenery(ValueError):
    """The territory or its model cannot be shown; the text says so in French."""


def engine_of(slug: str) -> Engine:
    """The engine of a territory, one for the process, of its files as they were a second ago. Raises `NoScenery`."""
    try:
        return scenario_engine(slug, LOOK_AGAIN)
    except (PackError, ModelError) as error:
        raise NoScenery(str(error)) from error


def scenery_setup(slug: str, lang: str) -> dict[str, Any] | None:
    """Outlines and levers, sent once to a page: `{geometry, levers}`; None without a usable territory."""
    try:
        return _setup(engine_of(slug), lang)
    except NoScenery:
        return None


@lru_cache(maxsize=8)
def _setup(engine: Engine, lang: str) -> dict[str, Any]:
    return {"geometry": scenario_geometry(engine.territory), "levers": levers_for_js(engine, lang)}


@dataclass(frozen=True)
class Shown:
    """What is asked of the model for one picture."""

    slug: str
    levers: tuple[tuple[str, float], ...]
    before: tuple[tuple[str, float], ...]
    variable: str
    year: int
    per_inhabitant: bool
    lang: str


def shown(room: Room, preview: Preview | None, lang: str) -> Shown:
    """The picture of the room now; a preview replaces the settled positions."""
    levers = dict(room.levers if preview is None else preview.levers)
    before = dict(room.levers) if preview else before_last_change(room)
    view = room.view
    return Shown(
        room.territory,
        tuple(sorted(levers.items())),
        tuple(sorted(before.items())),
        view.variable,
        view.year,
        view.per_inhabitant,
        lang,
    )


def before_last_change(room: Room) -> dict[str, float]:
    """The positions before the last settled move."""
    before = dict(room.levers)
    for lever, (old, _) in room.last_change.items():
        if old is None:
            before.pop(lever, None)
        else:
            before[lever] = old
    return before


_kept: OrderedDict[tuple[Shown, Engine | None], dict[str, Any]] = OrderedDict()
_lock = threading.Lock()


def scenery(wanted: Shown) -> dict[str, Any]:
    """The frame for `drawMap`, `drawCurves`, `drawFigures`, and `settings`: every lever's value.

    `{unavailable: sentence}` when the model refuses: the page then says so instead of showing an old picture.
    """
    try:
        engine = engine_of(wanted.slug)
    except NoScenery:
        return {"unavailable": t("screen.no_scenario", wanted.lang, slug=wanted.slug)}
    key = (wanted, engine)
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    try:
        made = _drawn(wanted, engine)
    except ScenarioError as error:
        made = {"unavailable": error.sentence(wanted.lang)}
    with _lock:
        _kept[key] = made
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return made


def _drawn(wanted: Shown, engine: Engine) -> dict[str, Any]:
    settings = engine.settings(dict(wanted.levers))
    result, trend = engine.run(settings), engine.run()
    known = wanted.variable in result.values
    years = (int(result.years[0]), int(result.years[-1]))
    view = View(
        wanted.variable if known else EMISSIONS,
        min(max(wanted.year, years[0]), years[1]),
        "per_inhabitant" if wanted.per_inhabitant else "total",
    )
    made = frame(engine, result, trend, view, wanted.lang, None, None)
    made["change"] = _change(
        engine, result, settings, engine.settings(dict(wanted.before)), view, wanted.lang
    )
    made["settings"] = settings
    made["words"] = {
        lever.id: {
            "label": lever.label.get(wanted.lang) or lever.label["fr"],
            "value": lever_value(lever, settings[lever.id], wanted.lang),
            "moved": settings[lever.id] != lever.trend,
        }
        for lever in engine.levers
    }
    return made


def _change(
    engine: Engine,
    result: Result,
    settings: Mapping[str, float],
    before: Mapping[str, float],
    view: View,
    lang: str,
) -> str:
    """The last move in words: one lever by its name and values, several by their number."""
    moved = [lever for lever in engine.levers if settings[lever.id] != before[lever.id]]
    if not moved:
        return ""
    earlier = engine.run(dict(before))
    if len(moved) == 1:
        lever = moved[0]
        last = LastChange(
            lever.label.get(lang) or lever.label["fr"],
            lever_value(lever, before[lever.id], lang),
            lever_value(lever, settings[lever.id], lang),
            earlier,
        )
        return str(frame(engine, result, engine.run(), view, lang, None, last)["change"])
    at = list(result.years).index(view.year)
    gap = float(result.total(EMISSIONS)[at] - earlier.total(EMISSIONS)[at])
    effect = t("screen.no_effect", lang)
    if abs(gap) >= 0.1:
        effect = t("screen.effect_kt", lang, gap=two_significant(gap, lang, sign=True))
    return t("screen.many_moved", lang, n=len(moved), year=view.year, effect=effect)


def checked_levers(room: Room, changes: Mapping[str, Any]) -> dict[str, float]:
    """All positions after `changes` (lever → value, None for trend), those at trend left out.

    Raises `ScenarioError` for what the model does not accept, `NoScenery` without a model.
    """
    engine = engine_of(room.territory)
    merged: dict[str, Any] = {**room.levers, **changes}
    overrides = {lever: value for lever, value in merged.items() if value is not None}
    settings = engine.settings(overrides)
    trend = engine.settings()
    return {
        lever: value for lever, value in settings.items() if lever in overrides and value != trend.get(lever)
    }
