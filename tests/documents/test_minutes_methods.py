"""Minutes of an evening where every way of voting was used: told whole, nothing that may not be, and verifiable."""

import csv
import html
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from components.command.verify import read_proof
from components.documents.minutes import gather, minutes, rows
from components.documents.proof import TOLD, alone, as_text, proof
from components.documents.render import page, table
from components.documents.tables import sheets
from components.documents.visible import page_problems
from components.meeting import events as e
from components.meeting.checking import check_proof
from components.meeting.desk import Desk
from components.voting.ballots import read_choice
from tests.meeting.conftest import Clock, Phones
from tests.meeting.evenings import desk_on
from tests.meeting.test_every_method import BALLOTS, SHEET

pytest_plugins = ["tests.meeting.conftest"]


def hold(desk: Desk, code: str, phones: Phones, steps: list[str]) -> dict[str, str]:
    """Vote on each step, show and seal; step → vote."""
    polls = {}
    desk.act(code, "presence", people=60)
    for step in steps:
        desk.act(code, "show", step=step)
        desk.act(code, "open")
        poll = desk.store.room(code).open_poll
        assert poll is not None
        polls[step] = poll.id
        choices = {f"p{i}": read_choice(poll.question, raw) for i, raw in enumerate(BALLOTS[step])}
        phones.vote(poll.id, choices)
        if step == "mentions":
            slips = [{"a": "good", "b": "reject"}, {"a": "good"}, {}]
            desk.act(code, "slips", batch="lot-1", channel="paper", choices=slips, place="Salle <des> fêtes")
        if step == "consentement":
            desk.act(code, "objection", words="Trop souvent <b>l’hiver</b>")
            found = desk.snapshot(code).room.polls[poll.id].objections[0]
            desk.act(code, "lift_objection", objection=found.id, how="Pas de réunion en janvier")
        desk.act(code, "close")
        desk.act(code, "reveal")
        desk.act(code, "seal")
    return polls


@pytest.fixture
def code(desk: Desk) -> str:
    return desk.new(SHEET.read_text(encoding="utf-8"))


Held = tuple[Desk, str]


@pytest.fixture(scope="module")
def evening(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Held]:
    """Every way of voting, once; the tests only read it."""
    folder = tmp_path_factory.mktemp("evening")
    desk = desk_on(f"sqlite:///{folder}/evening.db", folder / "keys")
    code = desk.new(SHEET.read_text(encoding="utf-8"))
    hold(desk, code, Phones(desk, code), list(BALLOTS))
    desk.act(code, "close_meeting")
    yield desk, code
    desk.store.close()


def written(held: Held, lang: str = "fr") -> str:
    desk, code = held
    return page(minutes(gather(desk, code), lang), lang, proof(desk, code))


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_each_way_of_voting_is_told_whole(evening: Held, lang: str) -> None:
    found = minutes(gather(*evening), lang)
    assert len(found["votes"]) == len(BALLOTS)
    text = page(found, lang, proof(*evening))
    for vote in found["votes"]:
        result = vote["result"]
        assert result["explanation"]
        if result["drawing"]["kind"] not in ("bars", "consent"):
            assert vote["sheets"], vote["poll"]
        for option in result["options"]:
            assert option["label"].replace("&", "&amp;") in text or "'" in option["label"]
        for sheet in vote["sheets"]:
            assert {len(row) for row in sheet.rows} == {len(sheet.head)}, sheet.caption
    assert "&lt;des&gt;" in text
    assert "<des>" not in text
    assert "&lt;b&gt;l’hiver" in text
    assert "Pas de réunion en janvier" in text


def test_the_tables_say_what_the_tally_says(evening: Held) -> None:
    votes = {vote["result"]["drawing"]["kind"]: vote for vote in minutes(gather(*evening), "fr")["votes"]}
    first = votes["profile"]["sheets"][0]
    assert (
        sum(int(cell.split()[0]) for cell in first.rows[0][1:-2]) == votes["profile"]["result"]["votes_cast"]
    )
    budget = votes["budget"]
    assert sum("financé, n°" in row[-1] for row in budget["sheets"][0].rows) == len(
        budget["result"]["winners"]
    )
    ranking, duels, strongest = votes["duels"]["sheets"]
    assert len(duels.rows) == len(strongest.rows) == len(votes["duels"]["result"]["options"])
    assert ranking.rows[0][1] == "1"
    assert votes["transfers"]["sheets"][0].head[1] == "Tour 1"


def test_percentages_say_what_they_are_of(evening: Held) -> None:
    votes = minutes(gather(*evening), "fr")["votes"]
    bases = {step: vote["result"]["base"] for step, vote in zip(BALLOTS, votes, strict=True)}
    assert bases["mentions"] == "Pourcentages sur 7 suffrages exprimés (blancs à part)"
    assert bases["plusieurs"] == "Pourcentages sur 6 bulletins"
    assert bases["notes"] == bases["budget"] == bases["gommettes"] == bases["classement"] == ""


