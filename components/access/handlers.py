"""The addresses of signing in: the plugin of the pages, and of the urn, where only helpers sign in."""

import os

from components.access.helpers_page import HelperLogin
from components.access.login import ChangeHandler, LoginHandler, LogoutHandler
from components.access.provider_page import PATH, ProviderBack, ProviderHandler
from components.access.roles_page import RolesHandler

__all__ = ["ROUTES", "LoginHandler", "LogoutHandler"]

PAGES = [
    (r"/login/change", ChangeHandler),
    (r"/login/roles", RolesHandler),
    (PATH, ProviderHandler),
    (PATH + "/back", ProviderBack),
]
URN = [(r"/login", HelperLogin), (r"/logout", LogoutHandler)]
# In the pages process the auth module itself brings /login and /logout.
ROUTES = URN if os.environ.get("CORDEE_ROLE") == "urn" else PAGES
