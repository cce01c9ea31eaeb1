"""A question put to the room, as frozen when its vote opens."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

CHANNELS = ("phone", "hands", "paper")
BLANK = "blank"


@dataclass(frozen=True)
class Option:
    """One possible answer. `role` is 'blank' or 'no_opinion' where the answer is not a choice."""

    id: str
    label: Mapping[str, str]
    role: str = ""

    def text(self, lang: str) -> str:
        return self.label.get(lang) or self.label["fr"]


@dataclass(frozen=True)
class Question:
    """What is asked, of whom, how it is answered and counted. Never changes once its vote is open.

    pairs_with: the earlier question this one is compared with; pair: the name both share (that question's id).
    """

    id: str
    method: str
    title: Mapping[str, str]
    options: tuple[Option, ...]
    max_choices: int = 1
    order: str = "as_written"
    who: tuple[str, ...] = ("citizen", "elected", "officer", "press")
    channels: tuple[str, ...] = CHANNELS
    hidden_until: str = "shown"
    pairs_with: str = ""
    pair: str = ""

    def text(self, lang: str) -> str:
        return self.title.get(lang) or self.title["fr"]

    @property
    def option_ids(self) -> tuple[str, ...]:
        return tuple(option.id for option in self.options)

    @property
    def blank_ids(self) -> frozenset[str]:
        return frozenset(option.id for option in self.options if option.role == BLANK)

    @property
    def several(self) -> bool:
        """Several choices on one ballot: keyed counts then need the number of slips."""
        return self.max_choices > 1


def question_to_dict(question: Question) -> dict[str, Any]:
    """JSON-able form, as kept in the log."""
    return {
        "id": question.id,
        "method": question.method,
        "title": dict(question.title),
        "options": [{"id": o.id, "label": dict(o.label), "role": o.role} for o in question.options],
        "max_choices": question.max_choices,
        "order": question.order,
        "who": list(question.who),
        "channels": list(question.channels),
        "hidden_until": question.hidden_until,
        "pairs_with": question.pairs_with,
        "pair": question.pair,
    }


def question_from_dict(data: Mapping[str, Any]) -> Question:
    """Inverse of `question_to_dict`."""
    return Question(
        id=data["id"],
        method=data["method"],
        title=data["title"],
        options=tuple(Option(o["id"], o["label"], o.get("role", "")) for o in data["options"]),
        max_choices=data["max_choices"],
        order=data["order"],
        who=tuple(data["who"]),
        channels=tuple(data["channels"]),
        hidden_until=data["hidden_until"],
        pairs_with=data["pairs_with"],
        pair=data["pair"],
    )
