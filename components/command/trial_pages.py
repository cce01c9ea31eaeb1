"""What is tried before the doors open, over HTTP: a phone's trial page on the urn, its news on the pages."""

import html
import json
import time
from typing import Any

from components.access import session
from components.access.view import Page, client_address
from components.command import selftest, trial
from components.command.address import is_loopback, local_addresses
from components.command.home import SIGNS, says
from components.look.i18n import t


class TrialPage(Page):
    """`/essai` on the phones' port: a phone that reads it has come through the Wi-Fi and the firewall."""

    def get(self) -> None:
        asking = client_address(self.request)
        here = is_loopback(asking) or asking in local_addresses()
        if not here:
            trial.note_phone(time.time())
        words = t("home.trial_here" if here else "home.trial_reached", self.lang)
        self.show(t("home.trial_title", self.lang), f'<p role="status">{html.escape(words)}</p>')


class News(Page):
    """`/essai/etat`: the checks that change while one prepares the room, as the home page shows them."""

    def get(self) -> None:
        from components.screen.view import latest_meeting, live

        sizes = [(size.width, size.height) for size in live().screens(latest_meeting())]
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.finish(json.dumps([told(check, self.lang) for check in selftest.reach(sizes)]))


def told(check: selftest.Check, lang: str) -> dict[str, str]:
    """A check in words: `{name, state, sign, word, text}`."""
    return {
        "name": check.name,
        "state": check.state,
        "sign": SIGNS[check.state],
        "word": t(f"home.state_{check.state}", lang),
        "text": says(check, lang),
    }


class PhonesMode(Page):
    """`/essai/telephones`: the facilitator goes on without phones, or with them again."""

    def post(self) -> None:
        if not session.facilitator_here(self.request):
            self.redirect(f"/login?next=/home&lang={self.lang}", status=303)
            return
        if self.foreign():
            return
        from components.meeting.process import hub

        trial.set_without_phones(self.get_body_argument("without", "") == "1")
        hub().wake()
        self.redirect("/home" if self.lang == "fr" else f"/home?lang={self.lang}", status=303)


def trial_routes(role: str) -> list[tuple[str, Any]]:
    """The addresses of one process."""
    if role == "urn":
        return [(r"/essai", TrialPage)]
    return [(r"/essai/etat", News), (r"/essai/telephones", PhonesMode)]
