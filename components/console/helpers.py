"""What the console asks of the tables and of those who help: answers as plain values. No server in here."""

import os
from typing import Any

from components.access import helper, session
from components.meeting.desk import Desk
from components.meeting.scene import public_scene
from components.meeting.tables import KINDS
from components.meeting.tables_scene import gathered, kind_label
from components.screen.joining import qr


def tables_answer(desk: Desk, code: str, lang: str) -> dict[str, Any]:
    """`{rows, kinds, shown, unseen, told}`: all that tables wrote, grouped (see `gathered`); what of it is on screen.

    told: identifiers of what the room has seen. Raises `UnknownMeeting`.
    """
    s = desk.snapshot(code)
    shown = s.room.tables.shown
    body = public_scene(s, lang)["body"] if shown else {}
    rows = gathered(s.room, s.contributions, s.words, lang)
    return {
        "rows": rows,
        "kinds": [
            {
                "id": kind,
                "label": kind_label(kind, lang),
                "n": sum(len(row["members"]) for row in rows if row["kind"] == kind),
            }
            for kind in KINDS
        ],
        "shown": {"kind": shown.kind, "group": shown.group, "page": shown.page, "pages": body.get("pages", 1)}
        if shown
        else None,
        "told": sorted(s.room.tables.told),
    }


def helpers_answer(desk: Desk, code: str, base: str) -> dict[str, Any]:
    """`{pin, doors}`: the code for helpers and where they go, `[{name, url, short, qr}]`; none without phones."""
    pin = helper.helper_pin(desk, code, session.settings())
    phones = bool(base) and os.environ.get("CORDEE_PHONES") != "0"
    doors = []
    for name, path in (("tables", "tables"), ("counting", "comptage")) if phones else ():
        url = f"{base.rstrip('/')}/{path}/{code}"
        doors.append({"name": name, "url": url, "short": url.partition("://")[2], "qr": qr(url)})
    return {"pin": pin or "", "doors": doors}


def renew_helpers(code: str) -> None:
    """Another code; helpers who came in with the old one must type the new one."""
    helper.renew(code, session.settings())
    session.forget()
