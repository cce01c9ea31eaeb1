"""Signing in by a provider (OpenID Connect): authorization code with PKCE, state and nonce. No server in here.

Everything a provider says is checked: the signature against its published keys, who it is for, by whom, until when,
and that it answers the question asked a moment ago by this very browser.
Source: OpenID Connect Core 1.0 §3.1, Discovery 1.0, RFC 7636 (PKCE), RFC 9700 (OAuth security).
"""

import base64
import hashlib
import json
import secrets
import threading
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import jwt

from components.access.roles import ROLES

SECONDS = 600.0
"""How long a person may take at the provider."""
TIMEOUT = 8.0
LARGEST = 1_000_000
MOST_ASKED = 2000
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures by the provider's own key. Never 'none', nor HS256, which anyone knowing a public text could make."""
LEEWAY = 60


class ProviderError(Exception):
    """Signing in did not work: `access.provider_<reason>` says why, `detail` is for the log (no token in it)."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(detail or reason)
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True)
class Config:
    """What this installation knows of its provider."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    claim: str  # where the provider says a person's groups, `realm_access.roles` for one inside another
    roles: tuple[tuple[str, str], ...]  # (value of the claim, role), the widest role first
    name: str
    scope: str

    @property
    def digest(self) -> str:
        """Changes with the settings: sign-ins given under others end."""
        text = json.dumps([self.issuer, self.client_id, self.claim, self.roles])
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def configured(environ: Mapping[str, str]) -> Config | None:
    """The provider of CORDEE_OIDC_*; None when there is none. Raises ProviderError('settings').

    CORDEE_OIDC_ROLES: `claim: value=role, value=role`, for instance `groups: mairie-animation=facilitator`.
    """
    issuer, client = environ.get("CORDEE_OIDC_ISSUER", "").strip(), environ.get("CORDEE_OIDC_CLIENT_ID", "")
    if not issuer:
        return None
    here = urlsplit(issuer).hostname in ("localhost", "127.0.0.1", "::1")
    if not client or not (issuer.startswith("https://") or (here and issuer.startswith("http://"))):
        raise ProviderError("settings", "CORDEE_OIDC_ISSUER must be https, with CORDEE_OIDC_CLIENT_ID")
    secret = environ.get("CORDEE_OIDC_CLIENT_SECRET", "")
    if file := environ.get("CORDEE_OIDC_CLIENT_SECRET_FILE"):
        try:
            secret = Path(file).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ProviderError("settings", str(error)) from error
    claim, roles = _roles(environ.get("CORDEE_OIDC_ROLES", ""))
    return Config(
        issuer=issuer.rstrip("/"),
        client_id=client,
        client_secret=secret,
        claim=claim,
        roles=roles,
        name=environ.get("CORDEE_OIDC_NAME", "").strip() or str(urlsplit(issuer).hostname),
        scope=environ.get("CORDEE_OIDC_SCOPE", "openid"),
    )


