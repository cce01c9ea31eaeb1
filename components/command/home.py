"""The page where an evening starts, as HTML: where to go, how to join, the state of this machine.

`html` is pure: it is given what is known and returns text; what comes from outside is escaped here.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from typing import Any
from urllib.parse import urlencode

from components.access.roles import FACILITATOR, OFFICER, PUBLIC, holds
from components.command.selftest import Check
from components.look.i18n import t
from components.territory.identity import Identity
from components.territory.pack import PackError, default_territory, list_territories, load_territory

Joining = Mapping[str, Any] | None
BROWSER_WORDS = ("screen_size", "screen_small", "projector_one", "projector_two", "projector_unknown")
SIGNS = {"good": "✓", "look": "!", "bad": "✗"}


@dataclass(frozen=True)
class Place:
    """A territory of this installation; `communes` is None when its pack is refused."""

    slug: str
    name: str
    communes: int | None


@dataclass(frozen=True)
class Evening:
    """What the page shows of tonight: the present meeting, if any, the address phones use, the Wi-Fi."""

    title: str | None
    code: str | None
    joining: Joining  # as `components.screen.joining` tells it; None without phones or without a meeting
    role: str = PUBLIC  # of whoever looks
    without: bool = False  # the evening goes on without phones
    trial: Mapping[str, Any] | None = None  # the phones' trial page (`screen.joining.trial`)
    retention: Sequence[Mapping[str, Any]] = ()  # rows of `meeting.retention.retention_table`
    territories: Sequence[Place] = ()
    misplaced: Sequence[str] = ()  # folders or territory named by the environment that are not there
    identity: Identity = field(default_factory=Identity)  # of the meeting's territory, or of the default one


def places() -> list[Place]:
    """The territories of this installation, the default one first."""
    found = []
    for slug in sorted(list_territories(), key=lambda slug: slug != default_territory()):
        try:
            territory = load_territory(slug)
            found.append(Place(slug, territory.name, len(territory.communes)))
        except PackError:
            found.append(Place(slug, slug, None))
    return found


def html(evening: Evening, checks: Sequence[Check], lang: str = "fr") -> str:
    """The content of the page's <main>."""
    return (
        f'<div class="home">{_welcome(evening.identity, lang)}{_places(evening, lang)}{_joining(evening.joining, lang)}'
        f"{_territories(evening, lang)}{_state(checks, lang)}"
        f"{_trial(evening, lang)}{_without_phones(evening, lang)}{_retention(evening, lang)}</div>"
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
    signed_in = evening.role != PUBLIC
    doors = [
        ("/scrutin", "polls"),
        ("/places", "places"),
        *([("/donnees", "data")] if holds(evening.role, OFFICER) else []),
        *([("/login/change", "change_passphrase")] if evening.role == FACILITATOR or not signed_in else []),
        *([("/login/roles", "other_roles")] if evening.role == FACILITATOR else []),
        *([("/logout", "sign_out")] if signed_in else [("/login", "sign_in")]),
    ]
    door = " ".join(f'<a href="{target}{query}">{_t(name, lang)}</a>' for target, name in doors)
    meeting = (
        f"<p>{_t('tonight', lang)} <strong>{escape(evening.title)}</strong></p>"
        if evening.title
        else f"<p>{_t('no_meeting', lang)}</p>"
    )
    if signed_in:
        meeting += f"<p>{escape(t('home.signed_in', lang, role=t(f'access.role_{evening.role}', lang)))}</p>"
    return (
        f'<section class="go" aria-labelledby="go"><h2 id="go">{_t("go", lang)}</h2>{meeting}'
        f'<ul class="places">{rows}</ul><p class="doors">{door}</p></section>'
    )


def _welcome(identity: Identity, lang: str) -> str:
    """What the territory says to those who come, in its own words."""
    said = [(name, identity.text(name, lang)) for name in ("welcome", "promise")]
    lines = "".join(f'<p class="{name}" dir="auto">{escape(text)}</p>' for name, text in said if text)
    return f'<section class="hello">{lines}</section>' if lines else ""


def _territories(evening: Evening, lang: str) -> str:
    """The territories one may explore here; nothing to choose with a single one."""
    if len(evening.territories) < 2 and not evening.misplaced:
        return ""
    rows = "".join(_territory(place, lang) for place in evening.territories)
    heading = escape(t("packs.home_territories", lang))
    absent = "".join(
        f'<p class="warn">{escape(t("packs.misplaced", lang, name=name))}</p>' for name in evening.misplaced
    )
    return (
        f'<section class="territories" aria-labelledby="territories"><h2 id="territories">{heading}</h2>'
        f"<ul>{rows}</ul>{absent}</section>"
    )


def _territory(place: Place, lang: str) -> str:
    if place.communes is None:
        return (
            f"<li><b>{escape(place.name)}</b> {escape(t('packs.home_refused', lang, slug=place.slug))}</li>"
        )
    query = urlencode({"territory": place.slug, **({"lang": lang} if lang != "fr" else {})})
    count = escape(
        t("packs.home_communes" if place.communes > 1 else "packs.home_commune", lang, count=place.communes)
    )
    return f'<li><a href="/explore?{escape(query)}">{escape(place.name)}</a> <span>{count}</span></li>'


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
        f'<section class="join" aria-labelledby="join"><h2 id="join">{_t("join", lang)}</h2>'
        f'<div class="codes">{figures}</div></section>'
    )


