"""The doors: is there a passphrase, is this it, and which sign-ins still count.

Each role has its own passphrase. A sign-in carries the `epoch` under which it was given; a new passphrase starts a
new epoch, so every older sign-in of that role ends with it, in every process. Signing out ends one sign-in, by name.
"""

import secrets

from components.access import passphrase
from components.access.roles import FACILITATOR, ROLES
from components.access.store import Settings

HASH = "passphrase_hash"
EPOCH = "passphrase_epoch"
ENDED = "ended:"


def _key(name: str, role: str) -> str:
    """The setting of a role. The facilitator's has no suffix: it was there before there were roles."""
    return name if role == FACILITATOR else f"{name}:{role}"


def has_passphrase(settings: Settings, role: str = FACILITATOR) -> bool:
    return settings.get(_key(HASH, role)) is not None


def roles_with_passphrase(settings: Settings) -> list[str]:
    """The roles one may sign in to with a passphrase, the widest first."""
    known = settings.starting(HASH)
    return [role for role in ROLES if _key(HASH, role) in known]


def _values(text: str, role: str = FACILITATOR) -> dict[str, str]:
    return {_key(HASH, role): passphrase.hashed(text), _key(EPOCH, role): secrets.token_urlsafe(12)}


def first_passphrase(settings: Settings, chosen: str | None = None) -> str | None:
    """Sets the facilitator's passphrase if there is none, to `chosen` or a new one, and returns it; else None."""
    if has_passphrase(settings):
        return None
    text = chosen or passphrase.generate()
    return text if settings.add(_values(text)) else None


def set_passphrase(settings: Settings, text: str, role: str = FACILITATOR) -> None:
    """Replaces a role's passphrase; every sign-in given under the old one ends."""
    settings.put(_values(text, role))


def close_role(settings: Settings, role: str) -> None:
    """Takes a role's passphrase away: its sign-ins end and nobody signs in to it until it has a new one."""
    settings.remove([_key(HASH, role), _key(EPOCH, role)])


def opens(settings: Settings, text: str, role: str = FACILITATOR) -> bool:
    """Whether `text` is the role's passphrase. Takes about a tenth of a second on purpose, also without one."""
    stored = settings.get(_key(HASH, role))
    if stored is None:
        passphrase.matches(passphrase.nobodys(), text)
        return False
    return passphrase.matches(stored, text)


def epoch(settings: Settings, role: str = FACILITATOR) -> str | None:
    """What a sign-in must carry to count now; None when the role has no passphrase, and no sign-in counts."""
    return settings.get(_key(EPOCH, role))


def epochs(settings: Settings) -> dict[str, str]:
    """The present epoch of each role that has a passphrase."""
    known = settings.starting(EPOCH)
    return {role: known[_key(EPOCH, role)] for role in ROLES if _key(EPOCH, role) in known}


def end(settings: Settings, sid: str, until: int, now: float) -> None:
    """Ends one sign-in in every process; those whose time is over anyway are forgotten."""
    settings.put({ENDED + sid: str(until)})
    settings.remove([key for key, value in settings.starting(ENDED).items() if int(value) < now])


def ended(settings: Settings) -> frozenset[str]:
    """The names of the sign-ins that were ended before their time."""
    return frozenset(key.removeprefix(ENDED) for key in settings.starting(ENDED))
