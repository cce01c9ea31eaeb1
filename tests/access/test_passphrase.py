"""The passphrase: what it is made of, how it is compared."""

import re
from collections.abc import Callable

import pytest

from components.access import passphrase


def counting(numbers: list[int]) -> Callable[[int], int]:
    return lambda below: numbers.pop(0) % below


def test_it_is_four_words_and_two_digits_typed_alike_on_any_keyboard() -> None:
    assert re.fullmatch(r"([a-z]+-){4}\d\d", passphrase.generate())
    assert passphrase.generate(counting([0, 1, 2, 3, 7])) == "-".join([*passphrase.words()[:4], "07"])


def test_the_list_is_long_enough_and_says_nothing_twice() -> None:
    words = passphrase.words()
    assert len(words) >= 512  # four of them and two digits: more than 42 bits
    assert len(set(words)) == len(words)
    assert all(re.fullmatch(r"[a-z]{2,12}", word) for word in words)


def test_the_hash_does_not_hold_the_passphrase_and_differs_each_time() -> None:
    first, second = passphrase.hashed("cairn brume 42"), passphrase.hashed("cairn brume 42")
    assert first.startswith("$argon2id$")
    assert "cairn" not in first
    assert first != second


@pytest.mark.parametrize(
    "typed", ["cairn-brume-42", "Cairn Brume 42", "  CAIRN  brume-42 ", "cairn brume 42"]
)
def test_typing_it_another_way_opens_all_the_same(typed: str) -> None:
    assert passphrase.matches(passphrase.hashed("cairn-brume-42"), typed)


@pytest.mark.parametrize("typed", ["", "cairn-brume-43", "cairnbrume42", "x" * 100_000])
def test_another_one_does_not_open(typed: str) -> None:
    assert not passphrase.matches(passphrase.hashed("cairn-brume-42"), typed)


def test_accents_typed_as_one_or_two_characters_are_the_same() -> None:
    assert passphrase.matches(passphrase.hashed("m\u00e9l\u00e8ze des alpes"), "me\u0301le\u0300ze des alpes")


def test_a_hash_that_cannot_be_read_opens_to_nobody() -> None:
    assert not passphrase.matches("not a hash", "anything")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("court", "access.too_short"),
        ("  -- ", "access.too_short"),
        ("x" * 201, "access.too_long"),
        ("assez long", None),
    ],
)
def test_a_chosen_passphrase_is_neither_too_short_nor_endless(text: str, fault: str | None) -> None:
    assert passphrase.fault(text) == fault
