"""One registry of units for the whole project, and the conversions the compiler inserts.

It is built from nothing (not pint's default list), so that `kt` is a kilotonne and never a knot, and so that
an energy counted on the lower heating value (PCI) cannot be added to one counted on the higher (PCS).
"""

import re
from functools import cache

import pint

DEFINITIONS = """
kilo- = 1e3 = k-
mega- = 1e6 = M-
giga- = 1e9 = G-
tera- = 1e12 = T-
percent = 0.01
metre = [length] = m = meter
hectare = 10000 * metre ** 2 = ha
litre = 0.001 * metre ** 3 = l = liter
cubic_metre = metre ** 3 = m3
gram = [mass] = g
tonne = 1e6 * gram = t
CO2e = [co2_equivalent]
gCO2e = gram * CO2e
tCO2e = tonne * CO2e
carbon = [carbon]
tC = tonne * carbon
watt_hour = [energy] = Wh
watt_hour_PCI = [energy_lower_heating_value] = Wh_PCI
watt_hour_PCS = [energy_higher_heating_value] = Wh_PCS
watt_hour_primary = [primary_energy] = Wh_primary
watt_peak = [peak_power] = W_peak
year = [time] = yr = a
day = year / 365.25
hour = day / 24 = h
week = 7 * day
season = [season]
watt = watt_hour / hour = W
delta_degC = [temperature_difference] = delta_degree_Celsius
EUR = [currency] = euro
person = [person]
dwelling = [dwelling]
vehicle = [vehicle]
trip = [trip]
meal = [meal]
job = [job]
"""

# How factors.csv writes its units, and how the registry does.
_WRITTEN = {
    "%": "percent",
    "kWh PCS": "kWh_PCS",
    "kWh PCI": "kWh_PCI",
    "kWhEP": "kWh_primary",
    "kWc": "kW_peak",
    "pkm": "(person*km)",
    "vkm": "(vehicle*km)",
    "pers": "person",
    "m2": "m**2",
    "m3": "m**3",
}


# A unit is short, and its powers are one digit: pint would work out a tower of powers for ever.
LONGEST = 100
_TOWER = re.compile(r"(\*\*|\^)\s*\(?\s*-?\s*(\d{2,}|\d[\s)]*(\*\*|\^)|[^\s\d(-])")


class UnitError(ValueError):
    """A unit that the registry does not know, or two units that cannot be converted."""


def _registry() -> pint.UnitRegistry[float]:
    registry: pint.UnitRegistry[float] = pint.UnitRegistry(None)
    for line in DEFINITIONS.strip().splitlines():
        registry.define(line)
    return registry


REGISTRY = _registry()
DIMENSIONLESS = REGISTRY.dimensionless


def as_written(text: str) -> str:
    """A unit as data files write it (`kWhEP/m2/yr`, `%`, `kgCO2e/kWh PCS`), as the registry reads it."""
    parts = [_WRITTEN.get(part.strip(), part.strip()) for part in text.split("/")]
    return "/".join(parts)


@cache
def unit(text: str) -> pint.Unit:
    """The unit named by `text`: products, quotients and powers of known names. Raises UnitError."""
    stripped = str(text).strip()
    if len(stripped) > LONGEST or _TOWER.search(stripped):
        raise UnitError(text)
    if stripped in {"", "1", "dimensionless"}:
        return DIMENSIONLESS
    try:
        if stripped.startswith("1/"):
            return DIMENSIONLESS / REGISTRY.parse_units(stripped.removeprefix("1/").replace("/", "*"))
        return REGISTRY.parse_units(stripped)
    except Exception as error:  # pint raises many kinds, down to tokenize errors, on hostile text
        raise UnitError(text) from error


@cache
def factor(from_unit: pint.Unit, to_unit: pint.Unit) -> float:
    """What a value in `from_unit` is multiplied by to be in `to_unit`. Raises UnitError when they differ."""
    if from_unit == to_unit:
        return 1.0
    try:
        return float(REGISTRY.Quantity(1.0, from_unit).to(to_unit).magnitude)
    except pint.DimensionalityError as error:
        raise UnitError(f"{from_unit} / {to_unit}") from error


def convert(value: float, from_text: str, to_text: str) -> float:
    """A number from one unit to another, both given as text. Raises UnitError."""
    return value * factor(unit(from_text), unit(to_text))


def same_dimensions(a: pint.Unit, b: pint.Unit) -> bool:
    """Whether a value in one unit could be written in the other."""
    return bool(a.dimensionality == b.dimensionality)


def display(text: str, lang: str = "fr") -> str:
    """A unit as a person reads it: `MWh/dwelling/year` is `MWh/logement/an`, a plain count is in the plural."""
    if text in _COUNTED:
        return _COUNTED[text][lang != "fr"]
    words = _FRENCH if lang == "fr" else _ENGLISH
    shown = "" if text in {"dimensionless", "1"} else text
    for name, word in words.items():
        shown = shown.replace(name, word)
    return shown


_COUNTED = {
    "person": ("personnes", "people"),
    "dwelling": ("logements", "dwellings"),
    "vehicle": ("véhicules", "vehicles"),
    "job": ("emplois", "jobs"),
}
_COMMON = {
    "tCO2e": "tCO₂e",
    "gCO2e": "gCO₂e",
    "delta_degC": "°C",
    "**2": "²",
    "**3": "³",
    "m3": "m³",
    "*": "·",
    "W_peak": "Wc",
    "Wh_PCI": "Wh PCI",
    "Wh_PCS": "Wh PCS",
    "EUR": "€",
    "percent": "%",
}
_FRENCH = _COMMON | {
    "person": "personne",
    "dwelling": "logement",
    "vehicle": "véhicule",
    "year": "an",
    "yr": "an",
    "season": "saison",
    "week": "semaine",
    "day": "jour",
    "meal": "repas",
    "job": "emploi",
    "Wh_primary": "Wh d’énergie primaire",
    "litre": "l",
}
_ENGLISH = _COMMON | {
    "W_peak": "Wp",
    "year": "yr",
    "Wh_primary": "Wh primary",
    "Wh_PCI": "Wh LHV",
    "Wh_PCS": "Wh HHV",
    "litre": "l",
}
