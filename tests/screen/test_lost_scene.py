"""A page that says it holds an older scene than the one sent last is sent it again."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from components.console import view as console_view
from components.meeting.demo import DEMO
from components.meeting.desk import Desk
from components.meeting.hub import Hub
from components.screen import view as screen_view


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv("CORDEE_KEYS", str(tmp_path / "keys"))
    made = Desk.open(f"sqlite:///{tmp_path}/cordee.db")
    hub = Hub(made)
    for module in (screen_view, console_view):
        monkeypatch.setattr(module, "desk", lambda: made)
    monkeypatch.setattr(screen_view, "hub", lambda: hub)
    return made


def number(page: screen_view.Follower) -> int:
    return int(json.loads(page.scene)["number"])


Page = Callable[[str], screen_view.Follower]
PAGES: dict[str, Page] = {
    "screen": lambda code: screen_view.Screen(code, "fr", lambda: ""),
    "console": lambda code: console_view.Console(code, "fr", lambda: ""),
}


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("known", [True, False])
def test_a_scene_that_did_not_arrive_is_sent_again(desk: Desk, name: str, known: bool) -> None:
    code = desk.new(DEMO.read_text(encoding="utf-8")) if known else "NONE"
    page = PAGES[name](code)
    page.refresh()
    assert number(page) == 1
    said = {"order": "tick"} if name == "console" else {}
    page._handle_msg({**said, "seen": 1})
    assert number(page) == 1
    page._handle_msg({**said, "seen": 0})
    assert number(page) == 2
    for odd in (None, "1", [], {}):
        page._handle_msg({**said, "seen": odd})
    assert number(page) == 2
