"""The packs shipped beside Grenoble: their communes, their figures, their outlines, their second homes."""

import csv
import json
from pathlib import Path

import pytest
from shapely.geometry import shape

from components.territory import homes
from components.territory.geometry import planar_area_km2
from components.territory.homes import present_population, second_homes_dominate, second_homes_sentence
from components.territory.pack import Territory, list_territories, load_territory

BRIANCON = "pays-du-grand-brianconnais"
SHIPPED = {
    "grenoble-alpes-metropole": ("grenoble", 49),
    BRIANCON: ("brianconnais", 36),
    "provence-alpes-agglomeration": ("provence_alpes", 46),
    "sisteronais-buech": ("sisteronais_buech", 60),
}
# La Robine-sur-Galabre and Digne-les-Bains: the two sources draw their common limit 4 km² apart.
DISPUTED = {"04167": 4.6, "04070": 4.6}


@pytest.fixture(params=SHIPPED)
def territory(request: pytest.FixtureRequest) -> Territory:
    return load_territory(request.param)


def test_each_is_listed_and_has_its_communes(territory: Territory) -> None:
    assert territory.slug in list_territories()
    assert len(territory.communes) == len(territory.outlines) == SHIPPED[territory.slug][1]


def test_figures_are_those_of_the_sources(territory: Territory, shared: Path) -> None:
    kind, _ = SHIPPED[territory.slug]
    with (shared / "communes_indicateurs.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["insee"]: row for row in csv.DictReader(file) if row["territoire"] == kind}
    assert sorted(rows) == list(territory.communes.index)
    for code, row in rows.items():
        ours = territory.communes.loc[code]
        assert ours["name"] == row["nom"]
        assert ours["population"] == int(row["pop_2023"])
        assert ours["second_homes"] == int(row["res_secondaires_2021"])
        for column, theirs in [("road", "routier"), ("residential", "residentiel"), ("waste", "dechets")]:
            cell = row[f"ges2016_{theirs}"]
            known = ours[f"ghg2016_{column}_tco2e"]
            assert known == pytest.approx(float(cell), abs=0.06) if cell else known != known
    groups = {group.siren: set(group.communes) for group in territory.groups} or {
        territory.siren: set(territory.communes.index)
    }
    assert groups == {
        siren: {code for code, row in rows.items() if row["epci"] == siren}
        for siren in {row["epci"] for row in rows.values()}
    }


def test_ristolas_merged_into_abries_is_counted_there() -> None:
    communes = load_territory(BRIANCON).communes
    assert "05120" not in communes.index
    assert communes.name["05001"] == "Abriès-Ristolas"
    assert communes.second_homes["05001"] == 681


def test_three_intercommunalities_make_the_briancon_country() -> None:
    territory = load_territory(BRIANCON)
    assert territory.siren == ""
    assert [len(group.communes) for group in territory.groups] == [15, 13, 8]


def test_outlines_are_those_of_the_state_mapping_agency(territory: Territory, shared: Path) -> None:
    file = shared / "tests-only" / f"communes_{SHIPPED[territory.slug][0]}.geojson"
    theirs = {
        feature["properties"]["insee"]: feature["geometry"]
        for feature in json.loads(file.read_text(encoding="utf-8"))["features"]
    }
    assert sorted(theirs) == list(territory.outlines)
    for code, geometry in theirs.items():
        ours, area = territory.outlines[code], planar_area_km2(geometry)
        gap = abs(planar_area_km2(ours) - area)
        assert gap <= DISPUTED.get(code, max(0.03 * area, 0.35)), (code, gap, area)
        overlap = shape(ours).intersection(shape(geometry)).area / shape(ours).union(shape(geometry)).area
        assert overlap > (0.85 if code not in DISPUTED else 0.8), code


def test_without_an_official_inventory_nothing_is_invented() -> None:
    for slug in set(SHIPPED) - {"grenoble-alpes-metropole"}:
        territory = load_territory(slug)
        assert territory.official.empty
        assert not [name for name in territory.communes if name.startswith("land_")]
        assert all(column.source in territory.sources for column in territory.columns.values())


def test_second_homes_of_the_briancon_country_are_said() -> None:
    territory = load_territory(BRIANCON)
    sentence = second_homes_sentence(territory)
    assert "34\u202f962 des 53\u202f420 logements sont des résidences secondaires" in sentence
    assert "16\u202f145 résidences principales" in sentence
    assert "34,962 of the 53,420 dwellings" in second_homes_sentence(territory, "en")


def test_second_homes_are_said_of_a_commune_only_where_they_outnumber_main_ones() -> None:
    territory = load_territory(BRIANCON)
    assert "Abriès-Ristolas" in second_homes_sentence(territory, region="05001")
    assert second_homes_sentence(territory, region="05023") == ""  # the town of Briançon itself
    assert second_homes_sentence(load_territory("grenoble-alpes-metropole")) == ""


def test_an_unknown_dwelling_count_says_nothing() -> None:
    territory = load_territory(BRIANCON)
    bare = Territory(
        **{**vars(territory), "communes": territory.communes.drop(columns=["main_homes", "second_homes"])}
    )
    assert not second_homes_dominate(bare)
    assert second_homes_sentence(bare) == ""


def test_present_population_is_an_assumption_that_says_so(territory: Territory) -> None:
    column = territory.columns["present_population"]
    source = territory.sources["present_population"]
    assert (column.producer, column.method) == ("Cordée", "assumed")
    assert source == homes.SOURCE
    communes = territory.communes
    assert (communes.present_population >= communes.population).all()
    low, high = (
        present_population(communes.population, communes.second_homes, use) for use in (homes.LOW, homes.HIGH)
    )
    assert (low <= communes.present_population).all()
    assert (communes.present_population <= high).all()


def test_present_population_of_one_commune_by_hand() -> None:
    # 100 inhabitants and 730 second homes, each holding 2.5 persons 45 nights of 365: 225 persons more.
    assert present_population(100, 730) == 325
    assert all(x != x for x in present_population([float("nan"), 10], [5, float("nan")]))
