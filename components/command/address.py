"""The addresses of this machine and the one phones use, found without sending anything."""

import contextlib
import ipaddress
import json
import os
import socket
from collections.abc import Mapping
from pathlib import Path

from components.command.places import present_keys, write_private
from components.command.trial import without_phones

LOOPBACK = "127.0.0.1"
EVERYWHERE = ("0.0.0.0", "::", "*")
FILE = "address.json"
# Connecting a UDP socket sends nothing: the system only says which of its addresses would be used.
PRIVATE_TARGETS = ("192.168.255.254", "10.255.255.254", "172.31.255.254")


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this machine only."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _route_address(target: str) -> str | None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((target, 9))
            return str(probe.getsockname()[0])
        except OSError:
            return None


def local_addresses() -> list[str]:
    """IPv4 addresses of this machine on its networks, the likeliest for phones first, loopback left out."""
    found = [_route_address(target) for target in PRIVATE_TARGETS]
    with contextlib.suppress(OSError):
        found += [str(info[4][0]) for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)]
    usable = [a for a in found if a and not is_loopback(a) and not ipaddress.ip_address(a).is_unspecified]
    return sorted(dict.fromkeys(usable), key=lambda a: not ipaddress.ip_address(a).is_private)


def phone_address(environ: Mapping[str, str] = os.environ) -> str:
    """The host phones use: ADDRESS, else the machine's address on its network, else 127.0.0.1."""
    given = environ.get("ADDRESS", "")
    if given in EVERYWHERE:  # « listen everywhere » is no address a phone could type
        given = ""
    return given or next(iter(local_addresses()), LOOPBACK)


def names(host: str) -> list[str]:
    """Every name under which a browser may reach this machine, for the allowed origins."""
    name = socket.gethostname()
    return list(dict.fromkeys(["localhost", LOOPBACK, host, *local_addresses(), name, f"{name}.local"]))


def join_url(environ: Mapping[str, str] = os.environ) -> str:
    """The base address phones type, from the environment alone: `http://192.168.1.10:5007`."""
    if chosen := environ.get("CORDEE_JOIN_URL"):
        return chosen.rstrip("/")
    host = phone_address(environ)
    host = f"[{host}]" if ":" in host else host
    return f"http://{host}:{environ.get('PHONE_PORT') or 5007}"


def write_join_base(url: str, keys: Path) -> None:
    """Leaves the address for the other processes that share this store. Raises OSError."""
    write_private(keys / FILE, json.dumps({"join": url}))


def forget_join_base(keys: Path) -> None:
    """Takes the address away at the end, so that nobody is sent to a closed door."""
    (keys / FILE).unlink(missing_ok=True)


def join_base() -> str:
    """The base address phones use now, `http://192.168.1.10:5007`: what the running launcher says, else the
    environment (CORDEE_JOIN_URL, else ADDRESS and PHONE_PORT), else this machine's address on its network."""
    try:
        return str(json.loads((present_keys() / FILE).read_text(encoding="utf-8"))["join"])
    except (OSError, ValueError, KeyError, TypeError):
        return join_url()


def shown_join_base() -> str:
    """`join_base` as pages show it: empty while the evening goes on without phones, and no page then shows a code."""
    return "" if without_phones() else join_base()
