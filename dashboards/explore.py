"""Scenarios alone, at home: `/explore?territory=SLUG&s=CODE&lang=en`."""

from components.look.i18n import t
from components.look.page import page, request_args, request_language
from components.scenario.view import ScenarioView, scenario_engine
from components.territory.pack import default_territory, list_territories

args = request_args()
lang = request_language(args)
known = list_territories()
slug = args.get("territory") or default_territory()
notice = (
    "" if slug in known else t("scenario.territory_unknown", lang, slug=slug[:60], known=", ".join(known))
)
engine = scenario_engine(slug if slug in known else default_territory())
view = ScenarioView(
    engine, lang, code=args.get("s", ""), keep_address=True, notice=notice, sizing_mode="stretch_width"
)
page(f"{t('scenario.title', lang)}, {engine.territory.name}", view, lang, "explore-page").servable()
