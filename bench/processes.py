"""One, two and four urns behind nginx on PostgreSQL: 10,000 voters spread over a minute.

Each voter opens the page and its line at its own moment, votes, stays three seconds, leaves. Server, nginx, base and
voters share one machine: what counts is the ratio between the numbers of urns, and that nothing is lost.
Usage: `python -m bench.processes [VOTERS] [SECONDS]`. Needs nginx and the tests' PostgreSQL.
"""

import asyncio
import os
import random
import signal
import sys
import tempfile
import time
from pathlib import Path

from components.command.limits import raise_open_files
from components.meeting.desk import Desk
from components.meeting.keys import KeyRing
from components.meeting.store import Store
from components.rehearsal import stage
from components.rehearsal.phone import Phone, Refused
from components.rehearsal.report import spread
from components.rehearsal.wire import Place as Wire
from tests.deploy.place import Place, nginx
from tests.postgres.server import start

STAY_SECONDS = 3.0
TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(process: int) -> float:
    """What a process has computed since it began."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


async def one(phone: Phone, at: float, poll: str, chance: random.Random, faults: list[str]) -> None:
    """A voter's minute."""
    await asyncio.sleep(at)
    try:
        async with asyncio.timeout(90):
            await phone.arrive()
            await phone.vote(poll, chance.choice(stage.CHOICES))
            await asyncio.sleep(STAY_SECONDS)
    except (TimeoutError, Refused, OSError) as error:
        faults.append(type(error).__name__)
    finally:
        await phone.leave()


async def vote(
    wire: Wire, code: str, poll: str, voters: int, seconds: float
) -> tuple[list[Phone], list[str]]:
    """All the voters, after they left, and what kept some from voting."""
    chance, faults = random.Random(0), list[str]()
    phones = [Phone(wire, code, random.Random(chance.random())) for _ in range(voters)]
    times = [seconds * number / voters for number in range(voters)]
    await asyncio.gather(
        *(one(phone, at, poll, chance, faults) for phone, at in zip(phones, times, strict=True))
    )
    return phones, faults


def measure(urns: int, voters: int, seconds: float) -> str:
    """A row of the table for so many urns."""
    with (
        tempfile.TemporaryDirectory() as folder,
        start() as server,
        Place(Path(folder), server.url("postgres"), urns, number_of_pages=0) as place,
    ):
        desk = Desk(Store(place.database), KeyRing(place.keys))
        with stage.throwaway(desk) as code:
            poll = next(iter(desk.act(code, "open").polls))
            before = [cpu_seconds(place.processes[port].pid) for port in place.urns]
            begun = time.monotonic()
            phones, faults = asyncio.run(vote(Wire("127.0.0.1", place.port), code, poll, voters, seconds))
            lasted = time.monotonic() - begun
            used = [
                cpu_seconds(place.processes[port].pid) - start
                for port, start in zip(place.urns, before, strict=True)
            ]
            stored = desk.store.phone_counts(code, poll).total()
            known = [phone.acknowledged for phone in phones]
            waits = [b.acknowledged_at - b.sent_at for b in known if b and b.acknowledged_at is not None]
        desk.store.close()
    acknowledged, ms = len(waits), spread(waits)
    return (
        f"| {urns} | {acknowledged} | {stored} | {max(0, acknowledged - stored)} | {max(0, stored - voters)} "
        f"| {len(faults)} | {ms['p50']} / {ms['p95']} / {ms['p99']} | {lasted:.0f} "
        f"| {sum(used):.1f} | {max(used) / lasted:.0%} |"
    )


def main() -> int:
    """Prints the table; returns 0, 1 without nginx."""
    if nginx() is None:
        print("nginx: absent")
        return 1
    voters, seconds = (int(word) for word in (*sys.argv[1:], *("10000", "60")[len(sys.argv) - 1 :]))
    raise_open_files()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what was started is ended on the way out
    print(f"{voters} voters over {seconds} s\n")
    print(
        "| urns | acknowledged | stored | lost | doubled | faults | ack ms p50 / p95 / p99 | lasted s "
        "| CPU s, all urns | busiest urn |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|")
    for urns in (1, 2, 4):
        print(measure(urns, voters, seconds), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
