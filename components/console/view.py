"""The console as a page: one component, orders in, scenes out. The login in front of it is the auth module's."""

import json
import logging
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import panel as pn
import param

from components.access.view import orders_allowed
from components.console.helpers import helpers_answer, renew_helpers
from components.console.message import console_message, unchanging
from components.console.orders import Orders
from components.look.i18n import t, texts
from components.look.page import page, request_args, request_language
from components.meeting.process import desk
from components.meeting.store import UnknownMeeting
from components.scenario.faults import ScenarioError
from components.scenario.view import scenario_css, scenario_esm
from components.screen.joining import joining
from components.screen.live import Preview
from components.screen.scenery import NoScenery, before_last_change, checked_levers
from components.screen.view import DRAWING, DRAWING_CSS, Follower, latest_meeting, live, meeting_brand

log = logging.getLogger(__name__)

JS = Path(__file__).parent / "js"
CSS = Path(__file__).parent / "css"
SLIPS = Path(__file__).parents[1] / "counting" / "js" / "slips_draft.js"
FILES = (
    "keep.js",
    "reading.js",
    "keys.js",
    "dialogs.js",
    "run_list.js",
    "middle.js",
    "why_desk.js",
    "sliders_desk.js",
    "vote_desk.js",
    "slips_desk.js",
    "channels.js",
    "floor_desk.js",
    "tables_desk.js",
    "codes_desk.js",
    "improvise.js",
    "side.js",
    "manager.js",
    "sheet_fields.js",
    "sheet_question.js",
    "sheet_card.js",
    "sheet_form.js",
    "console.js",
)
REPLAY_MS = 1600


class Console(Follower):
    """One facilitator's console. Several of the same meeting stay in step: each only draws what the log says."""

    words = param.String("")
    leads = param.Boolean(
        True, doc="Whether whoever opened this page leads the meeting, or only reads and prepares."
    )

    _esm = scenario_esm(*DRAWING, SLIPS, *(JS / name for name in FILES))
    _stylesheets = scenario_css(
        *DRAWING_CSS, *(CSS / name for name in ("console.css", "vote.css", "tables.css"))
    )

    def __init__(
        self,
        code: str,
        lang: str,
        join_base: Callable[[], str],
        allowed: Callable[[str], bool] = lambda order: True,
        **params: Any,
    ) -> None:
        """`allowed(order)`: whether whoever opened this page may still give that order."""
        super().__init__(
            words=json.dumps(texts("console", lang), ensure_ascii=False), leads=allowed("act"), **params
        )
        self._code = code
        self._lang = lang
        self._join_base = join_base
        self._allowed = allowed
        self._orders = Orders(desk(), code, lang)
        self._peeked: set[str] = set()
        self._dragging = False
        self._last: Any = None

    def refresh(self, always: bool = False) -> None:
        """Pull the snapshot and repaint if anything moved."""
        try:
            snapshot = live().hub.snapshot(self._code)
        except UnknownMeeting:
            sentence = t("console.no_meeting", self._lang)
            if self._code:
                sentence = t("meeting.unknown_meeting", self._lang, code=self._code[:12])
            if self._last != sentence or always:
                self._last = sentence
                self.set_setup("", self._lang)
                self.set_scene({"unknown": sentence})
            return
        message = console_message(
            snapshot,
            desk().clock(),
            self._lang,
            joining(self._join_base(), self._code, os.environ),
            live().preview(self._code),
            self._peeked,
            live().screens(self._code),
        )
        fresh = unchanging(message)
        if fresh == self._last and not always:
            return
        self._last = fresh
        self.set_setup(snapshot.room.territory, self._lang)
        self.set_scene(message)

    def _leave(self, session_context: Any) -> None:
        if self._dragging:
            live().show_preview(self._code, None)
        super()._leave(session_context)

    def _handle_msg(self, data: Any) -> None:
        if not isinstance(data, dict):
            return
        order = str(data.get("order"))
        try:
            reply = self._reply(order, data)
        except UnknownMeeting:
            reply = {"ok": False, "sentence": t("meeting.unknown_meeting", self._lang, code=self._code[:12])}
        except Exception:  # a full disk, a store that does not answer: the facilitator must know
            log.exception("order %s failed", order[:40])
            reply = {"ok": False, "sentence": t("console.failed", self._lang)}
        if reply is not None:
            self._send_msg({"id": data.get("id"), "number": self._number, **reply})

    def _reply(self, order: str, data: dict[str, Any]) -> dict[str, Any] | None:
        """The answer to an order; None for what needs none."""
        if not self._allowed(order):
            return {"ok": False, "sentence": t("access.order_refused", self._lang)}
        if order == "tick":
            self.refresh()
            self.has_seen(data.get("seen"))
            return None
        if order == "drag":
            self._drag(data.get("changes"))
            return None
        if order == "replay":
            return self._replay()
        if order in ("helpers", "renew_helpers"):
            if order == "renew_helpers":
                renew_helpers(self._code)
            return {"ok": True, **helpers_answer(desk(), self._code, self._join_base())}
        reply = self._orders.answer(order, data)
        if self._dragging and order != "why":
            self._dragging = False
            live().show_preview(self._code, None)
        if reply["ok"] and order not in ("sheet", "check", "meetings", "why", "tables"):
            self._after(order, data)
        return reply

    def _after(self, order: str, data: dict[str, Any]) -> None:
        if order == "act" and data.get("name") == "peek":
            snapshot = live().hub.snapshot(self._code)
            if snapshot.poll is not None:
                self._peeked.add(snapshot.poll.id)
        live().hub.wake()
        self.refresh()  # before the answer, so that the next key speaks of what is now on screen

    def _drag(self, changes: Any) -> None:
        """A slider on its way: shown on the screens of this process, written nowhere."""
        if not isinstance(changes, dict) or len(changes) > 200:
            return
        room = live().hub.snapshot(self._code).room
        try:
            levers = checked_levers(room, changes)
        except (ScenarioError, NoScenery):
            return
        self._dragging = True
        live().show_preview(self._code, Preview(levers, "moving"))

    def _replay(self) -> dict[str, Any]:
        """The last change again: as it was before, for a moment, then as it is."""
        room = live().hub.snapshot(self._code).room
        if not room.last_change:
            return {"ok": False, "sentence": t("console.nothing_to_replay", self._lang)}
        self._dragging = True
        live().show_preview(self._code, Preview(before_last_change(room), "before"))
        code = self._code
        if self._doc is not None:
            self._doc.add_timeout_callback(lambda: live().show_preview(code, None), REPLAY_MS)
        return {"ok": True}


def console_page(join_base: Callable[[], str]) -> pn.Template:
    """`/console?meeting=CODE&lang=fr`; without a code the meeting touched last."""
    args = request_args()
    lang = request_language(args)
    code = args.get("meeting", "").strip().upper()[:12] or latest_meeting()
    console = Console(code, lang, join_base, orders_allowed(), sizing_mode="stretch_both")
    console.follow()
    return page(t("console.title", lang), console, lang, "console-page", brand=meeting_brand(code))
