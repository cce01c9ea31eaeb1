"""Every address of the API, its answers against docs/openapi.yaml, and what it says to bad input."""

import json
import re
import socket
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
import yaml
from jsonschema import Draft202012Validator

from components.meeting.keys import meeting_secret, poll_secret
from components.phone.handlers import PATHS
from components.phone.limits import LARGEST_BODY, Meter

DOCS = Path(__file__).resolve().parents[2] / "docs"
OPENAPI = yaml.safe_load((DOCS / "openapi.yaml").read_text(encoding="utf-8"))
JSON = {"Content-Type": "application/json"}


def documented(answer: httpx.Response) -> dict:
    """The answer's JSON, once checked against the schema documented for its address, method and status."""
    path = re.sub(r"/meetings/[^/]+/", "/meetings/{code}/", answer.request.url.path)
    operation = OPENAPI["paths"][path][answer.request.method.lower()]
    response = operation["responses"][str(answer.status_code)]
    if "$ref" in response:
        response = OPENAPI["components"]["responses"][response["$ref"].rpartition("/")[2]]
    if "Retry-After" in response.get("headers", {}):
        assert int(answer.headers["Retry-After"]) > 0
    schema = {**response["content"]["application/json"]["schema"], "components": OPENAPI["components"]}
    found = answer.json()
    Draft202012Validator(schema).validate(found)
    return found


def refused(answer: httpx.Response, status: int, error: str) -> str:
    assert (answer.status_code, answer.json()["error"]) == (status, error), answer.text
    return documented(answer)["message"]


# --- the documentation ------------------------------------------------------------------------------


def test_every_route_is_documented_and_every_documented_route_exists():
    routed = {re.sub(r"\(\[\^/\]\+\)", "{code}", path) for path, _ in PATHS if path.startswith("/api/v1")}
    helped = {
        path for path in OPENAPI["paths"] if path.endswith(("/tables", "/counting"))
    }  # see tests/helping
    assert routed == set(OPENAPI["paths"]) - helped
    for path, handler in PATHS:
        if path.startswith("/api/v1"):
            operations = OPENAPI["paths"][path.replace("([^/]+)", "{code}")]
            assert {name.upper() for name in operations} == set(handler.allowed)


def test_every_documented_status_can_happen_and_no_other(house):
    poll = house.ask("un")
    token = house.join()
    right = {"poll": poll, "choice": "a", "token": token}
    key = {"Authorization": f"Bearer {token}"}
    met: dict[str, set[int]] = {}

    def ask(method: str, path: str, code: str = house.code, **more: object) -> None:
        answer = httpx.request(method, f"{house.url}/api/v1/meetings/{code}/{path}", **more)
        assert answer.json()["message"] if answer.status_code != 200 else answer.json()
        met.setdefault(path, set()).add(answer.status_code)

    for path, method in (("state", "GET"), ("join", "POST"), ("ballot", "POST")):
        body = {"json": right if path == "ballot" else {}} if method == "POST" else {}
        ask(method, path, **body)
        ask(method, path, code="%c3%28", **body)
        ask(method, path, code="ZZZZ", **body)
        ask("DELETE", path)
        ask(method, path, headers={"Host": "evil.example"}, **body)
        house.urn._pulse, kept = lambda: 1 / 0, house.urn._pulse
        time.sleep(0.02)
        ask(method, path, **body)
        house.urn._pulse = kept
        if method == "POST":
            ask(method, path, content=b"[]", headers=JSON)
            ask(method, path, json={**right, "token": "x"})
            ask(method, path, content=b"x" * (LARGEST_BODY + 1), headers=JSON)
            ask(method, path, content=b"{}", headers={"Content-Type": "text/plain"})
    ask("GET", "state", headers={"Authorization": "Bearer x"})
    ask("POST", "join", json={"token": token, "entitlement": "K7RF9-DMTX4"})
    ask("POST", "ballot", json={**right, "poll": "trois"})
    house.urn.limits.ballots = house.urn.limits.keys = Meter(burst=0)
    ask("GET", "state", headers=key)
    ask("POST", "join")
    ask("POST", "ballot", json=right)
    for path, statuses in met.items():
        (operation,) = OPENAPI["paths"][f"/api/v1/meetings/{{code}}/{path}"].values()
        assert statuses == {int(status) for status in operation["responses"]}, path


