"""The purge on PostgreSQL; its tables are written anew so that no deleted key lies in their files."""

import time
from pathlib import Path

from components.meeting.desk import Desk
from components.meeting.hub import Hub
from components.meeting.keys import KeyRing, poll_secret
from components.meeting.retention import DAY_SECONDS, purge
from components.meeting.store import Store
from components.voting.sealing import voter_key
from tests.meeting.conftest import Clock
from tests.meeting.evenings import hold
from tests.postgres.server import Server


def test_the_purge_and_the_counts(url: str, tmp_path: Path) -> None:
    clock = Clock()
    desk = Desk(Store(url), KeyRing(tmp_path), clock)
    code, _ = hold(desk, closed=True)
    before = desk.snapshot(code)
    clock.now += 100 * DAY_SECONDS
    assert {one.kind: one.amount for one in purge(desk)} == {"devices": 30, "sealed_ballots": 30}
    after = desk.snapshot(code)
    assert (after.room, after.tally, after.joined) == (before.room, before.tally, 30)
    assert purge(desk) == []


def test_rewriting_gives_way_to_a_vote(url: str, tmp_path: Path) -> None:
    """Somebody reads or writes: it is put off, nobody waits for it."""
    desk = Desk(Store(url), KeyRing(tmp_path), Clock())
    hold(desk)
    assert desk.store.scrub()
    with Store(url).engine.connect() as busy:
        busy.exec_driver_sql("LOCK TABLE ballot IN ROW EXCLUSIVE MODE")
        assert not desk.store.scrub()
        busy.rollback()
    assert desk.store.scrub()


def test_after_a_seal_the_tables_files_hold_no_key(url: str, server: Server, tmp_path: Path) -> None:
    """Deleted rows stay in PostgreSQL's files until the table is written anew: the urn asks for it after each seal."""
    urn = Desk(Store(url, checkpoint=True), KeyRing(tmp_path), Clock())
    console = Desk(Store(url), KeyRing(tmp_path), Clock())
    code, poll = hold(console, ballots=300, sealed=False)
    secret = console.keys.get(poll_secret(code, poll))
    assert secret is not None
    voters = [voter_key(secret, f"token-{n:04}").encode() for n in range(300)]

    def left() -> int:
        with urn.store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("CHECKPOINT")
        files = [path.read_bytes() for path in (server.data / "base").rglob("*") if path.is_file()]
        return sum(any(voter in content for content in files) for voter in voters)

    assert left() == 300
    hub = Hub(urn, seals_late=True).start()
    console.act(code, "close")
    console.act(code, "seal")
    until = time.monotonic() + 20
    while left() and time.monotonic() < until:
        time.sleep(0.2)
    hub.stop()
    assert left() == 0
