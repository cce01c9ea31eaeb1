"""A badge: signed, dated, and nothing without its signature."""

import base64
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.access import badge
from components.access.badge import HOURS, Badge

KEY = b"k" * 64
NOW = 1_795_000_000.0
MINE = Badge("rapporteur", "epoch", "sid", int(NOW) + 60, "ABCD", "pin")


def test_it_is_read_back_as_it_was_given() -> None:
    assert badge.read(badge.sealed(MINE, KEY), KEY, NOW) == MINE
    assert badge.read(f'"{badge.sealed(MINE, KEY)}"', KEY, NOW) == MINE


def test_it_ends_at_its_time() -> None:
    text = badge.sealed(MINE, KEY)
    assert badge.read(text, KEY, NOW + 59) == MINE
    assert badge.read(text, KEY, NOW + 60) is None
    assert badge.new("screen", "e", NOW).until == NOW + HOURS * 3600


def test_two_badges_are_never_the_same() -> None:
    assert badge.new("screen", "e", NOW) != badge.new("screen", "e", NOW)


def test_another_installation_s_badge_is_nothing() -> None:
    assert badge.read(badge.sealed(MINE, b"other" * 8), KEY, NOW) is None


def test_a_role_changed_by_hand_is_nothing() -> None:
    payload, _, signature = badge.sealed(MINE, KEY).partition(".")
    told = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    told["role"] = "facilitator"
    forged = base64.urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip("=")
    assert badge.read(f"{forged}.{signature}", KEY, NOW) is None
    assert badge.read(badge.sealed(replace(MINE, role="facilitator"), KEY), KEY, NOW) is not None


@given(st.text(max_size=200))
def test_no_text_is_a_badge_nor_a_fault(text: str) -> None:
    assert badge.read(text, KEY, NOW) is None


@pytest.mark.parametrize("inside", ["[]", "1", '{"role":"facilitator"}', '{"role":1,"x":2}', "not json"])
def test_even_signed_nonsense_is_nothing(inside: str) -> None:
    payload = base64.urlsafe_b64encode(inside.encode()).decode().rstrip("=")
    assert badge.read(f"{payload}.{badge._signature(payload, KEY)}", KEY, NOW) is None