def test_every_address_is_in_the_guide():
    guide = (DOCS / "api.md").read_text(encoding="utf-8")
    for path, _ in PATHS:
        if "(?:" not in path:
            assert path.replace("([^/]+)", "CODE") in guide


def test_the_commands_of_the_guide_work(house, tmp_path):
    import subprocess

    guide = (DOCS / "api.md").read_text(encoding="utf-8")
    house.ask("un")
    for block in re.findall(r"```sh\n(.*?)```", guide, re.S):
        script = block.replace("http://127.0.0.1:5007", house.url).replace("CODE=ABCD", f"CODE={house.code}")
        script = script.replace("dabord-avant", "un").replace("local", "a")
        script = f"URNE={house.url}\nCODE={house.code}\n{script}"
        done = subprocess.run(["sh", "-ec", script], capture_output=True, text=True, cwd=tmp_path, timeout=30)
        assert done.returncode == 0, done.stderr
        assert "received" in done.stdout or "Reçu à" in done.stdout
    assert house.counts("un") == {("a",): 2}


# --- the way of a ballot ----------------------------------------------------------------------------


def test_a_ballot_is_acknowledged_with_a_receipt_and_is_in_the_store(house):
    poll = house.ask("un")
    token = house.join()
    answer = house.vote(token, poll, "b", 1)
    found = documented(answer)
    assert found["choice"] == ["b"]
    assert house.counts(poll) == {("b",): 1}
    own = documented(httpx.get(f"{house.api}/state", headers={"Authorization": f"Bearer {token}"}))["own"]
    assert own == {name: found[name] for name in own}
    assert (own["poll"], own["sequence"]) == (poll, 1)


def test_the_same_phone_counts_once_and_its_last_choice_wins(house):
    poll = house.ask("un")
    token = house.join()
    receipts = {documented(house.vote(token, poll, choice, i))["receipt"] for i, choice in enumerate("abcab")}
    assert len(receipts) == 1
    assert house.counts(poll) == {("b",): 1}


def test_a_late_copy_does_not_replace_a_newer_choice(house):
    poll = house.ask("un")
    token = house.join()
    assert house.vote(token, poll, "a", 7).status_code == 200
    assert house.vote(token, poll, "b", 8).status_code == 200
    late = house.vote(token, poll, "a", 7)
    assert late.status_code == 200
    assert late.json()["choice"] == ["b"], "the answer names what counts, never what does not"
    assert late.json()["sequence"] == 8
    assert house.counts(poll) == {("b",): 1}


def test_without_sequence_the_last_to_arrive_wins(house):
    poll = house.ask("un")
    token = house.join()
    assert house.vote(token, poll, "a", 1_790_000_000_000).status_code == 200
    assert house.vote(token, poll, "b").status_code == 200
    assert house.vote(token, poll, "c", 1_790_000_000_500).status_code == 200
    assert house.counts(poll) == {("c",): 1}


def test_a_copy_sent_again_after_the_close_is_confirmed_and_a_new_choice_is_not(house):
    poll = house.ask("un")
    token, other = house.join(), house.join()
    assert house.vote(token, poll, "a", 1).status_code == 200
    house.act("close")
    again = house.vote(token, poll, "a", 1)
    assert documented(again)["at"] is None
    refused(house.vote(token, poll, "b", 2), 409, "vote_closed")
    refused(house.vote(other, poll, "a", 1), 409, "vote_closed")
    assert house.counts(poll) == {("a",): 1}
    house.act("seal")
    refused(house.vote(token, poll, "a", 1), 409, "vote_sealed")
    refused(house.vote(other, poll, "a", 1), 409, "vote_sealed")
    assert house.counts(poll) == {("a",): 1}


