"""The held line: state as it changes, ballots acknowledged, nothing hidden in any byte."""

import json
import re
import time

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from components.phone.hall import Hall
from components.phone.limits import LARGEST_BODY

pytestmark = pytest.mark.usefixtures("either_way")


def test_state_welcome_ballot_and_acknowledgement(house):
    poll = house.ask("un")
    token = house.join()
    line = house.socket(token)
    assert line.hear("state")["state"]["vote"]["poll"] == poll
    assert line.hear("welcome")["own"] is None
    line.say(type="ballot", poll=poll, choice="a", sequence=1)
    ack = line.hear("ack")
    assert (ack["poll"], ack["sequence"], ack["status"]) == (poll, 1, "received")
    assert house.counts(poll) == {("a",): 1}
    line.close()
    again = house.socket(token)
    assert again.hear("welcome")["own"] == {
        "poll": poll,
        "choice": ["a"],
        "sequence": 1,
        "receipt": ack["receipt"],
        "college": "",
        "second": False,
        "struck": False,
    }
    again.close()


def test_a_late_joiner_gets_the_present_state_and_a_known_state_is_not_sent_again(house):
    house.ask("trois")
    line = house.socket(house.join())
    told = line.hear("state")
    assert told["state"]["vote"]["title"].startswith("Deux au plus")
    line.close()
    second = house.socket(house.join(), f"?have={told['digest']}")
    second.hear("welcome")
    assert [json.loads(text)["type"] for text in second.heard] == ["welcome"]
    second.close()


def test_changes_are_pushed_in_the_language_of_the_phone_within_300_ms(house):
    french, english = house.socket(house.join()), house.socket(house.join(), "?lang=en")
    for line in (french, english):
        line.hear("welcome")
    started = time.monotonic()
    house.act(("show", {"step": "un"}), "open")
    said = []
    for line in (french, english):
        while (vote := line.hear("state")["state"]["vote"]) is None:
            pass
        said.append(vote["options"][0]["label"])
    assert time.monotonic() - started < 0.3
    assert said == ["Alpha", "Alpha one"]
    french.close()
    english.close()


def test_ballots_of_others_push_nothing_while_hidden(house):
    poll = house.ask("un")
    line = house.socket(house.join())
    line.hear("welcome")
    for _ in range(5):
        house.vote(house.join(), poll, "a", 1)
    assert line.silent(0.8)
    line.close()


def test_a_result_shown_while_voting_grows_twice_a_second_at_most_and_ends_right(house):
    poll = house.ask("direct")
    line = house.socket(house.join())
    line.hear("welcome")
    started, seen = time.monotonic(), []
    for _ in range(30):
        house.vote(house.join(), poll, "yes", 1)
    while not seen or seen[-1] != 30:
        result = line.hear("state")["state"]["vote"]["result"]
        seen.append(result["ballots"])
    assert len(seen) <= 2 + 2 * (time.monotonic() - started)
    line.close()


def test_a_hidden_result_is_in_no_byte_sent_to_phones(house):
    """Open, closed, shown then hidden again: 17 ballots of which 11 and 6, as figures or as percentages."""
    poll = house.ask("un")
    watcher = house.socket(house.join())
    watcher.hear("welcome")
    bodies = []

    def look():
        for lang in ("fr", "en"):
            bodies.append(httpx.get(f"{house.api}/state?lang={lang}").text)
            page = httpx.get(f"{house.page}?lang={lang}").text
            bodies.append(page[page.index("</style>") : page.index('"texts":')])
        line = house.socket(house.join())
        line.hear("welcome")
        bodies.extend(line.heard)
        line.close()
        while not watcher.silent(0.3):
            pass
        bodies.extend(watcher.heard)
        watcher.heard.clear()

    def leaks():
        wanted = re.compile(
            r'"(?:count|percent|ballots|received|by_channel|winners)|réponses de|people in the room'
            r"|(?<![\w.-])(?:17|28|11|6|64[.,]7|35[.,]3|60[.,]7)(?![\w.-])|65(?:\\u202f|\u202f)?%"
        )
        return [found for body in bodies for found in wanted.findall(body)]

    for n in range(17):
        assert house.vote(house.join(), poll, "a" if n < 11 else "b", 1).status_code == 200
    look()
    house.act(("presence", {"people": 60}), ("hands", {"counts": {"a": 17}}), "peek")
    look()
    house.act("close")
    look()
    assert leaks() == []
    house.act("reveal")
    look()
    assert leaks() != []
    bodies.clear()
    house.act("hide")
    look()
    house.act("seal")
    look()
    assert leaks() == []
    watcher.close()


def test_a_key_in_the_first_message(house):
    line = house.socket()
    line.say(type="hello", token="x")
    assert line.hear("refused")["error"] == "forged_key"
    line.say(type="hello", token=house.join())
    assert line.hear("welcome")["own"] is None
    line.close()


