"""A hall at the urn: 1,000 phones open within a second, then all vote in one burst; against named alternatives.

`python -m bench.hall [PHONES]` prints the table. Phones are `components.rehearsal`'s (page, then WebSocket), the urn
is a real `panel serve` process, and a third process wakes and reads as the pages do: « screen » is the time from the
sending of a ballot to the first snapshot that holds it. Ballots are on disk (SQLite, synchronous=FULL) before they are
acknowledged. Alternatives, in the same run: the same urn writing each ballot in a transaction of its own, and a plain
Panel page (a radio group and a button) opened by as many sessions as the processor time tells apart.
"""

import asyncio
import random
import re
import sys
import time
from html import unescape
from urllib.parse import urljoin

from bench.served import URN, House, Served, house, served, urn
from components.command.limits import raise_open_files
from components.rehearsal import stage
from components.rehearsal.phone import Phone
from components.rehearsal.report import Report, spread
from components.rehearsal.watch import Watch
from components.rehearsal.wire import Place, ask, hold

PHONES = 1000
SESSIONS = 40
TURNS = 3
OPEN_WITHIN_SECONDS = 1.0


class Hall:
    """What one run measured. Milliseconds, but `memory` in kB a phone."""

    def __init__(self) -> None:
        self.ready: dict[str, float | None] = {}
        self.open_cpu = self.vote_cpu = self.client_cpu = self.memory = 0.0
        self.page_bytes = 0
        self.found: Report


async def fill(
    hall: Hall, running: Served, place: House, code: str, number: int, open_within: float, seconds: float
) -> tuple[list[Phone], str]:
    """Open the phones within `open_within` seconds, then vote within `seconds` (0: one burst)."""
    phones = [Phone(Place("127.0.0.1", running.port), code, random.Random(n)) for n in range(number)]
    ready: list[float] = []
    empty, before, mine = running.memory_bytes(), running.cpu_seconds(), time.process_time()

    async def arrive(n: int, phone: Phone) -> None:
        await asyncio.sleep(open_within * n / number)
        since = time.monotonic()
        await phone.arrive()
        ready.append(time.monotonic() - since)

    await asyncio.gather(*(arrive(n, phone) for n, phone in enumerate(phones)))
    hall.ready = spread(ready)
    hall.open_cpu = 1000 * (running.cpu_seconds() - before) / number
    poll = await asyncio.to_thread(stage.open_vote, place.desk, code)
    while not all(phone.vote_now for phone in phones):
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.5)
    before = running.cpu_seconds()

    async def vote(phone: Phone) -> None:
        await asyncio.sleep(seconds * phone.chance.random())
        await phone.vote(poll, phone.chance.choice(stage.CHOICES))

    await asyncio.gather(*(vote(phone) for phone in phones))
    hall.vote_cpu = 1000 * (running.cpu_seconds() - before) / number
    hall.client_cpu = 1000 * (time.process_time() - mine) / number
    hall.memory = (running.memory_bytes() - empty) / number / 1000
    hall.page_bytes = phones[0].page_bytes
    await asyncio.sleep(0.5)
    await asyncio.gather(*(phone.leave() for phone in phones))
    return phones, poll


def measure(
    number: int, seconds: float = 0.0, open_within: float = OPEN_WITHIN_SECONDS, plugin: str = ""
) -> Hall:
    """One hall at an urn of its own. Fails when a ballot is lost or doubled."""
    hall = Hall()
    plugins = (URN[0], plugin) if plugin else URN
    with house() as place, urn(place, *plugins) as running, stage.throwaway(place.desk) as code:
        watch = Watch(code, place.environ)
        try:
            watch.wait()
            phones, poll = asyncio.run(fill(hall, running, place, code, number, open_within, seconds))
        finally:
            seen = watch.end()
        hall.found = stage.judge(place.desk, code, poll, phones, seen)
    assert (hall.found.lost, hall.found.doubled) == (0, 0), hall.found.sentences()
    assert hall.found.good or plugin, hall.found.sentences()  # an alternative may leave phones waiting
    return hall


