"""What the console asks of the tables and of the helpers' code, and who may."""

import pytest

from components.access.roles import may_order
from components.access.store import Settings
from components.console import helpers
from components.console.message import console_message, unchanging
from components.console.orders import Orders
from components.meeting.desk import Desk
from tests.tables.conftest import SHEET

pytest_plugins = ["tests.meeting.conftest"]


@pytest.fixture
def code(desk: Desk) -> str:
    return desk.new(SHEET)


def message(desk: Desk, code: str) -> dict:
    return console_message(desk.snapshot(code), desk.clock(), "fr", None, None, set(), [])


def test_the_panel_says_how_many_and_moves_with_each_word(desk, code):
    assert message(desk, code)["tables"] is None
    desk.act(code, "show", step="echanges")
    empty = message(desk, code)
    desk.act(code, "contribute", id="reponse-1", table=4, kind="idea", words="a")
    one = message(desk, code)
    assert (one["tables"]["total"], one["tables"]["tables"], one["tables"]["unseen"]) == (1, 1, 1)
    desk.act(code, "contribute", id="reponse-1", table=4, kind="idea", words="b")
    two = message(desk, code)
    assert len({str(unchanging(found)) for found in (empty, one, two)}) == 3
    desk.act(code, "close_tables")
    assert message(desk, code)["tables"]["open"] is False


def test_the_console_reads_and_groups_but_does_not_write_for_tables(desk, code):
    desk.act(code, "show", step="echanges")
    desk.act(code, "contribute", id="reponse-1", table=4, kind="idea", words="a")
    orders = Orders(desk, code, "fr")
    wanted = {"name": "contribute", "args": {"id": "reponse-2", "table": 1, "kind": "for", "words": "x"}}
    assert orders.answer("act", wanted)["ok"] is False
    assert orders.answer("act", {"name": "group", "args": {"members": ["reponse-1"], "title": "T"}})["ok"]
    assert orders.answer("act", {"name": "show_tables", "args": {}})["ok"]
    told = orders.answer("tables", {})
    assert [(row["title"], row["members"][0]["words"]) for row in told["rows"]] == [("T", "a")]
    assert (told["shown"], told["told"]) == ({"kind": "", "group": "", "page": 0, "pages": 1}, ["reponse-1"])


def test_the_helpers_code_is_the_facilitators_and_renewable(desk, code, tmp_path, monkeypatch):
    settings = Settings(f"sqlite:///{tmp_path}/evening.db")
    settings.prepare()
    monkeypatch.setattr(helpers.session, "settings", lambda: settings)
    monkeypatch.delenv("CORDEE_PHONES", raising=False)
    first = helpers.helpers_answer(desk, code, "http://192.168.1.10:5007/")
    assert [door["short"] for door in first["doors"]] == [
        f"192.168.1.10:5007/tables/{code}",
        f"192.168.1.10:5007/comptage/{code}",
    ]
    helpers.renew_helpers(code)
    assert helpers.helpers_answer(desk, code, "")["pin"] not in ("", first["pin"])
    assert helpers.helpers_answer(desk, code, "")["doors"] == []
    monkeypatch.setenv("CORDEE_PHONES", "0")
    assert helpers.helpers_answer(desk, code, "http://x")["doors"] == []
    desk.act(code, "close_meeting")
    assert helpers.helpers_answer(desk, code, "http://x")["pin"] == ""
    for order in ("helpers", "renew_helpers"):
        assert may_order("facilitator", order)
        assert not any(
            may_order(role, order) for role in ("officer", "rapporteur", "expert", "screen", "public")
        )
    assert may_order("officer", "tables")
    assert not may_order("rapporteur", "tables")
