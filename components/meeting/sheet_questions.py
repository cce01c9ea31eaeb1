"""The questions of a run sheet: what each method needs is there, and nothing that it does not know."""

from collections.abc import Iterable
from typing import Any

from components.look.i18n import LANGUAGES
from components.meeting.located import Located
from components.meeting.sheet_reader import Reader
from components.voting.answers import COUNTINGS, FIXED_OPTIONS, channels_of, completed
from components.voting.methods import METHODS
from components.voting.question import COLLEGES, Option, Question, Rule

EVERY_METHOD = {
    "method",
    "title",
    "options",
    "order",
    "who",
    "channels",
    "hidden_until",
    "rule",
    "by_college",
}
ONLY = {
    "max": ("approval",),
    "dots": ("dots",),
    "per_option": ("dots", "budget"),
    "grades": ("grades",),
    "counting": ("ranking",),
    "scale": ("score",),
    "budget": ("budget",),
    "points": ("budget",),
}
"""Keys that only some methods know."""

SHARED = ("yes_no_blank", "single", "approval", "consent")
"""Methods of which one option has a share of the votes, which a threshold can be set against."""

MOST_EUROS = 10_000_000_000


class QuestionsReader(Reader):
    """Reads the section `questions`."""

    def questions(self, node: Located | None, promised: bool) -> dict[str, Question]:
        found = {}
        for question_id, child in self.named(node, "questions"):
            if not promised:
                self.fault(child, "sheet_no_promise", value=question_id)
            question = self.question(question_id, child)
            if question is not None:
                found[question_id] = question
        return found

    def question(self, question_id: str, node: Located) -> Question | None:
        parts = self.mapping(node, f"questions.{question_id}", EVERY_METHOD | set(ONLY), {"method", "title"})
        named = parts["method"].value if "method" in parts else None
        if named not in METHODS:
            if "method" in parts:
                self.fault(
                    parts["method"], "sheet_unknown_method", value=str(named)[:60], known=", ".join(METHODS)
                )
            return None
        method = str(named)
        for key, methods in ONLY.items():
            if key in parts and method not in methods:
                self.fault(
                    parts[key], f"sheet_{'max' if key == 'max' else 'key'}_given", key=key, value=method
                )
        options = self.options(parts.get("options"), question_id, method)
        if method in FIXED_OPTIONS:
            if "options" in parts:
                self.fault(parts["options"], "sheet_options_given", value=method)
            options = ()
        elif len(options) < 2:
            self.fault(parts.get("options", node), "sheet_few_options", value=question_id)
        elif not self.kept and all(option.role for option in options):
            self.fault(parts.get("options", node), "sheet_no_choice", value=question_id)
        return completed(
            Question(
                id=question_id,
                method=method,
                title=self.text(parts.get("title"), "title", 300),
                options=options,
                order=self.choice(parts.get("order"), "order", ("drawn", "as_written"), "as_written"),
                who=self.subset(parts.get("who"), "who", COLLEGES),
                channels=self.channels(parts.get("channels"), method),
                hidden_until=self.choice(
                    parts.get("hidden_until"), "hidden_until", ("shown", "live"), "shown"
                ),
                rule=self.rule(parts.get("rule"), method),
                by_college=self.flag(parts.get("by_college"), "by_college"),
                **self.of_method(method, parts, node, options),
            )
        )

    def of_method(
        self, method: str, parts: dict[str, Located], node: Located, options: tuple[Option, ...]
    ) -> dict[str, Any]:
        """What only this method needs."""
        if method == "approval":
            most = max(1, len(options))
            return {"max_choices": self.whole(parts.get("max"), "max", 1, most, most)}
        if method == "dots":
            points = self.whole(parts.get("dots"), "dots", 1, 100, 0)
            return {
                "points": points,
                "cap": self.whole(parts.get("per_option"), "per_option", 1, points or 3, 0),
            }
        if method == "grades":
            return {"grades": self.grades(parts.get("grades"))}
        if method == "ranking":
            return {"counting": self.choice(parts.get("counting"), "counting", COUNTINGS, "")}
        if method == "score":
            return {"scale": self.whole(parts.get("scale"), "scale", 1, 100, 0)}
        if method == "budget":
            if "budget" not in parts:
                self.fault(node, "sheet_missing_key", key="budget", what="questions")
            points = self.whole(parts.get("points"), "points", 1, 1000, 0)
            return {
                "budget": self.whole(parts.get("budget"), "budget", 1, MOST_EUROS, 0),
                "points": points,
                "cap": self.whole(parts.get("per_option"), "per_option", 1, points or 10, 0),
            }
        return {}

    def grades(self, node: Located | None) -> tuple[Option, ...]:
        """Grades from best to worst: two to ten."""
        found = self.options(node, "grades", "") if node is not None else ()
        if node is not None and not 2 <= len(found) <= 10:
            self.fault(node, "sheet_grades_number")
        return found

    def rule(self, node: Located | None, method: str) -> Rule:
        if node is None:
            return Rule()
        parts = self.mapping(node, "rule", {"turnout", "threshold", "of"}, set())
        if "threshold" in parts and method not in SHARED:
            self.fault(parts["threshold"], "sheet_no_threshold", value=method)
        return Rule(
            self.percent(parts.get("turnout"), "turnout"),
            self.percent(parts.get("threshold"), "threshold"),
            self.choice(parts.get("of"), "of", ("votes_cast", "ballots"), "votes_cast"),
        )

    def percent(self, node: Located | None, what: str) -> float:
        if node is None:
            return 0.0
        value = node.value
        if not isinstance(value, int | float) or isinstance(value, bool) or not 0 < value <= 100:
            self.fault(node, "sheet_not_percent", what=what)
            return 0.0
        return float(value)

    def flag(self, node: Located | None, what: str) -> bool:
        if node is not None and not isinstance(node.value, bool):
            self.fault(node, "sheet_not_allowed", what=what, value=str(node.value)[:60], known="true, false")
        return node is not None and node.value is True

    def channels(self, node: Located | None, method: str) -> tuple[str, ...]:
        known = channels_of(method)
        if node is not None and not METHODS[method].hands:
            for item in self.items(node, "channels"):
                if item.value == "hands":
                    self.fault(item, "sheet_no_hands", value=method)
                    return known
        return self.subset(node, "channels", known)

    def subset(self, node: Located | None, what: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
        if node is None:
            return allowed
        picked = [self.choice(item, what, allowed, "") for item in self.items(node, what)]
        return tuple(value for value in allowed if value in picked) or allowed

    def options(self, node: Located | None, question_id: str, method: str) -> tuple[Option, ...]:
        found: list[Option] = []
        for child in self.items(node, "options"):
            known = {"id", "fr", "en"} | ({"cost"} if method == "budget" else {"role"} if method else set())
            needed = {"id", "fr"} | ({"cost"} if method == "budget" else set())
            parts = self.mapping(child, f"{question_id}.options", known, needed)
            if "id" not in parts or "fr" not in parts:
                continue
            option_id = self.identifier(parts["id"], parts["id"].value)
            if option_id in {option.id for option in found}:
                self.fault(child, "sheet_duplicate", value=option_id)
            words: dict[str, str] = {
                lang: self.text(parts[lang], "option", 200).get("fr", "")
                for lang in ("fr", "en")
                if lang in parts
            }
            role = self.choice(parts.get("role"), "role", ("no_opinion", "blank"), "")
            cost = self.whole(parts.get("cost"), "cost", 1, MOST_EUROS, 0)
            option = Option(option_id, words, role, cost)
            if words.get("fr") and not self.kept and (same := _alike(option, found)):
                self.fault(child, "sheet_same_label", value=same, what=question_id)
            if option_id:
                found.append(option)
        if len(found) > 60:
            self.fault(node or Located(None, 1), "sheet_many_options", value=question_id)
        return tuple(found)


def _alike(option: Option, others: Iterable[Option]) -> str:
    """The words in which a voter could not tell this option from another, if any: capitals and spaces tell nothing."""
    for other in others:
        for lang in LANGUAGES:
            one, two = (" ".join(each.text(lang).split()).casefold() for each in (option, other))
            if one == two:
                return option.text(lang)
    return ""
