"""The page around a component: one <main>, our own theme, a reconnect script, nothing from any other host.

Panel's ready-made templates ask other hosts for fonts and icons (FastListTemplate, Material…), so this one is ours.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

import panel as pn
from panel.io.callbacks import PeriodicCallback
from panel.io.resources import get_dist_path
from panel.viewable import Viewable

from components.look.brand import Brand
from components.look.i18n import known, texts
from components.look.theme import theme_css

HERE = Path(__file__).parent
CORDEE = Brand()
ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E"
    "%3Cpath d='M1 14 6 4l3 5 2-3 4 8z' fill='%231d6b5e'/%3E%3C/svg%3E"
)


@cache
def _text(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


def esm(*paths: Path) -> str:
    """The text of a component's module: plain script files one after the other, the last with the `export`.

    The files hold plain functions without imports, so that each is used by several components.
    """
    return "\n".join(Path(path).read_text(encoding="utf-8") for path in paths)


def css(*paths: Path) -> list[str]:
    """What a component's `stylesheets` needs inside its shadow root: the theme, then these files."""
    return [theme_css(), *(Path(path).read_text(encoding="utf-8") for path in paths)]


def request_args() -> dict[str, str]:
    """The `?name=value` pairs of the present request, the first value of each; empty outside a request."""
    return {
        name: values[0].decode("utf-8", "replace") for name, values in pn.state.session_args.items() if values
    }


def request_language(args: Mapping[str, str] | None = None) -> str:
    """The language that `?lang=` asks for, French otherwise."""
    return known((request_args() if args is None else args).get("lang"))


def _sweep_busy_events_on_the_loop() -> None:
    """Start Panel's sweep of busy events where it may run.

    Panel 1.10.0 starts it at the first message of a page, which Bokeh 3.10 handles in a worker thread; there
    `PeriodicCallback.start` puts itself off to the next tick, again in a worker thread, for ever: one core is
    lost to it. Started once from the server's own loop, it is a timer of ten seconds as intended.
    """
    state = type(pn.state)
    loop = pn.state._document_loop(pn.state.curdoc) if pn.state.curdoc else None
    if state._busy_cleanup_scheduled or loop is None:
        return
    state._busy_cleanup_scheduled = PeriodicCallback(
        background=True, callback=pn.state._cleanup_busy_counter, session_scoped=False, period=10_000
    )
    loop.add_callback(state._busy_cleanup_scheduled.start)


def page(
    title: str,
    main: Viewable,
    lang: str = "fr",
    body_class: str = "",
    *,
    heading: bool = True,
    extra_css: Sequence[str] = (),
    brand: Brand = CORDEE,
) -> pn.Template:
    """A whole page, to be made `.servable()`.

    `main` is the one component in `<main>`; `heading=False` leaves out the header (title, language, display) for
    pages that draw their own `<h1>`; `extra_css` is added to the page's own sheet (outside any shadow root);
    `brand`: logo, favicon and colours of whoever holds the meeting.
    """
    _sweep_busy_events_on_the_loop()
    _keep_resources_local()
    other = "en" if lang == "fr" else "fr"
    template = pn.Template(_text("page.html"))
    template.add_panel("main", main)
    variables = {
        "page_title": title,
        "page_lang": lang,
        "page_texts": texts("common", lang),
        "page_other_lang": other,
        "page_other_href": "?" + urlencode({**request_args(), "lang": other}),
        "page_body_class": body_class,
        "page_heading": heading,
        "page_css": "\n".join([theme_css(), brand.css, *extra_css]),
        "page_logo": brand.logo,
        "page_logo_name": brand.name,
        "page_icon": brand.favicon or ICON,
        "page_script": ";\n".join(_text(name) for name in ("page.js", "drafts.js", "line.js")),
        "page_nonce": _nonce(),
    }
    for name, value in variables.items():
        template.add_variable(name, value)
    return template


def _nonce() -> str:
    """The attribute that lets this page's own scripts run under the policy its server sends; '' without one.

    The server leaves `csp_nonce` on the request (components/access/auth.py).
    """
    context = pn.state.curdoc.session_context if pn.state.curdoc is not None else None
    nonce = getattr(context.request, "csp_nonce", "") if context is not None else ""
    return f' nonce="{nonce}"' if nonce else ""


def _keep_resources_local() -> None:
    """Panel's own style sheets come from this server even when a socket opens a session again by itself.

    Panel gives components addresses on its CDN and makes them local only while it renders the page; a session that
    expired before its socket opened (a slow phone) is created anew without that rendering.
    """
    document = pn.state.curdoc
    if document is not None:
        document.template_variables["dist_url"] = get_dist_path(cdn=False)
