"""A launcher on free ports with a store of its own, for the tests of the launcher and of the door."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PASSPHRASE = "quatre mots pour les essais"
START_SECONDS = 120.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def listening(port: int, host: str = "127.0.0.1") -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, port)) == 0


def until(true, seconds: float = 30.0) -> bool:  # type: ignore[no-untyped-def]
    """Waits until `true()` holds; whether it did."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.1)
    return bool(true())


def environ(folder: Path, **changes: str) -> dict[str, str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("CORDEE_", "BOKEH_", "PANEL_"))}
    return {
        **clean,
        "ADDRESS": "127.0.0.1",
        "CORDEE_DB": f"sqlite:///{folder / 'store.db'}",
        "PORT": str(free_port()),
        "PHONE_PORT": str(free_port()),
        **changes,
    }


def cordee(
    *words: str, env: dict[str, str], stdin: str = "", timeout: float = 60
) -> subprocess.CompletedProcess[str]:
    """Runs a command to its end."""
    command = [sys.executable, "-m", "components.command.main", *words]
    return subprocess.run(
        command,
        cwd=ROOT,
        env=env,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=timeout,
        encoding="utf-8",
    )


@dataclass
class House:
    """A running launcher."""

    folder: Path
    options: tuple[str, ...] = ()
    changes: dict[str, str] = field(default_factory=dict)

    def __enter__(self) -> "House":
        self.env = environ(self.folder, **{"CORDEE_PASSPHRASE": PASSPHRASE, **self.changes})
        self.port, self.phone_port = int(self.env["PORT"]), int(self.env["PHONE_PORT"])
        self.log = self.folder / "launcher.log"
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "components.command.main", "serve", *self.options],
                cwd=ROOT,
                env=self.env,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        if not until(lambda: "Ctrl-C" in self.said() or self.process.poll() is not None, START_SECONDS):
            self.__exit__()
            raise AssertionError(self.said())
        return self

    def __exit__(self, *_: object) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def children(self) -> list[int]:
        """The process ids of the servers."""
        text = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(word) for word in text.split()]

    def kill(self, port: int) -> int:
        """Kills the server that holds a port, as a fault would, and returns its process id."""
        found = subprocess.run(
            ["ss", "-ltnpH", f"sport = :{port}"], capture_output=True, text=True, check=True
        )
        pid = int(found.stdout.partition("pid=")[2].partition(",")[0])
        assert pid in self.children()
        os.kill(pid, signal.SIGKILL)
        return pid

    def get(self, path: str, port: int | None = None, **headers: str) -> tuple[int, str]:
        request = urllib.request.Request(f"http://127.0.0.1:{port or self.port}{path}", headers=headers)
        try:
            with urllib.request.build_opener(NoRedirect).open(request, timeout=20) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def alive(self, port: int) -> str | None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/alive", timeout=2) as answer:
                return str(json.load(answer)["role"])
        except OSError:
            return None


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """Shows a redirection instead of following it."""

    def redirect_request(self, *_: object) -> None:
        return None
