"""How the model behaves: what adds up, what grows, what falls, how levers combine. The interaction rules."""

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.scenario.attribution import contributions
from components.scenario.engine import Engine, Result
from components.scenario.levers import Lever
from components.scenario.rules import load_model
from components.scenario.trace import why
from components.territory.pack import load_territory
from tests.examples import examples

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
MIX = ("heat_replacement.heat_pump", "heat_replacement.district_heat", "heat_replacement.wood")
EMISSIONS, ENERGY, ROAD, HOMES = (
    "Emissions|CO2e",
    "Final Energy",
    "Emissions|CO2e|Road Transport",
    "Final Energy|Residential",
)
RISES, FALLS = 1, -1
# What this pack does not hold: the model says that it does not know.
UNKNOWN = {
    "Emissions|NOx",
    "Emissions|PM2.5",
    "Production|Electricity|Hydro",
    "River|Hydropower given up",
    "Water Withdrawal|winter|Snow-making",
    "Water Withdrawal|peak day|Snow-making",
    "Cost|Boiler Replacement",
    "Jobs|Local Electricity",
}
# Land that releases more than it takes up.
MAY_BE_NEGATIVE = {"Sink|CO2e", "Sink|CO2e|Forest", "Sink|CO2e|Soils"}
# What raising a lever does to a figure of the territory, whatever the other levers say.
DIRECTIONS = [
    ("deep_renovation", EMISSIONS, FALLS),
    ("deep_renovation", HOMES, FALLS),
    ("partial_works", EMISSIONS, FALLS),
    ("partial_works", HOMES, FALLS),
    ("setpoint", EMISSIONS, RISES),
    ("setpoint", ENERGY, RISES),
    ("services_cut", EMISSIONS, FALLS),
    ("services_cut", ENERGY, FALLS),
    ("boilers_left", EMISSIONS, RISES),
    ("boilers_left", "Final Energy|Oil Products", RISES),
    ("km_per_person", EMISSIONS, RISES),
    ("km_per_person", "Final Energy|Road Transport", RISES),
    ("bike_share", EMISSIONS, FALLS),
    ("bike_share", ENERGY, FALLS),
    ("public_transport_share", ROAD, FALLS),
    ("public_transport_share", "Final Energy|Other Transport|Electricity", RISES),
    ("car_occupancy", EMISSIONS, FALLS),
    ("electric_cars", EMISSIONS, FALLS),
    ("electric_cars", "Final Energy|Electricity", RISES),
    ("industry_cut", EMISSIONS, FALLS),
    ("industry_cut", ENERGY, FALLS),
    ("roof_pv", "Production|Electricity|Solar", RISES),
    ("second_homes_converted", HOMES, RISES),
    ("second_homes_converted", "Biodiversity|Land Taken", FALLS),
    ("freight", ROAD, RISES),
    ("red_meat_meals", "Footprint|CO2e|Red Meat Meals", RISES),
    ("household_water", "Water Withdrawal|winter", RISES),
    ("network_yield", "Water Withdrawal|low flow", FALLS),
    ("irrigation_modernised", "Water Withdrawal|low flow", FALLS),
    ("hedges_agroforestry", "Sink|CO2e", RISES),
    ("hedges_agroforestry", "Land|Overspend", RISES),
    ("land_take", "Sink|CO2e", FALLS),
    ("land_take", "Land|Open", FALLS),
    ("strong_protection", "Biodiversity|Strong Protection", RISES),
    ("strong_protection", "Land|Overspend", RISES),
    ("ground_pv", "Production|Electricity|Solar", RISES),
    ("ground_pv", "Land|Open", FALLS),
    ("wind", "Production|Electricity|Wind", RISES),
    ("biomethane", "Production|Biomethane", RISES),
    ("wood_harvest", "Production|Wood", RISES),
    ("wood_harvest", "Sink|CO2e", FALLS),
    ("wood_harvest", "Footprint|CO2e|Wood from elsewhere", FALLS),
]


