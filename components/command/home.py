"""The page where an evening starts, as HTML: where to go, how to join, the state of this machine.

Pure: it is given what is known and returns text; everything that comes from outside is escaped here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any
from urllib.parse import urlencode

from components.command.selftest import Check
from components.look.i18n import t

Joining = Mapping[str, Any] | None
SIGNS = {"good": "✓", "look": "!", "bad": "✗"}


@dataclass(frozen=True)
class Evening:
    """What the page shows of tonight: the present meeting, if any, the address phones use, the Wi-Fi."""

    title: str | None
    code: str | None
    joining: Joining  # as `components.screen.joining` tells it; None without phones or without a meeting
    signed_in: bool = False


def html(evening: Evening, checks: Sequence[Check], lang: str = "fr") -> str:
    """The content of the page's <main>."""
    return (
        f'<div class="home">{_places(evening, lang)}{_joining(evening.joining, lang)}{_state(checks, lang)}'
        f"{_without_phones(lang)}</div>"
    )


def _link(page: str, evening: Evening, lang: str) -> str:
    query = {
        **({"meeting": evening.code} if evening.code else {}),
        **({"lang": lang} if lang != "fr" else {}),
    }
    return f"/{page}" + (f"?{urlencode(query)}" if query else "")


def _places(evening: Evening, lang: str) -> str:
    rows = "".join(
        f'<li><a class="place" href="{escape(_link(page, evening, lang))}"><b>{_t(f"{page}_name", lang)}</b>'
        f"<span>{_t(f'{page}_use', lang)}</span></a></li>"
        for page in ("console", "screen", "explore")
    )
    query = "" if lang == "fr" else f"?lang={lang}"
    doors = [
        ("/login/change", "change_passphrase"),
        *([("/logout", "sign_out")] if evening.signed_in else []),
    ]
    door = " ".join(f'<a href="{target}{query}">{_t(name, lang)}</a>' for target, name in doors)
    meeting = (
        f"<p>{_t('tonight', lang)} <strong>{escape(evening.title)}</strong></p>"
        if evening.title
        else f"<p>{_t('no_meeting', lang)}</p>"
    )
    return (
        f'<section aria-labelledby="go"><h2 id="go">{_t("go", lang)}</h2>{meeting}'
        f'<ul class="places">{rows}</ul><p class="doors">{door}</p></section>'
    )


def _joining(joining: Joining, lang: str) -> str:
    if joining is None:
        return ""
    wifi = joining["wifi"]
    blocks = []
    if wifi:
        drawing = _qr(wifi["qr"], t("home.wifi_qr", lang, wifi=wifi["name"]))
        blocks.append((drawing, f"{_t('wifi', lang)} <strong>{escape(wifi['name'])}</strong>"))
    typed = f"{_t('or_type', lang)} <strong>{escape(joining['short'])}</strong>"
    code = f"<br>{_t('code', lang)} <strong class='code'>{escape(joining['code'])}</strong>"
    blocks.append((_qr(joining["qr"], t("home.join_qr", lang)), typed + code))
    figures = "".join(
        f"<figure>{drawing}<figcaption>{words}</figcaption></figure>" for drawing, words in blocks
    )
    return (
        f'<section aria-labelledby="join"><h2 id="join">{_t("join", lang)}</h2>'
        f'<div class="codes">{figures}</div></section>'
    )


def _qr(drawing: Mapping[str, Any], label: str) -> str:
    size = drawing["size"]
    return (
        f'<svg role="img" aria-label="{escape(label)}" viewBox="0 0 {size} {size}">'
        f'<path shape-rendering="crispEdges" fill="#17211f" d="{drawing["path"]}"/></svg>'
    )


def _state(checks: Sequence[Check], lang: str) -> str:
    rows = "".join(
        f'<li class="{check.state}"><span class="sign" aria-hidden="true">{SIGNS[check.state]}</span>'
        f"<div><b>{_t(f'check_{check.name}', lang)}</b> "
        f"<span class='word'>{_t(f'state_{check.state}', lang)}</span>"
        f"<p>{escape(says(check, lang))}</p></div></li>"
        for check in checks
    )
    worst = next((s for s in ("bad", "look") if any(c.state == s for c in checks)), "good")
    return (
        f'<section aria-labelledby="state"><h2 id="state">{_t("machine", lang)}</h2>'
        f'<p class="summary">{_t(f"summary_{worst}", lang)}</p>'
        f'<ul class="checks">{rows}'
        f'<li class="good"><span class="sign" aria-hidden="true">✓</span><div>'
        f"<b>{_t('check_screen', lang)}</b> <span class='word'>{_t('state_good', lang)}</span>"
        f'<p data-screen data-text="{_t("screen_size", lang)}"></p></div></li></ul>'
        f'<p><a class="button" href="">{_t("again", lang)}</a></p></section>'
    )


def says(check: Check, lang: str) -> str:
    """The sentence of a check."""
    return t(f"home.{check.name}_{check.says}", lang, **_written(check.values, lang))


def _written(values: Mapping[str, object], lang: str) -> dict[str, object]:
    return {name: moment(v, lang) if isinstance(v, datetime) else v for name, v in values.items()}


def moment(when: datetime, lang: str = "fr") -> str:
    """A day and time as they are said: « samedi 21 novembre 2026, 20 h 05 »."""
    day = t("home.days", lang).split()[when.weekday()]
    month = t("home.months", lang).split()[when.month - 1]
    time = f"{when.hour}\u00a0h\u00a0{when.minute:02d}" if lang == "fr" else f"{when:%H:%M}"
    number = "1er" if when.day == 1 and lang == "fr" else str(when.day)
    return f"{day} {number} {month} {when.year}, {time}"


def _without_phones(lang: str) -> str:
    title, how = _t("paper", lang), _t("paper_how", lang)
    return f'<section aria-labelledby="paper"><h2 id="paper">{title}</h2><p>{how}</p></section>'


def _t(name: str, lang: str) -> str:
    return escape(t(f"home.{name}", lang))
