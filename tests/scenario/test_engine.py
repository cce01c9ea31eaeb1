"""The engine: incremental equals from scratch, many threads at once, settings that are refused."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.scenario.engine import COLUMNS, Engine, Result
from components.scenario.faults import ScenarioError
from components.scenario.rules import load_model
from components.territory.pack import Territory
from tests.examples import examples


def same(a: Result, b: Result) -> bool:
    return all(
        np.array_equal(a.values[variable], b.values[variable], equal_nan=True) for variable in b.values
    )


@settings(max_examples=examples(30), deadline=None)
@given(st.data())
def test_incremental_equals_from_scratch(engine: Engine, data: st.DataObject) -> None:
    alone = [lever for lever in engine.levers if not lever.simplex]
    for _ in range(4):
        lever = data.draw(st.sampled_from(alone))
        chosen = engine.settings({lever.id: data.draw(st.floats(lever.min, lever.max))})
        assert same(engine.run(chosen), engine.run_from_scratch(chosen))


def test_moving_and_coming_back_changes_nothing(engine: Engine, trend: Result) -> None:
    engine.run(engine.settings({"deep_renovation": 60}))
    assert same(engine.run(engine.settings()), trend)


def test_results_cannot_be_changed(trend: Result) -> None:
    with pytest.raises(ValueError, match="read-only"):
        trend.values["Emissions|CO2e"][0, 0] = 0
    with pytest.raises(ValueError, match="read-only"):
        trend.years[0] = 0
    for mapping in (trend.values, trend.settings, trend.state):
        with pytest.raises(TypeError):
            mapping["x"] = 0  # type: ignore[index]


def test_partial_settings_are_completed_by_the_trend(engine: Engine) -> None:
    assert same(engine.run({"setpoint": -1}), engine.run(engine.settings({"setpoint": np.int64(-1)})))
    with pytest.raises(ScenarioError):
        engine.run({"nothing": 1})


def test_one_engine_serves_many_threads(territory: Territory) -> None:
    engine = Engine(load_model(territory), territory)
    wanted = [engine.settings({"deep_renovation": i, "setpoint": -(i % 3) / 2}) for i in range(60)]
    expected = [engine.run_from_scratch(one) for one in wanted]
    with ThreadPoolExecutor(8) as pool:
        for _ in range(3):
            found = list(pool.map(engine.run, wanted))
            assert all(same(a, b) for a, b in zip(found, expected, strict=True))


def test_only_touched_rules_are_computed(engine: Engine) -> None:
    one = engine.run(engine.settings({"roof_pv": 100}))
    trend = engine.run()
    assert one.values["Emissions|CO2e"] is trend.values["Emissions|CO2e"]
    assert one.values["Production|Electricity|Solar"] is not trend.values["Production|Electricity|Solar"]


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        ({"boiler_left": 0}, "boilers_left"),
        ({"nothing_like_it": 0}, "n’existe pas"),
        ({"boilers_left": 101}, "de 0 à 100"),
        ({"boilers_left": float("nan")}, "nombre"),
        ({"boilers_left": float("inf")}, "nombre"),
        ({"boilers_left": "0"}, "nombre"),
        ({"boilers_left": True}, "nombre"),
        ({"heat_replacement.wood": 50}, "100"),
        ({"heat_replacement": 50}, "heat_replacement.wood"),
        ({"boilers_left.start": 2050}, "année"),
        ({"boilers_left.end": 2060}, "2050"),
        ({"boilers_left.middle": 2030}, "n’existe pas"),
        ({"": 1}, "n’existe pas"),
        ({"x" * 10_000: 1}, "n’existe pas"),
    ],
)
def test_settings_refused_in_a_sentence(engine: Engine, overrides: dict[str, float], words: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        engine.settings(overrides)
    assert words in caught.value.fr
    assert caught.value.en
    assert caught.value.sentence("en") == caught.value.en
    assert len(caught.value.fr) < 400


def test_the_table_is_long_and_complete(engine: Engine, trend: Result) -> None:
    table = trend.table("essai")
    assert list(table.columns) == COLUMNS
    assert set(table.scenario) == {"essai"}
    regions = {*trend.regions, "grenoble-alpes-metropole"}
    assert set(table.region) == regions | {"grenoble-alpes-metropole|residue"}
    assert len(table) == len(engine.variables) * 50 * 32 + 32
    unknown = {variable for variable in engine.variables if trend.unknown(variable)}
    assert set(table[table.value.isna()].variable) == unknown
    assert not table.duplicated(["region", "variable", "year"]).any()
    row = table[(table.region == "38185") & (table.variable == "Emissions|CO2e") & (table.year == 2019)]
    assert row.value.item() == trend.values["Emissions|CO2e"][trend.regions.index("38185"), 0]