def test_the_key_travels_in_a_header_a_cookie_or_the_message(house):
    poll = house.ask("un")
    with httpx.Client() as phone:
        token = documented(phone.post(f"{house.api}/join"))["token"]
        assert documented(phone.post(f"{house.api}/join"))["token"] == token  # by its cookie
        documented(phone.post(f"{house.api}/ballot", json={"poll": poll, "choice": "a"}))
        assert documented(phone.get(f"{house.api}/state"))["own"]["choice"] == ["a"]
        cookies = [cookie for cookie in phone.cookies.jar]
    assert {cookie.path for cookie in cookies} == {f"/v/{house.code}", f"/api/v1/meetings/{house.code}"}
    assert all(cookie.has_nonstandard_attr("HttpOnly") for cookie in cookies)
    documented(httpx.post(f"{house.api}/ballot", json={"poll": poll, "choice": "b", "token": token}))
    assert house.counts(poll) == {("b",): 1}
    assert documented(httpx.post(f"{house.api}/join", json={"token": token}))["token"] == token


def test_several_choices_and_a_blank_ballot(house):
    poll = house.ask("trois")
    token = house.join()
    assert documented(house.vote(token, poll, ["z", "x"], 1))["choice"] == ["x", "z"]
    refused(house.vote(token, poll, ["x", "y", "z"], 2), 400, "too_many")
    assert documented(house.vote(token, poll, [], 3))["choice"] == []
    assert house.counts(poll) == {(): 1}


def test_paired_votes_carry_a_common_key_and_no_other(house):
    first = house.ask("un")
    tokens = [house.join() for _ in range(6)]
    assert all(house.vote(token, first, "a", 1).status_code == 200 for token in tokens)
    house.act("close", "seal")
    second = house.ask("encore")
    assert all(house.vote(token, second, "b", 1).status_code == 200 for token in tokens)
    house.act("close", "seal")
    assert house.console.store.room(house.code).polls[second].paired["n"] == 6


def test_a_vote_just_opened_by_the_other_process_is_open(house):
    token = house.join()
    for _ in range(5):
        poll = house.ask("un")
        assert house.vote(token, poll, "a", 1).status_code == 200
        house.act("close", "seal")


# --- refusals ---------------------------------------------------------------------------------------


def test_an_unknown_meeting(house):
    for answer in (
        httpx.get(f"{house.url}/api/v1/meetings/ZZZZ/state"),
        httpx.post(f"{house.url}/api/v1/meetings/ZZZZ/join"),
        httpx.post(f"{house.url}/api/v1/meetings/ZZZZ/ballot", json={}),
    ):
        assert "ZZZZ" in refused(answer, 404, "unknown_meeting")


def test_forged_keys(house):
    poll = house.ask("un")
    good = house.join()
    chance, _, mark = good.partition(".")
    other = house.console.new(house.console.source(house.code))
    elsewhere = httpx.post(f"{house.url}/api/v1/meetings/{other}/join").json()["token"]
    forged = [
        "x", good[:-1], good + "0", good.upper(), chance, f"{chance}.{'0' * 64}", f"{'0' * 32}.{mark}",
        elsewhere, good[:-1] + ("0" if good[-1] != "0" else "1"), "%00", '"; DROP TABLE ballot', "a" * 5000,
    ]  # fmt: skip
    for token in forged:
        refused(house.vote(token, poll, "a", 1), 403, "forged_key")
        refused(httpx.post(f"{house.api}/join", json={"token": token}), 403, "forged_key")
    refused(httpx.post(f"{house.api}/ballot", json={"poll": poll, "choice": "a"}), 403, "no_key")
    refused(
        httpx.post(f"{house.api}/ballot", json={"poll": poll, "choice": "a", "token": "é"}), 403, "forged_key"
    )
    refused(httpx.get(f"{house.api}/state", headers={"Authorization": "Bearer x"}), 403, "forged_key")
    assert house.counts(poll) == {}


