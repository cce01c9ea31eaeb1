"""How many examples a property is tried on."""

import os

import pytest

FULL = os.environ.get("CORDEE_EXAMPLES") == "full"
SUITE = 25

thorough = pytest.mark.skipif(not FULL, reason="long: CORDEE_EXAMPLES=full make test, or make faults")
"""Marks what takes long and repeats, on another database or in other weather, what shorter tests hold."""


def examples(full: int) -> int:
    """`full` with CORDEE_EXAMPLES=full, at most 25 in `make test`."""
    return full if FULL else min(full, SUITE)
