"""A small OpenID provider on localhost, with real keys and real HTTP; `change` makes it lie."""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
CLIENT, SECRET = "cordee", "un secret de client"


def public_jwk(key: rsa.RSAPrivateKey, name: str) -> dict[str, Any]:
    found = jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return {**found, "kid": name, "use": "sig", "alg": "RS256"}


class FakeProvider:
    """Signs `claims` of the person who comes; `change(claims)` and `sign(claims)` may be replaced by a test."""

    def __init__(self) -> None:
        self.codes: dict[str, dict[str, str]] = {}
        self.groups: list[str] = ["mairie-animation"]
        self.reset()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.issuer = f"http://127.0.0.1:{self.server.server_port}/realm"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def reset(self) -> None:
        self.change: Callable[[dict[str, Any]], dict[str, Any]] = lambda claims: claims
        self.sign: Callable[[dict[str, Any]], str] = lambda claims: jwt.encode(
            claims, KEY, "RS256", headers={"kid": "one"}
        )
        self.keys = [public_jwk(KEY, "one")]
        self.discovered_issuer = ""
        self.groups = ["mairie-animation"]

    def environ(self) -> dict[str, str]:
        return {
            "CORDEE_OIDC_ISSUER": self.issuer,
            "CORDEE_OIDC_CLIENT_ID": CLIENT,
            "CORDEE_OIDC_CLIENT_SECRET": SECRET,
            "CORDEE_OIDC_ROLES": "realm.groups: mairie-animation=facilitator, mairie=officer",
            "CORDEE_OIDC_NAME": "la mairie d’Essai",
        }

    def claims(self, nonce: str) -> dict[str, Any]:
        now = int(time.time())
        return self.change(
            {
                "iss": self.issuer,
                "aud": CLIENT,
                "sub": "somebody",
                "iat": now,
                "exp": now + 300,
                "nonce": nonce,
                "realm": {"groups": self.groups},
            }
        )

    def discovery(self) -> dict[str, str]:
        return {
            "issuer": self.discovered_issuer or self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        }

    def authorised(self, asked: dict[str, str]) -> str:
        code = hashlib.sha256(repr(sorted(asked.items())).encode()).hexdigest()
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def exchanged(self, fields: dict[str, str], auth: str) -> dict[str, Any] | None:
        asked = self.codes.pop(fields.get("code", ""), None)
        given = base64.urlsafe_b64encode(hashlib.sha256(fields.get("code_verifier", "").encode()).digest())
        fits = asked is not None and asked["code_challenge"] == given.decode().rstrip("=")
        client = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if not fits or auth != f"Basic {client}" or asked["redirect_uri"] != fields["redirect_uri"]:
            return None
        return {
            "access_token": "x",
            "token_type": "Bearer",
            "id_token": self.sign(self.claims(asked["nonce"])),
        }

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self, status: int, found: Any) -> None:
                body = json.dumps(found).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                if parts.path.endswith("/openid-configuration"):
                    self.answer(200, fake.discovery())
                elif parts.path.endswith("/keys"):
                    self.answer(200, {"keys": fake.keys})
                else:
                    asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
                    self.send_response(302)
                    self.send_header("Location", fake.authorised(asked))
                    self.send_header("Content-Length", "0")
                    self.end_headers()

            def do_POST(self) -> None:
                sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
                fields = {name: values[0] for name, values in parse_qs(sent).items()}
                found = fake.exchanged(fields, self.headers.get("Authorization", ""))
                self.answer(200 if found else 400, found or {"error": "invalid_grant"})

            def log_message(self, *_: Any) -> None:
                pass

        return Handler
