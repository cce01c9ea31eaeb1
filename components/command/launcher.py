"""Starts the server processes, watches them, starts a dead one again, and ends them all cleanly."""

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

STEADY_SECONDS = 60.0  # a process that lasted this long is started again at once
LONGEST_WAIT_SECONDS = 15.0
END_SECONDS = 1.2  # what a child is given to end by itself


@dataclass(frozen=True)
class Server:
    """One server process to keep alive: its name for people, its command and where it answers."""

    name: str
    command: Sequence[str]
    environ: Mapping[str, str]
    folder: Path
    port: int

    def answers(self, timeout: float = 1.0) -> bool:
        """Whether the process serves requests now."""
        return answers(self.port, timeout=timeout) == self.environ.get("CORDEE_ROLE")


def answers(port: int, timeout: float = 1.0) -> str | None:
    """The role of the Cordée process that answers on this port of this machine; None if none does."""
    # Not urllib: it would ask for a proxy and read every certificate of the system for each question.
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request("GET", "/alive")
        return str(json.load(connection.getresponse())["role"])
    except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError):
        return None
    finally:
        connection.close()


def wait_before_restart(failures: int) -> float:
    """Seconds to wait before the n-th start in a row of a process that does not last (0 before the first)."""
    return 0.0 if failures <= 1 else min(LONGEST_WAIT_SECONDS, 0.5 * 2.0 ** (failures - 2))


@dataclass
class Child:
    """A server process that runs, or will run again at `due` (on the monotonic clock)."""

    server: Server
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    due: float = 0.0

    def start(self, now: float) -> None:
        # Its own session, so that Ctrl-C reaches the launcher alone, which then ends both in order.
        apart: dict[str, object] = (
            {"creationflags": 0x00000200} if sys.platform == "win32" else {"start_new_session": True}
        )
        self.process = subprocess.Popen(
            list(self.server.command),
            cwd=self.server.folder,
            env={**self.server.environ, "CORDEE_LEASH": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,  # Bokeh's own English words; what goes wrong is on stderr
            **apart,  # type: ignore[call-overload]
        )
        self.started = now

    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def end(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()

    def reap(self, timeout: float) -> None:
        if not self.process:
            return
        try:
            self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdin:
            self.process.stdin.close()


@dataclass
class Launcher:
    """The two servers and what is told about them.

    `died(server, exit_code, wait_seconds)` is called when one ended by itself, `restarted(server)` when it is
    started again; `tick()` every few seconds for what else must be watched.
    """

    servers: Sequence[Server]
    died: Callable[[Server, int, float], None]
    restarted: Callable[[Server], None]
    tick: Callable[[], None] = lambda: None
    clock: Callable[[], float] = time.monotonic
    children: list[Child] = field(init=False)
    over: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.children = [Child(server) for server in self.servers]

    def stop(self, *_: object) -> None:
        """Asks for the end; safe from a signal handler or another thread."""
        self.over.set()

    def catch_signals(self) -> None:
        """Ctrl-C, the end asked by the system and a closed terminal all mean the same: end both cleanly."""
        for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"):
            if number := getattr(signal, name, None):
                signal.signal(number, self.stop)

    def start(self) -> None:
        for child in self.children:
            child.start(self.clock())

    def ready(self, timeout: float) -> bool:
        """Waits until every server answers; False when one ended, the end was asked or time ran out."""
        until = self.clock() + timeout
        while self.clock() < until and not self.over.is_set():
            if all(child.server.answers() for child in self.children):
                return True
            if not all(child.running() for child in self.children):
                return False
            self.over.wait(0.2)
        return False

    def restart(self, role: str) -> None:
        """Starts one server again on purpose (its settings changed)."""
        for child in self.children:
            if child.server.environ.get("CORDEE_ROLE") == role:
                child.end()
                child.reap(END_SECONDS)
                child.start(self.clock())

    def watch(self) -> None:
        """Keeps the servers alive until the end is asked; never gives one up."""
        next_tick = self.clock()
        while not self.over.wait(0.2):
            for child in self.children:
                self._look_after(child)
            if self.clock() >= next_tick:
                self.tick()
                next_tick = self.clock() + 5.0

    def _look_after(self, child: Child) -> None:
        now = self.clock()
        if child.process is not None and child.process.poll() is not None:
            code = child.process.returncode
            child.reap(0)
            child.process = None
            child.failures = 1 if now - child.started > STEADY_SECONDS else child.failures + 1
            wait = wait_before_restart(child.failures)
            child.due = now + wait
            self.died(child.server, code, wait)
        if child.process is None and now >= child.due:
            child.start(now)
            self.restarted(child.server)

    def end(self) -> None:
        """Ends every server; on return none holds its port."""
        for child in self.children:
            child.end()
        until = time.monotonic() + END_SECONDS
        for child in self.children:
            child.reap(max(0.05, until - time.monotonic()))


def environment(**changes: str) -> dict[str, str]:
    """This process's environment with changes, without what the servers need not know."""
    return {**{k: v for k, v in os.environ.items() if k != "CORDEE_PASSPHRASE"}, **changes}
