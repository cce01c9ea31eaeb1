"""Population, names and outlines asked again of geo.api.gouv.fr, only when somebody asks for it. Laid over the pack.

The service does not say the year of its populations: what is written says so. Without a network, one sentence.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from components.importing.document import ImportRefused
from components.importing.layers import write_layer
from components.importing.targets import target
from components.look.i18n import t
from components.look.words import plain
from components.territory.geometry import fault_of_geometry
from components.territory.imports import values_csv
from components.territory.online import SOURCE, Service
from components.territory.pack import imports_of
from components.territory.write import outlines_geojson

if TYPE_CHECKING:
    from components.territory.pack import Territory


@dataclass(frozen=True)
class Refreshed:
    """What the service said: the import written, and what differs from the pack."""

    identifier: str
    new: bool
    populations: int
    renamed: dict[str, str]
    outlines: int
    unknown: list[str]


def refresh(
    territory: "Territory", service: Service, step: Callable[[int], object] = lambda done: None
) -> Refreshed:
    """Asks for every commune of a territory, then writes one import. Nothing is written when an answer fails.

    Raises ImportRefused, and BuildError when the service does not answer.
    """
    names = {str(code): str(name) for code, name in territory.communes["name"].items()}
    try:
        said = _asked(territory, service, list(names), step)
    except (TypeError, KeyError, AttributeError):  # an answer of another shape
        raise ImportRefused("service_odd") from None
    unknown = [code for code, row in said.items() if not row]
    populations = {code: _population(row) for code, row in said.items()}
    renamed = {code: name for code, row in said.items() if (name := _name(row)) and name != names[code]}
    outlines = {code: row["contour"] for code, row in said.items() if _sound(row.get("contour"))}
    if not any(value is not None for value in populations.values()):
        raise ImportRefused("service_knows_none")
    now = datetime.now(UTC)
    whole = (
        outlines if len(outlines) == len(names) else {}
    )  # outlines of two makers leave gaps between communes
    about = _about(names, populations, renamed, bool(whole), said, now)
    drawn = outlines_geojson({code: renamed.get(code, names[code]) for code in whole}, whole) if whole else ""
    values = values_csv(sorted(names), {"population": populations})
    identifier, new = write_layer(imports_of(territory.path), about, values, drawn)
    known = sum(value is not None for value in populations.values())
    return Refreshed(identifier, new, known, renamed, len(whole), unknown)


def _asked(
    territory: "Territory", service: Service, codes: list[str], step: Callable[[int], object]
) -> dict[str, dict[str, Any]]:
    """The service's row of each commune, {} for one it does not know; by intercommunality first, to ask less."""
    for siren in [territory.siren, *(group.siren for group in territory.groups)]:
        if siren:
            service.epci(siren)
    said: dict[str, dict[str, Any]] = {}
    for done, code in enumerate(codes, start=1):
        row = service.commune(code)
        said[code] = row if isinstance(row, dict) else {}
        step(done)
    return said


def _population(row: dict[str, Any]) -> float | None:
    people = row.get("population")
    sound = isinstance(people, int) and not isinstance(people, bool) and 0 <= people < 20_000_000
    return float(people) if sound and people is not None else None


def _name(row: dict[str, Any]) -> str:
    name = row.get("nom")
    sound = (
        isinstance(name, str) and 0 < len(name) <= 100 and not set("<>=") & set(name) and plain(name) == name
    )
    return str(name) if sound else ""


def _sound(geometry: Any) -> bool:
    return isinstance(geometry, dict) and not fault_of_geometry(geometry)


def _about(
    names: dict[str, str],
    populations: dict[str, float | None],
    renamed: dict[str, str],
    outlined: bool,
    said: dict[str, dict[str, Any]],
    now: datetime,
) -> dict[str, Any]:
    to = target("population")
    digest = hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
    day = now.astimezone().date()
    return {
        "columns": {
            "population": {
                "title_fr": to.title_fr,
                "title_en": to.title_en,
                "unit": to.unit,
                "type": to.type,
                "from": ["population"],
                "known": sum(value is not None for value in populations.values()),
            }
        },
        "source": {**SOURCE, "year": day.year},
        "note": t("importing.refresh_note", day=day.isoformat()),
        "names": renamed,
        "outlines": outlined,
        "file": {"name": "geo.api.gouv.fr", "sha256": digest},
        "imported_at": now.isoformat(timespec="seconds"),
        "communes": len(names),
    }
