"""One scenario as one message: what the map, the curves and the key figures need to repaint together.

Pure: takes results of the engine, gives plain lists, numbers and sentences (JSON-able, at most 10 kB). The script
files in `js/` draw it. Shapes are described at each function.
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from components.look.i18n import t
from components.look.numbers import number, percent, two_significant
from components.look.theme import CARRIERS, SECTORS
from components.scenario.breaks import classes_of, round_breaks
from components.scenario.engine import Engine, Result
from components.scenario.targets import targets_of
from components.territory.pack import Territory

EMISSIONS = "Emissions|CO2e"
ENERGY = "Final Energy"
SOLAR = "Production|Electricity|Solar"
BASE_YEAR = 2019
HORIZON = 20  # years of the debate after the base year (scenario-model: 2050 is shown as the far end)
TERRITORY = "territory"
STACKS = ("emissions", "energy", "carriers")


@dataclass(frozen=True)
class View:
    """What is looked at: a variable and a year on the map, and which stack of curves."""

    variable: str = EMISSIONS
    year: int = BASE_YEAR + HORIZON
    per_inhabitant: bool = True
    curves: str = "emissions"


@dataclass(frozen=True)
class Compare:
    """A saved scenario shown beside the present one."""

    name: str
    result: Result


@dataclass(frozen=True)
class LastChange:
    """The last move: which slider (its label), its values as written, and the result before it."""

    lever: str
    old: str
    new: str
    before: Result


def frame(
    engine: Engine,
    result: Result,
    trend_result: Result,
    view: View,
    lang: str = "fr",
    compare: Compare | None = None,
    last_change: LastChange | None = None,
) -> dict[str, Any]:
    """The whole message: `{map, curves, figures, change}`; `change` is a sentence, empty before any move."""
    return {
        "map": map_frame(engine, result, trend_result, view, lang),
        "curves": curves_frame(engine, result, trend_result, view, lang, compare),
        "figures": figures_frame(engine, result, trend_result, view, lang, compare),
        "change": change_sentence(result, view, lang, last_change),
    }


def variables_of(result: Result, lang: str = "fr") -> list[dict[str, str]]:
    """The variables a map can show, `[{id, label}]`, totals first, in the order of the model's names."""
    heads = (EMISSIONS, ENERGY, "Production")
    shown = [
        name
        for head in heads
        for name in result.values
        if (name == head or name.startswith(head + "|"))
        and _depth(name, head) <= (2 if head == "Production" else 1)
    ]
    return [{"id": name, "label": variable_label(name, lang)} for name in shown]


def variable_label(variable: str, lang: str = "fr", short: bool = False) -> str:
    """The words for `Emissions|CO2e|Residential`: its head, then the sector or carrier in small letters."""
    for head, key in ((EMISSIONS, "emissions"), (ENERGY, "energy"), ("Production", "production")):
        if variable == head or variable.startswith(head + "|"):
            words = t(f"scenario.short_{key}" if short else f"scenario.var_{key}", lang)
            part = variable[len(head) + 1 :]
            return t("scenario.var_of", lang, head=words, part=part_label(part, lang)) if part else words
    return variable


def part_label(part: str, lang: str = "fr") -> str:
    """The words for a sector or a carrier; a name we have no words for is shown as it is."""
    key = part.lower().replace(" ", "_").replace("|", "_")
    try:
        return t(f"scenario.part_{key}", lang)
    except KeyError:
        return part


def unit_label(unit: str, per_inhabitant: bool, lang: str = "fr") -> str:
    """The words for a variable's unit, or for a thousandth of it per inhabitant."""
    keys = {"ktCO2e/yr": ("kt", "t_person"), "GWh/yr": ("gwh", "mwh_person")}
    if unit not in keys:
        return unit
    return t(f"scenario.unit_{keys[unit][per_inhabitant]}", lang)


