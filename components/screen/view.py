"""The public screen as a page: one component that pulls the scene it may see and draws it."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import panel as pn
import param
from panel.custom import JSComponent

from components.look.brand import Brand
from components.look.i18n import t, texts
from components.look.page import page, request_args, request_language
from components.meeting.hub import Hub
from components.meeting.process import desk, hub
from components.meeting.store import UnknownMeeting
from components.scenario.setup import scenario_texts
from components.scenario.view import scenario_css, scenario_esm
from components.screen.joining import joining
from components.screen.live import Live, Size
from components.screen.message import screen_message, unchanging
from components.screen.scenery import scenery_setup
from components.territory.pack import default_territory, identity_of

HERE = Path(__file__).parent
DRAWING = [
    HERE / "js" / f"{name}.js"
    for name in (
        "parts",
        "fit",
        "vote",
        "vote_pending",
        "vote_bars",
        "vote_profile",
        "vote_scores",
        "vote_transfers",
        "vote_duels",
        "vote_budget",
        "vote_consent",
        "vote_commune",
        "why_body",
        "tables",
        "bodies",
        "speech",
        "stage",
    )
]
"""Plain functions that draw the room's screen, after the scenario's; the console's mirror uses the same."""
DRAWING_CSS = [HERE / "css" / f"{name}.css" for name in ("stage", "why", "drawings", "tables")]
BadRequest = (KeyError, TypeError, ValueError)

_live: dict[int, Live] = {}


def live() -> Live:
    """The previews and screens of this process."""
    shared: Hub = hub()
    return _live.setdefault(id(shared), Live(shared))


def setup(slug: str, lang: str) -> str:
    """What a page is sent once for a territory: words, outlines, levers, logo (JSON)."""
    brand = identity_of(slug).brand if slug else Brand()
    return json.dumps(
        {
            "slug": slug,
            "lang": lang,
            "logo": {"src": brand.logo, "name": brand.name} if brand.logo else None,
            "texts": texts("screen", lang),
            "scenario_texts": scenario_texts(lang),
            "scenery": scenery_setup(slug, lang) if slug else None,
        },
        ensure_ascii=False,
    )


def latest_meeting() -> str:
    """The code of the meeting touched last, '' when there is none."""
    known = desk().store.meetings()
    return known[0].code if known else ""


def meeting_brand(code: str) -> Brand:
    """Logo, favicon and colours of the territory of a meeting, of the default one without a meeting."""
    try:
        return identity_of(desk().store.room(code).territory).brand
    except UnknownMeeting:
        return identity_of(default_territory()).brand


class Follower(JSComponent):
    """A component that repaints whenever something moved: wake-ups in, one JSON text out.

    The hub calls from its own thread, so only a next-tick callback is scheduled there, one at a time; the session's
    end takes the listener away.
    """

    scene = param.String("")
    setup = param.String("")

    _doc: Any = None
    _waiting = False
    _gone = False
    _number = 0

    def follow(self) -> None:
        """Listen from now on and until the session ends."""
        self._doc = pn.state.curdoc
        live().listen(self, self._wake)
        if self._doc is not None:
            self._doc.on_session_destroyed(self._leave)
        self.refresh()

    def _leave(self, session_context: Any) -> None:
        self._gone = True
        self._doc = None
        live().leave(self)

    def _wake(self) -> None:
        if self._waiting or self._gone or self._doc is None:
            return
        self._waiting = True
        self._doc.add_next_tick_callback(self._tick)

    def _tick(self) -> None:
        self._waiting = False
        if not self._gone:
            self.refresh()

    def refresh(self, always: bool = False) -> None:
        """Pull what is to be seen; send it if it is new, or `always`."""
        raise NotImplementedError

    def set_scene(self, message: dict[str, Any]) -> None:
        """Each scene has the next number, so that a page can say which one it holds."""
        self._number += 1
        self.scene = json.dumps(
            {**message, "number": self._number}, ensure_ascii=False, separators=(",", ":")
        )

    def has_seen(self, number: Any) -> None:
        """The page holds the scene of that number: a later one that never came to it is sent again. On a loaded
        machine Panel may send two changes in the wrong order; without this the page would stay with the old one."""
        if isinstance(number, int) and number != self._number:
            self.refresh(always=True)

    def set_setup(self, slug: str, lang: str) -> None:
        wanted = setup(slug, lang)
        if wanted != self.setup:
            self.setup = wanted


class Screen(Follower):
    """The room's screen of one meeting. Sends the public scene, hears only its own size."""

    _esm = scenario_esm(*DRAWING, HERE / "js" / "screen.js")
    _stylesheets = scenario_css(*DRAWING_CSS)

    def __init__(self, code: str, lang: str, join_base: Callable[[], str], **params: Any) -> None:
        super().__init__(**params)
        self._code = code
        self._lang = lang
        self._join_base = join_base
        self._last: Any = None

    def refresh(self, always: bool = False) -> None:
        """Pull the snapshot and repaint if the room may see something new."""
        self._code = code = self._code or latest_meeting()
        try:
            snapshot = live().hub.snapshot(code)
        except UnknownMeeting:
            if self._last != "unknown" or always:
                self._last = "unknown"
                self.set_setup("", self._lang)
                unknown = t("meeting.unknown_meeting", self._lang, code=code[:12])
                self.set_scene({"unknown": unknown if code else t("screen.no_meeting", self._lang)})
            return
        now = desk().clock()
        join = joining(self._join_base(), code, os.environ)
        message = screen_message(snapshot, now, self._lang, join, live().preview(code))
        fresh = unchanging(message, now)
        if fresh == self._last and not always:
            return
        self._last = fresh
        self.set_setup(snapshot.room.territory, self._lang)
        self.set_scene(message)

    def _handle_msg(self, data: Any) -> None:
        if isinstance(data, dict) and "seen" in data:
            return self.has_seen(data["seen"])
        try:
            width, height = int(data["width"]), int(data["height"])
        except BadRequest:
            return
        if 0 < width < 20_000 and 0 < height < 20_000:
            live().screen_opened(self, self._code, Size(width, height))


def screen_page(join_base: Callable[[], str]) -> pn.Template:
    """`/screen?meeting=CODE&lang=fr&theme=dark`; without a code the meeting touched last."""
    args = request_args()
    lang = request_language(args)
    code = args.get("meeting", "").strip().upper()[:12] or latest_meeting()
    screen = Screen(code, lang, join_base, sizing_mode="stretch_both")
    screen.follow()
    brand = meeting_brand(code)
    return page(t("screen.title", lang), screen, lang, "screen-page", heading=False, brand=brand)
