"""What a start is asked for, and how it follows the machine from one network to another."""

import argparse
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from components.command import address, serve
from components.command.arguments import CommandError
from components.meeting.store import Store
from tests.meeting.store.old import old_database


def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *words: str, **environ: str) -> serve.Plan:
    monkeypatch.setenv("CORDEE_DB", f"sqlite:///{tmp_path / 'store.db'}")
    for name in ("CORDEE_KEYS", "CORDEE_JOIN_URL", "ADDRESS", "PORT", "PHONE_PORT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(address, "local_addresses", lambda: ["192.168.1.10"])
    parser = argparse.ArgumentParser()
    serve.add(parser.add_subparsers())
    return serve.read_plan(parser.parse_args(["serve", *words]), environ)


def test_the_machine_s_address_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = plan(tmp_path, monkeypatch)
    assert found.join == "http://192.168.1.10:5007"
    assert (serve.pages_bind(found), serve.urn_bind(found)) == ("127.0.0.1", "0.0.0.0")
    assert found.keys == tmp_path / "store.db.keys"


def test_an_option_is_worth_more_than_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = plan(
        tmp_path, monkeypatch, "--port", "6000", "--address", "10.0.0.5", PORT="7000", PHONE_PORT="7001"
    )
    assert (found.port, found.phone_port) == (6000, 7001)
    assert found.join == "http://10.0.0.5:7001"


def test_this_machine_alone_when_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert serve.urn_bind(plan(tmp_path, monkeypatch, ADDRESS="127.0.0.1")) == "127.0.0.1"


@pytest.mark.parametrize("opened", [True, False])
def test_the_pages_are_opened_on_purpose_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, opened: bool
) -> None:
    found = plan(tmp_path, monkeypatch, **({"CORDEE_OPEN_PAGES": "1"} if opened else {}))
    assert found.open_pages is opened
    assert serve.pages_bind(found) == ("0.0.0.0" if opened else "127.0.0.1")
    assert ("192.168.1.10:5006" in serve.origins(found)) is opened
    assert "localhost:5006" in serve.origins(found)


@pytest.mark.parametrize("port", ["0", "-1", "65536", "5e3", "٥٠٠٦", " "])
def test_a_port_is_a_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, port: str) -> None:
    with pytest.raises(CommandError):
        plan(tmp_path, monkeypatch, PORT=port)


class Restarts:
    """A launcher that only counts."""

    def __init__(self) -> None:
        self.roles: list[str] = []

    def restart(self, role: str) -> None:
        self.roles.append(role)


@pytest.mark.parametrize("opened", [True, False])
def test_another_network_changes_where_phones_join(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], opened: bool
) -> None:
    found = replace(plan(tmp_path, monkeypatch), open_pages=opened)
    launcher = Restarts()
    look = serve.address_watch(found, launcher)  # type: ignore[arg-type]
    look()
    assert not (found.keys / address.FILE).exists()
    monkeypatch.setattr(address, "local_addresses", lambda: ["10.0.0.7"])
    look()
    look()
    assert address.join_base() == "http://10.0.0.7:5007"
    assert capsys.readouterr().out.count("10.0.0.7:5007") == 1
    assert launcher.roles == (["pages"] if opened else [])
    monkeypatch.setattr(address, "local_addresses", list)  # the cable is out for a moment: nothing changes
    look()
    assert address.join_base() == "http://10.0.0.7:5007"


def test_an_imposed_address_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = plan(tmp_path, monkeypatch, ADDRESS="192.168.1.10")
    look = serve.address_watch(found, Restarts())  # type: ignore[arg-type]
    monkeypatch.setattr(address, "local_addresses", lambda: ["10.0.0.7"])
    look()
    assert not (found.keys / address.FILE).exists()


def test_a_password_in_the_store_s_address_is_never_shown() -> None:
    assert serve.shown("postgresql+psycopg://me:secret@host/base") == "postgresql+psycopg://me@host/base"
    assert serve.shown("sqlite:////tmp/x.db") == "sqlite:////tmp/x.db"
    assert serve.shown("nonsense") == "nonsense"


def test_a_newer_database_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    file = tmp_path / "soir.db"
    Store(f"sqlite:///{file}").close()
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9042'")
    connection.close()
    before = file.read_bytes()
    with pytest.raises(CommandError, match="plus récente") as told:
        serve.bring_up_to_date(f"sqlite:///{file}")
    assert "rien n’a été modifié" in str(told.value)
    assert file.read_bytes() == before


def test_an_older_database_is_brought_up_to_date_and_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = old_database(tmp_path / "soir.db")
    serve.bring_up_to_date(url)
    said = capsys.readouterr().out
    assert "mise à niveau" in said
    assert ".avant-0001-" in said
    serve.bring_up_to_date(url)
    assert capsys.readouterr().out == ""
