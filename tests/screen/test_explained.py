"""A trace cut down to one screen: the same figure, its largest inputs first, its sources by use."""

from typing import Any

import pytest

from components.meeting.desk import Desk
from components.meeting.room import Figure
from components.scenario.frame import variables_of
from components.screen.explained import digest, explained, full_trace
from components.screen.message import screen_message
from components.screen.scenery import engine_of

pytest_plugins = ["tests.meeting.conftest"]
SLUG = "grenoble-alpes-metropole"


def told(desk: Desk, code: str, *figure: Any, lang: str = "fr") -> dict[str, Any]:
    return explained(desk.store.room(code), Figure(*figure), lang)


def test_the_whole_territory(desk: Desk, code: str) -> None:
    found = told(desk, code, "Emissions|CO2e", "territory", 2019, False)
    assert (found["value"], found["unit"]) == ("1\u202f900", "ktCO₂e/an")
    assert (found["title"], found["where"]) == (
        "Émissions de gaz à effet de serre",
        "Grenoble-Alpes Métropole, 2019",
    )
    assert found["words"].startswith("somme des huit secteurs + ")
    assert found["inputs"][0]["label"] == "Émissions de l’industrie"
    assert len(found["inputs"]) == 9
    assert any(
        line.startswith("Grenoble-Alpes Métropole, Climate City Contract 1.1") for line in found["sources"]
    )
    assert any(line.startswith("INSEE") and "mesuré" in line for line in found["sources"])
    assert "à vérifier" in found["assumptions"]


def test_a_figure_per_inhabitant_is_opened_one_level_further(desk: Desk, code: str) -> None:
    found = told(desk, code, "Emissions|CO2e", "38185", 2030, True, lang="en")
    assert found["where"] == "Grenoble, 2030"
    assert [line["level"] for line in found["inputs"]] == [0, 0] + [1] * 8
    assert found["inputs"][0]["value"].startswith("160,000")


def test_every_variable_of_the_map_has_a_rule_inputs_and_a_source(desk: Desk, code: str) -> None:
    for one in variables_of(engine_of(SLUG).run(), "fr"):
        found = told(desk, code, one["id"], "38528", 2050, True)
        assert found["words"], one
        assert len(found["inputs"]) >= 2, one
        assert found["sources"] or found["assumptions"], one
        assert not any("@" in line or "home." in line for line in found["sources"]), found["sources"]


def test_it_follows_the_sliders(desk: Desk, code: str) -> None:
    figure = ("Final Energy|Road Transport", "territory", 2050, False)
    before = told(desk, code, *figure)
    desk.act(code, "levers", changes={"km_per_person": -30.0})
    after = told(desk, code, *figure)
    assert after["value"] != before["value"]
    desk.act(code, "explain", variable=figure[0], region=figure[1], year=2050, per_inhabitant=False)
    body = screen_message(desk.snapshot(code), desk.clock(), "fr", None)["body"]
    assert body["why"] == after


def test_what_the_model_does_not_have_is_said(desk: Desk, code: str) -> None:
    for figure in (
        ("Emissions|Nothing", "territory", 2050, False),
        ("Emissions|CO2e", "75056", 2050, False),
        ("Emissions|CO2e", "territory", 1999, False),
    ):
        assert told(desk, code, *figure) == {"unavailable": "Le modèle n’a pas ce chiffre."}
        with pytest.raises(KeyError):
            full_trace(desk.store.room(code), Figure(*figure), "fr")


def test_a_value_that_differs_by_commune_and_a_source_without_a_year() -> None:
    inputs = [
        {"id": "a", "label": "a (de 1 à 2)", "value": None, "unit": "%", "source": {"producer": "SDES"}},
        {"id": "b", "label": "b", "value": 3.14159, "unit": "km", "lever": True},
        {"id": "c", "label": "c", "value": 2.0, "unit": ""},
    ]
    rule = {"words": "a × b × c"}
    found = digest(
        {
            "title": "x",
            "value": 1.0,
            "unit": "",
            "region_label": "Vif",
            "year": 2030,
            "rule": rule,
            "inputs": inputs,
        },
        "fr",
    )
    assert [line["value"] for line in found["inputs"]] == ["", "3,1\u00a0km", "2,0"]
    assert found["inputs"][1]["label"] == "b (curseur)"
    assert (found["sources"], found["assumptions"]) == (["SDES"], "")
