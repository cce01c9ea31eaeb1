"""Addresses: which one phones use, which names the pages answer to, where it is left for others."""

from pathlib import Path

import pytest

from components.command import address


@pytest.mark.parametrize(
    ("environ", "url"),
    [
        ({"ADDRESS": "192.168.1.10"}, "http://192.168.1.10:5007"),
        ({"ADDRESS": "192.168.1.10", "PHONE_PORT": "80"}, "http://192.168.1.10:80"),
        ({"ADDRESS": "fd00::1", "PHONE_PORT": "5007"}, "http://[fd00::1]:5007"),
        ({"CORDEE_JOIN_URL": "https://vote.example.fr/"}, "https://vote.example.fr"),
    ],
)
def test_the_address_asked_for_is_the_one_used(environ: dict[str, str], url: str) -> None:
    assert address.join_url(environ) == url


def test_without_a_network_this_machine_is_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(address, "local_addresses", list)
    assert address.phone_address({}) == "127.0.0.1"


def test_a_network_address_is_preferred_to_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        address, "_route_address", lambda target: "127.0.0.1" if target[:2] == "10" else "192.168.7.2"
    )
    monkeypatch.setattr(address.socket, "getaddrinfo", lambda *_: [(0, 0, 0, "", ("8.8.8.8", 0))])
    assert address.local_addresses() == ["192.168.7.2", "8.8.8.8"]


@pytest.mark.parametrize(
    ("host", "own"), [("127.0.0.1", True), ("localhost", True), ("::1", True), ("10.0.0.1", False)]
)
def test_loopback_is_recognised(host: str, own: bool) -> None:
    assert address.is_loopback(host) is own


def test_a_name_is_not_loopback() -> None:
    assert not address.is_loopback("vote.example.fr")


def test_what_the_launcher_left_comes_first_and_is_taken_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CORDEE_KEYS", str(tmp_path))
    monkeypatch.setenv("CORDEE_JOIN_URL", "http://10.0.0.1:5007")
    assert address.join_base() == "http://10.0.0.1:5007"
    address.write_join_base("http://10.0.0.2:5007", tmp_path)
    assert address.join_base() == "http://10.0.0.2:5007"
    (tmp_path / address.FILE).write_text("cut sho")
    assert address.join_base() == "http://10.0.0.1:5007"
    address.forget_join_base(tmp_path)
    address.forget_join_base(tmp_path)
    assert list(tmp_path.iterdir()) == []
