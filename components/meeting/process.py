"""The desk and hub of this process: opened once, shared by every page and handler in it."""

from functools import cache

from components.meeting.desk import Desk
from components.meeting.hub import Hub


@cache
def desk() -> Desk:
    """The desk on the installation's store."""
    return Desk.open()


@cache
def hub() -> Hub:
    """The running hub over `desk()`. It seals late votes too: an evening without phones has no urn to do it."""
    return Hub(desk(), seals_late=True).start()
