"""The head of a request, read strictly: the two requests that every phone of a crowd sends, and no others.

What does not look exactly like one of them is not refused here: it is left to the whole server, which reads everything.
"""

import re
from dataclasses import dataclass
from typing import overload

LARGEST = 4096
"""Bytes looked at; a browser sends about one thousand."""

REQUEST = re.compile(
    rb"GET /v/([A-Z0-9]{1,12})(/ws)?(?:\?([!-~]*))? HTTP/1\.1\r\n"
    rb"((?:[!#-'*+.^_`|~0-9A-Za-z-]+:[\t -~]*\r\n){1,60})\r\n"
)

ELSEWHERE = frozenset({"content-length", "transfer-encoding", "expect", "if-none-match"})
"""Headers that change how a request is read or answered; with one of them the whole server answers."""


class Headers(dict[str, str]):
    """Names in small letters, found in any."""

    @overload
    def get(self, name: str, default: None = None, /) -> str | None: ...
    @overload
    def get(self, name: str, default: str, /) -> str: ...
    @overload
    def get[T](self, name: str, default: T, /) -> str | T: ...
    def get(self, name: str, default: object = None, /) -> object:
        return super().get(name.lower(), default)


@dataclass(frozen=True, slots=True)
class Head:
    """A request as handlers see one. code: as written; is_line: asks for the socket; own_address: where it came in."""

    code: str
    is_line: bool
    query: str
    headers: Headers
    remote_ip: str
    own_address: str
    protocol: str = "http"

    @property
    def opens_a_line(self) -> bool:
        """Whether this is the handshake of a WebSocket (RFC 6455, 4.2.1), as a browser sends it from our own page."""
        of = self.headers.get
        return (
            of("upgrade", "").lower() == "websocket"
            and "upgrade" in (word.strip() for word in of("connection", "").lower().split(","))
            and of("sec-websocket-version") == "13"
            and len(of("sec-websocket-key", "")) == 24
            and of("sec-fetch-site", "same-origin") == "same-origin"
        )

    @property
    def opens_the_page(self) -> bool:
        """Whether this is a phone that was never here: it has no key, and asks for nothing but the page."""
        return (
            self.headers.keys().isdisjoint(("cookie", "authorization", "upgrade"))
            and self.query in ("", "lang=fr", "lang=en")
            and self.headers.get("connection", "keep-alive").lower() in ("keep-alive", "close")
        )


def read(seen: bytes, remote_ip: str, own_address: str) -> Head | None:
    """The head that `seen` is, whole and with nothing after it; None when it is anything else."""
    found = REQUEST.fullmatch(seen)
    if found is None:
        return None
    headers = Headers()
    for line in found[4].decode("ascii").split("\r\n")[:-1]:
        name, _, value = line.partition(":")
        name = name.lower()
        if name in headers:  # said twice: which one counts is for the whole server to say
            return None
        headers[name] = value.strip(" \t")
    if "host" not in headers or not ELSEWHERE.isdisjoint(headers):
        return None
    query = (found[3] or b"").decode("ascii")
    return Head(found[1].decode("ascii"), found[2] is not None, query, headers, remote_ip, own_address)
