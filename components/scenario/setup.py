"""What a page's script is given once: outlines, levers, variables, words. Pure, JSON-able."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from components.look.i18n import t, texts
from components.look.numbers import number, signed
from components.scenario.engine import Engine, Result
from components.scenario.figures_frame import ASKED
from components.scenario.levers import STAKES, Lever
from components.scenario.measures import MEASURES, unknown_because
from components.scenario.targets import load_targets
from components.scenario.variables import stake_of
from components.territory.outline import svg_paths
from components.territory.pack import Territory

NUDGES = 20  # pushes on + from one end of a slider to the other, about
UNITS = {
    "fr": {
        "percent": "%",
        "delta_degC": "°C",
        "MW_peak": "MWc",
        "person/vehicle": "pers.",
        "GWh/year": "GWh/an",
    },
    "en": {
        "percent": "%",
        "delta_degC": "°C",
        "MW_peak": "MWp",
        "person/vehicle": "people",
        "GWh/year": "GWh/yr",
    },
}


def scenario_geometry(territory: Territory, width: int = 1000) -> dict[str, Any]:
    """The outlines for `drawMap`: `{viewbox, regions: [{code, name, path, x, y, population}]}`.

    Regions are in ascending INSEE code, the order of every result; `x`, `y` is where a label stands;
    `population` says which labels come first, 0 when it is unknown.
    """
    outline = svg_paths(territory, width)
    return {
        "viewbox": outline.viewbox,
        "regions": [
            {
                "code": code,
                "name": str(row["name"]),
                "path": outline.paths[code],
                "x": outline.labels[code][0],
                "y": outline.labels[code][1],
                "population": int(row["population"]) if row["population"] > 0 else 0,
            }
            for code, row in territory.communes.iterrows()
        ],
    }


def scenario_texts(lang: str = "fr") -> dict[str, str]:
    """All words of the drawings in `js/`."""
    return texts("scenario", lang) | texts("map", lang)


def measures_for_js(engine: Engine, lang: str = "fr") -> list[dict[str, str]]:
    """The measures to choose from, `[{id, label, reason}]`; `reason` says why one is not known here, or is empty."""
    return [
        {"id": id_, "label": t(f"map.measure_{id_}", lang), "reason": unknown_because(engine, id_, lang)}
        for id_ in MEASURES
    ]


def hypotheses_for_js(engine: Engine, lang: str = "fr") -> list[dict[str, Any]]:
    """The rival hypotheses, `[{id, label, question, options: [{id, label, note, source}]}]`, the default one first."""
    return [
        {
            "id": group.setting,
            "label": words(group.label, lang),
            "question": words(group.question, lang),
            "options": [
                {
                    "id": option.id,
                    "label": words(option.label, lang),
                    "note": words(option.note, lang),
                    "source": _source(option.source),
                }
                for option in group.options
            ],
        }
        for group in engine.hypotheses
    ]


def presets_for_js(engine: Engine, lang: str = "fr") -> list[dict[str, Any]]:
    """The ready-made scenarios, `[{id, label, note, source, settings, left, unsourced, absent, status}]`.

    `settings` are those that this territory has, within its bounds; the three lists are levers' labels: left at
    trend, left there for want of a source, not to be moved on this territory.
    """
    labels = {lever.id: words(lever.label, lang) for lever in engine.model.levers}

    def named(levers: Sequence[str]) -> list[str]:
        return [labels[lever] for lever in levers if lever in labels]

    return [
        {
            "id": preset.id,
            "label": words(preset.label, lang),
            "note": words(preset.note, lang),
            "source": _source(preset.source),
            "settings": dict(preset.settings),
            "left": named([lever for lever in preset.at_trend if lever not in preset.unsourced]),
            "unsourced": named(preset.unsourced),
            "absent": named(preset.absent),
            "status": preset.status,
        }
        for preset in engine.presets
    ]


def stake_choices(trend: Result) -> dict[str, str | None]:
    """The variable that each stake's small map opens with: its key figure's, else its first; None without any."""
    keys = {asked.stake: asked.variables for asked in reversed(ASKED) if not asked.minor}
    chosen: dict[str, str | None] = {}
    for stake in STAKES:
        mine = [name for name in trend.values if stake_of(name) == stake]
        preferred = [name for name in (*keys[stake], *mine) if name in mine]
        known = [name for name in preferred if np.isfinite(trend.values[name]).any()]
        chosen[stake] = next(iter([*known, *preferred]), None)
    return chosen


def words(pair: Any, lang: str) -> str:
    """The text of a `{fr, en}` pair in a language, French for want of better, "" without any."""
    return str(pair.get(lang) or pair.get("fr") or "") if pair else ""


def levers_for_js(engine: Engine, lang: str = "fr") -> list[dict[str, Any]]:
    """The levers for `drawSliders`, in the model's order; its header comment gives the shape of one.

    Those that this territory cannot move come with `available` false, their reason and no numbers.
    """
    return [_lever(lever, lang) if lever.available else _idle(lever, lang) for lever in engine.model.levers]


def _idle(lever: Lever, lang: str) -> dict[str, Any]:
    return {
        "id": lever.id,
        "label": words(lever.label, lang),
        "stage": lever.stage,
        "simplex": lever.simplex,
        "stakes": {stake: str(lever.stakes.get(stake, "unknown")) for stake in STAKES},
        "available": False,
        "reason": words(lever.reason, lang),
    }


def targets_for_js(slug: str, lang: str = "fr") -> dict[str, dict[str, str]]:
    """What each target of a territory says of itself, `{id: {words, source}}`, for the list under the curves."""
    return {
        target.id: {
            "words": target.words[lang],
            "source": ", ".join(str(part) for part in target.source.values()),
        }
        for target in load_targets()
        if not target.territories or slug in target.territories
    }


def lever_value(lever: Lever, value: float, lang: str = "fr") -> str:
    """A lever's value as written in a sentence, with its unit; signed when the lever can go below zero."""
    unit = unit_short(lever.unit, lang)
    text = (signed if lever.min < 0 else number)(value, lang)
    if not unit:
        return text
    return f"{text}{unit}" if lang == "en" and unit == "%" else f"{text}\u202f{unit}"