@st.composite
def anything(draw: st.DrawFn, engine: Engine) -> dict[str, float]:
    """Any setting within the bounds, the simplex summing to 100."""
    alone = [lever for lever in engine.levers if not lever.simplex]
    chosen = {lever.id: draw(st.floats(lever.min, lever.max)) for lever in alone}
    first = draw(st.integers(0, 100))
    second = draw(st.integers(0, 100 - first))
    return chosen | dict(zip(MIX, (first, second, 100 - first - second), strict=True))


def lever_of(engine: Engine, name: str) -> Lever:
    found = engine.model.lever(name)
    assert found is not None
    return found


def last(result: Result, variable: str) -> float:
    return float(result.total(variable)[-1])


def moved(engine: Engine, overrides: Mapping[str, float]) -> Result:
    return engine.run(engine.settings(overrides))


@settings(max_examples=examples(40), deadline=None)
@given(st.data())
def test_everything_adds_up_every_year_and_nothing_is_negative(engine: Engine, data: st.DataObject) -> None:
    result = moved(engine, data.draw(anything(engine)))
    v = result.values
    near = {"rtol": 1e-9, "atol": 1e-9}
    np.testing.assert_allclose(sum(v[f"{EMISSIONS}|{s}"] for s in SECTORS), v[EMISSIONS], **near)
    np.testing.assert_allclose(
        sum(v[f"{ENERGY}|{s}"] for s in SECTORS if f"{ENERGY}|{s}" in v), v[ENERGY], **near
    )
    np.testing.assert_allclose(sum(v[f"{ENERGY}|{c}"] for c in CARRIERS), v[ENERGY], **near)
    for sector in SECTORS:
        parts = [v[name] for c in CARRIERS if (name := f"{ENERGY}|{sector}|{c}") in v]
        if parts:
            np.testing.assert_allclose(sum(parts), v[f"{ENERGY}|{sector}"], **near)
    for carrier in CARRIERS:
        parts = [v[name] for s in SECTORS if (name := f"{ENERGY}|{s}|{carrier}") in v]
        np.testing.assert_allclose(sum(parts), v[f"{ENERGY}|{carrier}"], **near)
    for variable, values in v.items():
        if variable in UNKNOWN:
            assert np.isnan(values).all(), variable
            continue
        assert np.isfinite(values).all(), variable
        assert values.min() >= -1e-9 or variable in MAY_BE_NEGATIVE, variable
        residue = result.residues.get(variable, 0.0)
        np.testing.assert_allclose(result.total(variable), values.sum(axis=0) + residue, rtol=1e-12)


@pytest.mark.parametrize(("name", "variable", "direction"), DIRECTIONS)
def test_one_way(engine: Engine, name: str, variable: str, direction: int) -> None:
    lever = lever_of(engine, name)

    @settings(max_examples=15, deadline=None)
    @given(st.data())
    def holds(data: st.DataObject) -> None:
        others = data.draw(anything(engine))
        a, b = sorted(data.draw(st.tuples(*[st.floats(lever.min, lever.max)] * 2)))
        low, high = (moved(engine, others | {name: value}).total(variable) for value in (a, b))
        assert (direction * (high - low) >= -1e-9 * np.abs(low).max()).all()

    holds()


def test_the_trend_follows_its_two_sourced_levers_only(engine: Engine, trend: Result) -> None:
    off = [lever.id for lever in engine.levers if lever.trend != lever.today]
    assert off == ["deep_renovation", "partial_works"]
    still = moved(engine, {"deep_renovation": 2, "partial_works": 0})
    for variable, values in still.values.items():
        if variable in {"Land|Artificial", "Land|Open", "Biodiversity|Land Taken"}:
            continue  # at today's pace land goes on being built over
        np.testing.assert_allclose(values, np.repeat(values[:, :1], 32, axis=1), rtol=1e-12, err_msg=variable)
    assert last(trend, EMISSIONS) < last(still, EMISSIONS)


