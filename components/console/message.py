"""The one message that repaints a console: its scene, the mirror of the screen, the sliders' positions."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from components.console.vote_panel import vote_panel
from components.meeting.commands.tables import tables_step
from components.meeting.desk import Snapshot
from components.meeting.floor_scene import console_floor
from components.meeting.legibility import crowded
from components.meeting.scene import console_scene, current_step
from components.meeting.tables_scene import console_tables
from components.scenario.frame import variables_of
from components.screen.live import Preview, Size
from components.screen.message import screen_message
from components.screen.scenery import NoScenery, engine_of, scenery, shown

DEFAULT_SIZE = Size(1280, 720)


def console_message(
    s: Snapshot,
    now: float,
    lang: str,
    join: dict[str, Any] | None,
    preview: Preview | None,
    peeked: Collection[str],
    screens: list[Size],
) -> dict[str, Any]:
    """`console_scene` and beside it `mirror` (exactly the screen's message), `screens`, `controls` (sliders)."""
    s = replace(s, now=now)
    size = screens[-1] if screens else DEFAULT_SIZE
    message = console_scene(s, lang, peek=s.poll is not None and s.poll.id in peeked)
    message["mirror"] = screen_message(s, now, lang, join, preview)
    message["screens"] = {"count": len(screens), "width": size.width, "height": size.height}
    message["panel"] = vote_panel(s, lang)
    message["floor"] = console_floor(s.room.floor, s.words, now, lang)
    of_tables = tables_step(s.room.steps_shown, s.sheet)
    message["tables"] = console_tables(s.room, s.contributions, of_tables)
    message["crowded"] = crowded(s.sheet, lang)
    message["controls"] = _controls(s, lang) if current_step(s).kind == "scenario" else None
    # The page counts these on by itself between two messages.
    message["now"] = now
    step = current_step(s)
    message["step_since"] = s.room.step_at if s.room.steps_shown else None
    message["step_minutes"] = step.minutes
    return message


def _controls(s: Snapshot, lang: str) -> dict[str, Any] | None:
    try:
        engine = engine_of(s.room.territory)
    except NoScenery:
        return None
    settled = scenery(shown(s.room, None, lang))
    trend = engine.run()
    return {
        "settings": settled.get("settings") or engine.settings(),
        "figures": [
            {"id": one["id"], "label": one["label"], "value": f"{one['value']} {one['unit']}".strip()}
            | {"variable": one["variable"], "per_inhabitant": one["per_inhabitant"]}
            for one in settled.get("figures", [])
            if one["known"]
        ],
        "step_levers": list(current_step(s).levers),
        "variables": variables_of(trend, lang, engine),
        "years": [int(trend.years[0]), int(trend.years[-1])],
    }


def unchanging(message: dict[str, Any]) -> dict[str, Any]:
    """The message without what only the clock moves; two equal ones need no repaint."""
    now = message["now"]

    def still(clock: dict[str, Any]) -> tuple[Any, ...]:
        return (
            clock["running"],
            clock["planned"],
            round(now + clock["left"]) if clock["running"] else clock["left"],
        )

    poll = message["poll"]
    if poll and poll["seals_in"] is not None:
        poll = {**poll, "seals_in": True}
    mirror = {**message["mirror"], "timer": still(message["mirror"]["timer"])}
    if mirror["floor"]:
        mirror["floor"] = {**mirror["floor"], "elapsed": 0}
    floor = {**message["floor"], "elapsed": 0}
    return {
        **message,
        "timer": still(message["timer"]),
        "mirror": mirror,
        "poll": poll,
        "floor": floor,
        "now": 0,
    }
