import json

import pytest

from components.scenario.asked import apart
from components.scenario.engine import Engine
from components.scenario.rules import load_model
from components.scenario.tab import Tab
from components.territory.pack import load_territory


@pytest.fixture(scope="module")
def tab():
    territory = load_territory("grenoble-alpes-metropole")
    return Tab(Engine(load_model(territory), territory))


def test_a_move_comes_back_as_a_frame_with_its_code(tab):
    answer = tab.answer(
        {"kind": "move", "n": 7, "overrides": {"km_per_person": -26}, "before": {}, "lever": "km_per_person"}
    )
    assert answer["kind"] == "frame"
    assert answer["n"] == 7
    assert answer["change"].startswith("Kilomètres par personne\u202f: de 0\u202f% à −26\u202f%")
    assert tab.answer({"kind": "open", "code": answer["code"]})["overrides"] == {"km_per_person": -26.0}


def test_comparing_with_a_saved_scenario_adds_its_line_and_its_words(tab):
    code = tab.answer({"kind": "move", "overrides": {"industry_cut": 40}})["code"]
    answer = tab.answer({"kind": "move", "overrides": {}, "compare": {"name": "Le mien", "code": code}})
    assert answer["curves"]["compare"]["label"] == "Le mien"
    assert "«\u202fLe mien\u202f»" in answer["figures"][0]["saved"]


def test_why_goes_down_to_sources_and_json(tab):
    asked = {"variable": "Emissions|CO2e", "region": "38185", "year": 2030, "measure": "per_inhabitant"}
    answer = tab.answer({"kind": "why", "n": 1, "overrides": {}, **asked})
    assert answer["kind"] == "why"
    assert answer["why"]["region_label"] == "Grenoble"
    assert answer["why"]["inputs"]
    json.dumps(answer, allow_nan=False)


def test_a_page_that_holds_the_still_part_gets_the_moving_one(tab):
    first = tab.answer({"kind": "move", "overrides": {}, "held": {}})
    held = {part: first[part]["key"] for part in ("map", "curves")}
    again = tab.answer({"kind": "move", "overrides": {"km_per_person": -3}, "held": held})
    assert "still" in first["map"]
    assert "still" not in again["map"]
    assert again["map"]["moving"]["values"] != first["map"]["moving"]["values"]


def test_two_sides_share_their_classes(tab):
    asked = {
        "view": {"year": 2050},
        "a": {"label": "A"},
        "b": {"label": "B", "overrides": {"boilers_left": 0}},
    }
    answer = tab.answer({"kind": "pair", **asked})
    assert answer["a"]["map"]["breaks"] == answer["b"]["map"]["breaks"]
    assert answer["b"]["total"] < answer["a"]["total"]
    code = tab.answer({"kind": "move", "overrides": {"boilers_left": 0}})["code"]
    coded = tab.answer({"kind": "pair", **asked, "b": {"label": "B", "code": code}})
    assert coded["b"] == answer["b"]


def test_three_stakes_are_three_maps_each_with_its_own_kind_of_variable(tab):
    wanted = {"energy_climate": "Final Energy", "water_rivers": "Emissions|CO2e"}
    maps = tab.answer({"kind": "stakes", "overrides": {}, "view": {}, "variables": wanted})["maps"]
    assert list(maps) == ["energy_climate", "water_rivers", "biodiversity_landscape"]
    assert maps["energy_climate"]["variable"] == "Final Energy"
    assert maps["water_rivers"] is None


def test_what_levers_bring_adds_up(tab):
    overrides = {"km_per_person": -20, "boilers_left": 0, "setpoint": 1}
    asked = {"overrides": overrides, "variable": "Emissions|CO2e", "year": 2050}
    parts = tab.answer({"kind": "parts", **asked})["parts"]
    assert sum(row["value"] for row in parts["rows"]) == pytest.approx(parts["sum"], rel=1e-4)
    assert parts["rows"][0]["label"] == "Chaudières et leur remplacement"
    assert tab.answer({"kind": "parts", **asked, "overrides": {}})["parts"]["rows"] == []


@pytest.mark.parametrize(
    ("low", "high", "told"),
    [
        (1000.0, 2000.0, ("1\u202f000", "2\u202f000")),
        (1652.0, 1748.0, ("1\u202f650", "1\u202f750")),
        (1.2341, 1.2342, ("1,2341", "1,2342")),
    ],
)
def test_two_ends_of_a_band_are_told_apart(low, high, told):
    assert apart(low, high) == told


@pytest.mark.parametrize("kind", ["commune", "bands", "sources"])
def test_what_is_asked_beside_is_json(tab, kind):
    asked = {
        "region": "38185",
        "variable": "Emissions|CO2e",
        "variables": ["Emissions|CO2e", "nope"],
        "year": 2050,
    }
    answer = tab.answer({"kind": kind, "overrides": {"km_per_person": -5}, "n": 3, **asked})
    assert (answer["kind"], answer["n"]) == (kind, 3)
    json.dumps(answer, allow_nan=False)


@pytest.mark.parametrize(
    "message",
    [
        None,
        [],
        "x",
        {},
        {"kind": "nothing"},
        {"kind": "move"},
        {"kind": "move", "overrides": {"no_such": 1}},
        {"kind": "move", "overrides": {"km_per_person": 1e9}},
        {"kind": "move", "overrides": {"km_per_person": "a"}},
        {"kind": "move", "overrides": {"km_per_person": float("nan")}},
        {"kind": "move", "overrides": {"heat_replacement.wood": 90}},
        {"kind": "move", "overrides": {}, "view": {"year": "soon"}},
        {"kind": "move", "overrides": {}, "compare": {"code": "zzzz"}},
        {"kind": "why", "overrides": {}, "region": "99999"},
        {"kind": "open", "code": "<script>"},
        {"kind": "open"},
        {"kind": "pair", "view": {}, "a": None, "b": {}},
        {"kind": "pair", "view": {}, "a": {"code": "zzzz"}, "b": {}},
        {"kind": "commune", "overrides": {}, "region": "99999"},
        {"kind": "stakes", "overrides": None},
        {"kind": "parts", "overrides": {}, "year": "soon"},
        {"kind": "move", "overrides": {"<script>" * 1000: 1}},
    ],
)
def test_nonsense_gets_a_sentence(tab, message):
    answer = tab.answer(message)
    assert answer["kind"] == "refused"
    assert len(answer["sentence"]) > 10


def test_an_unknown_variable_shows_emissions(tab):
    answer = tab.answer(
        {"kind": "move", "overrides": {}, "view": {"variable": "Nope", "year": 2030, "curves": "nope"}}
    )
    assert answer["map"]["variable"] == "Emissions|CO2e"
    assert answer["curves"]["stack"] == "emissions"
