"""Each way to break a pack is told with file, line and a French reason; nothing else is ever raised."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from components.look.i18n import texts
from components.territory.check import FILES
from components.territory.pack import PackError, check_pack, load_territory
from tests.examples import examples

Break = Callable[[str], str]


def replace(old: str, new: str) -> Break:
    def change(text: str) -> str:
        assert old in text, f"{old!r} is no longer in the pack: the test breaks nothing"
        return text.replace(old, new, 1)

    return change


def cell(row: str, column: str, value: str) -> Break:
    """Set one cell of communes.csv, its row named by INSEE code."""

    def change(text: str) -> str:
        lines = text.splitlines()
        at = lines[0].split(",").index(column)
        number = next(i for i, line in enumerate(lines) if line.startswith(row))
        cells = lines[number].split(",")
        cells[at] = value
        lines[number] = ",".join(cells)
        return "\n".join(lines) + "\n"

    return change


def drop_line(start: str) -> Break:
    return lambda text: "".join(line for line in text.splitlines(True) if not line.startswith(start))


def field(name: str, key: str, value: object = None) -> Break:
    """Set (or, without value, remove) one property of a described column."""

    def change(text: str) -> str:
        package = json.loads(text)
        for resource in package["resources"]:
            for item in resource.get("schema", {}).get("fields", []):
                if item["name"] == name:
                    item[key] = value
                    if value is None:
                        del item[key]
        return json.dumps(package, ensure_ascii=False, indent=2)

    return change


def outline(code: str, geometry: object) -> Break:
    def change(text: str) -> str:
        lines = text.splitlines()
        for i, line in enumerate(lines):
            if f'"insee":"{code}"' in line:
                feature = json.loads(line.rstrip(","))
                feature["geometry"] = geometry
                lines[i] = json.dumps(feature) + ("," if line.endswith(",") else "")
        return "\n".join(lines)

    return change


SQUARE = [[5.7, 45.1], [5.8, 45.1], [5.8, 45.2], [5.7, 45.2], [5.7, 45.1]]
BOW_TIE = [[5.7, 45.1], [5.8, 45.2], [5.8, 45.1], [5.7, 45.2], [5.7, 45.1]]


def polygon(ring: object) -> dict[str, object]:
    return {"type": "Polygon", "coordinates": [ring]}


def swap(first: str, second: str) -> Break:
    """Give two communes each other's outline."""
    return lambda text: text.replace(first, "#").replace(second, first).replace("#", second)


