"""The counting helpers' addresses on the phones' port (`panel serve --plugins components.counting.handlers`)."""

from pathlib import Path
from typing import Any

from components.counting.state import MARK, counting_state
from components.helping.handlers import HelperApi, HelperPage
from components.look.i18n import texts
from components.phone.refusal import Refusal
from components.phone.urn import shared_urn

HERE = Path(__file__).parent
PARTS = HERE.parent / "screen" / "js" / "parts.js"
FILES = ("slips_draft.js", "slip_form.js", "totals_form.js", "counting.js")


class CountingPage(HelperPage):
    """`/comptage/CODE`: ballots keyed by hand while the facilitator speaks."""

    area = "counting"
    path = "comptage"
    files = (PARTS, *(HERE / "js" / name for name in FILES))

    def setup(self, code: str, lang: str) -> dict[str, Any]:
        slips = {name: text for name, text in texts("console", lang).items() if name.startswith("slip_")}
        return {
            "words": {**slips, **texts("counting", lang)},
            "address": f"/api/v1/meetings/{code}/counting",
            "mark": MARK,
        }


class CountingApi(HelperApi):
    """`…/counting`: GET the vote to key; POST a batch of slips, totals by option, or a batch struck."""

    async def get(self, code: str) -> None:
        hall = self.admitted(code)
        self.answer(counting_state(hall.snapshot, self.lang()))

    async def post(self, code: str) -> None:
        hall = self.admitted(code)
        given = self.order()
        name, arguments = _order(given)
        await self.act(hall.code, name, poll=given["poll"], **arguments)
        self.answer({"status": "written"})


def _order(given: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The command and its arguments. Raises `Refusal` (400)."""
    kind, channel = given.get("do"), given.get("channel")
    if not isinstance(given.get("poll"), str) or not given["poll"]:
        raise Refusal(400, "malformed")
    if kind == "slips":
        wanted = ("batch", "channel", "choices", "place", "mode", "colleges")
        return "slips", {part: given[part] for part in wanted if part in given}
    if kind == "totals" and channel in ("hands", "cards", "paper"):
        return channel, {part: given.get(part) for part in ("counts", "slips")} | {
            "blank": given.get("blank", 0)
        }
    if kind == "strike":
        return "strike_batch", {"batch": given.get("batch")}
    raise Refusal(400, "malformed")


PATHS: list[tuple[str, type]] = [
    (r"/comptage/([^/]+)", CountingPage),
    (r"/api/v1/meetings/([^/]+)/counting", CountingApi),
]
ROUTES = [(path, handler, {"urn": shared_urn}) for path, handler in PATHS]
