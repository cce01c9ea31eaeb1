"""A network that can fail: a TCP relay between phones and urn which drops everything when told to."""

import asyncio
import contextlib
import socket
import struct
import threading
from typing import Any

PASS, SILENT, CUT = "pass", "silent", "cut"
"""SILENT: nothing passes and nobody is told (out of range). CUT: new connections are refused, old ones reset."""


class Proxy:
    """`mode` may change at any time; connections held while it was SILENT stay dead for ever, without a FIN."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.mode = PASS
        self.dead = 0
        self._pairs: set[tuple[asyncio.StreamWriter, asyncio.StreamWriter]] = set()
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        assert self._ready.wait(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)

        async def start() -> None:
            server = await asyncio.start_server(self._accept, "127.0.0.1", 0, backlog=4096)
            self.port = server.sockets[0].getsockname()[1]
            self._ready.set()

        async def end() -> None:
            others = asyncio.all_tasks() - {asyncio.current_task()}
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)

        self._loop.run_until_complete(start())
        self._loop.run_forever()
        self._loop.run_until_complete(end())
        self._loop.close()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.mode == CUT:
            _reset(writer)
            return
        while self.mode == SILENT:
            await asyncio.sleep(0.05)
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            _reset(writer)
            return
        pair = (writer, far_writer)
        self._pairs.add(pair)
        await asyncio.gather(self._relay(reader, far_writer, pair), self._relay(far_reader, writer, pair))

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, pair: Any) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                if pair not in self._pairs or self.mode == SILENT:
                    self._pairs.discard(pair)  # lost on the air, and so is all that follows
                    continue
                writer.write(data)
                await writer.drain()
        if pair in self._pairs and self.mode != SILENT:
            with contextlib.suppress(OSError):
                writer.close()

    def silence(self) -> None:
        """Everybody leaves the network's reach: no packet passes any more, and no end is told."""

        def do() -> None:
            self.mode = SILENT
            self.dead += len(self._pairs)
            self._pairs.clear()

        self._loop.call_soon_threadsafe(do)

    def forget(self) -> None:
        """A router forgets the connections it knew: those are dead without a word, new ones pass."""

        def do() -> None:
            self.dead += len(self._pairs)
            self._pairs.clear()

        self._loop.call_soon_threadsafe(do)

    def cut(self) -> None:
        """The router restarts: every connection is reset, none is let in."""

        def do() -> None:
            self.mode = CUT
            for near, far in self._pairs:
                _reset(near)
                _reset(far)
            self._pairs.clear()

        self._loop.call_soon_threadsafe(do)

    def back(self) -> None:
        """All passes again."""

        def do() -> None:
            self.mode = PASS

        self._loop.call_soon_threadsafe(do)  # after whatever was asked before

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)


def _reset(writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        found = writer.get_extra_info("socket")
        if found is not None:
            found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
