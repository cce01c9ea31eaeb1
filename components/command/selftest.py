"""The state of this machine before an evening, as words: nothing here knows a page or a colour."""

import ipaddress
import os
import shutil
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

from components.access.store import Settings, StoreError
from components.command import address
from components.command.launcher import answers
from components.command.places import ROOT, database_file, default_database_url
from components.look.numbers import number

State = Literal["good", "look", "bad"]
OLDEST_PYTHON = (3, 12)
LITTLE_BYTES = 2 * 10**9
TOO_LITTLE_BYTES = 2 * 10**8
# A clock that stands before this was reset by an empty battery.
FIRST_YEAR = 2026


@dataclass(frozen=True)
class Check:
    """One thing looked at: `home.check_NAME` says what, `home.NAME_SAYS` how it is, filled by `values`."""

    name: str
    state: State
    says: str
    values: Mapping[str, object] = field(default_factory=dict)


def python(version: tuple[int, ...] = tuple(sys.version_info[:3])) -> Check:
    """The Python that runs Cordée."""
    state: State = "good" if version >= OLDEST_PYTHON else "bad"
    return Check("python", state, state, {"version": ".".join(map(str, version))})


def disk(free_bytes: int, lang: str = "fr") -> Check:
    """The room left where ballots are written."""
    state: State = "bad" if free_bytes < TOO_LITTLE_BYTES else "look" if free_bytes < LITTLE_BYTES else "good"
    return Check("disk", state, state, {"free": number(free_bytes / 1e9, lang, 1)})


def clock(now: datetime) -> Check:
    """The time that the minutes will carry."""
    state: State = "good" if now.year >= FIRST_YEAR else "bad"
    return Check("clock", state, state, {"now": now})


def database(url: str, prepare: Callable[[str], None]) -> Check:
    """Whether the store can be written; `prepare(url)` raises StoreError when it cannot."""
    file = database_file(url)
    place = file.name if file else url.partition(":")[0]
    try:
        prepare(url)
    except StoreError:
        return Check("database", "bad", "bad", {"place": place})
    return Check("database", "good", "good", {"place": place})


def network(host: str) -> Check:
    """The address phones use."""
    if address.is_loopback(host):
        return Check("network", "look", "loopback", {"host": host})
    try:
        if not ipaddress.ip_address(host).is_private:
            return Check("network", "look", "public", {"host": host})
    except ValueError:
        pass
    return Check("network", "good", "good", {"host": host})


def pages(port: int, opened: bool) -> Check:
    """The port of this page, and who can reach the console."""
    return Check("pages", "look" if opened else "good", "opened" if opened else "good", {"port": port})


def phones(port: int, role: str | None, wanted: bool) -> Check:
    """Whether the phones' process answers; `role` is what answers on its port."""
    if not wanted:
        return Check("phones", "look", "unwanted", {"port": port})
    return Check(
        "phones", "good" if role == "urn" else "bad", "good" if role == "urn" else "bad", {"port": port}
    )


def firewall(host: str, port: int) -> Check:
    """What only a phone can tell: a firewall lets this machine reach itself and keeps phones out."""
    return Check("firewall", "look", "loopback" if address.is_loopback(host) else "look", {"port": port})


def _prepare(url: str) -> None:
    Settings(url).prepare()


def _free_bytes(url: str) -> int:
    folder: Path = (database_file(url) or ROOT / "var").parent
    return shutil.disk_usage(folder if folder.exists() else ROOT).free


def examine(lang: str = "fr", environ: Mapping[str, str] = os.environ) -> list[Check]:
    """Looks at everything now; takes a few hundredths of a second, a second when the urn does not answer."""
    url = default_database_url()
    host = address.join_base().partition("://")[2].rpartition(":")[0].strip("[]")
    phone_port = int(environ.get("PHONE_PORT") or 5007)
    wanted = environ.get("CORDEE_PHONES", "1") != "0"
    return [
        phones(phone_port, answers(phone_port) if wanted else None, wanted),
        network(host),
        *([firewall(host, phone_port)] if wanted else []),
        pages(int(environ.get("PORT") or 5006), environ.get("CORDEE_OPEN_PAGES", "0") != "0"),
        database(url, _prepare),
        disk(_free_bytes(url), lang),
        clock(datetime.fromtimestamp(time.time()).astimezone()),
        python(),
    ]
