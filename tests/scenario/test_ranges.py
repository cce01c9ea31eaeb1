"""Ranges of inputs make bands of totals: against every commune drawn in full, deterministic, around the nominal."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from components.scenario.declared import Range
from components.scenario.engine import Engine, Result
from components.scenario.faults import ModelError
from components.scenario.model import Model, evaluate
from components.scenario.ranges import _inputs, bands
from components.scenario.rules import MODEL, load_model
from components.territory.pack import Territory

DRAWS = 40


def uncertain(model: Model, percent: float = 10) -> Model:
    """The model with every input uncertain, columns included."""
    rules = {
        name: compiled
        if compiled.node is not None
        else replace(compiled, rule=replace(compiled.rule, range=Range(percent=percent)))
        for name, compiled in model.rules.items()
    }
    return replace(model, rules=rules)


def in_full(model: Model, result: Result, draws: int) -> dict[str, np.ndarray]:
    """Totals of every variable, shapes (draws, years), every rule computed for every commune."""
    drawn = _inputs(model, result, draws, 0, 0, draws)
    env = dict(result.state) | drawn
    evaluate((rule for name, rule in model.rules.items() if name not in drawn), env)
    years, communes = len(result.years), len(result.regions)
    totals = {}
    for variable, rule in model.variables.items():
        total = np.broadcast_to(env[rule], (draws, communes, years)).sum(axis=1)
        if variable in model.residues:
            total = total + np.broadcast_to(env[model.residues[variable]], (draws, 1, years))[:, 0]
        totals[variable] = total
    return totals


@pytest.mark.parametrize("settings", [{}, {"deep_renovation": 80, "setpoint": -1, "bike_share": 12}])
def test_totals_are_those_of_all_communes_drawn_in_full(engine: Engine, settings: dict[str, float]) -> None:
    model, result = uncertain(engine.model), engine.run(settings)
    found = bands(model, result, engine.variables, DRAWS)
    for variable, totals in in_full(model, result, DRAWS).items():
        expected = np.percentile(totals, [5, 50, 95], axis=0)
        band = found[variable]
        np.testing.assert_allclose([band.p5, band.p50, band.p95], expected, rtol=1e-9, err_msg=variable)


def test_the_nominal_is_within_its_band(engine: Engine) -> None:
    result = engine.run()
    for variable, band in bands(uncertain(engine.model, 20), result, engine.variables).items():
        total = result.total(variable)
        slack = 1e-9 * np.abs(total)
        held = (band.p5 <= total + slack) & (total <= band.p95 + slack)
        assert (held | np.isnan(total)).all(), variable


def test_the_shipped_ranges_hold_the_nominal(engine: Engine) -> None:
    for settings in ({}, {"deep_renovation": 80, "boilers_left": 0}):
        result = engine.run(settings)
        for variable, band in engine.bands(settings, engine.variables).items():
            total = result.total(variable)
            slack = 1e-9 * np.abs(total)
            held = (band.p5 <= total + slack) & (total <= band.p95 + slack)
            assert (held | np.isnan(total)).all(), variable


def test_the_same_seed_gives_the_same_numbers_however_many_variables_are_asked(engine: Engine) -> None:
    model, result = uncertain(engine.model), engine.run()
    alone = bands(model, result, ["Emissions|CO2e"], DRAWS)["Emissions|CO2e"]
    again = bands(model, result, engine.variables, DRAWS)["Emissions|CO2e"]
    other = bands(model, result, ["Emissions|CO2e"], DRAWS, seed=1)["Emissions|CO2e"]
    np.testing.assert_array_equal(alone.p95, again.p95)
    assert (alone.p95 != other.p95).any()


def test_draws_of_a_large_territory_are_computed_some_at_a_time(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, result = uncertain(engine.model), engine.run()
    whole = bands(model, result, ["Final Energy"], DRAWS)["Final Energy"]
    monkeypatch.setattr("components.scenario.ranges.AT_ONCE", 7 * 49 * 32)
    parts = bands(model, result, ["Final Energy"], DRAWS)["Final Energy"]
    np.testing.assert_allclose(whole.p50, parts.p50, rtol=1e-12)


SOURCE = "source: {producer: Essai, year: 2026}"
LABEL = "label: {fr: Essai, en: Test}"
DOUBT = f"""\
about: {{{SOURCE}}}
doubt:
  {LABEL}
  unit: dimensionless
  value: 3
  bounds: [0, 10]
  range: {{low: 1, high: 8}}
  {SOURCE}
doubled:
  {LABEL}
  unit: GWh/yr
  over: [commune, year]
  formula: final_energy * doubt
  variable: Essai
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(MODEL, tmp_path / "model"))


def load(territory: Territory, folder: Path, text: str) -> Engine:
    (folder / "rules" / "9_essai.yaml").write_text(text, encoding="utf-8")
    return Engine(load_model(territory, folder), territory)


def test_a_range_is_triangular_around_its_value(territory: Territory, folder: Path) -> None:
    engine = load(territory, folder, DOUBT)
    model, result = engine.model, engine.run()
    drawn = _inputs(model, result, 20_000, 0, 0, 20_000)["doubt"][:, 0, 0]
    assert (drawn.min() >= 1, drawn.max() <= 8) == (True, True)
    assert drawn.mean() == pytest.approx((1 + 3 + 8) / 3, abs=0.01)
    assert np.median(drawn) == pytest.approx(8 - np.sqrt((8 - 1) * (8 - 3) / 2), abs=0.01)


@pytest.mark.parametrize(
    ("before", "after", "line", "rule", "words"),
    [
        ("{low: 1, high: 8}", "{low: 8, high: 1}", 7, "doubt", "plus petit"),
        ("{low: 1, high: 8}", "{low: 4, high: 8}", 7, "doubt", "ne contient pas"),
        ("{low: 1, high: 8}", "{low: 1, high: 80}", 7, "doubt", "bornes"),
        ("{low: 1, high: 8}", "{percent: 0}", 7, "doubt", "percent"),
        ("{low: 1, high: 8}", "{percent: .nan}", 7, "doubt", "nombre"),
        ("{low: 1, high: 8}", "{low: 1, high: 8, percent: 3}", 7, "doubt", "percent"),
        ("{low: 1, high: 8}", "vingt", 7, "doubt", "percent"),
        ("variable: Essai", "range: {percent: 10}", 14, "doubled", "formule"),
    ],
)
def test_a_range_that_cannot_be_is_refused(
    territory: Territory, folder: Path, before: str, after: str, line: int, rule: str, words: str
) -> None:
    assert DOUBT.count(before) == 1
    with pytest.raises(ModelError) as caught:
        load(territory, folder, DOUBT.replace(before, after))
    assert (caught.value.line, caught.value.rule) == (line, rule)
    assert words in caught.value.sentence
