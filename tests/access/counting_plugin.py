"""A page for helpers on the urn, as the tables' and the counting's pages ask: `session.check`."""

from tornado.web import RequestHandler

from components.access.session import check


class Counting(RequestHandler):
    def get(self, code: str) -> None:
        self.set_status(200 if check(self.request, "rapporteur", code) else 403)
        self.finish("counting" if self.get_status() == 200 else "")


ROUTES = [(r"/counting/(\w+)", Counting)]
