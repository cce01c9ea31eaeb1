"""Serves the minutes from the pages process: `/minutes/CODE` and `/minutes/CODE.csv`."""

from tornado.web import RequestHandler

from components.documents.minutes import gather, minutes
from components.documents.render import page, table
from components.look.i18n import known, t
from components.meeting.process import desk
from components.meeting.store import StoreUnavailable, UnknownMeeting


class Minutes(RequestHandler):
    """The minutes of a meeting, interim until it is closed. Public: they hold nothing the room may not see."""

    def get(self, code: str, extension: str = "") -> None:
        lang = known(self.get_query_argument("lang", "fr"))
        self.set_header("Cache-Control", "no-store")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header(
            "Content-Security-Policy",
            "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'",
        )
        try:
            found = minutes(gather(desk(), code.upper()), lang)
        except UnknownMeeting:
            self._sentence(404, t("meeting.unknown_meeting", lang, code=code[:12]), lang)
        except StoreUnavailable:
            self._sentence(503, t("minutes.unavailable", lang), lang)
        else:
            self._answer(found, extension, lang)

    def _answer(self, found: dict[str, object], extension: str, lang: str) -> None:
        if extension:
            spreadsheet = self.get_query_argument("format", "") == "tableur"
            self.set_header("Content-Type", "text/csv; charset=utf-8")
            self.set_header("Content-Disposition", f'attachment; filename="compte-rendu-{found["code"]}.csv"')
            self.finish(table(found, lang, spreadsheet))
        else:
            self.finish(page(found, lang))

    def _sentence(self, status: int, sentence: str, lang: str) -> None:
        self.set_status(status)
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.set_header("Content-Language", lang)
        self.finish(sentence)


ROUTES = [(r"/minutes/([A-Za-z0-9]{1,12})(\.csv)?", Minutes)]
