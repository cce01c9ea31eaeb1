"""What every store must do, whatever keeps it: the same tests run on memory, SQLite and PostgreSQL.

A test module inherits `StoreContract` and gives the fixture `open_store`, which opens the same database again and
again, as processes do.
"""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from components.meeting.commands import Refused
from components.meeting.demo import DEMO
from components.meeting.desk import Desk
from components.meeting.keys import KeyRing, poll_secret
from components.meeting.store import (
    ACCEPTED,
    BOUND,
    NOT_ENTITLED,
    NOT_OPEN,
    STRUCK,
    SUPERSEDED,
    TAKEN,
    Cast,
    Store,
    UnknownMeeting,
    schema,
)

Open = Callable[[], Store]
NOW = 1_796_751_000.1234567


def vote(store: Store, code: str, poll: str, choices: dict[str, str], sequence: int | None = 1) -> list[str]:
    return store.cast([Cast(code, poll, voter, (choice,), "", sequence) for voter, choice in choices.items()])


class Evening:
    """A meeting with its first vote open, in a store that several processes share."""

    def __init__(self, open_store: Open, keys: Path) -> None:
        self.open_store = open_store
        self.keys = KeyRing(keys)
        self.now = NOW
        self.desk = self.process()
        self.code = self.desk.new(DEMO.read_text(encoding="utf-8"))
        self.desk.act(self.code, "show", step="avis-avant")
        self.desk.act(self.code, "presence", people=500)
        self.poll = next(iter(self.desk.act(self.code, "open").polls))
        self.options = list(self.desk.store.room(self.code).polls[self.poll].question.option_ids)

    def process(self) -> Desk:
        """Another process on the same store."""
        return Desk(self.open_store(), self.keys, lambda: self.now)


