"""The purge on PostgreSQL; its tables are written anew so that no deleted key lies in their files."""

from pathlib import Path

from components.meeting.desk import Desk
from components.meeting.keys import KeyRing
from components.meeting.retention import DAY_SECONDS, purge
from components.meeting.store import Store
from tests.meeting.conftest import Clock
from tests.meeting.evenings import hold


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
