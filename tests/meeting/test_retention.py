"""What is kept, how long, and the purge that takes the rest: with a clock that moves when told."""

import json
import os
from pathlib import Path

import pytest
import sqlalchemy as sa

from components.command.main import main
from components.meeting.desk import Desk
from components.meeting.keys import KeyRing, meeting_secret, poll_secret
from components.meeting.retention import DAY_SECONDS, RULES, load_rules, purge, retention_table, rules
from components.meeting.store import Store, schema
from components.meeting.store.retention import KINDS
from tests.meeting.conftest import Clock, Phones
from tests.meeting.evenings import hold
from tests.meeting.store.comments_contract import said


def rows(desk: Desk, table: sa.Table) -> list[tuple[object, ...]]:
    with desk.store.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.select(table))]


def taken(desk: Desk, dry: bool = False) -> dict[str, int]:
    return {one.kind: one.amount for one in purge(desk, dry)}


def test_every_kind_is_declared_with_its_reason() -> None:
    declared = rules()
    assert set(KINDS) <= {kind.id for kind in declared.kinds}
    for kind in declared.kinds:
        for lang in ("fr", "en"):
            assert kind.text("what", lang)
            assert len(kind.text("reason", lang)) > 20
    order = {kind.id: kind.days for kind in declared.kinds}
    assert order["voter_keys"] == 0
    assert order["receipts"] is None


@pytest.mark.parametrize(
    "change",
    [
        ("unclosed_days: 30", "unclosed_days: 0"),
        ("days: 90", "days: -1"),
        ("days: 90", "days: demain"),
        ("- id: devices", "- id: autre"),
        ("      reason:", "      raison:"),
    ],
)
def test_rules_that_say_nothing_are_refused(tmp_path: Path, change: tuple[str, str]) -> None:
    file = tmp_path / "retention.yaml"
    file.write_text(RULES.read_text(encoding="utf-8").replace(*change), encoding="utf-8")
    with pytest.raises(ValueError, match=r"[a-z]"):
        load_rules(file)


def test_nothing_goes_on_the_evening_itself(desk: Desk, clock: Clock) -> None:
    hold(desk, closed=True)
    clock.pass_minutes(60)
    assert taken(desk) == {}


def test_each_kind_goes_in_its_time_and_the_counts_stay_true(desk: Desk, clock: Clock) -> None:
    code, poll = hold(desk, closed=True)
    before = desk.snapshot(code)
    receipts = desk.store.receipts(code, poll)
    clock.now += 2 * DAY_SECONDS
    assert taken(desk, dry=True) == {"devices": 30}
    keys = {str(row[1]) for row in rows(desk, schema.devices)}
    assert taken(desk) == {"devices": 30}
    assert not keys & {str(row[1]) for row in rows(desk, schema.devices)}
    assert taken(desk) == {}
    clock.now += 89 * DAY_SECONDS
    assert taken(desk) == {"sealed_ballots": 30}
    assert rows(desk, schema.sealed_ballots) == []
    clock.now += 1010 * DAY_SECONDS
    assert taken(desk) == {"texts": 1}
    after = desk.snapshot(code)
    assert after.room == before.room
    assert after.tally == before.tally
    assert after.joined == before.joined == 30
    assert desk.store.receipts(code, poll) == receipts
    assert desk.store.broken_link(code) is None
    assert [(p.kind, p.amount) for p in desk.store.purges(code)] == [
        ("devices", 30),
        ("sealed_ballots", 30),
        ("texts", 1),
    ]


def test_a_vote_left_open_keeps_its_count_and_loses_its_links(desk: Desk, clock: Clock) -> None:
    code, poll = hold(desk, ballots=14, sealed=False)
    counts = desk.store.phone_counts(code, poll)
    voters = {str(row[2]) for row in rows(desk, schema.ballots)}
    clock.now += 29 * DAY_SECONDS
    assert taken(desk) == {}
    assert desk.keys.get(poll_secret(code, poll)) is not None
    clock.now += 2 * DAY_SECONDS
    assert taken(desk) == {"voter_keys": 14, "devices": 14}
    assert desk.store.phone_counts(code, poll) == counts
    assert not voters & {str(row[2]) for row in rows(desk, schema.ballots)}
    assert desk.keys.get(poll_secret(code, poll)) is None
    assert desk.keys.get(meeting_secret(code)) is None
    assert taken(desk) == {}
    desk.act(code, "close")
    desk.act(code, "seal")
    tally = desk.store.room(code).polls[poll].tally
    assert tally is not None
    assert tally.ballots == 14


