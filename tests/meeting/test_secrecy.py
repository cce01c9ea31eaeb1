"""After the seal nothing links a voter to a ballot: every byte of every file is searched."""

import hashlib
import hmac
import random
import sqlite3
import time
from pathlib import Path

import pytest

from components.meeting.desk import Desk
from components.meeting.hub import Hub
from components.meeting.keys import KeyRing, pair_secret, poll_secret
from components.meeting.store import Cast, Store
from components.meeting.store.copy import copy_file
from components.voting.sealing import voter_key
from tests.meeting.conftest import Clock, Phones
from tests.meeting.evenings import hold

BALLOTS = 1500


def until(true, seconds: float = 20.0) -> bool:  # type: ignore[no-untyped-def]
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.05)
    return bool(true())


def found_in(folder: Path, words: set[str], but: str = "copie") -> dict[str, int]:
    """How many of these words lie in each file of a folder, as text or as bytes."""
    found = {}
    for path in folder.rglob("*"):
        if path.is_file() and but not in path.name:
            content = path.read_bytes()
            number = sum(word.encode() in content for word in words)
            number += sum(bytes.fromhex(word) in content for word in words if len(word) == 64)
            if number:
                found[path.name] = number
    return found


@pytest.fixture
def urn(tmp_path: Path, clock: Clock) -> Desk:
    """The one process that folds the journal back into the file."""
    return Desk(Store(f"sqlite:///{tmp_path}/soir.db", checkpoint=True), KeyRing(tmp_path / "keys"), clock)


@pytest.fixture
def console(tmp_path: Path, clock: Clock) -> Desk:
    return Desk(Store(f"sqlite:///{tmp_path}/soir.db"), KeyRing(tmp_path / "keys"), clock)


def test_a_whole_vote_leaves_no_link_in_any_file(urn: Desk, console: Desk, tmp_path: Path) -> None:
    """Many groups, many second thoughts, a copy made while the vote was open; sealed from the console."""
    hub = Hub(urn, seals_late=True).start()
    code, poll = hold(console, ballots=0, sealed=False)
    secret = console.keys.get(poll_secret(code, poll))
    pairing = console.keys.get(pair_secret(code, poll))
    assert secret is not None
    assert pairing is not None
    options = console.store.room(code).polls[poll].question.option_ids
    drawn = random.Random(7)
    tokens = [f"{n:032x}.{hashlib.sha256(str(n).encode()).hexdigest()}" for n in range(BALLOTS)]
    voters = {voter_key(secret, token) for token in tokens}
    pairs = {hmac.new(pairing, b"pair:" + token.encode(), hashlib.sha256).hexdigest() for token in tokens}
    phones = Phones(urn, code)
    for sequence in (1, 2, 3):
        shuffled = drawn.sample(tokens, len(tokens))
        for start in range(0, len(shuffled), 100):
            phones.vote(
                poll, {token: (drawn.choice(options),) for token in shuffled[start : start + 100]}, sequence
            )
    urn.store.cast([Cast(code, poll, min(voters), (options[0],), "", None, origin="portable-du-fond")])
    copy_file(tmp_path / "soir.db", tmp_path / "copie-avant.db")
    assert found_in(tmp_path, voters)["soir.db"] + found_in(tmp_path, voters).get("soir.db-wal", 0) >= BALLOTS
    assert found_in(tmp_path, {secret.hex()}, but="soir")

    console.act(code, "close")
    console.act(code, "seal")
    assert until(lambda: not found_in(tmp_path, voters)), found_in(tmp_path, voters)
    assert found_in(tmp_path, {"portable-du-fond"}) == {}
    assert found_in(tmp_path, {secret.hex()}, but="nothing") == {}
    assert not found_in(tmp_path, set(tokens), but="nothing")
    copy_file(tmp_path / "soir.db", tmp_path / "copie-apres.db")
    assert not any(key.encode() in (tmp_path / "copie-apres.db").read_bytes() for key in voters)
    # The pair keys wait for the second vote, and go with it.
    assert found_in(tmp_path, pairs)
    console.act(code, "show", step="avis-apres")
    second = console.act(code, "open").open_poll
    assert second is not None
    phones.vote(second.id, {token: (options[1],) for token in tokens[:200]})
    console.act(code, "close")
    console.act(code, "seal")
    assert until(lambda: not found_in(tmp_path, pairs)), found_in(tmp_path, pairs)
    assert found_in(tmp_path, {pairing.hex()}, but="nothing") == {}

    # The copy made before still holds the keys, as it must; whoever has it and every token cannot join them.
    with sqlite3.connect(tmp_path / "copie-avant.db") as copy:
        kept = {voter for (voter,) in copy.execute("SELECT voter FROM ballot")}
    copy.close()
    assert kept == voters
    everything = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert secret not in b"".join(everything)
    tried = [path.read_bytes() for path in (tmp_path / "keys").iterdir()]
    assert not kept & {voter_key(other, token) for other in tried for token in tokens[:50]}
    hub.stop()


