"""`cordee territory import`, `imports`, `import-undo`."""

import json
import math
from pathlib import Path

import pytest

from components.command.main import main
from components.scenario.holder import scenario_engine
from components.scenario.trace import why
from components.territory.pack import load_territory

GRENOBLE = "grenoble-alpes-metropole"
IGT = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "ges_igt2016_geographie2016.csv"
SOURCE = (
    "--producer",
    "GRDF",
    "--title",
    "Conso",
    "--year",
    "2023",
    "--method",
    "measured",
    "--licence",
    "LO 2.0",
)


@pytest.fixture(autouse=True)
def local(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CORDEE_LOCAL", str(tmp_path / "local"))
    return tmp_path / "local"


@pytest.fixture
def gas(tmp_path: Path) -> Path:
    path = tmp_path / "gaz.csv"
    path.write_text("insee;Gaz (MWh)\n38057;1 000\n38185;4000\n", encoding="utf-8")
    return path


def column(path: Path) -> list[str]:
    return ["territory", "import", GRENOBLE, str(path), "--column", "gas_gwh=Gaz (MWh)", *SOURCE]


def test_a_dry_run_says_everything_and_writes_nothing(
    gas: Path, local: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*column(gas), "--dry-run"]) == 0
    said = capsys.readouterr().out
    assert "2 communes sur 49" in said
    assert "rien n’a été écrit" in said
    assert not local.exists()


def test_import_list_undo(gas: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(column(gas)) == 0
    assert load_territory(GRENOBLE).communes["gas_gwh"].dropna().to_dict() == {"38057": 1.0, "38185": 4.0}
    capsys.readouterr()
    assert main(["territory", "imports", GRENOBLE, "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["id"], row["source"]["producer"], row["file"]["name"]) == ("0001", "GRDF", "gaz.csv")
    assert main(["territory", "import-undo", GRENOBLE]) == 0
    assert "gas_gwh" not in load_territory(GRENOBLE).communes
    assert main(["territory", "import-undo", GRENOBLE]) == 1


def test_the_next_file_of_the_same_header_needs_nothing_more(
    gas: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(column(gas))
    again = tmp_path / "autre.csv"
    again.write_text("insee;Gaz (MWh)\n38057;2000\n", encoding="utf-8")
    assert main(["territory", "import", GRENOBLE, str(again), "--year", "2024"]) == 0
    assert "Correspondance reprise" in capsys.readouterr().out
    assert load_territory(GRENOBLE).columns["gas_gwh"].year == 2024


def test_faults_are_told_by_line_and_refused_unless_accepted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "gaz.csv"
    path.write_text("insee;Gaz (MWh)\n38057;12,3,4\n38185;4000\n", encoding="utf-8")
    assert main(column(path)) == 1
    assert "ligne 2, colonne B\u202f: «\u202f12,3,4\u202f» n’est pas un nombre" in capsys.readouterr().err
    assert load_territory(GRENOBLE).imported == ()
    assert main([*column(path), "--accept-faults"]) == 0


def test_json_says_the_same(gas: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*column(gas), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["communes"], said["found"], said["fault_count"], said["import"]) == (49, 2, 0, "0001")
    assert said["columns"]["gas_gwh"] == {"known": 2, "total": 5.0, "unit": "GWh/year"}


def test_a_mapping_is_written_and_followed(
    gas: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "gaz.json"
    assert main([*column(gas), "--dry-run", "--save-mapping", str(kept)]) == 0
    assert main(["territory", "import", GRENOBLE, str(gas), "--mapping", str(kept)]) == 0
    assert load_territory(GRENOBLE).columns["gas_gwh"].producer == "GRDF"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["absent.csv"], "ne peut pas être lu"),
        (["{gas}"], "Choisissez au moins une colonne"),
        (["{gas}", "--column", "gas_gwh"], "NOM=EN-TÊTE"),
        (["{gas}", "--column", "nope=Gaz (MWh)"], "pas de colonne"),
        (["{gas}", "--column", "gas_gwh=Bois"], "pas d’en-tête"),
        (["{gas}", "--column", "gas_gwh=Gaz (MWh)@ha", *SOURCE], "ne peut pas devenir"),
        (["{gas}", "--mapping", "absent.json"], "n’existe pas"),
        (["{gas}", "--sheet", "Feuille 2"], "n’a pas de feuille"),
    ],
)
def test_a_bad_order_is_a_sentence(
    words: list[str], said: str, gas: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["territory", "import", GRENOBLE, *(word.format(gas=gas) for word in words)]) == 1
    assert said in capsys.readouterr().err


def test_a_file_that_nobody_has_seen_must_be_confirmed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "conso.csv"
    path.write_text(
        "code_commune;annee;filiere;libelle_grand_secteur;conso\n38057;2023;Gaz;RESIDENTIEL;1\n"
        "38057;2023;Gaz;TERTIAIRE;2\n",
        encoding="utf-8",
    )
    order = ["territory", "import", GRENOBLE, str(path)]
    assert main(order) == 1
    assert "--mapping sdes_energy" in capsys.readouterr().err
    assert main([*order, "--mapping", "sdes_energy"]) == 0


def test_an_imported_figure_is_the_answer_to_why_and_the_engine_reads_it_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if not IGT.is_file():
        pytest.skip("the inventory is not beside the project")
    before = scenario_engine(GRENOBLE)
    path = tmp_path / "igt.csv"
    path.write_bytes(IGT.read_bytes().replace(b"\n38185,38185,", b"\n38185,38185,9", 1))
    assert main(["territory", "import", GRENOBLE, str(path), "--mapping", "ademe_igt"]) == 0
    after = scenario_engine(GRENOBLE)
    assert after is not before
    assert after.territory.communes.loc["38185", "ghg2016_agriculture_tco2e"] == 9325.7
    found = why(after, after.run(after.settings({})), "Emissions|CO2e|Agriculture", "38185", 2019)
    assert "igt.csv" in json.dumps(found, ensure_ascii=False)


SECTORS = {
    "residential": "Résidentiel",
    "services": "Tertiaire",
    "industry": "Industrie",
    "agriculture": "Agriculture",
    "road": "Transport routier",
    "other_transport": "Autres transports",
}


@pytest.mark.parametrize("tonnes_per_gwh", [230.0, 20.0], ids=["likely", "out of a rule's bounds"])
def test_energy_unknown_in_the_pack_is_known_once_imported(tmp_path: Path, tonnes_per_gwh: float) -> None:
    slug = "sisteronais-buech"
    before = scenario_engine(slug)
    communes = before.territory.communes
    figures = {
        (code, said): (communes[f"ghg2016_{sector}_tco2e"].fillna(0)[code] + 10) / tonnes_per_gwh
        for code in communes.index
        for sector, said in SECTORS.items()
    }
    rows = [f"{int(code)};2019;{said};{gwh:.6f}".replace(".", ",") for (code, said), gwh in figures.items()]
    path = tmp_path / "energie.csv"
    path.write_bytes("\r\n".join(["code_insee;annee;secteur;conso (GWh)", *rows]).encode("cp1252"))
    assert math.isnan(before.run(before.settings({})).total("Final Energy")[0])
    assert main(["territory", "import", slug, str(path), "--mapping", "regional_energy"]) == 0
    after = scenario_engine(slug)
    known = after.run(after.settings({})).total("Final Energy")[0]
    assert known == pytest.approx(sum(figures.values()), rel=1e-6)
    assert main(["territory", "import-undo", slug]) == 0
    again = scenario_engine(slug)
    assert math.isnan(again.run(again.settings({})).total("Final Energy")[0])