def unit_short(unit: str, lang: str = "fr") -> str:
    """The unit beside a slider; a unit without a short form is shown as the model names it."""
    return UNITS[lang].get(unit, unit)


def _lever(lever: Lever, lang: str) -> dict[str, Any]:
    label, of_what = words(lever.label, lang), words(lever.unit_note, lang)
    notes = [words(lever.note, lang), words(lever.bounds_note, lang)]
    sources = [
        f"{t('scenario.today', lang)} : {_source(lever.today_source)}" if lever.today_source else "",
        f"{t('scenario.trend_2050', lang)} : {_source(lever.trend_source)}" if lever.trend_source else "",
        *(f"{words(mark.label, lang)} : {_source(mark.source)}" for mark in lever.marks),
    ]
    return {
        "id": lever.id,
        "label": label,
        "stage": lever.stage,
        "unit": unit_short(lever.unit, lang),
        "of": of_what,
        "min": lever.min,
        "max": lever.max,
        "step": lever.step,
        "nudge": _nudge(lever),
        "today": lever.today,
        "trend": lever.trend,
        "national": "national" in lever.today_source.scope,
        "trend_unsourced": lever.trend_source.status == "unsourced",
        "marks": [
            {"at": mark.at, "label": words(mark.label, lang), "source": _source(mark.source)}
            for mark in lever.marks
        ],
        "note": " ".join(filter(None, notes)),
        "sources": [_spaced(s, lang) for s in sources if s and not s.endswith(": ")],
        "simplex": lever.simplex,
        "stakes": {stake: str(lever.stakes.get(stake, "unknown")) for stake in STAKES},
        "ramp": [lever.ramp.start, lever.ramp.end],
        "available": True,
        "reason": "",
    }


def _nudge(lever: Lever) -> float:
    """What one push on + moves: about a twentieth of the slider, in whole steps."""
    steps: Sequence[float] = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
    about = (lever.max - lever.min) / NUDGES / lever.step
    return round(lever.step * max((s for s in steps if s <= about), default=1), 6)


def _source(source: Any) -> str:
    return ", ".join(str(part) for part in (source.producer, source.title, source.year) if part)


def _spaced(text: str, lang: str) -> str:
    return text.replace(" : ", "\u202f: ") if lang == "fr" else text.replace(" : ", ": ")
