"""Who stands before us, and whose word we take for where a request comes from. Pure; both processes ask it."""

import ipaddress
import os
from collections.abc import Mapping


def is_proxy(address: str, environ: Mapping[str, str] = os.environ) -> bool:
    """Whether a connection comes from the proxy that CORDEE_PROXY speaks of, so that its headers are believed."""
    proxies = environ.get("CORDEE_PROXY", "")
    if not proxies or proxies == "0":
        return False
    if proxies == "1":
        return address in ("127.0.0.1", "::1", "0.0.0.0")  # Tornado calls a local (UNIX) socket 0.0.0.0
    return address in {proxy.strip() for proxy in proxies.split(",")}


def peer(address: str, real_ip: str, environ: Mapping[str, str] = os.environ) -> str:
    """The address a request comes from.

    `real_ip`, the X-Real-IP header, is believed only where CORDEE_PROXY says that a proxy stands before us (`1`: on
    this machine; else its addresses, commas between) and the connection comes from it.
    """
    if not is_proxy(address, environ):
        return address
    try:
        return str(ipaddress.ip_address(real_ip.strip()))
    except ValueError:
        return address


def is_https(address: str, forwarded: str, protocol: str, environ: Mapping[str, str] = os.environ) -> bool:
    """Whether a browser came over https, to us or to our proxy (`forwarded`: its X-Forwarded-Proto)."""
    said = forwarded.strip().lower() if is_proxy(address, environ) else ""
    return "https" in (said, protocol)
