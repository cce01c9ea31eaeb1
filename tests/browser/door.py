"""Somebody already signed in: what the pages process is started with, and the cookie of the browser."""

import time
from collections.abc import Mapping
from pathlib import Path

from playwright.sync_api import BrowserContext

from components.access import badge, door
from components.access.roles import FACILITATOR
from components.access.store import Settings

KEY = "a key for the tests of this machine only"
ENV: Mapping[str, str] = {"BOKEH_COOKIE_SECRET": KEY}
ARGS = ("--auth-module", str(Path(door.__file__).with_name("auth.py")))
"""What `serve` is given beside the files, so that the doors stand where they stand in an evening."""


def sign_in(context: BrowserContext, url: str, database: str, role: str = FACILITATOR) -> None:
    """Every page of `context` is from now on that role's, on the server at `url`."""
    settings = Settings(database)
    settings.prepare()
    if role == FACILITATOR:
        door.first_passphrase(settings)
    elif not door.has_passphrase(settings, role):  # another one would end the badges of the first
        door.set_passphrase(settings, "des mots choisis pour ces essais", role)
    epoch = door.epoch(settings, role)
    assert epoch is not None
    given = badge.sealed(badge.new(role, epoch, time.time()), KEY.encode())
    context.add_cookies([{"name": badge.COOKIE, "value": given, "url": url}])
