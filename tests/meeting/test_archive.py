"""A whole evening leaves as one file and comes back the same elsewhere; a file that is not one changes nothing."""

import hashlib
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from components.meeting import archive
from components.meeting.desk import Desk
from tests.meeting.conftest import Phones
from tests.meeting.evenings import desk_on, hold


@pytest.fixture
def here(tmp_path: Path) -> Desk:
    return desk_on(f"sqlite:///{tmp_path}/ici.db", tmp_path / "ici.keys")


@pytest.fixture
def there(tmp_path: Path) -> Desk:
    return desk_on("sqlite://", tmp_path / "ailleurs.keys")


def same(before: Desk, code: str, after: Desk, other: str) -> None:
    """What an evening is: its log, its counts, its receipts, its words."""
    assert after.store.entries(other) == before.store.entries(code)
    assert [entry.digest for entry in after.store.entries(other)] == [
        entry.digest for entry in before.store.entries(code)
    ]
    assert after.store.broken_link(other) is None
    assert after.source(other) == before.source(code)
    assert after.store.words(other) == before.store.words(code)
    assert after.store.joined(other) == before.store.joined(code)
    for poll in before.store.room(code).polls.values():
        assert after.count(other, poll) == before.count(code, poll)
        assert after.store.phone_counts(other, poll.id) == before.store.phone_counts(code, poll.id)
        assert after.store.receipts(other, poll.id) == before.store.receipts(code, poll.id)


def test_a_finished_evening_comes_back_the_same(here: Desk, there: Desk, tmp_path: Path) -> None:
    code, _ = hold(here, closed=True)
    assert archive.export(here, code, tmp_path / "soir.cordee") == ()
    loaded = archive.load(there, tmp_path / "soir.cordee")
    assert (loaded.code, loaded.asked, loaded.notices) == (code, code, ())
    same(here, code, there, code)
    assert (tmp_path / "soir.cordee").stat().st_mode & 0o077 == 0


def test_a_code_already_taken_gives_way_and_the_chain_still_holds(
    here: Desk, there: Desk, tmp_path: Path
) -> None:
    code, _ = hold(here)
    archive.export(here, code, tmp_path / "soir.cordee")
    loaded = archive.load(here, tmp_path / "soir.cordee")
    assert loaded.code != code
    same(here, code, here, loaded.code)
    # It goes on under its new code, leaves again, and its chain is one from the first row.
    here.act(loaded.code, "presence", people=81)
    archive.export(here, loaded.code, tmp_path / "suite.cordee")
    again = archive.load(there, tmp_path / "suite.cordee")
    assert again.code == loaded.code
    same(here, loaded.code, there, again.code)


def test_an_open_vote_is_said_and_can_be_closed_where_it_arrives(
    here: Desk, there: Desk, tmp_path: Path
) -> None:
    code, poll = hold(here, ballots=12, sealed=False)
    notices = archive.export(here, code, tmp_path / "soir.cordee")
    assert any("n’est pas scellé" in notice and "12 bulletins" in notice for notice in notices)
    loaded = archive.load(there, tmp_path / "soir.cordee")
    assert loaded.notices == notices
    same(here, code, there, code)
    there.act(code, "close")
    there.act(code, "seal")
    tally = there.store.room(code).polls[poll].tally
    assert tally is not None
    assert tally.ballots == 12
    assert there.store.receipts(code, poll) == []


def test_nothing_that_knows_a_phone_leaves(here: Desk, tmp_path: Path) -> None:
    code, _ = hold(here, ballots=12, sealed=False)
    file = tmp_path / "soir.cordee"
    archive.export(here, code, file)
    with zipfile.ZipFile(file) as packed:
        everything = b"".join(packed.read(name) for name in packed.namelist())
    _, rows = here.store.whole(code)
    keys = {row["voter"] for row in rows["ballot"]} | {row["device"] for row in rows["device"]}
    keys |= {row["pair"] for row in rows["ballot"]} - {""}
    assert len(keys) >= 24
    assert not any(key.encode() in everything for key in keys)
    for secret in (tmp_path / "ici.keys").iterdir():
        assert secret.read_bytes() not in everything
        assert secret.read_bytes().hex().encode() not in everything


# --- hostile and damaged files ----------------------------------------------------------------------


