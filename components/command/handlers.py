"""The plugin of both server processes: ties them to the launcher, and says that they answer (`/alive`)."""

import functools
import logging
import os

import tornado.netutil
from tornado.web import ErrorHandler, RequestHandler

from components.command import leash
from components.command.limits import raise_open_files
from components.command.trial_pages import trial_routes
from components.look.i18n import t

# A whole hall scans the QR code within seconds. With Tornado's 128 waiting connections the others are dropped
# and come back a second later (SYN retransmission); the system cuts this number at its own limit.
BACKLOG = 4096


class Alive(RequestHandler):
    """Answers the launcher's and the self-test's question."""

    def get(self) -> None:
        self.set_header("Cache-Control", "no-store")
        self.write({"role": os.environ.get("CORDEE_ROLE", "")})


def _say_nowhere(handler: ErrorHandler, status_code: int, **_: object) -> None:
    """What an unknown address answers, in place of Tornado's English line."""
    handler.set_header("Content-Type", "text/html; charset=utf-8")
    handler.finish(
        f'<!doctype html><html lang="fr"><meta charset="utf-8"><title>{status_code} · Cordée</title>'
        f'<p>{t("command.nowhere")} <a href="/">{t("command.nowhere_back")}</a></p>'
    )


# Imported by `panel serve --plugins` before the server opens its sockets.
leash.tie()
raise_open_files()
ErrorHandler.write_error = _say_nowhere
tornado.netutil.bind_sockets = functools.partial(tornado.netutil.bind_sockets, backlog=BACKLOG)
# A wrong address or a closed door is no fault to show at the facilitator's terminal.
logging.getLogger("tornado.access").setLevel(logging.ERROR)

ROUTES = [(r"/alive", Alive), *trial_routes(os.environ.get("CORDEE_ROLE", ""))]
