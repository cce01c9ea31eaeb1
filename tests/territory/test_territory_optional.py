"""What a pack may lack is unknown; what it has is held to the same rules; packs are written whole or not at all."""

from pathlib import Path

import pytest

from components.scenario import units
from components.territory import write
from components.territory.check import COMMUNES, FILES, OFFICIAL, is_optional
from components.territory.pack import PackError, catalogue, load_territory
from components.territory.write import (
    Content,
    WriteError,
    add_columns,
    add_official,
    pack_files,
    read_content,
    save,
)

SOURCE = {
    "title": "Données locales d'énergie",
    "producer": "SDES",
    "year": "2023",
    "method": "measured",
    "licence": "Licence Ouverte 2.0",
    "url": "",
}
SQUARE = [[5.0, 45.0], [5.1, 45.0], [5.1, 45.1], [5.0, 45.1], [5.0, 45.0]]


def small() -> Content:
    """Two communes of 87 km², the least a pack may hold."""
    sources = {
        "insee": {**SOURCE, "title": "Code officiel géographique", "producer": "INSEE"},
        "outlines": {**SOURCE, "title": "Contours", "producer": "IGN"},
    }
    names = {"05001": "Amont", "05002": "Aval"}
    east = [[x + 0.1, y] for x, y in SQUARE]
    return Content(
        territory={
            "slug": "deux-communes",
            "name": "Deux communes",
            "labels": {"fr": "Deux communes", "en": "Two municipalities"},
            "languages": ["fr", "en"],
            "sources": sources,
            "column_sources": dict.fromkeys(["insee", "name", "population"], "insee")
            | {"area_km2": "outlines"},
            "communes": names,
        },
        cells={
            code: {"insee": code, "name": name, "population": "10", "area_km2": "87.4"}
            for code, name in names.items()
        },
        outlines={
            "05001": {"type": "Polygon", "coordinates": [SQUARE]},
            "05002": {"type": "Polygon", "coordinates": [east]},
        },
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    assert save(tmp_path / "deux", pack_files(small())) == []
    return tmp_path / "deux"


def test_the_least_pack_loads_without_official_figures(folder: Path) -> None:
    territory = load_territory(folder)
    assert sorted(path.name for path in folder.iterdir()) == sorted(set(FILES) - {OFFICIAL})
    assert list(territory.communes.columns) == ["name", "population", "area_km2"]
    assert territory.siren == ""
    assert territory.official.empty
    assert "quantity" in territory.official
    assert "dwellings" not in territory.columns


def test_only_four_columns_are_mandatory_and_each_other_says_which_file_brings_it() -> None:
    columns = catalogue()["communes"]
    assert [name for name, column in columns.items() if not is_optional(column)] == [
        "insee",
        "name",
        "population",
        "area_km2",
    ]
    for name, column in columns.items():
        assert column["title"]["fr"], name
        assert column["title"]["en"], name
        if column["type"] != "string":
            units.unit(column["unit"])
        if is_optional(column):
            assert column["file"] in catalogue()["files"], name


def test_imported_columns_carry_their_source_and_an_absent_commune_is_unknown(folder: Path) -> None:
    content = read_content(folder)
    add_columns(content, "sdes_2023", SOURCE, {"electricity_gwh": {"05002": "1.25"}})
    assert save(folder, pack_files(content)) == []
    territory = load_territory(folder)
    assert territory.communes.electricity_gwh.isna().tolist() == [True, False]
    assert territory.communes.electricity_gwh["05002"] == 1.25
    column = territory.columns["electricity_gwh"]
    assert (column.producer, column.year, column.source) == ("SDES", 2023, "sdes_2023")
    assert column.unit == "GWh/year"


def test_official_rows_say_each_their_source(folder: Path) -> None:
    content = read_content(folder)
    row = {"item": "total", "quantity": "final_energy", "unit": "GWh", "year": "2021", "value": "12"}
    row |= {"origin": "declared", "label_fr": "Total", "label_en": "Total"}
    add_official(content, "orcae", SOURCE, [row])
    add_official(content, "orcae", SOURCE, [{**row, "value": "13"}])
    assert save(folder, pack_files(content)) == []
    official = load_territory(folder).official
    assert official[["value", "source"]].to_numpy().tolist() == [[13.0, "orcae"]]
    path = folder / OFFICIAL
    path.write_text(path.read_text(encoding="utf-8").replace(",orcae", ",ailleurs"), encoding="utf-8")
    with pytest.raises(PackError, match="ailleurs"):
        load_territory(folder)


def test_official_figures_may_be_a_header_alone(pack: Path) -> None:
    path = pack / OFFICIAL
    path.write_text(path.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    assert load_territory(pack).official.empty


def test_what_is_imported_is_held_to_the_rules_and_the_former_pack_stays(folder: Path) -> None:
    content = read_content(folder)
    with pytest.raises(WriteError, match="hors du territoire : 38185"):
        add_columns(content, "sdes_2023", SOURCE, {"gas_gwh": {"38185": "1"}})
    add_columns(content, "sdes_2023", SOURCE, {"gas_gwh": {"05001": "-1"}})
    assert [fault.key for fault in save(folder, pack_files(content))] == ["negative"]
    assert "gas_gwh" not in load_territory(folder).communes
    assert list(folder.parent.iterdir()) == [folder]


def test_a_column_without_source_or_outside_the_catalogue_is_not_written() -> None:
    content = small()
    content.cells["05001"]["gas_gwh"] = "1"
    with pytest.raises(WriteError, match=r"manque dans territory.yaml \(colonne « gas_gwh »\)"):
        pack_files(content)
    content.cells["05001"] = {**small().cells["05001"], "moral": "1"}
    with pytest.raises(WriteError, match="moral"):
        pack_files(content)


def test_a_full_disk_leaves_the_former_pack(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = (folder / COMMUNES).read_bytes()

    def full(source: object, target: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(write.os, "replace", full)
    with pytest.raises(OSError, match="No space"):
        save(folder, pack_files(read_content(folder)))
    monkeypatch.undo()
    assert (folder / COMMUNES).read_bytes() == before
    assert load_territory(folder).name == "Deux communes"


def test_intercommunalities_of_a_territory_share_its_communes_without_overlap(tmp_path: Path) -> None:
    content = small()
    content.territory["groups"] = [
        {"siren": "200000001", "name": "CC d'Amont", "communes": ["05001"]},
        {"siren": "200000002", "name": "CC d'Aval", "communes": ["05002"]},
    ]
    assert save(tmp_path / "deux", pack_files(content)) == []
    groups = load_territory(tmp_path / "deux").groups
    assert [(group.name, group.communes) for group in groups] == [
        ("CC d'Amont", ("05001",)),
        ("CC d'Aval", ("05002",)),
    ]
    content.territory["groups"][1]["communes"] = ["05001", "38185"]
    assert [f.key for f in save(tmp_path / "deux", pack_files(content))] == [
        "commune_twice",
        "commune_unknown",
    ]