def map_frame(engine: Engine, result: Result, trend_result: Result, view: View, lang: str) -> dict[str, Any]:
    """The map, commune by commune in the order of `result.regions`.

    `{variable, year, per_inhabitant, title, short_title, unit, note, short_note, values, trend, classes, breaks,
    limits, summary}`: the short words are for the public screen; `classes` are 0 (lowest) to 4, or -1 without data;
    `breaks` are the four limits between classes and `limits` the same as written; they come from the trend, so
    colours mean the same in every year and scenario of a variable.
    """
    values = _map_values(engine, result, view)
    trend = _map_values(engine, trend_result, view)
    breaks = list(_breaks(engine.territory, trend_result, view.variable, view.per_inhabitant))
    unit = unit_label(result.units.get(view.variable, ""), view.per_inhabitant, lang)
    title = t("scenario.map_title", lang, variable=variable_label(view.variable, lang), year=view.year)
    return {
        "variable": view.variable,
        "year": view.year,
        "per_inhabitant": view.per_inhabitant,
        "title": title,
        "short_title": t(
            "scenario.map_short_title",
            lang,
            what=variable_label(view.variable, lang, short=True),
            year=view.year,
        ),
        "unit": unit,
        "note": _note(view, lang),
        "short_note": _note(view, lang, short=True),
        "values": _wires(values, 6),
        "trend": _wires(trend, 6),
        "classes": classes_of(values, breaks),
        "breaks": breaks,
        "limits": [number(b, lang) for b in breaks],
        "summary": _map_summary(engine, values, title, unit, lang),
    }


def curves_frame(
    engine: Engine,
    result: Result,
    trend_result: Result,
    view: View,
    lang: str,
    compare: Compare | None = None,
) -> dict[str, Any]:
    """The stacked areas over all years for the whole territory.

    `{stack, variable, title, unit, year, years, layers, total, trend, compare, targets, top, summary}`: `layers` are
    `{id, variable, label, colour, values}` from the lowest up (`total` also counts what no layer holds), `trend` and
    `compare` `{label, values}` (compare may be None), `targets` `{id, year, value, label, scope, status}`
    (value None: not placed; words and sources: `setup.targets_for_js`), `top` the axis's upper end.
    """
    stack = view.curves if view.curves in STACKS else "emissions"
    head = EMISSIONS if stack == "emissions" else ENERGY
    colours = CARRIERS if stack == "carriers" else SECTORS
    what = t(f"scenario.curves_{stack}", lang)
    unit = unit_label(result.units.get(head, ""), False, lang)
    layers: list[dict[str, Any]] = [
        {
            "id": part,
            "variable": f"{head}|{part}",
            "label": part_label(part, lang),
            "colour": colour,
            "values": _wires(result.total(f"{head}|{part}")),
        }
        for part, colour in colours.items()
        if f"{head}|{part}" in result.values
    ]
    total, trend = result.total(head), trend_result.total(head)
    targets: list[dict[str, Any]] = [
        {
            "id": a.id,
            "year": a.year,
            "value": a.value,
            "label": a.label[lang],
            "scope": a.scope,
            "status": a.status,
        }
        for a in targets_of(engine.territory.slug, head)
    ]
    saved = None
    if compare:
        saved = {"label": compare.name, "values": _wires(compare.result.total(head))}
    peak = max([*trend, *total, *(a["value"] or 0 for a in targets), *(saved["values"] if saved else ())])
    biggest = max(layers, key=lambda layer: layer["values"][-1]) if layers else None
    return {
        "stack": stack,
        "variable": head,
        "title": t("scenario.curves_title", lang, what=what, n=len(result.regions)),
        "unit": unit,
        "year": view.year,
        "years": [int(y) for y in result.years],
        "layers": layers,
        "total": _wires(total),
        "trend": {"label": t("scenario.trend", lang), "values": _wires(trend)},
        "compare": saved,
        "targets": targets,
        "top": _axis_top(float(peak)),
        "summary": t(
            "scenario.curves_summary",
            lang,
            what=what,
            unit=unit,
            year=view.year,
            first=number(total[0], lang, 0),
            here=number(total[_at(result, view.year)], lang, 0),
            last=number(total[-1], lang, 0),
            trend=number(trend[-1], lang, 0),
            part=biggest["label"] if biggest else "–",
            part_value=number(biggest["values"][-1] if biggest else None, lang, 0),
        ),
    }


