"""The table of measurements: what is run, and what happens when it fails."""

from pathlib import Path

from components.command.bench import measures
from tests.command.house import cordee, environ


def test_only_what_can_be_run_is_a_measurement(tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text("import sys\n\n\ndef main() -> None:\n    print(1)\n")
    (tmp_path / "page.py").write_text("raise SystemExit('imported')\n")
    assert measures(tmp_path) == ["one"]


def test_the_engine_is_among_them() -> None:
    assert "engine" in measures()


def test_an_unknown_measurement_is_one_sentence(tmp_path: Path) -> None:
    result = cordee("bench", "luck", env=environ(tmp_path))
    assert result.returncode == 1
    assert "Mesure inconnue" in result.stderr