# --- Interaction rule 1: levers multiply, and their contributions add up to the change ---
@pytest.mark.parametrize(
    ("variable", "first", "second"),
    [
        ("Final Energy|Residential|Wood", {"deep_renovation": 80}, {"setpoint": -2}),
        ("Final Energy|Residential|Wood", {"deep_renovation": 80}, {"partial_works": 100}),
        ("Final Energy|Services|Gas", {"services_cut": 40}, {"boilers_left": 30}),
        ("Final Energy|Road Transport|Electricity", {"km_per_person": -26}, {"car_occupancy": 2.0}),
        ("Final Energy|Road Transport|Electricity", {"bike_share": 20}, {"public_transport_share": 30}),
    ],
)
def test_levers_multiply(
    engine: Engine, trend: Result, variable: str, first: dict[str, float], second: dict[str, float]
) -> None:
    usual = trend.total(variable)
    alone = [moved(engine, one).total(variable) / usual for one in (first, second)]
    together = moved(engine, first | second).total(variable) / usual
    np.testing.assert_allclose(together, alone[0] * alone[1], rtol=1e-12)


def test_contributions_add_up_to_the_change(engine: Engine, trend: Result) -> None:
    chosen = engine.settings(
        {
            "deep_renovation": 80,
            "boilers_left": 10,
            "setpoint": -1,
            "km_per_person": -20,
            "electric_cars": 70,
            "roof_pv": 90,
        }
    )
    parts = contributions(engine, chosen, EMISSIONS)
    change = engine.run(chosen).total(EMISSIONS) - trend.total(EMISSIONS)
    np.testing.assert_allclose(sum(parts.values()), change, atol=1e-9)
    assert set(parts) == {"renovation", "setpoint", "boilers", "travel", "electric_cars", "solar"}
    np.testing.assert_allclose(parts["solar"], 0, atol=1e-9)
    assert contributions(engine, engine.settings(), EMISSIONS) == {}


# --- Interaction rule 2: deep and partial renovation are apart; partial works save little ---
def test_partial_works_save_what_meters_saw(engine: Engine) -> None:
    none = moved(engine, {"deep_renovation": 2, "partial_works": 0})
    all_homes = moved(engine, {"deep_renovation": 2, "partial_works": 100})
    gas = "Final Energy|Residential|Gas"
    assert last(all_homes, gas) / last(none, gas) == pytest.approx(1 - 0.089, abs=1e-9)
    rules = engine.model.statics
    heating, water, specific = (
        rules[n][0, 0] for n in ("electric_heating", "electric_hot_water", "specific_electricity")
    )
    saved = rules["partial_saving_electric_heating"][0, 0] * heating / (heating + water + specific)
    assert saved == pytest.approx(0.054, abs=1e-12)


def test_a_deep_renovation_saves_much_more_than_partial_works(engine: Engine) -> None:
    none = moved(engine, {"deep_renovation": 2, "partial_works": 0})
    deep = last(none, HOMES) - last(moved(engine, {"deep_renovation": 52, "partial_works": 0}), HOMES)
    partial = last(none, HOMES) - last(moved(engine, {"deep_renovation": 2, "partial_works": 50}), HOMES)
    assert deep > 4 * partial > 0


# --- Interaction rule 3: wood is not a zero-carbon fuel ---
def test_wood_emits(engine: Engine) -> None:
    assert engine.model.statics["wood_factor"][0, 0] > 0
    wood = {MIX[0]: 0, MIX[1]: 0, MIX[2]: 100}
    some = moved(engine, wood | {"boilers_left": 0})
    calibration = engine.model.statics["residential_calibration"][0, 0]
    wood_emissions = (
        last(some, "Final Energy|Residential|Wood") * engine.model.statics["wood_factor"][0, 0] * calibration
    )
    assert 0 < wood_emissions < last(some, "Emissions|CO2e|Residential")


