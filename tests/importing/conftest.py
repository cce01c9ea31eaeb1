"""A territory small enough to read, and a local folder of its own for every test."""

from pathlib import Path

import pytest

from components.territory.pack import Territory, load_territory

GRENOBLE = "grenoble-alpes-metropole"


@pytest.fixture(autouse=True)
def local(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "local"
    monkeypatch.setenv("CORDEE_LOCAL", str(folder))
    return folder


@pytest.fixture
def grenoble() -> Territory:
    return load_territory(GRENOBLE)