def figures_frame(
    engine: Engine,
    result: Result,
    trend_result: Result,
    view: View,
    lang: str,
    compare: Compare | None = None,
) -> list[dict[str, Any]]:
    """The key figures in the year looked at, then the stakes of which the model says nothing yet.

    Each is `{id, stake, stake_label, label, known, value, unit, when, change, direction, saved, variable,
    per_inhabitant, raw, raw_unit}`; `change` and `saved` are words, `direction` -1, 0 or 1 against the trend, `raw` the
    full-precision number. An unknown one has `known: false` and says so in `value` and `change`.
    """
    specs = [
        ("emissions", EMISSIONS, False),
        ("person", EMISSIONS, True),
        ("energy", ENERGY, False),
        ("solar", SOLAR, False),
    ]
    out = [
        _figure(engine, id_, variable, person, result, trend_result, view, lang, compare)
        for id_, variable, person in specs
        if variable in result.values
    ]
    for id_, stake in (("water", "water_rivers"), ("nature", "biodiversity")):
        label = t(f"scenario.stake_{stake}", lang)
        out.append(
            {
                "id": id_,
                "stake": stake,
                "stake_label": label,
                "label": label,
                "known": False,
                "value": t("scenario.unknown", lang),
                "unit": "",
                "when": "",
                "change": t("scenario.unknown_hint", lang),
                "direction": 0,
                "saved": "",
            }
        )
    return out


def change_sentence(result: Result, view: View, lang: str, last: LastChange | None) -> str:
    """What the last move did to the territory's emissions in the year looked at, in words."""
    if last is None:
        return ""
    at = _at(result, view.year)
    now, before = float(result.total(EMISSIONS)[at]), float(last.before.total(EMISSIONS)[at])
    words = _emissions_gap(now - before, lang) or t("scenario.change_none", lang)
    return t(
        "scenario.change_sentence",
        lang,
        lever=last.lever,
        old=last.old,
        new=last.new,
        year=view.year,
        effect=words,
    )


def _figure(
    engine: Engine,
    id_: str,
    variable: str,
    person: bool,
    result: Result,
    trend_result: Result,
    view: View,
    lang: str,
    compare: Compare | None,
) -> dict[str, Any]:
    population = float(_people(engine.territory).sum())

    def read(outcome: Result) -> float:
        raw = float(outcome.total(variable)[_at(outcome, view.year)])
        return raw * 1000 / population if person else raw

    now, trend = read(result), read(trend_result)
    value, unit = _written(variable, person, now, lang)
    gap = _gap(variable, person, now - trend, lang)
    # A percentage of (nearly) nothing says nothing: it is only written beside a trend that exists.
    if gap and not person and abs(trend) > 1e-9 and abs(now - trend) / abs(trend) < 10:
        gap += f" ({percent(round(100 * (now - trend) / trend), lang, 0, sign=True)})"
    saved = ""
    if compare:
        against = _gap(variable, person, now - read(compare.result), lang)
        saved = (
            t("scenario.versus_saved", lang, change=against, name=compare.name)
            if against
            else t("scenario.same_as_saved", lang, name=compare.name)
        )
    return {
        "id": id_,
        "stake": "energy_climate",
        "stake_label": t("scenario.stake_energy_climate", lang),
        "label": t(f"scenario.fig_{id_}", lang),
        "known": True,
        "value": value,
        "unit": unit,
        "when": t("scenario.in_year", lang, year=view.year),
        "change": t("scenario.versus_trend", lang, change=gap) if gap else t("scenario.same_as_trend", lang),
        "direction": 0 if not gap else (1 if now > trend else -1),
        "saved": saved,
        "variable": variable,
        "per_inhabitant": person,
        "raw": _wire(now, 9),
        "raw_unit": unit_label(result.units.get(variable, ""), person, lang),
    }


def _written(variable: str, person: bool, x: float, lang: str) -> tuple[str, str]:
    """A figure as a room reads it, two significant digits, and its short unit."""
    if person:
        return two_significant(x, lang), t("scenario.unit_t_person_short", lang)
    if not variable.startswith(EMISSIONS):
        return two_significant(x, lang), t("scenario.unit_gwh_short", lang)
    if abs(x) >= 1000:
        return two_significant(x / 1000, lang), t("scenario.unit_mt_short", lang)
    return two_significant(x, lang), t("scenario.unit_kt_short", lang)


