"""A layer: what it is called, who made it, and its objects; those of a territory's pack, and those imported here.

A pack's stand in `data/territories/SLUG/layers/`: files of GeoJSON and beside them `layers.yaml`, which names them.
A pack without that folder has none. A layer that does not load is told with its reason and hides no other.
"""

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from components.places.faults import Fault, LayerError, fault, shorten
from components.places.geojson import Feature, read_geojson
from components.places.kinds import KINDS
from components.territory.read import FORBIDDEN

CATALOGUE = "layers.yaml"
ID = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
LONGEST = {"label": 80, "producer": 120, "licence": 120, "note": 600}
PACK, IMPORTED = "pack", "imported"


@dataclass(frozen=True)
class About:
    """What is said of a layer. `note`: the use it stands for, or its argument; `year`: of the data, None = unknown."""

    id: str
    label: Mapping[str, str]
    kind: str
    producer: str
    licence: str
    year: int | None = None
    note: Mapping[str, str] = field(default_factory=dict)
    shown: bool = True

    def text(self, name: str, lang: str) -> str:
        """`label` or `note` in a language, French where there is no other."""
        words: Mapping[str, str] = getattr(self, name)
        return words.get(lang) or words.get("fr") or ""


@dataclass(frozen=True)
class Layer:
    """A layer and its objects; `problem` says in its place why it does not load. `origin`: PACK or IMPORTED."""

    about: About
    features: tuple[Feature, ...] = ()
    origin: str = PACK
    problem: Fault | None = None
    warnings: tuple[Fault, ...] = ()


def about_of(identifier: str, found: Mapping[str, Any], this_year: int | None = None) -> About:
    """What is said of a layer, checked. Raises LayerError with every fault."""
    faults: list[Fault] = []
    label = _words(found.get("label"), "label", faults)
    note = _words(found.get("note") or {}, "note", faults)
    kind = str(found.get("kind") or "")
    if not ID.fullmatch(identifier):
        faults.append(fault("bad_id", id=identifier))
    if not label.get("fr"):
        faults.append(fault("label_missing"))
    if kind not in KINDS:
        faults.append(fault("unknown_kind", kind=kind, known=", ".join(KINDS)))
    texts = {name: _clean(found.get(name), name, faults) for name in ("producer", "licence")}
    faults += [fault(f"{name}_missing") for name, text in texts.items() if not text]
    year = _year(found.get("year"), this_year or datetime.date.today().year, faults)
    shown = found.get("shown", True)
    if not isinstance(shown, bool):
        faults.append(fault("bad_shown"))
    if faults:
        raise LayerError(*faults)
    return About(identifier, label, kind, texts["producer"], texts["licence"], year, note, shown)


def _words(found: Any, name: str, faults: list[Fault]) -> dict[str, str]:
    said = {"fr": found} if isinstance(found, str) else found if isinstance(found, Mapping) else {}
    words = {lang: _clean(said.get(lang), name, faults) for lang in ("fr", "en")}
    return {lang: text for lang, text in words.items() if text}


def _clean(value: Any, name: str, faults: list[Fault]) -> str:
    text = " ".join(FORBIDDEN.sub(" ", str(value if value is not None else "")).split())
    if len(text) > LONGEST[name]:
        faults.append(fault("text_too_long", field=name, most=LONGEST[name]))
    return text


def _year(value: Any, this_year: int, faults: list[Fault]) -> int | None:
    if value in (None, ""):
        return None
    text = str(value).strip()
    if not re.fullmatch(r"[12]\d{3}", text) or not 1700 <= int(text) <= this_year:
        faults.append(fault("bad_year", year=text, now=this_year))
        return None
    return int(text)


def pack_layers(pack: Path) -> list[Layer]:
    """The layers of a pack, in its order; none without the folder `layers`."""
    folder = pack / "layers"
    if not (folder / CATALOGUE).is_file():
        return []
    try:
        found = yaml.safe_load((folder / CATALOGUE).read_text(encoding="utf-8"))
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        return [_broken("layers", fault("catalogue_broken", file=CATALOGUE, line=line))]
    except (OSError, ValueError, yaml.YAMLError):
        return [_broken("layers", fault("catalogue_broken", file=CATALOGUE, line=1))]
    rows = found.get("layers") if isinstance(found, Mapping) else None
    if not isinstance(rows, list):
        return [_broken("layers", fault("catalogue_broken", file=CATALOGUE, line=1))]
    return [_pack_layer(folder, row, number) for number, row in enumerate(rows, 1)]


def _pack_layer(folder: Path, row: Any, number: int) -> Layer:
    row = row if isinstance(row, Mapping) else {}
    identifier, file = str(row.get("id") or ""), str(row.get("file") or "")
    try:
        about = about_of(identifier, row)
        if not re.fullmatch(r"[\w-][\w.-]*\.geojson", file):
            raise LayerError(fault("file_missing", file=file or "?"))
        reading = read_geojson((folder / file).read_bytes(), str(row.get("name_field") or ""))
    except OSError:
        return _broken(identifier or f"layer-{number}", fault("file_missing", file=file))
    except LayerError as error:
        return _broken(identifier or f"layer-{number}", error.faults[0])
    return Layer(about, reading.features, PACK, None, (*reading.left_out, *reading.warnings))


def _broken(identifier: str, problem: Fault, origin: str = PACK) -> Layer:
    name = shorten(identifier, 60)
    return Layer(About(name, {"fr": name}, "other", "", ""), origin=origin, problem=problem)
