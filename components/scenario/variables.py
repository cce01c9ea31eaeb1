"""The model's variables as people choose among them: their words, their group, the stake they speak of."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from components.look.i18n import t
from components.scenario.engine import Engine, Result

EMISSIONS = "Emissions|CO2e"
ENERGY = "Final Energy"
SOLAR = "Production|Electricity|Solar"
SINK = "Sink|CO2e"
LOW_FLOW = "Water Withdrawal|low flow"
WINTER = "Water Withdrawal|winter"
PROTECTION = "Biodiversity|Strong Protection"
ARTIFICIAL = "Land|Artificial"
OVERSPEND = "Land|Overspend"

# The group of a chooser by how a name begins, in the order shown; a new head goes to "other".
GROUPS: Mapping[str, str] = {
    "Emissions|CO2e": "emissions",
    "Final Energy": "energy",
    "Production": "production",
    "Water Withdrawal": "water",
    "River": "water",
    "Land": "land",
    "Biodiversity": "land",
    "Sink": "sink",
    "Cost": "cost",
    "Footprint": "footprint",
    "Jobs": "jobs",
    "Emissions": "air",
}
STAKE_OF_GROUP = {
    "emissions": "energy_climate",
    "energy": "energy_climate",
    "production": "energy_climate",
    "sink": "energy_climate",
    "water": "water_rivers",
    "land": "biodiversity_landscape",
}
HEADS = {EMISSIONS: "emissions", ENERGY: "energy", "Production": "production"}
DEEPEST = 1  # parts of emissions and energy shown on a map: sectors or carriers, not both crossed


def group_of(variable: str) -> str:
    """The chooser's group of a variable."""
    return next((group for head, group in GROUPS.items() if (variable + "|").startswith(head + "|")), "other")


def stake_of(variable: str) -> str | None:
    """Which of the three stakes a variable speaks of, None for costs, jobs and the like."""
    return STAKE_OF_GROUP.get(group_of(variable))


def variables_of(result: Result, lang: str = "fr", engine: Engine | None = None) -> list[dict[str, Any]]:
    """The variables a map can show, `[{id, label, group, group_label, stake, known}]`, group by group, totals first.

    `known` is false where no commune has a value.
    """
    order = list(dict.fromkeys([*GROUPS.values(), "other"]))
    shown = [name for name in result.values if _on_a_map(name)]
    shown.sort(key=lambda name: order.index(group_of(name)))
    return [
        {
            "id": name,
            "label": variable_label(name, lang, engine=engine),
            "group": group_of(name),
            "group_label": t(f"map.group_{group_of(name)}", lang),
            "stake": stake_of(name),
            "known": bool(np.isfinite(result.values[name]).any()),
        }
        for name in shown
    ]


def variable_label(variable: str, lang: str = "fr", short: bool = False, engine: Engine | None = None) -> str:
    """The words for a variable: its head's and its part's, or those of the rule that computes it."""
    for head, key in HEADS.items():
        if variable == head or variable.startswith(head + "|"):
            words = t(f"scenario.short_{key}" if short else f"scenario.var_{key}", lang)
            part = variable[len(head) + 1 :]
            label = part_label(part, lang, engine, variable)
            return t("scenario.var_of", lang, head=words, part=label) if part else words
    return _rule_label(engine, variable, lang) or variable


def part_label(part: str, lang: str = "fr", engine: Engine | None = None, variable: str = "") -> str:
    """The words for a sector or a carrier, else those of its rule, else the name as it is."""
    key = part.lower().replace(" ", "_").replace("|", "_")
    try:
        return t(f"scenario.part_{key}", lang)
    except KeyError:
        label = _rule_label(engine, variable, lang)
        return label[0].lower() + label[1:] if label else part


def _rule_label(engine: Engine | None, variable: str, lang: str) -> str:
    rule = engine.model.variables.get(variable) if engine else None
    if engine is None or rule is None:
        return ""
    label = engine.model.rules[rule].rule.label
    return str(label.get(lang) or label.get("fr") or "")


def _on_a_map(name: str) -> bool:
    if name == OVERSPEND:  # a budget of the whole territory, told as a sentence: alerts.py
        return False
    head = next((h for h in (EMISSIONS, ENERGY) if name.startswith(h + "|")), None)
    return head is None or name.count("|") - head.count("|") <= DEEPEST
