"""One honest count: phones, raised hands, cards and paper together, each channel still visible."""

import json
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from fractions import Fraction
from typing import Any

from components.look.numbers import apart
from components.voting.ballots import Choice, is_blank
from components.voting.channels import Keyed
from components.voting.colleges import NO_COLLEGE, NOT_AGAIN, shown_by_college
from components.voting.masking import SMALLEST_SHOWN
from components.voting.methods import METHODS
from components.voting.question import CHANNELS, Question, question_to_dict
from components.voting.trace import Outcome

__all__ = ["BY_PHONE", "SMALLEST_SHOWN", "Tally", "Whole", "tally"]

Whole = Mapping[tuple[str, str], Mapping[Choice, int]]
"""Whole ballots: (channel, college) → choice → how many."""

BY_PHONE = ("phone", "shared", "remote")
"""Finer channels of a ballot cast on a phone; which of them chose what is never told."""


@dataclass(frozen=True)
class Tally:
    """The count of one vote.

    ballots: all ballots received, blank ones included; votes_cast: ballots less blank ones;
    counts: option id → number, all channels; by_channel: channel → ballots;
    counts_by_channel: phone, hands, cards, paper → option id → number;
    by_college: college → {ballots, counts}, None for what may not be told; struck: ballots set aside;
    elsewhere: slips gathered out of the room (those who take part from afar are in by_channel);
    verdict: what became of the rule announced before the vote, empty without one.
    """

    method: str
    ballots: int
    blank: int
    counts: Mapping[str, int]
    by_channel: Mapping[str, int]
    winners: tuple[str, ...]
    trace: Mapping[str, Any]
    by_college: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    verdict: Mapping[str, Any] = field(default_factory=dict)
    struck: int = 0
    elsewhere: int = 0
    counts_by_channel: Mapping[str, Mapping[str, int]] = field(default_factory=dict, compare=False)

    @property
    def votes_cast(self) -> int:
        return self.ballots - self.blank

    @property
    def here(self) -> int:
        """Ballots of people in the room: not those who take part from afar, nor slips gathered elsewhere."""
        return self.ballots - self.by_channel.get("remote", 0) - self.elsewhere

    def to_dict(self) -> dict[str, Any]:
        """As the log keeps it and the minutes print it: without which channel chose what, which nobody is told."""
        plain = {one.name: getattr(self, one.name) for one in fields(self) if one.name != "counts_by_channel"}
        return {**plain, "winners": list(self.winners)}

    @staticmethod
    def from_dict(data: Mapping[str, Any]) -> "Tally":
        return Tally(**{**data, "winners": tuple(data["winners"])})


def tally(
    question: Question,
    whole: Whole,
    keyed: Mapping[str, Keyed] | None = None,
    present: int | None = None,
    struck: int = 0,
    live: bool = False,
    elsewhere: int = 0,
    retold: bool = False,
) -> Tally:
    """Count a vote. `keyed`: hands, cards, paper → totals by option, which for the methods that accept them
    count exactly like as many ballots. `present`: people in the room, for the turnout of the rule.
    `elsewhere`: slips gathered out of the room. `retold`: the breakdown was shown of an earlier count.
    `live`: while ballots come in; a method whose count takes seconds then tells its totals only, and no winner."""
    keyed = keyed or {}
    by_way: dict[str, Counter[Choice]] = {channel: Counter() for channel in CHANNELS}
    by_channel: Counter[str] = Counter(dict.fromkeys(CHANNELS, 0))
    colleges: dict[str, Counter[Choice]] = {}
    for (channel, college), choices in whole.items():
        by_way["phone" if channel in BY_PHONE else channel].update(choices)
        by_channel[channel] += sum(choices.values())
        colleges.setdefault(college, Counter()).update(choices)
    slips = sum(by_channel.values())
    blank = sum(
        n for choices in by_way.values() for choice, n in choices.items() if is_blank(question, choice)
    )
    for channel, totals in keyed.items():
        for option, number in totals.counts.items():
            by_way[channel][_as_choice(question, option)] += number
        by_channel[channel] += totals.slips
        slips += totals.slips
        blank += totals.blank
    method = METHODS[question.method]
    everything: Counter[Choice] = Counter()
    for choices in by_way.values():
        everything.update(choices)
    outcome = (
        _live_totals(question, everything) if live and method.quick_totals else _counted(question, everything)
    )
    result = Tally(
        method=question.method,
        ballots=slips,
        blank=blank,
        counts=outcome.counts,
        by_channel=dict(by_channel),
        counts_by_channel={way: method.totals(question, choices) for way, choices in by_way.items()},
        winners=outcome.winners,
        trace=outcome.trace,
        by_college={} if live else _by_college(question, colleges, slips, outcome.counts, blank, retold),
        struck=struck,
        elsewhere=elsewhere,
    )
    return replace(result, verdict=verdict(question, result, present))


