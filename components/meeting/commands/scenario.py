"""The room's sliders, its map, its saved scenarios, and where a figure comes from."""

from collections.abc import Mapping, Sequence
from typing import Any

from components.meeting import events as e
from components.meeting.commands.base import Context, Refused, command, whole
from components.meeting.room import Figure


@command("levers")
def move_levers(c: Context, changes: Any) -> Sequence[e.Event]:
    """Settled positions, already checked by the model: lever → value, None for trend."""
    if not isinstance(changes, Mapping) or len(changes) > 200:
        raise Refused("unknown_command", name="levers")
    wanted: dict[str, float | None] = {}
    for lever, value in changes.items():
        if value is not None and (
            not isinstance(value, int | float) or isinstance(value, bool) or value != value
        ):
            raise Refused("not_a_count", value=str(value)[:40])
        if c.room.levers.get(str(lever)) != value:
            wanted[str(lever)[:80]] = None if value is None else float(value)
    return [e.LeverMoved(wanted)] if wanted else []


@command("reset_levers")
def reset_levers(c: Context) -> Sequence[e.Event]:
    return [e.LeverMoved(dict.fromkeys(c.room.levers))] if c.room.levers else []


@command("view")
def choose_view(c: Context, variable: str, year: Any, per_inhabitant: bool) -> Sequence[e.Event]:
    chosen = e.ViewChosen(str(variable)[:120], whole(year, 2100), bool(per_inhabitant))
    view = c.room.view
    same = (view.variable, view.year, view.per_inhabitant) == (
        chosen.variable,
        chosen.year,
        chosen.per_inhabitant,
    )
    return [] if same else [chosen]


@command("explain")
def explain_figure(
    c: Context,
    variable: Any = "",
    region: Any = "",
    year: Any = 0,
    per_inhabitant: Any = False,
    on: Any = True,
) -> Sequence[e.Event]:
    """Where a figure comes from, on the screen (`on`), or put away; the model has already checked the figure.

    Not while a vote is open: an argument would then stand in the place of the question.
    """
    if on is False:
        return [e.FigureExplained("", "", 0, False, False)] if c.room.explained else []
    words = (variable, region)
    if on is not True or any(not isinstance(word, str) or not 0 < len(word) <= 120 for word in words):
        raise Refused("unknown_command", name="explain")
    if not isinstance(per_inhabitant, bool):
        raise Refused("unknown_command", name="explain")
    if c.room.closed_at is not None:
        raise Refused("meeting_closed")
    if c.room.open_poll:
        raise Refused("vote_is_open")
    figure = Figure(variable, region, whole(year, 2100), per_inhabitant)
    if figure == c.room.explained:
        return []
    return [e.FigureExplained(figure.variable, figure.region, figure.year, figure.per_inhabitant, True)]


@command("save_scenario")
def save_scenario(c: Context) -> Sequence[e.Event]:
    """Keep the room's positions under the next letter."""
    if len(c.room.scenarios) >= 26:
        raise Refused("too_many_scenarios")
    return [e.ScenarioSaved(chr(ord("A") + len(c.room.scenarios)), dict(c.room.levers))]


@command("recall_scenario")
def recall_scenario(c: Context, letter: str) -> Sequence[e.Event]:
    kept = c.room.scenarios.get(letter)
    if kept is None:
        raise Refused("unknown_scenario", letter=str(letter)[:4])
    return move_levers(c, {**dict.fromkeys(c.room.levers), **kept})
