"""What the packages lack, from the State's service geo.api.gouv.fr (IGN outlines, INSEE populations).

Only when the person asks for it (`--online`): nothing here is called otherwise.
"""

import json
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import quote

import shapely

from components.look.i18n import t
from components.territory.check import INSEE, SIREN
from components.territory.france import BuildError, Commune, Epci, France
from components.territory.write import Content

ADDRESS = "https://geo.api.gouv.fr"
SECONDS = 20
FIELDS = "code,nom,population,codeEpci,contour"
SOURCE = {
    "title": "API Découpage administratif (geo.api.gouv.fr)",
    "producer": "IGN et INSEE, via geo.api.gouv.fr",
    "method": "measured",
    "licence": "Licence Ouverte 2.0",
    "url": ADDRESS,
}


@dataclass
class Service:
    """The service at an address; answers are kept for one build. Raises BuildError when it does not answer."""

    address: str = ADDRESS
    _communes: dict[str, dict[str, Any]] = field(default_factory=dict)

    def epci(self, siren: str) -> dict[str, Any] | None:
        """Name and communes of an intercommunality; None when the service does not know it."""
        about = self._get(f"/epcis/{quote(siren)}?fields=nom,code")
        if about is None:
            return None
        rows = self._get(f"/epcis/{quote(siren)}/communes?fields={FIELDS}") or []
        for row in rows:
            self._communes[row["code"]] = row
        return {"name": about["nom"], "communes": [row["code"] for row in rows]}

    def commune(self, code: str) -> dict[str, Any] | None:
        """What the service says of a commune; None when it does not know it."""
        if code not in self._communes:
            found = self._get(f"/communes/{quote(code)}?fields={FIELDS}")
            if found is None:
                return None
            self._communes[code] = found
        return self._communes[code]

    def outline(self, code: str) -> shapely.Geometry | None:
        contour = (self.commune(code) or {}).get("contour")
        return shapely.from_geojson(json.dumps(contour)) if contour else None

    def _get(self, path: str) -> Any:
        try:
            with urllib.request.urlopen(self.address + path, timeout=SECONDS) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return None
            raise BuildError(t("packs.online_refused", code=error.code)) from error
        except (OSError, ValueError) as error:
            raise BuildError(t("packs.online_silent", address=self.address)) from error


def france_of(words: list[str], service: Service) -> France:
    """As much of France as the words need, from the service alone. An unknown code is left to `resolve`."""
    france = France("")
    for word in words:
        if SIREN.fullmatch(word):
            about = service.epci(word)
            if about:
                france.epcis[word] = Epci(word, about["name"], tuple(sorted(about["communes"])))
                codes = about["communes"]
            else:
                codes = []
        else:
            codes = [word.upper()] if INSEE.fullmatch(word.upper()) and service.commune(word.upper()) else []
        for code in codes:
            row = service.commune(code) or {}
            france.communes[code] = Commune(code, row["nom"], row.get("codeEpci") or "")
    return france


def add_populations(content: Content, service: Service) -> None:
    """Fill the populations still unknown, in place, and say where they come from."""
    unknown = [code for code, cells in content.cells.items() if not cells.get("population")]
    if not unknown or len(unknown) < len(content.cells):
        return  # one column, one source and one year: the packages' figures are not mixed with the service's
    found = {code: (service.commune(code) or {}).get("population") for code in unknown}
    for code, people in found.items():
        content.cells[code]["population"] = str(people) if isinstance(people, int) else ""
    today = date.today()
    note = f"Demandé le {today:%d/%m/%Y} ; le service ne dit pas l'année de la population municipale."
    content.territory["sources"]["geo_api"] = {**SOURCE, "year": str(today.year), "note": note}
    content.territory["column_sources"]["population"] = "geo_api"


def outlines_source(packaged: dict[str, str], fetched: list[str], mixed: bool) -> dict[str, str]:
    """The source of outlines of which all (or some, `mixed`) come from the service."""
    today = date.today()
    asked = f"demandés à geo.api.gouv.fr le {today:%d/%m/%Y}"
    if mixed:
        return {**packaged, "note": f"{packaged['note']} Contours de {', '.join(fetched)} {asked}."}
    note = f"Contours {asked}, qui ne dit pas leur millésime."
    return {
        **SOURCE,
        "title": "Contours des communes (geo.api.gouv.fr)",
        "year": str(today.year),
        "note": note,
    }
