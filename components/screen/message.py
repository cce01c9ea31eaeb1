"""The one message that repaints a public screen: the public scene, how to join, the scenario's picture.

Everything here comes from `public_scene`, so nothing private and nothing hidden can be in it.
"""

from dataclasses import replace
from typing import Any

from components.meeting.desk import Snapshot
from components.meeting.scene import current_step, public_scene
from components.screen.explained import explained
from components.screen.live import Preview
from components.screen.scenery import scenery, shown


def screen_message(
    s: Snapshot, now: float, lang: str, join: dict[str, Any] | None, preview: Preview | None = None
) -> dict[str, Any]:
    """The public scene at `now` with `join` (see `joining`) and, at a scenario step, `body.frame`;
    where a figure is explained, `body.why`."""
    message = public_scene(replace(s, now=now), lang)
    message["join"] = join
    body = message["body"]
    if body["kind"] == "scenario":
        message["body"] = with_frame(s, body, lang, preview)
    if body["kind"] == "why" and s.room.explained:
        message["body"] = {**body, "why": explained(s.room, s.room.explained, lang)}
    return message


def with_frame(s: Snapshot, body: dict[str, Any], lang: str, preview: Preview | None) -> dict[str, Any]:
    """A scenario body with its picture and the levers to name beside it, the step's first."""
    frame = scenery(shown(s.room, preview, lang))
    words = frame.get("words", {})
    named = [lever for lever in current_step(s).levers if lever in words]
    named += [lever for lever, word in words.items() if word["moved"] and lever not in named]
    return {
        "kind": "scenario",
        "text": body["text"],
        "frame": {key: value for key, value in frame.items() if key not in ("words", "settings")},
        "levers": [{"id": lever, **words[lever]} for lever in named],
        "note": preview.note if preview else "",
    }


def unchanging(message: dict[str, Any], now: float) -> dict[str, Any]:
    """The message without what only the clock moves: two equal ones need no repaint."""
    clock = message["timer"]
    ends = round(now + clock["left"]) if clock["running"] else clock["left"]
    floor = {**message["floor"], "elapsed": 0} if message["floor"] else None
    return {**message, "timer": (clock["running"], clock["planned"], ends), "floor": floor}
