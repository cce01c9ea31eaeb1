"""What somebody who counts is told: the vote, how it is keyed, what was keyed already. Never what phones voted, and
never how a keyed total is made up: only how many ballots it has, so that nobody keys a pile twice."""

from typing import Any

from components.counting.rules import asked, by_option, slip_rules, slips_asked
from components.meeting.desk import Snapshot
from components.meeting.poll import SEALED, Poll
from components.meeting.results import batches, option_words
from components.meeting.run_sheet import pick

MARK = 6
"""Signs of a batch's name that everybody sees; only who keyed it knows the whole name, and may strike it."""


def counting_state(s: Snapshot, lang: str) -> dict[str, Any]:
    """Keys: meeting, present, vote (None when there is nothing to key), why (`no_vote`, `sealed`, `over` or '')."""
    over = s.room.closed_at is not None
    poll = s.poll
    usable = poll is not None and poll.state != SEALED and not over
    return {
        "meeting": {"code": s.meeting.code, "title": pick(s.sheet.title, lang), "closed": over},
        "present": s.room.present,
        "why": "" if usable else "over" if over else "no_vote" if poll is None else "sealed",
        "vote": _vote(s, poll, lang) if usable and poll is not None else None,
    }


def _vote(s: Snapshot, poll: Poll, lang: str) -> dict[str, Any]:
    question = poll.question
    return {
        "poll": poll.id,
        "title": question.text(lang),
        "state": poll.state,
        "asked": asked(question, lang),
        "options": [option_words(option, lang) for option in question.options],
        "slips": slip_rules(question, lang),
        "by_option": by_option(question),
        "slips_asked": slips_asked(question),
        "keyed": {channel: keyed.slips for channel, keyed in poll.keyed.items() if keyed.slips},
        "batches": [
            {**{name: value for name, value in batch.items() if name != "id"}, "mark": batch["id"][:MARK]}
            for batch in batches(poll, s.words, lang)
        ],
    }