def _live_totals(question: Question, ballots: Mapping[Choice, int]) -> Outcome:
    return Outcome((), METHODS[question.method].totals(question, ballots), {"live": True})


def _counted(question: Question, ballots: Mapping[Choice, int]) -> Outcome:
    """The count; one that takes seconds is kept, since closing, showing and sealing ask for the same again."""
    method = METHODS[question.method]
    if not method.quick_totals:
        return method.count(question, ballots)
    key = (json.dumps(question_to_dict(question), sort_keys=True), tuple(sorted(ballots.items())))
    with _kept_lock:
        found = _kept.get(key)
    if found is None:
        found = method.count(question, ballots)
        with _kept_lock:
            while len(_kept) >= MOST_KEPT:
                _kept.pop(next(iter(_kept)))
            _kept[key] = found
    return found


MOST_KEPT = 8
_kept: dict[Any, Outcome] = {}
_kept_lock = threading.Lock()


def _as_choice(question: Question, option: str) -> Choice:
    """What one unit of a total by option says: a choice of it, or one dot on it."""
    return (f"{option}=1",) if question.method == "dots" else (option,)


COUNTED_BY_COLLEGE = frozenset({"yes_no_blank", "single", "approval", "dots", "consent", "budget"})
"""Of grades, scores, rankings and communes a count by option says nothing of a college: its ballots are told."""


def _by_college(
    question: Question,
    colleges: Mapping[str, Mapping[Choice, int]],
    ballots: int,
    counts: Mapping[str, int],
    blank: int,
    retold: bool,
) -> dict[str, dict[str, Any]]:
    if not question.by_college:
        return {}
    if retold:
        return dict(NOT_AGAIN)
    method = METHODS[question.method]
    cast = {college: sum(choices.values()) for college, choices in colleges.items() if college}
    cast[NO_COLLEGE] = ballots - sum(cast.values())
    if question.method not in COUNTED_BY_COLLEGE:
        return shown_by_college(cast, {}, marks=0)
    rows = {college: method.totals(question, choices) for college, choices in colleges.items() if college}
    rows[NO_COLLEGE] = {option: n - sum(row[option] for row in rows.values()) for option, n in counts.items()}
    pointed = question.method in ("dots", "budget")
    return shown_by_college(
        cast,
        rows,
        marks=question.points if pointed else question.max_choices,
        cap=question.cap if pointed else 1,
        blank=blank,
    )


def verdict(question: Question, counted: Tally, present: int | None) -> dict[str, Any]:
    """What became of the rule: needed and reached, in percent, with decimals enough to be on the side it is on.

    The turnout is that of the room: its ballots over the people present. Reached is None where it cannot be said:
    nobody counted who is there, or there are more ballots of the room than people counted.
    A threshold of 50 is the absolute majority, so more than half; any other is reached from that share on.
    """
    rule = question.rule
    if not rule:
        return {}
    base = counted.votes_cast if rule.of == "votes_cast" else counted.ballots
    told: dict[str, Any] = {"of": rule.of, "base": base}
    if rule.turnout:
        needed = Fraction(str(rule.turnout))
        known = present and counted.here <= present
        turnout = Fraction(100 * counted.here, present) if present and known else None
        told |= {
            "turnout_needed": rule.turnout,
            "here": counted.here,
            "present": present,
            "turnout": None if turnout is None else apart(turnout, needed),
            "turnout_reached": None if turnout is None else turnout >= needed,
        }
    if rule.threshold:
        first = _share_taker(question, counted)
        share = Fraction(100 * counted.counts[first], base) if first and base else Fraction(0)
        needed = Fraction(str(rule.threshold))
        told |= {
            "threshold_needed": rule.threshold,
            "option": first,
            "share": apart(share, needed),
            "threshold_reached": share > needed if needed == 50 else share >= needed,
        }
    return told


def _share_taker(question: Question, counted: Tally) -> str:
    """The option the threshold speaks of: « yes » of a yes/no question, else the one that comes first."""
    if question.method == "yes_no_blank":
        return question.options[0].id
    return counted.winners[0] if counted.winners else ""
