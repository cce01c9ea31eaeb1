"""Rival hypotheses and ready-made scenarios: chosen by name, refused with file and line, carried by a saved code."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from components.scenario.engine import Engine, Result
from components.scenario.faults import ModelError, ScenarioError
from components.scenario.rules import MODEL, load_model
from components.scenario.saved import decode, encode
from components.scenario.trace import why
from components.territory.pack import Territory

SOURCE = "source: {producer: Essai, year: 2026}"
LABEL = "label: {fr: Essai, en: Test}"
FUTURES = f"""\
power:
  {LABEL}
  question: {{fr: Quelle électricité ?, en: Which electricity?}}
  options:
    held:
      {LABEL}
      {SOURCE}
      values: {{}}
    clean:
      label: {{fr: Propre, en: Clean}}
      note: {{fr: Une note., en: A note.}}
      source: {{producer: Futur, year: 2021}}
      values:
        power_change: {{2019: 0, 2050: -100}}
"""
CHANGE = f"""\
about: {{{SOURCE}}}
power_change: {{{LABEL}, unit: percent, over: [year], value: 0, {SOURCE}}}
power_factor: {{{LABEL}, unit: dimensionless, over: [year], formula: 1 + power_change}}
power_emissions:
  {LABEL}
  unit: ktCO2e/yr
  over: [commune, year]
  formula: emissions * power_factor
  variable: Essai
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hypotheses") / "model"
    shutil.copytree(MODEL, folder)
    (folder / "rules" / "9_essai.yaml").write_text(CHANGE, encoding="utf-8")
    (folder / "hypotheses.yaml").write_text(FUTURES, encoding="utf-8")
    (folder / "presets.yaml").write_text("", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def futures(folder: Path, territory: Territory) -> Engine:
    return Engine(load_model(territory, folder), territory)


@pytest.fixture
def copied(folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(folder, tmp_path / "model"))


def same(a: Result, b: Result) -> bool:
    return all(
        np.array_equal(a.values[variable], b.values[variable], equal_nan=True) for variable in b.values
    )


def test_the_first_option_is_the_default(futures: Engine) -> None:
    (hypothesis,) = futures.hypotheses
    assert [option.id for option in hypothesis.options] == ["held", "clean"]
    assert futures.settings()["hypothesis.power"] == 0
    trend = futures.run()
    np.testing.assert_array_equal(trend.values["Essai"], trend.values["Emissions|CO2e"])


def test_an_option_is_chosen_by_id_or_number_and_only_what_it_touches_is_computed(futures: Engine) -> None:
    trend, clean = futures.run(), futures.run({"hypothesis.power": "clean"})
    assert clean is futures.run({"hypothesis.power": 1})
    assert clean.values["Emissions|CO2e"] is trend.values["Emissions|CO2e"]
    assert clean.values["Essai"][:, -1].max() == 0
    middle = clean.values["Essai"][:, 10] / trend.values["Essai"][:, 10]
    np.testing.assert_allclose(middle, 1 - 10 / 31)
    assert same(clean, futures.run_from_scratch(futures.settings({"hypothesis.power": "clean"})))


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("hypothesis.power", "dirty", "held, clean"),
        ("hypothesis.power", 2, "held, clean"),
        ("hypothesis.power", 0.5, "held, clean"),
        ("hypothesis.power", float("nan"), "held, clean"),
        ("hypothesis.power", True, "held, clean"),
        ("hypothesis.nothing", 0, "hypothesis.power"),
    ],
)
def test_a_choice_that_cannot_be_is_refused(futures: Engine, name: str, value: float, words: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        futures.settings({name: value})
    assert words in caught.value.fr
    assert words in caught.value.en


def test_why_names_the_option_and_its_source(futures: Engine) -> None:
    result = futures.run({"hypothesis.power": "clean"})
    found = why(futures, result, "power_change", "territory", 2050)
    rule = why(futures, result, "Essai", "territory", 2050)["inputs"][1]["inputs"][0]
    assert found["value"] == -100
    assert "Propre" in found["rule"]["words"]
    assert found["rule"]["source"]["producer"] == "Futur"
    assert rule["hypothesis"]["option"] == "clean"
    assert rule["note"] == "Une note."
    held = why(futures, futures.run(), "power_change", "territory", 2050)
    assert held["rule"]["source"]["producer"] == "Essai"


def test_a_saved_code_carries_the_option_by_its_name(futures: Engine) -> None:
    trend = futures.settings()
    chosen = futures.settings({"hypothesis.power": "clean", "setpoint": -1, "boilers_left.end": 2040})
    code = encode(chosen, trend, futures.options)
    moved = {"hypothesis.power": 1.0, "setpoint": -1.0, "boilers_left.end": 2040.0}
    assert decode(code, trend, futures.options) == moved
    swapped = {"hypothesis.power": ("clean", "held")}
    assert decode(code, trend, swapped)["hypothesis.power"] == 0


def test_codes_saved_before_still_open(engine: Engine) -> None:
    assert decode("1yyggardp9s4", engine.settings(), engine.options) == {"setpoint": -1, "boilers_left": 20}


BROKEN = [
    # before, after, the line, a piece of the sentence
    ("power_change: {2019", "nothing: {2019", 14, "nothing"),
    ("power_change: {2019", "emissions: {2019", 14, "formule"),
    ("power_change: {2019", "population: {2019", 14, "commune"),
    ("2050: -100", "2051: -100", 14, "2019 à 2050"),
    ("{2019: 0, 2050: -100}", "beaucoup", 14, "nombre"),
    ("{2019: 0, 2050: -100}", "0", 9, "ne change aucune"),
    ("      values: {}\n", "", 5, "manque"),
    ("source: {producer: Futur, year: 2021}", "source: {title: x}", 12, "producer"),
    ("    clean:\n", "    Clean:\n", 9, "minuscules"),
    ("  question:", "  questions:", 3, "questions"),
]


@pytest.mark.parametrize(("before", "after", "line", "words"), BROKEN, ids=range(len(BROKEN)))
def test_a_broken_hypothesis_names_file_and_line(
    territory: Territory, copied: Path, before: str, after: str, line: int, words: str
) -> None:
    file = copied / "hypotheses.yaml"
    assert FUTURES.count(before) == 1
    file.write_text(FUTURES.replace(before, after), encoding="utf-8")
    with pytest.raises(ModelError) as caught:
        load_model(territory, copied)
    error = caught.value
    assert (Path(error.file).name, error.line, error.rule) == ("hypotheses.yaml", line, "power")
    assert words in error.sentence


def test_one_option_is_no_hypothesis_and_a_rule_has_one_hypothesis(
    territory: Territory, copied: Path
) -> None:
    file = copied / "hypotheses.yaml"
    file.write_text(FUTURES[: FUTURES.index("    clean:")], encoding="utf-8")
    with pytest.raises(ModelError, match="deux options"):
        load_model(territory, copied)
    file.write_text(FUTURES + FUTURES.replace("power:", "rival:"), encoding="utf-8")
    with pytest.raises(ModelError, match="power"):
        load_model(territory, copied)


def test_values_by_year_need_the_year(territory: Territory, copied: Path) -> None:
    rules = copied / "rules" / "9_essai.yaml"
    rules.write_text(CHANGE.replace("over: [year], value: 0", "value: {2019: 0, 2050: 1}"), encoding="utf-8")
    with pytest.raises(ModelError, match=r"over: \[year\]"):
        load_model(territory, copied)


PRESET = f"""\
frugal:
  {LABEL}
  {SOURCE}
  status: to verify
  settings: {{setpoint: -1, roof_pv: 100000, hypothesis.power: clean}}
  unsourced: [bike_share]
"""


def test_a_preset_says_what_it_sets_and_what_stays_at_the_trend(territory: Territory, copied: Path) -> None:
    (copied / "presets.yaml").write_text(PRESET, encoding="utf-8")
    engine = Engine(load_model(territory, copied), territory)
    (preset,) = engine.presets
    roofs = next(lever for lever in engine.levers if lever.id == "roof_pv")
    assert preset.settings == {"setpoint": -1, "roof_pv": roofs.max, "hypothesis.power": 1}
    assert set(preset.at_trend) == {lever.id for lever in engine.model.levers} - {"setpoint", "roof_pv"}
    assert preset.unsourced == ("bike_share",)
    assert engine.run(preset.settings).settings["setpoint"] == -1


@pytest.mark.parametrize(
    ("before", "after", "line", "words"),
    [
        ("setpoint: -1", "setpont: -1", 5, "setpoint"),
        ("setpoint: -1", "setpoint: -9", 5, "-9"),
        ("setpoint: -1", "setpoint: froid", 5, "nombre"),
        ("power: clean", "power: nothing", 5, "held, clean"),
        ("[bike_share]", "[setpoint]", 6, "setpoint"),
        ("[bike_share]", "[nothing]", 6, "nothing"),
        ("to verify", "sûr", 4, "to verify"),
        (f"  {SOURCE}\n", "", 1, "source"),
    ],
)
def test_a_broken_preset_names_file_and_line(
    territory: Territory, copied: Path, before: str, after: str, line: int, words: str
) -> None:
    assert PRESET.count(before) == 1
    (copied / "presets.yaml").write_text(PRESET.replace(before, after), encoding="utf-8")
    with pytest.raises(ModelError) as caught:
        load_model(territory, copied)
    error = caught.value
    assert (Path(error.file).name, error.line, error.rule) == ("presets.yaml", line, "frugal")
    assert words in error.sentence
