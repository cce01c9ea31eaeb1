"""What is written when a vote is sealed: a Merkle root over what was counted and over the receipts.

The two trees are separate on purpose: a receipt proves that a ballot was counted, and nothing joins it
to a choice.
"""

import hashlib
import hmac
from collections.abc import Iterable, Sequence

RECEIPT_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def voter_key(secret: bytes, token: str) -> str:
    """The key of one phone for one vote: HMAC of its token under the vote's secret (hex)."""
    return hmac.digest(secret, b"voter:" + token.encode(), "sha256").hex()


def pair_key(secret: bytes, token: str) -> str:
    """The key that joins two paired votes, under their own secret (hex)."""
    return hmac.digest(secret, b"pair:" + token.encode(), "sha256").hex()


def receipt(secret: bytes, key: str) -> str:
    """What the phone shows, « 7KQ4-9DMT »: eight signs derived from the voter key, useless without the secret."""
    digest = hmac.digest(secret, b"receipt:" + key.encode(), "sha256")
    signs = "".join(RECEIPT_ALPHABET[byte % len(RECEIPT_ALPHABET)] for byte in digest[:8])
    return f"{signs[:4]}-{signs[4:]}"


def merkle_root(leaves: Iterable[str]) -> str:
    """Root (hex) of the binary hash tree over the sorted leaves; an odd node is carried up unpaired.

    Leaves and inner nodes are hashed with different prefixes (RFC 6962), so that one cannot pass for the other.
    """
    level: Sequence[bytes] = [hashlib.sha256(b"\x00" + leaf.encode()).digest() for leaf in sorted(leaves)]
    if not level:
        return hashlib.sha256(b"").hexdigest()
    while len(level) > 1:
        pairs = [level[i : i + 2] for i in range(0, len(level), 2)]
        level = [
            hashlib.sha256(b"\x01" + b"".join(pair)).digest() if len(pair) == 2 else pair[0] for pair in pairs
        ]
    return level[0].hex()


def choices_root(choices: Iterable[str], salt: str = "") -> str:
    """Root (hex) of the choices. `salt`: one more leaf, random and never told; none in votes of older versions."""
    return merkle_root([*choices, *([f"salt:{salt}"] if salt else [])])


def seal_root(choices: Iterable[str], receipts: Iterable[str], salt: str = "") -> str:
    """The one root written in the minutes: over the root of the choices and the root of the receipts."""
    return merkle_root([f"choices:{choices_root(choices, salt)}", f"receipts:{merkle_root(receipts)}"])
