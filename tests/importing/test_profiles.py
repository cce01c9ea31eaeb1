from pathlib import Path

import pytest

from components.importing.mapping import check
from components.importing.preview import names_of, open_table, preview
from components.importing.profiles import profiles, suggest, unit_of, year_of
from components.importing.sniff import read_document
from components.importing.table import find_table
from components.importing.targets import factor, target, targets
from components.territory.pack import Territory
from tests.importing.files import document, names

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"


@pytest.mark.parametrize("profile", profiles().values(), ids=lambda profile: profile.id)
def test_a_known_file_names_columns_of_packs_and_says_whether_it_was_seen(profile: object) -> None:
    told = profiles()[profile.id]  # type: ignore[attr-defined]
    assert told.status in ("read", "to verify")
    for name in {*told.columns, *told.items}:
        assert factor(told.unit, target(name)) > 0
    assert set().union(*(set(wanted) for wanted in told.items.values())) <= set(told.dimensions)


@pytest.mark.parametrize(
    ("file", "profile", "column", "total"),
    [
        ("ges_igt2016_geographie2016.csv", "ademe_igt", "ghg2016_road_tco2e", 532514.8),
        ("occupation_sol_2021_grenoble.csv", "aldo_land", "land_forest_ha", 30914.5),
    ],
)
def test_official_figures_as_they_are(
    file: str, profile: str, column: str, total: float, grenoble: Territory
) -> None:
    if not (SHARED / file).is_file():
        pytest.skip(f"{file} is not beside the project")
    opened = open_table(read_document(file, (SHARED / file).read_bytes()), grenoble)
    assert (opened.origin, opened.mapping.profile) == ("profile", profile)
    told = preview(opened, opened.mapping, grenoble)
    assert told.reading is not None
    assert (told.missing, told.reading.faults, told.reading.missing) == ([], [], [])
    # The pack was built from these very files: every column comes back as it is.
    for name, read in told.reading.columns.items():
        present = grenoble.communes[name]
        assert {code: value for code, value in read.values.items() if value is not None} == pytest.approx(
            present.dropna().to_dict()
        )
    assert told.reading.columns[column].total == pytest.approx(total)


LONG = [["code_commune", "annee", "filiere", "libelle_grand_secteur", "conso (MWh)"]]
LONG += [["38057", year, energy, sector, "1"] for year in ("2021", "2022") for energy in ("Electricité", "Gaz")
         for sector in ("RESIDENTIEL", "TERTIAIRE", "INCONNU")]  # fmt: skip


def test_a_long_file_of_energy_is_proposed_by_item_and_its_last_year(grenoble: Territory) -> None:
    table = find_table(document(LONG).sheets[0], names(grenoble))
    mapping = suggest(table, "conso.csv", names(grenoble))
    assert mapping.profile == "sdes_energy"
    assert (mapping.dimensions, mapping.year_column) == (("filiere", "libelle grand secteur"), "annee")
    assert {(choice.target, choice.series.items, choice.unit) for choice in mapping.choices} == {
        (f"{energy}_{sector}_gwh", (carrier, said), "MWh")
        for energy, carrier in (("electricity", "electricite"), ("gas", "gaz"))
        for sector, said in (("residential", "residentiel"), ("services", "tertiaire"))
    }
    assert mapping.provenance.year == 2022
    assert check(mapping) == []


def test_land_take_is_counted_over_the_years_its_header_says(grenoble: Territory) -> None:
    rows = [["idcom", "idcomtxt", "naf09art23", "art09hab23"], ["38057", "Bresson", "14000", "7000"]]
    mapping = suggest(find_table(document(rows).sheets[0], names(grenoble)), "f.csv", names(grenoble))
    assert {choice.target: (choice.years, choice.unit) for choice in mapping.choices} == {
        "land_take_ha_per_year": (14, "m2"),
        "land_take_housing_ha_per_year": (14, "m2"),
    }


def test_an_unknown_file_proposes_only_columns_that_bear_the_very_name(grenoble: Territory) -> None:
    rows = [["insee", "Pistes de ski", "chiffre", "gas_gwh (MWh)"], ["38057", "1", "2", "3"]]
    mapping = suggest(find_table(document(rows).sheets[0], names(grenoble)), "2024.csv", names(grenoble))
    assert [(choice.series.column, choice.target) for choice in mapping.choices] == [
        ("pistes de ski", "ski_slopes_ha")
    ]
    assert (mapping.profile, mapping.provenance.year, mapping.provenance.producer) == ("", 2024, "")


@pytest.mark.parametrize(
    ("header", "name", "unit"),
    [
        ("Conso (GWh)", "gas_gwh", "GWh"),
        ("Gaz (MWh/an) · Résidentiel", "gas_gwh", "MWh"),
        ("volume en milliers de m³", "water_withdrawal_domestic_mm3", "1000 m3"),
        ("émissions tCO₂e", "ghg_tco2e", "tCO2e"),
        ("émissions (kt eq CO2)", "ghg_tco2e", "ktCO2e"),
        ("surface ha", "land_forest_ha", "ha"),
        ("Alpha", "land_forest_ha", ""),
        ("Conso (GWh)", "land_forest_ha", ""),
    ],
)
def test_units_that_headers_say(header: str, name: str, unit: str) -> None:
    assert unit_of(header, name) == unit


@pytest.mark.parametrize(
    ("unit", "name", "times"),
    [("MWh", "gas_gwh", 1e-3), ("m3", "water_withdrawal_domestic_mm3", 1e-6), ("tep", "gas_gwh", 0.01163),
     ("m2", "land_forest_ha", 1e-4), ("ktCO2e", "ghg_tco2e", 1e3), ("1000 m3", "water_withdrawal_domestic_mm3", 1e-3)],
)  # fmt: skip
def test_conversions(unit: str, name: str, times: float) -> None:
    assert factor(unit, target(name)) == times


def test_every_column_offers_a_unit_of_its_own_kind() -> None:
    for to in targets().values():
        assert all(factor(unit, to) > 0 for unit in to.units)


def test_two_years_are_no_year(grenoble: Territory) -> None:
    table = find_table(
        document([["insee", "a 2020", "a 2021"], ["38057", 1, 2]]).sheets[0], names_of(grenoble)
    )
    assert year_of(table, "x.csv") == 0
