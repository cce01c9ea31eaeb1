"""The phone's page as HTML: complete without script, taken over by the script where there is one.

Script and style are in the page itself (one request a phone) and allowed by their hash, not by « unsafe-inline ».
"""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from html import escape
from string import Template
from typing import Any

from components.look.i18n import t
from components.phone import inline
from components.phone.forms import NOBODY, Person, ballot_form, code_form, may_be_empty, summary
from components.phone.results import result

__all__ = ["Line", "Person", "code_page", "line_of", "phone_page", "security_policy"]

OTHER = {"fr": "en", "en": "fr"}
LANGUAGE_NAMES = {"fr": "Français", "en": "English"}
REFRESH_SECONDS = 15
"""Without script, a page that waits for the next question asks again after this long."""


@dataclass(frozen=True)
class Line:
    """The line that tells the truth about this phone's ballot: what is sure in bold, then the rest."""

    strong: str = ""
    rest: str = ""
    small: str = ""


@cache
def _template() -> Template:
    return Template(inline.read("page.html"))


@lru_cache(maxsize=64)
def security_policy(host: str) -> str:
    """The Content-Security-Policy of the pages. `host` is named for sockets: older iPhones do not read 'self' so."""
    script, sheet = inline.hashes()
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src {script}",
            f"style-src {sheet}",
            f"connect-src 'self' ws://{host} wss://{host}",
            "img-src data:",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
        ]
    )


# --- the pages --------------------------------------------------------------------------------------


def code_page(lang: str, typed: str = "", problem: str = "") -> str:
    """The page that asks for the meeting's code; keeps what was typed and says what is wrong with it."""
    about = ' aria-invalid="true" aria-describedby="problem"' if problem else ""
    main = (
        f'<form method="get" action="/" class="code"><h1><label for="code">{_t("code_label", lang)}</label></h1>'
        f'<p class="hint">{_t("code_hint", lang)}</p>'
        + (f'<p class="problem" id="problem" role="alert">{escape(problem)}</p>' if problem else "")
        + f'<input id="code" name="code" value="{escape(typed[:40])}" maxlength="40" required{about}'
        ' autocapitalize="characters" autocomplete="off" autocorrect="off" spellcheck="false">'
        + (f'<input type="hidden" name="lang" value="{lang}">' if lang != "fr" else "")
        + f'<button class="send">{_t("code_go", lang)}</button></form>'
    )
    return _page(
        lang, t("phone.code_title", lang), "Cordée", main, "", Line(small=t("phone.no_name", lang)), ""
    )


def phone_page(
    state: Mapping[str, Any],
    digest: str,
    lang: str,
    own: Mapping[str, Any] | None = None,
    line: Line | None = None,
    at: float | None = None,
    person: Person = NOBODY,
) -> str:
    """The page of a meeting.

    own: the ballot received of the person on the page; line: what just happened; at: when it was received;
    person: who holds the phone, and what was typed in a form that was refused.
    """
    code = str(state["meeting"]["code"])
    vote = state["vote"]
    votes_now = (
        bool(vote) and vote["state"] == "open" and vote["phones_vote"] and not state["meeting"]["closed"]
    )
    data = {
        "code": code,
        "lang": lang,
        "digest": digest,
        "state": state,
        "texts": inline.script_texts(lang),
        "college": person.college,
        "remote": person.remote,
        "entitled": person.entitled,
    }
    script = (
        f'<script type="application/json" id="data">{_json(data)}</script><script>{inline.script()}</script>'
    )
    refresh = (
        ""
        if votes_now or _asks_code(state, person)  # what is being typed must not go
        else f'<noscript><meta http-equiv="refresh" content="{REFRESH_SECONDS}"></noscript>'
    )
    above = f"{state['meeting']['title']} · {t('phone.indicative_short', lang)}"
    return _page(
        lang,
        vote["title"] if votes_now else state["step"]["title"],
        above,
        (f'<p class="note">{_t("remote", lang)}</p>' if person.remote else "")
        + _main(state, lang, own, person)
        + _promise(state, lang),
        refresh,
        line_of(state, lang, own, at, person) if person.problem or not line else line,
        script,
    )


def _page(lang: str, title: str, above: str, main: str, head: str, line: Line, script: str) -> str:
    other = OTHER[lang]
    return _template().substitute(
        lang=lang,
        title=escape(title),
        above=escape(above),
        css=inline.sheet(),
        head=head,
        main=main,
        strong=escape(line.strong),
        rest=escape(line.rest),
        small=escape(line.small),
        other=other,
        other_name=LANGUAGE_NAMES[other],
        script=script,
    )


