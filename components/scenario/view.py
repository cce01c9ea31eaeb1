"""The scenario as Panel components, and the pieces from which the public screen and the console are made.

`scenario_esm()` is the text of the drawing functions (`drawMap`, `drawCurves`, `drawFigures`, `drawSliders`,
`whyDialog`, `scenarioChannel`…, each described at the head of its file in `js/`), to put before a component's own
module; `scenario_css()` goes into its `stylesheets`.
"""

from functools import cache
from pathlib import Path
from typing import Any

import param
from panel.custom import JSComponent

from components.look.i18n import t, texts
from components.look.page import css, esm
from components.scenario.engine import Engine
from components.scenario.faults import ScenarioError
from components.scenario.frame import View, variables_of
from components.scenario.rules import load_model
from components.scenario.saved import CodeError
from components.scenario.setup import levers_for_js, scenario_geometry, targets_for_js
from components.scenario.tab import Tab
from components.territory.pack import load_territory

__all__ = [
    "ScenarioView",
    "levers_for_js",
    "scenario_css",
    "scenario_engine",
    "scenario_esm",
    "scenario_geometry",
]

JS = Path(__file__).parent / "js"
DRAWINGS = (
    "common.js",
    "table.js",
    "map.js",
    "curves.js",
    "figures.js",
    "sliders.js",
    "why.js",
    "channel.js",
)
PAGE = ("history.js", "saved.js", "explore.js")
CSS = Path(__file__).parent / "scenario.css"


def scenario_esm(*more: Path) -> str:
    """The drawing functions as one script without exports, then the files of a component that uses them."""
    return esm(*(JS / name for name in DRAWINGS), *more)


def scenario_css(*more: Path) -> list[str]:
    """The theme, the drawings' sheet, then a component's own, for `stylesheets`."""
    return css(CSS, *more)


@cache
def scenario_engine(slug: str) -> Engine:
    """The engine of a territory, one a process: it keeps no session's state and serves all of them.

    Raises PackError or ModelError.
    """
    territory = load_territory(slug)
    return Engine(load_model(territory), territory)


class ScenarioView(JSComponent):
    """Sliders, map, curves and figures of one territory for one viewer, on a page or in a notebook.

    `code`: a saved scenario to open with (`?s=`); `keep_address`: the page's address follows the sliders, so that
    reloading it, or sending it, opens the same ones; `notice`: a sentence to show first.
    """

    setup = param.Dict(default={}, doc="What the script needs once; see explore.js.")

    _esm = scenario_esm(*(JS / name for name in PAGE))
    _stylesheets = scenario_css()

    def __init__(
        self,
        engine: Engine,
        lang: str = "fr",
        code: str = "",
        keep_address: bool = False,
        notice: str = "",
        **params: Any,
    ) -> None:
        self._tab = Tab(engine, lang)
        overrides, opened = self._opened(code, lang)
        view = View()
        first = self._tab.answer({"kind": "move", "overrides": overrides, "view": vars(view)})
        setup = {
            "lang": lang,
            "texts": texts("scenario", lang),
            "geometry": scenario_geometry(engine.territory),
            "levers": levers_for_js(engine, lang),
            "targets": targets_for_js(engine.territory.slug, lang),
            "variables": variables_of(self._tab.trend_result, lang),
            "years": [int(self._tab.trend_result.years[0]), int(self._tab.trend_result.years[-1])],
            "overrides": overrides,
            "view": vars(view),
            "frame": first,
            "notice": " ".join(filter(None, (notice, opened))),
            "url": keep_address,
        }
        super().__init__(setup=setup, **params)

    def _opened(self, code: str, lang: str) -> tuple[dict[str, float], str]:
        """The overrides of the code in the address; the trend and a sentence when it does not open."""
        if not code:
            return {}, ""
        try:
            return self._tab.open_code(code), t("scenario.opened", lang)
        except (CodeError, ScenarioError) as error:
            return {}, t("scenario.code_ignored", lang, reason=error.sentence(lang))

    def _handle_msg(self, data: Any) -> None:
        """One message of the page, one answer: no parameter is set, so Panel's 50 ms debounce is not in the way."""
        self._send_msg(self._tab.answer(data))
