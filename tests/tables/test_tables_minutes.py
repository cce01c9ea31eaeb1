"""What tables said in the minutes: before the end only what the room saw, then all of it, grouped, with its tables."""

import csv
import io

import pytest

from components.documents.minutes import gather, minutes
from components.documents.proof import proof
from components.documents.render import page, table
from components.meeting.desk import Desk


@pytest.fixture
def written(desk: Desk, code: str) -> str:
    for n, (kind, words) in enumerate((("for", "du bus"), ("for", "=bus()"), ("idea", "<b>un câble</b>")), 1):
        desk.act(code, "contribute", id=f"reponse-{n}", table=n, kind=kind, words=words)
    desk.act(code, "group", members=["reponse-1", "reponse-2"], title="Bus")
    return code


def shown(desk: Desk, code: str) -> str:
    return page(minutes(gather(desk, code), "fr"), "fr", proof(desk, code))


def test_the_interim_minutes_hold_what_the_room_saw(desk, written):
    found = shown(desk, written)
    assert "du bus" not in found
    assert "Bus" not in found
    assert "3 réponses n’ont pas encore été montrées" in found
    desk.act(written, "show_tables", kind="for")
    found = shown(desk, written)
    assert "du bus" in found
    assert "câble" not in found
    assert "câble" not in table(minutes(gather(desk, written), "fr"), "fr", False)


def test_the_final_minutes_hold_all_of_it_grouped(desk, written):
    desk.act(written, "close_meeting")
    told = minutes(gather(desk, written), "fr")
    found = shown(desk, written)
    assert "<strong>Bus</strong> (tables 1 et 2)" in found
    assert "du bus (table 1)" in found
    assert "&lt;b&gt;un câble&lt;/b&gt; (table 3)" in found
    rows = list(csv.DictReader(io.StringIO(table(told, "fr", False).lstrip("\ufeff"))))
    said = [
        (row["question"], row["option"], row["label"], row["note"])
        for row in rows
        if row["method"] == "tables"
    ]
    assert said == [
        ("Bus", "for", "du bus", "table 1"),
        ("Bus", "for", "'=bus()", "table 2"),
        ("", "idea", "<b>un câble</b>", "table 3"),
    ]


def test_erased_words_leave_the_minutes(desk, written):
    desk.act(written, "close_meeting")
    desk.act(written, "erase_contribution", id="reponse-1")
    assert "du bus" not in shown(desk, written)


def test_a_meeting_without_tables_does_not_speak_of_them(desk, code):
    assert "Réponses des tables" not in shown(desk, code)
