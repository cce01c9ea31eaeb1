"""What `deploy/` describes, on this machine: nginx with the shipped file, urns and pages, one PostgreSQL base."""

import os
import re
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.command.house import PASSPHRASE, ROOT, free_port, until

PHONES, PAGES = "vote.exemple.fr", "animation.exemple.fr"


def nginx_conf(folder: Path, port: int, urns: Sequence[int], pages: Sequence[int]) -> str:
    """`deploy/nginx.conf` with other ports; which process answered is told in a header, for the test."""
    shipped = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    for upstream, ports in (("cordee_urnes", urns), ("cordee_pages", pages)):
        lines = "".join(f"    server 127.0.0.1:{p} max_fails=2 fail_timeout=3s;\n" for p in ports)
        block = re.search(rf"upstream {upstream} \{{.*?\n\}}", shipped, re.S)
        assert block
        kept = re.sub(r"    server 127[^\n]*\n", "", block[0])
        if upstream == "cordee_urnes":
            kept = kept.replace("    keepalive", f"{lines}    keepalive")
        else:
            kept = kept[:-1] + lines + "}"
        shipped = shipped.replace(block[0], kept)
    shipped, number = re.subn(r"listen 80;", f"listen 127.0.0.1:{port};", shipped)
    assert number == 2
    shipped = shipped.replace(
        "proxy_http_version 1.1;", "proxy_http_version 1.1; add_header X-Served-By $upstream_addr;"
    )
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root;\n" if os.geteuid() == 0 else ""
    return (
        f"{user}daemon off;\nworker_processes 1;\nworker_rlimit_nofile 65536;\npid {folder}/nginx.pid;\n"
        f"error_log {folder}/nginx.log warn;\nevents {{ worker_connections 30000; }}\n"
        f"http {{\n{temporary}{shipped}\n}}\n"
    )


@dataclass
class Place:
    """Running urns, pages and nginx. Every process is ended at the end."""

    folder: Path
    database: str
    number_of_urns: int = 2
    number_of_pages: int = 2
    processes: dict[int, subprocess.Popen[bytes]] = field(default_factory=dict)

    def __enter__(self) -> "Place":
        self.port = free_port()
        self.urns = [free_port() for _ in range(self.number_of_urns)]
        self.pages = [free_port() for _ in range(self.number_of_pages)]
        self.keys = self.folder / "keys"
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("CORDEE_", "BOKEH_", "PANEL_"))}
        self.env = {
            **clean,
            "CORDEE_DB": self.database,
            "CORDEE_KEYS": str(self.keys),
            "CORDEE_JOIN_URL": f"http://{PHONES}:{self.port}",
            "CORDEE_PAGES_URL": f"http://{PAGES}:{self.port}",
            "CORDEE_PASSPHRASE": PASSPHRASE,
        }
        for role, ports in (("urn", self.urns), ("pages", self.pages)):
            for port in ports:
                self.start(role, port)
        conf = self.folder / "nginx.conf"
        conf.write_text(
            nginx_conf(self.folder, self.port, self.urns, self.pages or [free_port()]), encoding="utf-8"
        )
        try:
            ready = until(lambda: all(self.answers(port) for port in (*self.urns, *self.pages)), 120)
            assert ready, self.said()
            self._run(self.port, [str(nginx()), "-c", str(conf)])
            assert until(lambda: self.answers(self.port), 20), self.said()
        except BaseException:
            self.__exit__()
            raise
        return self

    def start(self, role: str, port: int) -> None:
        self._run(
            port, [sys.executable, "-m", "components.command.main", "process", role, "--port", str(port)]
        )

    def _run(self, port: int, command: list[str]) -> None:
        with open(self.folder / f"{port}.log", "ab") as log:
            self.processes[port] = subprocess.Popen(
                command, cwd=ROOT, env=self.env, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def end(self, port: int) -> None:
        process = self.processes.pop(port)
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def __exit__(self, *_: object) -> None:
        for port in list(self.processes):
            self.end(port)

    def answers(self, port: int) -> bool:
        name = PAGES if port in self.pages else PHONES  # any other name is refused
        headers = {"Host": f"{name}:{self.port}"}
        request = urllib.request.Request(f"http://127.0.0.1:{port}/alive", headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def said(self) -> str:
        return "\n".join(path.read_text(errors="replace")[-3000:] for path in self.folder.glob("*.log"))


def nginx() -> Path | None:
    """Debian's nginx, or None."""
    found = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
    return Path(found) if found else None
