"""What a rehearsal found: counted, timed, said in one sentence."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from components.look.i18n import t
from components.look.numbers import number

SHARES = (50, 95, 99)


def percentile(times: Sequence[float], share: float) -> float | None:
    """The value that `share` % of the times do not exceed (nearest rank); None without any.

    >>> percentile([3.0, 1.0, 2.0], 50)
    2.0
    """
    if not times:
        return None
    ordered = sorted(times)
    rank = max(1, -(-len(ordered) * share // 100))
    return ordered[int(rank) - 1]


def spread(seconds: Sequence[float]) -> dict[str, float | None]:
    """p50, p95, p99 in milliseconds."""
    found = {f"p{share}": percentile(seconds, share) for share in SHARES}
    return {name: None if value is None else round(1000 * value, 1) for name, value in found.items()}


@dataclass(frozen=True)
class Report:
    """Ballots are counted one a phone, whatever number of times it changed its mind.

    `sent`: phones that voted. `acknowledged`: phones told « reçu ». `stored`: ballots in the store at the end.
    `lost`: acknowledged, yet the store does not hold that choice or a later one. `doubled`: ballots beyond one a
    phone; None where the store cannot be read. Times in seconds: `ack` from sending to « reçu », `screen` from
    sending to the first snapshot of a page that contains the ballot, true to within `screen_error` where that is
    another machine's clock.
    """

    voters: int
    sent: int
    acknowledged: int
    stored: int
    lost: int
    doubled: int | None
    refused: int
    changed: int
    posted: int
    reconnections: int
    ack: tuple[float, ...]
    screen: tuple[float, ...]
    screen_error: float = 0.0

    @property
    def good(self) -> bool:
        """Nothing lost, nothing doubled, every phone was answered."""
        return not self.lost and not self.doubled and self.acknowledged == self.sent == self.voters

    def to_dict(self) -> dict[str, Any]:
        """What `--json` prints; times as p50, p95, p99 in milliseconds."""
        plain = ("voters", "sent", "acknowledged", "stored", "lost", "doubled", "refused")
        more = ("changed", "posted", "reconnections")
        return {
            **{name: getattr(self, name) for name in (*plain, *more)},
            "ack_ms": spread(self.ack),
            "screen_ms": spread(self.screen),
            "screen_error_ms": round(1000 * self.screen_error, 1),
        }

    def sentences(self, lang: str = "fr") -> list[str]:
        """The same for the person who will hold the evening."""
        figures = {
            name: number(float(value), lang)
            for name in ("voters", "sent", "acknowledged", "stored", "lost", "doubled")
            if (value := getattr(self, name)) is not None
        }
        key = "good" if self.good else "bad" if self.doubled is not None else "bad_seen_from_afar"
        if self.good and self.doubled is None:
            key = "good_seen_from_afar"
        counts = t(f"rehearsal.{key}", lang, **figures)
        if not self.ack:
            return [t("rehearsal.never", lang, counts=counts)]
        said = [t("rehearsal.ack", lang, counts=counts, ms=_ceiling(self.ack, lang))]
        if self.screen and self.screen_error:
            error = _ceiling([self.screen_error], lang)
            said.append(t("rehearsal.screen_about", lang, ms=_ceiling(self.screen, lang), error=error))
        elif self.screen:
            said.append(t("rehearsal.screen", lang, ms=_ceiling(self.screen, lang)))
        return said


def _ceiling(times: Sequence[float], lang: str) -> str:
    """Whole milliseconds that 95 % of the times do not exceed."""
    return number(float(math.ceil(1000 * (percentile(times, 95) or 0))), lang)