def _roles(text: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    claim, _, pairs = text.partition(":")
    found = []
    for pair in pairs.split(","):
        value, mark, role = (part.strip() for part in pair.rpartition("="))
        if not mark or not value or role not in ROLES:
            raise ProviderError("settings", f"CORDEE_OIDC_ROLES: {pair.strip()!r}")
        found.append((value, role))
    return claim.strip(), tuple(sorted(found, key=lambda pair: ROLES.index(pair[1])))


@dataclass(frozen=True)
class Question:
    """What was asked of the provider for one browser, until it comes back."""

    state: str
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    back: str  # our address the provider sends the browser to
    next: str  # where the person wanted to go
    browser: str = field(repr=False)  # a cookie of the asking browser: nobody else can answer
    until: float

    @property
    def challenge(self) -> str:
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")


class Asked:
    """The questions that wait for an answer; each is answered once."""

    def __init__(self) -> None:
        self._open: dict[str, Question] = {}
        self._lock = threading.Lock()

    def ask(self, back: str, next_: str, now: float) -> Question:
        question = Question(
            state=secrets.token_urlsafe(32),
            nonce=secrets.token_urlsafe(32),
            verifier=secrets.token_urlsafe(48),
            back=back,
            next=next_,
            browser=secrets.token_urlsafe(32),
            until=now + SECONDS,
        )
        with self._lock:
            self._open = {key: one for key, one in self._open.items() if one.until > now}
            while len(self._open) >= MOST_ASKED:
                del self._open[next(iter(self._open))]
            self._open[question.state] = question
        return question

    def answered(self, state: str, browser: str, now: float) -> Question:
        """The question of this state, which cannot be answered again. Raises ProviderError('state')."""
        with self._lock:
            found = self._open.get(state)
            if found is None or not secrets.compare_digest(found.browser.encode(), browser.encode()):
                raise ProviderError("state", "unknown or already used")
            del self._open[state]
        if found.until <= now:
            raise ProviderError("state", "too late")
        return found


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


class Provider:
    """One provider, spoken to over HTTP. Every method may take seconds: call it off the loop."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self._opener = urllib.request.build_opener(_NoRedirect)
        self._places: dict[str, Any] = {}
        self._keys: jwt.PyJWKSet | None = None

    def _fetch(self, url: str, fields: Mapping[str, str] | None = None, auth: str = "") -> dict[str, Any]:
        body = urlencode(fields).encode() if fields is not None else None
        headers = {"Accept": "application/json", **({"Authorization": auth} if auth else {})}
        try:
            with self._opener.open(urllib.request.Request(url, body, headers), timeout=TIMEOUT) as answer:
                found = json.loads(answer.read(LARGEST))
        except urllib.error.HTTPError as error:
            raise ProviderError(
                "unreachable" if error.code >= 500 else "refused", f"HTTP {error.code}"
            ) from None
        except (OSError, ValueError) as error:
            raise ProviderError("unreachable", type(error).__name__) from None
        if not isinstance(found, dict):
            raise ProviderError("unreachable", "not an object")
        return found

    def places(self) -> dict[str, Any]:
        """The provider's addresses, from its discovery document, which must be its own."""
        if not self._places:
            found = self._fetch(f"{self.config.issuer}/.well-known/openid-configuration")
            wanted = ("authorization_endpoint", "token_endpoint", "jwks_uri")
            if str(found.get("issuer", "")).rstrip("/") != self.config.issuer:
                raise ProviderError("issuer", "discovery names another issuer")
            scheme = urlsplit(self.config.issuer).scheme
            if any(urlsplit(str(found.get(name))).scheme not in ("https", scheme) for name in wanted):
                raise ProviderError("issuer", "an address is missing or not https")
            self._places = found
        return self._places

    def address(self, question: Question) -> str:
        """Where to send the browser."""
        fields = {
            "response_type": "code",
            "client_id": self.config.client_id,
            "redirect_uri": question.back,
            "scope": self.config.scope,
            "state": question.state,
            "nonce": question.nonce,
            "code_challenge": question.challenge,
            "code_challenge_method": "S256",
        }
        place = str(self.places()["authorization_endpoint"])
        return f"{place}{'&' if urlsplit(place).query else '?'}{urlencode(fields)}"

    def role(self, code: str, question: Question) -> str:
        """The role of the person the provider's one-time `code` stands for. Raises ProviderError."""
        fields = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": question.back,
            "client_id": self.config.client_id,
            "code_verifier": question.verifier,
        }
        auth = ""
        if self.config.client_secret:
            pair = f"{self.config.client_id}:{self.config.client_secret}"
            auth = "Basic " + base64.b64encode(pair.encode()).decode()
        answer = self._fetch(str(self.places()["token_endpoint"]), fields, auth)
        claims = self.verified(str(answer.get("id_token", "")), question.nonce)
        return role_in(claims, self.config)

    def verified(self, token: str, nonce: str) -> dict[str, Any]:
        """The claims of an ID token that is the provider's own, for us, present and the answer to our question."""
        try:
            header = jwt.get_unverified_header(token)
            if header.get("alg") not in ALGORITHMS:
                raise ProviderError("token", "signature of a kind not accepted")
            claims: dict[str, Any] = jwt.decode(
                token,
                self._key(header.get("kid"), str(header["alg"])),
                algorithms=[str(header["alg"])],
                audience=self.config.client_id,
                issuer=str(self.places()["issuer"]),
                leeway=LEEWAY,
                options={"require": ["exp", "iat", "iss", "aud", "sub", "nonce"]},
            )
        except (jwt.PyJWTError, ValueError, TypeError) as error:
            raise ProviderError("token", type(error).__name__) from None
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if claims.get("azp", "" if several else self.config.client_id) != self.config.client_id:
            raise ProviderError("token", "for another application")
        if not secrets.compare_digest(str(claims["nonce"]).encode(), nonce.encode()):
            raise ProviderError("token", "another nonce")
        return claims

    def _key(self, name: str | None, algorithm: str) -> Any:
        """The provider's public key of that name; asked for again once, when keys were changed."""
        for again in (False, True):
            if self._keys is None or again:
                self._keys = jwt.PyJWKSet.from_dict(self._fetch(str(self.places()["jwks_uri"])))
            fitting = [key for key in self._keys.keys if name is None or key.key_id == name]
            if fitting and (name is not None or len(fitting) == 1):
                return fitting[0].key
        raise ProviderError("token", f"no key for {algorithm}")


def role_in(claims: Mapping[str, Any], config: Config) -> str:
    """The widest role the claims give. Raises ProviderError('no_role')."""
    found: Any = claims
    for step in config.claim.split("."):
        found = found.get(step) if isinstance(found, Mapping) else None
    values = {str(one) for one in (found if isinstance(found, list) else [found]) if one is not None}
    for value, role in config.roles:
        if value in values:
            return role
    raise ProviderError("no_role")