def test_a_seal_while_nobody_watched_is_scrubbed_at_the_next_start(
    console: Desk, tmp_path: Path, clock: Clock
) -> None:
    """The urn was dead when the console sealed: the journal still holds the pages as they were."""
    code, poll = hold(console, ballots=300, sealed=False)
    secret = console.keys.get(poll_secret(code, poll))
    assert secret is not None
    voters = {voter_key(secret, f"token-{n:04}") for n in range(300)}
    console.act(code, "close")
    console.act(code, "seal")
    assert found_in(tmp_path, voters), "without the urn the journal is not folded"
    store = Store(f"sqlite:///{tmp_path}/soir.db", checkpoint=True)
    hub = Hub(Desk(store, console.keys, clock), seals_late=True).start()
    assert until(lambda: not found_in(tmp_path, voters)), found_in(tmp_path, voters)
    hub.stop()


def test_a_reader_only_delays_it(urn: Desk, console: Desk, tmp_path: Path) -> None:
    code, poll = hold(console, ballots=200, sealed=False)
    secret = console.keys.get(poll_secret(code, poll))
    assert secret is not None
    voters = {voter_key(secret, f"token-{n:04}") for n in range(200)}
    with console.store.engine.connect() as reading:
        reading.exec_driver_sql("SELECT count(*) FROM ballot").scalar()
        urn.act(code, "close")
        urn.act(code, "seal")
        begun = time.monotonic()
        assert not urn.store.scrub()
        assert time.monotonic() - begun < 5
    hub = Hub(urn, seals_late=True).start()
    assert until(lambda: not found_in(tmp_path, voters))
    hub.stop()


def test_a_secret_is_overwritten_before_it_is_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring = KeyRing(tmp_path)
    secret = ring.make("poll:X:y")
    (file,) = tmp_path.iterdir()
    block = file.stat().st_ino
    seen: list[tuple[int, bytes]] = []
    remove = Path.unlink

    def watched(path: Path, missing_ok: bool = False) -> None:
        seen.append((path.stat().st_ino, path.read_bytes()))
        remove(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", watched)
    ring.forget("poll:X:y")
    ring.forget("poll:X:y")
    assert seen == [(block, bytes(32))]
    assert ring.get("poll:X:y") is None
    assert secret != bytes(32)


def test_the_order_of_arrival_is_not_the_order_kept(console: Desk) -> None:
    """Neither the numbers of the sealed ballots nor where their rows lie say who came first."""
    orders = set()
    for _ in range(4):
        code, poll = hold(console, ballots=0, sealed=False)
        options = console.store.room(code).polls[poll].question.option_ids
        phones = Phones(console, code)
        for n in range(24):  # the first half votes one way, the second another, one by one
            phones.vote(poll, {f"t{n}": (options[0] if n < 12 else options[1],)})
        console.act(code, "close")
        console.act(code, "seal")
        with console.store.engine.connect() as connection:
            rows = connection.exec_driver_sql(
                "SELECT choice FROM sealed_ballot WHERE meeting = ? ORDER BY rowid", (code,)
            ).scalars()
            orders.add(tuple(rows))
            slots = connection.exec_driver_sql(
                "SELECT rowid - slot FROM sealed_ballot WHERE meeting = ?", (code,)
            ).scalars()
            assert len(set(slots)) == 1  # the same order twice: rows tell no more than the numbers
    assert len(orders) == 4
    assert all(order[:12] not in (order[0],) * 12 for order in orders)
