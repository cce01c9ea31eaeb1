"""`/donnees` of the pages process: official files imported into a territory, for the officer and the facilitator.

`/donnees?territory=SLUG` shows what is imported and missing, receives a file (POST) and takes an import back;
`/donnees/TOKEN` shows that file's preview and its mapping, and imports it (POST). Who may come here is said by
`components.access.roles`; forms of other sites are refused before these handlers are reached, and again here.
"""

import asyncio
import html
from collections.abc import Callable
from functools import cache
from pathlib import Path
from string import Template
from typing import Any
from urllib.parse import urlencode

from components.access.view import Page
from components.importing import asked, file_page, layers, page, waiting
from components.importing.document import Document, ImportRefused
from components.importing.form import Place
from components.importing.page import Said
from components.importing.preview import confirm, names_of, open_table, preview
from components.importing.sniff import read_document
from components.look.i18n import t
from components.look.theme import theme_css
from components.territory.pack import PackError, Territory, imports_of, list_territories, load_territory
from components.territory.places import default_territory

HERE = Path(__file__).parent


async def in_thread[T](work: Callable[[], T]) -> T:
    """What `work` returns or raises, done in another thread: reading a workbook holds no other page up."""
    return await asyncio.get_running_loop().run_in_executor(None, work)


class LastRead:
    """The document read last, so that each step of its preview does not read a large workbook again."""

    def __init__(self) -> None:
        self._held: tuple[str, Document] | None = None

    def hold(self, token: str, document: Document) -> Document:
        self._held = (token, document)
        return document

    def document(self, token: str) -> Document:
        """Raises ImportRefused when the file waits no more."""
        held = self._held
        if held is not None and held[0] == token:
            return held[1]
        return self.hold(token, read_document(*waiting.kept(token)))

    def forget(self, token: str) -> None:
        waiting.drop(token)
        if self._held is not None and self._held[0] == token:
            self._held = None


last_read = LastRead()


class DataPage(Page):
    """What both pages have in common."""

    def show(self, title: str, body: str, fault: str = "", status: int = 200) -> None:
        other = "en" if self.lang == "fr" else "fr"
        query = [
            (n, v.decode("utf-8", "replace")) for n, vs in self.request.query_arguments.items() for v in vs
        ]
        query = [pair for pair in query if pair[0] != "lang"]
        self.set_status(status)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(
            _template().substitute(
                lang=self.lang,
                nonce=self.nonce,
                title=html.escape(title),
                theme=theme_css(),
                css=_css(),
                fault=f'<p class="warn" role="alert" id="fault">{html.escape(fault)}</p>' if fault else "",
                body=body,
                skip=html.escape(t("common.skip", self.lang)),
                page_nav=html.escape(t("common.page_nav", self.lang)),
                home=self.said("home"),
                home_href="/home" if self.lang == "fr" else f"/home?lang={self.lang}",
                other=other,
                other_href=html.escape("?" + urlencode([*query, ("lang", other)])),
                other_label=html.escape(t("common.other_language", self.lang)),
            )
        )

    def place(self, token: str = "") -> Place:
        known = list_territories()
        slug = self.get_query_argument("territory", "")
        if slug not in known:
            slug = default_territory()
        return Place(slug, [(each, _name_of(each)) for each in known], self.lang, token)

    def word(self, key: str, /, **values: object) -> str:
        return t(f"importing.{key}", self.lang, **values)

    def refuse_pack(self, place: Place, error: PackError) -> None:
        """A territory that does not load, perhaps for a damaged import: which can be taken back from here."""
        undo = "".join(page.undo_form(place, each) for each in layers.ids(imports_of(place.slug)))
        self.show(self.word("page_title"), undo, " ".join(str(fault) for fault in error.faults[:3]), 500)


def _name_of(slug: str) -> str:
    try:
        return load_territory(slug).name
    except PackError:
        return slug


