"""docs/openapi.yaml and docs/api.md hold for the helpers' addresses, and nothing that is sent makes a 500."""

import json

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from components.counting.handlers import PATHS as COUNTING
from components.tables.handlers import PATHS as TABLES
from tests.examples import examples
from tests.phone.test_phone_api import DOCS, OPENAPI, documented

from .house import HELPER

API = [(path, handler) for path, handler in TABLES + COUNTING if path.startswith("/api")]
calm = settings(
    max_examples=examples(60), deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
scalars = some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=40)
anything = some.recursive(
    scalars,
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=6), inner, max_size=3),
)
messages = some.fixed_dictionaries(
    {},
    optional={
        "id": some.just("reponse-01") | anything,
        "table": some.integers(1, 9) | anything,
        "kind": some.sampled_from(["for", "idea"]) | anything,
        "words": some.text(min_size=1, max_size=20) | anything,
        "edit": some.integers(0, 9) | anything,
        "remove": some.booleans() | anything,
        "do": some.sampled_from(["slips", "totals", "strike"]) | anything,
        "poll": some.sampled_from(["POLL", "POLL", ""]) | anything,
        "batch": some.sampled_from(["lot-1", "lot-2"]) | anything,
        "channel": some.sampled_from(["paper", "hands", "cards"]) | anything,
        "choices": some.lists(some.sampled_from([["a"], ["b"], [], "a"]), max_size=5) | anything,
        "colleges": anything,
        "place": some.text(max_size=9) | anything,
        "mode": some.sampled_from(["room", "market"]) | anything,
        "counts": some.dictionaries(some.sampled_from(["a", "b"]), some.integers(0, 9)) | anything,
        "slips": some.integers(0, 20) | anything,
        "blank": some.integers(0, 3) | anything,
    },
)
right = some.fixed_dictionaries(
    {
        "id": some.sampled_from(["reponse-01", "reponse-02"]),
        "table": some.just(1),
        "kind": some.just("idea"),
        "words": some.text(min_size=1, max_size=20),
        "do": some.just("slips"),
        "poll": some.just("POLL"),
        "batch": some.sampled_from(["lot-1", "lot-2"]),
        "channel": some.just("paper"),
        "choices": some.just([["a"], ["b"]]),
    }
)


def test_every_route_and_method_is_documented():
    guide = (DOCS / "api.md").read_text(encoding="utf-8")
    for path, handler in API:
        operations = OPENAPI["paths"][path.replace("([^/]+)", "{code}")]
        assert {name.upper() for name in operations} == set(handler.allowed)
    for path, _ in TABLES + COUNTING:
        assert path.replace("([^/]+)", "CODE") in guide


def test_whatever_is_sent_is_answered_as_documented(house):
    poll = next(iter(house.desk.store.room(house.code).polls))
    met: set[tuple[str, int]] = set()

    @calm
    @given(body=right | messages | anything, raw=some.none() | some.none() | some.binary(max_size=100))
    def send(body, raw):
        text = json.dumps(body).replace('"POLL"', json.dumps(poll)).encode() if raw is None else raw
        for area in ("tables", "counting"):
            headers = {**HELPER, "Content-Type": "application/json"}
            answer = client.post(house.address(area), content=text, headers=headers)
            assert answer.status_code in (200, 400, 409), (text, answer.text)
            documented(answer)
            met.add((area, answer.status_code))

    with httpx.Client(timeout=30) as client:
        send()
    assert {200, 400} <= {status for _, status in met} <= {200, 400, 409}
    for area in ("tables", "counting"):
        documented(house.get(area))


def test_refusals_are_documented(house):
    for area in ("tables", "counting"):
        address = house.address(area)
        documented(httpx.get(address))
        documented(httpx.post(address, json={}))
        documented(httpx.get(address.replace(house.code, "ZZZZ"), headers=HELPER))
        documented(httpx.post(address, data={"a": "b"}, headers=HELPER))
        documented(
            httpx.post(address, content=b"{" * 70_000, headers={**HELPER, "Content-Type": "application/json"})
        )
        documented(httpx.get(address, headers={**HELPER, "Host": "evil.example"}))
