"""Signing in by the town's provider: there, and back."""

import asyncio
import os
import time
from functools import cache
from urllib.parse import urlsplit

from components.access import provider, session
from components.access.provider import Asked, Config, Provider, ProviderError
from components.access.view import Page, is_https

ASKING = "cordee_asked"
PATH = "/login/provider"
_asked = Asked()


@cache
def _provider(config: Config) -> Provider:
    return Provider(config)


class ProviderPage(Page):
    """Says in a sentence why signing in by the provider did not work."""

    def provider(self) -> Provider:
        config = provider.configured(os.environ)
        if config is None:
            raise ProviderError("settings", "no provider")
        return _provider(config)

    def sorry(self, error: ProviderError) -> None:
        again = f'<p><a class="button" href="/login?lang={self.lang}">{self.said("provider_again")}</a></p>'
        status = {"unreachable": 502, "settings": 503, "no_role": 403}.get(error.reason, 400)
        self.show(self.text("login"), again, self.text(f"provider_{error.reason}"), status)


class ProviderHandler(ProviderPage):
    """Sends the browser to the provider."""

    async def get(self) -> None:
        scheme = "https" if is_https(self.request) else "http"
        back = f"{scheme}://{self.request.host}{PATH}/back"
        try:
            asked = self.provider()
            question = _asked.ask(back, self.asked_next, time.monotonic())
            address = await asyncio.get_running_loop().run_in_executor(None, asked.address, question)
        except ProviderError as error:
            self.sorry(error)
            return
        # Lax: the provider sends the browser back from its own site. Only this address needs it.
        self.set_cookie(
            ASKING,
            question.browser,
            path=PATH,
            max_age=int(provider.SECONDS),
            httponly=True,
            samesite="Lax",
            secure=scheme == "https",
        )
        self.redirect(address)


class ProviderBack(ProviderPage):
    """Takes the provider's answer, once."""

    async def get(self) -> None:
        state, code = self.get_query_argument("state", ""), self.get_query_argument("code", "")
        try:
            asked = self.provider()
            question = _asked.answered(state, self.get_cookie(ASKING, "") or "", time.monotonic())
            if not code:
                raise ProviderError("refused", self.get_query_argument("error", "")[:80])
            if urlsplit(question.back).netloc != self.request.host:
                raise ProviderError("state", "came back to another name")
            role = await asyncio.get_running_loop().run_in_executor(None, asked.role, code, question)
        except ProviderError as error:
            self.clear_cookie(ASKING, path=PATH)
            self.sorry(error)
            return
        session.forget()
        epoch = session.provider_epoch(session.epoch_of(role)) or ""
        self.clear_cookie(ASKING, path=PATH)
        self.give_badge(role, epoch, via="provider")
        self.redirect(question.next or self.next_for(role), status=303)
