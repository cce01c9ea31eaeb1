"""`cordee passphrase reset --role`: each role has a passphrase of its own."""

from pathlib import Path

import pytest

from components.access import door
from components.access.roles import FACILITATOR, ROLES
from components.access.store import Settings
from components.command import main


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    url = f"sqlite:///{tmp_path / 'store.db'}"
    monkeypatch.setenv("CORDEE_DB", url)
    monkeypatch.delenv("CORDEE_PASSPHRASE", raising=False)
    return Settings(url)


@pytest.mark.parametrize("role", ROLES)
def test_a_role_gets_its_own_passphrase_shown_once(
    role: str, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main.main(["passphrase", "reset", "--role", role]) == 0
    text = capsys.readouterr().out.splitlines()[0].split()[-1]
    assert [other for other in ROLES if door.opens(settings, text, other)] == [role]


def test_without_a_role_it_is_the_facilitator_s(settings: Settings) -> None:
    main.main(["passphrase", "reset", "--set", "une phrase choisie", "--role", "screen"])
    main.main(["passphrase", "reset", "--set", "une autre encore"])
    assert door.opens(settings, "une autre encore", FACILITATOR)
    assert door.opens(settings, "une phrase choisie", "screen")


def test_the_environment_s_passphrase_is_the_facilitator_s_alone(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CORDEE_PASSPHRASE", "celle de l’animation")
    main.main(["passphrase", "reset", "--role", "rapporteur"])
    assert not door.opens(settings, "celle de l’animation", "rapporteur")


def test_an_unknown_role_is_said_in_french(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main.main(["passphrase", "reset", "--role", "maire"])
    assert caught.value.code == 2
    assert "maire" in capsys.readouterr().err
