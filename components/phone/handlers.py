"""The urn's face: the addresses phones speak to (`panel serve --plugins components.phone.handlers`).

One ballot's way: page → handler (who, which question, well formed?) → writer thread (one transaction for many)
→ acknowledgement. No Panel session is ever made here, and no log line holds a token, an address or a choice.
"""

import logging
import os
from collections.abc import Callable
from typing import Any

import tornado.httpserver

from components.phone.api.handlers import Ballot, Join, NoSuchAddress, State
from components.phone.fast.handlers import UrnServer
from components.phone.html.handlers import Door, NoSuchPage, PhonePage
from components.phone.limits import SERVER_OPTIONS
from components.phone.line.handlers import Line
from components.phone.urn import Urn, shared_urn, start_shared

log = logging.getLogger(__name__)

PATHS: list[tuple[str, type]] = [
    (r"/", Door),
    (r"/v/([^/]+)", PhonePage),
    (r"/v/([^/]+)/ws", Line),
    (r"/v(?:/.*)?", NoSuchPage),
    (r"/api/v1/meetings/([^/]+)/state", State),
    (r"/api/v1/meetings/([^/]+)/join", Join),
    (r"/api/v1/meetings/([^/]+)/ballot", Ballot),
    (r"/api(?:/.*)?", NoSuchAddress),
]


def routes(urn: Callable[[], Urn]) -> list[tuple[str, type, dict[str, Any]]]:
    """The routes, speaking for a given urn (tests bring their own)."""
    return [(path, handler, {"urn": urn}) for path, handler in PATHS]


ROUTES = routes(shared_urn)


class _NoAddress(logging.Filter):
    """Drops Tornado's remarks on what strangers send: they name the address it came from."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno >= logging.WARNING and not str(record.msg).startswith("%d %s: ")


logging.getLogger("tornado.general").addFilter(_NoAddress())

if os.environ.get("CORDEE_ROLE") == "urn":
    # Imported by `panel serve --plugins` before it makes its server, which has no option for these.
    tornado.httpserver.HTTPServer.configure(UrnServer, **SERVER_OPTIONS)
    # From the first second, not from the first phone: a vote closed before a crash is sealed by this process.
    try:
        start_shared()
    except Exception:
        log.warning("the store cannot be opened yet", exc_info=True)
