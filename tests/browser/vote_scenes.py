"""Votes of every kind as the public screen is told of them, really counted, and a page that draws them alone."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from components.look.i18n import texts
from components.meeting.poll import Poll
from components.meeting.results import method_label, option_words, result, rule_label
from components.scenario.view import scenario_css, scenario_esm
from components.screen.joining import joining
from components.screen.view import DRAWING, DRAWING_CSS
from components.voting.ballots import Choice
from components.voting.question import Option, Question, Rule
from components.voting.tally import tally

SIX = (
    "Moins de déplacements en voiture",
    "Rénover 3\u202f000 logements par an",
    "Chaleur et électricité produites ici",
    "Moins de viande dans les cantines, plus de produits d’ici",
    "Un plan vélo pour toutes les communes",
    "Ne rien changer avant 2030",
)
TWELVE = tuple(f"{label}, variante {v}" for label in SIX for v in (1, 2))
MERITS = {
    "very_good": "Très bien",
    "good": "Bien",
    "fairly_good": "Assez bien",
    "passable": "Passable",
    "insufficient": "Insuffisant",
    "reject": "À rejeter",
}
CONSENT = (
    ("consent", "Je consens", ""),
    ("aside", "Je m’abstiens", "blank"),
    ("objection", "J’ai une objection", ""),
)
BALLOTS = 121


def screen_html() -> str:
    """A page with the stage alone: `paint(scene, lang)` draws; no server, no socket."""
    setups = {
        lang: {
            "slug": "",
            "lang": lang,
            "texts": texts("screen", lang),
            "scenario_texts": texts("scenario", lang),
        }
        for lang in ("fr", "en")
    }
    style = "\n".join(scenario_css(*DRAWING_CSS))
    return f"""<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>Écran</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>{style}</style></head>
