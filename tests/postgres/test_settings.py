"""Several processes that start together on an empty base."""

from components.access.store import SETTING, Settings
from tests.meeting.store.contract import run_together


def test_settings_are_prepared_by_all_at_once(url: str) -> None:
    several = [Settings(url) for _ in range(4)]
    for _ in range(20):
        run_together([settings.prepare for settings in several])
        with several[0]._engine.begin() as connection:
            SETTING.drop(connection)
    several[0].prepare()
    assert several[0].get("written") == "yes"
    for settings in several:
        settings.close()
