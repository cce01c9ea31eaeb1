"""The shipped model files: every rule has a unit and a source, the cases hold, an edit is taken up or refused."""

import os
import shutil
import warnings
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from components.scenario.cases import run_cases
from components.scenario.checks import expired
from components.scenario.engine import Engine
from components.scenario.faults import ModelError
from components.scenario.holder import ModelHolder
from components.scenario.rules import MODEL, load_model
from components.scenario.trace import why
from components.scenario.units import unit
from components.territory.pack import Territory, load_territory

GRACE = timedelta(days=365)
TERRITORIES = (
    "pays-du-grand-brianconnais",
    "provence-alpes-agglomeration",
    "sisteronais-buech",
)


def test_no_rule_without_unit_and_source(engine: Engine) -> None:
    for name, compiled in engine.model.rules.items():
        rule = compiled.rule
        provenance = engine.model.provenance.get(name)
        source = provenance.source if provenance else rule.source
        if provenance is not None and provenance.absent:
            assert rule.column is not None, name
            continue
        assert source is not None, name
        assert source.producer.strip(), name
        assert source.year or source.status, name
        unit(rule.unit)


def test_every_assumption_to_verify_has_a_best_before_date(engine: Engine) -> None:
    for name, compiled in engine.model.rules.items():
        rule = compiled.rule
        if (
            rule.value is not None
            and rule.value == rule.value  # unknown: nothing to grow old
            and rule.source
            and rule.source.status == "to verify"
            and name != "pci_counted"
        ):
            assert rule.best_before, name


def test_rules_past_their_best_before_date_are_listed(engine: Engine) -> None:
    """Past its date a rule is to be read again: named in the tests' warnings at once, refused after GRACE."""
    today = date.today()
    late = expired(engine.model, today)
    if late:
        names = ", ".join(f"{rule.id} ({rule.best_before})" for rule in late)
        warnings.warn(f"rules past their best-before date: {names}", stacklevel=1)
    assert [rule.id for rule in expired(engine.model, today - GRACE)] == []


def test_a_best_before_date_lasts_to_the_end_of_its_month(engine: Engine) -> None:
    dated = {c.rule.id: c.rule.best_before for c in engine.model.rules.values() if c.rule.best_before}
    assert len(dated) > 40
    assert expired(engine.model, date(2027, 1, 31)) == []
    past = {rule.id for rule in expired(engine.model, date(2027, 2, 1))}
    assert past == {name for name, month in dated.items() if month == "2027-01"}


def test_shipped_texts_are_in_both_languages(engine: Engine) -> None:
    for compiled in engine.model.rules.values():
        rule = compiled.rule
        assert rule.label["fr"].lower() != rule.id.replace("_", " ")
        for objection in rule.objections:
            assert objection.text["fr"] != objection.text["en"], rule.id
    for lever in engine.levers:
        assert all(mark.label["fr"] != mark.label["en"] for mark in lever.marks)


