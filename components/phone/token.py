"""Who a phone is for one meeting: a random token, signed so that it cannot be invented. No name, no address.

A token is compared sign by sign with what we would have written: another spelling of the same bytes (capital
hexadecimal, padding) is not the same token, so it cannot vote a second time.
"""

import hashlib
import hmac
import secrets

LONGEST = 97  # 32 hexadecimal signs, a dot, 64 hexadecimal signs


def new_token(secret: bytes, code: str) -> str:
    """A token of the meeting `code`, under that meeting's secret."""
    chance = secrets.token_hex(16)
    return f"{chance}.{_signature(secret, code, chance)}"


def is_genuine(secret: bytes, code: str, token: str) -> bool:
    """Whether this very token was made by `new_token` for this meeting."""
    if len(token) != LONGEST or not token.isascii():
        return False
    chance = token.partition(".")[0]
    return hmac.compare_digest(f"{chance}.{_signature(secret, code, chance)}", token)


def device_key(secret: bytes, token: str) -> str:
    """The key under which a phone is counted as present (hex); it says nothing about any vote."""
    return hmac.new(secret, b"device:" + token.encode(), hashlib.sha256).hexdigest()


def _signature(secret: bytes, code: str, chance: str) -> str:
    return hmac.new(secret, f"token:{code}:{chance}".encode(), hashlib.sha256).hexdigest()
