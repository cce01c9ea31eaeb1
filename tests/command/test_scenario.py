"""`cordee scenario`: the long CSV, the refusals in one French sentence and code 2, whole files or none."""

import json
from pathlib import Path

import pandas as pd
import pytest

from components.command.main import main

SLUG = "grenoble-alpes-metropole"
RUN = ["scenario", "run", "--territory", SLUG]


def test_the_trend_as_a_long_csv(tmp_path: Path) -> None:
    out = tmp_path / "trend.csv"
    assert main([*RUN, "--out", str(out)]) == 0
    table = pd.read_csv(out, dtype={"region": str})
    assert list(table.columns) == ["scenario", "region", "variable", "unit", "year", "value"]
    total = table[(table.variable == "Emissions|CO2e") & (table.year == 2019)].set_index("region").value
    communes = total[total.index.str.fullmatch(r"\d{5}")]
    assert len(communes) == 49
    assert communes.sum() == pytest.approx(1857.729, rel=1e-9)
    assert total[SLUG] == pytest.approx(1858, rel=1e-9)
    assert total[f"{SLUG}|residue"] == pytest.approx(0.271, rel=1e-9)
    assert set(table.scenario) == {"trend"}


def test_settings_and_a_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = [
        "--set",
        "boilers_left=0",
        "--set",
        "car_occupancy=1,8",
        "--set",
        "setpoint=-1",
        "--name",
        "Le nôtre",
    ]
    assert main([*RUN, *words, "--out", "-"]) == 0
    text = capsys.readouterr().out
    (tmp_path / "x.csv").write_text(text, encoding="utf-8")
    table = pd.read_csv(tmp_path / "x.csv", dtype={"region": str})
    assert set(table.scenario) == {"Le nôtre"}
    oil = table[(table.variable == "Final Energy|Residential|Oil Products") & (table.year == 2050)]
    assert oil.value.abs().max() < 1e-9


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--set", "boiler_left=0"], "boilers_left"),
        (["--set", "boilers_left=101"], "de 0 à 100"),
        (["--set", "boilers_left=-1"], "de 0 à 100"),
        (["--set", "heat_replacement.wood=50"], "100"),
        (["--set", "boilers_left"], "levier=valeur"),
        (["--set", "=3"], "levier=valeur"),
        (["--set", "boilers_left=beaucoup"], "beaucoup"),
        (["--set", "boilers_left=nan"], "nombre"),
    ],
)
def test_refused_settings(
    words: list[str], sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "x.csv"
    assert main([*RUN, *words, "--out", str(out)]) == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert said.count("\n") == 1
    assert not out.exists()


def test_unknown_territory(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scenario", "run", "--territory", "../etc", "--out", "-"]) == 2
    assert SLUG in capsys.readouterr().err


def test_a_file_that_cannot_be_written_leaves_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*RUN, "--out", str(tmp_path / "nowhere" / "x.csv")]) == 2
    assert "le dossier n’existe pas" in capsys.readouterr().err
    assert main([*RUN, "--out", str(tmp_path)]) == 2
    assert "c’est un dossier" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_an_old_file_is_replaced_whole(tmp_path: Path) -> None:
    out = tmp_path / "x.csv"
    out.write_text("old", encoding="utf-8")
    assert main([*RUN, "--out", str(out)]) == 0
    assert out.read_text(encoding="utf-8").startswith("scenario,region")
    assert list(tmp_path.iterdir()) == [out]


def test_levers_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scenario", "levers"]) == 0
    assert "deep_renovation\t0\t95\t2\t16\tpercent" in capsys.readouterr().out
    assert main(["scenario", "levers", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == 15


def test_why_and_check(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scenario", "why", "Emissions|CO2e", "--territory", SLUG, "--region", "38185"]) == 0
    assert json.loads(capsys.readouterr().out)["region"] == "38185"
    assert main(["scenario", "why", "Nothing", "--territory", SLUG]) == 2
    assert main(["scenario", "check"]) == 0
    assert "modèle en ordre" in capsys.readouterr().out


def test_check_says_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scenario", "check", "--model", str(tmp_path)]) == 1
    assert "factors.csv" in capsys.readouterr().err
