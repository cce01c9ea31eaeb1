"""What a frame leaves out for a page that holds it, changes and their classes, stakes, alerts, a commune's sheet."""

import dataclasses
import itertools
import json

import numpy as np
import pytest

from components.scenario.alerts import alerts
from components.scenario.breaks import change_breaks, round_breaks
from components.scenario.commune import commune_sheet, second_homes
from components.scenario.curves_frame import axis_top, curves_frame
from components.scenario.figures_frame import figures_frame
from components.scenario.frame import EMISSIONS, View, frame, lean
from components.scenario.map_frame import map_frame
from components.scenario.setup import measures_for_js, stake_choices
from components.scenario.sources import producers
from components.scenario.variables import OVERSPEND, group_of, stake_of, variables_of


@pytest.fixture(scope="module")
def moved(engine):
    return engine.run({"km_per_person": -26.0, "boilers_left": 0.0})


def without(result, variable, row=0):
    """The result with one commune of a variable unknown."""
    values = dict(result.values)
    values[variable] = np.array(values[variable])
    values[variable][row] = np.nan
    return dataclasses.replace(result, values=values)


def test_a_page_that_holds_the_words_gets_only_numbers(engine, trend, moved):
    whole = frame(engine, moved, trend, View())
    first = lean(whole, {})
    assert {"key", "moving", "still"} == set(first["map"])
    held = {part: first[part]["key"] for part in ("map", "curves")}
    again = lean(frame(engine, trend, trend, View()), held)
    assert "still" not in again["map"]
    assert "still" not in again["curves"]
    assert len(json.dumps(again["map"], ensure_ascii=False).encode()) <= 3_000
    assert len(json.dumps(again, ensure_ascii=False).encode()) <= 10_000
    other_year = lean(frame(engine, trend, trend, View(year=2050)), held)
    assert "still" in other_year["map"]


def test_what_a_page_puts_together_is_the_whole_frame(engine, trend, moved):
    whole = frame(engine, moved, trend, View(change="trend"))
    sent = lean(whole, None)
    assert sent["map"]["still"] | sent["map"]["moving"] == whole["map"]
    curves = sent["curves"]["still"] | sent["curves"]["moving"]
    pairs = zip(sent["curves"]["still"]["layers"], sent["curves"]["moving"]["layers"], strict=True)
    curves["layers"] = [{**words, "values": values} for words, values in pairs]
    assert curves == whole["curves"]


@pytest.mark.parametrize("change", ["trend", "base"])
def test_a_change_has_limits_around_zero_that_no_scenario_moves(engine, trend, moved, change):
    maps = [
        map_frame(engine, result, trend, View(EMISSIONS, year, "per_inhabitant", change), "fr")
        for result in (trend, moved)
        for year in (2019, 2050)
    ]
    assert len({tuple(m["breaks"]) for m in maps}) == 1
    low, near_low, near_high, high = maps[0]["breaks"]
    assert (low, near_low) == (-high, -near_high)
    assert maps[0]["limits"][0].startswith("−")
    assert maps[0]["limits"][3].startswith("+")


def test_at_trend_the_change_from_trend_is_nothing_and_below_it_is_less(engine, trend, moved):
    view = View(EMISSIONS, 2050, "per_inhabitant", "trend")
    assert set(map_frame(engine, trend, trend, view, "fr")["classes"]) == {2}
    drawn = map_frame(engine, moved, trend, view, "fr")
    assert set(drawn["classes"]) <= {0, 1, 2}
    assert drawn["reference"] == map_frame(engine, trend, trend, view, "fr")["values"]


def test_an_unknown_commune_has_no_value_and_no_class(engine, trend):
    drawn = map_frame(engine, without(trend, EMISSIONS), trend, View(), "fr")
    assert drawn["values"][0] is None
    assert drawn["classes"][0] == -1
    assert 0 not in [v for v in drawn["values"] if v is None]
    assert "Non renseigné pour une commune" in drawn["summary"]


def test_an_unknown_total_is_said_in_figures_and_curves(engine, trend):
    result = without(trend, EMISSIONS)
    emissions = figures_frame(engine, result, trend, View(), "fr")[0]
    assert (emissions["known"], emissions["value"]) == (False, "non renseigné")
    assert emissions["variable"] == EMISSIONS
    curves = curves_frame(engine, result, trend, View(), "fr")
    assert set(curves["total"]) == {None}
    assert "non renseigné" in curves["summary"]
    json.dumps(frame(engine, result, trend, View()), allow_nan=False)


