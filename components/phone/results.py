"""A shown result on a phone: bars, profile, transfers, duels, budget or consent as a short list, always with words."""

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

from components.look.i18n import t
from components.phone.forms import amount

SHADES = 6
"""Fills of a profile in the style sheet, best to worst."""


def _t(name: str, lang: str, **values: object) -> str:
    return escape(t(f"phone.{name}", lang, **values))


def result(vote: Mapping[str, Any], lang: str) -> str:
    """The result's section; while it is hidden, the objections raised so far, which are public, or nothing."""
    found = vote["result"]
    shown = _objections(vote, lang) + (_shown(found, lang) if found else "")
    return f'<section class="result">{shown}</section>' if shown else ""


def _shown(found: Mapping[str, Any], lang: str) -> str:
    title = f"<h2>{_t('result', lang)}</h2>"
    if found["too_few"]:
        return f"{title}<p>{escape(found['sentence'])}</p>"
    drawing = found.get("drawing") or {"kind": "bars"}
    said = drawing.get("sentence")
    return (
        title
        + (f"<p><b>{escape(said)}</b></p>" if said else "")
        + DRAWN.get(drawing["kind"], _bars)(drawing, found, lang)
        + "".join(f'<p dir="auto">{escape(sentence)}</p>' for sentence in found.get("verdict") or ())
        + f'<p class="hint">{escape(". ".join(_base(found)))}.</p>'
        + _folded("by_college", [_college(one) for one in found.get("colleges") or ()], lang)
        + _folded("how_counted", [escape(one) for one in _explanation(found)], lang)
    )


def _row(label: str, figures: str, bars: Sequence[tuple[float, float, str]] = (), small: str = "") -> str:
    """One line: label, figures, bar (start and width in percent, class), small print."""
    rects = "".join(
        f'<rect{f" class={chr(34)}{cls}{chr(34)}" if cls else ""} x="{x:g}%" width="{width:g}%" height="100%"/>'
        for x, width, cls in bars
    )
    return (
        f'<li><span dir="auto">{escape(label)}</span><b>{escape(figures)}</b>'
        + (f'<svg aria-hidden="true">{rects}</svg>' if bars else "")
        + (f"<small>{escape(small)}</small>" if small else "")
        + "</li>"
    )


def _bars(drawing: Mapping[str, Any], found: Mapping[str, Any], lang: str) -> str:
    """Dots are no share of anything: their bars are compared with the longest."""
    options = found["options"]
    most = max([1, *(o["count"] or 0 for o in options)]) if drawing.get("unit") else 0
    rows = "".join(
        _row(o["label"], amount("dots", o["count"], lang), [(0, round(100 * o["count"] / most, 1), "")])
        if most
        else _row(
            o["label"],
            o["count_text"] + (f" · {o['percent_text']}" if o["percent_text"] else ""),
            [(0, o["percent"] or 0, "")],
        )
        for o in options
    )
    return f"<ul>{rows}</ul>"


def _profile(drawing: Mapping[str, Any], found: Mapping[str, Any], lang: str) -> str:
    labels = [grade["label"] for grade in drawing["grades"]]
    rows = []
    for row in drawing["rows"]:
        bars, x = [], 0.0
        for i, share in enumerate(row["shares"]):
            shade = int(i * (SHADES - 1) / max(1, len(labels) - 1) + 0.5)
            bars.append((round(x, 1), share, f"g{shade}"))
            x += share
        counted = " · ".join(f"{label} {n}" for label, n in zip(labels, row["counts"], strict=True))
        place = f"{row['rank']}. " if row["rank"] else ""
        rows.append(_row(place + row["label"], row["median_label"] or "", bars, counted))
    return f"<ul>{''.join(rows)}</ul>"


