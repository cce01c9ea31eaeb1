"""The passphrase in the store: made once, replaced, and what a replacement ends."""

from pathlib import Path

import pytest

from components.access import door
from components.access.store import Settings, StoreError


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(f"sqlite:///{tmp_path / 'store.db'}")
    settings.prepare()
    return settings


def test_the_first_start_makes_a_passphrase_once(settings: Settings, tmp_path: Path) -> None:
    text = door.first_passphrase(settings)
    assert text
    assert door.opens(settings, text)
    assert door.first_passphrase(settings) is None
    assert text.encode() not in (tmp_path / "store.db").read_bytes()


def test_a_chosen_first_passphrase_is_taken(settings: Settings) -> None:
    assert door.first_passphrase(settings, "le mien est long") == "le mien est long"
    assert door.opens(settings, "le mien est long")


def test_without_a_passphrase_nothing_opens(settings: Settings) -> None:
    assert not door.opens(settings, "")
    assert door.epoch(settings) is None


def test_a_new_passphrase_ends_every_sign_in(settings: Settings) -> None:
    old = door.first_passphrase(settings)
    before = door.epoch(settings)
    door.set_passphrase(settings, "une autre phrase")
    assert door.opens(settings, "une autre phrase")
    assert old
    assert not door.opens(settings, old)
    assert door.epoch(settings) != before


def test_two_processes_starting_together_make_one_passphrase(settings: Settings) -> None:
    assert settings.add({door.HASH: "first", door.EPOCH: "1"})
    assert not settings.add({door.HASH: "second", door.EPOCH: "2"})
    assert settings.get(door.HASH) == "first"


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("n'importe quoi", "address"),
        ("martien://localhost/x", "address"),
        ("mysql+mysqldb://localhost/x", "driver"),
        ("sqlite:////proc/cordee/store.db", "refused"),
    ],
)
def test_a_store_that_cannot_be_used_says_why(url: str, reason: str) -> None:
    with pytest.raises(StoreError) as caught:
        Settings(url).prepare()
    assert caught.value.reason == reason