def repacked(source: Path, target: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """The same file with its members changed, its sums made right again."""
    with zipfile.ZipFile(source) as packed:
        members = {name: packed.read(name) for name in packed.namelist()}
    change(members)
    if b"sha256" in members.get("manifest.json", b""):
        manifest = json.loads(members["manifest.json"])
        for name in manifest["sha256"]:
            if name in members:
                manifest["sha256"][name] = hashlib.sha256(members[name]).hexdigest()
                table = name.removeprefix("tables/").removesuffix(".jsonl")
                manifest["rows"][table] = len([line for line in members[name].split(b"\n") if line])
        members["manifest.json"] = json.dumps(manifest).encode()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, words in members.items():
            packed.writestr(name, words)
    return target


def edit(table: str, change: Callable[[list[dict[str, Any]]], object]) -> Callable[[dict[str, bytes]], None]:
    def apply(members: dict[str, bytes]) -> None:
        name = f"tables/{table}.jsonl"
        rows = [json.loads(line) for line in members[name].split(b"\n") if line]
        change(rows)
        members[name] = "".join(json.dumps(row) + "\n" for row in rows).encode()

    return apply


def manifest(**values: Any) -> Callable[[dict[str, bytes]], None]:
    def apply(members: dict[str, bytes]) -> None:
        found = json.loads(members["manifest.json"])
        found.update(values)
        members["manifest.json"] = json.dumps(found).encode()

    return apply


def add(name: str, words: bytes = b"x") -> Callable[[dict[str, bytes]], None]:
    return lambda members: members.update({name: words})


def meeting(**values: Any) -> Callable[[dict[str, bytes]], None]:
    def apply(members: dict[str, bytes]) -> None:
        found = json.loads(members["manifest.json"])
        found["meeting"].update(values)
        members["manifest.json"] = json.dumps(found).encode()

    return apply


HOSTILE = {
    "a way out of the folder": (add("../../etc/cron.d/x"), "autre chose qu’une séance"),
    "an absolute path": (add("/etc/passwd"), "autre chose qu’une séance"),
    "a table that is none": (add("tables/../x.jsonl"), "autre chose qu’une séance"),
    "another program's zip": (lambda members: members.pop("manifest.json"), "n’est pas une séance"),
    "a later format": (manifest(format=2), "plus récente"),
    "a later schema": (manifest(schema="9000"), "plus récente"),
    "a manifest that is a list": (add("manifest.json", b"[]"), "n’est pas une séance"),
    "a manifest too deep": (add("manifest.json", b"[" * 100_000), "abîmé"),
    "a manifest without meeting": (add("manifest.json", b'{"format":1,"schema":"0002","rows":{}}'), "abîmé"),
    "a meeting that is a sentence": (manifest(meeting="soir"), "abîmé"),
    "a code that is a path": (meeting(code="../../X"), "abîmé"),
    "a code in small letters": (meeting(code="abcd"), "abîmé"),
    "a title with a null": (meeting(title="a\0b"), "abîmé"),
    "a moment that is none": (meeting(created_at="hier"), "abîmé"),
    "a changed event": (edit("event", lambda rows: rows[1].update(body='{"people": 99}')), "ligne 2"),
    "an event removed": (edit("event", lambda rows: rows.pop(2)), "ligne 3"),
    "the tail cut": (edit("event", lambda rows: rows.pop()), "coupé"),
    "no event": (edit("event", lambda rows: rows.clear()), "coupé"),
    "a ballot changed": (
        edit(
            "sealed_ballot",
            lambda rows: rows[0].update(
                choice=next(row["choice"] for row in rows if row["choice"] != rows[0]["choice"])
            ),
        ),
        "ne sont pas ceux qui ont été scellés",
    ),
    "a ballot added": (
        edit("sealed_ballot", lambda rows: rows.append({**rows[0], "slot": 999})),
        "ne sont pas ceux qui ont été scellés",
    ),
    "a receipt added": (
        edit("receipt", lambda rows: rows.append({**rows[0], "receipt": "AAAA-AAAA"})),
        "ne sont pas ceux qui ont été scellés",
    ),
    "another run sheet": (edit("run_sheet", lambda rows: rows[0].update(source="title: X")), "déroulé"),
    "a row with an unknown column": (
        edit("device", lambda rows: rows[0].update(token="x")),
        "Cordée n’écrit pas",
    ),
    "a row of numbers": (edit("device", lambda rows: rows[0].update(device=3)), "Cordée n’écrit pas"),
    "a null in a row": (edit("device", lambda rows: rows[0].update(device="a\0b")), "Cordée n’écrit pas"),
    "a text of numbers": (
        edit("free_text", lambda rows: rows[0].update(words=3)),
        "n’est pas celui d’origine",
    ),
    "another text": (
        edit("free_text", lambda rows: rows[0].update(words="Un avion.")),
        "texte saisi à la ligne 3 du journal n’est pas celui d’origine",
    ),
    "another title": (meeting(title="Autre"), "n’est pas celui de son déroulé"),
    "another territory": (meeting(territory="briancon"), "n’est pas celui de son déroulé"),
    "a number beyond all": (
        edit(
            "slip",
            lambda rows: rows.append(
                {"poll": "x", "batch": "b", "slot": 2**70, "choice": "[]", "college": ""}
            ),
        ),
        "Cordée n’écrit pas",
    ),
    "the same row twice": (edit("device", lambda rows: rows.append(rows[0])), "deux fois"),
    "a key too long": (edit("device", lambda rows: rows[0].update(device="a" * 65)), "Cordée n’écrit pas"),
}


@pytest.mark.parametrize("what", sorted(HOSTILE))
def test_a_hostile_file_is_refused_and_changes_nothing(
    here: Desk, there: Desk, tmp_path: Path, what: str
) -> None:
    code, _ = hold(here, ballots=9)
    archive.export(here, code, tmp_path / "soir.cordee")
    change, reason = HOSTILE[what]
    bad = repacked(tmp_path / "soir.cordee", tmp_path / "autre.cordee", change)
    with pytest.raises(archive.ArchiveError, match=reason) as told:
        archive.load(there, bad)
    said = str(told.value).replace(str(tmp_path), "")
    assert not re.search(r"Traceback|Error|Bad|zip|twice|missing|not |None", said), said
    assert there.store.meetings() == []
    assert {path.name for path in tmp_path.iterdir()} >= {"autre.cordee"}


def test_a_bomb_is_refused_before_it_is_unpacked(there: Desk, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(archive, "LARGEST_BYTES", 1_000_000)
    bomb = tmp_path / "bombe.cordee"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("manifest.json", "{}")
        packed.writestr("tables/event.jsonl", b"0" * 5_000_000)
    with pytest.raises(archive.ArchiveError, match="trop grand"):
        archive.load(there, bomb)


def test_a_bomb_that_lies_about_its_size_is_refused(there: Desk, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(archive, "LARGEST_BYTES", 1_000_000)
    bomb = tmp_path / "bombe.cordee"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("manifest.json", b"0" * 5_000_000)
    words = bomb.read_bytes()
    small = (5_000_000).to_bytes(4, "little")
    bomb.write_bytes(words.replace(small, (100).to_bytes(4, "little")))
    with pytest.raises(archive.ArchiveError):
        archive.load(there, bomb)


@pytest.mark.parametrize("words", [b"", b"\x00\x8f\x1b\xff" * 500, b"PK\x05\x06" + b"\x00" * 9])
def test_any_other_file_is_said_to_be_no_meeting(there: Desk, tmp_path: Path, words: bytes) -> None:
    (tmp_path / "x.cordee").write_bytes(words)
    with pytest.raises(archive.ArchiveError, match="n’est pas une séance exportée"):
        archive.load(there, tmp_path / "x.cordee")


@pytest.mark.parametrize("cut", [0, 1, 30, 300, -1, -30])
def test_a_file_cut_short_is_refused(here: Desk, there: Desk, tmp_path: Path, cut: int) -> None:
    code, _ = hold(here, ballots=5)
    file = tmp_path / "soir.cordee"
    archive.export(here, code, file)
    (tmp_path / "coupe.cordee").write_bytes(file.read_bytes()[:cut])
    with pytest.raises(archive.ArchiveError):
        archive.load(there, tmp_path / "coupe.cordee")
    assert there.store.meetings() == []


def test_an_export_that_fails_leaves_the_file_of_before(here: Desk, tmp_path: Path, monkeypatch: Any) -> None:
    code, _ = hold(here, ballots=5)
    file = tmp_path / "soir.cordee"
    file.write_bytes(b"avant")

    def full(*_: Any) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(archive, "read_me", full)
    with pytest.raises(OSError, match="No space"):
        archive.export(here, code, file)
    assert file.read_bytes() == b"avant"
    assert [path.name for path in tmp_path.iterdir() if path.name.endswith(".tmp")] == []


def test_ballots_taken_away_by_retention_are_not_missed(here: Desk, there: Desk, tmp_path: Path) -> None:
    code, poll = hold(here, closed=True)
    archive.export(here, code, tmp_path / "soir.cordee")

    def forget(members: dict[str, bytes]) -> None:
        edit("sealed_ballot", lambda rows: rows.clear())(members)
        edit("receipt", lambda rows: rows.clear())(members)

    thin = repacked(tmp_path / "soir.cordee", tmp_path / "mince.cordee", forget)
    assert archive.load(there, thin).code == code
    tally = there.store.room(code).polls[poll].tally
    assert tally is not None
    assert tally.ballots == 30


def test_phones_of_the_place_it_left_are_not_known_where_it_arrives(
    here: Desk, there: Desk, tmp_path: Path
) -> None:
    code, poll = hold(here, ballots=12, sealed=False)
    archive.export(here, code, tmp_path / "soir.cordee")
    archive.load(there, tmp_path / "soir.cordee")
    with pytest.raises(AssertionError):  # the vote's secret did not travel: no phone can vote in it there
        Phones(there, code).vote(poll, {"token-0001": ("besoins",)})
