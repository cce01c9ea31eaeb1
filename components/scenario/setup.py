"""What a page's script is given once: outlines, levers, variables, words. Pure, JSON-able."""

from collections.abc import Sequence
from typing import Any

from components.look.i18n import t
from components.look.numbers import number, signed
from components.scenario.levers import Lever
from components.scenario.targets import load_targets
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

    Regions are in ascending INSEE code, the order of every result; `x`, `y` is where a label stands.
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
                "population": int(row["population"]),
            }
            for code, row in territory.communes.iterrows()
        ],
    }


def levers_for_js(engine: Any, lang: str = "fr") -> list[dict[str, Any]]:
    """The levers for `drawSliders`, in the model's order; its header comment gives the shape of one."""
    return [_lever(lever, lang) for lever in engine.levers]


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
    def words(pair: Any) -> str:
        return str(pair.get(lang) or pair.get("fr") or "") if pair else ""

    label, of_what = words(lever.label), words(lever.unit_note)
    notes = [words(lever.note), words(lever.bounds_note)]
    sources = [
        f"{t('scenario.today', lang)} : {_source(lever.today_source)}" if lever.today_source else "",
        f"{t('scenario.trend_2050', lang)} : {_source(lever.trend_source)}" if lever.trend_source else "",
        *(f"{words(mark.label)} : {_source(mark.source)}" for mark in lever.marks),
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
            {"at": mark.at, "label": words(mark.label), "source": _source(mark.source)}
            for mark in lever.marks
        ],
        "note": " ".join(filter(None, notes)),
        "sources": [_spaced(s, lang) for s in sources if s and not s.endswith(": ")],
        "simplex": lever.simplex,
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
