"""One honest count: phones, raised hands and paper together, each channel still visible."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from components.voting.ballots import Choice
from components.voting.channels import Keyed
from components.voting.methods import METHODS
from components.voting.question import Question

SMALLEST_SHOWN = 5
"""No count of a smaller vote, and no smaller cell of a breakdown, is ever shown."""


@dataclass(frozen=True)
class Tally:
    """The count of one vote.

    ballots: all ballots received, blank ones included; votes_cast: ballots less blank ones;
    counts: option id → number, all channels; by_channel: channel → ballots;
    counts_by_channel: channel → option id → number.
    """

    method: str
    ballots: int
    blank: int
    counts: Mapping[str, int]
    by_channel: Mapping[str, int]
    counts_by_channel: Mapping[str, Mapping[str, int]]
    winners: tuple[str, ...]
    trace: Mapping[str, Any]

    @property
    def votes_cast(self) -> int:
        return self.ballots - self.blank

    def to_dict(self) -> dict[str, Any]:
        return {
            "method": self.method,
            "ballots": self.ballots,
            "blank": self.blank,
            "counts": dict(self.counts),
            "by_channel": dict(self.by_channel),
            "counts_by_channel": {k: dict(v) for k, v in self.counts_by_channel.items()},
            "winners": list(self.winners),
            "trace": dict(self.trace),
        }

    @staticmethod
    def from_dict(data: Mapping[str, Any]) -> "Tally":
        return Tally(**{**data, "winners": tuple(data["winners"])})


def tally(question: Question, phone: Mapping[Choice, int], hands: Keyed, paper: Keyed) -> Tally:
    """Count a vote. `phone` maps each distinct choice to its number of ballots.

    Keyed channels know counts by option, not whole ballots: they are added option by option, which is
    exact for the methods that accept raised hands.
    """
    keyed = {"hands": hands, "paper": paper}
    one_option: dict[Choice, int] = dict(phone)
    for channel in keyed.values():
        for option, number in channel.counts.items():
            one_option[(option,)] = one_option.get((option,), 0) + number
    outcome = METHODS[question.method].count(question, one_option)

    phone_counts = dict.fromkeys(question.option_ids, 0)
    for choice, times in phone.items():
        for option in choice:
            phone_counts[option] += times
    phone_ballots = sum(phone.values())
    phone_blank = sum(
        times for choice, times in phone.items() if not choice or set(choice) & question.blank_ids
    )
    return Tally(
        method=question.method,
        ballots=phone_ballots + hands.slips + paper.slips,
        blank=phone_blank + hands.blank + paper.blank,
        counts=outcome.counts,
        by_channel={"phone": phone_ballots, "hands": hands.slips, "paper": paper.slips},
        counts_by_channel={
            "phone": phone_counts,
            **{
                name: {o: channel.counts.get(o, 0) for o in question.option_ids}
                for name, channel in keyed.items()
            },
        },
        winners=outcome.winners,
        trace=outcome.trace,
    )
