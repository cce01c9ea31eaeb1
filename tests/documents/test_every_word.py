"""Every word of the minutes, changed alone: `cordee verify` refuses the page and says where.

Exceptions, that a reader may find otherwise in a sound page: runs of spaces, addresses of links and whether a list is
unfolded (a browser writes them its own way when it saves), the digest of the page and the proof, which are checked
by themselves.
"""

import itertools
import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from components.command.main import main
from components.documents import visible
from components.documents.minutes import gather, minutes
from components.documents.proof import proof
from components.documents.render import page
from components.documents.text import Shown, read_page
from components.documents.visible import differences, shown_problems, written_again
from components.look.i18n import t
from components.meeting import archive
from components.meeting.checking import check_proof, proof_digest
from components.meeting.desk import Desk
from components.meeting.store import digest_of
from tests.documents.whole_evening import cast, hold, sheet
from tests.examples import FULL
from tests.meeting.conftest import Clock
from tests.meeting.evenings import desk_on
from tests.meeting.test_every_method import BALLOTS

WORDS = 60
"""Of a page, tried in `make test`; all with CORDEE_EXAMPLES=full."""
Held = tuple[Desk, str]


@pytest.fixture(scope="module")
def interim(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Held]:
    """An evening under way: a speech goes on, a vote is open, answers of tables are not shown."""
    folder, clock = tmp_path_factory.mktemp("interim"), Clock()
    desk = desk_on(f"sqlite:///{folder}/evening.db", folder / "keys", clock)
    code = hold(desk, clock)
    desk.act(code, "queue", college="officer")
    desk.act(code, "speak")
    clock.pass_minutes(1)
    yield desk, code
    desk.store.close()


@pytest.fixture(scope="module")
def evening(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Held]:
    folder, clock = tmp_path_factory.mktemp("evening"), Clock()
    desk = desk_on(f"sqlite:///{folder}/evening.db", folder / "keys", clock)
    code = hold(desk, clock)
    desk.act(code, "close_meeting")
    yield desk, code
    desk.store.close()


def written(held: Held, lang: str = "fr") -> str:
    desk, code = held
    record = gather(desk, code)
    return page(minutes(record, lang), lang, proof(desk, code, record))


