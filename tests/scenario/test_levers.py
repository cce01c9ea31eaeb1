"""The levers are those of the list, their numbers too, and each moves something."""

import csv
from pathlib import Path

import numpy as np
import pytest

from components.scenario.engine import Engine
from components.scenario.levers import STAGES, Lever, Ramp

LIST = Path(__file__).resolve().parents[3] / "shared" / "design" / "levers.csv"
YEARS = np.arange(2019, 2051)


def listed() -> dict[str, dict[str, str]]:
    if not LIST.exists():
        pytest.skip("levers.csv lies beside the project, in ../shared/design, and is not here")
    with LIST.open(encoding="utf-8", newline="") as lines:
        return {row["id"]: row for row in csv.DictReader(lines)}


def test_the_levers_of_the_list(engine: Engine) -> None:
    rows = listed()
    every = (*engine.levers, *engine.unavailable)
    assert {lever.id for lever in every} == set(rows)
    for lever in every:
        row = rows[lever.id]
        assert lever.stage == row["stage"]
        assert row["unit"].startswith(lever.unit)
        for key in ("min", "max", "today"):
            if row[key] != "territory" and not np.isnan(getattr(lever, key)):
                assert getattr(lever, key) == float(row[key]), (lever.id, key)
        if row["trend_2050"] != "territory":
            assert lever.trend == float(row["trend_2050"]), lever.id


def test_levers_come_in_the_order_of_the_conversation(engine: Engine) -> None:
    stages = [STAGES.index(lever.stage) for lever in engine.levers]
    assert stages == sorted(stages)


def test_every_lever_is_labelled_sourced_and_says_its_stakes(engine: Engine) -> None:
    for lever in engine.levers:
        assert set(lever.label) == {"fr", "en"}
        assert lever.today_source.producer
        assert lever.trend_source.producer
        assert set(lever.stakes) == {"energy_climate", "water_rivers", "biodiversity_landscape"}
        if lever.trend == lever.today:
            assert lever.trend_source.status == "unsourced"
        for mark in lever.marks:
            assert lever.min <= mark.at <= lever.max
            assert mark.source.producer


def test_national_values_say_so(engine: Engine) -> None:
    for name in ("bike_share", "public_transport_share", "car_occupancy", "electric_cars"):
        lever = engine.model.lever(name)
        assert lever is not None
        assert lever.today_source.scope == "national"


def test_solar_bounds_come_from_the_territory(engine: Engine) -> None:
    lever = engine.model.lever("roof_pv")
    assert lever is not None
    communes = engine.territory.communes
    most = (3 * communes.houses.sum() + communes.flats.sum()) / 1000
    assert lever.max == np.floor(most)
    assert lever.min < lever.today == lever.trend < lever.max
    assert lever.bounds_note["fr"]


@pytest.mark.parametrize("number", range(15))
def test_no_dead_lever(engine: Engine, number: int) -> None:
    lever = engine.levers[number]
    if lever.simplex:
        others = [part.id for part in engine.levers if part.simplex == lever.simplex and part is not lever]
        ends: list[dict[str, float]] = [
            {"boilers_left": 0, lever.id: value, others[0]: 100 - value, others[1]: 0}
            for value in (0.0, 100.0)
        ]
    else:
        ends = [{lever.id: lever.min}, {lever.id: lever.max}]
    low, high = (engine.run(engine.settings(end)) for end in ends)
    assert any(not np.allclose(low.total(v), high.total(v), rtol=1e-6) for v in engine.variables)


def a_lever(engine: Engine, ramp: Ramp) -> Lever:
    lever = engine.model.lever("boilers_left")
    assert lever is not None
    return Lever(**{**lever.__dict__, "ramp": ramp})


def test_the_path_starts_at_today_and_ends_at_the_setting(engine: Engine) -> None:
    for shape in ("s_curve", "linear"):
        path = a_lever(engine, Ramp(shape, 2024, 2050)).path(20, YEARS)[0]
        assert path[:6].tolist() == [100.0] * 6
        assert path[-1] == 20
        assert (np.diff(path) <= 0).all()


def test_stock_turns_over_only_so_fast(engine: Engine) -> None:
    lever = a_lever(engine, Ramp("s_curve", 2024, 2030, fastest=6))
    path = lever.path(0, YEARS)[0]
    assert np.abs(np.diff(path)).max() == pytest.approx(6)
    assert path[2030 - 2019] > 50
    assert path[-1] == pytest.approx(0)


def test_start_and_end_can_be_set(engine: Engine) -> None:
    late = engine.run(engine.settings({"industry_cut": 50, "industry_cut.start": 2040}))
    early = engine.run(engine.settings({"industry_cut": 50, "industry_cut.end": 2030}))
    usual = engine.run(engine.settings({"industry_cut": 50}))
    at = 2038 - 2019
    totals = [result.total("Final Energy|Industry") for result in (early, usual, late)]
    assert totals[0][at] < totals[1][at] < totals[2][at] == pytest.approx(3778)
    assert totals[0][-1] == pytest.approx(totals[2][-1])
