"""Where to go tonight: pages, QR codes, and whether this machine is ready."""

import os
from datetime import datetime

from components.access.view import page_role
from components.command import selftest
from components.command.address import join_base, shown_join_base
from components.command.home import Evening, html, places
from components.command.trial import without_phones
from components.command.view import CSS, Home
from components.look.i18n import t
from components.look.page import page, request_language
from components.meeting.process import desk
from components.meeting.retention import retention_table
from components.screen.joining import joining, trial
from components.screen.view import live
from components.territory.pack import default_territory, identity_of
from components.territory.places import misplaced

lang = request_language()
present = next(iter(desk().store.meetings()), None)
identity = identity_of(present.territory if present else default_territory())
evening = Evening(
    title=present.title if present else None,
    code=present.code if present else None,
    joining=joining(shown_join_base(), present.code, os.environ) if present else None,
    role=page_role(),
    without=without_phones(),
    retention=retention_table(desk(), lang),
    trial=trial(join_base(), os.environ),
    territories=places(),
    misplaced=misplaced(),
    identity=identity,
)
sizes = [(size.width, size.height) for size in live().screens(present.code)] if present else []
last = datetime.fromtimestamp(present.touched_at).astimezone() if present else None
content = html(evening, selftest.examine(lang, sizes=sizes, last=last), lang)
main = Home(content=content, sizing_mode="stretch_width")
page(
    identity.text("title", lang) or t("home.title", lang),
    main,
    lang,
    extra_css=[CSS.read_text(encoding="utf-8")],
    brand=identity.brand,
).servable()
