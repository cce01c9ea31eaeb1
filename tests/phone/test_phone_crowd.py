"""Three hundred voters at once, and kill -9 in the middle of a burst: nothing lost, nothing doubled."""

import asyncio
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import httpx
import pytest

from components.meeting.desk import Desk
from components.meeting.keys import KeyRing
from components.meeting.store import Store
from components.phone.hall import Hall
from tests.examples import FULL

from .conftest import SHEET
from .crowd import Phone, gather

ROOT = Path(__file__).resolve().parents[2]
VOTERS = 300


def test_300_voters_who_change_their_mind_are_counted_once_each(house):
    poll = house.ask("un")
    phones = [Phone(n) for n in range(VOTERS)]
    dice = random.Random(7)
    times = []

    async def evening() -> None:
        lines = await gather(phones, house.port, house.code)

        async def votes(phone, line):
            for _ in range(dice.choice([1, 1, 2, 3])):
                started = time.monotonic()
                assert await phone.vote(line, poll, dice.choice("abcs")), phone.refusals
                times.append(time.monotonic() - started)

        await asyncio.gather(*(votes(phone, line) for phone, line in zip(phones, lines, strict=True)))
        await asyncio.gather(*(line.close() for line in lines))

    asyncio.run(evening())
    assert house.counts(poll) == Counter((phone.acknowledged,) for phone in phones)
    assert house.console.store.joined(house.code) == VOTERS
    assert sorted(times)[int(0.95 * len(times))] < 2


def test_a_close_in_the_middle_of_a_burst_splits_ballots_without_a_doubt(house):
    """What was acknowledged is in the sealed count, what was refused is not."""
    poll = house.ask("un")
    phones = [Phone(n) for n in range(200)]

    async def evening() -> None:
        lines = await gather(phones, house.port, house.code)
        closing = asyncio.get_running_loop().run_in_executor(
            None, lambda: (time.sleep(0.05), house.act("close"))
        )

        async def votes(phone, line):
            await asyncio.sleep(0.2 * phone.number / 200)
            await phone.vote(line, poll, "a")

        await asyncio.gather(
            *(votes(phone, line) for phone, line in zip(phones, lines, strict=True)), closing
        )
        await asyncio.gather(*(line.close() for line in lines))

    asyncio.run(evening())
    acknowledged = sum(phone.acknowledged is not None for phone in phones)
    refused = [phone.refusals for phone in phones if phone.acknowledged is None]
    assert all(told[0]["error"] in ("vote_not_open", "vote_closed") for told in refused)
    house.act("seal")
    sealed = house.console.store.room(house.code).polls[poll].tally
    assert sealed.by_channel["phone"] == acknowledged
    assert acknowledged + len(refused) == 200


def test_many_phones_coming_back_are_told_their_own_ballots(house):
    poll = house.ask("un")
    phones = [Phone(n) for n in range(60)]

    async def evening() -> None:
        lines = await gather(phones, house.port, house.code)
        for phone, line in zip(phones, lines, strict=True):
            await phone.vote(line, poll, "abc"[phone.number % 3])

    asyncio.run(evening())
    hall = Hall(house.console, house.code)
    told = hall.about_all([phone.token for phone in phones])
    own = {token: about["own"] for token, about in told.items()}
    assert [own[phone.token]["choice"] for phone in phones] == [["abc"[phone.number % 3]] for phone in phones]
    assert own[phones[0].token] == hall.own(phones[0].token)


# --- kill -9 ----------------------------------------------------------------------------------------


class UrnProcess:
    """A real urn in a process of its own (our routes on Tornado, as `panel serve` would run them)."""

    PROGRAM = """
import asyncio, sys, tornado.httpserver, tornado.web
from components.phone.handlers import ROUTES
async def main():
    server = tornado.httpserver.HTTPServer(tornado.web.Application(ROUTES))
    server.listen(int(sys.argv[1]), "127.0.0.1", backlog=1024)
    await asyncio.Event().wait()
asyncio.run(main())
"""

    def __init__(self, folder: Path, port: int) -> None:
        environ = {
            **os.environ,
            "CORDEE_DB": f"sqlite:///{folder / 'urn.db'}",
            "CORDEE_KEYS": str(folder / "keys"),
            "CORDEE_ROLE": "urn",
        }
        command = [sys.executable, "-c", self.PROGRAM, str(port)]
        self.process = subprocess.Popen(command, cwd=ROOT, env=environ, stderr=subprocess.DEVNULL)
        end = time.monotonic() + 30
        while time.monotonic() < end:
            try:
                httpx.get(f"http://127.0.0.1:{port}/")
                return
            except httpx.TransportError:
                time.sleep(0.05)
        raise AssertionError("the urn did not start")

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


@pytest.mark.parametrize("seed", range(3 if FULL else 1))
def test_kill_9_in_a_burst_loses_no_acknowledged_ballot(tmp_path, seed):
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    desk = Desk(Store(f"sqlite:///{tmp_path / 'urn.db'}"), KeyRing(tmp_path / "keys"))
    code = desk.new(SHEET)
    desk.act(code, "show", step="un")
    poll = next(iter(desk.act(code, "open").polls))
    dice = random.Random(seed)
    phones = [Phone(n) for n in range(120)]
    urn = UrnProcess(tmp_path, port)

    async def burst(kill_after: float | None) -> None:
        lines = await gather(phones, port, code)

        async def votes(phone, line):
            for choice in dice.choices("abc", k=4):
                if not await phone.vote(line, poll, choice):
                    break
                await asyncio.sleep(dice.random() * 0.05)

        async def killer():
            while not any(phone.acknowledged is not None for phone in phones):
                await asyncio.sleep(0.002)
            await asyncio.sleep(kill_after)
            urn.process.send_signal(signal.SIGKILL)

        jobs = [votes(phone, line) for phone, line in zip(phones, lines, strict=True)]
        await asyncio.gather(*jobs, *([killer()] if kill_after else []))

    try:
        asyncio.run(burst(kill_after=0.03 + 0.15 * dice.random()))
        urn.process.wait()
        hall = Hall(desk, code)
        held = hall.about_all([phone.token for phone in phones])
        for phone in phones:
            if phone.acknowledged is not None:
                assert held[phone.token]["own"] is not None, "acknowledged, yet not in the database"
        acknowledged = sum(phone.acknowledged is not None for phone in phones)
        assert sum(desk.store.phone_counts(code, poll).values()) >= acknowledged > 0
        urn = UrnProcess(tmp_path, port)
        asyncio.run(burst(kill_after=None))
        assert desk.store.phone_counts(code, poll) == Counter((phone.acknowledged,) for phone in phones)
        assert desk.store.joined(code) == 120
    finally:
        urn.kill()
        desk.store.close()
