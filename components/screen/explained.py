"""« D'où vient ce chiffre ? » as a room can read it: a trace of the model cut down to one screen."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from components.look.i18n import t
from components.look.numbers import two_significant
from components.meeting.room import Figure, Room
from components.scenario.engine import Engine
from components.scenario.faults import ScenarioError
from components.scenario.trace import TERRITORY, why
from components.screen.scenery import NoScenery, engine_of

OURS = "Cordée"
FEW_INPUTS = 3
Node = Mapping[str, Any]


def full_trace(room: Room, figure: Figure, lang: str) -> dict[str, Any]:
    """`trace.why` of a figure at the room's settled positions, with `region_label`.

    Raises `KeyError` for what the model does not have, `ScenarioError` for positions it does not accept,
    `NoScenery` without a model.
    """
    return _trace(engine_of(room.territory), tuple(sorted(room.levers.items())), figure, lang)


@lru_cache(maxsize=16)
def _trace(
    engine: Engine, levers: tuple[tuple[str, float], ...], figure: Figure, lang: str
) -> dict[str, Any]:
    result = engine.run(engine.settings(dict(levers)))
    if figure.variable not in result.values:
        raise KeyError(figure.variable)
    whole = figure.region == TERRITORY
    name = engine.territory.name if whole else str(engine.territory.communes.loc[figure.region, "name"])
    found = why(
        engine,
        result,
        figure.variable,
        figure.region,
        figure.year,
        lang,
        per_inhabitant=figure.per_inhabitant,
    )
    return {**found, "region_label": name}


def explained(room: Room, figure: Figure, lang: str) -> dict[str, Any]:
    """What the screen draws of a figure (see `digest`), or `{unavailable: sentence}`."""
    try:
        return _told(engine_of(room.territory), tuple(sorted(room.levers.items())), figure, lang)
    except NoScenery:
        return {"unavailable": t("screen.no_scenario", lang, slug=room.territory)}
    except ScenarioError as error:
        return {"unavailable": error.sentence(lang)}
    except KeyError:
        return {"unavailable": t("screen.why_unknown", lang)}


@lru_cache(maxsize=16)
def _told(engine: Engine, levers: tuple[tuple[str, float], ...], figure: Figure, lang: str) -> dict[str, Any]:
    return digest(_trace(engine, levers, figure, lang), lang)


def digest(found: Node, lang: str) -> dict[str, Any]:
    """`{title, value, unit, where, words, inputs: [{label, value, level}], same_unit, sources: [line], assumptions}`.

    Everything is words: numbers have two significant digits and their unit, which is told once in `same_unit` where
    all inputs have the same. Inputs that add up come largest first,
    and a figure of one or two inputs is opened one level further (`level` 1). Sources come most used first, one
    line a producer; `assumptions` counts our own in one sentence, empty when there are none.
    """
    unknown = found.get("unknown")
    return {
        "title": found["title"],
        "value": t("model_engine.unknown", lang) if unknown else two_significant(found["value"], lang),
        "unit": "" if unknown else found["unit"],
        "where": f"{found['region_label']}, {found['year']}",
        "words": unknown["words"] if unknown else found["rule"]["words"],
        **_inputs(found["inputs"], lang),
        **_sources(found, lang),
    }


def _inputs(inputs: list[Node], lang: str) -> dict[str, Any]:
    nodes = _by_weight(inputs)
    opened = next((node for node in nodes if node.get("inputs")), None) if len(inputs) < FEW_INPUTS else None
    lines = [(node, 0) for node in nodes if node is not opened]
    if opened is not None:  # last, so that what it is made of may be cut short
        lines += [(opened, 0), *((inner, 1) for inner in _by_weight(opened["inputs"]))]
    units = {node["unit"] for node, _ in lines}
    same = units.pop() if len(units) == 1 else ""
    return {"inputs": [_line(node, level, same, lang) for node, level in lines], "same_unit": same}


def _by_weight(inputs: list[Node]) -> list[Node]:
    """Largest first where all can be compared, else in the order of the formula."""
    alike = len({node["unit"] for node in inputs}) == 1 and all(node["value"] is not None for node in inputs)
    return sorted(inputs, key=lambda node: -abs(node["value"])) if alike else inputs


def _line(node: Node, level: int, told: str, lang: str) -> dict[str, Any]:
    value = ""
    if node["value"] is not None:
        value = f"{two_significant(node['value'], lang)} {'' if told else node['unit']}".strip()
    mark = f" {t('screen.why_lever', lang)}" if node.get("lever") else ""
    return {"label": f"{node['label']}{mark}", "value": value.replace(" ", "\u00a0"), "level": level}


@dataclass
class _Producer:
    """What one producer gave to a figure, counted by how often it is used."""

    uses: int = 0
    titles: Counter[str] = field(default_factory=Counter)
    years: set[int] = field(default_factory=set)
    methods: Counter[str] = field(default_factory=Counter)


def _sources(found: Node, lang: str) -> dict[str, Any]:
    producers: dict[str, _Producer] = {}
    ours: set[str] = set()
    for node in _nodes(found["inputs"]):
        source = node.get("source")
        if not source:
            continue
        name = re.sub(r" (\(|(19|20)\d\d).*$", "", str(source.get("producer") or ""))
        title = str(source.get("title") or "")
        if name == OURS:
            if source.get("status"):
                ours.add(node["label"])
            continue
        known = producers.setdefault(name, _Producer())
        known.uses += 1
        if " " in title and not title.startswith(
            "@"
        ):  # an identifier (home.gas_heating) tells a room nothing
            known.titles[title] += 1
        if source.get("year"):
            known.years.add(int(source["year"]))
        if node.get("method"):
            known.methods[node["method"]] += 1
    ranked = sorted(producers.items(), key=lambda item: -item[1].uses)
    assumptions = ""
    if ours:
        assumptions = t(f"screen.why_assumption{'s' if len(ours) > 1 else ''}", lang, n=len(ours))
    return {
        "sources": [_source_line(name, known, lang) for name, known in ranked],
        "assumptions": assumptions,
    }


def _source_line(name: str, known: _Producer, lang: str) -> str:
    title = "".join(title for title, _ in known.titles.most_common(1))
    years = sorted(known.years)
    span = "" if not years else str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}"
    methods = [t(f"screen.method_{method}", lang) for method, _ in known.methods.most_common()]
    return ", ".join(filter(None, [name, title, span, *methods]))


def _nodes(inputs: list[Node]) -> Iterator[Node]:
    for node in inputs:
        yield node
        yield from _nodes(node.get("inputs") or [])
