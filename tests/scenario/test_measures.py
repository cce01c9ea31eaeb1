"""The five measures of a map: shared out by what a commune has, unknown where that is not known."""

import dataclasses

import numpy as np
import pytest

from components.scenario.engine import Engine
from components.scenario.measures import (
    MEASURES,
    divisor,
    explained,
    measured,
    measured_total,
    unit_short,
    unit_words,
    unknown_because,
)
from components.scenario.trace import why

EMISSIONS = "Emissions|CO2e"


@pytest.mark.parametrize(
    ("measure", "column", "times"),
    [("per_inhabitant", "population", 1e3), ("per_ha", "area_km2", 10.0), ("per_dwelling", "dwellings", 1e3)],
)
def test_a_measure_divides_by_its_column(engine, trend, measure, column, times):
    values = trend.values[EMISSIONS][:, 0]
    counted = engine.territory.communes[column].to_numpy(dtype=float)
    shared = measured(engine, values, trend.units[EMISSIONS], measure)
    assert shared == pytest.approx(values * times / counted)
    whole = measured_total(engine, values.sum(keepdims=True), trend.units[EMISSIONS], measure)
    assert whole == pytest.approx(values.sum() * times / counted.sum())


def lacking(engine, column):
    """The same engine on a territory that lacks a column."""
    communes = engine.territory.communes.drop(columns=[column], errors="ignore")
    return Engine(engine.model, dataclasses.replace(engine.territory, communes=communes))


def test_what_divides_and_is_not_known_leaves_unknown_never_zero(engine, trend):
    bare = lacking(engine, "dwellings")
    shared = measured(bare, trend.values[EMISSIONS], trend.units[EMISSIONS], "per_dwelling")
    assert np.isnan(shared).all()
    assert "n’est pas renseigné" in unknown_because(bare, "per_dwelling")
    assert unknown_because(engine, "per_dwelling") == ""


def test_a_commune_with_none_of_what_divides_is_unknown(engine):
    communes = engine.territory.communes.copy()
    communes["dwellings"] = communes["dwellings"].astype(float)
    communes.iloc[0, communes.columns.get_loc("dwellings")] = 0.0
    empty = Engine(engine.model, dataclasses.replace(engine.territory, communes=communes))
    by = divisor(empty, "per_dwelling")
    assert np.isnan(by[0])
    assert np.isfinite(by[1:]).all()


@pytest.mark.parametrize(
    ("unit", "measure", "words", "short"),
    [
        ("ktCO2e/yr", "total", "milliers de tCO₂e par an", "kt CO₂e"),
        ("ktCO2e/yr", "per_inhabitant", "tCO₂e par habitant et par an", "tCO₂e/hab."),
        ("GWh/yr", "per_dwelling", "MWh par logement et par an", "MWh/logement"),
        ("Mm3/season", "per_ha", "m³ par hectare et par saison", "m³/ha"),
        ("ha", "per_ha", "% de la superficie", "%"),
        ("ha", "total", "hectares", "ha"),
    ],
)
def test_units_are_words(unit, measure, words, short):
    assert unit_words(unit, measure) == words
    assert unit_short(unit, measure) == short


def test_every_measure_has_words_in_both_languages():
    for lang in ("fr", "en"):
        assert len({unit_words("GWh/yr", measure, lang) for measure in MEASURES}) == len(MEASURES)


@pytest.mark.parametrize("measure", ["per_inhabitant", "per_ha", "per_dwelling"])
@pytest.mark.parametrize("region", ["38185", "territory"])
def test_why_a_measure_is_one_division_of_what_the_map_shows(engine, trend, measure, region):
    found = explained(why(engine, trend, EMISSIONS, region, 2019), engine, region, measure)
    values = trend.values[EMISSIONS][:, 0]
    unit = trend.units[EMISSIONS]
    shown = (
        measured(engine, values, unit, measure)[trend.regions.index(region)]
        if region != "territory"
        else measured_total(engine, trend.total(EMISSIONS)[:1], unit, measure)[0]
    )
    assert found["value"] == pytest.approx(shown)
    total, counted = found["inputs"]
    assert total["inputs"]
    assert counted["source"]["producer"]
    assert counted["value"] > 0


def test_why_an_unknown_measure_says_what_is_missing(engine, trend):
    bare = lacking(engine, "dwellings")
    found = explained(why(bare, trend, EMISSIONS, "38185", 2019), bare, "38185", "per_dwelling")
    assert found["value"] is None
    assert "logements" in found["unknown"]["words"]


def test_why_per_present_person_says_the_assumption_and_its_bounds(engine, trend):
    found = why(engine, trend, EMISSIONS, engine.territory.slug, 2030)
    told = explained(found, engine, engine.territory.slug, "per_present_person")
    assert "Hypothèse à vérifier" in told["rule"]["note"]
    assert "haute : 3,5 personnes" in told["rule"]["note"]
    assert "Hypothèse à vérifier" not in explained(found, engine, engine.territory.slug, "per_dwelling")[
        "rule"
    ].get("note", "")


def test_a_commune_with_nobody_does_not_make_the_territory_unknown(engine, trend):
    communes = engine.territory.communes.copy()
    communes.iloc[0, communes.columns.get_loc("population")] = 0
    empty = Engine(engine.model, dataclasses.replace(engine.territory, communes=communes))
    values = trend.values[EMISSIONS][:, 0]
    assert np.isnan(measured(empty, values, trend.units[EMISSIONS], "per_inhabitant")[0])
    whole = measured_total(empty, values.sum(keepdims=True), trend.units[EMISSIONS], "per_inhabitant")
    assert whole == pytest.approx(values.sum() * 1e3 / communes["population"].sum())
