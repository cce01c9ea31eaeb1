"""The command line: French, one sentence for a fault, nothing imported that is not used."""

import subprocess
import sys
from pathlib import Path

import pytest

from components.access import door
from components.access.store import Settings
from components.command import main, serve
from components.command.arguments import french_error
from tests.command.house import cordee, environ


def test_help_names_every_command_and_stays_light() -> None:
    code = (
        "import sys; from components.command.main import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        "heavy = {'panel', 'bokeh', 'tornado', 'numpy', 'pandas', 'sqlalchemy'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, encoding="utf-8"
    )
    for name in main.MODULES:
        assert f"\n    {name} " in result.stdout
    assert "utilisation" in result.stdout
    assert "usage:" not in result.stdout


@pytest.mark.parametrize("command", main.MODULES)
def test_each_command_explains_itself_in_french(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main.main([command, "--help"])
    assert caught.value.code == 0
    text = capsys.readouterr().out
    assert text.startswith("utilisation")
    for english in ("usage:", "options:", "positional", "show this help"):
        assert english not in text


@pytest.mark.parametrize(
    ("words", "french"),
    [
        ([], "Il manque"),
        (["danser"], "n’existe pas"),
        (["serve", "--hurry"], "Argument inconnu"),
        (["passphrase"], "Il manque"),
        (["passphrase", "reset", "--set"], "il manque une valeur"),
        (["passphrase", "reset", "--stdin", "--set", "x"], "ne va pas avec"),
    ],
)
def test_a_command_line_not_understood_is_told_in_french(
    words: list[str], french: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main.main(words)
    assert caught.value.code == 2
    assert french in capsys.readouterr().err


def test_an_unknown_message_of_argparse_is_shown_as_it_is() -> None:
    assert french_error("something new") == "something new"


def test_an_unexpected_error_is_one_sentence_and_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_: object) -> int:
        raise ZeroDivisionError("of a scenario")

    monkeypatch.setattr(serve, "run", fail)
    monkeypatch.delenv("CORDEE_DEBUG", raising=False)
    assert main.main(["serve"]) == 1
    said = capsys.readouterr().err
    assert "Une erreur imprévue" in said
    assert "Traceback" not in said
    assert main.main(["--debug", "serve"]) == 1
    assert "Traceback" in capsys.readouterr().err


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return environ(tmp_path)


def opens(env: dict[str, str], text: str) -> bool:
    return door.opens(Settings(env["CORDEE_DB"]), text)


def test_a_reset_without_anything_draws_a_new_passphrase(env: dict[str, str]) -> None:
    result = cordee("passphrase", "reset", env=env)
    assert result.returncode == 0
    text = result.stdout.splitlines()[0].split()[-1]
    assert opens(env, text)
    again = cordee("passphrase", "reset", env=env).stdout.splitlines()[0].split()[-1]
    assert opens(env, again)
    assert not opens(env, text)


def test_a_reset_needs_no_prompt(env: dict[str, str]) -> None:
    assert cordee("passphrase", "reset", "--stdin", env=env, stdin="par l’entrée standard\n").returncode == 0
    assert opens(env, "par l’entrée standard")
    assert cordee("passphrase", "reset", "--set", "par une option", env=env).returncode == 0
    assert opens(env, "par une option")
    result = cordee("passphrase", "reset", env={**env, "CORDEE_PASSPHRASE": "par l’environnement"})
    assert opens(env, "par l’environnement")
    assert "environnement" not in result.stdout


def test_a_passphrase_too_short_changes_nothing(env: dict[str, str]) -> None:
    cordee("passphrase", "reset", "--set", "celle d’avant", env=env)
    result = cordee("passphrase", "reset", "--set", "court", env=env)
    assert result.returncode == 1
    assert "trop courte" in result.stderr
    assert opens(env, "celle d’avant")


def test_a_reset_where_nothing_can_be_written_is_one_sentence(env: dict[str, str]) -> None:
    result = cordee("passphrase", "reset", env={**env, "CORDEE_DB": "sqlite:////proc/cordee/store.db"})
    assert result.returncode == 1
    assert "ne peut pas être ouverte" in result.stderr
    assert "Traceback" not in result.stderr
