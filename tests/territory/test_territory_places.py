"""Which territories are served, where they are, and which one comes first."""

import os
from pathlib import Path

import pytest

from components.territory.pack import default_territory, list_territories, load_territory
from components.territory.places import misplaced, territory_folders
from components.territory.write import pack_files, save
from tests.territory.test_territory_optional import small


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of packs outside the source tree, served."""
    folder = tmp_path / "mes territoires"
    assert save(folder / "au nom libre", pack_files(small())) == []
    monkeypatch.setenv("CORDEE_TERRITORIES", str(folder))
    return folder


def test_a_folder_of_packs_is_added_to_the_shipped_ones(elsewhere: Path) -> None:
    assert "deux-communes" in list_territories()
    assert "grenoble-alpes-metropole" in list_territories()
    assert load_territory("deux-communes").path == elsewhere / "au nom libre"


def test_a_pack_itself_may_be_named_and_comes_before_the_shipped_one_of_its_identifier(
    pack: Path, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CORDEE_TERRITORIES", os.pathsep.join([str(pack), "", str(elsewhere)]))
    assert territory_folders()["grenoble-alpes-metropole"] == pack
    assert load_territory("grenoble-alpes-metropole").path == pack
    assert "deux-communes" in list_territories()


def test_a_pack_being_written_is_not_listed(elsewhere: Path) -> None:
    (elsewhere / "au nom libre").rename(elsewhere / ".au nom libre.x1")
    assert "deux-communes" not in list_territories()
    assert misplaced() == [str(elsewhere)]


def test_the_default_territory_is_a_setting(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CORDEE_TERRITORY", raising=False)
    assert default_territory() == "grenoble-alpes-metropole"
    monkeypatch.setenv("CORDEE_TERRITORY", "deux-communes")
    assert default_territory() == "deux-communes"
    assert misplaced() == []
    monkeypatch.setenv("CORDEE_TERRITORY", "atlantide")
    assert default_territory() == "grenoble-alpes-metropole"
    assert misplaced() == ["atlantide"]


def test_a_folder_that_is_not_there_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORDEE_TERRITORIES", "/nulle/part")
    assert "grenoble-alpes-metropole" in list_territories()
    assert misplaced() == ["/nulle/part"]
