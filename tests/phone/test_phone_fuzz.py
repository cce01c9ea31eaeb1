"""Whatever is sent, the answer is a documented refusal or a documented answer, never a 500."""

import json
from urllib.parse import quote, urlencode

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks as conform

from components.phone.limits import Meter
from tests.examples import examples

from .test_phone_api import JSON, OPENAPI, documented

CHECKS = [
    not_a_server_error,
    conform.status_code_conformance,
    conform.content_type_conformance,
    conform.response_schema_conformance,
    conform.response_headers_conformance,
]

scalars = some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=60)
anything = some.recursive(
    scalars,
    lambda inner: some.lists(inner, max_size=4) | some.dictionaries(some.text(max_size=8), inner, max_size=4),
)
ballots = some.fixed_dictionaries(
    {},
    optional={
        "poll": some.sampled_from(["un", "trois", "un~2", ""]) | anything,
        "choice": some.sampled_from(["a", "b", ["a"], ["a", "b"], [], {"a": 1}, {"a": "good"}, {}])
        | anything,
        "sequence": some.integers() | anything,
        "second": some.booleans() | anything,
        "college": some.sampled_from(["citizen", "press", ""]) | anything,
        "entitlement": some.sampled_from(["K7RF9-DMTX4", "", "AAAAAAAAAA"]) | anything,
        "place": some.sampled_from(["remote", "room"]) | anything,
        "token": some.just("GOOD") | anything,
        "type": some.sampled_from(["ballot", "hello", "ping"]) | anything,
    },
)
calm = settings(
    max_examples=examples(60), deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)


def test_no_ballot_makes_the_server_fail(house):
    house.ask("un")
    token = house.join()

    @calm
    @given(body=ballots | anything, raw=some.none() | some.binary(max_size=200))
    def send(body, raw):
        text = json.dumps(body).replace('"GOOD"', json.dumps(token)).encode() if raw is None else raw
        for path in ("ballot", "join"):
            phone.cookies.clear()
            answer = phone.post(f"{house.api}/{path}", content=text, headers=JSON)
            assert answer.status_code in (200, 400, 403, 409, 429), answer.text
            documented(answer)

    with httpx.Client() as phone:
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
            assert phone.get(url).status_code in (200, 303, 400, 404), url

    with httpx.Client() as phone:
        look()


def test_no_form_makes_the_server_fail(house):
    house.act(("sharing", {"on": True}))
    house.ask("trois")
    names = some.sampled_from(["poll", "choice", "v_x", "v_", "second", "college", "entitlement", "blank"])
    values = some.sampled_from(["trois", "un", "x", "1", "-1", "", "citizen", "\x00"]) | some.text(
        max_size=20
    )

    @calm
    @given(fields=some.lists(some.tuples(names | some.text(max_size=8), values), max_size=6))
    def send(fields):
        body = urlencode([("poll", "trois"), *fields], errors="surrogatepass")
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = phone.post(house.page, content=body, headers=kind)
        assert answer.status_code in (200, 400, 403, 409, 429), (fields, answer.text)
        assert "<main" in answer.text

    with httpx.Client(cookies={f"cordee_{house.code}": house.join()}) as phone:
        send()


# --- against the documentation --------------------------------------------------------------------------


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("path", [path for path, kinds in OPENAPI["paths"].items() if len(kinds) == 1])
def test_the_documented_api_answers_as_documented(house, path, mode):
    """Requests made from docs/openapi.yaml (and their opposites), towards the real meeting or any other."""
    house.urn.limits.ballots = Meter(burst=30, rate=1)  # so that 429 is met too
    token = house.join()
    house.ask("un")
    (method,) = OPENAPI["paths"][path]
    operation = schemathesis.openapi.from_dict(OPENAPI)[path][method.upper()]
    met = set()

    @settings(calm, max_examples=examples(80))
    @given(
        case=operation.as_strategy(generation_mode=mode),
        here=some.sampled_from([True, True, True, True, False]),
        known=some.booleans(),
        choice=some.sampled_from(["a", "b", "nope", ["a"], {"a": 1}]),
    )
    def ask(case, here, known, choice):
        if here:
            case.path_parameters["code"] = house.code
        if known and isinstance(case.body, dict):
            case.body.update({"poll": "un", "choice": choice})
            case.body.pop("token", None)
        key = {"Authorization": f"Bearer {token}"} if known else {}
        answer = case.call(base_url=house.url, headers=key)
        case.validate_response(answer, checks=CHECKS)
        met.add(answer.status_code)

    ask()
    documented_here = {int(status) for status in OPENAPI["paths"][path][method]["responses"]}
    assert met <= documented_here - {503}
    assert len(met) > 1
