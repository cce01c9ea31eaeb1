"""What the measurements share: a store in a folder of its own, our processes on free ports, their processor time."""

import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from components.meeting.desk import Desk
from components.meeting.keys import ROOT, KeyRing
from components.meeting.store import Store

URN = ("components.command.handlers", "components.phone.handlers")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class House:
    """A store, its desk, and the environment that leads a process to them."""

    desk: Desk
    environ: dict[str, str]


@contextmanager
def house() -> Iterator[House]:
    """A store on a real disk, where `synchronous=FULL` costs what it costs."""
    place = ROOT / "var"
    place.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place, prefix="bench-") as folder:
        database = f"sqlite:///{folder}/bench.db"
        desk = Desk(Store(database), KeyRing(Path(folder) / "keys"))
        try:
            environ = {
                **os.environ,
                "CORDEE_DB": database,
                "CORDEE_KEYS": f"{folder}/keys",
                "CORDEE_JOIN_URL": "http://192.168.1.10:5007",
                "BOKEH_RESOURCES": "server",
            }
            yield House(desk, environ)
        finally:
            desk.store.close()


@dataclass(frozen=True)
class Served:
    """A running server process."""

    port: int
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def cpu_seconds(self) -> float:
        """Processor time so far; 0 where the system does not say."""
        try:
            fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
            return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        except (OSError, ValueError, AttributeError):
            return 0.0

    def memory_bytes(self) -> int:
        """Resident memory now; 0 where the system does not say."""
        try:
            return int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]) * os.sysconf(
                "SC_PAGE_SIZE"
            )
        except (OSError, ValueError, AttributeError):
            return 0


@contextmanager
def served(
    files: Sequence[str], environ: dict[str, str], role: str, plugins: Sequence[str] = (), *options: str
) -> Iterator[Served]:
    """`panel serve FILES` until the end of the block."""
    port = free_port()
    command = [sys.executable, "-m", "panel", "serve", *files, "--port", str(port), "--address", "127.0.0.1"]
    command += ["--allow-websocket-origin", f"127.0.0.1:{port}", "--log-level", "error", "--ico-path", "none"]
    command += [word for name in plugins for word in ("--plugins", name)]
    env = {**environ, "CORDEE_ROLE": role}
    quiet = None if os.environ.get("CORDEE_DEBUG") else subprocess.DEVNULL
    process = subprocess.Popen([*command, *options], cwd=ROOT, env=env, stdout=quiet, stderr=quiet)
    try:
        wait_for(f"http://127.0.0.1:{port}/")
        yield Served(port, process)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def urn(house: House, *plugins: str) -> Iterator[Served]:
    """The phones' process, or another made of other plugins."""
    with served(["dashboards/urn.py"], house.environ, "urn", plugins or URN) as running:
        yield running


def wait_for(url: str) -> None:
    """Until something answers there, whatever it says."""
    end = time.monotonic() + 90
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"nothing answers at {url}")
