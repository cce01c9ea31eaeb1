"""The tables' addresses on the phones' port (`panel serve --plugins components.tables.handlers`)."""

from pathlib import Path
from typing import Any

from components.helping.handlers import HelperApi, HelperPage
from components.look.i18n import texts
from components.meeting.commands.tables import LONGEST_WORDS, MOST_TABLES
from components.phone.refusal import Refusal
from components.phone.urn import shared_urn
from components.tables.state import tables_state

JS = Path(__file__).parent / "js"


class TablesPage(HelperPage):
    """`/tables/CODE`: what a rapporteur types at a table."""

    area = "tables"
    path = "tables"
    files = (JS / "tables.js",)

    def setup(self, code: str, lang: str) -> dict[str, Any]:
        return {
            "words": texts("tables", lang),
            "address": f"/api/v1/meetings/{code}/tables",
            "longest": LONGEST_WORDS,
            "most_tables": MOST_TABLES,
        }


class TablesApi(HelperApi):
    """`…/tables`: GET what table `?table=` has written; POST one contribution, its correction or its withdrawal."""

    async def get(self, code: str) -> None:
        hall = self.admitted(code)
        typed = self.asked("table")
        if typed is not None and not (typed.isascii() and typed.isdigit() and len(typed) < 4):
            raise Refusal(400, "malformed")
        written = await self.aside(self.urn.desk.contributions, hall.code, hall.snapshot.sheet)
        self.answer(tables_state(hall.snapshot, written, int(typed) if typed else None, self.lang()))

    async def post(self, code: str) -> None:
        hall = self.admitted(code)
        given = self.order()
        common = {"id": given.get("id"), "table": given.get("table"), "edit": given.get("edit")}
        if given.get("remove") is True:
            await self.act(hall.code, "retract", **common)
        else:
            await self.act(
                hall.code, "contribute", kind=given.get("kind"), words=given.get("words"), **common
            )
        self.answer({"status": "written", "id": given["id"]})


PATHS: list[tuple[str, type]] = [
    (r"/tables/([^/]+)", TablesPage),
    (r"/api/v1/meetings/([^/]+)/tables", TablesApi),
]
ROUTES = [(path, handler, {"urn": shared_urn}) for path, handler in PATHS]