def _qr(drawing: Mapping[str, Any], label: str) -> str:
    size = drawing["size"]
    return (
        f'<svg role="img" aria-label="{escape(label)}" viewBox="0 0 {size} {size}">'
        f'<path shape-rendering="crispEdges" fill="#17211f" d="{drawing["path"]}"/></svg>'
    )


def _row(name: str, state: str, sign: str, word: str, text: str, lang: str) -> str:
    """One check; `text` is HTML of ours. The home page's script finds it again by `data-check`."""
    return (
        f'<li class="{state}" data-check="{name}"><span class="sign" aria-hidden="true">{sign}</span>'
        f"<div><b>{_t(f'check_{name}', lang)}</b> <span class='word'>{word}</span>{text}</div></li>"
    )


def _state(checks: Sequence[Check], lang: str) -> str:
    rows = "".join(
        _row(
            check.name,
            check.state,
            SIGNS[check.state],
            _t(f"state_{check.state}", lang),
            f'<p class="text">{escape(says(check, lang))}</p>',
            lang,
        )
        for check in checks
    )
    # What only the browser knows: written by the page's script, by these words.
    words = {name: t(f"home.{name}", lang) for name in BROWSER_WORDS}
    told = {**words, **{f"state_{state}": t(f"home.state_{state}", lang) for state in SIGNS}}
    rows += _row("screen", "look", SIGNS["look"], "", '<p class="text"></p>', lang)
    rows += _row("projector", "look", SIGNS["look"], "", '<p class="text"></p>', lang)
    sample = f'<p class="text">{_t("text_size", lang)}</p><p class="sample">{_t("text_sample", lang)}</p>'
    rows += _row("text", "look", SIGNS["look"], _t("state_look", lang), sample, lang)
    worst = next((s for s in ("bad", "look") if any(c.state == s for c in checks)), "good")
    summaries = "".join(f' data-{state}="{_t(f"summary_{state}", lang)}"' for state in SIGNS)
    return (
        f'<section class="state" aria-labelledby="state" data-words="{escape(json.dumps(told))}">'
        f'<h2 id="state">{_t("machine", lang)}</h2>'
        f'<p class="summary" role="status"{summaries}>{_t(f"summary_{worst}", lang)}</p>'
        f'<ul class="checks">{rows}</ul>'
        f'<p class="again"><a class="button" href="">{_t("again", lang)}</a> '
        f'<button type="button" data-print>{_t("print", lang)}</button></p></section>'
    )


def _trial(evening: Evening, lang: str) -> str:
    """The phone's trial page: a code to scan, and what it proves."""
    if evening.trial is None:
        return ""
    typed = f"{_t('or_type', lang)} <strong>{escape(evening.trial['short'])}</strong>"
    drawing = _qr(evening.trial["qr"], t("home.trial_qr", lang))
    return (
        f'<section class="trial" aria-labelledby="trial"><h2 id="trial">{_t("trial", lang)}</h2>'
        f'<div class="codes"><figure>{drawing}<figcaption>{typed}</figcaption></figure>'
        f"<p>{_t('trial_how', lang)}</p></div></section>"
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


def _without_phones(evening: Evening, lang: str) -> str:
    on = evening.without
    query = "" if lang == "fr" else f"?lang={lang}"
    state = f"<p><strong>{_t('without_on' if on else 'without_off', lang)}</strong></p>"
    if evening.role == FACILITATOR:
        switch = (
            f'<form method="post" action="/essai/telephones{query}">'
            f'<input type="hidden" name="without" value="{"0" if on else "1"}">'
            f'<button type="submit">{_t("without_end" if on else "without_start", lang)}</button></form>'
        )
    else:
        back = urlencode({"next": f"/home{query}", "lang": lang})
        switch = f'<p><a href="/login?{back}">{_t("without_sign_in", lang)}</a></p>'
    return (
        f'<section class="paper" aria-labelledby="paper"><h2 id="paper">{_t("paper", lang)}</h2>{state}'
        f"<p>{_t('paper_how', lang)}</p>{switch}</section>"
    )


def _retention(evening: Evening, lang: str) -> str:
    """How long what is written down tonight is kept."""
    if not evening.retention:
        return ""
    head = "".join(
        f'<th scope="col">{_t(f"kept_{name}", lang)}</th>' for name in ("what", "for", "why", "purged")
    )
    rows = "".join(
        f'<tr><th scope="row">{escape(str(row["what"]))}</th><td>{escape(str(row["kept"]))}</td>'
        f"<td>{escape(str(row['reason']))}</td><td>{escape(_purged(row['purged_at'], lang))}</td></tr>"
        for row in evening.retention
    )
    return (
        f'<section class="kept" aria-labelledby="kept"><h2 id="kept">{_t("kept", lang)}</h2>'
        f'<div class="scroll" tabindex="0"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div></section>"
    )


def _purged(at: float | None, lang: str) -> str:
    if at is None:
        return t("home.kept_never", lang)
    return moment(datetime.fromtimestamp(at).astimezone(), lang)


def _t(name: str, lang: str) -> str:
    return escape(t(f"home.{name}", lang))
