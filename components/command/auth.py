"""Bokeh's authentication module for the urn process: it serves no Panel page to anyone.

Panel wants one app file in every process; left open it would be a page costing a phone's hundred ballots.
The urn's own routes are the plugin's and are not asked about here.
"""

from tornado.web import HTTPError, RequestHandler

login_url = "/"


def get_user(handler: RequestHandler) -> None:
    """Nobody: every page of Panel's own answers as if it did not exist."""
    raise HTTPError(404)
