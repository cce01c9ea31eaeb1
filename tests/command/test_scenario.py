"""`cordee scenario`: the long CSV, the refusals in one French sentence and code 2, whole files or none."""

import io
import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from components.command.main import main
from components.scenario.rules import MODEL
from components.territory.pack import TERRITORIES

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
    rows = json.loads(capsys.readouterr().out)
    assert len(rows) >= 15
    assert all(row["available"] is True or row["reason"]["fr"] for row in rows)


def test_why_and_check(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scenario", "why", "Emissions|CO2e", "--territory", SLUG, "--region", "38185"]) == 0
    assert json.loads(capsys.readouterr().out)["region"] == "38185"
    assert main(["scenario", "why", "Nothing", "--territory", SLUG]) == 2
    assert main(["scenario", "check", "--territory", SLUG]) in (0, 3)
    assert "modèle en ordre" in capsys.readouterr().out


def test_check_says_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scenario", "check", "--model", str(tmp_path)]) == 1
    assert "aucun fichier de règles" in capsys.readouterr().err


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return Path(shutil.copytree(MODEL, tmp_path / "model"))


def test_check_says_every_fault_with_file_line_and_rule(
    model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    label = "label: {fr: Essai, en: Test}"
    rules = [
        "about: {source: {producer: Essai, year: 2026}}",
        f"wrong_unit: {{{label}, unit: kWh/yr, over: [commune, year], formula: emissions, variable: A}}",
        f"no_name: {{{label}, unit: GWh/yr, over: [commune, year], formula: final_energy + nothing, variable: B}}",
        f"no_source: {{{label}, unit: GWh/yr, value: 3}}",
        f"one: {{{label}, unit: GWh/yr, formula: two}}",
        f"two: {{{label}, unit: GWh/yr, formula: one}}",
        f"reader: {{{label}, unit: GWh/yr, over: [commune, year], formula: final_energy * no_source, variable: C}}",
        f"bounds: {{{label}, unit: GWh/yr, value: 3, bounds: [9, 1], source: {{producer: x, year: 2026}}}}",
        f"infinite: {{{label}, unit: GWh/yr, value: .inf, source: {{producer: x, year: 2026}}}}",
    ]
    (model / "rules" / "9_essai.yaml").write_text("\n".join(rules) + "\n", encoding="utf-8")
    levers = model / "levers.yaml"
    text = levers.read_text(encoding="utf-8")
    at = text[: text.index("  unit: percent")].count("\n") + 1
    levers.write_text(text.replace("  unit: percent", "  unit: pourcent", 1), "utf-8")
    assert main(["scenario", "check", "--territory", SLUG, "--model", str(model)]) == 1
    said = [line for line in capsys.readouterr().err.splitlines() if ".yaml:" in line]
    places = [line.partition("\u202f: ")[0].rpartition("/")[2] for line in said]
    assert sorted(places) == sorted(
        [
            "9_essai.yaml:2:wrong_unit",
            "9_essai.yaml:3:no_name",
            "9_essai.yaml:4:no_source",
            "9_essai.yaml:5:one",
            "9_essai.yaml:8:bounds",
            "9_essai.yaml:9:infinite",
            f"levers.yaml:{at}:deep_renovation",
        ]
    )


def test_check_says_what_is_past_its_date_with_a_code_of_its_own(
    model: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for file in (model / "rules").glob("*.yaml"):
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace("best_before: 20", "best_before: 29"), encoding="utf-8")
    assert main(["scenario", "check", "--territory", SLUG, "--model", str(model)]) == 0
    file = model / "rules" / "2_residential.yaml"
    file.write_text(
        file.read_text(encoding="utf-8").replace("best_before: 29", "best_before: 19", 1), "utf-8"
    )
    capsys.readouterr()
    assert main(["scenario", "check", "--territory", SLUG, "--model", str(model)]) == 3
    said = capsys.readouterr()
    assert "à revoir depuis 19" in said.err
    assert "2_residential.yaml:" in said.err
    assert "modèle en ordre" in said.out


def test_a_scenario_as_json_with_bands(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*RUN, "--json", "--draws", "50", "--set", "setpoint=-1"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["settings"]["setpoint"] == -1
    energy = found["variables"]["Final Energy"]
    assert len(energy["territory"]) == len(found["years"]) == len(energy["band"]["p95"]) == 32
    assert len(energy["regions"]) == 49
    assert energy["unknown"] == []
    assert main([*RUN, "--draws", "50"]) == 0
    table = pd.read_csv(io.StringIO(capsys.readouterr().out))
    assert list(table.columns)[-3:] == ["p5", "p50", "p95"]
    assert set(table[table.p50.notna()].region) == {SLUG}
    for draws in ("0", "-1", "1000000"):
        assert main([*RUN, "--draws", draws]) == 2


def test_a_folder_of_a_pack_is_a_territory(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pack = shutil.copytree(TERRITORIES / SLUG, tmp_path / "le mien")
    assert main(["scenario", "explain", "Emissions|CO2e", "--territory", str(pack), "--year", "2019"]) == 0
    assert "1 858 kt" in capsys.readouterr().out.replace("\u202f", " ")
    (pack / "communes.csv").write_text("insee\n", encoding="utf-8")
    assert main(["scenario", "levers", "--territory", str(pack)]) == 2
    assert "ne peut pas être lu" in capsys.readouterr().err


def test_a_figure_is_explained_as_a_tree(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["Emissions|CO2e|Residential", "--territory", SLUG, "--region", "38185", "--year", "2040"]
    assert main(["scenario", "explain", *words]) == 0
    said = capsys.readouterr().out
    first, *rest = said.splitlines()
    assert first == "Émissions du résidentiel – Grenoble, 2040"
    assert any(line.startswith("├─ ") for line in rest)
    assert "source : ADEME" in said.replace("\u202f", " ")
    kinds = [said.index(kind) for kind in ("Sur les faits", "Sur ce qui est juste") if kind in said]
    assert kinds == sorted(kinds)
    assert main(["scenario", "explain", *words, "--lang", "en"]) == 0
    assert "source: ADEME" in capsys.readouterr().out
    assert main(["scenario", "explain", *words, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["year"] == 2040
    assert main(["scenario", "explain", *words[:-1], "1850"]) == 2
