"""A large territory, computed block by block, gives the numbers of a small one, its trace and its bands."""

import numpy as np
import pytest

from components.scenario import blocks
from components.scenario import engine as engines
from components.scenario import rules as loading
from components.scenario.engine import Engine, Result
from components.scenario.rules import load_model
from components.scenario.trace import why
from components.territory.pack import Territory
from tests.scenario.test_ranges import uncertain
from tests.scenario.test_unknown import with_cells

SETTINGS = {"deep_renovation": 60, "setpoint": -1, "roof_pv": 100, "bike_share": 10}


@pytest.fixture(params=[7, 1000])
def small_blocks(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    monkeypatch.setattr(blocks, "BLOCK", request.param)
    monkeypatch.setattr(engines, "LARGE", 10)


@pytest.mark.usefixtures("small_blocks")
def test_blocks_give_the_same_numbers(engine: Engine) -> None:
    large = Engine(engine.model, engine.territory)
    for settings in ({}, SETTINGS):
        one, other = large.run(settings), engine.run(settings)
        for variable, values in other.values.items():
            np.testing.assert_allclose(one.values[variable], values, rtol=1e-12, err_msg=variable)
            np.testing.assert_allclose(one.total(variable), other.total(variable), rtol=1e-12)


@pytest.mark.usefixtures("small_blocks")
def test_what_was_not_kept_is_found_again(engine: Engine) -> None:
    large = Engine(engine.model, engine.territory)
    result, usual = large.run(SETTINGS), engine.run(SETTINGS)
    kept = set(result.state)
    assert set(engine.model.rules) - kept, "nothing was left out"
    for region in ("territory", "38185"):
        one, other = (
            why(*pair, "Emissions|CO2e", region, 2040) for pair in ((large, result), (engine, usual))
        )
        assert one["value"] == pytest.approx(other["value"])
        assert [node["id"] for node in one["inputs"]] == [node["id"] for node in other["inputs"]]
    with pytest.raises(KeyError):
        result.state["nothing"]


@pytest.mark.usefixtures("small_blocks")
def test_bands_of_a_large_territory(engine: Engine) -> None:
    model = uncertain(engine.model)
    large, usual = Engine(model, engine.territory), Engine(model, engine.territory)
    one = large.bands({}, ["Emissions|CO2e", "Final Energy"], 20)
    result: Result = engine.run()
    expected = engines.bands(usual.model, result, ["Emissions|CO2e", "Final Energy"], 20)
    for variable, band in expected.items():
        np.testing.assert_allclose(one[variable].p95, band.p95, rtol=1e-9)


def test_loading_tries_a_sample_and_leaves_no_infinity(
    territory: Territory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "LARGE", 10)
    monkeypatch.setattr(loading, "LARGE", 10)
    empty = with_cells(territory, "main_homes", 0.0, "38185")
    engine = Engine(load_model(empty, lenient=True), empty)
    result = engine.run()
    assert not any(np.isinf(values).any() for values in result.values.values())
    assert {lever.id for lever in engine.levers}


def test_few_large_results_are_kept(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "KEPT_BYTES", 3e6)
    few = Engine(engine.model, engine.territory)
    assert 1 <= few._most_kept < engines.KEPT
    first = few.run()
    for step in range(10):
        few.run({"deep_renovation": 20 + step})
    assert few.run() is not first
