"""What a scenario cannot be, as sentences: a budget of hectares that is overspent. Pure."""

import numpy as np

from components.look.i18n import t
from components.look.numbers import number, round_significant
from components.scenario.engine import Engine, Result
from components.scenario.variables import OVERSPEND

LEAST = 0.5  # hectares: below, it is rounding


def alerts(engine: Engine, result: Result, lang: str = "fr") -> list[str]:
    """One sentence for each impossibility, empty when the scenario holds together."""
    if OVERSPEND not in result.values:
        return []
    over = result.total(OVERSPEND)
    if not np.isfinite(over).any() or np.nanmax(over) < LEAST:
        return []
    year = int(result.years[int(np.argmax(over >= LEAST))])
    worst = float(np.nanmax(over))
    return [t("map.overspent", lang, ha=number(round_significant(worst, 3), lang, 0), year=year)]
