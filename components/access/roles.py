"""Who may open what, and order what: one table. Pure; the servers ask it before anything is served.

What the table does not name is the facilitator's alone, so that a page added tomorrow is closed until somebody
opens it on purpose. docs/roles.md says the same to the people who organise an evening.
"""

from collections.abc import Mapping
from urllib.parse import unquote

FACILITATOR, OFFICER, RAPPORTEUR, EXPERT, SCREEN, PUBLIC = (
    "facilitator",
    "officer",
    "rapporteur",
    "expert",
    "screen",
    "public",
)
ROLES = (FACILITATOR, OFFICER, RAPPORTEUR, EXPERT, SCREEN)
"""The roles one signs in to, the widest first; `public` is everybody else."""

INCLUDES: Mapping[str, frozenset[str]] = {
    FACILITATOR: frozenset(ROLES),
    OFFICER: frozenset({OFFICER, RAPPORTEUR, EXPERT, SCREEN}),
    RAPPORTEUR: frozenset({RAPPORTEUR, SCREEN}),
    EXPERT: frozenset({EXPERT, SCREEN}),
    SCREEN: frozenset({SCREEN}),
    PUBLIC: frozenset(),
}
"""A role → the roles whose work it may do as well."""

ALL = PUBLIC
"""In the table below: open to everybody."""
ROOM = "room"
"""In the table below: what the room sees; open to everybody unless the screen is closed (CORDEE_SCREEN=closed)."""

AREAS: Mapping[str, str] = {
    # the first word of an address → the role whose work it is
    "": ALL,  # leads to home
    "home": ALL,
    "essai": ALL,  # did a phone reach this machine? Answers with a time and nothing else
    "login": ALL,
    "logout": ALL,
    "alive": ALL,
    "static": ALL,
    "explore": ALL,
    "places": ALL,
    "screen": ROOM,
    "scrutin": ALL,  # a calculator that keeps nothing
    "minutes": ROOM,  # they hold nothing the room may not see
    "resources": EXPERT,
    "tables": RAPPORTEUR,
    "comptage": RAPPORTEUR,
    "prepare": OFFICER,
    "print": OFFICER,
    "layers": OFFICER,  # of the map of places: import, read comments
    "donnees": OFFICER,  # official files brought into a territory
    "console": OFFICER,  # to read and prepare: see ORDERS
    "rehearsal": FACILITATOR,  # pretend phones from another machine
}

ORDERS: Mapping[str, frozenset[str]] = {
    OFFICER: frozenset(
        {"tick", "why", "meetings", "sheet", "check", "new", "import", "duplicate", "tables", "paper"}
    ),
}
"""What a role may ask of the console over its socket; the facilitator may ask everything, the others nothing."""


def area(path: str) -> str | None:
    """The first word of an address as the table has it; None when the address is written in an odd way."""
    path = unquote(path)  # once, as Tornado does for a file; what is still coded then was coded twice
    words = path.removeprefix("/").removesuffix("/").split("/")
    odd = not path.startswith("/") or any(sign in path for sign in "%\\;\0") or path.startswith("//")
    if odd or any(word in (".", "..") or (word == "" and len(words) > 1) for word in words):
        return None
    return words[0]


def holds(role: str, wanted: str) -> bool:
    """Whether a role may do the work of `wanted`."""
    return wanted == PUBLIC or wanted in INCLUDES.get(role, frozenset())


def may_open(role: str, path: str, environ: Mapping[str, str]) -> bool:
    """Whether a role may open an address of this server."""
    name = area(path)
    wanted = FACILITATOR if name is None else AREAS.get(name, FACILITATOR)
    if wanted == ROOM:
        wanted = SCREEN if environ.get("CORDEE_SCREEN") == "closed" else PUBLIC
    return holds(role, wanted)


def may_order(role: str, order: str) -> bool:
    """Whether a role may give an order to the console."""
    return role == FACILITATOR or order in ORDERS.get(role, frozenset())


def home_of(role: str) -> str:
    """Where a role goes after signing in, when it did not ask for a page."""
    return {FACILITATOR: "/console", OFFICER: "/console", SCREEN: "/screen", EXPERT: "/explore"}.get(
        role, "/home"
    )