# (file, how it is broken, line of the fault where it is told in that file and known, key of the fault)
BROKEN: list[tuple[str, Break, int | None, str]] = [
    ("communes.csv", cell("38057", "area_km2", "-2.78"), 2, "negative"),
    ("communes.csv", cell("38059", "population", "-2509"), 3, "negative"),
    ("communes.csv", cell("38059", "area_km2", "0"), 3, "area_zero"),
    ("communes.csv", cell("38059", "area_km2", ""), 3, "cell_empty"),
    ("communes.csv", cell("38068", "dwellings", "beaucoup"), 4, "not_integer"),
    ("communes.csv", cell("38068", "dwellings", "602.5"), 4, "not_integer"),
    ("communes.csv", cell("38068", "ghg2016_road_tco2e", "nan"), 4, "not_number"),
    ("communes.csv", cell("38068", "ghg2016_road_tco2e", "7 263.9"), 4, "not_number"),
    ("communes.csv", cell("38068", "ghg2016_road_tco2e", "1e400"), 4, "not_number"),
    ("communes.csv", cell("38071", "ghg2016_road_tco2e", "4532,2"), 5, "cell_count"),
    ("communes.csv", cell("38057", "insee", "38999"), 2, "commune_unknown"),
    ("communes.csv", cell("38057", "insee", "38059"), 3, "commune_twice"),
    ("communes.csv", cell("38057", "name", "Bressan"), 2, "name_differs"),
    ("communes.csv", cell("38057", "name", "=1+1"), 2, "text_hostile"),
    ("communes.csv", cell("38057", "name", "<script>alert(1)</script>"), 2, "text_hostile"),
    ("communes.csv", cell("38057", "name", "Bres\u202eson"), 2, "forbidden_character"),
    ("communes.csv", cell("38057", "name", '"Bresson'), None, "csv_broken"),
    ("communes.csv", cell("38057", "vacant_homes", "80"), 2, "homes_differ"),
    ("communes.csv", cell("38057", "land_forest_ha", "13.65"), 2, "land_differs"),
    ("communes.csv", replace("population_2021", "pop2021"), 1, "column_missing"),
    ("communes.csv", replace("population_2021", "pop2021"), 1, "column_undescribed"),
    ("communes.csv", replace("population_2021", "population"), 1, "column_twice"),
    ("communes.csv", lambda text: text.replace(",", ";"), 1, "separator"),
    ("communes.csv", lambda text: text.splitlines()[0] + "\n", 1, "table_empty"),
    ("official.csv", replace("433215", "433125"), 8, "official_differs"),
    ("official.csv", drop_line("residue"), 7, "official_differs"),
    ("official.csv", drop_line("total,ghg"), 1, "official_total_missing"),
    ("official.csv", replace("433215", ""), 2, "cell_empty"),
    ("official.csv", replace("433215", "-433215"), 2, "negative"),
    ("official.csv", replace("waste,ghg", "transport,ghg"), 5, "item_twice"),
    ("official.csv", replace("waste,ghg", "waste,gaz"), 5, "quantity_unknown"),
    ("official.csv", replace("waste,ghg,tCO2e", "waste,ghg,kt"), 5, "unit_differs"),
    ("official.csv", replace("92935,declared", "92935,deviné"), 5, "origin_bad"),
    ("datapackage.json", field("population", "unit"), None, "column_incomplete"),
    ("datapackage.json", field("population", "producer"), None, "column_incomplete"),
    ("datapackage.json", field("population", "year"), None, "column_incomplete"),
    ("datapackage.json", field("population", "year", "l'an dernier"), None, "column_incomplete"),
    ("datapackage.json", field("population", "method", "guessed"), None, "column_incomplete"),
    ("datapackage.json", field("population", "licence", ""), None, "column_incomplete"),
    ("datapackage.json", field("population", "source"), None, "column_incomplete"),
    ("datapackage.json", field("population", "source", "ailleurs"), None, "source_unknown"),
    ("datapackage.json", field("population", "type", "date"), None, "type_bad"),
    ("datapackage.json", field("area_km2", "unit", "ha"), None, "column_differs"),
    ("datapackage.json", field("population", "name", "houses"), None, "column_twice"),
    ("datapackage.json", replace('"path": "official.csv"', '"path": "autre.csv"'), 1, "resource_missing"),
    ("datapackage.json", replace('"sources"', '"origines"'), 1, "descriptor_sources"),
    ("datapackage.json", replace('"profile"', "profile"), 2, "json_broken"),
    ("datapackage.json", lambda text: "[" * 100_000, 1, "json_broken"),
    ("datapackage.json", lambda text: '{"year": ' + "9" * 5_000 + "}", 1, "json_broken"),
    ("datapackage.json", lambda text: "[]", 1, "json_broken"),
    (
        "outlines.geojson",
        drop_line('{"type":"Feature","properties":{"insee":"38185"'),
        None,
        "commune_without_outline",
    ),
    ("outlines.geojson", replace('"insee":"38185"', '"insee":"38184"'), None, "commune_unknown"),
    ("outlines.geojson", replace('"insee":"38185"', '"insee":"38057"'), 2, "commune_twice"),
    ("outlines.geojson", replace('"insee":"38057"', '"insee":"Bresson"'), None, "outline_code_bad"),
    ("outlines.geojson", outline("38057", None), 2, "outline_missing"),
    ("outlines.geojson", outline("38057", {"type": "Polygon", "coordinates": []}), 2, "outline_missing"),
    (
        "outlines.geojson",
        outline("38057", {"type": "Point", "coordinates": [5, 45]}),
        2,
        "outline_not_polygon",
    ),
    ("outlines.geojson", outline("38057", polygon(SQUARE[:-1])), 2, "outline_open"),
    ("outlines.geojson", outline("38057", polygon(BOW_TIE)), 2, "outline_crossed"),
    ("outlines.geojson", outline("38057", polygon([[5, 45], ["x", 1]] * 3)), 2, "outline_broken"),
    ("outlines.geojson", outline("38057", polygon([[500, 45]] * 5)), 2, "outline_broken"),
    ("outlines.geojson", outline("38057", polygon(SQUARE)), 2, "outline_area"),
    ("outlines.geojson", swap("38057", "38059"), None, "outline_area"),
    ("outlines.geojson", replace("FeatureCollection", "Feature"), 1, "outlines_bad"),
    ("outlines.geojson", replace("5.7569", "NaN,5.7569"), 1, "json_broken"),
    ("outlines.geojson", replace('"Bresson"', '"Bres\\u202eson"'), None, "forbidden_character"),
    ("outlines.geojson", replace('"Bresson"', '"\\ud800"'), None, "forbidden_character"),
    ("territory.yaml", replace("slug: gren", "slug: ../gren"), 3, "slug_bad"),
    ("territory.yaml", replace('siren: "200040715"', "siren: 2000"), 5, "siren_bad"),
    ("territory.yaml", replace("name: Grenoble-Alpes Métropole", "name:"), 4, "entry_missing"),
    ("territory.yaml", replace("labels: {fr: Grenoble-Alpes Métropole,", "labels: {"), 6, "label_missing"),
    ("territory.yaml", replace("languages: [fr, en]", "languages: en"), 7, "languages_bad"),
    ("territory.yaml", replace("population: 449509", "population: 449510"), 11, "total_differs"),
    ("territory.yaml", replace("population: 449509", "population: beaucoup"), 11, "total_bad"),
    ("territory.yaml", replace("producer: INSEE", "producer:"), 14, "source_incomplete"),
    ("territory.yaml", replace("licence: Licence Ouverte 2.0", "licence: ''"), 14, "source_incomplete"),
    ("territory.yaml", replace("  insee_census_2021:", "  autre_source:"), None, "source_unknown"),
    ("territory.yaml", replace('"38185": Grenoble', '"38184": Grenoble'), None, "commune_unknown"),
    ("territory.yaml", replace('"38185": Grenoble', '"38057": Grenoble'), None, "duplicate_key"),
    ("territory.yaml", replace('"38185": Grenoble', '"grenoble": Grenoble'), None, "code_bad"),
    ("territory.yaml", replace("name: Gren", "name: [Gren"), None, "yaml_broken"),
    ("territory.yaml", lambda text: "&a [*a, *a]", 1, "yaml_broken"),
    ("territory.yaml", lambda text: "[" * 20_000, 1, "yaml_broken"),
    ("territory.yaml", replace("note: Codes", "note: " + "a" * 2_000 + " Codes"), None, "text_too_long"),
]


