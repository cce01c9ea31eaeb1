"""How to join: the address, the code, and the two QR codes as drawings."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

import segno
from segno import helpers

QUIET = 2  # modules of white around the squares; the page adds its own margin


@lru_cache(maxsize=64)
def qr(text: str) -> dict[str, Any]:
    """A QR code as one SVG path: `{size, path}`, one unit a module, quiet zone included."""
    return _drawing(segno.make(text, error="m", micro=False))


@lru_cache(maxsize=8)
def wifi_qr(name: str, password: str) -> dict[str, Any]:
    """The QR code that connects a phone to a Wi-Fi network; without a password the network is open."""
    return _drawing(
        helpers.make_wifi(ssid=name, password=password or None, security="WPA" if password else None)
    )


def _drawing(code: segno.QRCode) -> dict[str, Any]:
    parts = []
    for y, row in enumerate(code.matrix):
        x = 0
        while x < len(row):
            run = 1
            if row[x]:
                while x + run < len(row) and row[x + run]:
                    run += 1
                parts.append(f"M{x + QUIET} {y + QUIET}h{run}v1h-{run}z")
            x += run
    return {"size": len(code.matrix) + 2 * QUIET, "path": "".join(parts)}


def joining(base: str, code: str, environ: Mapping[str, str]) -> dict[str, Any] | None:
    """What the screen says of joining meeting `code` at `base` (`http://192.168.1.10:5007`).

    `{url, short, code, qr, wifi: {name, qr} | None}`; None when this evening does without phones.
    """
    if not base or environ.get("CORDEE_PHONES") == "0":
        return None
    base = base.rstrip("/")
    url = f"{base}/v/{code}"
    wifi = environ.get("CORDEE_WIFI", "").strip()
    return {
        "url": url,
        "short": urlsplit(base).netloc or base,
        "code": code,
        "qr": qr(url),
        "wifi": {"name": wifi, "qr": wifi_qr(wifi, environ.get("CORDEE_WIFI_PASSWORD", ""))}
        if wifi
        else None,
    }


def trial(base: str, environ: Mapping[str, str]) -> dict[str, Any] | None:
    """The page with which a phone is tried before the doors open: `{url, short, qr}`; None without phones."""
    if not base or environ.get("CORDEE_PHONES") == "0":
        return None
    url = f"{base.rstrip('/')}/essai"
    return {"url": url, "short": url.partition("://")[2], "qr": qr(url)}