def best(number: int, plugin: str = "") -> Hall:
    """The run of several with the quickest acknowledgements: what else the machine does can only slow it down."""
    return min(
        (measure(number, plugin=plugin) for _ in range(TURNS)),
        key=lambda run: spread(run.found.ack)["p95"] or 0,
    )


async def session(place: Place, first: bool) -> None:
    """A browser's session of the plain page: its HTML, its socket, the document over it; at a first visit also the
    files that the page names, which a phone's page has in itself."""
    packed = {"Accept-Encoding": "gzip"}
    html = (await ask(place, "GET", "/plain_vote", packed, patience=120)).text
    for path in re.findall(r'(?:src|href)="([^":]+)"', html) if first else ():
        await ask(place, "GET", urljoin("/plain_vote", path), packed, patience=120)
    token = re.search(r'"token":\s*"([^"]+)"', unescape(html))
    assert token, html[:300]
    answered, heard = asyncio.Event(), list[dict[str, object]]()

    def hear(said: dict[str, object]) -> None:
        heard.append(said)
        if any("doc" in part for part in heard):
            answered.set()

    headers = {"Sec-WebSocket-Protocol": f"bokeh, {token[1]}"}
    line = await hold(place, "/plain_vote/ws", headers, hear, answered.set, patience=120)
    for part in ({"msgid": "1", "msgtype": "PULL-DOC-REQ"}, {}, {}):
        line.say(part)
    async with asyncio.timeout(120):
        await answered.wait()
    line.leave()


def panel_session_cpu(first: bool) -> float:
    """Milliseconds of the server's processor for one session of a plain Panel page, page and socket as for a phone."""
    with house() as home, served(["bench/plain_vote.py"], home.environ, "pages") as running:
        place = Place("127.0.0.1", running.port)

        async def several(number: int) -> None:
            for _ in range(number):
                await session(place, first)

        asyncio.run(several(1))  # the first one imports
        before = running.cpu_seconds()
        asyncio.run(several(SESSIONS))
        return 1000 * (running.cpu_seconds() - before) / SESSIONS


def times(row: dict[str, float | None]) -> str:
    return " / ".join("–" if row[name] is None else f"{row[name]:.0f}" for name in ("p50", "p95", "p99"))


def main() -> None:
    """Prints the tables."""
    raise_open_files()
    number = int(sys.argv[1]) if len(sys.argv) > 1 else PHONES
    ours, alone = best(number), best(number, plugin="bench.one_by_one")
    panel, visit = panel_session_cpu(first=False), panel_session_cpu(first=True)
    print(
        f"| {number} phones, best of {TURNS}; ms, p50 / p95 / p99 | ready | on disk | in a page's snapshot |"
    )
    print("|---|---|---|---|")
    for name, run in (("urn, group commit", ours), ("urn, one commit a ballot", alone)):
        told = run.found.to_dict()
        print(f"| {name} | {times(run.ready)} | {times(told['ack_ms'])} | {times(told['screen_ms'])} |")
    fast, slow = spread(ours.found.ack)["p95"] or 1, spread(alone.found.ack)["p95"] or 1
    print(f"| one by one ÷ group, p95 | | {slow / fast:.1f} | |\n")
    print("| processor time of the server, ms | opening | voting |\n|---|---|---|")
    print(f"| a phone at the urn | {ours.open_cpu:.2f} | {ours.vote_cpu:.2f} |")
    for name, cost in (("a session", panel), ("a first visit, its files included,", visit)):
        print(f"| {name} of a plain Panel page | {cost:.1f} | |")
        print(f"| ratio | {cost / max(ours.open_cpu, 0.01):.0f} | |")
    print(f"| (a pretend phone, client side) | {ours.client_cpu:.2f} for both | |")
    print(
        f"\nPage: {ours.page_bytes} bytes with its head. Aims: ready p95 ≤ 1,000; on disk p95 ≤ 250; "
        "snapshot p95 ≤ 400, p99 ≤ 800; ratio ≥ 50; page ≤ 30,000 bytes."
    )


if __name__ == "__main__":
    main()
