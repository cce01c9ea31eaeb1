"""Counting by hand on a second phone: batches once, totals, what a helper sees and what never."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from components.meeting.keys import poll_secret
from components.meeting.store import Cast
from components.voting.sealing import voter_key
from tests.helping.house import HELPER, Kitchen, kitchen
from tests.tables.conftest import SHEET

WITH_PAPER = SHEET.replace("method: single", "method: single\n    channels: [phone, hands, paper, cards]")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Kitchen]:
    with kitchen(tmp_path, WITH_PAPER) as made:
        made.act("presence", people=200)
        made.act("show", step="un")
        made.act("open")
        yield made


def poll_of(house: Kitchen) -> str:
    return next(iter(house.desk.store.room(house.code).polls))


def batch(house: Kitchen, name: str = "lot-0001-abcd", **more: object) -> dict[str, object]:
    choices = [["a"]] * 25 + [["b"]] * 15
    order = {"do": "slips", "poll": poll_of(house), "batch": name, "channel": "paper", "choices": choices}
    return {**order, "mode": "market", "place": "Halles", **more}


def test_a_batch_sent_again_counts_once_and_is_seen_by_all(house):
    for _ in range(3):
        assert house.post("counting", **batch(house)).json() == {"status": "written"}
    (seen,) = house.get("counting").json()["vote"]["batches"]
    assert (seen["slips"], seen["place"], seen["mode_label"], seen["channel"]) == (
        40,
        "Halles",
        "au marché",
        "paper",
    )
    assert seen["at"] > 0
    assert house.desk.snapshot(house.code).tally.ballots == 40


def test_only_who_keyed_a_batch_knows_its_name_and_may_strike_it(house):
    house.post("counting", **batch(house))
    told = house.get("counting").text
    assert "lot-0001-abcd" not in told
    mark = json.loads(told)["vote"]["batches"][0]["mark"]
    answer = house.post("counting", do="strike", poll=poll_of(house), batch=mark)
    assert (answer.status_code, answer.json()["error"]) == (409, "no_such_batch")
    assert house.post("counting", do="strike", poll=poll_of(house), batch="lot-0001-abcd").status_code == 200
    assert house.get("counting").json()["vote"]["batches"] == []
    answer = house.post("counting", **batch(house))
    assert answer.json()["error"] == "batch_taken_back"


def test_nothing_of_what_was_voted_is_told(house):
    secret = house.desk.keys.make(poll_secret(house.code, poll_of(house)))
    house.desk.store.cast(
        [Cast(house.code, poll_of(house), voter_key(secret, f"v{i}"), ("a",), "", 1) for i in range(57)]
    )
    house.post("counting", do="totals", poll=poll_of(house), channel="hands", counts={"a": 13, "b": 24})
    before = house.get("counting").json()
    house.act("close")
    house.act("reveal")
    after = house.get("counting").json()
    for told in (before, after):
        assert told["vote"]["keyed"] == {"hands": 37}
        text = json.dumps({**told, "present": 0})
        assert not re.search(r"(?<![\w.])(?:57|94|13|24)(?![\w.])|counts|winners|result", text), text
    assert (before["vote"]["state"], after["vote"]["state"]) == ("open", "closed")
    house.act("seal")
    assert (house.get("counting").json()["vote"], house.get("counting").json()["why"]) == (None, "sealed")


def test_totals_replace_one_another_and_are_checked(house):
    for n in (4, 9):
        order = {"do": "totals", "poll": poll_of(house), "channel": "hands", "counts": {"a": n}}
        assert house.post("counting", **order).status_code == 200
    assert house.desk.store.room(house.code).polls[poll_of(house)].keyed["hands"].slips == 9
    answer = house.post("counting", do="totals", poll=poll_of(house), channel="hands", counts={"a": 900})
    assert answer.status_code == 409
    assert "200" in answer.json()["message"]


def test_strangers_and_nonsense_are_refused_and_write_nothing(house):
    assert httpx.post(house.address("counting"), json=batch(house)).status_code == 403
    assert httpx.get(house.address("counting")).status_code == 403
    away = httpx.get(f"{house.url}/comptage/{house.code.lower()}")
    assert away.headers["Location"] == f"/login?meeting={house.code}&next=/comptage/{house.code}"
    for nonsense in (
        {},
        {"do": "slips"},
        {"do": "open", "poll": poll_of(house)},
        batch(house, poll=None),
        batch(house, poll=["x"]),
        batch(house, do="reveal"),
        batch(house, choices="a"),
        batch(house, batch="../x"),
        batch(house, channel="phone"),
        {"do": "totals", "poll": poll_of(house), "channel": "phone", "counts": {}},
        {"do": "totals", "poll": poll_of(house), "channel": "hands", "counts": 3},
    ):
        assert house.post("counting", **nonsense).status_code == 400, nonsense
    for wrong in (
        batch(house, choices=[["zz"]]),
        batch(house, choices=[]),
        batch(house, poll="other"),
        batch(house, mode="room", choices=[["a"]] * 200, place=7),
    ):
        assert house.post("counting", **wrong).status_code == 409, wrong
    assert house.desk.store.room(house.code).polls[poll_of(house)].batches == {}
    assert httpx.get(f"{house.url}/comptage/{house.code}", headers=HELPER).status_code == 200
