"""What a facilitator needs to conduct one vote: what is asked, and how its ballots are keyed. No count is in here."""

from typing import Any

from components.counting.rules import asked, by_option, slip_rules, slips_asked
from components.meeting.desk import Snapshot
from components.meeting.poll import SEALED
from components.meeting.scene import current_step


def vote_panel(s: Snapshot, lang: str) -> dict[str, Any] | None:
    """The vote on screen, or the one this step will ask; None where nothing is asked.

    Keys: poll ('' before the opening), asked (sentences), by_option (channels keyed as totals), slips_asked (a total
    needs its number of ballots too), slips (how whole ballots are keyed; None where they are not), consent.
    """
    poll = s.poll
    question = poll.question if poll else s.sheet.questions.get(current_step(s).question)
    if question is None:
        return None
    usable = poll is not None and poll.state != SEALED and s.room.closed_at is None
    return {
        "poll": poll.id if poll else "",
        "asked": asked(question, lang),
        "by_option": by_option(question) if usable else [],
        "slips_asked": slips_asked(question),
        "slips": slip_rules(question, lang) if usable else None,
        "consent": question.method == "consent" and poll is not None,
    }
