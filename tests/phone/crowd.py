"""Pretend phones over plain sockets, for tests: each joins, keeps a line and votes."""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed


@dataclass
class Phone:
    """One pretend phone; `acknowledged` is the last choice the urn said it had received."""

    number: int
    token: str = ""
    acknowledged: str | None = None
    refusals: list[dict[str, Any]] = field(default_factory=list)
    sequence: int = 0

    async def arrive(self, http: httpx.AsyncClient, port: int, code: str) -> ClientConnection:
        url = f"http://127.0.0.1:{port}/api/v1/meetings/{code}/join"
        if not self.token:
            self.token = (await http.post(url)).json()["token"]
        line = await connect(
            f"ws://127.0.0.1:{port}/v/{code}/ws",
            additional_headers={"Authorization": f"Bearer {self.token}"},
            open_timeout=30,
            ping_interval=None,
        )
        while json.loads(await line.recv())["type"] != "welcome":
            pass
        return line

    async def vote(self, line: ClientConnection, poll: str, choice: str) -> bool:
        """Send a ballot and wait for the answer; False when the line broke before it came."""
        self.sequence += 1
        ballot = {"type": "ballot", "poll": poll, "choice": choice, "sequence": self.sequence}
        try:
            await line.send(json.dumps(ballot))
            while True:
                told = json.loads(await line.recv())
                if told["type"] == "ack" and told["sequence"] == self.sequence:
                    self.acknowledged = choice
                    return True
                if told["type"] == "refused":
                    self.refusals.append(told)
                    return False
        except ConnectionClosed:
            return False


async def gather(phones: list[Phone], port: int, code: str) -> list[ClientConnection]:
    async with httpx.AsyncClient(timeout=30, limits=httpx.Limits(max_connections=50)) as http:
        return list(await asyncio.gather(*(phone.arrive(http, port, code) for phone in phones)))
