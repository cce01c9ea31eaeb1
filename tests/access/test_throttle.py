"""Wrong tries are slowed, by address and for everyone, on a clock that is handed in."""

import pytest

from components.access.throttle import (
    FORGOTTEN_SECONDS,
    FREE_FOR_ALL,
    FREE_TRIES,
    LONGEST_FOR_ALL_SECONDS,
    LONGEST_SECONDS,
    MOST_ADDRESSES,
    Doorkeeper,
    Throttle,
)


def wrong(throttle: Throttle, address: str, times: int, now: float = 100.0) -> None:
    for _ in range(times):
        throttle.begin(address, now)


def test_a_slip_of_the_finger_costs_nothing() -> None:
    throttle = Throttle()
    wrong(throttle, "here", FREE_TRIES - 1)
    assert throttle.wait("here", 100.0) == 0


@pytest.mark.parametrize(
    ("tries", "seconds"), [(3, 1), (4, 2), (5, 4), (7, 16), (8, LONGEST_SECONDS), (99, 30)]
)
def test_each_wrong_try_waits_longer_up_to_a_limit(tries: int, seconds: float) -> None:
    throttle = Throttle()
    wrong(throttle, "here", tries)
    assert throttle.wait("here", 100.0) == pytest.approx(seconds)
    assert throttle.wait("here", 100.0 + seconds) == 0


def test_someone_else_s_wrong_tries_hardly_delay_the_facilitator() -> None:
    throttle = Throttle()
    for guess in range(500):
        throttle.begin(f"stranger {guess % 7}", 100.0)
    assert 0 < throttle.wait("facilitator", 100.0) <= LONGEST_FOR_ALL_SECONDS


def test_guessing_from_many_addresses_is_slowed_too() -> None:
    throttle = Throttle()
    for number in range(FREE_FOR_ALL):
        throttle.begin(f"10.0.0.{number}", 100.0)
    assert throttle.wait("10.0.1.1", 100.0) > 0


def test_the_right_passphrase_wipes_the_slate() -> None:
    throttle = Throttle()
    wrong(throttle, "here", 6)
    throttle.succeeded("here")
    assert throttle.wait("here", 100.0) == 0


def test_tries_are_forgotten_after_a_while() -> None:
    throttle = Throttle()
    wrong(throttle, "here", 20)
    assert throttle.wait("here", 100.0 + FORGOTTEN_SECONDS) == 0
    wrong(throttle, "here", 1, now=100.0 + FORGOTTEN_SECONDS)
    assert throttle.wait("here", 100.0 + FORGOTTEN_SECONDS) == 0


def test_many_addresses_do_not_fill_the_memory() -> None:
    throttle = Throttle()
    for number in range(MOST_ADDRESSES * 2):
        throttle.begin(str(number), 100.0)
    assert len(throttle._by_address) == MOST_ADDRESSES


def test_wrong_tries_at_one_account_do_not_shut_another_from_elsewhere() -> None:
    keeper = Doorkeeper()
    for _ in range(20):
        keeper.begin("officer", "hall", 100.0)
    assert keeper.wait("officer", "hall", 100.0) == LONGEST_SECONDS
    assert keeper.wait("facilitator", "desk", 100.0) == 0


def test_changing_accounts_gains_nothing_at_one_address() -> None:
    keeper = Doorkeeper()
    for account in ("officer", "rapporteur", "expert", "screen"):
        keeper.begin(account, "hall", 100.0)
    assert keeper.wait("facilitator", "hall", 100.0) > 0


def test_a_right_try_is_forgiven_at_its_account_and_address() -> None:
    keeper = Doorkeeper()
    for _ in range(5):
        keeper.begin("pin", "table", 100.0)
    keeper.succeeded("pin", "table")
    assert keeper.wait("pin", "table", 100.0) == 0