def test_colleges_are_told_apart_and_the_small_ones_together() -> None:
    few = {"id": "press", "label": "Presse", "ballots": None, "sentence": "Moins de 5", "rows": []}
    many = {"id": "citizen", "label": "Habitantes et habitants", "ballots": 80, "sentence": ""}
    rows = [
        {"id": "a", "label": "A", "count": 60, "count_text": "60"},
        {"id": "b", "label": "B", "count": None, "count_text": "–"},
    ]
    told = sheets({"drawing": {"kind": "bars"}, "colleges": [{**many, "rows": rows}, few]}, "fr")[0]
    assert told.head == ["Réponse", "Habitantes et habitants"]
    assert told.rows == [["A", "60"], ["B", "–"], ["Bulletins reçus", "80"]]
    graded = {"kind": "profile", "grades": [], "rows": []}
    assert sheets({"drawing": graded, "colleges": [{**many, "rows": rows}]}, "fr")[-1].rows == [
        ["Bulletins reçus", "80"]
    ]
    assert sheets({"drawing": {"kind": "bars"}, "colleges": [few]}, "fr") == []


def test_the_spreadsheet_has_a_row_an_option_and_its_place(evening: Held) -> None:
    found = minutes(gather(*evening), "fr")
    read = list(csv.DictReader(io.StringIO(table(found, "fr"))))
    assert len(read) == sum(len(vote["result"]["options"]) for vote in found["votes"])
    graded = next(row for row in read if row["method"].startswith("Jugement") and row["rank"] == "1")
    assert graded["first"] == "1"
    assert re.fullmatch(r"(\w+=\d+ ?){6}", graded["grades"])
    assert graded["ballots_paper"] == "3"
    assert any(row["cost"] for row in read)
    assert any(row["mean"] for row in read)
    assert all("first" in row for row in rows(found, "fr"))


def held_in(text: str) -> dict[str, Any]:
    held = re.search(r'<script type="application/json" id="proof">(.*?)</script>', text, re.S)
    assert held is not None
    found: dict[str, Any] = json.loads(held[1])
    return found


def test_the_page_carries_a_proof_that_holds(evening: Held) -> None:
    found = held_in(written(evening))
    assert found == json.loads(as_text(proof(*evening)))
    report = check_proof(found)
    assert report.good, [problem.sentence() for problem in report.problems]
    assert len(report.votes) == len(BALLOTS)
    assert {len(vote["receipts"]) for vote in found["votes"]} == {6}
    found["votes"][0]["receipts"][0] = "2222-2222"
    assert not check_proof(found).good
    words = json.dumps(held_in(written(evening)), ensure_ascii=False)
    for private in ("counts_by_channel", '"voter"'):
        assert private not in words, private


def test_no_free_text_is_in_the_proof_without_its_page(evening: Held) -> None:
    found = alone(proof(*evening))
    assert check_proof(found).good
    words = as_text(found)
    for private in ("counts_by_channel", '"voter"', "<b>l’hiver", "<des>", "janvier"):
        assert private not in words, private


def test_a_proof_has_what_its_page_prints_and_no_more(evening: Held) -> None:
    desk, code = evening
    found = proof(desk, code)["beside"]
    text = written(evening)
    for _, words in found["texts"].values():
        assert html.escape(words, quote=False) in text.replace("&#39;", "'")
    assert set(found["sheet"]["steps"]) == {step for step, _ in desk.store.room(code).steps_shown}
    assert {name for step in found["sheet"]["steps"].values() for name in step} == {"kind", "title"}


def test_no_ballot_is_published(evening: Held) -> None:
    for vote in proof(*evening)["votes"]:
        assert set(vote) == {"poll", "title", "merkle_root", "choices_root", "receipts", "tally"}
    text = as_text(proof(*evening))
    for whole in ('"cordee","source"', "source,cordee", "a=very_good,b=good"):
        assert whole not in text


def test_what_the_room_has_not_seen_is_in_no_row_of_the_proof(
    desk: Desk, code: str, phones: Phones, clock: Clock
) -> None:
    polls = hold(desk, code, phones, ["mentions", "oui-non"])
    desk.act(code, "hide", poll=polls["oui-non"])
    found = proof(desk, code)
    assert [vote["poll"] for vote in found["votes"]] == [polls["mentions"]]
    told = [row for row in found["log"] if row["body"] and polls["oui-non"] in row["body"]]
    assert {row["kind"] for row in told} <= {"QuestionOpened", "ResultShown", "ResultHidden"}
    assert all(
        row["body"] is None for row in found["log"] if row["kind"] in ("QuestionClosed", "HandsCounted")
    )
    assert check_proof(found).good
    desk.act(code, "close_meeting")
    assert len(proof(desk, code)["votes"]) == 2


def test_a_vote_of_fewer_than_five_proves_nothing_and_tells_nothing(
    desk: Desk, code: str, phones: Phones
) -> None:
    desk.act(code, "show", step="oui-non")
    desk.act(code, "open")
    poll = desk.store.room(code).open_poll
    assert poll is not None
    phones.vote(poll.id, {f"p{i}": ("yes",) for i in range(3)} | {"q": ("no",)})
    for act in ("close", "reveal", "seal", "close_meeting"):
        desk.act(code, act)
    found = proof(desk, code)
    assert found["votes"] == []
    assert check_proof(found).good
    assert '"yes": 3' not in as_text(found).replace("\\", "")


def test_the_kinds_told_exist() -> None:
    assert set(e.KINDS) >= TOLD


def test_the_saved_page_can_be_verified(evening: Held, tmp_path: Path) -> None:
    file = tmp_path / "compte-rendu.html"
    file.write_text(written(evening), encoding="utf-8")
    assert check_proof(read_proof(file)).good
    for lang in ("fr", "en"):  # every way of voting, as the page draws it
        found = proof(*evening)
        words = page(minutes(gather(*evening), lang), lang, found)
        assert page_problems(words, json.loads(as_text(found))) == []
