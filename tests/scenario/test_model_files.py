"""The shipped model files: every rule has a unit and a source, the cases hold, an edit is taken up or refused."""

import os
import shutil
from datetime import date
from pathlib import Path

import pytest

from components.scenario.cases import run_cases
from components.scenario.checks import expired
from components.scenario.engine import Engine
from components.scenario.faults import ModelError
from components.scenario.holder import ModelHolder
from components.scenario.rules import MODEL
from components.scenario.units import unit
from components.territory.pack import Territory


def test_no_rule_without_unit_and_source(engine: Engine) -> None:
    for name, compiled in engine.model.rules.items():
        rule = compiled.rule
        provenance = engine.model.provenance.get(name)
        source = provenance.source if provenance else rule.source
        assert source is not None, name
        assert source.producer.strip(), name
        assert source.year or source.status, name
        unit(rule.unit)


def test_every_assumption_to_verify_has_a_best_before_date(engine: Engine) -> None:
    for name, compiled in engine.model.rules.items():
        rule = compiled.rule
        if (
            rule.value is not None
            and rule.source
            and rule.source.status == "to verify"
            and name != "pci_counted"
        ):
            assert rule.best_before, name


def test_assumptions_have_a_best_before_date(engine: Engine) -> None:
    dated = [c.rule.id for c in engine.model.rules.values() if c.rule.best_before]
    assert expired(engine.model, date(2027, 1, 31)) == []
    assert [rule.id for rule in expired(engine.model, date(2027, 2, 1))] == dated


def test_every_split_says_that_it_is_modelled(engine: Engine) -> None:
    measured = {name for name, compiled in engine.model.rules.items() if compiled.rule.method == "measured"}
    assert not {name for name in measured if name.endswith(("_2019", "_share", "_of_buildings"))}
    for name in ("residential_share_of_buildings", "road_share_of_transport"):
        assert "modélisé" in engine.model.rules[name].rule.note["fr"]


def test_cases_a_citizen_can_read(engine: Engine) -> None:
    outcomes = run_cases(engine)
    assert len(outcomes) > 25
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