@pytest.mark.parametrize(
    ("file", "change", "row", "key"), BROKEN, ids=[f"{b[0]}-{b[3]}-{i}" for i, b in enumerate(BROKEN)]
)
def test_a_broken_pack_is_refused_with_file_row_and_reason(
    pack: Path, file: str, change: Break, row: int | None, key: str
) -> None:
    path = pack / file
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(PackError) as caught:
        load_territory(pack)
    found = [fault for fault in caught.value.faults if fault.key == key]
    assert found, caught.value
    if row is not None:
        assert (file, row) in [(fault.file, fault.row) for fault in found]
    for fault in caught.value.faults:
        assert fault.file in FILES
        assert fault.row >= 1
        assert re.search("[a-z]", fault.reason)
        assert "{" not in fault.reason
        assert "{" not in fault.sentence("en")


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"", "file_empty"),
        (b" \n\n", "file_empty"),
        ("é".encode("latin-1"), "encoding"),
        ("name: Isère\n".encode("utf-16"), "encoding"),
        (b"a\x00b", "forbidden_character"),
        (None, "file_missing"),
    ],
)
def test_any_file_empty_missing_or_in_another_encoding(
    pack: Path, file: str, content: bytes | None, key: str
) -> None:
    if content is None:
        (pack / file).unlink()
    else:
        (pack / file).write_bytes(content)
    assert (file, 1, key) in [(fault.file, fault.row, fault.key) for fault in check_pack(pack)]


