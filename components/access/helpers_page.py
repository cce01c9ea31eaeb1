"""Signing in on a helper's own phone or tablet, at the urn: the meeting's code for helpers.

The urn's page never takes the facilitator's passphrase: on the room's network it could be read.
"""

from components.access import door, helper, session
from components.access.roles import RAPPORTEUR
from components.access.view import Page
from components.meeting.process import desk


class HelperLogin(Page):
    """`/login?meeting=CODE&next=/tables/CODE` on the phones' port."""

    def meeting(self) -> str:
        typed = self.get_body_argument("meeting", "") or self.get_query_argument("meeting", "")
        kept = "".join(sign for sign in typed.upper() if sign.isalnum() and sign.isascii())
        return kept[:12]

    def here(self, **changes: str) -> str:
        code = self.meeting()
        return super().here(**({"meeting": code} if code else {}), **changes)

    def body(self) -> str:
        code = self.meeting()  # letters and figures only: nothing to escape
        fields = (
            f'<label for="meeting">{self.said("helper_meeting")}</label>'
            f'<input id="meeting" name="meeting" required maxlength="12" value="{code}" autocomplete="off" '
            'autocapitalize="characters" spellcheck="false">'
            + self.field("pin", self.text("helper_pin"), "one-time-code", self.text("helper_hint"))
        )
        return f"<p>{self.said('helper_why')}</p>" + self.form(fields, self.text("enter"))

    def after(self) -> str:
        return self.asked_next or f"/v/{self.meeting()}"

    def get(self) -> None:
        code = self.meeting()
        if code and session.check(self.request, RAPPORTEUR, code):
            self.redirect(self.after())
            return
        self.show(self.text("helper_title"), self.body())

    async def post(self) -> None:
        if self.foreign():
            return
        code, typed = self.meeting(), self.get_body_argument("pin", "", strip=False)
        settings = session.settings()
        by_pin = sum(sign.isdigit() for sign in typed) >= 8
        account = "pin" if by_pin else RAPPORTEUR

        def right() -> bool:
            if by_pin:
                return helper.opens(desk(), code, typed, settings)
            return door.opens(settings, typed, RAPPORTEUR)

        wait = await self.tried(account, right)
        if wait is not None:
            self.refuse(self.body(), self.text("helper_title"), wait, "helper_wrong")
            return
        if by_pin:
            self.give_badge(RAPPORTEUR, helper.epoch(desk(), code, settings) or "", code, "pin")
        else:
            self.give_badge(RAPPORTEUR, door.epoch(settings, RAPPORTEUR) or "")
        self.redirect(self.after(), status=303)
