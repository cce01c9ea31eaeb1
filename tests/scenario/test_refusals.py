"""What refuses to load says file, line, rule and a French sentence. Each case breaks a copy of the real model."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from components.scenario.faults import ModelError
from components.scenario.rules import MODEL, load_model
from components.territory.pack import Territory

ABOUT = "about: {source: {producer: Essai, year: 2026}}\n"
LABEL = "label: {fr: Essai, en: Test}"
READ = "  over: [commune, year]\n  variable: Essai\n"


@pytest.fixture
def model(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    shutil.copytree(MODEL, folder)
    return folder


def refusal(territory: Territory, folder: Path) -> ModelError:
    with pytest.raises(ModelError) as caught:
        load_model(territory, folder)
    return caught.value


def rule(name: str, **keys: str) -> str:
    lines = [f"{name}:", f"  {LABEL}", *(f"  {key.rstrip('_')}: {value}" for key, value in keys.items())]
    return "\n".join(lines) + "\n"


EXTRA = [
    # what is written, the line at fault (1 is « about »), the rule, a piece of the sentence
    (
        rule("essai", unit="GWh/yr", formula="final_energy + emissions") + READ,
        5,
        "essai",
        "ni ajouter ni comparer",
    ),
    (rule("essai", unit="GWh/yr", formula="final_energy * nothing_here") + READ, 5, "essai", "nothing_here"),
    (
        rule("essai", unit="GWh/yr", formula="final_energy * lever.nothing") + READ,
        5,
        "essai",
        "lever.nothing",
    ),
    (
        rule("essai", unit="ktCO2e/yr", formula="final_energy * 2") + READ,
        5,
        "essai",
        "l’unité déclarée est ktCO2e/yr",
    ),
    (rule("essai", unit="GWh", formula="final_energy * 2") + READ, 5, "essai", "l’unité déclarée est GWh"),
    (rule("essai", formula="final_energy * 2") + READ, 2, "essai", "unité"),
    (rule("essai", unit="furlong", formula="final_energy * 2") + READ, 4, "essai", "furlong"),
    (rule("essai", unit="GWh/yr", value="3"), 2, "essai", "source manque"),
    (rule("essai", unit="GWh/yr", value="3", source="{title: x}"), 5 + 1, "essai", "producer"),
    (rule("essai", unit="GWh/yr", value="3", source="{producer: x}"), 6, "essai", "année"),
    (
        rule("essai", unit="GWh/yr", value="beaucoup", source="{producer: x, year: 2020}"),
        5,
        "essai",
        "nombre",
    ),
    (
        rule("essai", unit="percent", value="120", bounds="[0, 100]", source="{producer: x, year: 2020}")
        + rule("autre", unit="GWh/yr", formula="final_energy * essai")
        + READ,
        6,
        "essai",
        "bornes",
    ),
    (
        rule("essai", unit="GWh/yr", formula="final_energy * 2", over="[commune, year]"),
        2,
        "essai",
        "personne ne lit",
    ),
    (rule("essai", unit="GWh/yr", formula="essai * 2") + READ, 5, "essai", "essai → essai"),
    (
        rule("un", unit="GWh/yr", formula="deux * 2")
        + READ
        + rule("deux", unit="GWh/yr", formula="un * 2")
        + "  over: [commune, year]\n",
        5,
        "un",
        "un → deux → un",
    ),
    (rule("essai", unit="GWh/yr", formula="final_energy", formla="x"), 6, "essai", "formla"),
    (
        rule("essai", unit="GWh/yr", formula="__import__('os').system('true')") + READ,
        5,
        "essai",
        "pas permis",
    ),
    (rule("essai", unit="GWh/yr", formula="final_energy[0]") + READ, 5, "essai", "pas permis"),
    (rule("essai", unit="GWh/yr", formula="(final_energy") + READ, 5, "essai", "parenthèses"),
    (rule("essai", unit="GWh/yr", formula="final_energy", value="2"), 2, "essai", "l’une des trois"),
    (rule("essai", unit="GWh/yr", formula="final_energy", over="[year]"), 6, "essai", "commune, year"),
    (rule("essai", unit="GWh/yr", formula="final_energy / 0") + READ, 2, "essai", "zéro"),
    (
        rule("essai", unit="dwelling", over="[commune]", from_="indicators.nothing"),
        6,
        "essai",
        "indicators.nothing",
    ),
    (rule("essai", unit="kWh", over="[commune]", from_="indicators.main_homes"), 4, "essai", "dwelling"),
    (rule("essai", unit="1/ha", from_="factors.land.PV_ground"), 5, "essai", "fourchette"),
    (rule("essai", unit="GWh/yr", formula="final_energy", best_before="bientôt"), 6, "essai", "péremption"),
    (
        rule("essai", unit="GWh/yr", formula="final_energy", objections="[{kind: x, fr: a, en: b}]"),
        6,
        "essai",
        "objection",
    ),
    (rule("essai", unit="GWh/yr", formula="final_energy", label="{fr: seul}"), 6, "essai", "deux fois"),
    (rule("essai", unit="GWh/yr", formula="final_energy", note="{fr: seul}"), 6, "essai", "anglais"),
    (rule("Essai", unit="GWh/yr", formula="final_energy"), 2, "Essai", "minuscules"),
    (rule("lever", unit="GWh/yr", formula="final_energy"), 2, "lever", "réservé"),
    (rule("emissions", unit="GWh/yr", formula="final_energy"), 2, "emissions", "existe déjà"),
    (
        rule("essai", unit="GWh/yr", formula="final_energy", over="[commune, year]", variable="Final Energy"),
        7,
        "essai",
        "deux règles",
    ),
    (rule("essai", unit="GWh/yr", formula="final_energy") + "essai: {}\n", 6, "essai", "deux fois"),
    (
        rule("essai", unit="GWh/yr", formula="final_energy", territory="none") + READ,
        6,
        "essai",
        "s’additionne",
    ),
    ("un: &a [1]\ndeux: *a\n", 3, "", "renvois"),
    (
        rule("essai", unit="GWh/yr", value="3", source="{producer: x, year: 2020, status: sûr}"),
        6,
        "essai",
        "to verify",
    ),
    ("essai: [1, 2\n", 3, "", "YAML"),
    ("essai: 12\n", 2, "essai", "clé : valeur".replace(" :", "\u202f:")),
    ("? [a]\n: 1\n", 2, "", "nom d’une entrée"),
]


@pytest.mark.parametrize(("text", "line", "name", "sentence"), EXTRA, ids=range(len(EXTRA)))
def test_a_bad_rule(
    territory: Territory, model: Path, text: str, line: int, name: str, sentence: str
) -> None:
    (model / "rules" / "9_essai.yaml").write_text(ABOUT + text, encoding="utf-8")
    error = refusal(territory, model)
    assert Path(error.file).name == "9_essai.yaml"
    assert sentence in error.sentence
    assert (error.line, error.rule) == (line, name)
    assert error.sentence.endswith(".")
    assert "9_essai.yaml" in str(error)


def edited(folder: Path, file: str, before: str, after: str) -> int:
    """Replaces a text that occurs once; the line where it was."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert text.count(before) == 1, before
    path.write_text(text.replace(before, after), encoding="utf-8")
    return text[: text.index(before)].count("\n") + 1


