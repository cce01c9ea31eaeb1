"""Small changes to the text of a run sheet that leave the rest of it, comments included, as it was written."""

import json
import re

from components.meeting.run_sheet import load_run_sheet


def renamed(source: str, title: str, territory: str | None = None) -> str:
    """The same run sheet under another title and, where given, territory. Raises `RunSheetError`."""
    load_run_sheet(source)
    head, mark, rest = source.partition("\nsteps:")
    head = re.sub(
        r"(?m)^(\s+)title:.*$",
        lambda m: f"{m[1]}title: {json.dumps(title, ensure_ascii=False)}",
        head,
        count=1,
    )
    if territory:
        head = re.sub(
            r"(?m)^(\s+)territory:.*$",
            lambda m: f"{m[1]}territory: {json.dumps(territory, ensure_ascii=False)}",
            head,
            count=1,
        )
    changed = head + mark + rest
    load_run_sheet(changed)
    return changed
