import errno
import json
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from components.importing import layers, saved
from components.importing.document import ImportRefused
from components.importing.preview import Preview, confirm, names_of, open_table, preview
from components.importing.reading import Reading
from components.territory.pack import PackError, Territory, imports_of, load_territory
from tests.importing.conftest import GRENOBLE
from tests.importing.files import choose, document

ROWS = [["insee", "Gaz (MWh)"], ["38057", "1000"], ["38185", "s"]]


def told(territory: Territory, rows: list[list[str]] = ROWS, target: str = "gas_gwh") -> Preview:
    opened = open_table(document(rows), territory)
    return preview(opened, choose(("gaz mwh", target, "MWh")), territory)


def test_an_import_lies_over_the_pack_and_its_removal_gives_the_pack_back(grenoble: Territory) -> None:
    before = {path: path.read_bytes() for path in grenoble.path.iterdir() if path.is_file()}
    assert confirm(told(grenoble), grenoble) == ("0001", True)
    after = load_territory(GRENOBLE)
    assert after is not grenoble
    assert after.communes["gas_gwh"].dropna().to_dict() == {"38057": 1.0}
    column = after.columns["gas_gwh"]
    assert (column.producer, column.year, column.method, column.unit) == (
        "SDES",
        2023,
        "measured",
        "GWh/year",
    )
    assert "fichier.csv" in after.sources[column.source]["note"]
    assert {path: path.read_bytes() for path in before} == before
    layers.undo_import(imports_of(GRENOBLE), "0001")
    assert "gas_gwh" not in load_territory(GRENOBLE).communes
    assert os.listdir(imports_of(GRENOBLE)) == []


def test_the_same_file_twice_is_one_import(grenoble: Territory) -> None:
    confirm(told(grenoble), grenoble)
    assert confirm(told(load_territory(GRENOBLE)), load_territory(GRENOBLE)) == ("0001", False)
    assert layers.ids(imports_of(GRENOBLE)) == ["0001"]


def test_a_newer_import_of_a_column_gives_it_whole_and_undoing_it_gives_the_older_back(
    grenoble: Territory,
) -> None:
    confirm(told(grenoble), grenoble)
    confirm(told(grenoble, [["insee", "Gaz (MWh)"], ["38185", "7000"]]), grenoble)
    assert load_territory(GRENOBLE).communes["gas_gwh"].dropna().to_dict() == {"38185": 7.0}
    # The first file again is now a change: it is imported anew.
    assert confirm(told(grenoble), grenoble) == ("0003", True)
    layers.undo_import(imports_of(GRENOBLE), "0003")
    layers.undo_import(imports_of(GRENOBLE), "0002")
    assert load_territory(GRENOBLE).communes["gas_gwh"].dropna().to_dict() == {"38057": 1.0}


def test_a_column_of_the_pack_is_replaced_and_what_becomes_unknown_is_said(grenoble: Territory) -> None:
    rows = [["insee", "routier"], ["38185", "5"]]
    opened = open_table(document(rows), grenoble)
    mapping = choose(("routier", "ghg2016_road_tco2e", "tCO2e"))
    mapping = replace(mapping, provenance=replace(mapping.provenance, year=2016))
    seen = preview(opened, mapping, grenoble)
    assert {"becomes_unknown", "far_below"} <= {note.key for note in seen.notes}
    confirm(seen, grenoble)
    assert load_territory(GRENOBLE).communes["ghg2016_road_tco2e"].count() == 1


def test_values_come_back_to_the_last_digit(grenoble: Territory) -> None:
    figures = {"38057": 0.1 + 0.2, "38185": 123456789.123456, "38059": 1e-9, "38068": 0.0}
    seen = told(grenoble)
    assert seen.reading is not None
    seen.reading.columns["gas_gwh"].values |= figures
    confirm(seen, grenoble)
    assert load_territory(GRENOBLE).communes["gas_gwh"].dropna().to_dict() == pytest.approx(
        figures, abs=1e-12
    )


@pytest.mark.parametrize("call", ["fsync", "mkdir"])
def test_a_full_disk_leaves_no_half_import(
    call: str, grenoble: Territory, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, call, full)
    with pytest.raises(ImportRefused, match="intacts"):
        confirm(told(grenoble), grenoble)
    monkeypatch.undo()
    monkeypatch.setenv("CORDEE_LOCAL", str(imports_of(GRENOBLE).parents[2]))
    assert layers.ids(imports_of(GRENOBLE)) == []
    assert load_territory(GRENOBLE).imported == ()


def test_imports_written_at_once_are_all_there(grenoble: Territory) -> None:
    def bring(amount: int) -> str:
        return confirm(told(grenoble, [["insee", "Gaz (MWh)"], ["38057", str(amount)]]), grenoble)[0]

    with ThreadPoolExecutor(8) as pool:
        written = list(pool.map(bring, range(1, 9)))
    assert sorted(written) == [f"{number:04}" for number in range(1, 9)]
    assert len(load_territory(GRENOBLE).imported) == 8


