"""The base year is the official inventory, exactly; every split is a matter of shares that sum to one."""

import numpy as np
import pytest

from components.scenario.engine import Engine, Result

EXACT = 1e-9
SECTORS = [
    "Residential",
    "Services",
    "Industry",
    "Road Transport",
    "Other Transport",
    "Agriculture",
    "Waste",
    "Energy",
]
CARRIERS = ["Electricity", "Gas", "Oil Products", "Wood", "District Heat", "Solar Heat", "Biomethane"]


def near(a: float, b: float) -> bool:
    return abs(a - b) <= EXACT * max(abs(a), abs(b))


def test_49_communes_and_32_years(trend: Result) -> None:
    assert len(trend.regions) == 49
    assert trend.regions == sorted(trend.regions)
    assert (trend.years[0], trend.years[-1]) == (2019, 2050)


def test_communes_sum_to_the_items_of_the_official_inventory(trend: Result) -> None:
    assert near(trend.values["Emissions|CO2e"][:, 0].sum(), 1857.729)


def test_the_territory_is_the_official_total_with_its_residue_apart(trend: Result) -> None:
    assert near(trend.total("Emissions|CO2e")[0], 1858.0)
    assert near(trend.residues["Emissions|CO2e"][0], 0.271)
    table = trend.table()
    residue = table[table.region == "grenoble-alpes-metropole|residue"]
    assert set(residue.variable) == {"Emissions|CO2e"}
    assert len(residue) == 32


@pytest.mark.parametrize(
    ("variables", "official"),
    [
        (["Residential", "Services"], 467.257),
        (["Road Transport", "Other Transport"], 433.215),
        (["Industry", "Agriculture", "Energy"], 713.393),
        (["Waste"], 92.935),
    ],
)
def test_each_official_item_without_electricity(
    engine: Engine, trend: Result, variables: list[str], official: float
) -> None:
    factor = engine.model.statics["electricity_factor_2019"][0, 0]  # ktCO2e per GWh, as kg per kWh
    direct = 0.0
    for sector in variables:
        used = trend.values.get(f"Final Energy|{sector}|Electricity")
        electricity = 0.0 if used is None else used[:, 0].sum() * factor
        direct += trend.values[f"Emissions|CO2e|{sector}"][:, 0].sum() - electricity
    assert near(direct, official)


def test_scope_2_is_shared_by_electricity_used(engine: Engine, trend: Result) -> None:
    used = trend.total("Final Energy|Electricity")[0]
    assert near(used * engine.model.statics["electricity_factor_2019"][0, 0], 150.929)


@pytest.mark.parametrize(
    ("sectors", "official"),
    [
        (["Residential", "Services"], 4917.0),
        (["Road Transport", "Other Transport"], 1883.0),
        (["Industry"], 3778.0),
        (["Agriculture"], 11.0),
        (
            ["Residential", "Services", "Road Transport", "Other Transport", "Industry", "Agriculture"],
            10589.0,
        ),
    ],
)
def test_final_energy_of_2019(trend: Result, sectors: list[str], official: float) -> None:
    assert near(sum(trend.total(f"Final Energy|{sector}")[0] for sector in sectors), official)


def test_every_commune_has_its_share_and_none_is_negative(trend: Result) -> None:
    counted = [name for name in trend.values if name.startswith(("Emissions|CO2e", "Final Energy"))]
    assert len(counted) > 40
    assert all((trend.values[name] >= 0).all() for name in counted)
    assert (trend.values["Emissions|CO2e"] > 0).all()


def test_nothing_moves_before_the_levers_start(engine: Engine, trend: Result) -> None:
    everything = engine.run(
        engine.settings({lever.id: lever.max for lever in engine.levers if not lever.simplex})
    )
    start = min(lever.ramp.start for lever in engine.levers) - 2019
    for variable, values in everything.values.items():
        np.testing.assert_allclose(values[:, : start + 1], trend.values[variable][:, : start + 1], rtol=1e-12)


def test_variables_are_those_of_the_design(engine: Engine) -> None:
    assert set(engine.variables) >= {"Emissions|CO2e", "Final Energy", "Production|Electricity|Solar"}
    assert set(engine.variables) >= {f"Emissions|CO2e|{sector}" for sector in SECTORS}
    assert set(engine.variables) >= {f"Final Energy|{carrier}" for carrier in CARRIERS}
    assert engine.units["Emissions|CO2e"] == "ktCO2e/yr"
    assert engine.units["Final Energy"] == "GWh/yr"
