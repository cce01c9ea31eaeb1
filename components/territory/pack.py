"""A territory pack: the communes, outlines and official figures of one intercommunality, checked then loaded.

Where packs are: components/territory/places.py; what they hold and how to make one: docs/territoires.md.
"""

from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from components.territory.check import COMMUNES, FILES, OFFICIAL, SLUG, Pack, inspect
from components.territory.identity import Identity, read_identity
from components.territory.imports import Layer, imports_folder, read_layers, stamp
from components.territory.places import SHIPPED, default_territory, territory_folders
from components.territory.read import Fault, Inspection, read_yaml

__all__ = [
    "Column",
    "Fault",
    "Group",
    "PackError",
    "Territory",
    "catalogue",
    "check_pack",
    "default_territory",
    "identity_of",
    "list_territories",
    "load_territory",
]

TERRITORIES = SHIPPED
CATALOGUE = "columns.yaml"


@dataclass(frozen=True)
class Column:
    """What a column means and where it comes from. `year`: of the figures; `source`: its id."""

    name: str
    title_fr: str
    title_en: str
    unit: str
    producer: str
    year: int
    method: str
    licence: str
    source: str = ""
    type: str = "number"


@dataclass(frozen=True)
class Group:
    """One intercommunality among several of a territory, and the INSEE codes of its communes."""

    siren: str
    name: str
    communes: tuple[str, ...]


@dataclass(frozen=True, eq=False)  # one object a pack: hashable, so that drawings of it can be cached
class Territory:
    """One intercommunality.

    communes: one row a commune, indexed by INSEE code (text, ascending): `name`, then numbers; NaN = unknown.
    outlines: GeoJSON geometry (longitude, latitude, WGS84) by INSEE code.
    official: published totals, columns item, quantity, unit, year, value, origin, label_fr, label_en.
    columns: provenance of each column of `communes` and `official`.
    sources: title, producer, year, method, licence, url, note by source id (all text).
    siren: of the intercommunality, empty for a list of communes or several intercommunalities.
    groups: the intercommunalities when there are several.
    imported: the imports laid over the pack's files (components.territory.imports), in their order; the columns of
    `communes` and `columns` are theirs where they bring one, with source `import-ID`.
    groups: the intercommunalities when there are several. identity: logo, colours and texts of its pages.

    A column of the catalogue that the pack lacks is unknown: it is neither in `communes` nor in `columns`.
    """

    slug: str
    name: str
    path: Path
    communes: pd.DataFrame
    outlines: dict[str, dict[str, Any]]
    official: pd.DataFrame
    columns: dict[str, Column]
    labels: dict[str, str]
    sources: dict[str, dict[str, str]]
    siren: str
    groups: tuple[Group, ...] = ()
    imported: tuple[Layer, ...] = ()
    identity: Identity = field(default_factory=Identity)


class PackError(Exception):
    """A pack that does not load; `faults` says why, file by file and line by line."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__("\n".join(str(fault) for fault in faults))


def list_territories() -> list[str]:
    """Slugs of the packs of this installation, sorted."""
    return list(territory_folders())


def check_pack(path: str | Path) -> list[Fault]:
    """Every fault of the pack in a folder; an empty list when it is sound."""
    return inspect(Path(path), catalogue())[1]


def load_territory(slug_or_path: str | Path) -> Territory:
    """The territory of a slug (`grenoble-alpes-metropole`) or folder; read again only when a file changed.

    The tables are shared by all callers: copy before changing them. Raises PackError, and nothing else.
    """
    folder = _folder(slug_or_path)
    imports = imports_of(folder)
    return _load(folder, _stamp(folder), imports, stamp(imports))


def imports_of(slug_or_path: str | Path) -> Path:
    """Where the figures imported into a territory are; the folder may not exist."""
    return imports_folder(_folder(slug_or_path), TERRITORIES)


def identity_of(slug: str) -> Identity:
    """The identity of a territory, Cordée's own look when its pack is not there or refused."""
    try:
        return load_territory(slug).identity
    except PackError:
        return Identity()


def _folder(slug_or_path: str | Path) -> Path:
    if isinstance(slug_or_path, str) and SLUG.fullmatch(slug_or_path):
        return territory_folders().get(slug_or_path, TERRITORIES / slug_or_path)
    return Path(slug_or_path).absolute()


