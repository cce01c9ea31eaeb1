"""Why this number: the trace says what the engine computed, down to columns, factors, assumptions and levers."""

import json
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from components.scenario.engine import Engine, Result
from components.scenario.expression import names_in, parse
from components.scenario.trace import why

SLUG = "grenoble-alpes-metropole"


@pytest.fixture(scope="module")
def scenario(engine: Engine) -> Result:
    """A scenario that moves every lever."""
    overrides = {
        "boilers_left": 20,
        "setpoint": -1,
        "deep_renovation": 60,
        "partial_works": 70,
        "services_cut": 30,
    }
    overrides |= {"km_per_person": -10, "bike_share": 12, "public_transport_share": 20, "car_occupancy": 1.8}
    overrides |= {"electric_cars": 60, "industry_cut": 25, "roof_pv": 120}
    return engine.run(engine.settings(overrides))


def nodes(found: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for node in found["inputs"]:
        yield node
        if "inputs" in node:
            yield from nodes(node)


@pytest.mark.parametrize("region", ["38185", "38057", "territory", SLUG])
def test_every_figure_is_the_engine_s(engine: Engine, scenario: Result, region: str) -> None:
    for variable in engine.variables:
        for year in (2019, 2035, 2050):
            found = why(engine, scenario, variable, region, year, depth=1)
            at = year - 2019
            whole = region in ("territory", SLUG)
            row = 0 if whole else scenario.regions.index(region)
            total = scenario.total(variable)[at] if whole else scenario.values[variable][row, at]
            if np.isnan(total):
                assert found["value"] is None
                assert found["unknown"]["words"]
            else:
                assert found["value"] == pytest.approx(total, rel=1e-12)
            assert found["region"] == (SLUG if whole else region)
            assert found["model_unit"] == scenario.units[variable]
            assert found["rule"]["words"]
            assert found["rule"]["formula"]
            assert found["rule"]["source"]["producer"]
            json.dumps(found, allow_nan=False)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_it_goes_down_to_the_pack_the_factors_and_the_levers(
    engine: Engine, scenario: Result, lang: str
) -> None:
    found = why(engine, scenario, "Emissions|CO2e", "38185", 2050, lang)
    every = list(nodes(found))
    columns = {node.get("column") for node in every}
    assert {
        "indicators.ghg2016_residential_tco2e",
        "official.ghg.buildings_scope1",
        "factors.carrier.fuel_oil_PCI",
    } <= columns
    levers = {node["id"] for node in every if node.get("lever")}
    assert {
        f"path.{name}" for name in ("deep_renovation", "setpoint", "boilers_left", "electric_cars")
    } <= levers
    for node in every:
        assert node["label"]
        assert node["value"] is None or np.isfinite(node["value"])
        if not node.get("lever") and "inputs" not in node and "column" in node and not node.get("to_import"):
            assert node["source"]["producer"]
            assert node["source"].get("year") or node["source"].get("status")
    leaves = {
        node["id"]
        for node in every
        if not node.get("lever")
        and not node.get("to_import")
        and not engine.model.rules[node["id"]].rule.formula
    }
    assert leaves <= {node["id"] for node in every if node.get("source")}


def test_objections_are_shown_on_the_way(engine: Engine, scenario: Result) -> None:
    objections = why(engine, scenario, "Emissions|CO2e|Residential", "territory", 2050)["rule"]["objections"]
    assert {"setpoint_effect", "deep_saving", "wood_factor"} <= {one["about"] for one in objections}
    assert {"empirical", "value", "interest"} == {one["kind"] for one in objections}
    own = why(engine, scenario, "setpoint_effect", "territory", 2050)["rule"]["objections"]
    assert own[0]["text"].startswith("Baisser")


def test_the_residue_is_one_of_the_inputs_of_the_total(engine: Engine, scenario: Result) -> None:
    found = why(engine, scenario, "Emissions|CO2e", "territory", 2030)
    assert found["inputs"][-1]["id"] == "official_residue"
    assert sum(node["value"] for node in found["inputs"]) == pytest.approx(found["value"], rel=1e-12)
    alone = why(engine, scenario, "Emissions|CO2e", f"{SLUG}|residue", 2030)
    assert alone["value"] == pytest.approx(0.271)


def test_per_inhabitant(engine: Engine, scenario: Result) -> None:
    found = why(engine, scenario, "Emissions|CO2e", "territory", 2019, per_inhabitant=True)
    assert found["value"] == pytest.approx(1_858_000 / 449_509)
    assert found["unit"] == "tCO₂e/personne/an"
    assert "2023" in found["rule"]["words"]
    assert found["inputs"][1]["value"] == 449_509
    commune = why(engine, scenario, "Final Energy", "38185", 2019, "en", per_inhabitant=True)
    people = engine.territory.communes.population["38185"]
    total = scenario.values["Final Energy"][scenario.regions.index("38185"), 0]
    assert commune["value"] == pytest.approx(total * 1000 / people)


def test_difference_from_the_trend(engine: Engine, scenario: Result, trend: Result) -> None:
    found = why(engine, scenario, "Final Energy", "territory", 2050, trend=trend)
    assert found["value"] == pytest.approx(
        scenario.total("Final Energy")[-1] - trend.total("Final Energy")[-1]
    )
    assert [node["value"] for node in found["inputs"]] == pytest.approx(
        [scenario.total("Final Energy")[-1], trend.total("Final Energy")[-1]]
    )


def test_formulas_hold_at_the_level_of_the_territory(engine: Engine, scenario: Result) -> None:
    """The formula of a figure gives it from its inputs' totals, or its explanation says that communes are added up."""
    whole = {
        name: values.sum(axis=0, keepdims=True) if values.shape[0] > 1 else values
        for name, values in scenario.state.items()
    }
    for variable, name in engine.model.variables.items():
        computed = engine.model.rules[name].compute(whole)
        expected = scenario.values[variable].sum(axis=0)
        holds = np.allclose(computed[0], expected, rtol=1e-9, equal_nan=True)
        words = why(engine, scenario, variable, "territory", 2050, depth=0)["rule"]["words"]
        assert holds or np.isnan(expected).any() or words.startswith("Calculé commune par commune"), name


def test_words_name_every_input(engine: Engine, scenario: Result) -> None:
    for name, compiled in engine.model.rules.items():
        if compiled.rule.formula is None or compiled.rule.words:
            continue
        words = why(engine, scenario, name, "38185", 2030, depth=0)["rule"]["words"]
        for read in names_in(parse(compiled.rule.formula)):
            if read in engine.model.rules:
                assert engine.model.rules[read].rule.label["fr"] in words
        assert not re.search(r"[a-z]_[a-z]", words), words


def test_a_rule_read_by_its_own_name_and_unknown_ones(engine: Engine, scenario: Result) -> None:
    assert why(engine, scenario, "electricity_factor", "territory", 2050)["unit"] == "kgCO₂e/kWh"
    for wrong in (
        ("nothing", "territory", 2050),
        ("Final Energy", "75056", 2050),
        ("Final Energy", "territory", 2051),
    ):
        with pytest.raises(KeyError):
            why(engine, scenario, *wrong)
