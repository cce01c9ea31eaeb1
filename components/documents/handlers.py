"""Serves from the pages process the minutes, open to the room, and what is printed, the organisers' alone.

`/minutes/CODE`, `/minutes/CODE.csv` and `/minutes/CODE.json` (what `cordee verify` reads);
`/print/CODE/bulletins/QUESTION.pdf?format=a6|grand&copies=N`, `/print/CODE/cartes.pdf`, `/print/CODE/codes.pdf`,
`/print/CODE/emargement.pdf`. Who may open what is said by `components.access.roles`, before any of these is reached.
"""

import asyncio
from collections.abc import Callable
from typing import Any

from tornado.web import RequestHandler

from components.documents.ballot_pdf import ballot_pdf
from components.documents.minutes import gather, minutes
from components.documents.polls import NUMBERS, polls_page
from components.documents.printed import FORMATS, NoQuestion, codes, title_of, to_print
from components.documents.proof import alone, as_text, proof
from components.documents.render import page, table
from components.documents.slips_pdf import cards_pdf, codes_pdf, signature_pdf
from components.look.i18n import known, t
from components.meeting.process import desk
from components.meeting.store import StoreUnavailable, UnknownMeeting

MOST_COPIES = 400
"""Ballots in one file asked of the server; the command line prints more."""


async def in_thread[T](work: Callable[[], T]) -> T:
    """What `work` returns or raises, done in another thread."""
    return await asyncio.get_running_loop().run_in_executor(None, work)


def _told(code: str, lang: str) -> tuple[dict[str, Any], dict[str, Any]]:
    record = gather(desk(), code)
    return minutes(record, lang), proof(desk(), code, record)


class Document(RequestHandler):
    """What is left in writing, or one sentence why not."""

    @property
    def lang(self) -> str:
        return known(self.get_query_argument("lang", "fr"))

    def sentence(self, status: int, sentence: str) -> None:
        self.set_status(status)
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.set_header("Content-Language", self.lang)
        self.finish(sentence)


class Minutes(Document):
    """The minutes of a meeting, interim until it is closed. Public: they hold nothing the room may not see."""

    async def get(self, code: str, extension: str = "") -> None:
        lang = self.lang
        self.set_header("Cache-Control", "no-store")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header(
            "Content-Security-Policy",
            "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'",
        )
        try:
            # Counted and proven outside the loop: an evening of thousands of ballots holds no other page up.
            found, proven = await in_thread(lambda: _told(code.upper(), lang))
        except UnknownMeeting:
            self.sentence(404, t("meeting.unknown_meeting", lang, code=code[:12]))
        except StoreUnavailable:
            self.sentence(503, t("minutes.unavailable", lang))
        else:
            self._answer(found, proven, extension, lang)

    def _answer(self, found: dict[str, object], proven: dict[str, object], extension: str, lang: str) -> None:
        if extension == ".json":
            self.set_header("Content-Type", "application/json; charset=utf-8")
            self.set_header("Content-Disposition", f'attachment; filename="preuve-{found["code"]}.json"')
            self.finish(as_text(alone(proven)))
        elif extension:
            spreadsheet = self.get_query_argument("format", "") == "tableur"
            self.set_header("Content-Type", "text/csv; charset=utf-8")
            self.set_header("Content-Disposition", f'attachment; filename="compte-rendu-{found["code"]}.csv"')
            self.finish(table(found, lang, spreadsheet))
        else:
            self.finish(page(found, lang, proven))


class Polls(Document):
    """The calculator for ballots held at the polls; open to everybody, keeps nothing."""

    def get(self) -> None:
        self.set_header("Cache-Control", "no-store")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header(
            "Content-Security-Policy",
            "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'; base-uri 'none'",
        )
        typed = {name: self.get_query_argument(name, "") for name in ("kind", "place", *NUMBERS)}
        html, status = polls_page({name: value for name, value in typed.items() if value}, self.lang)
        self.set_status(status)
        self.finish(html)


class Printed(Document):
    """PDF files for the printer; drawn outside the loop, so that no page waits for them."""

    async def get(self, code: str, what: str, question: str = "") -> None:
        code, lang = code.upper(), self.lang
        self.set_header("Cache-Control", "no-store")
        self.set_header("X-Content-Type-Options", "nosniff")
        size = FORMATS.get(self.get_query_argument("format", "a6"))
        number = self.get_query_argument("copies", "4")
        copies = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 0
        if size is None:
            self.sentence(400, t("print.bad_format", lang))
            return
        if not 1 <= copies <= MOST_COPIES:
            self.sentence(400, t("print.bad_copies", lang, most=MOST_COPIES))
            return
        draw = {
            "bulletins": lambda: _ballots(code, question, lang, size, copies),
            "cartes": lambda: cards_pdf(title_of(desk(), code, lang), lang, sets=copies),
            "codes": lambda: codes_pdf(codes(desk(), code), title_of(desk(), code, lang), lang),
            "emargement": lambda: signature_pdf(codes(desk(), code), title_of(desk(), code, lang), lang),
        }[what]
        try:
            file = await in_thread(draw)
        except UnknownMeeting:
            self.sentence(404, t("meeting.unknown_meeting", lang, code=code[:12]))
        except NoQuestion as error:
            told = t("print.no_question", lang, question=error.question)
            self.sentence(404, f"{told} {t('print.questions_are', lang, known=', '.join(error.known))}")
        except StoreUnavailable:
            self.sentence(503, t("minutes.unavailable", lang))
        else:
            self.set_header("Content-Type", "application/pdf")
            name = "-".join(filter(None, [what, code, question]))
            self.set_header("Content-Disposition", f'inline; filename="{name}.pdf"')
            self.finish(file)


def _ballots(code: str, question: str, lang: str, size: str, copies: int) -> bytes:
    found = to_print(desk(), code, question, lang)
    return ballot_pdf(found.question, found.title, lang, size, copies, code, found.drawn)


ROUTES = [
    (r"/scrutin", Polls),
    (r"/minutes/([A-Za-z0-9]{1,12})(\.csv|\.json)?", Minutes),
    (r"/print/([A-Za-z0-9]{1,12})/(bulletins)/([a-z0-9][a-z0-9_.-]{0,59})\.pdf", Printed),
    (r"/print/([A-Za-z0-9]{1,12})/(cartes|codes|emargement)\.pdf", Printed),
]