def _stamp(folder: Path) -> tuple[tuple[int, int], ...]:
    """Time and size of each file, images of its identity too: what a cached territory is valid for."""
    stamp = []
    try:
        images = sorted(path.name for path in folder.iterdir() if path.suffix.lower() in (".svg", ".png"))
    except (OSError, ValueError):
        images = []
    for file in (*FILES, *images[:20]):
        try:
            status = (folder / file).stat()
            stamp.append((status.st_mtime_ns, status.st_size))
        except (OSError, ValueError):
            stamp.append((0, 0))
    return tuple(stamp)


@lru_cache(maxsize=8)
def _load(
    folder: Path,
    stamp: tuple[tuple[int, int], ...],
    imports: Path,
    imports_stamp: tuple[tuple[str, int, int], ...],
) -> Territory:
    pack, faults = inspect(folder, catalogue())
    if faults:
        raise PackError(faults)
    layers, broken = read_layers(imports)
    if broken:
        raise PackError(broken)
    columns = {column.name: column for file in (COMMUNES, OFFICIAL) for column in _columns(pack, file)}
    communes = _frame(pack, COMMUNES).set_index("insee").sort_index()
    communes = _laid_over(communes, columns, layers)
    outlines = pack.outlines | {code: shape for layer in layers for code, shape in layer.outlines.items()}
    return Territory(
        slug=pack.territory["slug"],
        name=pack.territory["name"],
        path=folder,
        communes=communes,
        outlines={code: outlines[code] for code in communes.index},
        official=_frame(pack, OFFICIAL),
        columns=columns,
        labels=pack.territory["labels"],
        sources=pack.territory["sources"] | {f"import-{layer.id}": layer.source for layer in layers},
        siren=pack.territory.get("siren", ""),
        groups=tuple(
            Group(group["siren"], group["name"], tuple(group["communes"]))
            for group in pack.territory.get("groups", [])
        ),
        imported=tuple(layers),
        identity=read_identity(folder, pack.territory),
    )


def _laid_over(communes: pd.DataFrame, columns: dict[str, Column], layers: list[Layer]) -> pd.DataFrame:
    """The communes with the columns of each import in place of the pack's; `columns` is given theirs."""
    brought: dict[str, pd.Series] = {}
    for layer in layers:
        source = layer.source
        for name, told in layer.about["columns"].items():
            values = pd.Series(layer.values[name], dtype="float64").reindex(communes.index)
            whole = told["type"] == "integer" and not values.isna().any()
            brought[name] = values.astype("int64") if whole else values
            columns[name] = Column(
                name=name,
                title_fr=told["title_fr"],
                title_en=told["title_en"],
                unit=told["unit"],
                producer=source["producer"],
                year=int(source["year"]),
                method=source["method"],
                licence=source["licence"],
                source=f"import-{layer.id}",
                type=told["type"],
            )
    names = {code: name for layer in layers for code, name in layer.names.items()}
    if names:
        brought["name"] = communes["name"].mask(communes.index.isin(names), communes.index.map(names.get))
    return communes.assign(**brought) if brought else communes


def _columns(pack: Pack, file: str) -> list[Column]:
    return [
        Column(
            name=f["name"],
            title_fr=f["title"],
            title_en=f["title_en"],
            unit=f["unit"],
            producer=f["producer"],
            year=int(f["year"]),
            method=f["method"],
            licence=f["licence"],
            source=f["source"],
            type=f["type"],
        )
        for f in pack.fields.get(file, [])
    ]


def _frame(pack: Pack, file: str) -> pd.DataFrame:
    rows = pack.communes if file == COMMUNES else pack.official
    described = _columns(pack, file)
    if not rows and not described:
        return pd.DataFrame(columns=list(catalogue()["official"]))
    data: dict[str, Any] = {}
    for column in described:
        if column.type == "string":
            data[column.name] = [row.cells[column.name] for row in rows]
        else:
            values = pd.Series([row.number(column.name) for row in rows], dtype="float64")
            whole = column.type == "integer" and not values.isna().any()
            data[column.name] = values.astype("int64") if whole else values
    return pd.DataFrame(data)


@cache
def catalogue() -> dict[str, dict[str, Any]]:
    """What a pack may hold (data/territories/columns.yaml), every scalar as text.

    `communes` and `official`: `{column: {type, unit, title, source?, from?, optional?, file?}}`, mandatory
    unless `optional`. `quantities`: `{quantity: {unit, title, items}}`. `files`: `{file: {label, url, builder?}}`.
    """
    inspection = Inspection(TERRITORIES)
    content = read_yaml(inspection, CATALOGUE)
    if content is None:
        raise PackError(inspection.faults)
    return content
