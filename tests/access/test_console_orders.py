"""Each order that reaches the console is checked when it arrives, by the role of whoever opened the page."""

import time
from typing import Any

import pytest

from components.access import badge, door, session, view
from components.access.roles import may_order
from components.access.store import Settings
from components.console import view as console_view
from components.console.orders import Orders
from components.look.i18n import t

READING = ("why", "meetings", "sheet", "check", "new", "import", "duplicate")
RUNNING = ("act", "delete", "restart", "revise", "drag", "replay", "an order of tomorrow")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The orders that got as far as being carried out."""
    found: list[str] = []

    def answer(self: Orders, order: str, given: Any) -> dict[str, Any]:
        found.append(order)
        return {"ok": False, "sentence": ""}

    monkeypatch.setattr(Orders, "answer", answer)
    monkeypatch.setattr(console_view, "desk", lambda: None)
    return found


def console(role: str, replies: list[dict[str, Any]]) -> Any:
    made = console_view.Console("ABCD", "fr", lambda: "", lambda order: may_order(role, order))
    made._send_msg = replies.append
    return made


def test_an_officer_reads_and_prepares_and_runs_nothing(asked: list[str]) -> None:
    replies: list[dict[str, Any]] = []
    officer = console("officer", replies)
    for order in RUNNING:
        officer._handle_msg({"id": 1, "order": order, "name": "open", "changes": {}})
    assert asked == []
    assert [reply["sentence"] for reply in replies] == [t("access.order_refused")] * len(RUNNING)
    for order in READING:
        officer._handle_msg({"id": 1, "order": order})
    assert asked == list(READING)


@pytest.mark.parametrize("role", ["rapporteur", "expert", "screen", "public"])
def test_the_others_ask_the_console_nothing(role: str, asked: list[str]) -> None:
    other = console(role, [])
    for order in (*READING, *RUNNING, "tick"):
        other._handle_msg({"id": 1, "order": order})
    assert asked == []


def test_a_sign_in_that_ends_takes_the_orders_of_its_open_page_along(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(f"sqlite:///{tmp_path / 'store.db'}")
    settings.prepare()
    door.set_passphrase(settings, "une phrase de passe")
    monkeypatch.setattr(session, "settings", lambda: settings)
    session.forget()
    mine = badge.new("facilitator", door.epoch(settings) or "", time.time())
    monkeypatch.setattr(view, "page_badge", lambda: mine)
    allowed = view.orders_allowed()
    assert allowed("act")
    session.end(mine)
    assert not allowed("act")
    session.forget()


def test_a_page_nobody_signed_in_to_takes_no_orders() -> None:
    assert not view.orders_allowed()("tick")
