"""The run sheet (déroulé): what happens when. Read from YAML, checked whole, with file and line for each fault."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from components.look.i18n import t
from components.meeting.located import Located, LocatedError, read_yaml
from components.meeting.sheet_questions import QuestionsReader
from components.meeting.sheet_reader import Fault, RunSheetError, Text
from components.scenario.names import lever_ids
from components.territory.pack import list_territories
from components.voting.question import Question

__all__ = [
    "Card",
    "Fault",
    "Promise",
    "RunSheet",
    "RunSheetError",
    "Statement",
    "Step",
    "Text",
    "load_run_sheet",
    "pick",
]

PAIRABLE = ("yes_no_blank", "single", "approval")
"""Methods whose two votes can be crossed, answer by answer."""

KINDS = ("welcome", "vote", "card", "scenario", "tables", "floor", "pause", "close")
LEVELS = ("information", "consultation", "concertation", "co-construction", "codécision")


@dataclass(frozen=True)
class Promise:
    """What becomes of the room's opinion: level of participation, who decides, when, what is open to change."""

    level: str
    decides: str
    when: str
    negotiable: str = ""
    not_negotiable: str = ""


@dataclass(frozen=True)
class Statement:
    text: Text
    source: str = ""


@dataclass(frozen=True)
class Card:
    """What is established, debated, unknown; the first two with their sources."""

    established: tuple[Statement, ...]
    debated: tuple[Statement, ...]
    unknown: tuple[Statement, ...]


@dataclass(frozen=True)
class Step:
    """One step. `text` is public; `notes` are private and never leave the console."""

    id: str
    kind: str
    minutes: int
    title: Text
    text: Text = field(default_factory=dict)
    notes: Text = field(default_factory=dict)
    question: str = ""
    card: str = ""
    levers: tuple[str, ...] = ()


@dataclass(frozen=True)
class RunSheet:
    """A checked run sheet."""

    title: Text
    territory: str
    starts: dt.datetime | None
    ends: dt.datetime | None
    language: str
    promise: Promise | None
    steps: tuple[Step, ...]
    questions: Mapping[str, Question]
    cards: Mapping[str, Card]

    def step(self, step_id: str) -> Step | None:
        return next((step for step in self.steps if step.id == step_id), None)

    def index(self, step_id: str) -> int:
        """Place of a step; the first one for an empty or unknown id."""
        return next((i for i, step in enumerate(self.steps) if step.id == step_id), 0)

    @property
    def minutes(self) -> int:
        return sum(step.minutes for step in self.steps)


def pick(text: Text, lang: str) -> str:
    """The text in that language, else in French, else in whichever there is."""
    return text.get(lang) or text.get("fr") or next(iter(text.values()), "")


def load_run_sheet(source: str, file: str = "déroulé", kept: bool = False) -> RunSheet:
    """Read and check the YAML text; `kept`: that of a meeting in the store or an archive. Raises `RunSheetError` with
    every fault found.
    """
    reader = _Reader(file, kept)
    try:
        root = read_yaml(source)
    except LocatedError as error:
        raise RunSheetError(
            [Fault(file, error.line, t(f"meeting.yaml_{error.key}", "fr", **error.values))]
        ) from None
    sheet = reader.sheet(root)
    if reader.faults or sheet is None:
        raise RunSheetError(sorted(reader.faults, key=lambda fault: fault.line))
    return sheet


