"""The phone's page as HTML: complete without script, taken over by `phone.js` where there is one.

Script and style are in the page itself (one request a phone) and allowed by their hash, not by « unsafe-inline ».
"""

import base64
import hashlib
import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from string import Template
from typing import Any
from urllib.parse import quote

from components.look.i18n import t, texts

HERE = Path(__file__).parent
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
def _file(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


@cache
def _template() -> Template:
    return Template(_file("page.html"))


@cache
def _inline(name: str) -> str:
    """A script or sheet without its indentation and comment lines, which cost bytes on the wire."""
    lines = (line.strip() for line in _file(name).splitlines())
    return "\n".join(line for line in lines if line and not line.startswith(("// ", "/* ")))


@cache
def script_texts(lang: str) -> dict[str, str]:
    """The texts that the script names, and no others."""
    named = set(re.findall(r"\bT\.(\w+)", _file("phone.js")))
    return {
        name: text for name, text in texts("phone", lang).items() if name in named or name.startswith("now_")
    }


@cache
def _hash(name: str) -> str:
    return "'sha256-" + base64.b64encode(hashlib.sha256(_inline(name).encode()).digest()).decode() + "'"


def security_policy(host: str) -> str:
    """The Content-Security-Policy of the pages. `host` is named for sockets: older iPhones do not read 'self' so."""
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src {_hash('phone.js')}",
            f"style-src {_hash('phone.css')}",
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
) -> str:
    """The page of a meeting. `own`: this phone's ballot; `line`: what just happened; `at`: when it was received."""
    code = str(state["meeting"]["code"])
    vote = state["vote"]
    votes_now = (
        bool(vote) and vote["state"] == "open" and vote["phones_vote"] and not state["meeting"]["closed"]
    )
    data = {"code": code, "lang": lang, "digest": digest, "state": state, "texts": script_texts(lang)}
    script = f'<script type="application/json" id="data">{_json(data)}</script><script>{_inline("phone.js")}</script>'
    refresh = (
        "" if votes_now else f'<noscript><meta http-equiv="refresh" content="{REFRESH_SECONDS}"></noscript>'
    )
    above = f"{state['meeting']['title']} · {t('phone.indicative_short', lang)}"
    return _page(
        lang,
        vote["title"] if votes_now else state["step"]["title"],
        above,
        _main(state, lang, own) + _promise(state, lang),
        refresh,
        line or line_of(state, lang, own, at),
        script,
    )


def _page(lang: str, title: str, above: str, main: str, head: str, line: Line, script: str) -> str:
    other = OTHER[lang]
    return _template().substitute(
        lang=lang,
        title=escape(title),
        above=escape(above),
        css=_inline("phone.css"),
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


def _main(state: Mapping[str, Any], lang: str, own: Mapping[str, Any] | None) -> str:
    vote = state["vote"]
    if state["meeting"]["closed"]:
        return f"<h1>{_t('thanks_title', lang)}</h1><p>{_t('thanks', lang)}</p>"
    if not vote:
        kind = state["step"]["kind"]
        return (
            f'<h1 dir="auto">{escape(state["step"]["title"])}</h1><p>{_t(f"now_{kind}", lang)}</p>'
            + _again(lang)
        )
    if vote["state"] != "open":
        return _closed(vote, lang)
    if not vote["phones_vote"]:
        return f'<h1 dir="auto">{escape(vote["title"])}</h1><p>{_t("not_by_phone", lang)}</p>'
    return _form(state, lang, own) + _result(vote, lang)


def _form(state: Mapping[str, Any], lang: str, own: Mapping[str, Any] | None) -> str:
    vote = state["vote"]
    mine = own["choice"] if own and own["poll"] == vote["poll"] else []
    code = quote(str(state["meeting"]["code"]))
    if vote["method"] == "commune":
        options = [
            f'<option value="{escape(o["id"])}"{" selected" if o["id"] in mine else ""}>{escape(o["label"])}</option>'
            for o in vote["options"]
        ]
        answers = (
            f'<label for="choice">{_t("commune_label", lang)}</label><select id="choice" name="choice" required>'
            f'<option value="">{_t("commune_none", lang)}</option>{"".join(options)}</select>'
        )
    else:
        kind = "checkbox" if vote["several"] else "radio"
        must = "" if vote["several"] else " required"
        answers = "".join(
            f'<label class="option"><input type="{kind}" name="choice" value="{escape(o["id"])}"{must}'
            f'{" checked" if o["id"] in mine else ""}><span class="face"><span dir="auto">{escape(o["label"])}</span>'
            f'<span class="mark" aria-hidden="true">✓ {_t("chosen", lang)}</span></span></label>'
            for o in vote["options"]
        )
    hint = f'<p class="hint">{_t("at_most", lang, most=vote["max_choices"])}</p>' if vote["several"] else ""
    return (
        f'<form method="post" action="/v/{code}?lang={lang}" id="ballot">'
        f'<input type="hidden" name="poll" value="{escape(vote["poll"])}">'
        f'<fieldset><legend><h1 dir="auto">{escape(vote["title"])}</h1></legend>{hint}{answers}</fieldset>'
        f'<button class="send">{_t("send", lang)}</button></form>'
    )


def _closed(vote: Mapping[str, Any], lang: str) -> str:
    shown = _result(vote, lang) or f"<p>{_t('hidden', lang)}</p>"
    return f'<h1 dir="auto">{escape(vote["title"])}</h1>{shown}' + _again(lang)


def _result(vote: Mapping[str, Any], lang: str) -> str:
    result = vote["result"]
    if not result:
        return ""
    if result["too_few"]:
        return f"<p>{escape(result['sentence'])}</p>"
    rows = "".join(
        f'<li><span dir="auto">{escape(o["label"])}</span><b>{escape(o["count_text"])}'
        f"{' · ' + escape(o['percent_text']) if o['percent_text'] else ''}</b>"
        f'<svg aria-hidden="true"><rect width="{o["percent"] or 0}%" height="100%"/></svg></li>'
        for o in result["options"]
    )
    return (
        f'<section class="result"><h2>{_t("result", lang)}</h2><ul>{rows}</ul>'
        f'<p class="hint">{escape(result["sentence"])}. {escape(result["base"])}.</p></section>'
    )


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
    state: Mapping[str, Any], lang: str, own: Mapping[str, Any] | None, at: float | None = None
) -> Line:
    """What is true of this phone's ballot, from what the store says of it."""
    vote = state["vote"]
    if state["meeting"]["closed"] or not vote or not vote["phones_vote"]:
        return Line(small=t("phone.no_name", lang))
    received = own is not None and own["poll"] == vote["poll"]
    small = t("phone.no_name", lang)
    if own and received:
        small = f"{t('phone.receipt', lang, receipt=own['receipt'])} · {small}"
    if vote["state"] == "open":
        if received:
            return Line(received_words(lang, at), t("phone.may_change", lang), small)
        return Line(rest=t("phone.choose_send", lang), small=t("phone.no_name", lang))
    kept = t("phone.was_received", lang) if received else ""
    return Line(t("phone.vote_is_closed", lang), kept, small)


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
