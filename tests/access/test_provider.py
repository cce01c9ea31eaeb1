"""Signing in by a provider: the settings, and every way a provider's answer can be wrong."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest

from components.access import provider
from components.access.provider import Asked, Provider, ProviderError, configured, role_in
from tests.access.fake_provider import CLIENT, KEY, OTHER_KEY, FakeProvider, public_jwk

NOW = 1000.0
BACK = "http://127.0.0.1:5006/login/provider/back"


@pytest.fixture(scope="module")
def running() -> Iterator[FakeProvider]:
    fake = FakeProvider()
    yield fake
    fake.stop()


@pytest.fixture
def fake(running: FakeProvider) -> FakeProvider:
    running.reset()
    return running


def signed_in(fake: FakeProvider) -> str:
    """The role after a whole round: there, consent, back, exchange."""
    config = configured(fake.environ())
    assert config is not None
    question = Asked().ask(BACK, "/console", NOW)
    asked = {
        "redirect_uri": BACK,
        "state": question.state,
        "nonce": question.nonce,
        "code_challenge": question.challenge,
    }
    code = fake.authorised(asked).partition("code=")[2].partition("&")[0]
    return Provider(config).role(code, question)


def reason(fake: FakeProvider) -> str:
    with pytest.raises(ProviderError) as caught:
        signed_in(fake)
    return caught.value.reason


@pytest.mark.parametrize(
    ("groups", "role"),
    [
        (["mairie-animation"], "facilitator"),
        (["mairie"], "officer"),
        (["mairie", "mairie-animation"], "facilitator"),
    ],
)
def test_the_widest_role_of_a_person_s_groups(fake: FakeProvider, groups: list[str], role: str) -> None:
    fake.groups = groups
    assert signed_in(fake) == role


def test_a_known_person_without_a_role_is_told_so(fake: FakeProvider) -> None:
    fake.groups = ["voirie", "mairie-animation-2"]
    assert reason(fake) == "no_role"


def without(name: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda claims: {key: value for key, value in claims.items() if key != name}


LIES: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "another nonce": lambda claims: {**claims, "nonce": "of another time"},
    "no nonce": without("nonce"),
    "for another application": lambda claims: {**claims, "aud": "another"},
    "for several, without saying which": lambda claims: {**claims, "aud": [CLIENT, "another"]},
    "for several, another one": lambda claims: {**claims, "aud": [CLIENT, "another"], "azp": "another"},
    "by another issuer": lambda claims: {**claims, "iss": "https://evil.example"},
    "expired": lambda claims: {**claims, "iat": claims["iat"] - 7200, "exp": claims["exp"] - 7200},
    "without an end": without("exp"),
    "of tomorrow": lambda claims: {**claims, "iat": claims["iat"] + 86400, "exp": claims["exp"] + 86400},
    "without anybody": without("sub"),
}


@pytest.mark.parametrize("lie", LIES)
def test_an_answer_that_is_not_the_one_asked_for_is_refused(fake: FakeProvider, lie: str) -> None:
    fake.change = LIES[lie]
    assert reason(fake) == "token"


def unsigned(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, None, "none")


def with_public_key_as_secret(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, "x" * 64, "HS256", headers={"kid": "one"})


def with_another_key(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, OTHER_KEY, "RS256", headers={"kid": "one"})


def with_a_key_nobody_published(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, OTHER_KEY, "RS256", headers={"kid": "two"})


def broken(claims: dict[str, Any]) -> str:
    good = jwt.encode(claims, KEY, "RS256", headers={"kid": "one"})
    return good[:-6] + ("AAAAAA" if not good.endswith("AAAAAA") else "BBBBBB")


@pytest.mark.parametrize(
    "sign",
    [
        unsigned,
        with_public_key_as_secret,
        with_another_key,
        with_a_key_nobody_published,
        broken,
        lambda claims: "",
        lambda claims: "a.b.c",
        lambda claims: "\ud83d.." * 3,
    ],
)
def test_a_signature_that_is_not_the_provider_s_is_refused(
    fake: FakeProvider, sign: Callable[[dict[str, Any]], str]
) -> None:
    fake.sign = sign
    assert reason(fake) == "token"


def test_a_provider_that_changes_its_keys_is_followed(fake: FakeProvider) -> None:
    config = configured(fake.environ())
    assert config is not None
    asked = Provider(config)
    question = Asked().ask(BACK, "", NOW)
    assert asked.verified(fake.sign(fake.claims(question.nonce)), question.nonce)["sub"] == "somebody"
    fake.keys = [public_jwk(OTHER_KEY, "two")]
    renewed = with_a_key_nobody_published(fake.claims(question.nonce))
    assert asked.verified(renewed, question.nonce)["sub"] == "somebody"


def test_a_provider_under_another_name_is_refused(fake: FakeProvider) -> None:
    fake.discovered_issuer = "https://evil.example"
    assert reason(fake) == "issuer"


def test_a_stolen_code_is_worth_nothing_without_the_browser_s_verifier(fake: FakeProvider) -> None:
    config = configured(fake.environ())
    assert config is not None
    mine, thief = Asked().ask(BACK, "", NOW), Asked().ask(BACK, "", NOW)
    asked = {
        "redirect_uri": BACK,
        "state": mine.state,
        "nonce": mine.nonce,
        "code_challenge": mine.challenge,
    }
    code = fake.authorised(asked).partition("code=")[2].partition("&")[0]
    with pytest.raises(ProviderError) as caught:
        Provider(config).role(code, thief)
    assert caught.value.reason == "refused"


def test_a_provider_that_does_not_answer_is_said(fake: FakeProvider) -> None:
    config = configured({**fake.environ(), "CORDEE_OIDC_ISSUER": "http://127.0.0.1:9/realm"})
    assert config is not None
    with pytest.raises(ProviderError) as caught:
        Provider(config).places()
    assert caught.value.reason == "unreachable"


def test_an_answer_counts_once_in_time_and_for_the_browser_that_asked() -> None:
    asked = Asked()
    first, second, third = (asked.ask(BACK, "", NOW) for _ in range(3))
    assert asked.answered(first.state, first.browser, NOW + 1) == first
    for state, browser, now in (
        (first.state, first.browser, NOW + 2),  # again
        (second.state, third.browser, NOW + 2),  # another browser
        (third.state, third.browser, NOW + provider.SECONDS),  # too late
        ("", "", NOW),
    ):
        with pytest.raises(ProviderError) as caught:
            asked.answered(state, browser, now)
        assert caught.value.reason == "state"
    assert asked.answered(second.state, second.browser, NOW + 3) == second


def test_questions_nobody_answers_are_forgotten() -> None:
    asked = Asked()
    for _ in range(provider.MOST_ASKED + 50):
        asked.ask(BACK, "", NOW)
    assert len(asked._open) == provider.MOST_ASKED
    asked.ask(BACK, "", NOW + provider.SECONDS + 1)
    assert len(asked._open) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"CORDEE_OIDC_ISSUER": "http://connexion.example"},
        {"CORDEE_OIDC_CLIENT_ID": ""},
        {"CORDEE_OIDC_ROLES": "groups: a=maire"},
        {"CORDEE_OIDC_ROLES": ""},
        {"CORDEE_OIDC_CLIENT_SECRET_FILE": "/nowhere"},
    ],
)
def test_settings_that_cannot_be_used_are_said(fake: FakeProvider, changes: dict[str, str]) -> None:
    with pytest.raises(ProviderError) as caught:
        configured({**fake.environ(), **changes})
    assert caught.value.reason == "settings"


def test_the_secret_may_be_in_a_file_and_is_in_no_description(fake: FakeProvider, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("dans un fichier\n")
    config = configured({**fake.environ(), "CORDEE_OIDC_CLIENT_SECRET_FILE": str(tmp_path / "secret")})
    assert config is not None
    assert config.client_secret == "dans un fichier"
    assert "fichier" not in repr(config)
    assert configured({}) is None


def test_other_settings_end_the_sign_ins_of_the_former(fake: FakeProvider) -> None:
    one = configured(fake.environ())
    other = configured({**fake.environ(), "CORDEE_OIDC_ROLES": "realm.groups: mairie=officer"})
    assert one is not None
    assert other is not None
    assert one.digest != other.digest


@pytest.mark.parametrize("value", ["mairie", ["mairie"], [3, "mairie"]])
def test_a_claim_may_be_a_word_or_a_list(fake: FakeProvider, value: object) -> None:
    config = configured(fake.environ())
    assert config is not None
    assert role_in({"realm": {"groups": value}}, config) == "officer"
    for claims in ({}, {"realm": None}, {"realm": {"groups": None}}, {"realm": "mairie"}):
        with pytest.raises(ProviderError):
            role_in(claims, config)
