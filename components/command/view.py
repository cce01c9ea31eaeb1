"""The home page's component."""

from pathlib import Path

import param
from panel.custom import JSComponent

from components.look.page import esm

HERE = Path(__file__).parent
CSS = HERE / "css" / "home.css"


class Home(JSComponent):
    """Shows HTML that was escaped where it was written; the page's own sheet styles it."""

    content = param.String()

    _esm = esm(HERE / "js" / "home.js")
