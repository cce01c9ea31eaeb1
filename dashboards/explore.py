"""Scenarios alone, at home: `/explore?territory=SLUG&s=CODE&commune=INSEE&lang=en`."""

from components.look.i18n import t
from components.look.page import page, request_args, request_language
from components.scenario.view import PRINT_CSS, ScenarioView, places, scenario_engine

DEFAULT = "grenoble-alpes-metropole"

args = request_args()
lang = request_language(args)
known = places()
slugs = [place["slug"] for place in known]
slug = args.get("territory", DEFAULT)
notice = (
    "" if slug in slugs else t("scenario.territory_unknown", lang, slug=slug[:60], known=", ".join(slugs))
)
engine = scenario_engine(slug if slug in slugs else DEFAULT)
view = ScenarioView(
    engine, lang, args, keep_address=True, notice=notice, places=known, sizing_mode="stretch_width"
)
page(
    f"{t('scenario.title', lang)}, {engine.territory.name}", view, lang, "explore-page", extra_css=PRINT_CSS
).servable()
