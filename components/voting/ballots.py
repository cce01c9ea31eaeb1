"""What a ballot may say: well-formed or refused, before anything is written."""

import json
from typing import Any

from components.voting.question import Question

Choice = tuple[str, ...]


class BallotRefused(ValueError):
    """The ballot is not valid for this question. `key` names the sentence in the locale area `phone`."""

    def __init__(self, key: str, /, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


def read_choice(question: Question, raw: Any) -> Choice:
    """Checked, canonical choice: option ids without repetition, in the question's order.

    `raw` is one option id or a list of them; an empty list is a blank ballot where several choices are
    allowed. Raises `BallotRefused` for anything else.
    """
    picked = [raw] if isinstance(raw, str) else raw
    if not isinstance(picked, list) or not all(isinstance(item, str) for item in picked):
        raise BallotRefused("malformed")
    chosen = set(picked)
    if len(chosen) != len(picked):
        raise BallotRefused("malformed")
    if not chosen <= set(question.option_ids):
        raise BallotRefused("unknown_option")
    if len(chosen) > question.max_choices:
        raise BallotRefused("too_many", most=question.max_choices)
    if not chosen and not question.several:
        raise BallotRefused("nothing_chosen")
    if chosen & question.blank_ids and len(chosen) > 1:
        raise BallotRefused("blank_and_more")
    return tuple(option for option in question.option_ids if option in chosen)


def write_choice(choice: Choice) -> str:
    """The stored form of a choice (JSON list)."""
    return json.dumps(list(choice), ensure_ascii=False, separators=(",", ":"))


def load_choice(text: str) -> Choice:
    """Inverse of `write_choice`."""
    return tuple(json.loads(text))
