"""The state of the machine, each check on what it is handed."""

from datetime import datetime

import pytest

from components.access.store import StoreError
from components.command import selftest
from components.command.home import Evening, html, moment, says
from components.command.selftest import Check
from components.look.i18n import LANGUAGES
from components.screen.joining import joining

GOOD = Check("python", "good", "good", {"version": "3.13.0"})


def refuse(url: str) -> None:
    raise StoreError("refused", "attempt to write a readonly database")


def accept(url: str) -> None:
    return None


CHECKS = [
    (selftest.python((3, 13, 0)), "good"),
    (selftest.python((3, 11, 9)), "bad"),
    (selftest.disk(84 * 10**9), "good"),
    (selftest.disk(10**9), "look"),
    (selftest.disk(10**7), "bad"),
    (selftest.clock(datetime(2026, 11, 21, 20, 5)), "good"),
    (selftest.clock(datetime(1970, 1, 1)), "bad"),
    (selftest.database("sqlite:////tmp/x/cordee.db", accept), "good"),
    (selftest.database("postgresql://me:secret@host/base", refuse), "bad"),
    (selftest.network("192.168.1.10"), "good"),
    (selftest.network("127.0.0.1"), "look"),
    (selftest.network("8.8.8.8"), "look"),
    (selftest.network("vote.example.fr"), "good"),
    (selftest.pages(5006, opened=False), "good"),
    (selftest.pages(5006, opened=True), "look"),
    (selftest.phones(5007, "urn", wanted=True), "good"),
    (selftest.phones(5007, None, wanted=True), "bad"),
    (selftest.phones(5007, "pages", wanted=True), "bad"),
    (selftest.phones(5007, None, wanted=False), "look"),
    (selftest.firewall("192.168.1.10", 5007), "look"),
    (selftest.firewall("127.0.0.1", 5007), "look"),
]


@pytest.mark.parametrize(("check", "state"), CHECKS)
def test_each_check_is_judged_and_said_in_both_languages(check: Check, state: str) -> None:
    assert check.state == state
    for lang in LANGUAGES:
        sentence = says(check, lang)
        assert len(sentence) > 5
        assert "{" not in sentence
        assert "secret" not in sentence


def test_the_clock_is_said_as_people_say_it() -> None:
    assert moment(datetime(2026, 11, 21, 20, 5)) == "samedi 21 novembre 2026, 20\u00a0h\u00a005"
    assert moment(datetime(2027, 1, 1, 9, 0)).startswith("vendredi 1er janvier 2027")
    assert moment(datetime(2026, 11, 21, 20, 5), "en") == "Saturday 21 November 2026, 20:05"


def test_the_page_shows_where_to_go_and_how_to_join() -> None:
    known = joining("http://192.168.1.10:5007", "ABCD", {"CORDEE_WIFI": "Salle & <fête>"})
    text = html(Evening("Débat", "ABCD", known), [GOOD])
    for address in ("/console?meeting=ABCD", "/screen?meeting=ABCD", "/explore?meeting=ABCD"):
        assert f'href="{address}"' in text
    assert "192.168.1.10:5007" in text
    assert "Salle &amp; &lt;fête&gt;" in text
    assert text.count('role="img"') == 2


def test_a_hostile_title_is_text() -> None:
    text = html(Evening("<script>alert(1)</script>\u202e", None, None), [GOOD])
    assert "<script" not in text
    assert "&lt;script&gt;" in text


@pytest.mark.parametrize(
    ("states", "summary"), [("good", "Tout est prêt"), ("look", "coup d’œil"), ("bad", "à régler")]
)
def test_the_worst_check_makes_the_summary(states: str, summary: str) -> None:
    worst = {"good": GOOD, "look": selftest.network("127.0.0.1"), "bad": selftest.phones(5007, None, True)}[
        states
    ]
    assert summary in html(Evening(None, None, None), [GOOD, worst])


def test_english_links_stay_english() -> None:
    assert 'href="/console?meeting=ABCD&amp;lang=en"' in html(Evening("Debate", "ABCD", None), [GOOD], "en")
