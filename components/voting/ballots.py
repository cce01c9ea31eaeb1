"""What a ballot may say: well-formed or refused, before anything is written."""

import json
from collections.abc import Mapping
from typing import Any

from components.voting.question import Question

Choice = tuple[str, ...]


class BallotRefused(ValueError):
    """The ballot is not valid for this question. `key` names the sentence in the locale area `phone`."""

    def __init__(self, key: str, /, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


POINTED = frozenset({"dots", "budget"})
GRADED = frozenset({"grades", "majority_judgment"})
VALUED = POINTED | GRADED | {"score"}
"""Methods whose ballot gives a value to each option."""


def read_choice(question: Question, raw: Any) -> Choice:
    """Checked, canonical choice, by method:

    - one or several options: their ids, in the question's order; an empty one is blank where several are allowed;
    - ranking: ids, preferred first, the rest unranked; an empty one is blank;
    - dots, budget, score, grades, majority judgment: `option=value`, in the question's order; points of 0 are
      dropped, a score of 0 is kept; an empty one is blank.

    `raw`: one option id, a list of them, or a mapping of option id to value. Raises `BallotRefused` otherwise.
    """
    if question.method in VALUED:
        return _read_values(question, raw)
    picked = [raw] if isinstance(raw, str) else raw
    if not isinstance(picked, list) or not all(isinstance(item, str) for item in picked):
        raise BallotRefused("malformed")
    chosen = set(picked)
    if len(chosen) != len(picked):
        raise BallotRefused("malformed")
    if not chosen <= set(question.option_ids):
        raise BallotRefused("unknown_option")
    if question.method == "ranking":
        return tuple(picked)
    if len(chosen) > question.max_choices:
        raise BallotRefused("too_many", most=question.max_choices)
    if not chosen and not question.several:
        raise BallotRefused("nothing_chosen")
    if chosen & question.blank_ids and len(chosen) > 1:
        raise BallotRefused("blank_and_more")
    return tuple(option for option in question.option_ids if option in chosen)


def _read_values(question: Question, raw: Any) -> Choice:
    if raw == []:  # a blank ballot, as the other methods say it
        raw = {}
    if not isinstance(raw, Mapping) or not all(isinstance(option, str) for option in raw):
        raise BallotRefused("malformed")
    if not set(raw) <= set(question.option_ids):
        raise BallotRefused("unknown_option")
    if question.method in GRADED:
        if not all(isinstance(grade, str) for grade in raw.values()):
            raise BallotRefused("malformed")
        if not set(raw.values()) <= set(question.grade_ids):
            raise BallotRefused("unknown_grade")
        return tuple(f"{option}={raw[option]}" for option in question.option_ids if option in raw)
    if not all(isinstance(value, int) and not isinstance(value, bool) for value in raw.values()):
        raise BallotRefused("malformed")
    most = question.scale if question.method == "score" else question.cap
    if any(not 0 <= value <= most for value in raw.values()):
        raise BallotRefused("value_out_of_range", most=most)
    if question.method in POINTED and sum(raw.values()) > question.points:
        raise BallotRefused("too_many_points", most=question.points)
    kept = [option for option in question.option_ids if option in raw]
    if question.method in POINTED:
        kept = [option for option in kept if raw[option]]
    return tuple(f"{option}={raw[option]}" for option in kept)


def choice_values(choice: Choice) -> dict[str, str]:
    """Option id → value, of a choice of a method in `VALUED`."""
    return dict(part.split("=", 1) for part in choice)


def choice_to_json(question: Question, choice: Choice) -> list[str] | dict[str, Any]:
    """The choice as a phone says it: a list of ids, or a mapping of option to grade or number."""
    if question.method not in VALUED:
        return list(choice)
    values = choice_values(choice)
    return (
        dict(values)
        if question.method in GRADED
        else {option: int(value) for option, value in values.items()}
    )


def is_blank(question: Question, choice: Choice) -> bool:
    """Whether a ballot expresses nothing: an empty one, or the blank answer."""
    return not choice or bool(set(choice) & question.blank_ids)


def write_choice(choice: Choice) -> str:
    """The stored form of a choice (JSON list)."""
    return json.dumps(list(choice), ensure_ascii=False, separators=(",", ":"))


def load_choice(text: str) -> Choice:
    """Inverse of `write_choice`."""
    return tuple(json.loads(text))