def _gap(variable: str, person: bool, gap: float, lang: str) -> str:
    """A difference with its sign and unit, empty when it is nothing."""
    if variable.startswith(EMISSIONS) and not person:
        return _emissions_gap(gap, lang)
    floor = 0.0005 if person else 0.05
    if abs(gap) < floor:
        return ""
    unit = "t" if person else "GWh"
    return f"{two_significant(gap, lang, sign=True)} {unit}".replace(" ", "\u00a0")


def _emissions_gap(gap: float, lang: str) -> str:
    """A difference of emissions given in kt, written in kt; below a hundred tonnes it is nothing."""
    return f"{two_significant(gap, lang, sign=True)}\u00a0kt" if abs(gap) >= 0.1 else ""


@lru_cache(maxsize=16)
def _people(territory: Territory) -> np.ndarray:
    """Inhabitants of each commune, in the order of every result; asked for at each move, so kept."""
    people: np.ndarray = territory.communes["population"].to_numpy(dtype=float)
    return people


@lru_cache(maxsize=16)
def _names(territory: Territory) -> tuple[str, ...]:
    return tuple(str(name) for name in territory.communes["name"])


def _map_values(engine: Engine, result: Result, view: View) -> np.ndarray:
    return _column(engine.territory, result, view.variable, view.year, view.per_inhabitant)


def _column(
    territory: Territory, result: Result, variable: str, year: int, per_inhabitant: bool
) -> np.ndarray:
    """A variable in one year, commune by commune, NaN where it is not known."""
    values = result.values.get(variable)
    if values is None:
        return np.full(len(result.regions), np.nan)
    column = np.asarray(values[:, _at(result, year)], dtype=float)
    if not per_inhabitant:
        return column
    people = _people(territory)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(people > 0, column * 1000 / people, np.nan)


@lru_cache(maxsize=256)
def _breaks(territory: Territory, trend: Result, variable: str, per_inhabitant: bool) -> tuple[float, ...]:
    """The colour limits of a variable: drawn from the trend at both ends of its time, whatever is looked at."""
    ends = (int(trend.years[0]), int(trend.years[-1]))
    return tuple(
        round_breaks(np.concatenate([_column(territory, trend, variable, y, per_inhabitant) for y in ends]))
    )


def _map_summary(engine: Engine, values: np.ndarray, title: str, unit: str, lang: str) -> str:
    if not np.isfinite(values).any():
        return t("scenario.map_empty", lang, n=len(values), title=title)
    names = _names(engine.territory)
    low, high = int(np.nanargmin(values)), int(np.nanargmax(values))
    return t(
        "scenario.map_summary",
        lang,
        n=len(values),
        title=title,
        unit=unit,
        low=two_significant(values[low], lang),
        low_name=names[low],
        high=two_significant(values[high], lang),
        high_name=names[high],
    )


def _note(view: View, lang: str, short: bool = False) -> str:
    head = view.variable.split("|")[0]
    key = {"Emissions": "emissions", "Final Energy": "energy"}.get(head, "production")
    notes = [t(f"scenario.note_{key}", lang)]
    if view.per_inhabitant and not short:
        notes.append(t("scenario.note_person", lang))
    return " ".join(notes)


def _depth(name: str, head: str) -> int:
    """How many parts a name adds to its head: a map shows sectors and carriers, not both crossed."""
    return name.count("|") - head.count("|")


def _at(result: Result, year: int) -> int:
    """The column of a year, the nearest end when it is outside."""
    return int(np.clip(year - int(result.years[0]), 0, len(result.years) - 1))


def _axis_top(peak: float) -> float:
    """A round upper end for the axis, at least the peak."""
    if peak <= 0:
        return 1.0
    scale = 10.0 ** np.floor(np.log10(peak))
    return float(next(s * scale for s in (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if s * scale >= peak))


def _wire(x: float, digits: int = 6) -> float | None:
    """A number short enough for the wire, None when there is none."""
    return float(f"{x:.{digits}g}") if math.isfinite(x) else None


def _wires(values: np.ndarray, digits: int = 5) -> list[float | None]:
    return [_wire(x, digits) for x in values.tolist()]
