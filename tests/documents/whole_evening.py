"""An evening with everything that minutes print."""

import re
from typing import Any

from components.meeting.desk import Desk
from components.meeting.keys import pair_secret, poll_secret
from components.meeting.poll import Poll
from components.meeting.store import Cast
from components.voting.ballots import read_choice
from components.voting.sealing import pair_key, voter_key
from tests.meeting.conftest import Clock
from tests.meeting.test_every_method import BALLOTS, SHEET


def sheet() -> str:
    """Every way of voting, one by college and one put twice, and a step for tables."""
    source = SHEET.read_text(encoding="utf-8")
    source = source.replace("    rule: {turnout: 50", "    by_college: true\n    rule: {turnout: 50", 1)
    again = "  - {id: apres, kind: vote, minutes: 0, question: apres, pairs_with: heure}\n"
    tables = "  - {id: tables, kind: tables, minutes: 0, title: {fr: Aux tables, en: At tables}}\n"
    source = source.replace("  - {id: plusieurs,", f"{again}{tables}  - {{id: plusieurs,", 1)
    heure = re.search(r"  heure:\n(.*?)  themes:", source, re.S)
    assert heure
    return f"{source}\n  apres:\n{heure[1]}"


def cast(desk: Desk, code: str, poll: Poll, raw: list[Any]) -> None:
    """Sixteen ballots: two colleges of seven, one of two; five from afar, two from one machine."""
    secret = desk.keys.get(poll_secret(code, poll.id))
    pairing = desk.keys.get(pair_secret(code, poll.question.pair)) if poll.question.pair else None
    assert secret
    for n in range(16):
        token = f"phone-{n}"
        desk.store.cast(
            [
                Cast(
                    code,
                    poll.id,
                    voter_key(secret, token),
                    read_choice(poll.question, raw[(n // 2) % len(raw)]),
                    pair_key(pairing, token) if pairing else "",
                    1,
                    channel="remote" if n < 5 else "phone",
                    college=("citizen", "elected", "press")[n // 7],
                    origin="machine" if n > 13 else "",
                )
            ]
        )


def hold(desk: Desk, clock: Clock) -> str:
    """A meeting with everything that minutes print; not closed."""
    code = desk.new(sheet())
    desk.store.join((code, f"device-{n}") for n in range(23))
    desk.act(code, "presence", people=60)
    desk.act(code, "show", step="accueil")
    for college, minutes_spoken in (("citizen", 2), ("elected", 1), ("", 3)):
        desk.act(code, "queue", college=college)
        desk.act(code, "speak")
        clock.pass_minutes(minutes_spoken)
        desk.act(code, "speech_end")
    for step, raw in {**BALLOTS, "apres": BALLOTS["un-choix"][::-1]}.items():
        clock.pass_minutes(4)
        desk.act(code, "show", step=step)
        desk.act(code, "open")
        poll = desk.store.room(code).open_poll
        assert poll
        cast(desk, code, poll, raw)
        if step == "oui-non":
            desk.act(code, "hands", counts={"yes": 4, "no": 2})
            desk.act(code, "peek")
            desk.act(code, "strike", origin="machine")
        if step == "mentions":
            slips = [{"a": "good", "b": "reject"}, {"a": "good"}, {}]
            desk.act(code, "slips", batch="lot-1", channel="paper", choices=slips, place="Salle <des> fêtes")
            desk.act(code, "slips", batch="lot-2", channel="paper", choices=slips, mode="market")
        if step == "consentement":
            for words in ("Trop souvent <b>l’hiver</b>", "Trop loin"):
                desk.act(code, "objection", words=words)
                found = desk.store.room(code).polls[poll.id].objections[-1]
                desk.act(code, "lift_objection", objection=found.id, how="Pas de réunion en janvier")
        desk.act(code, "close")
        desk.act(code, "reveal")
        desk.act(code, "seal")
    desk.act(code, "improvise", title="Une pause & un café ?")
    desk.act(code, "close")
    desk.act(code, "show", step="tables")
    for n, (kind, words) in enumerate((("for", "du bus"), ("for", "des trains"), ("idea", "un câble")), 1):
        desk.act(code, "contribute", id=f"reponse-{n}", table=n, kind=kind, words=words)
    desk.act(code, "group", members=["reponse-1", "reponse-2"], title="Transports")
    desk.act(code, "show_tables", kind="for")
    desk.act(code, "contest", words="Ce chiffre date de 2012.")
    desk.act(code, "decide", words="La commune achète un vélo.", who="Mme Dupont", when="juin")
    desk.act(code, "decide", words="À effacer.")
    erased = desk.store.room(code).notes[-1].text
    desk.act(code, "erase", text=erased)
    desk.act(code, "presence", people=61)
    desk.act(code, "undo")
    desk.act(code, "issue_codes", college="citizen", number=5)
    return code
