"""What is shared in a process and written nowhere."""

from components.meeting.desk import Desk
from components.meeting.hub import Hub
from components.screen.live import Live, Preview, Size

pytest_plugins = ["tests.meeting.conftest"]


def test_a_drag_wakes_the_pages_and_writes_nothing(desk: Desk, code: str) -> None:
    live = Live(Hub(desk))
    heard: list[str] = []
    live.listen("page", lambda: heard.append("woken"))
    version = desk.store.room(code).version
    live.show_preview(code, Preview({"km_per_person": -10.0}, "moving"))
    live.show_preview(code, Preview({"km_per_person": -10.0}, "moving"))
    assert heard == ["woken"]
    assert live.preview(code) == Preview({"km_per_person": -10.0}, "moving")
    live.show_preview(code, None)
    assert live.preview(code) is None
    assert len(heard) == 2
    assert desk.store.room(code).version == version


def test_the_hub_wakes_the_same_pages(desk: Desk, code: str) -> None:
    hub = Hub(desk)
    live = Live(hub)
    heard: list[str] = []
    live.listen("page", lambda: heard.append("woken"))
    hub.wake()
    live.leave("page")
    hub.wake()
    assert heard == ["woken"]
    assert (live.listening, hub.listening) == (0, 0)


def test_a_screen_says_its_size_until_it_leaves(desk: Desk, code: str) -> None:
    live = Live(Hub(desk))
    live.screen_opened("a", code, Size(1920, 1080))
    live.screen_opened("b", code, Size(1024, 768))
    live.screen_opened("c", "ELSE", Size(800, 600))
    assert live.screens(code) == [Size(1920, 1080), Size(1024, 768)]
    live.leave("b")
    assert live.screens(code) == [Size(1920, 1080)]
