"""Counts keyed by hand: raised hands and paper, option by option."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from components.voting.methods import METHODS
from components.voting.question import Question


class KeyedRefused(ValueError):
    """The keyed counts cannot be right. `key` names the sentence in the locale area `meeting`."""

    def __init__(self, key: str, /, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


@dataclass(frozen=True)
class Keyed:
    """Counts by option for one channel. `slips` is the number of ballots behind them."""

    counts: Mapping[str, int] = field(default_factory=dict)
    slips: int = 0
    blank: int = 0


def read_keyed(
    question: Question, counts: Mapping[str, object], slips: object = None, blank: object = 0
) -> Keyed:
    """Checked counts. For one choice a ballot, the slips are the sum of counts; for several choices
    `slips` must be given, and no option may have more than that. Raises `KeyedRefused`.

    `blank`: slips that name nothing, for several choices; for one choice a ballot the blank option says it.
    """
    if not METHODS[question.method].keyed_by_option:
        raise KeyedRefused("keyed_whole_slips")
    numbers: dict[str, int] = {}
    for option, value in counts.items():
        if option not in question.option_ids:
            raise KeyedRefused("keyed_unknown_option", option=str(option)[:80])
        numbers[option] = _whole(value)
    named = sum(numbers.values())
    blanks = sum(numbers.get(option, 0) for option in question.blank_ids)
    if not question.several and question.method != "dots":
        if slips is not None and _whole(slips) != named:
            raise KeyedRefused("keyed_slips_differ", slips=_whole(slips), named=named)
        return Keyed(numbers, named, blanks)
    if slips is None:
        raise KeyedRefused("keyed_slips_missing")
    total = _whole(slips)
    blanks += _whole(blank)
    marked = total - blanks
    most_on_one, most_a_slip = (
        (question.cap, question.points) if question.method == "dots" else (1, question.max_choices)
    )
    if (
        marked < 0
        or any(count > marked * most_on_one for count in numbers.values())
        or named > marked * most_a_slip
    ):
        raise KeyedRefused("keyed_more_than_slips", slips=total)
    if named < marked:
        raise KeyedRefused("keyed_slips_unmarked", slips=total, named=named)
    return Keyed(numbers, total, blanks)


def _whole(value: object) -> int:
    if isinstance(value, str):
        value = value.strip().replace("\u202f", "").replace("\xa0", "").replace(" ", "")
        if value.isascii() and value.isdigit() and len(value) <= 7:
            return int(value)
    elif isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 9_999_999:
        return value
    raise KeyedRefused("keyed_not_a_number", value=str(value)[:40])
