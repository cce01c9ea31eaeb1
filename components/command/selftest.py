"""The state of this machine before an evening, as words: nothing here knows a page or a colour."""

import ipaddress
import os
import shutil
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

from components.access.store import Settings, StoreError
from components.command import address, trial
from components.command.launcher import answers
from components.command.places import ROOT, database_file, default_database_url
from components.look.numbers import number

State = Literal["good", "look", "bad"]
OLDEST_PYTHON = (3, 12)
LITTLE_BYTES = 2 * 10**9
TOO_LITTLE_BYTES = 2 * 10**8
# A clock that stands before this was reset by an empty battery.
FIRST_YEAR = 2026
SEEN_SECONDS = (
    12 * 3600.0
)  # a phone that answered this morning says something of tonight, one of last week nothing
BEHIND_SECONDS = 60.0
JUMP_SECONDS = 120.0
# The smallest screen the room's page is drawn for.
LEAST_WIDTH, LEAST_HEIGHT = 1024, 600


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


def clock(now: datetime, last: datetime | None = None, jump_seconds: float = 0.0) -> Check:
    """The time that the minutes will carry, against what was last recorded and against a clock nobody sets."""
    if now.year < FIRST_YEAR:
        return Check("clock", "bad", "bad", {"now": now})
    if last is not None and (last - now).total_seconds() > BEHIND_SECONDS:
        return Check("clock", "bad", "behind", {"now": now, "last": last})
    if abs(jump_seconds) > JUMP_SECONDS:
        minutes = max(1, round(abs(jump_seconds) / 60))
        return Check(
            "clock", "look", "ahead" if jump_seconds > 0 else "back", {"now": now, "minutes": minutes}
        )
    return Check("clock", "good", "good", {"now": now})


def database(url: str, prepare: Callable[[str], None]) -> Check:
    """Whether the store can be written; `prepare(url)` raises StoreError when it cannot."""
    file = database_file(url)
    place = file.name if file else url.partition(":")[0]
    try:
        prepare(url)
    except StoreError:
        return Check("database", "bad", "bad", {"place": place})
    return Check("database", "good", "good", {"place": place})


def network(host: str, others: Sequence[str] = ()) -> Check:
    """The address phones use; `others` are those this machine has besides."""
    if address.is_loopback(host):
        return Check("network", "look", "loopback", {"host": host})
    try:
        if not ipaddress.ip_address(host).is_private:
            return Check("network", "look", "public", {"host": host})
    except ValueError:
        pass
    if others:
        return Check("network", "good", "several", {"host": host, "others": ", ".join(others)})
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


def firewall(
    host: str,
    port: int,
    seen: datetime | None = None,
    now: datetime | None = None,
    platform: str = sys.platform,
) -> Check:
    """What only a phone can tell: a firewall lets this machine reach itself and keeps phones out."""
    if seen is not None and now is not None and -BEHIND_SECONDS < (now - seen).total_seconds() < SEEN_SECONDS:
        return Check("firewall", "good", "answered", {"at": seen})
    if address.is_loopback(host):
        return Check("firewall", "look", "loopback", {"port": port})
    system = {"win32": "windows", "darwin": "mac"}.get(platform, "linux")
    return Check("firewall", "look", system, {"port": port})


def screens(sizes: Sequence[tuple[int, int]]) -> Check:
    """The windows that show the room's screen, each with its size in CSS pixels."""
    if not sizes:
        return Check("screens", "look", "none")
    told = ", ".join(f"{width} × {height}" for width, height in sizes)
    small = any(width < LEAST_WIDTH or height < LEAST_HEIGHT for width, height in sizes)
    return Check("screens", "look" if small else "good", "small" if small else "good", {"sizes": told})


def _prepare(url: str) -> None:
    Settings(url).prepare()


def _free_bytes(url: str) -> int:
    folder: Path = (database_file(url) or ROOT / "var").parent
    return shutil.disk_usage(folder if folder.exists() else ROOT).free


def now() -> datetime:
    """The machine's clock, with its time zone."""
    return datetime.fromtimestamp(time.time()).astimezone()


def reach(sizes: Sequence[tuple[int, int]], environ: Mapping[str, str] = os.environ) -> list[Check]:
    """What changes while one prepares the room: the phones' process, a phone that answered, the screens."""
    phone_port = int(environ.get("PHONE_PORT") or 5007)
    wanted = environ.get("CORDEE_PHONES", "1") != "0"
    tried = [firewall(_host(), phone_port, trial.phone_seen(), now())] if wanted else []
    return [phones(phone_port, answers(phone_port) if wanted else None, wanted), *tried, screens(sizes)]


def _host() -> str:
    return address.join_base().partition("://")[2].rpartition(":")[0].strip("[]")


def examine(
    lang: str = "fr",
    environ: Mapping[str, str] = os.environ,
    sizes: Sequence[tuple[int, int]] = (),
    last: datetime | None = None,
) -> list[Check]:
    """Looks at everything now; takes a few hundredths of a second, a second when the urn does not answer.

    `sizes` are those of the open screens, `last` is when something was last recorded.
    """
    url = default_database_url()
    host = _host()
    others = [found for found in address.local_addresses() if found != host]
    return [
        *reach(sizes, environ),
        network(host, others),
        pages(int(environ.get("PORT") or 5006), environ.get("CORDEE_OPEN_PAGES", "0") != "0"),
        database(url, _prepare),
        disk(_free_bytes(url), lang),
        clock(now(), last, trial.clock_jump()),
        python(),
    ]
