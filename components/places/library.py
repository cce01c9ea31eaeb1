"""The layers imported on this installation: one file each, beside the database, so that they outlive a restart.

A file is GeoJSON any other program reads; what is said of the layer stands in its member `about`. Written whole or
not at all; a removed layer keeps its file under another name for a month, so that removing can be undone.
"""

import json
import math
import os
import re
import time
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import shapely

from components.meeting.keys import ROOT, default_database_url
from components.places.faults import LayerError, fault
from components.places.geojson import Feature, read_geojson
from components.places.layers import CATALOGUE, IMPORTED, PACK, About, Layer, about_of, pack_layers
from components.territory.pack import Territory
from components.territory.read import MAX_BYTES

MOST_LAYERS = 40
REMOVED = ".removed"
REMOVED_SECONDS = 30 * 86_400.0
SUFFIX = ".geojson"
PRECISION = 1e-6
"""Degrees: about a decimetre."""
DETAIL = 5e-6
"""Degrees by which a kept outline may stray from the file's: half a metre."""


def layers_directory(database_url: str | None = None) -> Path:
    """Where imported layers live: `CORDEE_LAYERS`, else beside an SQLite file, else `var/layers`."""
    if given := os.environ.get("CORDEE_LAYERS"):
        return Path(given)
    scheme, _, path = (database_url or default_database_url()).partition(":///")
    if scheme.startswith("sqlite") and path and path != ":memory:":
        return Path(path.split("?")[0] + ".layers").absolute()
    return ROOT / "var" / "layers"


class Library:
    """The layers of territories: those of their packs, then those imported, which alone can be removed."""

    def __init__(self, directory: Path | None = None, clock: Callable[[], float] = time.time) -> None:
        self.directory = directory or layers_directory()
        self.clock = clock

    def layers(self, territory: Territory) -> list[Layer]:
        """All layers of a territory, those that do not load too; read again only when a file changed."""
        pack, own = territory.path / "layers", self.directory / territory.slug
        return list(_read(territory.path, own, _stamp(pack) + _stamp(own)))

    def add(self, territory: Territory, about: About, features: Sequence[Feature]) -> str:
        """Keep a layer; returns its identifier, a new one when its own is taken. Raises LayerError, OSError."""
        there = self.layers(territory)
        if len(there) >= MOST_LAYERS:
            raise LayerError(fault("too_many_layers", most=MOST_LAYERS))
        folder = self.directory / territory.slug
        folder.mkdir(parents=True, exist_ok=True)
        self._forget_removed(folder)
        taken = {layer.about.id for layer in there} | {path.name.split(".")[0] for path in folder.iterdir()}
        name = next(name for name in _candidates(about.id) if name not in taken)
        text = json.dumps(_document(about, features, self.clock()), ensure_ascii=False, separators=(",", ":"))
        temporary = folder / f"{name}.{os.getpid()}.tmp"
        with open(temporary, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(folder / f"{name}{SUFFIX}")
        return name

    def remove(self, territory: Territory, identifier: str) -> None:
        """Take an imported layer out of sight. Raises LayerError for one that is not there, or is of the pack."""
        path = self._file(territory, identifier)
        if not path.is_file():
            of_pack = any(layer.about.id == identifier for layer in pack_layers(territory.path))
            raise LayerError(fault("pack_layer" if of_pack else "no_such_layer", id=identifier))
        removed = path.with_name(path.name + REMOVED)
        path.replace(removed)
        os.utime(removed, (self.clock(), self.clock()))

    def restore(self, territory: Territory, identifier: str) -> None:
        """Bring a removed layer back. Raises LayerError when nothing is kept of it."""
        path = self._file(territory, identifier)
        removed = path.with_name(path.name + REMOVED)
        if path.exists() or not removed.is_file():
            raise LayerError(fault("no_such_layer", id=identifier))
        removed.replace(path)

    def _file(self, territory: Territory, identifier: str) -> Path:
        if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,79}", identifier):
            raise LayerError(fault("no_such_layer", id=identifier))
        return self.directory / territory.slug / f"{identifier}{SUFFIX}"

    def _forget_removed(self, folder: Path) -> None:
        for path in folder.glob(f"*{REMOVED}"):
            if self.clock() - path.stat().st_mtime > REMOVED_SECONDS:
                path.unlink(missing_ok=True)


def identifier_of(label: str) -> str:
    """`Zones de chasse` → `zones-de-chasse`."""
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:50].strip("-") or "couche"


def _candidates(name: str) -> Iterator[str]:
    yield name
    number = 2
    while True:
        yield f"{name}-{number}"
        number += 1


def _document(about: About, features: Sequence[Feature], added: float) -> dict[str, Any]:
    said = {name: value for name, value in vars(about).items() if name != "id"}
    return {
        "type": "FeatureCollection",
        "about": said,
        "added": added,
        "features": [
            {
                "type": "Feature",
                "properties": {"name": one.name, "note": one.note},
                "geometry": json.loads(shapely.to_geojson(_lighter(one.geometry))),
            }
            for one in features
        ],
    }


def _lighter(geometry: Any) -> Any:
    return shapely.set_precision(shapely.simplify(geometry, DETAIL), PRECISION, "pointwise")


def _stamp(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """Name, time and size of each layer file: what was read is good as long as they stay."""
    found = []
    for path in sorted((*folder.glob(f"*{SUFFIX}"), folder / CATALOGUE)):
        try:
            status = path.stat()
        except OSError:
            continue
        found.append((path.name, status.st_mtime_ns, status.st_size))
    return tuple(found)


@lru_cache(maxsize=16)
def _read(pack: Path, folder: Path, stamp: tuple[tuple[str, int, int], ...]) -> tuple[Layer, ...]:
    found = [_imported(path) for path in folder.glob(f"*{SUFFIX}")]
    imported = sorted(found, key=lambda one: (one[0], one[1].about.id))
    return (*pack_layers(pack), *(layer for _, layer in imported))


def _imported(path: Path) -> tuple[float, Layer]:
    """When a layer was imported, so that each keeps its letter as others come, and the layer."""
    name = path.name.removesuffix(SUFFIX)
    nameless = About(name, {"fr": name}, "other", "", "")
    try:
        content = path.read_bytes()[: MAX_BYTES + 1]
        reading = read_geojson(content, "name")
        document = json.loads(content)
        about = about_of(name, document.get("about") or {})
    except LayerError as error:
        return math.inf, Layer(nameless, origin=IMPORTED, problem=error.faults[0])
    except OSError:
        return math.inf, Layer(nameless, origin=IMPORTED, problem=fault("file_missing", file=path.name))
    added = document.get("added")
    return added if isinstance(added, int | float) else 0.0, Layer(about, reading.features, IMPORTED)


__all__ = ["IMPORTED", "PACK", "Library", "identifier_of", "layers_directory"]