class _Reader(QuestionsReader):
    """Reads a whole run sheet."""

    def sheet(self, root: Located) -> RunSheet | None:
        top = self.mapping(
            root, "le déroulé", {"meeting", "steps", "questions", "cards"}, {"meeting", "steps"}
        )
        if "meeting" not in top or "steps" not in top:
            return None
        meeting = self.mapping(
            top["meeting"],
            "meeting",
            {"title", "territory", "starts", "ends", "language", "promise"},
            {"title", "territory"},
        )
        promise = self.promise(meeting.get("promise"))
        cards = self.cards(top.get("cards"))
        questions = self.questions(top.get("questions"), promise is not None)
        steps, pairs = self.steps(top["steps"], questions, cards)
        for question_id, (first, node) in pairs.items():
            second = questions.get(question_id)
            before = questions.get(first)
            if second is None or before is None:
                self.fault(node, "sheet_unknown_question", value=first)
            elif first == question_id:
                self.fault(node, "sheet_pair_itself", value=first)
            elif before.method not in PAIRABLE:
                self.fault(node, "sheet_pair_method", value=before.method)
            elif before.option_ids != second.option_ids or before.method != second.method:
                self.fault(node, "sheet_pair_differs", first=first, second=question_id)
            else:
                questions[question_id] = replace(second, pairs_with=first, pair=first)
                questions[first] = replace(before, pair=first)
        starts, ends = (self.moment(meeting.get(key), key) for key in ("starts", "ends"))
        planned = sum(step.minutes for step in steps)
        if starts and ends:
            stated = round((ends - starts).total_seconds() / 60)
            if stated != planned:
                self.fault(meeting["ends"], "sheet_durations", planned=planned, stated=stated)
        if not steps:
            self.fault(top["steps"], "sheet_no_steps")
        territory = self.word(meeting.get("territory"), "territory", 80)
        if territory and territory not in list_territories():
            self.fault(
                meeting["territory"],
                "sheet_no_territory",
                value=territory,
                known=", ".join(list_territories()),
            )
        return RunSheet(
            title=self.text(meeting.get("title"), "title", 160),
            territory=territory,
            starts=starts,
            ends=ends,
            language=self.choice(meeting.get("language"), "language", ("fr", "en"), "fr"),
            promise=promise,
            steps=tuple(steps),
            questions=questions,
            cards=cards,
        )

    def moment(self, node: Located | None, what: str) -> dt.datetime | None:
        if node is None:
            return None
        value = node.value
        if isinstance(value, str):
            try:
                value = dt.datetime.fromisoformat(value)
            except ValueError:
                value = None
        if not isinstance(value, dt.datetime):
            self.fault(node, "sheet_not_a_moment", what=what)
            return None
        return value if value.tzinfo else value.astimezone()

    def promise(self, node: Located | None) -> Promise | None:
        if node is None:
            return None
        parts = self.mapping(
            node,
            "promise",
            {"level", "decides", "when", "negotiable", "not_negotiable"},
            {"level", "decides", "when"},
        )
        return Promise(
            level=self.choice(parts.get("level"), "level", LEVELS, "consultation"),
            decides=self.word(parts.get("decides"), "decides"),
            when=self.word(parts.get("when"), "when"),
            negotiable=self.word(parts.get("negotiable"), "negotiable"),
            not_negotiable=self.word(parts.get("not_negotiable"), "not_negotiable"),
        )

    def cards(self, node: Located | None) -> dict[str, Card]:
        found = {}
        for card_id, child in self.named(node, "cards"):
            parts = self.mapping(child, f"cards.{card_id}", {"established", "debated", "unknown"}, set())
            columns = {
                name: tuple(
                    self.statement(item, f"{card_id}.{name}", name != "unknown")
                    for item in self.items(parts.get(name), name)
                )
                for name in ("established", "debated", "unknown")
            }
            if not any(columns.values()):
                self.fault(child, "sheet_empty_card", value=card_id)
            found[card_id] = Card(**columns)
        return found

    def statement(self, node: Located, what: str, sourced: bool) -> Statement:
        parts = self.mapping(node, what, {"fr", "en", "source"}, {"fr", "source"} if sourced else {"fr"})
        words: dict[str, str] = {
            lang: self.text(parts[lang], what, 400).get("fr", "") for lang in ("fr", "en") if lang in parts
        }
        return Statement(words, self.word(parts.get("source"), "source", 300))

    def steps(
        self, node: Located, questions: Mapping[str, Question], cards: Mapping[str, Card]
    ) -> tuple[list[Step], dict[str, tuple[str, Located]]]:
        allowed = {
            "id",
            "kind",
            "minutes",
            "title",
            "text",
            "notes",
            "question",
            "card",
            "levers",
            "pairs_with",
        }
        found: list[Step] = []
        pairs: dict[str, tuple[str, Located]] = {}
        for child in self.items(node, "steps"):
            parts = self.mapping(child, "steps", allowed, {"id", "kind", "minutes"})
            if "id" not in parts:
                continue
            step_id = self.identifier(parts["id"], parts["id"].value)
            if step_id in {step.id for step in found}:
                self.fault(child, "sheet_duplicate", value=step_id)
            kind = self.choice(parts.get("kind"), "kind", KINDS, "pause")
            question = self.reference(
                parts, "question", kind == "vote", questions, child, "sheet_unknown_question"
            )
            card = self.reference(parts, "card", kind == "card", cards, child, "sheet_unknown_card")
            levers = tuple(
                lever
                for item in self.items(parts.get("levers"), "levers")
                if (lever := self.identifier(item, item.value))
            )
            for item in self.items(parts.get("levers"), "levers"):
                if lever_ids() and item.value not in lever_ids():
                    self.fault(item, "sheet_unknown_lever", value=str(item.value)[:60])
            if "pairs_with" in parts:
                pairs[question] = (str(parts["pairs_with"].value), parts["pairs_with"])
            title = self.text(parts.get("title"), "title", 160)
            if not title and question in questions:
                title = dict(questions[question].title)
            found.append(
                Step(
                    id=step_id,
                    kind=kind,
                    minutes=self.whole(parts.get("minutes"), "minutes", 0, 600, 0),
                    title=title
                    or {"fr": t(f"meeting.kind_{kind}", "fr"), "en": t(f"meeting.kind_{kind}", "en")},
                    text=self.text(parts.get("text"), "text", 1200),
                    notes=self.text(parts.get("notes"), "notes", 4000),
                    question=question,
                    card=card,
                    levers=levers,
                )
            )
        return found, pairs

    def reference(
        self,
        parts: dict[str, Located],
        key: str,
        expected: bool,
        known: Mapping[str, object],
        step: Located,
        complaint: str,
    ) -> str:
        if key not in parts:
            if expected:
                self.fault(step, "sheet_missing_key", key=key, what="steps")
            return ""
        value = str(parts[key].value)
        if not expected:
            self.fault(parts[key], "sheet_misplaced", key=key)
        elif value not in known:
            self.fault(parts[key], complaint, value=value[:60])
        return value
