"""What a territory lacks is unknown, said so, and breaks nothing; what is wrong with the model still refuses."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from components.scenario.engine import Engine
from components.scenario.faults import ModelError, ScenarioError
from components.scenario.rules import MODEL, load_model
from components.scenario.trace import why
from components.territory.pack import Territory

ABOUT = "about: {source: {producer: Essai, year: 2026}}\n"
OPTIONAL = (
    "dwellings", "main_homes", "second_homes", "houses", "flats", "ghg2016_residential_tco2e",
    "ghg2016_road_tco2e", "ghg2016_industry_tco2e", "ghg2016_waste_tco2e", "land_forest_ha",
)  # fmt: skip


def lacking(territory: Territory, *columns: str, official: bool = True) -> Territory:
    return replace(
        territory,
        communes=territory.communes.drop(columns=list(columns)),
        columns={name: column for name, column in territory.columns.items() if name not in columns},
        official=territory.official if official else territory.official.iloc[:0],
    )


def with_cells(territory: Territory, column: str, value: float, *codes: str) -> Territory:
    communes = territory.communes.astype({column: float})
    communes.loc[list(codes) or communes.index, column] = value
    return replace(territory, communes=communes)


def engine_of(territory: Territory, folder: Path = MODEL) -> Engine:
    return Engine(load_model(territory, folder), territory)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    shutil.copytree(MODEL, folder)
    return folder


def add(folder: Path, text: str) -> Path:
    (folder / "rules" / "9_essai.yaml").write_text(ABOUT + text, encoding="utf-8")
    return folder


def published(name: str, formula: str, unit: str = "dwelling") -> str:
    return (
        f"{name}:\n  label: {{fr: Essai, en: Test}}\n  unit: {unit}\n  over: [commune, year]\n"
        f'  formula: "{formula}"\n  variable: {name.capitalize()}\n'
    )


HOMES = (
    "second: {label: {fr: Essai, en: Test}, unit: dwelling, over: [commune], from: indicators.second_homes}\n"
)


@pytest.mark.parametrize("column", OPTIONAL)
def test_a_pack_without_a_column_loads(territory: Territory, column: str) -> None:
    engine = engine_of(lacking(territory, column))
    result = engine.run()
    assert set(result.values) == set(engine.variables)
    assert all(np.isfinite(values).all() or result.unknown(name) for name, values in result.values.items())


def test_a_pack_without_any_optional_figure_loads_and_names_what_to_import(territory: Territory) -> None:
    engine = engine_of(lacking(territory, *OPTIONAL, official=False))
    result = engine.run()
    assert np.isnan(result.total("Final Energy")).all()
    found = why(engine, result, "Final Energy", "territory", 2050)
    assert found["value"] is None
    assert "official.final_energy.buildings" in {one["column"] for one in found["unknown"]["missing"]}
    assert "Importez" in found["unknown"]["words"]
    assert "missing" in why(engine, result, "Final Energy", "38185", 2050, "en")["unknown"]["words"]
    assert engine.unavailable
    assert all(lever.reason["fr"].endswith(".") and lever.reason["en"] for lever in engine.unavailable)


def test_a_column_the_catalogue_does_not_know_is_still_an_error(territory: Territory, model: Path) -> None:
    text = HOMES.replace("second_homes", "nothing") + published("essai", "second")
    with pytest.raises(ModelError) as caught:
        load_model(territory, add(model, text))
    assert (caught.value.line, caught.value.rule) == (2, "second")
    text = text.replace("indicators.nothing", "official.ghg.nothing").replace(
        ", over: [commune], from", ", from"
    )
    with pytest.raises(ModelError, match=r"official\.ghg\.nothing"):
        load_model(territory, add(model, text))


FORMULAS: list[tuple[str, Callable[[np.ndarray, np.ndarray], Any]]] = [
    ("second * 2", lambda second, main: second * 2),
    ("0 * second", lambda second, main: second * 0),
    ("known(second) * main_homes", lambda second, main: np.where(np.isnan(second), 0, main)),
    ("first_known(second, main_homes)", lambda second, main: np.where(np.isnan(second), main, second)),
    ("sum_known(second, commune)", lambda second, main: np.full_like(main, np.nansum(second))),
    ("sum(second, commune)", lambda second, main: np.full_like(main, np.nan)),
    ("where(second > 0, main_homes, 0)", lambda second, main: np.where(np.isnan(second), np.nan, main)),
    ("max(second, 0)", lambda second, main: second),
    ("clip(second, 0, main_homes * 1000)", lambda second, main: second),
    ("first_known(second, second, 0)", lambda second, main: np.nan_to_num(second)),
]


@pytest.mark.parametrize(("formula", "expected"), FORMULAS, ids=[formula for formula, _ in FORMULAS])
def test_the_unknown_spreads_unless_a_formula_says_otherwise(
    territory: Territory, model: Path, formula: str, expected: Callable[[np.ndarray, np.ndarray], Any]
) -> None:
    holes = with_cells(territory, "second_homes", np.nan, "38185", "38421")
    holes = with_cells(holes, "second_homes", 12, "38057")
    result = engine_of(holes, add(model, HOMES + published("essai", formula))).run()
    second, main = (holes.communes[name].to_numpy(float) for name in ("second_homes", "main_homes"))
    np.testing.assert_allclose(result.values["Essai"][:, 5], expected(second, main))


def test_one_empty_cell_is_unknown_there_and_in_the_total_only(territory: Territory, model: Path) -> None:
    holes = with_cells(territory, "second_homes", np.nan, "38185")
    engine = engine_of(holes, add(model, HOMES + published("essai", "second")))
    result = engine.run()
    assert result.unknown("Essai") == ("38185",)
    assert np.isnan(result.total("Essai")).all()
    assert why(engine, result, "Essai", "38057", 2030)["value"] is not None
    missing = why(engine, result, "Essai", "territory", 2030)["unknown"]["missing"]
    assert [(one["column"], one["regions"]) for one in missing] == [("indicators.second_homes", ["38185"])]
    assert why(engine, result, "Essai", "38185", 2030, per_inhabitant=True)["value"] is None
    table = result.table()
    assert table[table.variable == "Essai"].value.isna().sum() == 32 * 2


def test_a_lever_whose_bound_is_unknown_cannot_be_moved_and_says_why(territory: Territory) -> None:
    engine = engine_of(lacking(territory, "houses"))
    lever = next(one for one in engine.unavailable if one.id == "roof_pv")
    assert lever.id not in engine.settings()
    assert "Maisons" in lever.reason["fr"]
    with pytest.raises(ScenarioError, match="Maisons") as caught:
        engine.settings({"roof_pv": 10})
    assert "Houses" in caught.value.en
    assert np.isnan(engine.run().total("Production|Electricity|Solar")).all()


def test_a_lever_with_nothing_to_act_on_is_not_dead_but_cannot_be_moved(territory: Territory) -> None:
    none = with_cells(territory, "ghg2016_industry_tco2e", 0)
    engine = engine_of(none)
    assert "industry_cut" in {lever.id for lever in engine.unavailable}


def test_dividing_by_a_zero_of_the_data_is_unknown_there(territory: Territory, model: Path) -> None:
    zero = with_cells(territory, "second_homes", 0.0, "38185")
    engine = engine_of(zero, add(model, HOMES + published("essai", "main_homes * main_homes / second")))
    result = engine.run()
    assert result.unknown("Essai") == ("38185",)
    assert [remark.rule for remark in engine.model.remarks] == ["essai"]
    assert "divise par zéro" in why(engine, result, "Essai", "38185", 2030)["unknown"]["words"]


@pytest.mark.parametrize("formula", ["main_homes / (second - second)", "main_homes / 0"])
def test_dividing_by_a_zero_of_the_formula_refuses(territory: Territory, model: Path, formula: str) -> None:
    unit = "dwelling" if formula.endswith("/ 0") else "dimensionless"
    text = HOMES + published("essai", formula, unit) + published("other", "second")
    with pytest.raises(ModelError, match="infinie"):
        load_model(territory, add(model, text))
