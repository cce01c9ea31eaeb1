"""Where a request comes from, behind our proxy and without one."""

from dataclasses import dataclass, field

import pytest

from components.access.view import client_address, is_https, known_host, same_origin


@dataclass
class Request:
    headers: dict[str, str] = field(default_factory=dict)
    remote_ip: str = "127.0.0.1"
    protocol: str = "http"


@dataclass
class Application:
    websocket_origins: tuple[str, ...] = ("192.168.1.10:5006",)


SAID = {"X-Real-IP": "203.0.113.7", "X-Forwarded-Proto": "https"}


def test_only_our_proxy_is_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CORDEE_PROXY", raising=False)
    assert client_address(Request(SAID)) == "127.0.0.1"
    assert not is_https(Request(SAID))
    monkeypatch.setenv("CORDEE_PROXY", "1")
    assert client_address(Request(SAID)) == "203.0.113.7"
    assert is_https(Request(SAID))
    stranger = Request(SAID, remote_ip="192.168.1.66")  # who came past the proxy may say what it likes
    assert client_address(stranger) == "192.168.1.66"
    assert not is_https(stranger)
    monkeypatch.setenv("CORDEE_PROXY", "10.0.0.1, 192.168.1.66")
    assert client_address(stranger) == "203.0.113.7"
    assert client_address(Request(SAID)) == "127.0.0.1"


@pytest.mark.parametrize("said", ["", "x" * 5000, "1.2.3.4, 5.6.7.8", "<script>"])
def test_a_proxy_s_nonsense_is_the_connection_s_address(said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CORDEE_PROXY", "1")
    assert client_address(Request({"X-Real-IP": said})) == "127.0.0.1"


@pytest.mark.parametrize(
    ("host", "ours"),
    [
        ("192.168.1.10:5006", True),
        ("localhost:5006", True),
        ("127.0.0.1", True),
        ("192.168.1.11:5006", False),
        ("192.168.1.10:5006.evil.example", False),
        ("localhost.evil.example", False),
        ("", False),
    ],
)
def test_names_of_this_machine(host: str, ours: bool) -> None:
    assert known_host(host, Application()) is ours


def test_a_form_comes_from_the_name_it_goes_to() -> None:
    page = {"Host": "192.168.1.10:5006"}
    assert same_origin(Request({**page, "Origin": "http://192.168.1.10:5006"}), Application())
    assert same_origin(Request(page), Application())
    for origin in ("http://192.168.1.10:5007", "null", "", "http://evil.example"):
        assert not same_origin(Request({**page, "Origin": origin}), Application()), origin
