"""A real urn in a process of its own (our routes on Tornado, as `panel serve` runs them), quick to start and kill."""

import asyncio
import os
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path

from components.meeting.desk import Desk
from components.meeting.keys import KeyRing
from components.meeting.store import Store
from components.rehearsal.phone import Phone
from components.rehearsal.stage import judge
from components.rehearsal.wire import Place
from tests.phone.conftest import SHEET

ROOT = Path(__file__).resolve().parents[2]
CHOICES = (("a",), ("b",), ("c",))
PROGRAM = """
import asyncio, sys, tornado.httpserver, tornado.netutil, tornado.web
from components.phone.handlers import ROUTES
async def main():
    server = tornado.httpserver.HTTPServer(tornado.web.Application(ROUTES))
    server.add_sockets(tornado.netutil.bind_sockets(int(sys.argv[1]), "127.0.0.1", backlog=4096))
    await asyncio.Event().wait()
asyncio.run(main())
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Urn:
    """A store, the facilitator's desk on it, and the urn's process, started and killed as often as a test likes."""

    def __init__(self, folder: Path, keys: Path | None = None) -> None:
        self.database = f"sqlite:///{folder / 'urn.db'}"
        self.keys = KeyRing(keys or folder / "keys")
        self.desk = Desk(Store(self.database), self.keys)
        self.code = self.desk.new(SHEET)
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self.log = (keys.parent if keys else folder) / "urn.log"

    @property
    def place(self) -> Place:
        return Place("127.0.0.1", self.port)

    def start(self) -> "Urn":
        """Start the process; back once it answers."""
        environ = {**os.environ, "CORDEE_DB": self.database, "CORDEE_KEYS": str(self.keys.directory)}
        environ["CORDEE_ROLE"] = "urn"
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", PROGRAM, str(self.port)], cwd=ROOT, env=environ, stdout=log, stderr=log
            )
        end = time.monotonic() + 60
        while time.monotonic() < end:
            try:
                urllib.request.urlopen(f"{self.place.url}/", timeout=5).close()
                return self
            except urllib.error.HTTPError:
                return self
            except OSError:
                time.sleep(0.02)
        raise AssertionError(f"the urn did not start: {self.log.read_text()}")

    def signal(self, number: int) -> None:
        assert self.process is not None
        self.process.send_signal(number)

    def kill(self) -> None:
        """kill -9, and wait until it is gone."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None

    def end(self) -> None:
        self.kill()
        self.desk.store.close()

    def ask(self, question: str = "un") -> str:
        """Open a vote; returns its name."""
        self.desk.act(self.code, "show", step=question)
        poll = self.desk.act(self.code, "open").open_poll
        assert poll is not None
        return poll.id

    def phones(self, number: int, chance: random.Random, place: Place | None = None) -> list[Phone]:
        return [Phone(place or self.place, self.code, random.Random(chance.random())) for _ in range(number)]

    def check(self, poll: str, phones: Sequence[Phone]) -> int:
        """Ballots of acknowledged phones, each found in the store. Fails when one is lost or doubled."""
        found = judge(self.desk, self.code, poll, phones, [])
        assert found.lost == 0, f"{found.lost} acknowledged ballots are not in the store"
        assert found.doubled == 0, f"{found.doubled} phones have two ballots"
        return found.acknowledged


async def keep_voting(phone: Phone, poll: str, over: Callable[[], bool], pause: float = 0.05) -> None:
    """Vote again and again, changing its mind, until it is over."""
    while not over():
        await phone.vote(poll, phone.chance.choice(CHOICES), patience=60)
        await asyncio.sleep(pause * phone.chance.random())


async def leave(phones: Sequence[Phone]) -> None:
    await asyncio.gather(*(phone.leave() for phone in phones))