def test_a_ballot_may_bring_its_key(house):
    poll = house.ask("un")
    line = house.socket()
    line.say(type="ballot", poll=poll, choice="a", sequence=1)
    assert line.hear("refused")["error"] == "no_key"
    line.say(type="ballot", poll=poll, choice="a", sequence=1, token="x")
    assert line.hear("refused")["error"] == "forged_key"
    line.say(type="ballot", poll=poll, choice="a", sequence=1, token=house.join())
    assert line.hear("ack")["choice"] == ["a"]
    line.close()


def test_bad_messages_are_answered_and_the_line_holds(house):
    poll = house.ask("un")
    line = house.socket(house.join())
    line.hear("welcome")
    bad = [
        ("{", 400), ("[]", 400), ("nul", 400), ("[" * 5000, 400), ('{"type": "dance"}', 400), ("{}", 400),
        (b"\xff", 400),
        (json.dumps({"type": "ballot"}), 400),
        (json.dumps({"type": "ballot", "poll": poll, "choice": "nope", "sequence": 3}), 400),
        (json.dumps({"type": "ballot", "poll": "trois", "choice": "x", "sequence": 4}), 409),
        (json.dumps({"type": "ballot", "poll": poll, "choice": "\ud800", "sequence": 5}), 400),
        (json.dumps({"type": "hello", "token": 5}), 400),
    ]  # fmt: skip
    for message, status in bad:
        line.connection.send(message)
        told = line.hear("refused")
        assert told["status"] == status, message
        assert told["message"]
    line.say(type="ping")
    line.hear("pong")
    line.say(type="ballot", poll=poll, choice="a", sequence=6)
    assert line.hear("ack")["sequence"] == 6
    assert house.counts(poll) == {("a",): 1}
    line.close()


def test_half_a_sign_is_refused_in_words(house):
    line = house.socket(house.join())
    line.hear("welcome")
    line.connection.send('{"type":"ballot","poll":"\\ud800","choice":["a"],"sequence":1}')
    assert line.hear("refused")["error"]
    line.say(type="ping")
    line.hear("pong")


def test_a_message_too_large_ends_the_line_only(house):
    line = house.socket(house.join())
    line.hear("welcome")
    line.connection.send("x" * (LARGEST_BODY + 1))
    with pytest.raises(ConnectionClosed):
        line.hear("nothing")
    assert httpx.get(f"{house.api}/state").status_code == 200


def test_another_site_opens_no_line(house):
    address = f"ws://127.0.0.1:{house.port}/v/{house.code}/ws"
    for origin in ("http://evil.example", "null", "http://127.0.0.1:1"):
        with pytest.raises(InvalidStatus) as refused:
            connect(address, origin=origin)
        assert refused.value.response.status_code == 403
    with connect(address, origin=house.url):
        pass


def test_an_unknown_or_deleted_meeting_is_said(house):
    with connect(f"ws://127.0.0.1:{house.port}/v/ZZZZ/ws") as line:
        assert json.loads(line.recv(timeout=2))["type"] == "gone"
    kept = house.socket(house.join())
    kept.hear("welcome")
    house.console.store.delete(house.code)
    assert "Aucune séance" in kept.hear("gone")["message"]
    assert httpx.get(f"{house.api}/state").status_code == 404
    assert httpx.get(house.page).status_code == 404


def test_after_a_rehearsal_was_cleared_phones_are_present_again_and_nothing_is_received(house):
    poll = house.ask("un")
    token = house.join()
    line = house.socket(token)
    line.hear("welcome")
    line.say(type="ballot", poll=poll, choice="a", sequence=1)
    line.hear("ack")
    house.console.store.restart(house.code, time.time())
    assert line.hear("welcome")["own"] is None
    assert house.ask("un") == poll
    time.sleep(0.2)
    assert house.console.store.joined(house.code) == 1
    line.say(type="ballot", poll=poll, choice="b", sequence=2)
    line.hear("ack")
    assert house.counts(poll) == {("b",): 1}
    line.close()


def test_a_fault_while_opening_ends_the_line_and_counts_it_out(house, monkeypatch):
    def broken(self: object, lang: str) -> None:
        raise RuntimeError("broken")

    token = house.join()
    with monkeypatch.context() as patch:
        patch.setattr(Hall, "told", broken)
        with pytest.raises(ConnectionClosed):
            house.socket(token).hear("welcome")
    assert house.urn._lines == 0
    house.socket(token).hear("welcome")


def test_phones_that_left_are_forgotten(house):
    lines = [house.socket(house.join()) for _ in range(20)]
    for line in lines:
        line.hear("welcome")
        line.close()
    end = time.monotonic() + 5
    while any(house.urn.sockets.values()) and time.monotonic() < end:
        time.sleep(0.02)
    assert not any(house.urn.sockets.values())