def test_an_old_cookie_is_replaced_and_it_is_said(house):
    answer = httpx.post(f"{house.api}/join", headers={"Cookie": f"cordee_{house.code}=old"})
    assert documented(answer)["renewed"] is True


BAD_BALLOTS = [
    ({"poll": "un", "choice": "nope"}, "unknown_option"),
    ({"poll": "un", "choice": ["a", "b"]}, "too_many"),
    ({"poll": "un", "choice": []}, "nothing_chosen"),
    ({"poll": "un", "choice": None}, "malformed"),
    ({"poll": "un", "choice": 3}, "malformed"),
    ({"poll": "un", "choice": {"a": 1}}, "malformed"),
    ({"poll": "un", "choice": ["a", "a"]}, "malformed"),
    ({"poll": "un", "choice": [["a"]]}, "malformed"),
    ({"poll": "un", "choice": [1]}, "malformed"),
    ({"poll": "un"}, "malformed"),
    ({"poll": 4, "choice": "a"}, "malformed"),
    ({"poll": ["un"], "choice": "a"}, "malformed"),
    ({"choice": "a"}, "malformed"),
    ({"poll": "un", "choice": "a", "sequence": "1"}, "malformed"),
    ({"poll": "un", "choice": "a", "sequence": -1}, "malformed"),
    ({"poll": "un", "choice": "a", "sequence": True}, "malformed"),
    ({"poll": "un", "choice": "a", "sequence": 1.5}, "malformed"),
    ({"poll": "un", "choice": "a", "sequence": 2**63}, "malformed"),
    ({"poll": "un", "choice": "<script>alert(1)</script>"}, "unknown_option"),
    ({"poll": "un", "choice": "\u202ea"}, "unknown_option"),
    ({"poll": "un", "choice": "a" * 5000}, "unknown_option"),
    ({"poll": "un", "choice": "\x00"}, "unknown_option"),
]


def test_bad_ballots_write_nothing_and_are_told_why(house):
    poll = house.ask("un")
    for body, error in BAD_BALLOTS:
        token = house.join()
        answer = httpx.post(f"{house.api}/ballot", json={**body, "token": token})
        assert refused(answer, 400, error)
    assert house.counts(poll) == {}


BAD_BODIES = [
    (b"{", 400, "malformed"),
    (b"", 400, "malformed"),
    (b"[]", 400, "malformed"),
    (b'"a"', 400, "malformed"),
    (b"null", 400, "malformed"),
    (b"NaN", 400, "malformed"),
    (b"[" * 8000, 400, "malformed"),
    (b'{"a":' * 1600, 400, "malformed"),
    (b"1" * 8000, 400, "malformed"),
    (b"\xff\xfe{}", 400, "not_utf8"),
    (b'{"poll": "\xe9"}', 400, "not_utf8"),
    (b'{"poll": "\\ud800", "choice": "a"}', 403, "no_key"),
    (b'{"poll": "un", "choice": "a", "token": 3}', 400, "malformed"),
    (b"x" * (LARGEST_BODY + 1), 413, "too_large"),
    (b"x" * 300_000, 413, "too_large"),
]


@pytest.mark.parametrize(("body", "status", "error"), BAD_BODIES, ids=range(len(BAD_BODIES)))
def test_bad_bodies(house, body, status, error):
    refused(httpx.post(f"{house.api}/ballot", content=body, headers=JSON), status, error)
    assert httpx.get(f"{house.api}/state").status_code == 200


def test_a_lone_surrogate_is_an_unknown_vote(house):
    token = house.join()
    house.ask("un")
    body = b'{"poll": "\\ud800", "choice": "\\udfff", "token": "%s"}' % token.encode()
    refused(httpx.post(f"{house.api}/ballot", content=body, headers=JSON), 409, "other_vote")
    body = b'{"poll": "un", "choice": "\\udfff", "token": "%s"}' % token.encode()
    refused(httpx.post(f"{house.api}/ballot", content=body, headers=JSON), 400, "unknown_option")


