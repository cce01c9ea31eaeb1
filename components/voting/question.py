"""A question put to the room, as frozen when its vote opens."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

CHANNELS = ("phone", "hands", "cards", "paper")
"""Ways of handing in a ballot that a question may allow."""

COLLEGES = ("citizen", "elected", "officer", "press")
BLANK = "blank"
MOST_SHOWN = 20
"""The highest score that is picked among all of them; above it, a score is written in figures."""


@dataclass(frozen=True)
class Option:
    """One possible answer. `role` is 'blank' or 'no_opinion' where the answer is not a choice.

    cost: euros, for a budget.
    """

    id: str
    label: Mapping[str, str]
    role: str = ""
    cost: int = 0

    def text(self, lang: str) -> str:
        return self.label.get(lang) or self.label["fr"]


@dataclass(frozen=True)
class Rule:
    """What was announced before the vote: the turnout and the share needed, both in percent; 0 asks for nothing.

    turnout: ballots of the room or more, of the people present; threshold: the first option's share or more, `of` the
    votes cast (blank ballots left out) or of all ballots.
    """

    turnout: float = 0.0
    threshold: float = 0.0
    of: str = "votes_cast"

    def __bool__(self) -> bool:
        return bool(self.turnout or self.threshold)


@dataclass(frozen=True)
class Question:
    """What is asked, of whom, how it is answered and counted. Never changes once its vote is open.

    pairs_with: the earlier question this one is compared with; pair: the name both share (that question's id).
    grades: best to worst; points: what a ballot may give in all; cap: what it may give one option;
    scale: the highest score; budget: euros to spend; counting: how rankings are counted.
    """

    id: str
    method: str
    title: Mapping[str, str]
    options: tuple[Option, ...]
    max_choices: int = 1
    order: str = "as_written"
    who: tuple[str, ...] = COLLEGES
    channels: tuple[str, ...] = CHANNELS
    hidden_until: str = "shown"
    pairs_with: str = ""
    pair: str = ""
    grades: tuple[Option, ...] = ()
    points: int = 0
    cap: int = 0
    scale: int = 0
    budget: int = 0
    counting: str = ""
    rule: Rule = Rule()
    by_college: bool = False

    def text(self, lang: str) -> str:
        return self.title.get(lang) or self.title["fr"]

    @property
    def option_ids(self) -> tuple[str, ...]:
        return tuple(option.id for option in self.options)

    @property
    def blank_ids(self) -> frozenset[str]:
        return frozenset(option.id for option in self.options if option.role == BLANK)

    @property
    def grade_ids(self) -> tuple[str, ...]:
        """Best to worst."""
        return tuple(grade.id for grade in self.grades)

    @property
    def asks_college(self) -> bool:
        """Whether a ballot must say whose it is: citizen, elected member, officer or press."""
        return self.by_college or set(self.who) != set(COLLEGES)

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
        "options": [_option_to_dict(option) for option in question.options],
        "max_choices": question.max_choices,
        "order": question.order,
        "who": list(question.who),
        "channels": list(question.channels),
        "hidden_until": question.hidden_until,
        "pairs_with": question.pairs_with,
        "pair": question.pair,
        "grades": [_option_to_dict(grade) for grade in question.grades],
        "points": question.points,
        "cap": question.cap,
        "scale": question.scale,
        "budget": question.budget,
        "counting": question.counting,
        "rule": asdict(question.rule),
        "by_college": question.by_college,
    }


def _option_to_dict(option: Option) -> dict[str, Any]:
    return {"id": option.id, "label": dict(option.label), "role": option.role, "cost": option.cost}


def question_from_dict(data: Mapping[str, Any]) -> Question:
    """Inverse of `question_to_dict`; what an older version did not write has its default."""
    return Question(
        id=data["id"],
        method=data["method"],
        title=data["title"],
        options=_options_from(data["options"]),
        max_choices=data["max_choices"],
        order=data["order"],
        who=tuple(data["who"]),
        channels=tuple(data["channels"]),
        hidden_until=data["hidden_until"],
        pairs_with=data["pairs_with"],
        pair=data["pair"],
        grades=_options_from(data.get("grades", [])),
        points=data.get("points", 0),
        cap=data.get("cap", 0),
        scale=data.get("scale", 0),
        budget=data.get("budget", 0),
        counting=data.get("counting", ""),
        rule=Rule(**data.get("rule", {})),
        by_college=data.get("by_college", False),
    )


def _options_from(rows: Iterable[Mapping[str, Any]]) -> tuple[Option, ...]:
    return tuple(Option(o["id"], o["label"], o.get("role", ""), o.get("cost", 0)) for o in rows)
