"""A copy of the real pack, to break at will."""

import shutil
from pathlib import Path

import pytest

from components.territory.pack import TERRITORIES

GRENOBLE = TERRITORIES / "grenoble-alpes-metropole"
SHARED = TERRITORIES.parents[2] / "shared" / "data"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = tmp_path / "pack"
    shutil.copytree(GRENOBLE, folder)
    return folder


@pytest.fixture
def shared() -> Path:
    if not SHARED.is_dir():
        pytest.skip(f"the source figures are not beside the project ({SHARED})")
    return SHARED