# --- Interaction rule 6: consumption and production factors of electricity are never mixed ---
def test_the_production_factor_of_electricity_is_in_no_rule(engine: Engine) -> None:
    columns = {rule.rule.column for rule in engine.model.rules.values()}
    assert "factors.carrier.electricity_mix_consumption_LCA" in columns
    assert "factors.carrier.electricity_production_2024" not in columns


# --- Boilers and what replaces them ---
def test_without_boilers_no_oil_and_only_cooking_gas(engine: Engine) -> None:
    gone = moved(engine, {"boilers_left": 0})
    for sector in ("Residential", "Services"):
        assert last(gone, f"Final Energy|{sector}|Oil Products") == pytest.approx(0, abs=1e-12)
    cooking = engine.model.statics["residential_gas_2019"][0, 0] * (
        1 - engine.model.statics["gas_boiler_share"][0, 0]
    )
    assert last(gone, "Final Energy|Residential|Gas") == pytest.approx(cooking)
    assert last(gone, "Final Energy|Services|Gas") == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(
    ("part", "carrier"), list(zip(MIX, ("Electricity", "District Heat", "Wood"), strict=True))
)
def test_each_replacement_feeds_its_carrier(engine: Engine, trend: Result, part: str, carrier: str) -> None:
    only = moved(engine, {"boilers_left": 0} | {name: 100.0 if name == part else 0.0 for name in MIX})
    for other in ("Electricity", "District Heat", "Wood"):
        grown = last(only, f"Final Energy|Residential|{other}") - last(
            trend, f"Final Energy|Residential|{other}"
        )
        assert (grown > 1) if other == carrier else grown == pytest.approx(0, abs=1e-9)


def test_the_mix_changes_nothing_while_all_boilers_stay(engine: Engine, trend: Result) -> None:
    other = moved(engine, {MIX[0]: 0, MIX[1]: 0, MIX[2]: 100})
    np.testing.assert_allclose(other.values[EMISSIONS], trend.values[EMISSIONS], rtol=1e-12)


def test_local_solar_is_not_taken_from_emissions(engine: Engine, trend: Result) -> None:
    more = moved(engine, {"roof_pv": lever_of(engine, "roof_pv").max})
    np.testing.assert_array_equal(more.values[EMISSIONS], trend.values[EMISSIONS])
    produced = last(more, "Production|Electricity|Solar")
    assert produced == pytest.approx(lever_of(engine, "roof_pv").max * 1.3)


# --- Interaction rule 3: more wood burnt always costs a forest, here or elsewhere ---
def test_more_wood_burnt_costs_a_forest(engine: Engine, trend: Result) -> None:
    wood = {"boilers_left": 0, MIX[0]: 0, MIX[1]: 0, MIX[2]: 100}
    sink, elsewhere = "Sink|CO2e", "Footprint|CO2e|Wood from elsewhere"
    statics = engine.model.statics
    per_gwh = statics["carbon_of_harvest"][0, 0] / statics["wood_energy_content"][0, 0]
    burnt = last(moved(engine, wood), "Final Energy|Wood") - engine.run().total("Final Energy|Wood")[0]
    for harvest in (1.4, 3.0, 5.0):
        result = moved(engine, wood | {"wood_harvest": harvest})
        paid = last(trend, sink) - last(result, sink) + last(result, elsewhere)
        assert paid >= burnt * per_gwh * (1 - 1e-9) > 0
    assert last(moved(engine, wood), sink) == pytest.approx(last(trend, sink))
    assert last(moved(engine, {"wood_harvest": 6.8}), "Sink|CO2e|Forest") < 0


# --- Interaction rule 4: one budget of hectares ---
@settings(max_examples=examples(25), deadline=None)
@given(st.data())
def test_a_hectare_serves_once(engine: Engine, data: st.DataObject) -> None:
    result = moved(engine, data.draw(anything(engine)))
    uses = [name for name in result.values if name.startswith("Land|") and name != "Land|Overspend"]
    asked = sum(result.total(name) for name in uses) - result.total("Land|Overspend")
    # What the land cover does not place stays so: six classes are not the whole area.
    np.testing.assert_allclose(asked, asked[0], rtol=1e-9)
    assert not ((result.total("Land|Overspend") > 1e-6) & (result.total("Land|Open") > 1e-6)).any()