def test_ballots_of_a_vote_taken_back_go(desk: Desk, clock: Clock) -> None:
    code, _ = hold(desk, ballots=6, sealed=False)
    desk.act(code, "undo")
    assert len(rows(desk, schema.ballots)) == 6
    clock.now += 31 * DAY_SECONDS
    assert taken(desk)["voter_keys"] == 6
    assert rows(desk, schema.ballots) == []


def test_one_meeting_s_age_is_not_another_s(desk: Desk, clock: Clock) -> None:
    old, _ = hold(desk, closed=True)
    clock.now += 100 * DAY_SECONDS
    new, _ = hold(desk, closed=True)
    assert {one.meeting for one in purge(desk)} == {old}
    assert len(Phones(desk, new).desk.store.words(new)) == 1
    assert len([row for row in rows(desk, schema.sealed_ballots) if row[0] == new]) == 30


def test_copies_of_before_an_upgrade_go(tmp_path: Path, clock: Clock) -> None:
    desk = Desk(Store(f"sqlite:///{tmp_path}/soir.db"), KeyRing(tmp_path / "keys"), clock)
    old, new, other = (
        tmp_path / name for name in ("soir.db.avant-0001-a", "soir.db.avant-0001-b", "autre.db")
    )
    for path in (old, new, other):
        path.write_bytes(b"x")
        os.utime(path, (clock.now, clock.now))
    os.utime(old, (clock.now - 31 * DAY_SECONDS,) * 2)
    assert taken(desk, dry=True) == {"copies": 1}
    assert old.exists()
    assert taken(desk) == {"copies": 1}
    assert (old.exists(), new.exists(), other.exists()) == (False, True, True)


def test_the_table_says_what_is_kept_and_what_went(desk: Desk, clock: Clock) -> None:
    code, _ = hold(desk, closed=True)
    table = {row["id"]: row for row in retention_table(desk, "fr")}
    assert table["sealed_ballots"]["kept"] == "90 jours après la séance"
    assert table["devices"]["kept"] == "1 jour après la séance"
    assert table["texts"]["kept"] == "3 ans après la séance"
    assert table["receipts"]["kept"] == "aussi longtemps que la séance"
    assert table["access_log"]["kept"] == "non gardé"
    assert table["devices"]["purged_at"] is None
    clock.now += 2 * DAY_SECONDS
    purge(desk)
    told = {row["id"]: row for row in retention_table(desk, "en", code)}
    assert (told["devices"]["purged"], told["devices"]["purged_at"]) == (30, clock.now)
    assert {row["id"]: row for row in retention_table(desk, "fr", "ABCD")}["devices"]["purged"] == 0


def test_the_command_says_what_went(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CORDEE_DB", f"sqlite:///{tmp_path}/soir.db")
    monkeypatch.setenv("CORDEE_KEYS", str(tmp_path / "keys"))
    long_ago = Clock()
    long_ago.now = 1_600_000_000.0
    desk = Desk(Store(f"sqlite:///{tmp_path}/soir.db"), KeyRing(tmp_path / "keys"), long_ago)
    code, _ = hold(desk, ballots=9, closed=True)
    assert main(["purge", "--dry-run"]) == 0
    assert "Serait effacé" in capsys.readouterr().out
    assert main(["purge", "--dry-run", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {one["kind"]: one["amount"] for one in found["taken"]} == {
        "devices": 9,
        "sealed_ballots": 9,
        "texts": 1,
    }
    assert len(desk.store.words(code)) == 1
    assert main(["purge"]) == 0
    told = capsys.readouterr().out.replace("\u202f", " ")
    assert f"{code} : Bulletins scellés, mélangés et sans lien (9)" in told
    assert desk.store.words(code) == {}
    assert main(["purge"]) == 0
    assert "Rien à effacer" in capsys.readouterr().out
    # And what is left still verifies: the ballots are said to be gone, not tampered with.
    assert main(["verify", "--db", code]) == 0
    assert "effacés à la fin de leur durée" in capsys.readouterr().out
    with desk.store.engine.begin() as connection:
        connection.execute(schema.purges.delete())
    assert main(["verify", "--db", code]) == 1


def test_comments_on_places_age_by_themselves(desk: Desk, clock: Clock) -> None:
    for number in range(3):
        desk.store.write_comment(said(number, at=clock()))
    desk.store.decide_comment("vallee", said(0).id, "refused", "", clock())
    clock.pass_minutes(31 * 24 * 60)
    assert taken(desk, dry=True) == {"comments_refused": 1}
    assert taken(desk) == {"comments_refused": 1}
    clock.pass_minutes(1070 * 24 * 60)
    assert taken(desk) == {"comments": 2}
    assert desk.store.comments("vallee") == []
    shown = {row["id"]: row["purged"] for row in retention_table(desk, "fr")}
    assert (shown["comments_refused"], shown["comments"]) == (1, 2)
