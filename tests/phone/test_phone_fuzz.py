"""Whatever is sent, the answer is a documented refusal or a documented answer, never a 500."""

import json
from urllib.parse import quote

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from components.phone.limits import Meter

from .test_phone_api import JSON, documented

scalars = some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=60)
anything = some.recursive(
    scalars,
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(some.text(max_size=8), inner, max_size=4),
)
ballots = some.fixed_dictionaries(
    {},
    optional={
        "poll": some.sampled_from(["un", "trois", "un~2", ""]) | anything,
        "choice": some.sampled_from(["a", "b", ["a"], ["a", "b"], []]) | anything,
        "sequence": some.integers() | anything,
        "token": some.just("GOOD") | anything,
        "type": some.sampled_from(["ballot", "hello", "ping"]) | anything,
    },
)
calm = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


def test_no_ballot_makes_the_server_fail(house):
    house.ask("un")
    token = house.join()

    @calm
    @given(body=ballots | anything, raw=some.none() | some.binary(max_size=200))
    def send(body, raw):
        text = json.dumps(body).replace('"GOOD"', json.dumps(token)).encode() if raw is None else raw
        with httpx.Client() as phone:
            for path in ("ballot", "join"):
                answer = phone.post(f"{house.api}/{path}", content=text, headers=JSON)
                assert answer.status_code in (200, 400, 403, 409, 429), answer.text
                documented(answer)

    send()
    assert set(house.counts("un")) <= {("a",), ("b",)}


def test_no_message_ends_the_line(house):
    house.ask("un")
    house.urn.limits.lines = Meter(burst=10_000)
    line = house.socket(house.join())
    line.hear("welcome")

    @calm
    @given(body=ballots | anything)
    def say(body):
        line.connection.send(json.dumps(body))
        line.say(type="ping")
        line.hear("pong")

    say()
    assert not any('"status": 500' in text for text in line.heard)
    line.close()


def test_no_address_makes_the_server_fail(house):
    @calm
    @given(code=some.text(max_size=20), query=some.text(max_size=30))
    def look(code, query):
        for path in (f"/v/{quote(code)}", "/", f"/api/v1/meetings/{quote(code, safe='')}/state"):
            url = f"{house.url}{path}?{quote(query, safe='&=')}&code={quote(code)}"
            assert httpx.get(url).status_code in (200, 303, 400, 404), url

    look()
