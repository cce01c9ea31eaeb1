"""The columns that an import may fill, from the catalogue of packs, and the units in which files give them. Pure."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from components.importing.document import ImportRefused
from components.scenario import units
from components.territory.pack import catalogue

TEP_MWH: Final = 11.63
"""Megawatt-hours in a tonne of oil equivalent (International Energy Agency)."""

FROM_ELSEWHERE: Final = frozenset({"area_km2", "present_population"})
"""Columns that no file is asked for: the outline's area, and what is computed from dwellings."""

# A file's unit → how the registry writes it, and what it is multiplied by first.
WRITTEN: Final[dict[str, tuple[str, float]]] = {
    "tep": ("MWh", TEP_MWH),
    "ktep": ("GWh", TEP_MWH),
    "1000 m3": ("Ml", 1.0),
    "m3": ("kl", 1.0),
    "Mm3": ("Gl", 1.0),
    "m2": ("m**2", 1.0),
    "km2": ("km**2", 1.0),
}
# Units offered for a column, by the dimension of its own.
OFFERED: Final = (
    ("tCO2e", "kgCO2e", "ktCO2e"),
    ("MWh", "GWh", "kWh", "TWh", "tep", "ktep"),
    ("m3", "1000 m3", "Mm3"),
    ("ha", "m2", "km2"),
    ("t", "kg", "kt"),
)


@dataclass(frozen=True)
class Target:
    """A column of the packs' catalogue. `fixed_year`: the year its name says; None when it takes any."""

    name: str
    title_fr: str
    title_en: str
    unit: str
    type: str
    file: str

    def title(self, lang: str = "fr") -> str:
        return self.title_fr if lang == "fr" else self.title_en

    @property
    def fixed_year(self) -> int | None:
        found = re.match(r"(?:ghg|population_|biogenic_co2_)((?:19|20)[0-9]{2})", self.name)
        return int(found[1]) if found else None

    @property
    def units(self) -> tuple[str, ...]:
        """The units that can be converted into this column's, its own first choice in a file first."""
        fitting = [group for group in OFFERED if _fits(group[0], self.unit)]
        return fitting[0] if fitting else (_bare(self.unit),)


@cache
def targets() -> dict[str, Target]:
    """Columns of numbers by name, in the order of the catalogue."""
    found = {}
    for name, told in catalogue()["communes"].items():
        if told["type"] != "string" and name not in FROM_ELSEWHERE:
            title = told["title"]
            found[name] = Target(
                name, title["fr"], title["en"], told["unit"], told["type"], told.get("file", "")
            )
    return found


def target(name: str) -> Target:
    """A column by name. Raises ImportRefused."""
    found = targets().get(name)
    if found is None:
        raise ImportRefused("no_target", name=name)
    return found


def factor(from_unit: str, to: Target) -> float:
    """What a file's figure is multiplied by; a quantity that a file gives for its year is « per year ».

    Raises ImportRefused when the units cannot be converted.
    """
    written, first = WRITTEN.get(from_unit, (from_unit, 1.0))
    wanted = _bare(to.unit)
    if written == wanted:
        return first
    try:
        product = first * units.convert(1.0, units.as_written(written), wanted)
    except units.UnitError:
        raise ImportRefused("unit_differs", found=from_unit, expected=to.unit) from None
    return float(f"{product:.12g}")  # powers of ten exactly, whatever way the registry went


def _bare(unit: str) -> str:
    return unit.removesuffix("/year").replace("^", "**")


def _fits(file_unit: str, unit: str) -> bool:
    try:
        written, _ = WRITTEN.get(file_unit, (file_unit, 1.0))
        units.convert(1.0, units.as_written(written), _bare(unit))
    except units.UnitError:
        return False
    return True