def test_overspent_hectares_show(engine: Engine, trend: Result) -> None:
    assert last(trend, "Land|Overspend") == 0
    assert last(moved(engine, {"hedges_agroforestry": 9000}), "Land|Overspend") == 0
    both = {"hedges_agroforestry": 9000, "strong_protection": 20}
    assert last(moved(engine, both), "Land|Overspend") > 1000


# --- Interaction rule 5: water is seasonal ---
def test_snow_making_is_little_in_the_year_and_a_third_of_the_lowest_day() -> None:
    """The upper Isère in 2006, as cited: 1,935 Mm3 in the year, 900,000 m3 on the lowest day."""
    territory = load_territory("pays-du-grand-brianconnais")
    mountains = Engine(load_model(territory), territory)
    season, day = (
        mountains.model.statics[name][0, 0] for name in ("snow_season_isere", "snow_peak_day_isere")
    )
    assert season / 1_935e6 == pytest.approx(0.0015, abs=0.0001)
    assert day / 900_000 == pytest.approx(1 / 3)
    result = mountains.run({"snow_making": 70})
    water, peak = "Water Withdrawal|winter|Snow-making", "Water Withdrawal|peak day|Snow-making"
    np.testing.assert_allclose(result.total(peak), result.total(water) * 1e6 * day / season)
    usual = mountains.run()
    more = (result.total(water) - usual.total(water))[-1]
    winter = (result.total("Water Withdrawal|winter") - usual.total("Water Withdrawal|winter"))[-1]
    assert winter == pytest.approx(more)
    assert more > 0
    np.testing.assert_array_equal(
        result.values["Water Withdrawal|low flow"], usual.values["Water Withdrawal|low flow"]
    )


# --- What is eaten and what is produced stay out of the territory's emissions ---
@pytest.mark.parametrize(
    "name",
    ["red_meat_meals", "ground_pv", "wind", "biomethane", "wood_harvest", "hedges_agroforestry", "land_take"],
)
def test_footprint_production_and_sinks_are_never_in_the_total(
    engine: Engine, trend: Result, name: str
) -> None:
    lever = lever_of(engine, name)
    for value in (lever.min, lever.max):
        result = moved(engine, {name: value})
        np.testing.assert_array_equal(result.values[EMISSIONS], trend.values[EMISSIONS])


@pytest.mark.parametrize(("option", "ratio"), [("low_carbon", 0.5), ("more_fossil", 1.5)])
def test_rival_futures_of_electricity(engine: Engine, trend: Result, option: str, ratio: float) -> None:
    other = engine.run({"hypothesis.electricity": option})
    factor = engine.model.statics["electricity_factor_2019"][0, 0]
    gap = last(other, EMISSIONS) - last(trend, EMISSIONS)
    assert gap == pytest.approx((ratio - 1) * factor * last(trend, "Final Energy|Electricity"))
    assert other.total(EMISSIONS)[0] == trend.total(EMISSIONS)[0]


def test_a_warmer_climate_heats_less(engine: Engine, trend: Result) -> None:
    warmer = engine.run({"hypothesis.climate": "warmer"})
    wood = "Final Energy|Residential|Wood"
    assert last(warmer, wood) / last(trend, wood) == pytest.approx(0.895, abs=1e-6)


@pytest.mark.parametrize("variable", ["Jobs|Local Electricity", "Cost|Boiler Replacement"])
def test_what_no_source_says_is_unknown_with_the_reason(engine: Engine, trend: Result, variable: str) -> None:
    found = why(engine, trend, variable, "territory", 2050)
    assert found["value"] is None
    assert "Aucune source ouverte retenue" in found["unknown"]["words"]
    assert "Importez" not in found["unknown"]["words"]