def test_adding_kwh_to_kg_names_file_line_and_rule(territory: Territory, model: Path) -> None:
    line = edited(
        model,
        "rules/2_residential.yaml",
        "  formula: residential_energy_2019 * residential_electricity_share\n",
        "  formula: residential_energy_2019 + official_buildings\n",
    )
    error = refusal(territory, model)
    assert (Path(error.file).name, error.line, error.rule) == (
        "2_residential.yaml",
        line,
        "residential_electricity_2019",
    )
    assert "GWh" in error.sentence
    assert "CO2e" in error.sentence


LEVER_EDITS: list[tuple[str, str, str, str]] = [
    ("  max: 95\n", "  max: -1\n", "deep_renovation", "bornes"),
    ("  trend: 16\n", "  trend: 99\n", "deep_renovation", "99"),
    ("{at: 80,", "{at: 180,", "deep_renovation", "180"),
    ("  trend: 50\n", "  trend: moitié\n", "partial_works", "nombre"),
    ("  max: {rule: roof_pv_max}\n", "  max: {rule: nothing}\n", "roof_pv", "nothing"),
    ("  max: {rule: roof_pv_max}\n", "  max: {rule: main_homes}\n", "roof_pv", "un seul nombre"),
    ("  max: {rule: roof_pv_max}\n", "  max: {rule: car_km}\n", "roof_pv", "dépendre d’un levier"),
    ("  max: {rule: roof_pv_max}\n", "  max: {rule: electricity_2019}\n", "roof_pv", "MW_peak"),
    ("  today: 2.7\n", "  todday: 2.7\n", "bike_share", "todday"),
    ("  today: 2.7\n", "", "bike_share", "today"),
    (
        'start: 2024, end: 2050, fastest: 6}\n  stakes: {energy_climate: "-"',
        'start: 2060, end: 2050, fastest: 6}\n  stakes: {energy_climate: "-"',
        "boilers_left",
        "ramp",
    ),
]


