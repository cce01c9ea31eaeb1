"""A hall at the urn: N phones open the page within a second, then all vote in one burst.

`python -m bench.urn [N]` prints the table. The phones are bare sockets in this process (page, then WebSocket), the
urn is a real `panel serve` process beside it; both share the machine's cores. A phone is ready once it has been
welcomed; a ballot is acknowledged once it is on disk (SQLite, synchronous=FULL). The other row is the same urn
writing each ballot in a transaction of its own.
"""

import asyncio
import json
import os
import re
import socket
import struct
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from components.meeting.demo import DEMO
from components.meeting.desk import Desk
from components.meeting.keys import ROOT, KeyRing
from components.meeting.store import Store

PHONES = 500
OPEN_WITHIN_SECONDS = 1.0
AIM_OPEN_MS = 1000
AIM_ACK_MS = 250
QUESTION = "dabord-avant"
CHOICES = ("besoins", "local", "deux", "autre", "sans-avis")


class Phone:
    """A phone of bare sockets: one request for the page, one held line."""

    def __init__(self, port: int, code: str) -> None:
        self.port, self.code = port, code
        self.page_bytes = 0

    async def open(self) -> float:
        """Milliseconds from the first packet until welcomed."""
        start = time.perf_counter()
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        host = f"127.0.0.1:{self.port}"
        writer.write(f"GET /v/{self.code} HTTP/1.1\r\nHost: {host}\r\nAccept-Encoding: gzip\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(re.search(rb"Content-Length: (\d+)", head)[1])  # type: ignore[index]
        await reader.readexactly(length)
        self.page_bytes = len(head) + length
        cookie = re.search(rb"Set-Cookie: ([^;]+)", head)[1].decode()  # type: ignore[index]
        writer.close()
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        upgrade = (
            f"GET /v/{self.code}/ws HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\nUpgrade: websocket\r\n"
        )
        upgrade += (
            "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: "
            + "A" * 22
            + "==\r\n\r\n"
        )
        self.writer.write(upgrade.encode())
        await self.reader.readuntil(b"\r\n\r\n")
        await self.hear("welcome")
        return 1000 * (time.perf_counter() - start)

    async def hear(self, kind: str) -> dict[str, object]:
        while True:
            length = (await self.reader.readexactly(2))[1] & 127
            if length >= 126:
                size = 2 if length == 126 else 8
                length = int.from_bytes(await self.reader.readexactly(size), "big")
            told = json.loads(await self.reader.readexactly(length))
            if told["type"] == kind:
                return dict(told)

    async def vote(self, poll: str, choice: str) -> float:
        """Milliseconds until the ballot is said to be on disk."""
        body = json.dumps({"type": "ballot", "poll": poll, "choice": choice, "sequence": 1}).encode()
        length = bytes([0x80 | len(body)]) if len(body) < 126 else b"\xfe" + struct.pack(">H", len(body))
        start = time.perf_counter()
        self.writer.write(b"\x81" + length + b"\0\0\0\0" + body)
        await self.hear("ack")
        return 1000 * (time.perf_counter() - start)


def p95(times: list[float]) -> float:
    return sorted(times)[min(len(times) - 1, int(0.95 * len(times)))]


async def hall(port: int, code: str, desk: Desk, phones: int) -> tuple[list[float], list[float], int]:
    """Times of opening, times of acknowledgement, bytes of one page."""
    crowd = [Phone(port, code) for _ in range(phones)]

    async def arrive(number: int, phone: Phone) -> float:
        await asyncio.sleep(OPEN_WITHIN_SECONDS * number / phones)
        return await phone.open()

    opened = await asyncio.gather(*(arrive(n, phone) for n, phone in enumerate(crowd)))
    await asyncio.to_thread(desk.act, code, "open")
    await asyncio.gather(*(phone.hear("state") for phone in crowd))
    acked = await asyncio.gather(*(phone.vote(QUESTION, CHOICES[n % 5]) for n, phone in enumerate(crowd)))
    for phone in crowd:
        phone.writer.close()
    return list(opened), list(acked), crowd[0].page_bytes


def cpu_seconds(process: int) -> float:
    """Processor time of a process so far; 0 where the system does not say."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, AttributeError):
        return 0.0


def measure(plugin: str, phones: int) -> dict[str, float]:
    """One hall at an urn of its own. Raises AssertionError if a ballot is lost or doubled."""
    with tempfile.TemporaryDirectory() as place, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        database = f"sqlite:///{place}/bench.db"
        environ = {**os.environ, "CORDEE_DB": database, "CORDEE_KEYS": f"{place}/keys", "CORDEE_ROLE": "urn"}
        desk = Desk(Store(database), KeyRing(Path(place) / "keys"))
        code = desk.new(DEMO.read_text(encoding="utf-8"))
        desk.act(code, "show", step="avis-avant")
        options = ["--plugins", "components.command.handlers", "--plugins", plugin, "--log-level", "error"]
        command = [sys.executable, "-m", "panel", "serve", "dashboards/urn.py", "--port", str(port), *options]
        server = subprocess.Popen(command, cwd=ROOT, env=environ, stderr=subprocess.DEVNULL)
        try:
            wait_for(f"http://127.0.0.1:{port}/alive")
            before = cpu_seconds(server.pid)
            opened, acked, page_bytes = asyncio.run(hall(port, code, desk, phones))
            spent = cpu_seconds(server.pid) - before
            stored = sum(desk.store.phone_counts(code, QUESTION).values())
            assert stored == phones, f"{stored} ballots stored, {phones} acknowledged"
        finally:
            server.kill()
            server.wait()
            desk.store.close()
    return {"open": p95(opened), "ack": p95(acked), "bytes": page_bytes, "cpu": 1000 * spent / phones}


def wait_for(url: str) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(url, timeout=2).read()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the urn did not start")


def main() -> None:
    phones = int(sys.argv[1]) if len(sys.argv) > 1 else PHONES
    urn = measure("components.phone.handlers", phones)
    alone = measure("bench.one_by_one", phones)
    print(f"| {phones} phones | ready p95 ms | ballot on disk p95 ms | urn CPU per phone ms | page, bytes |")
    print("|---|---|---|---|---|")
    for name, row in (("urn, group commit", urn), ("urn, one commit a ballot", alone)):
        print(f"| {name} | {row['open']:.0f} | {row['ack']:.0f} | {row['cpu']:.2f} | {row['bytes']:.0f} |")
    print(
        f"| ratio | {alone['open'] / urn['open']:.1f} | {alone['ack'] / urn['ack']:.1f} | "
        f"{alone['cpu'] / urn['cpu']:.1f} | |"
    )
    print(f"\nAims for 1,000 phones: ready p95 ≤ {AIM_OPEN_MS} ms, on disk p95 ≤ {AIM_ACK_MS} ms.")


if __name__ == "__main__":
    main()