def test_a_half_written_folder_is_not_read_and_is_swept_later(grenoble: Territory) -> None:
    folder = imports_of(GRENOBLE)
    (folder / ".new-killed").mkdir(parents=True)
    (folder / ".new-killed" / "values.csv").write_text("insee,gas_gwh\n38057,1")
    assert load_territory(GRENOBLE).imported == ()
    os.utime(folder / ".new-killed", (0, 0))
    confirm(told(grenoble), grenoble)
    assert sorted(os.listdir(folder)) == ["0001"]


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: (path / "values.csv").write_text("insee,gas_gwh\n38057,abc\n"),
        lambda path: (path / "values.csv").write_text("insee,gas_gwh\n38057,-1\n"),
        lambda path: (path / "values.csv").unlink(),
        lambda path: (path / "provenance.json").write_text("{"),
        lambda path: (path / "provenance.json").write_text("[1]"),
        lambda path: (path / "provenance.json").unlink(),
    ],
)
def test_a_damaged_import_is_named_and_can_be_taken_back(damage: object, grenoble: Territory) -> None:
    confirm(told(grenoble), grenoble)
    damage(imports_of(GRENOBLE) / "0001")  # type: ignore[operator]
    with pytest.raises(PackError, match="imports/0001/"):
        load_territory(GRENOBLE)
    layers.undo_import(imports_of(GRENOBLE), "0001")
    assert load_territory(GRENOBLE).imported == ()


@pytest.mark.parametrize("identifier", ["0002", "../..", "", ".new-1", "x"])
def test_only_an_import_can_be_taken_back(identifier: str, grenoble: Territory) -> None:
    confirm(told(grenoble), grenoble)
    with pytest.raises(ImportRefused):
        layers.undo_import(imports_of(GRENOBLE), identifier)
    assert layers.ids(imports_of(GRENOBLE)) == ["0001"]


def test_a_choice_once_made_is_taken_up_for_next_years_file(grenoble: Territory) -> None:
    def rows(year: int) -> list[list[str]]:
        return [["insee", f"Gaz {year} MWh"], ["38057", "1000"]]

    opened = open_table(document(rows(2023)), grenoble)
    confirm(preview(opened, choose((opened.table.keys[1], "gas_gwh", "MWh")), grenoble), grenoble)
    again = open_table(document(rows(2024), "autre.csv"), grenoble)
    assert (again.origin, again.mapping.provenance.year) == ("saved", 2024)
    assert again.mapping.targets() == ("gas_gwh",)
    other = open_table(document([["insee", "Bois 2024"], ["38057", "1"]]), grenoble)
    assert other.origin == "none"


def test_a_kept_choice_that_is_damaged_is_forgotten(grenoble: Territory) -> None:
    confirm(told(grenoble), grenoble)
    (kept,) = saved.mappings_folder().iterdir()
    kept.write_text(json.dumps({"choices": [{"target": 1}]}))
    assert open_table(document(ROWS), grenoble).origin == "none"


def test_what_is_refused_is_not_imported_unless_it_is_accepted(grenoble: Territory) -> None:
    rows = [["insee", "Gaz (MWh)"], ["38057", "1,2,3"], ["38185", "5000"]]
    with pytest.raises(ImportRefused) as refused:
        confirm(told(grenoble, rows), grenoble)
    assert refused.value.key == "faults_left"
    confirm(told(grenoble, rows), grenoble, accept_faults=True)
    assert load_territory(GRENOBLE).communes["gas_gwh"].dropna().to_dict() == {"38185": 5.0}


def test_nothing_known_is_no_import(grenoble: Territory) -> None:
    seen = told(grenoble, [["insee", "Gaz (MWh)"], ["38057", "nd"]])
    assert not seen.importable
    with pytest.raises(ImportRefused):
        confirm(seen, grenoble)


def test_a_pack_of_a_folder_has_its_imports_beside_it(tmp_path: Path, grenoble: Territory) -> None:
    folder = tmp_path / "pack"
    folder.mkdir()
    for path in grenoble.path.iterdir():
        if path.is_file():
            (folder / path.name).write_bytes(path.read_bytes())
    territory = load_territory(folder)
    confirm(told(territory), territory)
    assert (folder / "imports" / "0001" / "values.csv").is_file()
    assert "gas_gwh" in load_territory(folder).communes
    assert "gas_gwh" not in load_territory(GRENOBLE).communes


def test_a_year_in_a_columns_name_is_that_of_the_file(grenoble: Territory) -> None:
    opened = open_table(document([["insee", "routier"], ["38185", "5"]]), grenoble)
    seen = preview(opened, choose(("routier", "ghg2016_road_tco2e", "tCO2e")), grenoble)
    assert [refusal.key for refusal in seen.missing] == ["other_year"]


def test_provenance_holds_what_is_needed_to_find_the_figures_again(grenoble: Territory) -> None:
    seen = told(grenoble)
    assert isinstance(seen.reading, Reading)
    about = layers.provenance(
        seen.opened.document, seen.mapping, seen.reading, datetime(2026, 3, 1, 12, tzinfo=UTC)
    )
    assert about["file"] == {"name": "fichier.csv", "sha256": seen.opened.document.sha256}
    assert about["source"]["licence"] == "Licence Ouverte 2.0"
    assert about["columns"]["gas_gwh"]["from"] == ["Gaz (MWh)"]
    assert about["imported_at"] == "2026-03-01T12:00:00+00:00"
    assert names_of(grenoble)["38185"] == "Grenoble"
