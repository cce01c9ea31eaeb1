"""Who is asking? Plain Python, for every handler of both processes: `check(request, "rapporteur", meeting=code)`.

A request is anything with Tornado's `cookies`; a plain mapping of names to texts does too.
"""

import os
import threading
import time
from collections.abc import Mapping
from functools import cache
from typing import Any

from components.access import badge as badges
from components.access import door, helper, provider
from components.access.badge import Badge
from components.access.roles import FACILITATOR, PUBLIC, holds
from components.access.store import Settings
from components.meeting.desk import Desk
from components.meeting.keys import default_database_url
from components.meeting.process import desk

SECONDS = 1.0
"""How long what the store said of sign-ins is believed: every request of a page needs it."""


@cache
def settings() -> Settings:
    """This process's way to the settings."""
    return Settings(default_database_url())


class _Known:
    """What ends sign-ins, as the store last said it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until = 0.0
        self._epochs: dict[str, str] = {}
        self._ended: frozenset[str] = frozenset()
        self._helpers: dict[str, str | None] = {}

    def counts(self, badge: Badge) -> bool:
        """Whether a genuine badge still counts."""
        with self._lock:
            if time.monotonic() >= self._until:
                self._epochs, self._ended = door.epochs(settings()), door.ended(settings())
                self._helpers = {}
                self._until = time.monotonic() + SECONDS
            if badge.sid in self._ended or time.time() >= badge.until:
                return False
            return bool(badge.epoch) and badge.epoch == self._present(badge)

    def _present(self, badge: Badge) -> str | None:
        if badge.via == "provider":
            return provider_epoch(self._epochs.get(badge.role, ""))
        if badge.via == "pin":
            if badge.meeting not in self._helpers:
                self._helpers[badge.meeting] = helper.epoch(desk(), badge.meeting, settings())
            return self._helpers[badge.meeting]
        return self._epochs.get(badge.role)

    def fresh(self) -> bool:
        """Whether the next question can be answered without the store."""
        return time.monotonic() < self._until

    def forget(self) -> None:
        with self._lock:
            self._until = 0.0


_known = _Known()
forget = _known.forget
fresh = _known.fresh
counts = _known.counts


def epoch_of(role: str) -> str:
    """The present epoch of a role's passphrase; '' when it has none."""
    return door.epoch(settings(), role) or ""


def provider_epoch(role_epoch: str) -> str | None:
    """The epoch of sign-ins by the provider: it ends with its settings, and with the role's passphrase."""
    try:
        config = provider.configured(os.environ)
    except provider.ProviderError:
        return None
    return f"{config.digest}:{role_epoch}" if config else None


def signing_key() -> bytes | None:
    """The secret of this installation under which badges are signed; None where no server has one."""
    return os.environ.get("BOKEH_COOKIE_SECRET", "").encode() or None


def badge_of(request: Any) -> Badge | None:
    """The badge that came with a request, if it is genuine and still counts."""
    text, key = _cookie(request), signing_key()
    found = badges.read(text, key, time.time()) if text and key else None
    return found if found is not None and _known.counts(found) else None


def _cookie(request: Any) -> str:
    cookies = request if isinstance(request, Mapping) else getattr(request, "cookies", {})
    try:
        found = cookies.get(badges.COOKIE)
    except Exception:  # a cookie header nobody can read
        return ""
    return str(getattr(found, "value", found) or "")


def role_of(request: Any) -> str:
    """The role of whoever asks, for what concerns no meeting in particular; 'public' for everybody else."""
    found = badge_of(request)
    return found.role if found is not None and not found.meeting else PUBLIC


def check(request: Any, role: str, meeting: str = "") -> bool:
    """Whether whoever asks may do the work of `role`, in the meeting of code `meeting`.

    A helper let in by a meeting's code may do it in that meeting only, and without `meeting` nowhere.
    """
    found = badge_of(request)
    if found is None or not holds(found.role, role):
        return False
    return not found.meeting or found.meeting == meeting


def facilitator_here(request: Any) -> bool:
    """Whether the facilitator asks."""
    return role_of(request) == FACILITATOR


def give(role: str, epoch: str, meeting: str = "", via: str = "passphrase") -> str:
    """A new badge as the cookie's text. Raises RuntimeError where no server has a secret."""
    key = signing_key()
    if key is None:
        raise RuntimeError("no BOKEH_COOKIE_SECRET")
    return badges.sealed(badges.new(role, epoch, time.time(), meeting, via), key)


def helper_pin(desk_: Desk, code: str) -> str | None:
    """What helpers type to come in to meeting `code`, `4812 0937`; None when it takes none. The console shows it."""
    return helper.helper_pin(desk_, code, settings())


def end(badge: Badge) -> None:
    """Ends a sign-in here and in every process."""
    door.end(settings(), badge.sid, badge.until, time.time())
    forget()
