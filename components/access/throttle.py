"""Wrong tries are slowed, by who tries and a little for everyone: nobody guesses and nobody is shut out.

Pure: the clock is a number handed in. One instance serves one process, which is where all tries arrive.
"""

from dataclasses import dataclass, field

FREE_TRIES = 3  # fingers slip
LONGEST_SECONDS = 30.0  # for one address
LONGEST_FOR_ALL_SECONDS = 2.0  # even under attack the facilitator gets in
FREE_FOR_ALL = 30
FORGOTTEN_SECONDS = 900.0
MOST_ADDRESSES = 2000


@dataclass
class _Tries:
    count: int = 0
    last: float = 0.0


def _delay(extra: int, longest: float) -> float:
    """Seconds after the `extra`-th try too many: 1, 2, 4, 8… up to `longest`."""
    return 0.0 if extra <= 0 else min(longest, 2.0 ** min(extra - 1, 20))


@dataclass
class Throttle:
    """Counts wrong tries.

    Ask `wait` first; then `begin` before checking, so that many at once gain nothing; `succeeded` if it was
    right.
    """

    _by_address: dict[str, _Tries] = field(default_factory=dict)
    _all: _Tries = field(default_factory=_Tries)

    def wait(self, address: str, now: float) -> float:
        """Seconds before this address may try again; 0 when it may now."""
        own = self._present(self._by_address.get(address), now)
        everyone = self._present(self._all, now)
        return max(
            0.0,
            own.last + _delay(own.count - FREE_TRIES + 1, LONGEST_SECONDS) - now,
            everyone.last + _delay(everyone.count - FREE_FOR_ALL + 1, LONGEST_FOR_ALL_SECONDS) - now,
        )

    def begin(self, address: str, now: float) -> None:
        """Counts a try as wrong until it is known to be right."""
        own = self._present(self._by_address.pop(address, None), now)
        self._by_address[address] = _Tries(own.count + 1, now)
        self._all = _Tries(self._present(self._all, now).count + 1, now)
        while len(self._by_address) > MOST_ADDRESSES:
            del self._by_address[next(iter(self._by_address))]

    def succeeded(self, address: str) -> None:
        """Forgets the wrong tries of this address; those of the others go on counting for everyone."""
        own = self._by_address.pop(address, None)
        if own:
            self._all = _Tries(max(0, self._all.count - own.count), self._all.last)

    @staticmethod
    def _present(tries: _Tries | None, now: float) -> _Tries:
        return tries if tries and now - tries.last < FORGOTTEN_SECONDS else _Tries()


@dataclass
class Doorkeeper:
    """Slows wrong tries by account (a role, a meeting's code for helpers) and by address over all accounts.

    Tries at one account never shut another one, and only signing in is slowed: whoever looks on is not concerned.
    """

    _accounts: dict[str, Throttle] = field(default_factory=dict)
    _addresses: Throttle = field(default_factory=Throttle)

    def wait(self, account: str, address: str, now: float) -> float:
        """Seconds before this account may be tried from this address; 0 when it may now."""
        known = self._accounts.get(account)
        return max(known.wait(address, now) if known else 0.0, self._addresses.wait(address, now))

    def begin(self, account: str, address: str, now: float) -> None:
        """Counts a try as wrong until it is known to be right."""
        self._accounts.setdefault(account, Throttle()).begin(address, now)
        self._addresses.begin(address, now)

    def succeeded(self, account: str, address: str) -> None:
        """Forgets the wrong tries of this address at this account."""
        self._accounts.setdefault(account, Throttle()).succeeded(address)
        self._addresses.succeeded(address)
