"""What may be printed of a meeting: which question, in which words, for which codes. Pure but for reading the desk."""

from dataclasses import dataclass

from components.documents.ballot_pdf import LARGE, SMALL
from components.meeting.desk import Desk
from components.meeting.entitlement import issued
from components.meeting.run_sheet import pick
from components.voting.question import Question

FORMATS = {"a6": SMALL, "grand": LARGE, "large": LARGE}
"""What an address or a command calls a format → the format."""


class NoQuestion(LookupError):
    """The meeting has no such question; `known` are those it has."""

    def __init__(self, question: str, known: list[str]) -> None:
        super().__init__(question)
        self.question, self.known = question, known


@dataclass(frozen=True)
class Printable:
    """A question as it is printed: frozen as its last vote opened, else as the run sheet has it now.

    drawn: whether the order announced as drawn by lot is known already.
    """

    question: Question
    title: str
    drawn: bool


def questions(desk: Desk, code: str) -> list[str]:
    """Ids of the questions of a meeting, those of the run sheet first. Raises `UnknownMeeting`."""
    room = desk.store.room(code)
    sheet = desk.sheet(code, room)
    asked = [poll.question.id for poll in room.polls.values()]
    return list(dict.fromkeys([*sheet.questions, *asked]))


def to_print(desk: Desk, code: str, question: str, lang: str) -> Printable:
    """Raises `UnknownMeeting`, `NoQuestion`."""
    room = desk.store.room(code)
    sheet = desk.sheet(code, room)
    poll = room.latest_poll(question)
    found = poll.question if poll else sheet.questions.get(question)
    if found is None:
        raise NoQuestion(question, questions(desk, code))
    return Printable(found, pick(sheet.title, lang), poll is not None)


def title_of(desk: Desk, code: str, lang: str) -> str:
    """Raises `UnknownMeeting`."""
    return pick(desk.sheet(code, desk.store.room(code)).title, lang)


def codes(desk: Desk, code: str) -> list[tuple[int, str, str]]:
    """(number, college, code) of the codes given out. Raises `UnknownMeeting`."""
    desk.store.meeting(code)
    return issued(desk, code)