def test_the_line_of_a_badly_encoded_cell_is_told(pack: Path) -> None:
    path = pack / "communes.csv"
    path.write_bytes(path.read_bytes().replace("Brié".encode(), "Brié".encode("latin-1")))
    fault = check_pack(pack)[0]
    assert (fault.file, fault.row, fault.key) == ("communes.csv", 3, "encoding")


def test_a_file_too_big_to_read(pack: Path) -> None:
    (pack / "territory.yaml").write_text("#" * 1_000_001, encoding="utf-8")
    assert str(check_pack(pack)[0]) == "territory.yaml:1: fichier de plus de 1 Mo, refusé."


def test_a_yaml_tag_builds_nothing(pack: Path) -> None:
    path = pack / "territory.yaml"
    hostile = replace("name: Gren", "name: !!python/object/apply:os.getcwd Gren")
    path.write_text(hostile(path.read_text(encoding="utf-8")), encoding="utf-8")
    assert load_territory(pack).name == "Grenoble-Alpes Métropole"


def test_a_file_that_is_a_folder(pack: Path) -> None:
    (pack / "official.csv").unlink()
    (pack / "official.csv").mkdir()
    assert "file_unreadable" in [fault.key for fault in check_pack(pack)]


def test_a_byte_order_mark_and_windows_line_ends_are_accepted(pack: Path) -> None:
    path = pack / "communes.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert check_pack(pack) == []


def test_all_faults_are_told_not_only_the_first(pack: Path) -> None:
    for file, change in [
        ("communes.csv", cell("38057", "area_km2", "-2.78")),
        ("communes.csv", cell("38185", "flats", "x")),
        ("official.csv", replace("433215", "1")),
        ("datapackage.json", field("houses", "licence")),
    ]:
        (pack / file).write_text(change((pack / file).read_text(encoding="utf-8")), encoding="utf-8")
    faults = check_pack(pack)
    assert [(fault.file, fault.key) for fault in faults] == [
        ("communes.csv", "negative"),
        ("communes.csv", "not_integer"),
        ("official.csv", "official_differs"),
        ("datapackage.json", "column_incomplete"),
    ]
    assert str(faults[0]) == "communes.csv:2: «\u202farea_km2\u202f» est négatif\u202f: -2.78."


def test_an_empty_cell_is_unknown_and_accepted(pack: Path) -> None:
    path = pack / "communes.csv"
    path.write_text(cell("38057", "land_forest_ha", "")(path.read_text(encoding="utf-8")), encoding="utf-8")
    communes = load_territory(pack).communes
    assert communes.land_forest_ha.isna()["38057"]
    assert communes.land_forest_ha.notna().sum() == 48


def test_every_fault_of_the_code_has_a_sentence_and_every_sentence_a_use() -> None:
    sources = Path(__file__).parents[2] / "components"
    code = "".join(p.read_text(encoding="utf-8") for p in (sources / "territory").glob("*.py"))
    code += (sources / "command" / "territory.py").read_text(encoding="utf-8")
    for name in texts("territory"):
        assert f'"{name}"' in code or f'"territory.{name}"' in code, f"nothing says {name!r}"


@settings(
    max_examples=examples(150), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    file=st.sampled_from(FILES),
    at=st.floats(0, 1),
    length=st.integers(0, 400),
    inserted=st.one_of(
        st.binary(max_size=40),
        st.sampled_from(
            [b"\xff", b"\0", b'"', b"'", b"{", b"[", b"-", b",", b"\n", b"&a *a", b"1e999", b"null"]
        ),
    ),
)
def test_random_corruption_raises_nothing_but_pack_error(
    pack: Path, file: str, at: float, length: int, inserted: bytes
) -> None:
    path = pack / file
    sound = path.read_bytes()
    start = int(at * len(sound))
    path.write_bytes(sound[:start] + inserted + sound[start + length :])
    try:
        territory = load_territory(pack)
        communes = len(territory.communes)
    except PackError as error:
        communes = 49 if error.faults and str(error) else 0
    finally:
        path.write_bytes(sound)
    assert communes == 49