def test_the_curves_may_follow_the_map(engine, trend):
    curves = curves_frame(engine, trend, trend, View("Production|Electricity|Solar", curves="map"), "fr")
    assert curves["variable"] == "Production|Electricity|Solar"
    assert sum(layer["values"][-1] for layer in curves["layers"]) == pytest.approx(curves["total"][-1])
    assert all("|" not in layer["label"] for layer in curves["layers"])


@pytest.mark.parametrize("peak", [0.003, 1.0, 7.1, 999.0, 12_345.0])
def test_an_axis_ends_round_and_above(peak):
    assert peak <= axis_top(peak) <= peak * 1.7


@pytest.mark.parametrize(
    "pool", [np.linspace(-5, 5, 20), np.array([-3.0] * 10), np.zeros(4), np.array([np.nan])]
)
def test_limits_of_any_sign_increase(pool):
    for breaks in (round_breaks(pool), change_breaks(pool)):
        assert all(a < b for a, b in itertools.pairwise(breaks))


def test_an_overspent_budget_of_hectares_is_a_sentence(engine, trend):
    assert alerts(engine, trend) == []
    over = np.zeros_like(trend.values[EMISSIONS])
    over[:, 10:] = 3.0
    spent = dataclasses.replace(trend, values={**trend.values, OVERSPEND: over})
    (sentence,) = alerts(engine, spent)
    assert "147 hectares de trop dès 2029" in sentence


def test_stakes_are_never_merged_and_may_have_nothing_to_show(engine, trend):
    shown = variables_of(trend, "fr", engine)
    assert {variable["stake"] for variable in shown} <= {
        "energy_climate",
        "water_rivers",
        "biodiversity_landscape",
        None,
    }
    chosen = stake_choices(trend)
    assert list(chosen) == ["energy_climate", "water_rivers", "biodiversity_landscape"]
    assert all(name is None or stake_of(name) == stake for stake, name in chosen.items())


def test_a_name_never_heard_of_is_among_the_others():
    assert group_of("Emissions|CO2e|Residential") == "emissions"
    assert group_of("Emissions|NOx") == "air"
    assert stake_of("Emissions|NOx") is None
    assert group_of("Something|New") == "other"
    assert stake_of("Water Withdrawal|low flow") == "water_rivers"


def test_measures_say_why_one_cannot_be_chosen(engine):
    for measure in measures_for_js(engine):
        assert measure["label"]
        known = measure["id"] != "per_present_person" or "present_population" in engine.territory.communes
        assert bool(measure["reason"]) != known


def test_the_sources_of_a_drawing_end_with_our_own_assumptions(engine, trend):
    found = producers(engine, trend, EMISSIONS)
    assert any("Grenoble-Alpes" in line for line in found)
    assert found[-1].startswith("Cordée")


def test_a_commune_sheet_is_the_engines_own_numbers_without_rank(engine, trend, moved):
    sheet = commune_sheet(engine, moved, trend, "38185", View(year=2050))
    figure = sheet["stakes"][0]["figures"][0]
    row = moved.regions.index("38185")
    assert figure["raw"] == pytest.approx(float(moved.values[EMISSIONS][row, -1]), rel=1e-8)
    assert figure["change"].startswith("−")
    assert len(figure["values"]) == len(figure["trend"]) == len(sheet["years"])
    assert sheet["facts"][0]["value"] == "156\u202f389"
    assert "rang" not in json.dumps(sheet, ensure_ascii=False, allow_nan=False)
    with pytest.raises(ValueError, match="99999"):
        commune_sheet(engine, moved, trend, "99999", View())


def test_a_commune_of_second_homes_says_so_with_its_numbers(engine):
    communes = engine.territory.communes.copy()
    communes.loc["38185", ["second_homes", "main_homes", "dwellings"]] = [60, 40, 100]
    resort = dataclasses.replace(engine.territory, communes=communes)
    assert "60 des 100 logements" in second_homes(resort, "38185")
    assert second_homes(resort, communes.index[0]) == ""
    assert "Dans une commune sur 49" in second_homes(resort)
    communes["second_homes"] = communes["main_homes"] + 1
    assert "Grenoble-Alpes Métropole" in second_homes(
        dataclasses.replace(engine.territory, communes=communes)
    )
