import dataclasses
import itertools
import json

import numpy as np
import pytest

from components.scenario.breaks import classes_of, round_breaks
from components.scenario.engine import Engine
from components.scenario.frame import (
    EMISSIONS,
    ENERGY,
    STACKS,
    Compare,
    LastChange,
    View,
    curves_frame,
    figures_frame,
    frame,
    lean,
    map_frame,
    variable_label,
    variables_of,
)
from components.scenario.rules import load_model
from components.scenario.setup import levers_for_js, scenario_geometry, targets_for_js
from components.territory.pack import load_territory


@pytest.fixture(scope="module")
def engine():
    territory = load_territory("grenoble-alpes-metropole")
    return Engine(load_model(territory), territory)


@pytest.fixture(scope="module")
def trend(engine):
    return engine.run()


@pytest.fixture(scope="module")
def moved(engine):
    return engine.run(engine.settings({"km_per_person": -26.0, "boilers_left": 0.0}))


def test_one_message_repaints_everything_and_stays_small(engine, trend, moved):
    last = LastChange("Kilomètres par personne", "0\u202f%", "−26\u202f%", trend)
    for lang in ("fr", "en"):
        for stack in STACKS:
            message = frame(
                engine, moved, trend, View(curves=stack), lang, Compare("Mon scénario", trend), last
            )
            assert set(message) == {"map", "curves", "figures", "change", "alerts"}
            json.dumps(message, allow_nan=False)
            first = lean(message, {})
            again = lean(message, {part: first[part]["key"] for part in ("map", "curves")})
            assert len(json.dumps(again, ensure_ascii=False).encode()) <= 10_000
            assert len(json.dumps(again["map"], ensure_ascii=False).encode()) <= 3_000


@pytest.mark.parametrize(
    "variable", [EMISSIONS, ENERGY, "Emissions|CO2e|Agriculture", "Production|Electricity|Solar"]
)
@pytest.mark.parametrize("measure", ["per_inhabitant", "total", "per_dwelling"])
def test_limits_are_the_same_in_every_year_and_scenario(engine, trend, moved, variable, measure):
    maps = [
        map_frame(engine, result, trend, View(variable, year, measure), "fr")
        for result in (trend, moved)
        for year in (2019, 2030, 2050)
    ]
    assert len({tuple(m["breaks"]) for m in maps}) == 1
    assert all(a < b for a, b in itertools.pairwise(maps[0]["breaks"]))


def test_a_map_is_the_engines_own_numbers(engine, trend):
    drawn = map_frame(engine, trend, trend, View(EMISSIONS, 2019, "total"), "fr")
    assert sum(drawn["values"]) == pytest.approx(1857.729, abs=0.01)
    people = engine.territory.communes["population"].to_numpy()
    each = map_frame(engine, trend, trend, View(EMISSIONS, 2019, "per_inhabitant"), "fr")
    assert each["values"] == pytest.approx(np.array(drawn["values"]) * 1000 / people, rel=1e-4)
    assert len(drawn["values"]) == len(drawn["classes"]) == 49
    assert "non par ses habitants" in drawn["note"]


def test_every_layer_adds_up_to_the_total_but_for_the_residue(engine, moved, trend):
    for stack in STACKS:
        curves = curves_frame(engine, moved, trend, View(curves=stack), "fr")
        stacked = np.sum([layer["values"] for layer in curves["layers"]], axis=0)
        assert stacked == pytest.approx(curves["total"], rel=1e-3)
        assert curves["years"] == list(range(2019, 2051))
        assert max(curves["total"]) <= curves["top"]


def test_targets_are_labelled_and_only_placed_with_a_number(engine, trend):
    targets = curves_frame(engine, trend, trend, View(), "fr")["targets"]
    assert {target["scope"] for target in targets} == {"local", "national"}
    about = targets_for_js(engine.territory.slug, "fr")
    assert all(about[target["id"]]["words"] and about[target["id"]]["source"] for target in targets)
    neutrality = next(target for target in targets if target["year"] == 2050)
    assert neutrality["value"] is None
    assert next(t for t in targets if t["scope"] == "local")["status"] == "to verify"


