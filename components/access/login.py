"""Signing in with a passphrase, signing out, and the facilitator's passphrase changed."""

import asyncio
import html
import os
from urllib.parse import urlencode

from components.access import badge, door, passphrase, provider, session
from components.access.roles import FACILITATOR, ROLES, may_open
from components.access.view import Page
from components.look.i18n import t


class LoginHandler(Page):
    """Asks for the passphrase of a role, and offers the provider beside it when there is one."""

    def body(self, chosen: str = FACILITATOR) -> str:
        known = door.roles_with_passphrase(session.settings())
        roles = [(role, self.text(f"role_{role}")) for role in known]
        which = self.choice("role", self.text("which_role"), roles, chosen) if len(roles) > 1 else ""
        field = self.field("passphrase", self.text("passphrase"), "current-password")
        help_ = f"<p><small>{self.said('lost')} <code>cordee passphrase reset</code></small></p>"
        return (
            f"<p>{self.said('why')}</p>{self.provider()}"
            + self.form(which + field, self.text("enter"))
            + help_
        )

    def provider(self) -> str:
        """The way to the provider; '' without one, a sentence when its settings cannot be used."""
        try:
            config = provider.configured(os.environ)
        except provider.ProviderError:
            return f'<p class="warn">{self.said("provider_settings")}</p>'
        if config is None:
            return ""
        address = "/login/provider" + html.escape(self.here())
        words = self.said("provider_button", provider=config.name)
        return f'<p><a class="button" id="provider" href="{address}">{words}</a></p>'

    def get(self) -> None:
        found = self.badge
        if found is None or found.meeting:
            self.show(self.text("login"), self.body())
            return
        wanted = self.next_for(found.role)
        if may_open(found.role, wanted.partition("?")[0], os.environ):
            self.redirect(wanted)
            return
        here = self.text("another_role", role=self.text(f"role_{found.role}"))
        self.show(self.text("login"), self.body(), here, 403)

    async def post(self) -> None:
        if self.foreign():
            return
        role = self.get_body_argument("role", FACILITATOR)
        role = role if role in ROLES else FACILITATOR
        text = self.get_body_argument("passphrase", "", strip=False)
        wait = await self.tried(role, lambda: door.opens(session.settings(), text, role))
        if wait is not None:
            self.refuse(self.body(role), self.text("login"), wait)
            return
        self.give_badge(role, door.epoch(session.settings(), role) or "")
        self.redirect(self.next_for(role), status=303)


class LogoutHandler(Page):
    """Signs this browser out in every tab and process, when a form asks for it."""

    def home(self) -> str:
        return "/" if os.environ.get("CORDEE_ROLE") == "urn" else "/home"

    def get(self) -> None:
        if self.badge is None:
            self.redirect(self.home())
            return
        self.show(self.text("logout"), self.form("", self.text("leave")))

    def post(self) -> None:
        if self.foreign():
            return
        found = self.badge
        if found is not None:
            session.end(found)
        self.clear_cookie(badge.COOKIE)
        self.redirect(self.home(), status=303)


class FacilitatorPage(Page):
    """A page for the facilitator alone."""

    def prepare(self) -> None:
        if not session.facilitator_here(self.request):
            self.redirect("/login?" + urlencode({"next": self.request.path, "lang": self.lang}), status=303)


class ChangeHandler(FacilitatorPage):
    """Replaces the facilitator's passphrase; the present one is asked again, and every other sign-in ends."""

    def body(self) -> str:
        hint = self.text("new_hint", shortest=passphrase.SHORTEST)
        fields = (
            self.field("passphrase", self.text("present"), "current-password")
            + self.field("new", self.text("new"), "new-password", hint)
            + self.field("again", self.text("again"), "new-password")
        )
        return self.form(fields, self.text("change"))

    def get(self) -> None:
        self.show(self.text("change_title"), self.body())

    async def post(self) -> None:
        if self.foreign():
            return
        new = self.get_body_argument("new", "", strip=False)
        present = self.get_body_argument("passphrase", "", strip=False)
        fault = passphrase.fault(new)
        if fault or passphrase.normalise(new) != passphrase.normalise(
            self.get_body_argument("again", "", strip=False)
        ):
            words = t(fault, self.lang, shortest=passphrase.SHORTEST) if fault else self.text("different")
            self.show(self.text("change_title"), self.body(), words, 422)
            return
        wait = await self.tried(FACILITATOR, lambda: door.opens(session.settings(), present))
        if wait is not None:
            self.refuse(self.body(), self.text("change_title"), wait)
            return
        await asyncio.get_running_loop().run_in_executor(None, door.set_passphrase, session.settings(), new)
        self.give_badge(FACILITATOR, door.epoch(session.settings()) or "")
        self.show(self.text("change_title"), f'<p role="status">{self.said("changed")}</p>')