def held_in(html: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="proof">(.*?)</script>', html, re.S)
    assert found
    proven: dict[str, Any] = json.loads(found[1])
    return proven


def with_proof(html: str, change: Callable[[dict[str, Any]], object]) -> str:
    """The page with its proof changed, both digests made anew as a forger would."""
    proven = held_in(html)
    change(proven)
    proven["sha256"] = proof_digest(proven)
    words = json.dumps(proven, ensure_ascii=False).replace("<", "\\u003c").replace("&", "\\u0026")
    head, tail = html.split('id="proof">', 1)
    return redigested(f'{head}id="proof">{words}{tail[tail.index("</script>") :]}')


def redigested(html: str) -> str:
    return re.sub(r'data-text="\w*"', f'data-text="{read_page(html).digest}"', html, count=1)


def texts(html: str) -> list[tuple[int, int]]:
    """Where each text stands between two tags, those of the style sheet and of the proof left out."""
    skipped = [match.span() for match in re.finditer(r"<(style|script)\b.*?</\1>", html, re.S)]
    return [
        match.span(1)
        for match in re.finditer(r">([^<>]*\S[^<>]*)<", html)
        if not any(a <= match.start(1) < b for a, b in skipped)
    ]


def other(words: str) -> str:
    """The same words with one digit or one letter changed."""
    digit = re.search(r"(?<!&#)\d", words)
    if digit:
        return f"{words[: digit.start()]}{(int(digit[0]) + 1) % 10}{words[digit.end() :]}"
    letter = re.search(r"\w(?!\w*;)", words)
    return words.replace(letter[0], "x" if letter[0] != "x" else "y", 1) if letter else f"{words} ?"


def some(found: list[Any]) -> list[Any]:
    return found if FULL else found[:: max(1, len(found) // WORDS)]


def refused(changed: str, wanted: Shown) -> list[str]:
    """What is said of a page that was changed, each time with a place."""
    found = differences(read_page(changed), wanted)
    assert all(problem.values["place"] for problem in found)
    return [problem.sentence() for problem in found]


def test_the_evening_has_everything(evening: Held) -> None:
    html = written(evening)
    for key in ("promise", "improvised", "batches", "struck", "objections", "tables", "peeked", "floor"):
        assert t(f"minutes.{key}") in html, key
    for key in (
        "minutes.paired_table",
        "meeting.text_removed",
        "meeting.college_elected",
        "minutes.how_counted",
    ):
        assert t(key) in html, key


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("which", ["evening", "interim"])
def test_a_sound_page_is_written_again_word_by_word(
    request: pytest.FixtureRequest, which: str, lang: str
) -> None:
    html = written(request.getfixturevalue(which), lang)
    assert shown_problems(html, held_in(html)) == ([], [])
    assert check_proof(held_in(html)).good
    assert redigested(html) == html


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("which", ["evening", "interim"])
def test_each_word_changed_alone_is_named_with_its_place(
    request: pytest.FixtureRequest, which: str, lang: str
) -> None:
    html = written(request.getfixturevalue(which), lang)
    wanted, spans = written_again(held_in(html), lang), texts(html)
    assert len(spans) > 500
    for start, end in some(spans):
        words = html[start:end]
        said = refused(html[:start] + other(words) + html[end:], wanted)
        assert len(said) == 1, words
        assert "la page dit" in said[0], words


def test_each_word_taken_out_or_put_elsewhere_is_named(evening: Held) -> None:
    html = written(evening)
    wanted, spans = written_again(held_in(html), "fr"), texts(html)
    for (a, b), (c, d) in some(list(itertools.pairwise(spans))):
        assert refused(html[:a] + html[b:], wanted), html[a:b]
        if " ".join(html[a:b].split()) != " ".join(html[c:d].split()):  # two cells or headings swapped
            assert refused(html[:a] + html[c:d] + html[b:c] + html[a:b] + html[d:], wanted), html[a:d]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("</style>", "td { display: none }</style>"),
        ('<span class="bar" style="width: ', '<span class="bar" style="width: 9'),
        ('<section class="vote"', '<section hidden class="vote"'),
        ("</head>", '<link rel="stylesheet" href="//ailleurs/x.css"></head>'),
        ("</main>", "</main><script>document.title = 1</script>"),
        ("</main>", "</main><p>Le Non l’emporte.</p>"),
        ('<html lang="fr">', '<html lang="en">'),
        ('<tr class="first">', "<tr>"),
    ],
)
def test_what_hides_or_adds_is_named(evening: Held, before: str, after: str) -> None:
    html = written(evening)
    assert before in html
    changed = html.replace(before, after, 1)
    assert shown_problems(changed, held_in(changed))[0]


def test_a_page_saved_by_a_browser_is_the_same(evening: Held) -> None:
    html = written(evening)
    saved = html.replace(
        "<head>", '<head><meta http-equiv="Content-Type" content="text/html; charset=UTF-8">', 1
    )
    saved = saved.replace("<!doctype html>", "<!DOCTYPE html>\n<!-- saved from url=(0030)http://x/ -->")
    saved = saved.replace("<details>", '<details open="">').replace('href="?lang', 'href="http://x/?lang')
    saved = saved.replace("\u202f", "&nbsp;")
    assert saved != html
    assert shown_problems(saved, held_in(saved)) == ([], [])


def test_the_hours_are_those_of_the_place_wherever_it_is_verified(
    evening: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    html = written(evening)
    try:
        for zone in ("Pacific/Auckland", "America/Lima"):
            monkeypatch.setenv("TZ", zone)
            time.tzset()
            assert written(evening) != html
            assert shown_problems(html, held_in(html)) == ([], [])
    finally:
        monkeypatch.undo()
        time.tzset()


def note_otherwise(proven: dict[str, Any]) -> None:
    texts = proven["beside"]["texts"]
    name = next(name for name, (_, words) in texts.items() if "vélo" in words)
    texts[name][1] = texts[name][1].replace("vélo", "avion")


def test_a_vote_that_is_not_told_gives_nothing_away_beside_its_log(interim: Held) -> None:
    desk, code = interim
    hidden = [poll for poll in desk.store.room(code).polls.values() if not poll.shown]
    assert hidden
    for poll in hidden:
        told = proof(desk, code)["beside"]["votes"][poll.id]
        assert set(told) <= {"state", "closed_at", "present", "ballots", "by_channel", "receipts"}


FORGED: dict[str, tuple[Callable[[dict[str, Any]], object], tuple[str, str], str]] = {
    "a commitment": (note_otherwise, ("un vélo", "un avion"), "texte saisi à la ligne"),
    "the place of a batch": (
        lambda p: [
            row.__setitem__(1, "Marché") for row in p["beside"]["texts"].values() if "Salle" in row[1]
        ],
        ("Salle &lt;des&gt; fêtes", "Marché"),
        "texte saisi à la ligne",
    ),
    "when a vote ended": (
        lambda p: next(iter(p["beside"]["votes"].values())).update(closed_at=1.0),
        ("", ""),
        "pas de fermeture à l’heure indiquée",
    ),
    "a seal": (
        lambda p: next(iter(p["beside"]["votes"].values())).update(state="closed"),
        ("", ""),
        "nombre de votes scellés",
    ),
    "a title of the proof": (
        lambda p: p["votes"][0].update(title="Autre ?"),
        ("", ""),
        "pas celui de la question posée",
    ),
    "what it is beside": (lambda p: p["beside"].clear(), ("", ""), "pas lisible"),
}


@pytest.mark.parametrize("what", sorted(FORGED))
def test_page_and_proof_changed_together_contradict_the_log(
    evening: Held, tmp_path: Path, capsys: pytest.CaptureFixture[str], what: str
) -> None:
    change, (words, others), said = FORGED[what]
    html = written(evening)
    forged = redigested(
        with_proof(html, change).replace(words, others) if words else with_proof(html, change)
    )
    (tmp_path / "m.html").write_text(forged, encoding="utf-8")
    assert main(["verify", str(tmp_path / "m.html")]) == 1
    assert said in capsys.readouterr().out


def test_a_page_of_another_program_is_compared_as_far_as_it_can(
    evening: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    html = written(evening)
    start, end = next(span for span in texts(html) if html[slice(*span)].startswith("Participation"))
    otherwise = html[:start] + "Il est venu assez de monde." + html[end:]
    assert shown_problems(redigested(otherwise), held_in(html))[0]  # of this program: forged
    monkeypatch.setattr(visible, "form", lambda: "une autre version")
    assert shown_problems(html, held_in(html)) == ([], [])
    problems, notes = shown_problems(redigested(otherwise), held_in(html))
    assert (problems, [note.key for note in notes]) == ([], ["other_form"])
    assert [problem.key for problem in shown_problems(otherwise, held_in(html))[0]] == ["page_changed"]


def test_minutes_of_a_former_version_still_verify_and_say_what_was_not_compared(
    evening: Held, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    html = written(evening)
    former = with_proof(html, lambda p: [p.pop(name) for name in ("beside", "form")])
    former = re.sub(r', "sha256": "\w+"', "", former)
    former = re.sub(r' data-text="\w*"', "", former)
    (tmp_path / "m.html").write_text(former, encoding="utf-8")
    assert main(["verify", str(tmp_path / "m.html")]) == 0
    assert "version antérieure" in capsys.readouterr().out


def rechained(proven: dict[str, Any]) -> None:
    """Sixty people become ninety, and every link is made right again."""
    previous = ""
    for row in proven["log"]:
        if row["kind"] == "PresenceCounted":
            row["body"] = row["body"].replace('"people": 60', '"people": 90')
        body = row["body"] or json.dumps({"_salt": "x"})
        digest = digest_of(previous, proven["chain"], row["version"], row["at"], row["kind"], body)
        row["digest"] = previous = digest
    proven["head"] = previous


def test_a_log_rewritten_whole_is_found_by_what_was_kept_elsewhere(
    evening: Held, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    html, file = written(evening), tmp_path / "m.html"
    proven = held_in(html)
    forged = with_proof(html, rechained)
    wanted = written_again(held_in(forged), "fr")
    at = written(evening).index("<dd>60</dd>")
    forged = forged[:at] + "<dd>90</dd>" + forged[at + len("<dd>60</dd>") :]
    for before, after in ((proven["head"], held_in(forged)["head"]),):
        forged = forged.replace(f"<code>{before}</code>", f"<code>{after}</code>")
    assert not differences(read_page(forged), wanted)
    file.write_text(redigested(forged), encoding="utf-8")
    assert main(["verify", str(file)]) == 0  # nothing in the page contradicts itself
    capsys.readouterr()
    for kept in (proven["head"], proven["head"][:20].upper(), proven["log"][5]["digest"]):
        assert main(["verify", str(file), "--anchor", kept]) == 1
        assert "n’est pas dans cette séance" in capsys.readouterr().out
        (tmp_path / "vrai.html").write_text(html, encoding="utf-8")
        assert main(["verify", str(tmp_path / "vrai.html"), "--anchor", kept]) == 0
        assert "bien dans cette séance" in capsys.readouterr().out
    root = proven["votes"][0]["merkle_root"]
    assert main(["verify", str(tmp_path / "vrai.html"), "--anchor", root]) == 0
    assert main(["verify", str(tmp_path / "vrai.html"), "--anchor", "abc"]) == 1
    assert "seize signes" in capsys.readouterr().err


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_evenings_that_ended_otherwise_are_written_again_too(tmp_path: Path, lang: str) -> None:
    """A proposal abandoned, ballots gone with retention, a meeting loaded where its code was taken, nothing at all."""
    clock = Clock()
    desk = desk_on(f"sqlite:///{tmp_path}/evening.db", tmp_path / "keys", clock)
    code = hold(desk, clock)
    desk.act(code, "show", step="consentement")
    desk.act(code, "open")
    poll = desk.store.room(code).open_poll
    assert poll
    cast(desk, code, poll, BALLOTS["consentement"])
    desk.act(code, "objection", words="Non")
    desk.act(code, "close", abandon=True)
    desk.act(code, "close_meeting")
    archive.export(desk, code, tmp_path / "soir.cordee")
    loaded = archive.load(desk, tmp_path / "soir.cordee").code
    assert loaded != code
    empty = desk.new(sheet())
    for held in (code, loaded, empty):
        html = written((desk, held), lang)
        assert shown_problems(html, held_in(html)) == ([], [])
        assert check_proof(held_in(html)).good
    html = written((desk, code), lang)
    assert t("meeting.abandoned", lang) in html
    for kind in ("sealed_ballots", "texts", "contributions"):
        ids = list(desk.store.words(code))
        desk.store.purge(code, kind, clock(), ids=ids)
    html = written((desk, code), lang)
    assert held_in(html)["votes"] == []
    assert check_proof(
        held_in(html)
    ).good  # slips keyed by hand are kept, but no count can be made of them alone
    assert shown_problems(html, held_in(html)) == ([], [])
