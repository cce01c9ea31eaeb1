"""Twenty pages open over ten seconds while 300 phones vote: does the tally wait, does the facilitator?

`python -m bench.opening` prints the table: the same votes without and with pages opening (consoles, screens and
explorations, sessions as a browser asks for them), in the same run, with our two processes; and an action of
the facilitator every half second, from the order until a snapshot holds it.
"""

import asyncio
import json
import random
import subprocess
import sys
import threading
import time
import urllib.request

from bench.hall import times
from bench.served import House, Served, house, served, urn
from components.command.limits import raise_open_files
from components.meeting.hub import Hub
from components.rehearsal import stage
from components.rehearsal.crowd import Plan, hold_vote
from components.rehearsal.report import Report, spread
from components.rehearsal.watch import Watch
from components.rehearsal.wire import Place

VOTERS = 300
SECONDS = 10.0
PAGES = 20


def votes(place: House, running: Served) -> tuple[Report, list[float]]:
    """One rehearsal; beside it an action every half second, and how long until a snapshot holds it."""
    with stage.throwaway(place.desk) as code:
        watch = Watch(code, place.environ)
        hub = Hub(place.desk).start()
        over = threading.Event()
        acted: list[float] = []

        def facilitate() -> None:
            moved = threading.Event()
            hub.listen("bench", moved.set)
            while not over.wait(0.5):
                since = time.monotonic()
                version = place.desk.act(code, "presence", people=random.randrange(50, 500)).version
                while hub.snapshot(code).room.version < version:
                    moved.wait(0.05)
                    moved.clear()
                acted.append(time.monotonic() - since)

        opened: list[str] = []

        async def begin() -> str:
            opened.append(await asyncio.to_thread(stage.open_vote, place.desk, code))
            return opened[0]

        thread = threading.Thread(target=facilitate)
        watch.wait()
        thread.start()
        plan = Plan(VOTERS, SECONDS, change=0, post=0, arrive_seconds=2.0)
        phones = asyncio.run(hold_vote(Place("127.0.0.1", running.port), code, plan, stage.CHOICES, begin))
        over.set()
        thread.join()
        hub.stop()
        return stage.judge(place.desk, code, opened[0], phones, watch.end()), acted


OPEN = """
import json, sys, threading, time, urllib.request
urls, seconds, took = json.loads(sys.argv[1]), float(sys.argv[2]), []
def one(n, url):
    time.sleep(seconds * n / len(urls)); since = time.monotonic()
    urllib.request.urlopen(url, timeout=120).read(); took.append(time.monotonic() - since)
threads = [threading.Thread(target=one, args=pair) for pair in enumerate(urls)]
[t.start() for t in threads]; [t.join() for t in threads]
print(json.dumps(took))
"""


def main() -> None:
    """Prints the table."""
    raise_open_files()
    files = [f"dashboards/{name}.py" for name in ("console", "screen", "explore")]
    with house() as place, urn(place) as running, served(files, place.environ, "pages") as pages:
        urls = [f"{pages.url}/{('console', 'screen', 'explore')[n % 3]}" for n in range(PAGES)]
        for url in urls[:3]:
            urllib.request.urlopen(url, timeout=120).read()
        quiet = votes(place, running)
        command = [sys.executable, "-c", OPEN, json.dumps(urls), str(SECONDS)]
        opening = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        busy = votes(place, running)
        opened = json.loads(opening.communicate()[0])
    print(
        f"| {VOTERS} phones vote within {SECONDS:g} s; ms, p50 / p95 / p99 | on disk | in a snapshot | an action |"
    )
    print("|---|---|---|---|")
    for name, (found, acted) in (("no page opens", quiet), (f"{PAGES} pages open meanwhile", busy)):
        told = found.to_dict()
        assert found.good, found.sentences()
        print(f"| {name} | {times(told['ack_ms'])} | {times(told['screen_ms'])} | {times(spread(acted))} |")
    ratio = (spread(busy[0].screen)["p95"] or 0) / (spread(quiet[0].screen)["p95"] or 1)
    print(f"| ratio of p95 | | {ratio:.2f} | |")
    print(f"\nOpening one of the pages: {times(spread(opened))} ms. Aims: an action p95 ≤ 300 ms; ratio < 2.")


if __name__ == "__main__":
    main()
