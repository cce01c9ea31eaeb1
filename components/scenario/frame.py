"""One scenario as one message: what the map, the curves and the key figures need to repaint together.

Pure: takes results of the engine, gives plain lists, numbers and sentences (JSON-able). The script files in `js/`
draw it. Each part is described where it is made: map_frame.py, curves_frame.py, figures_frame.py. What a slider does
not move (words, limits, years, colours) is left out for a page that says it holds it already: `lean`.
"""

import json
import zlib
from collections.abc import Mapping
from typing import Any

from components.scenario.alerts import alerts
from components.scenario.curves_frame import STACKS, curves_frame
from components.scenario.engine import Engine, Result
from components.scenario.figures_frame import change_sentence, figures_frame
from components.scenario.map_frame import map_frame
from components.scenario.variables import (
    EMISSIONS,
    ENERGY,
    SOLAR,
    part_label,
    variable_label,
    variables_of,
)
from components.scenario.viewed import BASE_YEAR, HORIZON, Compare, LastChange, View

__all__ = [
    "BASE_YEAR",
    "EMISSIONS",
    "ENERGY",
    "HORIZON",
    "SOLAR",
    "STACKS",
    "TERRITORY",
    "Compare",
    "LastChange",
    "View",
    "curves_frame",
    "figures_frame",
    "frame",
    "lean",
    "map_frame",
    "part_label",
    "variable_label",
    "variables_of",
]

TERRITORY = "territory"
MOVING = {"map": ("values", "classes", "summary"), "curves": ("total", "summary", "bottom", "top")}


def frame(
    engine: Engine,
    result: Result,
    trend_result: Result,
    view: View,
    lang: str = "fr",
    compare: Compare | None = None,
    last_change: LastChange | None = None,
) -> dict[str, Any]:
    """The whole message: `{map, curves, figures, change, alerts}`.

    `change` is a sentence, empty before any move; `alerts` are sentences about what this scenario cannot be.
    """
    return {
        "map": map_frame(engine, result, trend_result, view, lang),
        "curves": curves_frame(engine, result, trend_result, view, lang, compare),
        "figures": figures_frame(engine, result, trend_result, view, lang, compare),
        "change": change_sentence(engine, result, view, lang, last_change),
        "alerts": alerts(engine, result, lang),
    }


def lean(message: Mapping[str, Any], held: object) -> dict[str, Any]:
    """The message without what the page holds. `held`: `{map: key, curves: key}` of what it got before.

    Each of the two parts becomes `{key, moving, still?}`: `still` only where the key differs from the one held.
    The curves' layers travel as their values alone (`layers`: lists of numbers), their words in `still`.
    """
    known = held if isinstance(held, Mapping) else {}
    out = dict(message)
    for part, names in MOVING.items():
        whole = message[part]
        moving = {name: whole[name] for name in names}
        still = {name: value for name, value in whole.items() if name not in names}
        if part == "curves":
            moving["layers"] = [layer["values"] for layer in whole["layers"]]
            still["layers"] = [{k: v for k, v in layer.items() if k != "values"} for layer in whole["layers"]]
        key = zlib.crc32(json.dumps(still, ensure_ascii=False).encode())
        out[part] = {"key": key, "moving": moving}
        if known.get(part) != key:
            out[part]["still"] = still
    return out