def test_figures_say_the_change_in_words(engine, moved, trend):
    figures = {f["id"]: f for f in figures_frame(engine, moved, trend, View(year=2050), "fr")}
    assert [f["stake"] for f in figures.values()] == sorted(
        (f["stake"] for f in figures.values()),
        key=["energy_climate", "water_rivers", "biodiversity_landscape"].index,
    )
    assert {"emissions", "person", "energy", "solar", "water", "nature"} <= set(figures)
    gap = float(moved.total(EMISSIONS)[-1] - trend.total(EMISSIONS)[-1])
    assert gap < -100
    assert figures["emissions"]["change"].startswith("−")
    assert figures["emissions"]["change"].endswith("par rapport à la tendance")
    assert figures["solar"]["change"] == "identique à la tendance"
    assert figures["emissions"]["raw"] == pytest.approx(float(moved.total(EMISSIONS)[-1]), rel=1e-8)
    assert figures["person"]["raw"] == pytest.approx(figures["emissions"]["raw"] * 1000 / 449_509, rel=1e-6)


def test_a_stake_of_which_the_model_has_nothing_says_so(engine, trend):
    bare = dataclasses.replace(trend, values={EMISSIONS: trend.values[EMISSIONS]})
    figures = {f["id"]: f for f in figures_frame(engine, bare, bare, View(), "fr")}
    for unknown in ("water", "nature"):
        assert figures[unknown]["value"] == "non renseigné"
        assert figures[unknown]["known"] is False


def test_at_trend_nothing_differs(engine, trend):
    figures = figures_frame(engine, trend, trend, View(), "fr")
    assert {f["change"] for f in figures if f["known"]} == {"identique à la tendance"}
    assert frame(engine, trend, trend, View(), "fr")["change"] == ""


def test_the_last_change_is_a_sentence(engine, moved, trend):
    last = LastChange("Chaudières", "100\u202f%", "0\u202f%", trend)
    said = frame(engine, moved, trend, View(year=2050), "fr", last_change=last)["change"]
    assert said.startswith("Chaudières\u202f: de 100\u202f% à 0\u202f%. En 2050, −")
    assert "kt" in said


def test_a_year_outside_is_the_nearest_end(engine, trend):
    assert (
        map_frame(engine, trend, trend, View(year=3000), "fr")["values"]
        == map_frame(engine, trend, trend, View(year=2050), "fr")["values"]
    )


def test_every_variable_of_the_map_has_words_in_both_languages(engine, trend):
    for lang in ("fr", "en"):
        shown = variables_of(trend, lang, engine)
        assert shown[0]["id"] == EMISSIONS
        assert len({v["label"] for v in shown}) == len(shown)
        assert not [v for v in shown if "|" in v["label"]]
    assert variable_label("Final Energy|Gas", "fr") == "Énergie finale\u202f: gaz"


def test_geometry_and_levers_are_plain_data(engine):
    geometry = scenario_geometry(engine.territory)
    assert len(geometry["regions"]) == 49
    assert [r["code"] for r in geometry["regions"]] == engine.run().regions
    levers = levers_for_js(engine, "fr")
    json.dumps([geometry, levers], allow_nan=False)
    assert all(lever["reason"] for lever in levers if not lever["available"])
    levers = [lever for lever in levers if lever["available"]]
    for lever in levers:
        assert lever["min"] <= lever["today"] <= lever["max"]
        assert lever["min"] <= lever["trend"] <= lever["max"]
        assert all(
            lever["min"] <= mark["at"] <= lever["max"] for mark in lever["marks"] if mark["at"] is not None
        )
        assert lever["nudge"] >= lever["step"]
    by_id = {lever["id"]: lever for lever in levers}
    assert by_id["bike_share"]["national"]
    assert by_id["industry_cut"]["trend_unsourced"]
    assert not by_id["deep_renovation"]["trend_unsourced"]


@pytest.mark.parametrize(
    "pool",
    [
        np.zeros(49),
        np.full(49, np.nan),
        np.full(49, 3.0),
        np.array([0.0] * 48 + [5.0]),
        np.geomspace(0.001, 1000, 49),
    ],
)
def test_any_pool_gives_four_increasing_limits(pool):
    breaks = round_breaks(pool)
    assert len(breaks) == 4
    assert all(a < b for a, b in itertools.pairwise(breaks))


def test_classes_go_from_lowest_to_highest_and_say_no_data():
    assert classes_of(np.array([0.0, 1.0, 1.5, 9.0, np.nan]), [1.0, 2.0, 3.0, 4.0]) == [0, 1, 1, 4, -1]