@pytest.mark.parametrize(("before", "after", "name", "sentence"), LEVER_EDITS, ids=range(len(LEVER_EDITS)))
def test_a_bad_lever(
    territory: Territory, model: Path, before: str, after: str, name: str, sentence: str
) -> None:
    file = model / "levers.yaml"
    text = file.read_text(encoding="utf-8")
    at = text.index(f"\n{name}:\n") if not text.startswith(f"{name}:\n") else 0
    assert before in text[at:]
    file.write_text(text[:at] + text[at:].replace(before, after, 1), encoding="utf-8")
    error = refusal(territory, model)
    assert (Path(error.file).name, error.rule) == ("levers.yaml", name)
    assert error.line > 0
    assert sentence in error.sentence


def test_a_lever_without_source(territory: Territory, model: Path) -> None:
    line = edited(
        model,
        "levers.yaml",
        "  trend_source: {producer: ADEME, title: Transition(s) 2050, year: 2021, scope: national}\n",
        "",
    )
    error = refusal(territory, model)
    assert (error.rule, "source" in error.sentence) == ("deep_renovation", True)
    assert 0 < error.line < line


def test_a_simplex_that_does_not_sum(territory: Territory, model: Path) -> None:
    edited(model, "levers.yaml", "  trend: 60\n", "  trend: 50\n")
    assert "100" in refusal(territory, model).sentence


DEAD: list[tuple[str, Callable[[str], str]]] = [
    ("never read", lambda text: text),
    (
        "times zero",
        lambda text: text.replace(
            "residential_emissions + ", "residential_emissions + 0 * path(lever.dead) * waste_emissions + "
        ),
    ),
]


@pytest.mark.parametrize(("how", "edit"), DEAD, ids=[how for how, _ in DEAD])
def test_a_dead_lever(territory: Territory, model: Path, how: str, edit: Callable[[str], str]) -> None:
    levers = model / "levers.yaml"
    text = levers.read_text(encoding="utf-8")
    block = text[text.index("industry_cut:\n") :].partition("\n\n")[0] + "\n"
    levers.write_text(text + "\n" + block.replace("industry_cut:", "dead:"), encoding="utf-8")
    totals = model / "rules" / "6_totals.yaml"
    totals.write_text(edit(totals.read_text(encoding="utf-8")), encoding="utf-8")
    error = refusal(territory, model)
    assert (Path(error.file).name, error.rule) == ("levers.yaml", "dead")
    assert error.line == text.count("\n") + 2
    assert "ne fait bouger" in error.sentence


def test_missing_files(territory: Territory, model: Path) -> None:
    (model / "factors.csv").unlink()
    assert "factors.csv" in refusal(territory, model).sentence
    assert "aucun fichier de règles" in refusal(territory, model / "nowhere").sentence


def test_not_utf8(territory: Territory, model: Path) -> None:
    (model / "rules" / "9.yaml").write_bytes("é".encode("latin-1"))
    assert "UTF-8" in refusal(territory, model).sentence


def test_a_rule_read_by_nobody_but_itself_is_named_in_english_too(territory: Territory, model: Path) -> None:
    text = ABOUT + rule("essai", unit="GWh/yr", formula="final_energy * 2", over="[commune, year]")
    (model / "rules" / "9.yaml").write_text(text, encoding="utf-8")
    assert "nobody reads" in refusal(territory, model).sentence_en
