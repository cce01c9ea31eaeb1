import json

import pytest

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
    asked = {"variable": "Emissions|CO2e", "region": "38185", "year": 2030, "per_inhabitant": True}
    answer = tab.answer({"kind": "why", "n": 1, "overrides": {}, **asked})
    assert answer["kind"] == "why"
    assert answer["why"]["region_label"] == "Grenoble"
    assert answer["why"]["inputs"]
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
