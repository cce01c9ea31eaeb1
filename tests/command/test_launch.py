"""The launcher as a whole: starts, keeps alive, ends, and leaves nothing behind."""

import json
import re
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from components.command import address
from tests.command.house import House, cordee, environ, free_port, listening, until

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and /proc")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with House(tmp_path_factory.mktemp("house")) as house:
        yield house


def test_it_says_in_french_where_to_go(house: House) -> None:
    said = house.said()
    for page in ("home", "console", "screen", "explore"):
        assert f"http://localhost:{house.port}/{page}" in said
    assert f"http://127.0.0.1:{house.phone_port}" in said
    assert "Traceback" not in said


def test_home_answers_at_the_root_too(house: House) -> None:
    assert house.get("/home")[0] == 200
    assert house.get("/")[0] == 200


def test_both_processes_answer_for_themselves(house: House) -> None:
    assert (house.alive(house.port), house.alive(house.phone_port)) == ("pages", "urn")


def test_the_urn_serves_no_panel_page(house: House) -> None:
    assert house.get("/urn", house.phone_port)[0] == 404
    assert house.get("/urn/ws", house.phone_port)[0] == 404
    assert house.get("/console", house.phone_port)[0] == 404


def test_the_urn_s_sign_in_asks_for_a_helper_s_code_only(house: House) -> None:
    status, page = house.get("/login", house.phone_port)
    assert status == 200
    assert 'name="pin"' in page
    assert 'name="passphrase"' not in page


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/screen", 200),
        ("/explore", 200),
        ("/places", 200),
        ("/layers", 302),
        ("/console", 302),
        ("/console/ws", 403),
    ],
)
def test_the_console_and_what_prepares_are_behind_the_passphrase(
    house: House, path: str, status: int
) -> None:
    assert house.get(path)[0] == status


def test_phones_and_minutes_are_served_by_their_own_process(house: House) -> None:
    code = re.search(r"/v/(\w+)", house.said())
    assert code
    assert house.get("/", house.phone_port)[0] == 200
    assert house.get(f"/v/{code[1]}", house.phone_port)[0] == 200
    assert house.get(f"/v/{code[1]}")[0] == 404
    assert house.get("/places", house.phone_port)[0] == 200
    assert house.get("/layers", house.phone_port)[0] == 404
    assert house.get(f"/minutes/{code[1]}")[0] == 200


def test_secrets_are_read_by_their_owner_only(house: House) -> None:
    keys = house.folder / "store.db.keys"
    assert keys.stat().st_mode & 0o077 == 0
    assert all(file.stat().st_mode & 0o077 == 0 for file in keys.iterdir())


def test_other_processes_learn_where_phones_join(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORDEE_DB", house.env["CORDEE_DB"])
    monkeypatch.delenv("CORDEE_KEYS", raising=False)
    assert address.join_base() == f"http://127.0.0.1:{house.phone_port}"


def test_a_second_start_on_the_same_port_says_that_cordee_runs(house: House) -> None:
    result = cordee("serve", env={**house.env, "PHONE_PORT": str(free_port())})
    assert result.returncode == 1
    assert result.stderr.startswith("Cordée répond déjà sur le port")
    assert str(house.port) in result.stderr


@pytest.mark.parametrize("port", ["port", "phone_port"])
def test_a_killed_process_is_started_again_and_says_so(house: House, port: str) -> None:
    number = getattr(house, port)
    role = {"port": "des pages", "phone_port": "de l’urne"}[port]
    house.kill(number)
    assert until(lambda: f"Le processus {role} est relancé" in house.said(), 20)
    assert until(lambda: house.alive(number) is not None, 60)


def test_ctrl_c_ends_both_and_the_code_is_zero(tmp_path: Path) -> None:
    with House(tmp_path) as house:
        house.process.send_signal(signal.SIGINT)
        assert house.process.wait(10) == 0
        assert not listening(house.port)
        assert not listening(house.phone_port)
        assert house.said().rstrip().endswith("Cordée est arrêtée.")
        assert not (house.folder / "store.db.keys" / "address.json").exists()


def test_kill_9_of_the_launcher_leaves_no_orphan_on_a_port(tmp_path: Path) -> None:
    with House(tmp_path) as house:
        house.process.kill()
        house.process.wait()
        assert until(lambda: not listening(house.port) and not listening(house.phone_port), 5)


def test_without_phones_only_the_pages_are_opened(tmp_path: Path) -> None:
    with House(tmp_path, ("--without-phones",)) as house:
        assert house.alive(house.port) == "pages"
        assert not listening(house.phone_port)
        assert "Sans téléphone" in house.said()


def test_the_pages_stay_on_this_machine(tmp_path: Path) -> None:
    outside = next(iter(address.local_addresses()), None)
    if outside is None:
        pytest.skip("this machine has no address but its own loopback")
    with House(tmp_path, changes={"ADDRESS": outside}) as house:
        assert listening(house.phone_port, outside)
        assert not listening(house.port, outside)
        assert f"http://{outside}:{house.phone_port}" in house.said()


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that another program holds."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_port_taken_by_another_program_is_named_before_anything_starts(tmp_path: Path, taken: int) -> None:
    result = cordee("serve", env=environ(tmp_path, PORT=str(taken)))
    assert result.returncode == 1
    assert result.stdout == ""
    assert f"Le port {taken} est pris" in result.stderr
    assert "PORT=" in result.stderr
    assert result.stderr.count("\n") == 1
    assert not (tmp_path / "store.db").exists()


def test_with_the_phones_port_taken_the_evening_goes_on_without_phones(tmp_path: Path, taken: int) -> None:
    with House(tmp_path, changes={"PHONE_PORT": str(taken)}) as house:
        assert f"Le port des téléphones {taken} est pris" in house.said()
        assert "Sans téléphone" in house.said()
        assert house.get("/home")[0] == 200


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"PORT": "abc"}, "PORT=abc n’est pas un numéro de port"),
        ({"PORT": "70000"}, "PORT=70000 n’est pas un numéro de port"),
        ({"PORT": "5555", "PHONE_PORT": "5555"}, "ne peuvent pas partager le port 5555"),
        ({"CORDEE_DB": "n’importe quoi"}, "n’est pas une adresse de base de données"),
        ({"CORDEE_DB": "sqlite:////proc/cordee/store.db"}, "Impossible d’écrire dans « /proc/cordee »"),
        ({"CORDEE_KEYS": "/proc/cordee"}, "Impossible d’écrire dans « /proc/cordee"),
        ({"CORDEE_DB": "postgresql+psycopg2://moi:secret@localhost/x"}, "moi@localhost/x"),
    ],
)
def test_what_cannot_work_is_one_french_sentence(
    tmp_path: Path, changes: dict[str, str], sentence: str
) -> None:
    result = cordee("serve", env=environ(tmp_path, **changes))
    assert result.returncode == 1
    assert sentence in result.stderr.replace("\u202f", " ")
    assert "secret" not in result.stderr
    assert "Traceback" not in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = cordee("serve", env=environ(tmp_path, CORDEE_DB=f"sqlite:///{tmp_path / 'file' / 'store.db'}"))
    assert result.returncode == 1
    assert "Impossible d’écrire dans" in result.stderr


def test_address_file_is_json_of_one_address(house: House) -> None:
    assert json.loads((house.folder / "store.db.keys" / "address.json").read_text()) == {
        "join": f"http://127.0.0.1:{house.phone_port}"
    }
