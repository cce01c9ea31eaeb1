"""What a page asks for once it rests: how sure a curve is, and what each family of levers brings. Pure, and heavier."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from components.look.i18n import t
from components.look.numbers import number, round_significant
from components.scenario import attribution
from components.scenario.engine import Engine
from components.scenario.measures import unit_words
from components.scenario.variables import variable_label
from components.scenario.viewed import wire, wires

DRAWS = 500


def bands(
    engine: Engine, settings: Mapping[str, float], variable: str, year: int, lang: str = "fr"
) -> dict[str, Any] | None:
    """The territory's total between its 5th and 95th percentiles: `{variable, low, high, sentence, label}`.

    None where it is not known or no input is uncertain.
    """
    found = engine.bands(settings, [variable], draws=DRAWS)[variable]
    low, high = np.asarray(found.p5), np.asarray(found.p95)
    if not np.isfinite(low).all() or not (high > low).any():
        return None
    here = int(np.clip(year - int(engine.run(settings).years[0]), 0, len(low) - 1))
    lowest, highest = apart(float(low[here]), float(high[here]), lang)
    return {
        "variable": variable,
        "low": wires(low),
        "high": wires(high),
        "label": t("map.band_label", lang),
        "sentence": t(
            "map.band_sentence",
            lang,
            what=variable_label(variable, lang, engine=engine),
            year=year,
            low=lowest,
            high=highest,
            unit=unit_words(engine.units[variable], "total", lang),
        ),
    }


def apart(low: float, high: float, lang: str = "fr") -> tuple[str, str]:
    """Two numbers as a room reads them, with the digits that it takes to tell one from the other, five at most."""
    for figures in (2, 3, 4, 5):
        rounded = [round_significant(x, figures) for x in (low, high)]
        if rounded[0] != rounded[1]:
            break
    return number(rounded[0], lang), number(rounded[1], lang)


def parts(
    engine: Engine, settings: Mapping[str, float], variable: str, year: int, lang: str = "fr"
) -> dict[str, Any]:
    """The change from trend shared among the families of moved levers, which it adds up to.

    `{variable, label, year, unit, rows: [{id, label, value}], sum}`, largest first; `rows` is empty at trend, `sum`
    None where the variable is not known.
    """
    here = int(year) - int(engine.run().years[0])
    shares = attribution.contributions(engine, settings, variable)
    change = engine.run(settings).total(variable)[here] - engine.run().total(variable)[here]
    ranked = sorted(shares.items(), key=lambda share: -abs(float(np.nan_to_num(share[1][here]))))
    rows = [
        {"id": group, "label": _family(engine, group, lang), "value": wire(float(values[here]), 6)}
        for group, values in ranked
    ]
    return {
        "variable": variable,
        "label": variable_label(variable, lang, engine=engine),
        "year": int(year),
        "unit": unit_words(engine.units[variable], "total", lang),
        "rows": rows,
        "sum": wire(float(change), 6),
    }


def _family(engine: Engine, group: str, lang: str) -> str:
    """A family's words: ours, else its lever's, else its name."""
    try:
        return t(f"map.family_{group}", lang)
    except KeyError:
        label = next((lever.label for lever in engine.levers if lever.id == group), None)
        return str(label.get(lang) or label["fr"]) if label else group