def test_a_body_without_end_is_cut_not_kept(house):
    def endless():
        for _ in range(40):
            yield b"x" * 4096

    answer = httpx.post(f"{house.api}/ballot", content=endless(), headers=JSON)
    refused(answer, 413, "too_large")


def test_another_kind_of_content(house):
    for kind in ("text/plain", "application/x-www-form-urlencoded", "application/xml"):
        answer = httpx.post(f"{house.api}/ballot", content=b'{"poll": "un"}', headers={"Content-Type": kind})
        refused(answer, 415, "not_json")


def test_closed_other_and_unopened_votes(house):
    token = house.join()
    refused(house.vote(token, "un", "a"), 409, "no_vote")
    poll = house.ask("un")
    refused(house.vote(token, "trois", ["x"]), 409, "other_vote")
    house.act("close")
    refused(house.vote(token, poll, "a"), 409, "vote_closed")
    house.ask("trois")
    refused(house.vote(token, poll, "a"), 409, "vote_sealed")


def test_a_question_without_phones_says_how_to_vote(house):
    poll = house.ask("mains")
    assert "main levée" in refused(house.vote(house.join(), poll, "yes"), 409, "not_by_phone")


def test_after_the_end_nothing_is_received_and_no_secret_comes_back(house):
    token = house.join()
    poll = house.ask("un")
    assert house.vote(token, poll, "a", 1).status_code == 200
    house.act("close", ("show", {"step": "fin"}), "close_meeting")
    refused(house.vote(token, poll, "b", 2), 409, "meeting_closed")
    refused(httpx.post(f"{house.api}/join"), 409, "meeting_closed")
    state = documented(httpx.get(f"{house.api}/state", headers={"Authorization": f"Bearer {token}"}))
    assert state["meeting"]["closed"] is True
    assert state["own"] is None
    assert httpx.get(house.page, headers={"Cookie": f"cordee_{house.code}={token}"}).status_code == 200
    assert house.keys.get(meeting_secret(house.code)) is None
    assert house.keys.get(poll_secret(house.code, poll)) is None


def test_a_missing_secret_is_said_and_nothing_is_written(house):
    poll = house.ask("un")
    token = house.join()
    house.keys.forget(poll_secret(house.code, poll))
    answer = house.vote(token, poll, "a", 1)
    assert "clé de ce vote manque" in refused(answer, 503, "no_secret")
    assert house.counts(poll) == {}


def test_one_device_that_never_stops_is_slowed_and_its_neighbours_are_not(house):
    poll = house.ask("un")
    token, neighbour = house.join(), house.join()
    body = {"poll": poll, "choice": "a", "token": token}
    with httpx.Client() as phone:
        statuses = [phone.post(f"{house.api}/ballot", json=body).status_code for _ in range(60)]
    assert statuses[:40] == [200] * 40
    assert statuses[-1] == 429
    with httpx.Client() as phone:
        documented(phone.post(f"{house.api}/ballot", json=body))
    assert house.vote(neighbour, poll, "b", 1).status_code == 200


def test_methods_that_make_no_sense(house):
    for method, path in [
        ("GET", "join"),
        ("GET", "ballot"),
        ("PUT", "ballot"),
        ("DELETE", "state"),
        ("POST", "state"),
    ]:
        answer = httpx.request(method, f"{house.api}/{path}")
        assert answer.status_code == 405
        assert answer.headers["Allow"]
        assert answer.json()["error"] == "bad_method"
    for path in ("/api", "/api/v1", "/api/v2/meetings", f"/api/v1/meetings/{house.code}/secrets"):
        for method in ("GET", "POST", "DELETE"):
            answer = httpx.request(method, house.url + path)
            assert (answer.status_code, answer.json()["error"]) == (404, "no_such_address")


