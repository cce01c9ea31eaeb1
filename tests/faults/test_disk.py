"""The disk is full, the folder is read-only, the database is locked: nobody is told « reçu » for what is not stored."""

import asyncio
import contextlib
import os
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from components.meeting.desk import Desk
from components.meeting.store import Store, StoreUnavailable
from components.rehearsal.phone import Phone
from tests.command.house import cordee, environ

from .conftest import Rounds
from .urn import CHOICES, Urn, keep_voting, leave

HERE_ONLY = "needs the right to mount a small disk (Linux, administrator)"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of twelve megabytes: room for a write-ahead log of 1,000 pages (4 MB) beside the base."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(place)]
    try:
        mounted = subprocess.run(command, capture_output=True).returncode == 0
    except OSError:
        mounted = False
    if not mounted:
        pytest.skip(HERE_ONLY)
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def fill(place: Path) -> Path:
    """Take every byte that is left."""
    path = place / "filling"
    with open(path, "wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(4096))
    with open(path, "ab", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"x")
    return path


def act_until_full(urn: Urn) -> None:
    """What a console would give as orders; the write-ahead log may have a thousand pages left."""
    for number in range(5000):
        urn.desk.act(urn.code, "neutral", on=number % 2 == 0)


def cast(urn: Urn, poll: str, token: str, choice: str) -> httpx.Response:
    return httpx.post(
        f"{urn.place.url}/api/v1/meetings/{urn.code}/ballot",
        json={"poll": poll, "choice": choice},
        headers={"Authorization": f"Bearer {token}"},
        timeout=60,
    )


def test_a_full_disk_is_said_and_forgotten_once_there_is_room(
    small_disk, tmp_path, rounds: Rounds, tell
) -> None:
    urn = Urn(small_disk, keys=tmp_path / "keys")
    refused = accepted = 0
    try:
        urn.start()
        for _ in rounds.of(few=1, full=20):
            poll = urn.ask("un")
            phones = urn.phones(20, rounds.chance)

            async def evening(phones: list[Phone], poll: str) -> tuple[int, int]:
                full = threading.Event()
                await asyncio.gather(*(phone.arrive() for phone in phones))
                votes = [asyncio.ensure_future(keep_voting(phone, poll, full.is_set)) for phone in phones]
                await asyncio.sleep(0.3 * rounds.chance.random())
                filling = await asyncio.to_thread(fill, small_disk)
                # Now nothing can be written: whoever votes is told that it is not received.
                answers = [await asyncio.to_thread(cast, urn, poll, phone.token, "a") for phone in phones[:5]]
                for answer in answers:
                    if answer.status_code != 200:
                        assert answer.status_code == 503
                        assert answer.json()["error"] == "unavailable"
                        assert "Retry-After" in answer.headers
                no = sum(answer.status_code == 503 for answer in answers)
                with pytest.raises(StoreUnavailable):
                    act_until_full(urn)
                filling.unlink()
                full.set()
                await asyncio.gather(*votes)
                await leave(phones)
                return no, len(phones)

            no, everyone = asyncio.run(evening(phones, poll))
            assert urn.check(poll, phones) == everyone
            refused, accepted = refused + no, accepted + everyone
            urn.desk.clear_rehearsal(urn.code)
        assert refused > 0, "the disk was never full"
        tell(
            f"{len(rounds.of(1, 20))} disques pleins : {refused} bulletins refusés tant qu'il n'y avait plus de place, "
            f"{accepted} téléphones accusés ensuite, tous retrouvés"
        )
    finally:
        urn.end()


def test_a_read_only_disk_is_said_and_forgotten_once_it_is_writable(
    small_disk, tmp_path, rounds: Rounds
) -> None:
    urn = Urn(small_disk, keys=tmp_path / "keys")

    def remount(how: str) -> None:
        subprocess.run(["mount", "-o", f"remount,{how}", str(small_disk)], check=True)

    try:
        poll = urn.ask("un")
        urn.start()
        token = httpx.post(f"{urn.place.url}/api/v1/meetings/{urn.code}/join").json()["token"]
        assert cast(urn, poll, token, "a").status_code == 200
        urn.kill()
        urn.desk.store.close()
        remount("ro")
        urn.start()
        answer = cast(urn, poll, token, "b")
        assert answer.status_code == 503
        assert "Pas encore reçu" in answer.json()["message"]
        env = environ(tmp_path, CORDEE_DB=urn.database, CORDEE_KEYS=str(urn.keys.directory))
        said = cordee("meeting", "act", urn.code, "close", env=env)
        assert said.returncode == 1
        assert said.stderr.count("\n") == 1
        assert "Traceback" not in said.stderr
        remount("rw")
        for _ in range(100):
            if (answer := cast(urn, poll, token, "b")).status_code == 200:
                break
            time.sleep(0.1)
        assert answer.status_code == 200, "writable again, and still refused"
        urn.desk = Desk(Store(urn.database), urn.keys)
        assert dict(urn.desk.store.phone_counts(urn.code, poll)) == {("b",): 1}
    finally:
        remount("rw")
        urn.end()


def test_a_launcher_that_cannot_write_says_so_in_one_sentence(small_disk, tmp_path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    said = cordee("serve", env=environ(tmp_path, CORDEE_DB=f"sqlite:///{small_disk / 'a.db'}"))
    assert said.returncode == 1
    assert said.stderr.count("\n") == 1
    assert "lecture seule" in said.stderr


def test_a_lock_held_by_another_program_delays_and_loses_nothing(urn: Urn, rounds: Rounds, tell) -> None:
    """A backup that holds the database for longer than the store waits: refused meanwhile, received after."""
    seconds = 15.0 if rounds.long else 1.5
    poll = urn.ask("un")
    urn.start()
    phones = urn.phones(40, rounds.chance)
    path = urn.database.removeprefix("sqlite:///")

    async def evening() -> float:
        over = threading.Event()
        await asyncio.gather(*(phone.arrive() for phone in phones))
        votes = [asyncio.ensure_future(keep_voting(phone, poll, over.is_set)) for phone in phones]
        await asyncio.sleep(0.2 * rounds.chance.random())
        other = sqlite3.connect(path, isolation_level=None, timeout=30)
        other.execute("BEGIN EXCLUSIVE")
        before = sum(len(phone.ballots) for phone in phones)
        await asyncio.sleep(seconds)
        during = sum(ballot.acknowledged_at is not None for phone in phones for ballot in phone.ballots)
        assert during <= before, "no ballot is acknowledged while nothing can be written"
        other.execute("ROLLBACK")
        other.close()
        over.set()
        since = time.monotonic()
        await asyncio.gather(*votes)
        await leave(phones)
        return time.monotonic() - since

    took = asyncio.run(evening())
    assert urn.check(poll, phones) == 40
    ballots = sum(len(phone.ballots) for phone in phones)
    tell(
        f"base verrouillée {seconds:g} s : {ballots} bulletins, tous accusés {took:.1f} s après, aucun perdu ni doublé"
    )


def test_a_backup_during_a_burst_is_whole_and_disturbs_nothing(
    urn: Urn, rounds: Rounds, tmp_path, tell
) -> None:
    poll = urn.ask("un")
    urn.start()
    phones = urn.phones(40, rounds.chance)
    path = urn.database.removeprefix("sqlite:///")
    copies: list[int] = []

    def back_up() -> None:
        target = tmp_path / f"copy{len(copies)}.db"
        source, copy = sqlite3.connect(path), sqlite3.connect(target)
        with contextlib.closing(source), contextlib.closing(copy):
            source.backup(copy)
            assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            held = copy.execute("SELECT count(*), count(DISTINCT voter) FROM ballot").fetchone()
            assert held[0] == held[1]
            copies.append(held[0])
        os.unlink(target)

    async def evening() -> None:
        over = threading.Event()
        await asyncio.gather(*(phone.arrive() for phone in phones))
        votes = [asyncio.ensure_future(keep_voting(phone, poll, over.is_set, 0.01)) for phone in phones]
        for _ in rounds.of(few=1, full=50):
            await asyncio.to_thread(back_up)
        over.set()
        await asyncio.gather(*votes)
        await leave(phones)

    asyncio.run(evening())
    assert urn.check(poll, phones) == 40
    assert {choice for phone in phones for choice in phone.may_be_held()} <= set(CHOICES)
    ballots = sum(len(phone.ballots) for phone in phones)
    tell(f"{len(copies)} sauvegardes pendant les votes, toutes entières ; {ballots} bulletins accusés")
