"""The run sheet (déroulé): what happens when. Read from YAML, checked whole, with file and line for each fault."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from components.look.i18n import t
from components.look.words import plain
from components.meeting.located import Located, LocatedError, read_yaml
from components.scenario.names import lever_ids
from components.territory.pack import list_territories
from components.voting.methods import METHODS
from components.voting.question import CHANNELS, Option, Question

KINDS = ("welcome", "vote", "card", "scenario", "tables", "floor", "pause", "close")
LEVELS = ("information", "consultation", "concertation", "co-construction", "codécision")
AUDIENCES = ("citizen", "elected", "officer", "press")
IDENTIFIER = re.compile(r"[a-z0-9][a-z0-9_.-]{0,59}")
LATER_METHODS = ("dots", "grades", "majority_judgment", "consent", "ranking", "score", "budget")

Text = Mapping[str, str]


@dataclass(frozen=True)
class Fault:
    """Why a run sheet is refused: where, and a sentence in French and English keys' words."""

    file: str
    line: int
    sentence: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.sentence}"


class RunSheetError(ValueError):
    """All the faults found in a run sheet."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


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


def load_run_sheet(source: str, file: str = "déroulé") -> RunSheet:
    """Read and check the YAML text. Raises `RunSheetError` with every fault found."""
    reader = _Reader(file)
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


class _Reader:
    """Walks the located document and collects faults instead of stopping at the first."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[Fault] = []

    def fault(self, node: Located, key: str, /, **values: object) -> None:
        self.faults.append(Fault(self.file, node.line, t(f"meeting.{key}", "fr", **values)))

    def mapping(self, node: Located, what: str, allowed: set[str], required: set[str]) -> dict[str, Located]:
        if not isinstance(node.value, dict):
            self.fault(node, "sheet_not_a_mapping", what=what)
            return {}
        for key, child in node.value.items():
            if key not in allowed:
                self.fault(
                    child, "sheet_unknown_key", key=str(key)[:60], what=what, known=", ".join(sorted(allowed))
                )
        for key in sorted(required - set(node.value)):
            self.fault(node, "sheet_missing_key", key=key, what=what)
        return {key: child for key, child in node.value.items() if key in allowed}

    def text(self, node: Located | None, what: str, most: int = 300) -> dict[str, str]:
        if node is None:
            return {}
        raw = node.value
        if isinstance(raw, dt.date):
            raw = raw.isoformat()
        if isinstance(raw, str | int | float) and not isinstance(raw, bool):
            raw = {"fr": Located(str(raw), node.line)}
        if not isinstance(raw, dict) or not raw:
            self.fault(node, "sheet_not_a_text", what=what)
            return {}
        found = {}
        for lang, child in raw.items():
            if lang not in ("fr", "en"):
                self.fault(child, "sheet_unknown_language", key=str(lang)[:20], what=what)
            elif not isinstance(child.value, str | int | float) or not str(child.value).strip():
                self.fault(child, "sheet_not_a_text", what=what)
            elif len(str(child.value)) > most:
                self.fault(child, "sheet_too_long", what=what, most=most)
            else:
                found[lang] = plain(str(child.value)).strip()
        if found and "fr" not in found:
            found["fr"] = next(iter(found.values()))
        return found

    def word(self, node: Located | None, what: str, most: int = 500) -> str:
        return self.text(node, what, most).get("fr", "") if node is not None else ""

    def choice(self, node: Located | None, what: str, allowed: tuple[str, ...], default: str) -> str:
        if node is None:
            return default
        if node.value not in allowed:
            self.fault(
                node, "sheet_not_allowed", what=what, value=str(node.value)[:60], known=", ".join(allowed)
            )
            return default
        return str(node.value)

    def identifier(self, node: Located, raw: Any) -> str:
        if not isinstance(raw, str) or not IDENTIFIER.fullmatch(raw):
            self.fault(node, "sheet_bad_id", value=str(raw)[:60])
            return ""
        return raw

    def whole(self, node: Located | None, what: str, least: int, most: int, default: int) -> int:
        if node is None:
            return default
        if not isinstance(node.value, int) or isinstance(node.value, bool) or not least <= node.value <= most:
            self.fault(node, "sheet_not_whole", what=what, least=least, most=most)
            return default
        return node.value

    def items(self, node: Located | None, what: str) -> list[Located]:
        if node is None:
            return []
        if not isinstance(node.value, list):
            self.fault(node, "sheet_not_a_list", what=what)
            return []
        return node.value

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

    def named(self, node: Located | None, what: str) -> list[tuple[str, Located]]:
        if node is None:
            return []
        if not isinstance(node.value, dict):
            self.fault(node, "sheet_not_a_mapping", what=what)
            return []
        return [(key, child) for key, child in node.value.items() if self.identifier(child, key)]

    def statement(self, node: Located, what: str, sourced: bool) -> Statement:
        parts = self.mapping(node, what, {"fr", "en", "source"}, {"fr", "source"} if sourced else {"fr"})
        words: dict[str, str] = {
            lang: self.text(parts[lang], what, 400).get("fr", "") for lang in ("fr", "en") if lang in parts
        }
        return Statement(words, self.word(parts.get("source"), "source", 300))

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
        allowed = {"method", "title", "options", "order", "who", "channels", "hidden_until", "max"}
        parts = self.mapping(node, f"questions.{question_id}", allowed, {"method", "title"})
        method = parts["method"].value if "method" in parts else None
        if method in LATER_METHODS:
            self.fault(parts["method"], "sheet_later_method", value=method, known=", ".join(METHODS))
            return None
        if method not in METHODS:
            if "method" in parts:
                self.fault(
                    parts["method"], "sheet_unknown_method", value=str(method)[:60], known=", ".join(METHODS)
                )
            return None
        options = self.options(parts.get("options"), question_id)
        if method in ("yes_no_blank", "commune"):
            if "options" in parts:
                self.fault(parts["options"], "sheet_options_given", value=method)
            options = YES_NO_BLANK if method == "yes_no_blank" else ()
        elif len(options) < 2:
            self.fault(parts.get("options", node), "sheet_few_options", value=question_id)
        most = 1
        if METHODS[str(method)].several:
            most = self.whole(parts.get("max"), "max", 1, max(1, len(options)), max(1, len(options)))
        elif "max" in parts:
            self.fault(parts["max"], "sheet_max_given", value=method)
        return Question(
            id=question_id,
            method=str(method),
            title=self.text(parts.get("title"), "title", 300),
            options=options,
            max_choices=most,
            order=self.choice(parts.get("order"), "order", ("drawn", "as_written"), "as_written"),
            who=self.subset(parts.get("who"), "who", AUDIENCES),
            channels=self.subset(parts.get("channels"), "channels", CHANNELS),
            hidden_until=self.choice(parts.get("hidden_until"), "hidden_until", ("shown", "live"), "shown"),
        )

    def subset(self, node: Located | None, what: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
        if node is None:
            return allowed
        picked = [self.choice(item, what, allowed, "") for item in self.items(node, what)]
        return tuple(value for value in allowed if value in picked) or allowed

    def options(self, node: Located | None, question_id: str) -> tuple[Option, ...]:
        found: list[Option] = []
        for child in self.items(node, "options"):
            parts = self.mapping(child, f"{question_id}.options", {"id", "fr", "en", "role"}, {"id", "fr"})
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
            if option_id:
                found.append(Option(option_id, words, role))
        if len(found) > 60:
            self.fault(node or Located(None, 1), "sheet_many_options", value=question_id)
        return tuple(found)

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


YES_NO_BLANK = (
    Option("yes", {"fr": "Oui", "en": "Yes"}),
    Option("no", {"fr": "Non", "en": "No"}),
    Option("blank", {"fr": "Blanc", "en": "Blank"}, "blank"),
)
