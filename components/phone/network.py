"""Where a request comes from and which name it asks for. Nothing of it is kept but a mark under the vote's secret."""

import contextlib
import ipaddress
import os
import re
import socket
from collections.abc import Mapping
from functools import cache
from urllib.parse import urlsplit

HOST = re.compile(r"([A-Za-z0-9.\-_]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(:\d{1,5})?")
LONGEST_BROWSER = 400


def host_of(header: str) -> str:
    """A Host header as sent, or nothing if nobody could have such a host."""
    return header if HOST.fullmatch(header) else ""


def name_of(host: str) -> str:
    """The name in `name:port` or `[address]:port`, in small letters."""
    found = HOST.fullmatch(host)
    return found[1].strip("[]").rstrip(".").lower() if found else ""


def same_host(origin: str, host: str) -> bool:
    """Whether a page of this very server is asking."""
    try:
        return bool(host) and urlsplit(origin).netloc.lower() == host.lower()
    except ValueError:  # « http://[ »
        return False


@cache
def _declared(join_url: str, address: str, hosts: str) -> frozenset[str]:
    machine = socket.gethostname().lower()
    names = {"localhost", "127.0.0.1", "::1", machine, f"{machine}.local", address.strip("[]").lower()}
    names |= {name_of(host.strip()) for host in hosts.replace(";", ",").split(",")}
    with contextlib.suppress(ValueError):
        names.add((urlsplit(join_url).hostname or "").lower())
    return frozenset(names - {""})


def is_ours(host: str, own_address: str, environ: Mapping[str, str] = os.environ) -> bool:
    """Whether this urn answers to that Host header.

    It answers to the address the connection came in by (whatever network the machine moved to), to this
    machine's names, and to what CORDEE_JOIN_URL, ADDRESS and CORDEE_HOSTS (commas between) say. Anything else is a
    foreign name pointed at us: a page under that name could otherwise speak for this phone (DNS rebinding).
    """
    name = name_of(host)
    if name and name == own_address.partition("%")[0].removeprefix("::ffff:").lower():
        return True
    known = _declared(
        environ.get("CORDEE_JOIN_URL", ""), environ.get("ADDRESS", ""), environ.get("CORDEE_HOSTS", "")
    )
    return name in known


def seen_as(address: str, browser: str) -> str:
    """What two requests of one device have in common: its address on the room's own network; elsewhere, where a whole
    household or hall may share one public address, the address and the browser.

    On a room's network (private, link-local or loopback addresses) each device has its own address, so a program that
    takes another browser's name with each ballot is still one device. A public IPv6 address counts by its network
    (/64), within which one device changes its address as it likes.
    """
    shared = f"{address}\n{browser[:LONGEST_BROWSER]}"
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return shared
    if found.version == 6 and found.ipv4_mapped:
        return seen_as(str(found.ipv4_mapped), browser)
    if found.is_unspecified:  # a local (UNIX) socket: whoever speaks through it
        return shared
    if found.is_private or found.is_link_local or found.is_loopback:
        return str(found)
    if found.version == 6 and found.is_global:
        network = ipaddress.ip_network((found, 64), strict=False)
        return f"{network}\n{browser[:LONGEST_BROWSER]}"
    return shared