<body><main><div class="whole-screen" id="screen"></div></main>
<script>{scenario_esm(*DRAWING)}
const SETUPS = {json.dumps(setups)}
const size = {{ width: () => innerWidth, height: () => innerHeight }}
const stage = makeStage(document.getElementById("screen"), size)
window.paint = (scene, lang) => {{ stage.setup(SETUPS[lang]); stage.paint(scene) }}
window.repaint = (scene) => stage.paint(scene)
</script></body></html>"""


def options(labels: Sequence[str], cost: bool = False) -> tuple[Option, ...]:
    return tuple(
        Option(f"o{i}", {"fr": label, "en": label}, cost=60_000 + 1_000 * i if cost else 0)
        for i, label in enumerate(labels)
    )


def asked(method: str, title: str, labels: Sequence[str] = SIX, **more: Any) -> Question:
    return Question("q", method, {"fr": title, "en": title}, options(labels, method == "budget"), **more)


def scene(
    question: Question, ballots: Iterable[Choice], lang: str = "fr", state: str = "closed", **more: Any
) -> dict[str, Any]:
    """A public scene whose body is this vote, counted; `more` goes into the body. A third of it is on paper."""
    all_of_them = list(ballots)
    third = len(all_of_them) // 3
    whole = {("paper", ""): Counter(all_of_them[:third]), ("phone", ""): Counter(all_of_them[third:])}
    if question.by_college:
        parts = {"citizen": (0, 80), "elected": (80, 104), "officer": (104, 118), "press": (118, None)}
        whole = {("phone", one): Counter(all_of_them[a:b]) for one, (a, b) in parts.items()}
    counted = tally(question, whole, present=130, struck=2)
    poll = Poll("q", question, state, 0.0, "vote", shown=True)
    labels = [option_words(option, lang) for option in question.options]
    body = {
        "kind": "vote",
        "poll": "q",
        "title": question.text(lang),
        "method": question.method,
        "method_label": method_label(question, lang),
        "rule": rule_label(question, lang),
        "order": "Réponses dans l’ordre annoncé",
        "options": labels,
        "state": state,
        "shown": True,
        "received": counted.ballots,
        "result": result(poll, counted, lang),
        "before": None,
        "objections": [],
        "method_on": False,
        **more,
    }
    return {
        "version": 3,
        "meeting": {"code": "AB23", "title": "Débat citoyen", "territory": "", "closed": False},
        "step": {"id": "vote", "kind": "vote", "title": body["title"], "index": 1, "count": 3},
        "timer": {"left": 720, "running": True, "planned": 900},
        "joined": 84,
        "present": 130,
        "join": joining("http://192.168.1.10:5007", "AB23", {"CORDEE_WIFI": "Cordee-salle"}),
        "body": body,
    }


def majority_judgment(labels: Sequence[str] = SIX, ballots: int = BALLOTS, **more: Any) -> dict[str, Any]:
    question = asked(
        "majority_judgment",
        "Quelle trajectoire d’ici 2046\u202f?",
        labels,
        grades=tuple(Option(one, {"fr": words, "en": words}) for one, words in MERITS.items()),
        rule=Rule(turnout=50),
    )
    ids = list(MERITS)
    return scene(
        question,
        [
            tuple(
                f"o{i}={ids[(voter * (i + 3) + voter // 7) % 6 * (i + 2) // (len(labels) + 1)]}"
                for i in range(len(labels))
            )
            for voter in range(ballots)
        ],
        **more,
    )


def score(**more: Any) -> dict[str, Any]:
    question = asked("score", "Quelle note pour chaque piste\u202f?", scale=10)
    given = [
        tuple(f"o{i}={max(0, min(10, 9 - i + (voter * (i + 5)) % 7 - 3))}" for i in range(6))
        for voter in range(BALLOTS)
    ]
    return scene(question, given, **more)


def ranking(counting: str, labels: Sequence[str] = SIX, **more: Any) -> dict[str, Any]:
    question = asked("ranking", "Par quoi commencer\u202f?", labels, counting=counting)
    n = len(labels)
    given = [
        tuple(f"o{(voter * voter + i * (1 + voter % 2 * (n - 2))) % n}" for i in range(2 + voter % (n - 1)))
        for voter in range(BALLOTS)
    ]
    return scene(question, [tuple(dict.fromkeys(choice)) for choice in given], **more)


def budget(projects: int, funded: int, **more: Any) -> dict[str, Any]:
    labels = [f"Aménagement cyclable et piéton de l’avenue n° {i + 1}" for i in range(projects)]
    question = asked(
        "budget", "Quels projets financer\u202f?", labels, points=7, cap=3, budget=funded * 73_000
    )
    given = [
        tuple(f"o{(voter * (k + 1) + voter // 5) % projects}={3 - k}" for k in range(3))
        for voter in range(BALLOTS)
    ]
    return scene(
        question,
        [tuple(dict(map(lambda part: (part.split("=")[0], part), choice)).values()) for choice in given],
        **more,
    )


def consent(objections: int = 3, still_open: int = 1, **more: Any) -> dict[str, Any]:
    recorded = [
        {
            "id": f"x{i}",
            "words": f"Les horaires d’hiver ne vont pas à qui travaille de nuit ou le dimanche ({i + 1})",
            "lifted": i >= still_open,
            "how": "" if i < still_open else "essai de trois mois, bilan en mars",
        }
        for i in range(objections)
    ]
    question = Question(
        "q",
        "consent",
        {"fr": "Adoptons-nous la charte des horaires\u202f?"},
        tuple(Option(one, {"fr": words}, role) for one, words, role in CONSENT),
    )
    given = [
        ("objection",) if v % 11 == 0 else ("aside",) if v % 8 == 0 else ("consent",) for v in range(BALLOTS)
    ]
    return scene(question, given, objections=recorded, **more)


def dots(ballots: int = BALLOTS, **more: Any) -> dict[str, Any]:
    question = asked("dots", "Quels freins\u202f?", points=3, cap=2)
    given = [(f"o{v % 6 * (v % 3) // 2}=2", f"o{5 - v % 2}=1") for v in range(ballots)]
    return scene(question, given, **more)


def single(count: int, by_college: bool = False, **more: Any) -> dict[str, Any]:
    labels = [f"Réponse numéro {i + 1}, assez longue pour aller à la ligne" for i in range(count)]
    question = asked("single", "Laquelle\u202f?", labels, by_college=by_college)
    return scene(question, [(f"o{v * v % count}",) for v in range(BALLOTS)], **more)


def pending(state: str, made: dict[str, Any]) -> dict[str, Any]:
    """The same vote before its result is shown."""
    received = 0 if state == "draft" else 97
    return {
        **made,
        "body": {**made["body"], "state": state, "result": None, "shown": False, "received": received},
    }


def every() -> dict[str, dict[str, Any]]:
    """Every drawing with ordinary and with crowded content."""
    return {
        "profile": majority_judgment(),
        "profile-method": majority_judgment(method_on=True),
        "profile-12": majority_judgment(TWELVE),
        "scores": score(),
        "transfers": ranking("instant_runoff"),
        "transfers-12": ranking("instant_runoff", TWELVE),
        "duels": ranking("schulze"),
        "duels-12": ranking("schulze", TWELVE),
        "budget-6": budget(6, 4),
        "budget-30": budget(30, 12),
        "budget-30-funded": budget(30, 26),
        "consent": consent(),
        "consent-12": consent(12, 2),
        "dots": dots(60),
        "dots-many": dots(),
        "single-colleges": single(5, by_college=True),
        "single-20": single(20),
        "single-60": single(60),
        "draft-6": pending("draft", single(6)),
        "draft-30": pending("draft", budget(30, 12)),
        "open-60": pending("open", single(60)),
    }