def _scores(drawing: Mapping[str, Any], found: Mapping[str, Any], lang: str) -> str:
    rows = "".join(
        _row(row["label"], row["mean_text"], [(0, round(100 * (row["mean"] or 0) / drawing["scale"], 1), "")])
        for row in drawing["rows"]
    )
    return f"<ul>{rows}</ul>"


def _transfers(drawing: Mapping[str, Any], found: Mapping[str, Any], lang: str) -> str:
    rounds = "".join(
        f'<li><span dir="auto">{escape(turn["sentence"])}</span><small>'
        + escape(" · ".join(f"{r['label']} {r['votes']}" for r in turn["rows"] if r["state"] != "out"))
        + "</small></li>"
        for turn in drawing["rounds"]
    )
    return f'<ol class="list rounds">{rounds}</ol>'


def _duels(drawing: Mapping[str, Any], found: Mapping[str, Any], lang: str) -> str:
    ids = [option["id"] for option in drawing["options"]]
    labels = {option["id"]: option["label"] for option in drawing["options"]}
    places, place = "", 1
    for tied in drawing["ranking"]:
        named = " = ".join(labels[option] for option in tied)
        places += f'<li dir="auto" value="{place}">{escape(named)}</li>'
        place += len(tied)
    if not drawing["ranking"]:
        return ""
    first = ids.index(drawing["ranking"][0][0])
    fought = "".join(
        _row(labels[other], f"{drawing['matrix'][first][i]} – {drawing['matrix'][i][first]}")
        for i, other in enumerate(ids)
        if i != first
    )
    said = _t("duels_of", lang, one=labels[ids[first]])
    return f'<ol class="list">{places}</ol><p>{said}</p><ul>{fought}</ul>'


def _budget(drawing: Mapping[str, Any], found: Mapping[str, Any], lang: str) -> str:
    most = max((row["points"] for row in drawing["rows"]), default=0) or 1
    rows = "".join(
        _row(
            row["label"],
            t("phone.funded" if row["funded"] else "phone.not_funded", lang),
            [(0, round(100 * row["points"] / most, 1), "" if row["funded"] else "g2")],
            t("phone.budget_row", lang, cost=row["cost_text"], n=row["points"]),
        )
        for row in drawing["rows"]
    )
    return f"<ul>{rows}</ul>"


DRAWN: dict[str, Callable[[Mapping[str, Any], Mapping[str, Any], str], str]] = {
    "profile": _profile,
    "scores": _scores,
    "transfers": _transfers,
    "duels": _duels,
    "budget": _budget,
}
"""Bars are drawn for every other kind."""


def _objections(vote: Mapping[str, Any], lang: str) -> str:
    found = vote.get("objections") or []
    if not found:
        return ""
    items = "".join(
        f'<li dir="auto">{escape(o["words"])} <small>'
        + escape(t("phone.lifted", lang, how=o["how"]) if o["lifted"] else t("phone.not_lifted", lang))
        + "</small></li>"
        for o in found
    )
    return f'<h2>{_t("objections", lang)}</h2><ul class="list">{items}</ul>'


def _base(found: Mapping[str, Any]) -> list[str]:
    """Who answered, what the percentages are of where there are any, what was set aside."""
    return [part for part in (found["sentence"], found["base"], found.get("struck")) if part]


def _explanation(found: Mapping[str, Any]) -> list[str]:
    return [said for said in (found.get("rule"), *(found.get("explanation") or ())) if said]


def _college(one: Mapping[str, Any]) -> str:
    said = one["sentence"] or " · ".join(f"{row['label']} {row['count_text']}" for row in one["rows"])
    return f"<b>{escape(one['label'])}</b> {escape(said)}"


def _folded(title: str, paragraphs: Sequence[str], lang: str) -> str:
    """Paragraphs (markup) under a title that unfolds them."""
    if not paragraphs:
        return ""
    said = "".join(f'<p dir="auto">{paragraph}</p>' for paragraph in paragraphs)
    return f"<details><summary>{_t(title, lang)}</summary>{said}</details>"
