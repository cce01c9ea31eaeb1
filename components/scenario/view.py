"""The scenario as Panel components, and the pieces from which the public screen and the console are made.

`scenario_esm()` is the text of the drawing functions (`drawMap`, `drawCurves`, `drawFigures`, `drawSliders`,
`whyDialog`, `scenarioChannel`…, each described at the head of its file in `js/`), to put before a component's own
module; `scenario_css()` goes into its `stylesheets`.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import panel as pn
import param
from panel.custom import JSComponent

from components.look.i18n import t
from components.look.page import css, esm, page, request_args, request_language
from components.scenario.commune import second_homes
from components.scenario.engine import Engine
from components.scenario.faults import ModelError, ScenarioError
from components.scenario.holder import loaded, scenario_engine
from components.scenario.saved import CodeError
from components.scenario.setup import (
    hypotheses_for_js,
    levers_for_js,
    measures_for_js,
    presets_for_js,
    scenario_geometry,
    scenario_texts,
    stake_choices,
    targets_for_js,
)
from components.scenario.tab import Tab
from components.scenario.variables import variables_of
from components.scenario.viewed import View
from components.territory.pack import PackError, default_territory, list_territories, load_territory

__all__ = [
    "ScenarioView",
    "explore_page",
    "levers_for_js",
    "places",
    "scenario_css",
    "scenario_engine",
    "scenario_esm",
    "scenario_geometry",
    "scenario_texts",
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
PAGE = (
    "history.js",
    "saved.js",
    "search.js",
    "choices.js",
    "starts.js",
    "commune.js",
    "stakes.js",
    "swipe.js",
    "contributions.js",
    "export.js",
    "explore.js",
)
CSS = Path(__file__).parent / "scenario.css"
PAGE_CSS = Path(__file__).parent / "explore.css"
# Outside the component: what a shadow root's sheet cannot say of the paper.
PRINT_CSS = (
    "@page { size: A4; margin: 11mm } @media print { html { font-size: 58% } .page-head nav, .skip { display: none } }",
)
# What may take long is worked out aside, one at a time, so that a slider moved meanwhile is answered at once.
HEAVY = {"bands", "parts"}
ASIDE = ThreadPoolExecutor(max_workers=1, thread_name_prefix="scenario-aside")


def scenario_esm(*more: Path) -> str:
    """The drawing functions as one script without exports, then the files of a component that uses them."""
    return esm(*(JS / name for name in DRAWINGS), *more)


def scenario_css(*more: Path) -> list[str]:
    """The theme, the drawings' sheet, then a component's own, for `stylesheets`."""
    return css(CSS, *more)


def places() -> list[dict[str, str]]:
    """The territories of this installation that load, `[{slug, name}]`."""
    found = []
    for slug in list_territories():
        try:
            found.append({"slug": slug, "name": load_territory(slug).name})
        except PackError:  # `cordee territory check` says what is wrong with it
            continue
    return found


class ScenarioView(JSComponent):
    """Sliders, map, curves and figures of one territory for one viewer, on a page or in a notebook.

    `address`: what the page's address asks for, as strings: `s` a saved scenario's code, `commune` an INSEE code,
    `variable`, `year`, `measure`, `change`, `mode`. `keep_address`: the address follows what is seen, so that
    reloading it, or sending it, opens the same; `notice`: a sentence to show first; `places`: the territories to
    choose from, `[{slug, name}]`.
    """

    setup = param.Dict(default={}, doc="What the script needs once; see explore.js.")

    _esm = scenario_esm(*(JS / name for name in PAGE))
    _stylesheets = scenario_css(PAGE_CSS)

    def __init__(
        self,
        engine: Engine,
        lang: str = "fr",
        address: Mapping[str, str] | None = None,
        keep_address: bool = False,
        notice: str = "",
        places: Sequence[Mapping[str, str]] = (),
        **params: Any,
    ) -> None:
        self._tab = Tab(engine, lang)
        asked = address or {}
        overrides, opened = self._opened(asked.get("s", ""), lang)
        view, wrong = self._looked_at(asked, lang)
        first = self._tab.answer({"kind": "move", "overrides": overrides, "view": vars(view), "held": {}})
        commune = asked.get("commune", "")
        known = commune in self._tab.trend_result.regions
        if commune and not known:
            wrong = t("map.commune_unknown", lang, code=commune[:20])
        setup = {
            "lang": lang,
            "texts": scenario_texts(lang),
            "slug": engine.territory.slug,
            "name": engine.territory.name,
            "places": [dict(place) for place in places],
            "geometry": scenario_geometry(engine.territory),
            "levers": levers_for_js(engine, lang),
            "defaults": {name: self._tab.trend[name] for name in engine.options},
            "hypotheses": hypotheses_for_js(engine, lang),
            "presets": presets_for_js(engine, lang),
            "targets": targets_for_js(engine.territory.slug, lang),
            "variables": variables_of(self._tab.trend_result, lang, engine),
            "measures": measures_for_js(engine, lang),
            "second_homes": second_homes(engine.territory, None, lang),
            "stakes": stake_choices(self._tab.trend_result),
            "years": [int(self._tab.trend_result.years[0]), int(self._tab.trend_result.years[-1])],
            "overrides": overrides,
            "view": vars(view),
            "usual": {**vars(View()), "mode": "map"},
            "commune": commune if known else None,
            "mode": asked.get("mode", "map"),
            "frame": first,
            "notice": " ".join(filter(None, (notice, opened, wrong))),
            "url": keep_address,
            "to_places": {
                "href": "/places?" + urlencode({"territory": engine.territory.slug, "lang": lang}),
                "text": t("layers.from_explore", lang),
            }
            if keep_address
            else None,
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

    def _looked_at(self, asked: Mapping[str, str], lang: str) -> tuple[View, str]:
        """The view of the address; the usual one and a sentence when its year is not one."""
        try:
            return self._tab.view_of(asked), ""
        except ValueError:
            return View(), t("map.year_unknown", lang, year=asked["year"][:12])

    def _handle_msg(self, data: Any) -> None:
        """One message of the page, one answer: no parameter is set, so Panel's 50 ms debounce is not in the way."""
        if isinstance(data, Mapping) and data.get("kind") in HEAVY and pn.state.curdoc is not None:
            document = pn.state.curdoc
            work = ASIDE.submit(self._tab.answer, data)
            work.add_done_callback(
                lambda done: document.add_next_tick_callback(lambda: self._send_msg(done.result()))
            )
            return
        self._send_msg(self._tab.answer(data))


