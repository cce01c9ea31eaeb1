"""The ballot as a plain form, for every method: what a phone without script fills in, and what counts of it in words.

Fields: `choice` (one or several options), or `v_<option>` = grade, number or rank; `blank` = the blank ballot's
button; `college`, `second` and `entitlement` where the vote asks for them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import quote

from components.look.i18n import t
from components.voting.ballots import GRADED, POINTED, VALUED
from components.voting.question import MOST_SHOWN


@dataclass(frozen=True)
class Person:
    """What the page knows of who holds this phone.

    other: the ballot of the other of the two persons who share it; second: the second one's is on the page;
    entitled: a single-use code is kept for it; typed: the fields of a form that was refused; problem: what is
    wrong with the code that was typed.
    """

    other: Mapping[str, Any] | None = None
    second: bool = False
    college: str = ""
    remote: bool = False
    entitled: bool = False
    typed: Mapping[str, Sequence[str]] | None = None
    problem: str = ""


NOBODY = Person()


def _t(name: str, lang: str, **values: object) -> str:
    return escape(t(f"phone.{name}", lang, **values))


def open_form(code: str, lang: str, name: str, cls: str = "") -> str:
    """The tag of a form that this very page receives."""
    about = f' class="{cls}"' if cls else ""
    return f'<form method="post" action="/v/{quote(code)}?lang={lang}" id="{name}"{about}>'


def ballot_form(
    vote: Mapping[str, Any], code: str, lang: str, mine: Sequence[str] | None, person: Person = NOBODY
) -> str:
    """The whole form of an open vote. `mine`: the canonical choice received from this phone, if any."""
    answers = _answers(vote, lang, given(vote, mine or (), person.typed))
    hint = hint_of(vote, lang)
    return (
        open_form(code, lang, "ballot")
        + f'<input type="hidden" name="poll" value="{escape(vote["poll"])}">'
        + ('<input type="hidden" name="second" value="1">' if person.second else "")
        + f'<fieldset><legend><h1 dir="auto">{escape(vote["title"])}</h1></legend>'
        + "".join(f'<p class="hint">{escape(said)}</p>' for said in (vote.get("rule"), hint) if said)
        + answers
        + "</fieldset>"
        + _college(vote, lang, person)
        + f'<button class="send">{_t("send", lang)}</button>'
        + (
            f'<button class="quiet" name="blank" value="1" formnovalidate>{_t("send_blank", lang)}</button>'
            if may_be_empty(vote)
            else ""
        )
        + "</form>"
    )


def may_be_empty(vote: Mapping[str, Any]) -> bool:
    """Whether an empty ballot is a blank one; otherwise the blank answer, if any, is among the options."""
    return bool(vote["several"]) or vote["method"] in VALUED or vote["method"] == "ranking"


def given(
    vote: Mapping[str, Any], mine: Sequence[str], typed: Mapping[str, Sequence[str]] | None
) -> dict[str, str]:
    """Option id → grade, number, rank, or 'on': from what was typed, else from the canonical choice received."""
    method = vote["method"]
    by_value = method in VALUED or method == "ranking"
    if typed is not None:
        if by_value:
            return {name[2:]: values[0] for name, values in typed.items() if name.startswith("v_") and values}
        return dict.fromkeys(typed.get("choice", ()), "on")
    if method in VALUED:
        return {option: value for option, _, value in (part.partition("=") for part in mine)}
    if method == "ranking":
        return {option: str(rank) for rank, option in enumerate(mine, 1)}
    return dict.fromkeys(mine, "on")


def hint_of(vote: Mapping[str, Any], lang: str) -> str:
    """How this ballot is filled in, and what an unanswered line means."""
    method = vote["method"]
    if method in POINTED:
        return t(
            f"phone.hint_{method}" + ("" if vote["cap"] < vote["points"] else "_free"),
            lang,
            n=vote["points"],
            cap=vote["cap"],
            budget=vote["budget_text"],
        )
    if method == "majority_judgment":
        return t("phone.hint_majority_judgment", lang, worst=vote["grades"][-1]["label"])
    if method == "score":
        return t("phone.hint_score", lang, scale=vote["scale"])
    if method in ("grades", "ranking"):
        return t(f"phone.hint_{method}", lang)
    return t("phone.at_most", lang, most=vote["max_choices"]) if vote["several"] else ""


# --- the answers, by method ---------------------------------------------------------------------------


def _answers(vote: Mapping[str, Any], lang: str, values: Mapping[str, str]) -> str:
    method = vote["method"]
    if method == "commune":
        return _communes(vote, lang, values)
    if method in POINTED:
        amounts = [str(n) for n in range(vote["cap"] + 1)]
        return _lists(vote, lang, values, [(n if n != "0" else "", n) for n in amounts])
    if method == "ranking":
        ranks = [str(n) for n in range(1, len(vote["options"]) + 1)]
        return _lists(vote, lang, values, [("", t("phone.unranked", lang)), *((n, n) for n in ranks)])
    if method == "score" and vote["scale"] > MOST_SHOWN:
        return _numbers(vote, values)
    if method in GRADED or method == "score":
        return _grades(vote, lang, values)
    return _choices(vote, lang, values)


def _choices(vote: Mapping[str, Any], lang: str, values: Mapping[str, str]) -> str:
    kind = "checkbox" if vote["several"] else "radio"
    must = "" if vote["several"] else " required"
    return "".join(
        f'<label class="option"><input type="{kind}" name="choice" value="{escape(o["id"])}"{must}'
        f'{" checked" if o["id"] in values else ""}><span class="face"><span dir="auto">{escape(o["label"])}'
        + (f"<small>{_t('consent_' + o['id'], lang)}</small>" if vote["method"] == "consent" else "")
        + f'</span><span class="mark" aria-hidden="true">✓ {_t("chosen", lang)}</span></span></label>'
        for o in vote["options"]
    )


def _communes(vote: Mapping[str, Any], lang: str, values: Mapping[str, str]) -> str:
    options = "".join(
        f'<option value="{escape(o["id"])}"{" selected" if o["id"] in values else ""}>{escape(o["label"])}</option>'
        for o in vote["options"]
    )
    return (
        f'<label for="choice">{_t("commune_label", lang)}</label><select id="choice" name="choice" required>'
        f'<option value="">{_t("commune_none", lang)}</option>{options}</select>'
    )


def _lists(
    vote: Mapping[str, Any], lang: str, values: Mapping[str, str], amounts: Sequence[tuple[str, str]]
) -> str:
    """One list of amounts (value, words) beside each option."""
    rows = []
    for i, option in enumerate(vote["options"]):
        held = values.get(option["id"], "")
        choices = "".join(
            f'<option value="{value}"{" selected" if value == held else ""}>{escape(words)}</option>'
            for value, words in amounts
        )
        rows.append(
            f'<div class="row"><label class="what" for="o{i}"><span dir="auto">{escape(option["label"])}</span>'
            f'{_cost(option, lang)}</label><select id="o{i}" name="v_{escape(option["id"])}">{choices}</select></div>'
        )
    return "".join(rows)


def _numbers(vote: Mapping[str, Any], values: Mapping[str, str]) -> str:
    """A field for a score beside each option, where there are too many to show."""
    return "".join(
        f'<div class="row"><label class="what" for="o{i}"><span dir="auto">{escape(option["label"])}</span></label>'
        f'<input id="o{i}" name="v_{escape(option["id"])}" type="number" inputmode="numeric" min="0"'
        f' max="{vote["scale"]}" value="{escape(values.get(option["id"], ""))}"></div>'
        for i, option in enumerate(vote["options"])
    )


def _cost(option: Mapping[str, Any], lang: str) -> str:
    return f"<small>{escape(option['cost_text'])}</small>" if option.get("cost") else ""


def marks(vote: Mapping[str, Any], lang: str) -> list[tuple[str, str]]:
    """The marks one option may get: (value, words). The value is empty for « no opinion » and « no score »."""
    if vote["method"] == "score":
        return [(str(n), str(n)) for n in range(vote["scale"] + 1)] + [("", t("phone.no_score", lang))]
    found = [(str(grade["id"]), str(grade["label"])) for grade in vote["grades"]]
    return [*found, ("", t("phone.no_opinion", lang))] if vote["method"] == "grades" else found


def _grades(vote: Mapping[str, Any], lang: str, values: Mapping[str, str]) -> str:
    """A group of radio buttons for each option, every mark written out."""
    offered = marks(vote, lang)
    cls = "marks scores" if vote["method"] == "score" else "marks"
    groups = []
    for option in vote["options"]:
        held = values.get(option["id"], "")
        buttons = "".join(
            f'<label><input type="radio" name="v_{escape(option["id"])}" value="{escape(value)}"'
            f"{' checked' if value == held else ''}><span>{escape(words)}</span></label>"
            for value, words in offered
        )
        groups.append(
            f'<fieldset class="{cls}"><legend dir="auto">{escape(option["label"])}</legend>'
            f"<div>{buttons}</div></fieldset>"
        )
    return "".join(groups)


# --- who ----------------------------------------------------------------------------------------------


def _college(vote: Mapping[str, Any], lang: str, person: Person) -> str:
    """« Vous êtes… »: asked when the vote needs it; once known, folded away and changeable."""
    if not vote.get("college_needed"):
        return ""
    typed = (person.typed or {}).get("college", [""])[0]
    held = typed or person.college
    labels = {one["id"]: t(f"phone.college_{one['id']}", lang) for one in vote["colleges"]}
    radios = "".join(
        f'<label class="option"><input type="radio" name="college" value="{escape(name)}" required'
        f'{" checked" if name == held else ""}><span class="face"><span>{escape(label)}</span>'
        f'<span class="mark" aria-hidden="true">✓ {_t("chosen", lang)}</span></span></label>'
        for name, label in labels.items()
    )
    asked = (
        f'<fieldset class="college"><legend><h2>{_t("you_are", lang)}</h2></legend>'
        f'<p class="hint">{_t("you_are_hint", lang)}</p>{radios}</fieldset>'
    )
    if held not in labels:
        return asked
    barred = "" if held in vote["who"] else f'<p class="problem">{escape(open_to(vote, lang))}</p>'
    known = _t("you_vote_as", lang, college=labels[held])
    return f"{barred}<details><summary>{known} {_t('change', lang)}</summary>{asked}</details>"


def open_to(vote: Mapping[str, Any], lang: str) -> str:
    """« Ce vote est ouvert à : … » for those it is not open to."""
    who = [college["label"] for college in vote["colleges"] if college["id"] in vote["who"]]
    return t("phone.open_to", lang, who=", ".join(who))


def code_form(code: str, lang: str, person: Person) -> str:
    """The form that asks for the single-use code of an entitled person."""
    typed = (person.typed or {}).get("entitlement", [""])[0]
    about = ' aria-invalid="true" aria-describedby="problem"' if person.problem else ""
    return (
        open_form(code, lang, "entitle", "code")
        + f'<h1><label for="entitlement">{_t("entitlement_label", lang)}</label></h1>'
        f'<p class="hint">{_t("entitlement_hint", lang)}</p>'
        + (
            f'<p class="problem" id="problem" role="alert">{escape(person.problem)}</p>'
            if person.problem
            else ""
        )
        + ('<input type="hidden" name="second" value="1">' if person.second else "")
        + f'<input id="entitlement" name="entitlement" value="{escape(typed[:40])}" maxlength="40" required{about}'
        ' autocapitalize="characters" autocomplete="off" autocorrect="off" spellcheck="false">'
        f'<button class="send">{_t("entitlement_go", lang)}</button></form>'
    )


# --- what counts --------------------------------------------------------------------------------------


def in_words(vote: Mapping[str, Any], choice: Sequence[str], lang: str) -> list[str]:
    """The ballot as it is counted, one line for each answer: « Gare : 2 gommettes »."""
    method = vote["method"]
    labels = {option["id"]: str(option["label"]) for option in vote["options"]}
    values = given(vote, choice, None)
    if not values:
        return [t("phone.blank_ballot", lang)]
    if method == "ranking":
        ranked = [f"{rank}. {labels.get(option, option)}" for option, rank in values.items()]
        return ranked if len(ranked) == len(labels) else [*ranked, t("phone.others_tied", lang)]
    if method not in VALUED:
        return [labels.get(option, option) for option in values]
    worst = "0" if method == "score" else vote["grades"][-1]["id"] if method == "majority_judgment" else ""
    words = dict(marks(vote, lang)) if method in GRADED else {}
    lines = []
    for option, label in labels.items():
        value = values.get(option) or worst  # here an unanswered line counts, and is named
        if value:
            said = words.get(value) or amount(method, value, lang)
            said = said if option in values else t("phone.unfilled", lang, value=said)
            lines.append(t("phone.one_answer", lang, option=label, value=said))
    return lines


def amount(method: str, value: object, lang: str) -> str:
    """« 2 gommettes », « 1 point », or the bare score."""
    if method not in POINTED:
        return str(value)
    one = str(value) == "1" or (str(value) == "0" and lang == "fr")
    return t(f"phone.amount_{method}" + ("_one" if one else ""), lang, n=value)


def summary(vote: Mapping[str, Any], choice: Sequence[str], lang: str) -> str:
    """« Votre bulletin » and what counts of it."""
    items = "".join(f'<li dir="auto">{escape(words)}</li>' for words in in_words(vote, choice, lang))
    return f'<section class="own"><h2>{_t("your_ballot", lang)}</h2><ul>{items}</ul></section>'
