"""The state of the machine, each check on what it is handed."""

import json
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest

from components.access.store import StoreError
from components.command import selftest
from components.command.home import Evening, html, moment, says
from components.command.selftest import Check
from components.look.i18n import LANGUAGES
from components.screen.joining import joining
from components.screen.joining import trial as trial_code

NOW = datetime(2026, 11, 21, 20, 5, tzinfo=UTC)
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
    *(
        (selftest.firewall("192.168.1.10", 5007, platform=name), "look")
        for name in ("win32", "darwin", "linux")
    ),
    (selftest.firewall("127.0.0.1", 5007), "look"),
    (selftest.firewall("192.168.1.10", 5007, NOW - timedelta(hours=1), NOW), "good"),
    (selftest.firewall("192.168.1.10", 5007, NOW - timedelta(days=7), NOW), "look"),
    (selftest.firewall("192.168.1.10", 5007, NOW + timedelta(days=1), NOW), "look"),
    (selftest.network("192.168.1.10", ["10.0.0.2"]), "good"),
    (selftest.clock(NOW, NOW - timedelta(days=300)), "good"),
    (selftest.clock(NOW, NOW + timedelta(minutes=5)), "bad"),
    (selftest.clock(NOW, NOW + timedelta(seconds=5), 30.0), "good"),
    (selftest.clock(NOW, None, 3600.0), "look"),
    (selftest.clock(NOW, None, -3600.0), "look"),
    (selftest.screens([]), "look"),
    (selftest.screens([(1920, 1080)]), "good"),
    (selftest.screens([(1920, 1080), (800, 600)]), "look"),
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
    text = html(Evening(None, None, None), [GOOD, worst])
    assert summary in text.partition('class="summary"')[2].partition("</p>")[0].rpartition(">")[2]


def test_a_state_is_a_word_and_a_sign_never_a_colour_alone() -> None:
    text = html(Evening(None, None, None), [GOOD, selftest.screens([]), selftest.phones(5007, None, True)])
    for check, sign, word in (
        ("python", "✓", "bon"),
        ("screens", "!", "à voir"),
        ("phones", "✗", "à régler"),
    ):
        row = text.partition(f'data-check="{check}"')[2].partition("</li>")[0]
        assert sign in row
        assert f">{word}<" in row


def test_the_words_for_the_browser_are_escaped() -> None:
    words = html(Evening(None, None, None), [GOOD]).partition('data-words="')[2].partition('"')[0]
    assert json.loads(unescape(words))["projector_one"].startswith("Un seul écran")


@pytest.mark.parametrize(
    ("role", "shown", "hidden"),
    [
        ("public", ["/login/change", "/login?"], ["/logout", "/login/roles", "/essai/telephones"]),
        ("facilitator", ["/logout", "/login/roles", "/essai/telephones"], []),
        ("rapporteur", ["/logout"], ["/login/change", "/login/roles", "/essai/telephones"]),
    ],
)
def test_each_role_is_shown_its_own_doors(role: str, shown: list[str], hidden: list[str]) -> None:
    text = html(Evening(None, None, None, role), [GOOD])
    assert all(address in text for address in shown)
    assert not any(address in text for address in hidden)


def test_without_phones_is_said_and_can_be_switched_back() -> None:
    on = html(Evening("Débat", "ABCD", None, "facilitator", without=True), [GOOD])
    assert "Aucun code n’est montré" in on
    assert 'name="without" value="0"' in on
    off = html(Evening("Débat", "ABCD", None, "facilitator"), [GOOD])
    assert 'name="without" value="1"' in off


def test_a_phone_is_tried_by_a_code_of_its_own() -> None:
    found = trial_code("http://192.168.1.10:5007", {})
    assert found is not None
    assert found["url"] == "http://192.168.1.10:5007/essai"
    text = html(Evening(None, None, None, trial=found), [GOOD])
    assert "192.168.1.10:5007/essai" in text
    assert trial_code("", {}) is None
    assert trial_code("http://192.168.1.10:5007", {"CORDEE_PHONES": "0"}) is None


def test_english_links_stay_english() -> None:
    assert 'href="/console?meeting=ABCD&amp;lang=en"' in html(Evening("Debate", "ABCD", None), [GOOD], "en")


def test_how_long_things_are_kept_is_a_table_of_text() -> None:
    row = {
        "what": "Bulletins <b>",
        "kept": "un an",
        "reason": "recours",
        "purged": 3,
        "purged_at": NOW.timestamp(),
    }
    text = html(Evening(None, None, None, retention=[row, {**row, "purged_at": None}]), [GOOD])
    assert "Bulletins &lt;b&gt;" in text
    assert "21 novembre 2026" in text
    assert "pas encore" in text
    assert "Combien de temps" not in html(Evening(None, None, None), [GOOD])