class StoreContract:
    """Inherited by a module per kind of store."""

    @pytest.fixture
    def evening(self, open_store: Open, tmp_path: Path) -> Evening:
        return Evening(open_store, tmp_path / "keys")

    # --- the log --------------------------------------------------------------------------------------

    def test_a_row_comes_back_exactly_as_it_was_chained(self, evening: Evening) -> None:
        """Times too, to the last bit: they are part of each digest."""
        evening.now = NOW + 1 / 3
        evening.desk.act(evening.code, "close")
        entries = evening.process().store.entries(evening.code)
        assert entries == evening.desk.store.entries(evening.code)
        assert entries[-1].at == NOW + 1 / 3
        assert [entry.version for entry in entries] == list(range(1, len(entries) + 1))
        assert evening.process().store.broken_link(evening.code) is None

    def test_a_refusal_writes_nothing(self, evening: Evening) -> None:
        before = evening.desk.store.entries(evening.code)
        with pytest.raises(Refused):
            evening.desk.act(evening.code, "next")  # a vote is open
        assert evening.process().store.entries(evening.code) == before

    def test_two_processes_in_the_same_second_are_served_one_after_the_other(self, evening: Evening) -> None:
        desks = [evening.process() for _ in range(3)]
        start = threading.Barrier(3)
        faults: list[BaseException] = []

        def press(desk: Desk, number: int) -> None:
            start.wait()
            for turn in range(8):
                try:
                    desk.act(evening.code, "presence", people=500 + 10 * number + turn)
                except BaseException as error:
                    faults.append(error)

        run_together([lambda desk=desk, n=n: press(desk, n) for n, desk in enumerate(desks)])
        assert faults == []
        entries = evening.process().store.entries(evening.code)
        assert [entry.version for entry in entries] == list(range(1, len(entries) + 1))
        assert sum(type(entry.event).__name__ == "PresenceCounted" for entry in entries) == 25
        assert evening.process().store.broken_link(evening.code) is None

    def test_a_reader_misses_no_late_commit(self, evening: Evening) -> None:
        """A transaction that began first and commits last: reading by version never steps over it."""
        store, reader = evening.process().store, evening.process().store
        seen = [entry.version for entry in reader.entries(evening.code)]
        held, go_on = threading.Event(), threading.Event()

        def slow(tx: Any, room: Any) -> list[Any]:
            from components.meeting.events import PresenceCounted

            held.set()
            assert go_on.wait(10)
            return [PresenceCounted(111)]

        first = threading.Thread(target=lambda: store.act(evening.code, slow, NOW))
        first.start()
        assert held.wait(10)
        second = threading.Thread(target=lambda: evening.desk.act(evening.code, "presence", people=222))
        second.start()
        during = threading.Thread(
            target=lambda: reader.entries(evening.code)
        )  # in memory it waits for the writer
        during.start()
        time.sleep(0.05)
        go_on.set()
        for thread in (first, second, during):
            thread.join(15)
        entries = reader.entries(evening.code)
        assert [entry.version for entry in entries] == list(range(1, seen[-1] + 3))
        assert [getattr(entry.event, "people", None) for entry in entries[-2:]] == [111, 222]

    # --- waking ---------------------------------------------------------------------------------------

    def test_a_watch_is_woken_by_another_process(self, evening: Evening) -> None:
        watch = evening.process().store.watch()
        while watch.wait(0.1):
            pass
        threading.Timer(0.1, lambda: evening.desk.act(evening.code, "presence", people=321)).start()
        asked = time.monotonic()
        assert watch.wait(10)
        assert time.monotonic() - asked < 5
        watch.close()

    def test_what_was_committed_before_the_question_is_told_at_once(self, evening: Evening) -> None:
        watch = evening.process().store.watch()
        while watch.wait(0.1):
            pass
        evening.desk.act(evening.code, "presence", people=321)
        assert watch.wait(0)
        watch.close()

    # --- ballots --------------------------------------------------------------------------------------

    def test_one_row_a_voter_and_the_last_wins(self, evening: Evening) -> None:
        store, (a, b) = evening.desk.store, evening.options[:2]
        assert vote(store, evening.code, evening.poll, {"v1": a, "v2": a}, 1) == [ACCEPTED, ACCEPTED]
        assert vote(evening.process().store, evening.code, evening.poll, {"v1": b}, 5) == [ACCEPTED]
        assert vote(store, evening.code, evening.poll, {"v1": a}, 3) == [SUPERSEDED]
        assert vote(store, evening.code, evening.poll, {"v2": b}, None) == [ACCEPTED]
        assert store.phone_counts(evening.code, evening.poll) == Counter({(b,): 2})
        own = store.own_ballots(evening.code, evening.poll, ["v1", "v2", "v3"])
        assert {voter: kept[0] for voter, kept in own.items()} == {"v1": (b,), "v2": (b,)}

    def test_the_same_voter_many_times_in_one_group(self, evening: Evening) -> None:
        a, b = evening.options[:2]
        casts = [
            Cast(evening.code, evening.poll, "v", (choice,), "", n) for n, choice in ((1, a), (3, b), (2, a))
        ]
        assert evening.desk.store.cast(casts) == [SUPERSEDED, ACCEPTED, SUPERSEDED]
        assert evening.desk.store.phone_counts(evening.code, evening.poll) == Counter({(b,): 1})

    def test_nothing_enters_a_vote_that_is_not_open(self, evening: Evening) -> None:
        a = evening.options[0]
        evening.desk.act(evening.code, "close")
        assert vote(evening.process().store, evening.code, evening.poll, {"v": a}) == [NOT_OPEN]
        assert vote(evening.desk.store, "NOPE", evening.poll, {"v": a}) == [NOT_OPEN]
        assert evening.desk.store.phone_counts(evening.code, evening.poll) == Counter()

    def test_several_writers_and_a_close_lose_and_double_nothing(self, evening: Evening) -> None:
        """Urns write side by side, some voters on two of them; what was acknowledged is what is counted."""
        stores = [evening.process().store for _ in range(3)]
        drawn = random.Random(3)
        accepted: list[set[str]] = [set() for _ in stores]
        closing = evening.process()

        def write(number: int) -> None:
            for group in range(12):
                voters = {f"v{drawn.randrange(150)}": drawn.choice(evening.options) for _ in range(20)}
                words = vote(stores[number], evening.code, evening.poll, voters, group + 1)
                accepted[number] |= {
                    voter for voter, word in zip(voters, words, strict=True) if word in (ACCEPTED, SUPERSEDED)
                }

        def close() -> None:
            time.sleep(0.03)
            closing.act(evening.code, "close")

        run_together([*(lambda n=n: write(n) for n in range(3)), close])
        closed = evening.process().store.room(evening.code).polls[evening.poll]
        counted = evening.process().store.phone_counts(evening.code, evening.poll)
        assert closed.state == "closed"
        assert closed.tally is not None
        assert closed.tally.ballots == counted.total() == len(set().union(*accepted))

    def test_the_seal_leaves_neither_voter_nor_order(self, evening: Evening) -> None:
        store, (a, b) = evening.desk.store, evening.options[:2]
        vote(store, evening.code, evening.poll, {f"v{n:03}": a if n < 40 else b for n in range(80)})
        evening.desk.act(evening.code, "close")
        evening.desk.act(evening.code, "seal")
        with store.engine.connect() as connection:
            assert connection.execute(sa.select(schema.ballots)).all() == []
            kept = sa.select(schema.sealed_ballots.c.choice).order_by(schema.sealed_ballots.c.slot)
            choices = list(connection.execute(kept).scalars())
        assert Counter(choices) == Counter({f'["{a}"]': 40, f'["{b}"]': 40})
        assert choices not in (sorted(choices), sorted(choices, reverse=True))
        assert len(store.receipts(evening.code, evening.poll)) == 80
        assert evening.keys.get(poll_secret(evening.code, evening.poll)) is None
        assert store.phone_counts(evening.code, evening.poll) == Counter({(a,): 40, (b,): 40})

    # --- presence, texts, meetings --------------------------------------------------------------------

    def test_phones_are_counted_once(self, evening: Evening) -> None:
        pairs = [(evening.code, f"d{n % 7}") for n in range(30)]
        run_together([lambda: evening.process().store.join(pairs) for _ in range(3)])
        assert evening.desk.store.joined(evening.code) == 7

    def test_texts_come_back(self, evening: Evening) -> None:
        evening.desk.act(
            evening.code, "decide", words="Le maire s’engage : « 40 % » d’ici 2027 🚲 \\x00 ' ; --"
        )
        assert list(evening.process().store.words(evening.code).values()) == [
            "Le maire s’engage : « 40 % » d’ici 2027 🚲 \\x00 ' ; --"
        ]

    def test_a_meeting_removed_leaves_no_row(self, evening: Evening) -> None:
        vote(evening.desk.store, evening.code, evening.poll, {"v": evening.options[0]})
        other = evening.process()
        assert other.store.room(evening.code).version > 0
        evening.desk.delete(evening.code)
        with pytest.raises(UnknownMeeting):
            other.store.room(evening.code)
        with evening.desk.store.engine.connect() as connection:
            for table in schema.OF_A_MEETING:
                rows = connection.scalar(sa.select(sa.func.count()).where(table.c.meeting == evening.code))
                assert rows == 0, table.name

    def test_a_cleared_rehearsal_starts_again_for_everybody(self, evening: Evening) -> None:
        other = evening.process()
        assert other.store.room(evening.code).polls
        evening.desk.clear_rehearsal(evening.code)
        assert not other.store.room(evening.code).polls
        assert other.store.entries(evening.code) == evening.desk.store.entries(evening.code)
        assert other.store.broken_link(evening.code) is None

    # --- single-use codes and devices -----------------------------------------------------------------

    def test_of_many_phones_that_bring_one_code_at_once_one_keeps_it(self, evening: Evening) -> None:
        desk, code = evening.desk, evening.code
        desk.act(code, "close")
        desk.act(code, "seal")
        desk.act(code, "issue_codes", college="elected", number=300)
        stores = [evening.process().store for _ in range(3)]
        words: list[str] = []

        def bring(n: int) -> Callable[[], None]:
            return lambda: words.append(stores[n % 3].bind(code, 7, f"phone {n}"))

        run_together([bring(n) for n in range(9)])
        assert sorted(words) == [BOUND] + [TAKEN] * 8
        (kept,) = desk.store.kept_by(code, [f"phone {n}" for n in range(9)]).values()
        assert (kept.number, kept.college) == (7, "elected")
        assert {name: (n.issued, n.used) for name, n in desk.store.code_counts(code).items()} == {
            "elected": (300, 1)
        }
        poll = evening.process().act(code, "open").open_poll
        assert poll is not None

        def cast(number: int, device: str) -> str:
            ballot = Cast(code, poll.id, f"v{number}", (evening.options[0],), number=number, device=device)
            return stores[1].cast([ballot])[0]

        assert cast(7, kept.device) == ACCEPTED
        assert cast(7, "another") == NOT_ENTITLED
        assert cast(8, kept.device) == NOT_ENTITLED
        desk.act(code, "revoke_code", number=7)
        assert cast(7, kept.device) == NOT_ENTITLED
        desk.act(code, "close")
        desk.clear_rehearsal(code)
        assert [row.revoked for row in desk.store.entitlements(code)] == [n == 7 for n in range(1, 301)]
        assert desk.store.broken_link(code) is None

    def test_a_ballot_set_aside_does_not_come_back_under_another_origin(self, evening: Evening) -> None:
        store, option = evening.desk.store, evening.options[0]

        def cast(voter: str, origin: str, sequence: int | None, struck: frozenset[str] = frozenset()) -> str:
            ballot = Cast(
                evening.code, evening.poll, voter, (option,), "", sequence, origin=origin, struck=struck
            )
            return store.cast([ballot])[0]

        assert [cast(f"v{n}", "aa", 1) for n in range(3)] == [ACCEPTED] * 3
        assert cast("w", "bb", 1) == ACCEPTED
        assert store.origins(evening.code, evening.poll) == {"aa": 3}
        evening.desk.act(evening.code, "strike", origin="aa")
        for sequence in (2, None):
            assert cast("v1", "cc", sequence, frozenset({"aa"})) == STRUCK
        assert evening.desk.snapshot(evening.code).tally.ballots == 1
        assert evening.desk.snapshot(evening.code).tally.struck == 3

    def test_tables_that_write_at_once_lose_nothing(self, evening: Evening) -> None:
        desk, code = evening.desk, evening.code
        step = next(one.id for one in desk.snapshot(code).sheet.steps if one.kind == "tables")
        desk.act(code, "close")
        desk.act(code, "show", step=step)

        def table(number: int) -> None:
            for i in range(4):
                about = {"id": f"reponse-{number}-{i}", "table": number}
                desk.act(code, "contribute", kind="idea", words="a", edit=0, **about)
                desk.act(code, "contribute", kind="for", words=f"{number}/{i} \U0001f68c", edit=1, **about)
                desk.act(code, "contribute", kind="idea", words="late", edit=0, **about)
            desk.act(code, "retract", id=f"reponse-{number}-0", table=number, edit=2)

        run_together([partial(table, number) for number in range(1, 6)])
        written = desk.store.contributions(code)
        assert sorted((one.table, one.words) for one in written) == [
            (n, f"{n}/{i} \U0001f68c") for n in range(1, 6) for i in range(1, 4)
        ]
        assert {one.kind for one in written} == {"for"}


def run_together(works: list[Callable[[], object]]) -> None:
    """Each in a thread of its own; the first fault is raised here."""
    faults: list[BaseException] = []

    def run(work: Callable[[], object]) -> None:
        try:
            work()
        except BaseException as error:
            faults.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    if faults:
        raise faults[0]
