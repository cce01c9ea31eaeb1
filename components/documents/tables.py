"""A vote's result as tables of words: the same facts as the drawing on the screen, whole. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from components.look.i18n import t
from components.look.numbers import number, percent

Drawing = Mapping[str, Any]


@dataclass(frozen=True)
class Sheet:
    """A table: `head` names the columns, the first cell of each row names the row; `marked` rows came first."""

    caption: str
    head: list[str]
    rows: list[list[str]]
    marked: frozenset[int] = field(default_factory=frozenset)


def sheets(result: Mapping[str, Any], lang: str) -> list[Sheet]:
    """The tables of a result; none for bars, whose own table has them drawn, nor where nothing may be told."""
    drawing = result.get("drawing")
    make = TABLES.get(drawing["kind"]) if drawing else None
    found = make(drawing, lang) if make and drawing else []
    return [*found, *_colleges(result, lang)]


def _say(name: str, lang: str, **values: object) -> str:
    return t(f"minutes.{name}", lang, **values)


def _profile(drawing: Drawing, lang: str) -> list[Sheet]:
    ranked = any(row["rank"] for row in drawing["rows"])
    grades = [grade["label"] for grade in drawing["grades"]]
    head = [_say("answer", lang), *grades, _say("middle", lang), *([_say("rank", lang)] if ranked else [])]
    rows = []
    for row in drawing["rows"]:
        cells = [
            f"{number(n, lang, 0)} ({percent(share, lang)})"
            for n, share in zip(row["counts"], row["shares"], strict=True)
        ]
        place = [number(row["rank"], lang, 0)] if ranked else []
        rows.append([row["label"], *cells, row["median_label"] or "–", *place])
    return [Sheet(_say("profile", lang), head, rows, _first(drawing["rows"]))]


def _scores(drawing: Drawing, lang: str) -> list[Sheet]:
    scale = [str(score) for score in range(drawing["scale"] + 1)]
    head = [_say("answer", lang), _say("mean", lang), _say("sum", lang), *scale]
    rows = [
        [
            row["label"],
            row["mean_text"] or "–",
            number(row["sum"], lang, 0),
            *_numbers(row["distribution"], lang),
        ]
        for row in drawing["rows"]
    ]
    return [Sheet(_say("scores", lang), head, rows, _first(drawing["rows"]))]


def _transfers(drawing: Drawing, lang: str) -> list[Sheet]:
    rounds = drawing["rounds"]
    if not rounds:
        return []
    head = [_say("answer", lang), *(_say("round", lang, n=one["round"]) for one in rounds)]
    rows = []
    for i, first in enumerate(rounds[0]["rows"]):
        rows.append([first["label"], *(_transfer(one["rows"][i], lang) for one in rounds)])
    rows.append([_say("exhausted", lang), *(number(one["exhausted"], lang, 0) for one in rounds)])
    return [Sheet(_say("transfers", lang), head, rows)]


def _transfer(row: Mapping[str, Any], lang: str) -> str:
    if row["state"] == "out":
        return "–"
    gained = f" (+{number(row['gained'], lang, 0)})" if row["gained"] > 0 else ""
    state = f", {_say(row['state'], lang)}" if row["state"] in ("eliminated", "elected") else ""
    return f"{number(row['votes'], lang, 0)}{gained}{state}"


def _duels(drawing: Drawing, lang: str) -> list[Sheet]:
    labels = [option["label"] for option in drawing["options"]]
    names = {option["id"]: option["label"] for option in drawing["options"]}
    place, ranking = 1, []
    for tied in drawing["ranking"]:
        ranking.append([" = ".join(names[option] for option in tied), number(place, lang, 0)])
        place += len(tied)

    def matrix(values: list[list[int]], caption: str) -> Sheet:
        rows = [
            [label, *("–" if i == j else number(n, lang, 0) for j, n in enumerate(row))]
            for i, (label, row) in enumerate(zip(labels, values, strict=True))
        ]
        return Sheet(caption, [_say("prefers", lang), *labels], rows)

    return [
        Sheet(_say("ranking", lang), [_say("answer", lang), _say("rank", lang)], ranking, frozenset({0})),
        matrix(drawing["matrix"], _say("duels", lang)),
        matrix(drawing["strongest"], _say("strongest", lang)),
    ]


def _budget(drawing: Drawing, lang: str) -> list[Sheet]:
    head = [_say(name, lang) for name in ("project", "cost", "points", "supporters", "outcome")]
    rows = [
        [
            row["label"],
            row["cost_text"],
            number(row["points"], lang, 0),
            number(row["supporters"], lang, 0),
            _say("funded", lang, n=row["order"]) if row["funded"] else _say("unfunded", lang),
        ]
        for row in drawing["rows"]
    ]
    funded = frozenset(i for i, row in enumerate(drawing["rows"]) if row["funded"])
    return [Sheet(_say("budget", lang), head, rows, funded)]


def _colleges(result: Mapping[str, Any], lang: str) -> list[Sheet]:
    told = result.get("colleges") or []
    shown = [college for college in told if college["rows"]]
    if not shown:
        return []
    rows = []
    # Of grades, scores and rankings a count by option says nothing alone: how many answered is told.
    counted = result["drawing"]["kind"] in ("bars", "consent", "budget")
    for i, first in enumerate(shown[0]["rows"] if counted else ()):
        rows.append([first["label"], *(college["rows"][i]["count_text"] for college in shown)])
    rows.append([_say("ballots", lang), *(number(college["ballots"], lang, 0) for college in shown)])
    return [Sheet(_say("by_college", lang), [_say("answer", lang), *(one["label"] for one in shown)], rows)]


def _first(rows: list[Mapping[str, Any]]) -> frozenset[int]:
    return frozenset(i for i, row in enumerate(rows) if row["winner"])


def _numbers(values: list[int], lang: str) -> list[str]:
    return [number(n, lang, 0) for n in values]


TABLES: dict[str, Callable[[Drawing, str], list[Sheet]]] = {
    "profile": _profile,
    "scores": _scores,
    "transfers": _transfers,
    "duels": _duels,
    "budget": _budget,
}
