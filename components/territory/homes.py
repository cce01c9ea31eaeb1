"""Second homes: whether they outnumber main ones, and how many people are there on an average day.

The population counted by the census is that of main homes. Where most dwellings are second homes, a figure per
inhabitant says little: figures per dwelling and per present person are offered beside it.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from components.look.i18n import t
from components.look.numbers import number
from components.territory.pack import Territory
from components.territory.write import Content, add_columns

SOURCE_ID = "present_population"


@dataclass(frozen=True)
class Use:
    """How a second home is used: persons in it when it is occupied, nights of the year it is."""

    persons: float
    nights: float

    @property
    def present(self) -> float:
        """Persons present a second home, on an average day of the year."""
        return self.persons * self.nights / 365


LOW, MIDDLE, HIGH = Use(2.0, 30.0), Use(2.5, 45.0), Use(3.5, 90.0)

# An assumption, not an observation: no open file known to us counts the people present commune by commune.
SOURCE = {
    "title": "Population présente : habitants, et personnes en résidence secondaire en moyenne sur l'année",
    "producer": "Cordée",
    "year": "2026",
    "method": "assumed",
    "licence": "Licence Ouverte 2.0",
    "url": "",
    "note": (
        "Hypothèse à vérifier, sans source publiée : 2,5 personnes par résidence secondaire occupée, 45 nuits "
        "par an (basse : 2 personnes, 30 nuits ; haute : 3,5 personnes, 90 nuits). Ne compte ni l'hôtellerie ni "
        "les campings, ni les absences des habitants."
    ),
}


def present_population(
    population: npt.ArrayLike, second_homes: npt.ArrayLike, use: Use = MIDDLE
) -> npt.NDArray[np.float64]:
    """Persons present on an average day, to the unit; NaN where either figure is unknown."""
    residents, homes = np.asarray(population, dtype=float), np.asarray(second_homes, dtype=float)
    return np.asarray(np.round(residents + homes * use.present))


def add_present_population(content: Content) -> None:
    """Put the column `present_population` in a pack, in place, where second homes are known somewhere."""
    values = {
        code: f"{float(present_population(float(cells['population']), float(cells['second_homes']))):.0f}"
        for code, cells in content.cells.items()
        if cells.get("population") and cells.get("second_homes")
    }
    if values:
        add_columns(content, SOURCE_ID, SOURCE, {"present_population": values})


def second_homes_dominate(territory: Territory, region: str = "") -> bool:
    """Whether second homes outnumber main ones in the territory, or in one commune; False when unknown."""
    main, second = _counted(territory, region, "main_homes"), _counted(territory, region, "second_homes")
    return bool(second > main)


def second_homes_sentence(territory: Territory, lang: str = "fr", region: str = "") -> str:
    """What to know before reading figures per inhabitant; empty where main homes are the more numerous."""
    if not second_homes_dominate(territory, region):
        return ""
    name = str(territory.communes.loc[region, "name"]) if region else territory.name
    dwellings = _counted(territory, region, "dwellings")
    return t(
        "packs.second_homes",
        lang,
        name=name,
        second=number(_counted(territory, region, "second_homes"), lang),
        dwellings=number(dwellings, lang),
        main=number(_counted(territory, region, "main_homes"), lang),
        year=territory.columns["second_homes"].year,
    )


def _counted(territory: Territory, region: str, column: str) -> float:
    if column not in territory.communes:
        return float("nan")
    values: Any = territory.communes[column]
    return float(values[region]) if region else float(pd.Series(values).sum(skipna=False))
