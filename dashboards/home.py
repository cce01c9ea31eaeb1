"""Where to go tonight: pages, QR codes, and whether this machine is ready."""

import os

from components.access.view import page_role
from components.command import selftest
from components.command.address import join_base
from components.command.home import Evening, html
from components.command.view import CSS, Home
from components.look.i18n import t
from components.look.page import page, request_language
from components.meeting.process import desk
from components.screen.joining import joining

lang = request_language()
present = next(iter(desk().store.meetings()), None)
evening = Evening(
    title=present.title if present else None,
    code=present.code if present else None,
    joining=joining(join_base(), present.code, os.environ) if present else None,
    signed_in=page_role() != "public",
)
content = html(evening, selftest.examine(lang), lang)
main = Home(content=content, sizing_mode="stretch_width")
page(t("home.title", lang), main, lang, extra_css=[CSS.read_text(encoding="utf-8")]).servable()
