"""How many examples a property is tried on."""

import os

FULL = os.environ.get("CORDEE_EXAMPLES") == "full"
SUITE = 25


def examples(full: int) -> int:
    """`full` with CORDEE_EXAMPLES=full, at most 25 in `make test`."""
    return full if FULL else min(full, SUITE)