def explore_page() -> pn.Template:
    """`/explore?territory=SLUG`, then what ScenarioView takes of the address.

    A territory that is not here gives the usual one and says so; a model that does not load gives its sentence.
    """
    args = request_args()
    lang = request_language(args)
    slugs = list_territories()
    asked = args.get("territory") or default_territory()
    slug = asked if asked in slugs else default_territory()
    notice = ""
    if asked not in slugs:
        notice = t("scenario.territory_unknown", lang, slug=asked[:60], known=", ".join(slugs))
    try:
        found = loaded(slug)
    except (ModelError, PackError) as error:
        title = t("scenario.title", lang)
        sentence = error.told(lang) if isinstance(error, ModelError) else str(error)
        return page(title, Unloaded(sentence, lang), lang, "explore-page")
    engine = found.engine
    notice = " ".join(filter(None, (notice, found.notice(lang))))
    view = ScenarioView(
        engine, lang, args, keep_address=True, notice=notice, places=places(), sizing_mode="stretch_width"
    )
    title = f"{t('scenario.title', lang)}, {engine.territory.name}"
    brand = engine.territory.identity.brand
    return page(title, view, lang, "explore-page", extra_css=PRINT_CSS, brand=brand)


class Unloaded(JSComponent):
    """Stands in the page's place when the model of a territory does not load: why, and what is safe."""

    sentence = param.String("")

    _esm = """export function render({ model, el }) {
      const note = document.createElement("p")
      note.setAttribute("role", "alert")
      note.className = "note"
      note.textContent = model.sentence
      el.append(note)
    }"""
    _stylesheets = css()

    def __init__(self, reason: str, lang: str) -> None:
        super().__init__(
            sentence=t("map.model_unloaded", lang, reason=reason), sizing_mode="stretch_width", margin=20
        )