class DataHandler(DataPage):
    """`/donnees`."""

    async def get(self) -> None:
        await self.answer(Said())

    async def answer(self, said: Said, fault: str = "", status: int = 200) -> None:
        place = self.place()
        try:
            territory = await in_thread(lambda: load_territory(place.slug))
        except PackError as error:
            self.refuse_pack(place, error)
            return
        done = self.get_query_argument("done", "")
        if done and not said.done and any(layer.id == done for layer in territory.imported):
            explore = "/explore?" + urlencode(
                {"territory": place.slug, **({"lang": self.lang} if self.lang != "fr" else {})}
            )
            key = "done_already" if self.get_query_argument("again", "") else "done"
            said = Said(self.word(key, id=done, name=territory.name), done, [(explore, self.word("see"))])
        elif gone := self.get_query_argument("undone", ""):
            said = Said(self.word("undone", id=gone[:8]))
        self.show(self.word("page_title"), page.start(place, territory, said), fault, status)

    async def post(self) -> None:
        if self.foreign():
            return
        place = self.place()
        try:
            if undo := self.get_body_argument("undo", ""):
                await in_thread(lambda: layers.undo_import(imports_of(place.slug), undo))
                self.redirect(place.here(undone=undo), status=303)
                return
            sent = self.request.files.get("file")
            if not sent or not sent[0]["body"]:
                raise ImportRefused("no_file")
            name, raw = sent[0]["filename"], sent[0]["body"]
            document = await in_thread(lambda: read_document(name, raw))
            token = await in_thread(lambda: waiting.keep(document.name, raw))
            last_read.hold(token, document)
        except ImportRefused as refusal:
            await self.answer(Said(), refusal.sentence(self.lang), 400)
            return
        self.redirect(Place(place.slug, [], self.lang, token).here(), status=303)


class FileHandler(DataPage):
    """`/donnees/TOKEN`: one file, seen before it is imported."""

    @property
    def fields(self) -> dict[str, list[str]]:
        """What the address asks for; a page's own form wrote it."""
        return {
            name: [value.decode("utf-8", "replace") for value in values]
            for name, values in self.request.query_arguments.items()
        }

    async def get(self, token: str) -> None:
        place = self.place(token)
        try:
            told, series, _ = await in_thread(lambda: self.work(place))
        except ImportRefused as refusal:
            status = 404 if refusal.key == "not_waiting" else 400
            self.show(
                self.word("page_title_file"),
                file_page.refused_page(Place(place.slug, [], self.lang)),
                refusal.sentence(self.lang),
                status,
            )
        except PackError as error:
            self.refuse_pack(place, error)
        else:
            self.show(
                self.word("page_title_file"), file_page.file_page(place, told, series, self.fields_of(place))
            )

    def fields_of(self, place: Place) -> dict[str, list[str]]:
        return {**self.fields, "territory": [place.slug]}

    def work(self, place: Place) -> tuple[Any, Any, Territory]:
        """The file read as the form says: preview, series offered, territory. Raises ImportRefused, PackError."""
        fields = self.fields
        territory = load_territory(place.slug)
        document = last_read.document(place.token)
        opened = open_table(
            document,
            territory,
            asked.first(fields, "sheet"),
            asked.whole(fields, "header"),
            asked.whole(fields, "depth"),
            asked.first(fields, "communes"),
            asked.first(fields, "profile"),
        )
        communes = names_of(territory)
        mapping = asked.with_shape(opened.mapping, fields, opened.table)
        mapping = asked.with_fields(mapping, fields, opened.table)
        series = asked.series_of(opened.table, mapping, communes, asked.first(fields, "value"))
        return preview(opened, mapping, territory), series, territory

    async def post(self, token: str) -> None:
        if self.foreign():
            return
        place = self.place(token)
        accept = bool(self.get_body_argument("accept", ""))

        def bring() -> tuple[str, bool]:
            told, _, territory = self.work(place)
            return confirm(told, territory, accept)

        try:
            identifier, new = await in_thread(bring)
        except ImportRefused as refusal:
            self.show(
                self.word("page_title_file"),
                file_page.refused_page(Place(place.slug, [], self.lang)),
                refusal.sentence(self.lang),
                400,
            )
            return
        except PackError as error:
            self.refuse_pack(place, error)
            return
        last_read.forget(token)
        more = {} if new else {"again": "1"}
        self.redirect(Place(place.slug, [], self.lang).here(done=identifier, **more), status=303)


@cache
def _template() -> Template:
    return Template((HERE / "page.html").read_text(encoding="utf-8"))


@cache
def _css() -> str:
    return (HERE / "importing.css").read_text(encoding="utf-8")


ROUTES = [(r"/donnees", DataHandler), (r"/donnees/([A-Za-z0-9_-]{20,40})", FileHandler)]
