"""Bokeh's authentication module for the pages process (`panel serve --auth-module`): who sees which page.

Bokeh asks `get_user` before it serves a page, its script or its socket. What is not listed as public needs
the facilitator's passphrase, so that a page added tomorrow is closed until somebody opens it on purpose.
"""

from tornado.web import HTTPError, RequestHandler

from components.access.handlers import LoginHandler, LogoutHandler, signed_in, watch_socket

__all__ = ["LoginHandler", "LogoutHandler", "get_user", "login_url", "logout_url"]

PUBLIC = frozenset({"", "home", "screen", "explore", "ws", "autoload.js", "metadata", "static"})

login_url = "/login"
logout_url = "/logout"


def get_user(handler: RequestHandler) -> str | None:
    """'public' on a public page, 'facilitator' when signed in, else None: Bokeh then leads to `login_url`."""
    path = handler.request.path
    if signed_in(handler):
        if path.endswith("/ws"):
            watch_socket(handler)
        return "facilitator"
    if path.strip("/").partition("/")[0] in PUBLIC:
        return "public"
    if path.endswith(("/ws", "/autoload.js")):
        # Neither can be redirected: Bokeh would first open the socket, or go on without a session.
        raise HTTPError(403)
    return None