def test_the_form_of_a_rule_as_a_planner_may_write_it(territory: Territory, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(MODEL, folder)
    text = """
about: {source: {producer: Essai, year: 2026}}
homes_again:
  label: {fr: Résidences principales, en: Main homes}
  unit: dwelling
  over: [commune]
  from: indicators.main_homes
effect: {value: 0.07, unit: 1/delta_degC, source: {producer: ADEME, year: 2019}, best_before: 2027-01}
heat_per_home:
  label: {fr: Chauffage d'un logement moyen, en: Heating of an average home}
  unit: MWh/dwelling/year
  over: [commune, year]
  formula: residential_wood / homes_again * (1 + effect * path(lever.setpoint))
  territory: none
  objections:
    - {kind: value, fr: "Baisser la consigne n'est pas juste pour qui a déjà froid."}
heat:
  label: {fr: Chauffage, en: Heating}
  unit: GWh/year
  over: [commune, year]
  formula: heat_per_home * homes_again
  variable: Useful Energy
"""
    (folder / "rules" / "9_essai.yaml").write_text(text, encoding="utf-8")
    engine = Engine(load_model(territory, folder), territory)
    found = why(engine, engine.run(), "heat_per_home", "38185", 2050, "en")
    assert found["unit"] == "MWh/dwelling/yr"
    assert found["rule"]["objections"][0]["text"].startswith("Baisser")
    assert [node["label"] for node in found["inputs"]][2] == "Effect"
    whole = why(engine, engine.run(), "Useful Energy", "territory", 2050)
    assert whole["value"] == pytest.approx(engine.run().total("Useful Energy")[-1])
    assert whole["inputs"][0]["value"] is None
    assert "selon la commune" in whole["inputs"][0]["label"]


def test_every_split_says_that_it_is_modelled(engine: Engine) -> None:
    measured = {name for name, compiled in engine.model.rules.items() if compiled.rule.method == "measured"}
    assert not {name for name in measured if name.endswith(("_2019", "_share", "_of_buildings"))}
    for name in ("residential_share_of_buildings", "road_share_of_transport"):
        assert "modélisé" in engine.model.rules[name].rule.note["fr"]


def test_cases_a_citizen_can_read(engine: Engine) -> None:
    outcomes = run_cases(engine)
    assert len(outcomes) > 60
    assert [str(outcome) for outcome in outcomes if not outcome.holds] == []


@pytest.mark.parametrize("slug", TERRITORIES)
def test_territories_without_an_official_inventory_start_from_the_modelled_one(slug: str) -> None:
    territory = load_territory(slug)
    engine = Engine(load_model(territory), territory)
    trend = engine.run()
    columns = [
        name
        for name in territory.communes
        if name.startswith("ghg2016_") and name != "ghg2016_other_transport_international_tco2e"
    ]
    assert len(columns) == 8
    modelled = territory.communes[columns].sum().sum() / 1000
    assert trend.total("Emissions|CO2e")[0] == pytest.approx(modelled, rel=1e-9)
    assert trend.residues["Emissions|CO2e"][0] == 0
    for variable in engine.variables:
        if variable.startswith("Final Energy"):
            assert np.isnan(trend.total(variable)).all(), variable
    moved = engine.run({"boilers_left": 0, "electric_cars": 100, "deep_renovation": 95})
    assert (moved.values["Emissions|CO2e"] >= 0).all()
    assert moved.total("Emissions|CO2e")[-1] < trend.total("Emissions|CO2e")[-1]
    assert {"hedges_agroforestry", "reserved_flow"} <= {lever.id for lever in engine.unavailable}
    outcomes = run_cases(engine)
    assert len(outcomes) > 15
    assert [str(outcome) for outcome in outcomes if not outcome.holds] == []


@pytest.mark.parametrize(
    "text",
    [
        "- case: {fr: x}\n",
        "- {levers: {}}\n",
        "a: 1\n",
        "- case: {fr: x}\n  levers: {nothing: 1}\n  expect: []\n",
        "- case: {fr: x}\n  expect: [{variable: Final Energy, year: 2050, region: territory}]\n",
        "- case: {fr: x}\n  expect: [{variable: Nothing, year: 2050, region: territory, below: trend}]\n",
        "- case: {fr: x}\n  expect: [{variable: Final Energy, year: 2090, region: territory, below: trend}]\n",
        "- case: {fr: x}\n  expect: [{variable: Final Energy, year: 2050, region: '1', below: trend}]\n",
        "- case: {fr: x}\n  expect: [{variable: Final Energy, year: 2050, region: territory, equals: 3 kg}]\n",
        "- case: {fr: x}\n  expect: [{variable: Final Energy, year: 2050, region: territory, equals: beaucoup}]\n",
    ],
)
def test_a_case_that_cannot_be_read(engine: Engine, tmp_path: Path, text: str) -> None:
    (tmp_path / "essai.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ModelError) as caught:
        run_cases(engine, tmp_path)
    assert caught.value.line > 0
    assert caught.value.sentence


def test_a_case_that_does_not_hold_says_so(engine: Engine, tmp_path: Path) -> None:
    text = "- case: {fr: x}\n  expect: [{variable: Final Energy, year: 2019, region: territory, equals: 10 TWh/yr}]\n"
    (tmp_path / "essai.yaml").write_text(text, encoding="utf-8")
    (outcome,) = run_cases(engine, tmp_path)
    assert not outcome.holds
    assert outcome.wanted == pytest.approx(10_000)
    assert "found 10589" in str(outcome)


def test_an_edited_rule_is_taken_up_and_a_broken_one_keeps_the_last_good(
    territory: Territory, tmp_path: Path
) -> None:
    folder = tmp_path / "model"
    shutil.copytree(MODEL, folder)
    file = folder / "rules" / "2_residential.yaml"
    text = file.read_text(encoding="utf-8")
    holder = ModelHolder(territory, folder)
    first = holder.get()
    assert holder.get() is first

    def write(new: str) -> None:
        file.write_text(new, encoding="utf-8")
        os.utime(file, ns=(file.stat().st_atime_ns, file.stat().st_mtime_ns + 1_000_000))

    write(text.replace("value: 0.07\n", "value: 0.05\n"))
    second = holder.get()
    assert second.error is None
    assert second.engine is not first.engine
    assert second.engine.model.statics["setpoint_effect"][0, 0] == 0.05
    write(text.replace("value: 0.07\n", "value: sept\n"))
    broken = holder.get()
    assert broken.engine is second.engine
    assert broken.error is not None
    assert broken.error.rule == "setpoint_effect"
    write(text)
    assert holder.get().error is None
    assert holder.get().engine.model.statics["setpoint_effect"][0, 0] == 0.07


def test_every_lever_meets_an_objection_where_it_acts(engine: Engine) -> None:
    rules = engine.model.rules
    for lever in (*engine.levers, *engine.unavailable):
        acting = {name for name, one in rules.items() if f"path.{lever.id}" in one.reads}
        acting |= {name for name, one in rules.items() if f"lever.{lever.id}" in one.reads}
        near = acting | {read for name in acting for read in rules[name].reads}
        near |= {name for name, one in rules.items() if acting & set(one.reads)}
        assert any(rules[name].rule.objections for name in near & rules.keys()), lever.id


def test_stakes_are_told_for_every_lever_and_never_all_unknown_but_for_a_split(engine: Engine) -> None:
    for lever in (*engine.levers, *engine.unavailable):
        assert len(lever.stakes) == 3
        assert lever.simplex or set(lever.stakes.values()) != {"unknown"}, lever.id
