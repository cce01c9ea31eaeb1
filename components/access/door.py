"""The facilitator's door: is there a passphrase, is this it, and which sign-ins still count.

A sign-in carries the `epoch` under which it was given; a new passphrase starts a new epoch, so every older
sign-in ends with it, in every process.
"""

import secrets

from components.access import passphrase
from components.access.store import Settings

HASH = "passphrase_hash"
EPOCH = "passphrase_epoch"


def has_passphrase(settings: Settings) -> bool:
    return settings.get(HASH) is not None


def _values(text: str) -> dict[str, str]:
    return {HASH: passphrase.hashed(text), EPOCH: secrets.token_urlsafe(12)}


def first_passphrase(settings: Settings, chosen: str | None = None) -> str | None:
    """Sets the passphrase if there is none, to `chosen` or a new one, and returns it; else None."""
    if has_passphrase(settings):
        return None
    text = chosen or passphrase.generate()
    return text if settings.add(_values(text)) else None


def set_passphrase(settings: Settings, text: str) -> None:
    """Replaces the passphrase; every sign-in given so far ends."""
    settings.put(_values(text))


def opens(settings: Settings, text: str) -> bool:
    """Whether `text` is the passphrase. Takes about a tenth of a second on purpose."""
    stored = settings.get(HASH)
    return stored is not None and passphrase.matches(stored, text)


def epoch(settings: Settings) -> str | None:
    """What a sign-in must carry to count now; None when there is no passphrase yet, and no sign-in counts."""
    return settings.get(EPOCH)
