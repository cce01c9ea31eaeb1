"""What counting returns: who comes first, and the steps that show it."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Outcome:
    """Winners (several on a tie, none without votes) and the trace that explains them."""

    winners: tuple[str, ...]
    counts: dict[str, int]
    trace: dict[str, Any]


def leaders(counts: dict[str, int]) -> tuple[str, ...]:
    """Options with the highest count; empty when nothing was counted."""
    best = max(counts.values(), default=0)
    return tuple(option for option, count in counts.items() if count == best) if best else ()
