"""Colours that Python chooses (the others are CSS variables in theme.css) and the theme's text."""

from functools import cache
from pathlib import Path

THEME_CSS = Path(__file__).parent / "theme.css"

# A single hue from light to dark: class 0 is the lowest. The same hexadecimal values are --level-0..4 in theme.css.
LEVELS = ("#e8efe9", "#bfd8d0", "#8bbab0", "#4b9485", "#1d6b5e")

# Okabe & Ito (2008), colours that people with a colour-vision deficiency can tell apart; always beside a label.
# In the order of the stack, lowest first.
SECTORS = {
    "Road Transport": "#0072b2",
    "Other Transport": "#56b4e9",
    "Residential": "#e69f00",
    "Services": "#f0e442",
    "Agriculture": "#d55e00",
    "Waste": "#cc79a7",
    "Energy": "#7a7a7a",
    "Industry": "#009e73",
}
CARRIERS = {
    "Electricity": "#f0e442",
    "Gas": "#56b4e9",
    "Oil Products": "#7a7a7a",
    "District Heat": "#cc79a7",
    "Wood": "#d55e00",
    "Biomethane": "#009e73",
    "Solar Heat": "#e69f00",
}


@cache
def theme_css() -> str:
    """The text of theme.css, read once."""
    return THEME_CSS.read_text(encoding="utf-8")