def test_requests_from_another_site_are_refused(house):
    for origin in ("https://evil.example", "null", "http://127.0.0.1:1", "http://127.0.0.1", "nonsense"):
        answer = httpx.post(f"{house.api}/join", headers={"Origin": origin})
        refused(answer, 403, "foreign_origin")
    refused(httpx.post(f"{house.api}/join", headers={"Sec-Fetch-Site": "cross-site"}), 403, "foreign_origin")
    assert httpx.post(f"{house.api}/join", headers={"Origin": house.url}).status_code == 200


def test_sentences_in_the_language_asked(house):
    url = f"{house.url}/api/v1/meetings/ZZZZ/state"
    assert httpx.get(url).json()["message"].startswith("Aucune séance")
    assert (
        httpx.get(url, headers={"Accept-Language": "en-GB,en;q=0.9,fr;q=0.8"})
        .json()["message"]
        .startswith("No meeting")
    )
    assert httpx.get(url, headers={"Accept-Language": "de,fr;q=0.8"}).json()["message"].startswith("Aucune")
    assert httpx.get(url + "?lang=en").json()["message"].startswith("No meeting")
    assert documented(httpx.get(f"{house.api}/state?lang=en"))["meeting"]["title"] == "Urn trial"


def test_raw_nonsense_leaves_the_server_up(house):
    nonsense = [
        b"\x00\x01\x02\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST /api/v1 HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
        b"GET /%ff%fe HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /v/%c3%28 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /v/" + b"A" * 60000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    ]
    for bytes_ in nonsense:
        with socket.create_connection(("127.0.0.1", house.port), timeout=3) as wire:
            wire.sendall(bytes_)
            wire.settimeout(1)
            try:
                first = wire.recv(200)
            except (TimeoutError, ConnectionError):
                first = b""
            assert b" 500 " not in first
    assert httpx.get(f"{house.api}/state").status_code == 200


def test_a_store_that_cannot_write_is_said_and_later_ballots_pass(house):
    poll = house.ask("un")
    token = house.join()

    def full(casts):
        raise OSError("database or disk is full")

    right = house.urn.writer._cast
    house.urn.writer._cast = full
    answer = house.vote(token, poll, "a", 1)
    assert "Pas encore reçu" in refused(answer, 503, "unavailable")
    house.urn.writer._cast = right
    assert house.vote(token, poll, "a", 1).status_code == 200
    assert house.counts(poll) == {("a",): 1}


def test_a_store_held_by_a_backup_delays_the_acknowledgement_and_nothing_else(house):
    poll = house.ask("un")
    token = house.join()
    with sqlite3.connect(house.database.removeprefix("sqlite:///"), isolation_level=None) as backup:
        backup.execute("BEGIN IMMEDIATE")
        with ThreadPoolExecutor(1) as other:
            answer = other.submit(house.vote, token, poll, "a", 1)
            time.sleep(0.4)
            assert not answer.done()
            assert httpx.get(house.page).status_code == 200
            backup.execute("COMMIT")
            assert documented(answer.result(timeout=15))["status"] == "received"
    assert house.counts(poll) == {("a",): 1}


def test_codes_that_name_nothing_leave_no_trace_in_memory(house):
    before = len(house.desk.store._logs), len(house.urn._halls)
    for n in range(30):
        assert httpx.get(f"{house.url}/v/NO{n}").status_code == 404
        refused(house.vote("x" * 97, "un", "a"), 403, "forged_key")
    assert (len(house.desk.store._logs), len(house.urn._halls)) <= (before[0] + 1, before[1] + 1)
    assert house.urn.limits.ballots._left == {}


def test_no_token_in_any_address_or_log(house, caplog):
    poll = house.ask("un")
    token = house.join()
    with caplog.at_level("DEBUG"):
        house.vote(token, poll, "a", 1)
        house.vote(token, poll, "nope", 1)
        house.vote("forged", poll, "a", 1)
    ours = [
        record.getMessage() for record in caplog.records if not record.name.startswith(("httpcore", "httpx"))
    ]
    assert not any(token in message for message in ours)
    assert json.dumps(ours).find(token) < 0
