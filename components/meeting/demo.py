"""The meeting that is there at first start, ready to be driven."""

from pathlib import Path

from components.meeting.desk import Desk
from components.meeting.keys import ROOT

RUN_SHEETS = ROOT / "data" / "run_sheets"
DEMO = RUN_SHEETS / "debat-citoyen-2h.yaml"


def ensure_demo(url: str | None = None, run_sheet: Path = DEMO) -> str:
    """The code of the meeting touched last; makes the demonstration meeting if there is none."""
    desk = Desk.open(url)
    try:
        known = desk.store.meetings()
        return known[0].code if known else desk.new(run_sheet.read_text(encoding="utf-8"), run_sheet.name)
    finally:
        desk.store.close()
