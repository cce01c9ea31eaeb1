"""The facilitator gives the others their passphrase, takes it back, and reads out the code for helpers."""

import html

from components.access import door, helper, passphrase, session
from components.access.login import FacilitatorPage
from components.access.roles import FACILITATOR, ROLES
from components.meeting.process import desk


class RolesHandler(FacilitatorPage):
    """`/login/roles`."""

    def body(self, told: str = "") -> str:
        settings = session.settings()
        known = door.roles_with_passphrase(settings)
        rows = "".join(self.row(role, role in known) for role in ROLES if role != FACILITATOR)
        return (
            f"{told}<p>{self.said('roles_why')}</p>{rows}<h2>{self.said('helper_code')}</h2>{self.meetings()}"
        )

    def row(self, role: str, open_: bool) -> str:
        hidden = f'<input type="hidden" name="role" value="{role}">'
        state = self.said("role_open" if open_ else "role_closed")
        give = self.form(
            hidden + self.order("give"), self.text("role_renew" if open_ else "role_give"), "plain"
        )
        take = self.form(hidden + self.order("take"), self.text("role_take"), "plain") if open_ else ""
        about = f"{self.said(f'use_{role}')} <strong>{state}</strong>"
        title = self.said(f"role_{role}")
        return f'<section><h2>{title}</h2><p>{about}</p><div class="row">{give}{take}</div></section>'

    @staticmethod
    def order(name: str) -> str:
        return f'<input type="hidden" name="order" value="{name}">'

    def meetings(self) -> str:
        rows = []
        for meeting in desk().store.meetings()[:5]:
            pin = session.helper_pin(desk(), meeting.code)
            if pin is None:
                continue
            hidden = f'<input type="hidden" name="meeting" value="{html.escape(meeting.code)}">'
            rows.append(
                f"<section><p>{html.escape(meeting.title)} ({html.escape(meeting.code)}) "
                f'<strong class="pin">{pin}</strong></p>'
                + self.form(hidden + self.order("renew"), self.text("helper_renew"), "plain")
                + "</section>"
            )
        return "".join(rows) or f"<p>{self.said('helper_none')}</p>"

    def get(self) -> None:
        self.show(self.text("roles_title"), self.body())

    def post(self) -> None:
        if self.foreign():
            return
        order, role = self.get_body_argument("order", ""), self.get_body_argument("role", "")
        settings = session.settings()
        if order == "renew":
            helper.renew(self.get_body_argument("meeting", "")[:12], settings)
            told = self.said("helper_renewed")
        elif role not in ROLES or role == FACILITATOR or order not in ("give", "take"):
            self.show(self.text("roles_title"), self.body(), self.text("order_unknown"), 400)
            return
        elif order == "take":
            door.close_role(settings, role)
            told = self.said("role_taken", role=self.text(f"role_{role}"))
        else:
            text = passphrase.generate()
            door.set_passphrase(settings, text, role)
            told = (
                f"{self.said('role_given', role=self.text(f'role_{role}'))} "
                f'<strong class="pin" id="given">{html.escape(text)}</strong>'
            )
        session.forget()
        self.show(self.text("roles_title"), self.body(f'<p role="status">{told}</p>'))