def _json(data: object) -> str:
    """JSON that cannot end the script element it stands in."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _t(name: str, lang: str, **values: object) -> str:
    return escape(t(f"phone.{name}", lang, **values))


# --- without script ---------------------------------------------------------------------------------


def _main(state: Mapping[str, Any], lang: str, own: Mapping[str, Any] | None, person: Person) -> str:
    vote = state["vote"]
    if state["meeting"]["closed"]:
        return f"<h1>{_t('thanks_title', lang)}</h1><p>{_t('thanks', lang)}</p>"
    if _asks_code(state, person):
        return code_form(str(state["meeting"]["code"]), lang, person)
    if not vote:
        kind = state["step"]["kind"]
        return (
            f'<h1 dir="auto">{escape(state["step"]["title"])}</h1><p>{_t(f"now_{kind}", lang)}</p>'
            + _again(lang)
        )
    mine = own["choice"] if own and own["poll"] == vote["poll"] else None
    if vote["state"] != "open":
        return _closed(vote, lang, mine)
    if not vote["phones_vote"]:
        return f'<h1 dir="auto">{escape(vote["title"])}</h1><p>{_t("not_by_phone", lang)}</p>'
    return (
        _whose(vote, lang, mine is not None, person)
        + (summary(vote, mine, lang) if mine is not None and may_be_empty(vote) else "")
        + ballot_form(vote, str(state["meeting"]["code"]), lang, mine, person)
        + result(vote, lang)
    )


def _asks_code(state: Mapping[str, Any], person: Person) -> bool:
    """Whether only named people may vote and this one's code is not known; results are for all."""
    vote = state["vote"]
    is_over = bool(vote) and vote["state"] != "open"
    return bool(state["meeting"].get("entitled")) and not person.entitled and not is_over


def _whose(vote: Mapping[str, Any], lang: str, voted: bool, person: Person) -> str:
    """Which of the two persons who share the phone this is, and the way to the other."""
    if not vote.get("shared_allowed") or not (voted or person.second or person.other):
        return ""
    here = _t("second_ballot" if person.second else "first_ballot", lang)
    there = _t("to_first" if person.second else "back_to_second" if person.other else "to_second", lang)
    address = f"?lang={lang}" + ("" if person.second else "&amp;second=1")
    said = f"<b>{here}</b> " if person.second or person.other else ""
    return f'<p class="note">{said}<a class="again" href="{address}">{there}</a></p>'


def _closed(vote: Mapping[str, Any], lang: str, mine: Any) -> str:
    shown = result(vote, lang) + ("" if vote["result"] else f"<p>{_t('hidden', lang)}</p>")
    own = summary(vote, mine, lang) if mine is not None else ""
    return f'<h1 dir="auto">{escape(vote["title"])}</h1>{own}{shown}' + _again(lang)


def _again(lang: str) -> str:
    return f'<noscript><p><a class="again" href="?lang={lang}">{_t("again", lang)}</a></p></noscript>'


def _promise(state: Mapping[str, Any], lang: str) -> str:
    made = state["promise"]
    rows = ""
    if made:
        rows = "".join(
            f'<dt>{_t("promise_" + name, lang)}</dt><dd dir="auto">{escape(made[name])}</dd>'
            for name in ("level", "decides", "when", "negotiable", "not_negotiable")
            if made[name]
        )
        rows = f"<dl>{rows}</dl><p>{escape(state['indicative'])}</p>"
        rows = f"<details><summary>{_t('promise', lang)}</summary>{rows}</details>"
    return rows + f"<details><summary>{_t('data', lang)}</summary><p>{_t('data_notice', lang)}</p></details>"


# --- the line ---------------------------------------------------------------------------------------


def line_of(
    state: Mapping[str, Any],
    lang: str,
    own: Mapping[str, Any] | None,
    at: float | None = None,
    person: Person = NOBODY,
) -> Line:
    """What is true of this phone's ballot, from what the store says of it."""
    vote = state["vote"]
    small = t("phone.no_name", lang)
    if state["meeting"]["closed"] or not vote or not vote["phones_vote"] or _asks_code(state, person):
        return Line(small=small)
    received = own is not None and own["poll"] == vote["poll"]
    if own and received:
        small = f"{_receipts(own, lang, person)} · {small}"
    if own and received and own.get("struck"):
        return Line(t("phone.ballot_struck", lang), small=small)
    if vote["state"] == "open":
        if received:
            return Line(received_words(lang, at), t("phone.may_change", lang), small)
        return Line(rest=t("phone.choose_send", lang), small=small)
    kept = t("phone.was_received", lang) if received else ""
    return Line(t("phone.vote_is_closed", lang), kept, small)


def _receipts(own: Mapping[str, Any], lang: str, person: Person) -> str:
    """The receipt, or both of a phone that two persons share, the first person's first."""
    other = person.other
    if not other or other["poll"] != own["poll"]:
        return t("phone.receipt", lang, receipt=own["receipt"])
    first, second = (other, own) if person.second else (own, other)
    return t("phone.receipts", lang, first=first["receipt"], second=second["receipt"])


def received_words(lang: str, at: float | None) -> str:
    """« Reçu à 20 h 14. »: the ballot is on disk; the hour where it is known, by this machine's clock."""
    if at is None:
        return t("phone.received", lang)
    return t("phone.received_at", lang, time=clock(at, lang))


def clock(at: float, lang: str) -> str:
    """« 20 h 14 » or « 20:14 »."""
    here = time.localtime(at)
    return (
        f"{here.tm_hour}\u00a0h\u00a0{here.tm_min:02}" if lang == "fr" else f"{here.tm_hour}:{here.tm_min:02}"
    )
