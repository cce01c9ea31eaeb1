"""What `bench.slider` compares with: Panel's own FloatSlider and Bokeh patches, with Panel's default debounce."""

import numpy as np
import panel as pn
from bokeh.models import ColumnDataSource
from bokeh.plotting import figure

from components.look.theme import LEVELS
from components.scenario.frame import View, frame
from components.scenario.view import scenario_engine

engine = scenario_engine("grenoble-alpes-metropole")
trend = engine.run()


def rings(code: str) -> tuple[list[list[float]], list[list[float]]]:
    """Longitudes and latitudes of each polygon of a commune (outer rings)."""
    shape = engine.territory.outlines[code]
    parts = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
    return [[p[0] for p in part[0]] for part in parts], [[p[1] for p in part[0]] for part in parts]


def colours(drawn: dict) -> list[str]:
    return [LEVELS[c] if c >= 0 else "#cccccc" for c in drawn["map"]["classes"]]


outlines = [rings(code) for code in trend.regions]
first = frame(engine, trend, trend, View())
areas = ColumnDataSource(
    {
        "xs": [[[x]] for xs, _ in outlines for x in [xs[0]]],
        "ys": [[[y]] for _, ys in outlines for y in [ys[0]]],
        "colour": colours(first),
    },
    name="areas",
)
plot = figure(width=420, height=600, toolbar_location=None)
plot.multi_polygons("xs", "ys", fill_color="colour", line_color="white", source=areas)
layers = [layer["id"] for layer in first["curves"]["layers"]]
stack = ColumnDataSource(
    {"year": first["curves"]["years"]} | {x["id"]: x["values"] for x in first["curves"]["layers"]}
)
curves = figure(width=600, height=600, toolbar_location=None)
curves.varea_stack(layers, x="year", color=[x["colour"] for x in first["curves"]["layers"]], source=stack)
slider = pn.widgets.FloatSlider(name="km", start=-30, end=40, step=1, value=0)
figures = pn.pane.Markdown("")


def moved(event) -> None:  # type: ignore[no-untyped-def]
    result = engine.run(engine.settings({"km_per_person": float(event.new)}))
    drawn = frame(engine, result, trend, View())
    areas.patch({"colour": [(slice(0, len(result.regions)), colours(drawn))]})
    years = len(result.years)
    stack.patch({x["id"]: [(slice(0, years), np.array(x["values"]))] for x in drawn["curves"]["layers"]})
    figures.object = " · ".join(f["value"] for f in drawn["figures"])


slider.param.watch(moved, "value")
pn.Column(slider, pn.Row(pn.pane.Bokeh(plot), pn.pane.Bokeh(curves)), figures).servable()
