"""kill −9 of each server of a running house, while people vote: it is back by itself, and nothing received is lost."""

import asyncio
import random
import time
from pathlib import Path

from components.meeting.desk import Desk
from components.meeting.keys import KeyRing
from components.meeting.store import Store
from components.rehearsal.phone import Phone
from components.rehearsal.stage import judge
from components.rehearsal.wire import Place
from tests.command.house import House, until

from .conftest import Rounds
from .urn import leave

POLL = "dabord-avant"
CHOICES = (("besoins",), ("local",), ("deux",))
BACK_SECONDS = 30.0
"""Ten on a machine of its own; tests share theirs."""


def test_a_killed_server_is_back_and_votes_go_on(tmp_path: Path, rounds: Rounds, tell) -> None:
    slowest = 0.0
    with House(tmp_path) as house:
        desk = Desk(Store(house.env["CORDEE_DB"]), KeyRing(tmp_path / "store.db.keys"))
        code = desk.store.meetings()[0].code
        desk.act(code, "show", step="avis-avant")
        desk.act(code, "open")
        phones = [
            Phone(Place("127.0.0.1", house.phone_port), code, random.Random(rounds.chance.random()))
            for _ in range(40)
        ]
        killed: dict[str, int] = {"urn": 0, "pages": 0}

        async def evening() -> float:
            slowest, over = 0.0, False

            async def keep_voting(phone: Phone) -> None:
                while not over:
                    await phone.vote(POLL, phone.chance.choice(CHOICES), 90)
                    await asyncio.sleep(0.1 * phone.chance.random())

            await asyncio.gather(*(phone.arrive() for phone in phones))
            votes = [asyncio.ensure_future(keep_voting(phone)) for phone in phones]
            for number in rounds.of(few=1, full=20):
                role, port = (("urn", house.phone_port), ("pages", house.port))[number % 2]
                await asyncio.sleep(0.3 + rounds.chance.random())
                since = time.monotonic()
                gone = await asyncio.to_thread(house.kill, port)
                assert await asyncio.to_thread(until, lambda p=port, r=role: house.alive(p) == r, 60), (
                    house.said()
                )
                slowest = max(slowest, time.monotonic() - since)
                assert gone not in house.children()
                killed[role] += 1
            over = True
            await asyncio.gather(*votes)
            await leave(phones)
            return slowest

        slowest = asyncio.run(evening())
        found = judge(desk, code, POLL, phones, [])
        ballots = sum(len(phone.ballots) for phone in phones)
        desk.store.close()
    assert (found.acknowledged, found.lost, found.doubled) == (len(phones), 0, 0)
    tell(
        f"kill -9 : urne {killed['urn']} fois, pages {killed['pages']} fois ; revenues en {slowest:.1f} s au plus ; "
        f"{ballots} bulletins accusés de {len(phones)} téléphones, aucun perdu ni doublé"
    )
    # Each wait doubles while a server dies again and again; the first of an evening is immediate.
    assert rounds.long or slowest < BACK_SECONDS
