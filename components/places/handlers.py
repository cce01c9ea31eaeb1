"""The addresses of places: the public map and its comments on both ports, the officers' page of layers on the pages'.

`/places?territory=SLUG`; `/places/SLUG/layers.json`; `POST /places/SLUG/comment`.
`/layers?territory=SLUG` and below it for whoever prepares: preview, import, remove, restore, decide, comments.csv.
Who may open what is said by `components.access.roles`, and asked again here.
"""

import asyncio
import json
import logging
import os
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from components.access import session
from components.access.roles import OFFICER
from components.look.i18n import t
from components.meeting.process import desk
from components.meeting.store import Store, StoreUnavailable
from components.meeting.store.comments import ACCEPTED
from components.phone import said
from components.phone.limits import Meter
from components.phone.refusal import Refusal
from components.phone.web.handlers import Base
from components.places import page as pages
from components.places.comments import comment_for_js, comments_csv, read_comment, read_decision
from components.places.drawing import OUTSIDE, Picture, clip, layers_for_js, picture
from components.places.faults import Fault, LayerError, fault
from components.places.geojson import LARGEST_BYTES, MOST_TOLD, Reading, read_geojson
from components.places.layers import IMPORTED, Layer, about_of
from components.places.library import Library, identifier_of
from components.territory.pack import PackError, Territory, list_territories, load_territory
from components.territory.places import default_territory

log = logging.getLogger(__name__)

BACKGROUND = "cordee_background"
"""The cookie by which one browser asks for the online background, on the page of places alone."""

URN = os.environ.get("CORDEE_ROLE") == "urn"


def _few_comments() -> Meter:
    # A table that shares one phone writes a few in a row; a program does not go on for ever.
    return Meter(burst=8, rate=1 / 60)


@dataclass
class Office:
    """What the addresses speak for; tests bring their own."""

    library: Library
    store: Callable[[], Store]
    allowed: Callable[[Any, str], bool] = session.check
    clock: Callable[[], float] = time.time
    meter: Meter = field(default_factory=_few_comments)


@cache
def shared_office() -> Office:
    """This process's own."""
    return Office(Library(), lambda: desk().store)


class Told(Refusal):
    """A refusal in the words of this area."""

    def __init__(self, status: int, *faults: Fault, retry_after: int = 0) -> None:
        super().__init__(status, faults[0].key, retry_after)
        self.faults = faults

    def sentence(self, lang: str) -> str:
        return " ".join(found.sentence(lang) for found in self.faults)


class Place(Base):
    """A request about a territory."""

    def initialize(self, office: Callable[[], Office] = shared_office) -> None:
        super().initialize(lambda: None)
        self._office = office

    def prepare(self) -> None:
        super().prepare()
        self.office = self._office()

    def known_host(self) -> str:
        # In the pages process the first gate has asked already, and knows its own names.
        return super().known_host() if os.environ.get("CORDEE_ROLE") != "pages" else self.host()

    def territory(self, slug: str) -> Territory:
        """The territory of a slug. Raises `Refusal` (404, 503)."""
        if slug not in list_territories():
            raise Told(404, fault("unknown_territory", slug=slug, known=", ".join(list_territories())))
        try:
            return load_territory(slug)
        except PackError:
            log.warning("the pack %s does not load", slug)
            raise Told(503, fault("broken_pack", slug=slug)) from None

    async def aside[T](self, work: Callable[[], T]) -> T:
        """What `work` gives, done in a thread. Raises `Refusal`: a fault in the file (400), no store or disk (503)."""
        try:
            return await asyncio.get_running_loop().run_in_executor(None, work)
        except LayerError as error:
            raise Told(400, *error.faults) from None
        except (StoreUnavailable, OSError):
            log.warning("a place could not be read or written", exc_info=True)
            raise Told(503, fault("store_away"), retry_after=5) from None

    def answer(self, data: Mapping[str, Any]) -> None:
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.set_header("Cache-Control", "no-store")
        self.finish(json.dumps(data, ensure_ascii=False))

    def refuse(self, refusal: Refusal) -> None:
        self.answer({"error": refusal.key, "message": refusal.sentence(self.lang())})


class Page(Place):
    """A page: HTML, and a plain sentence when there is none."""

    allowed = ("GET", "HEAD")
    name = pages.PUBLIC

    def given(self, territory: Territory, lang: str) -> dict[str, Any]:
        return pages.setup(territory, lang, self.background())

    def background(self) -> bool:
        """Whether this browser asked for the background."""
        try:
            found = self.request.cookies.get(BACKGROUND)
        except Exception:  # a cookie header nobody can read
            return False
        return found is not None and found.value == "ign"

    def links(self, territory: Territory, lang: str) -> list[tuple[str, str]]:
        return []

    async def get(self) -> None:
        lang = self.lang()
        territory = self.territory(self.asked("territory") or default_territory())
        nonce = secrets.token_urlsafe(16)
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", "no-store")
        self.set_header("Content-Security-Policy", pages.policy(nonce, self.background()))
        given = self.given(territory, lang)
        self.finish(pages.page(self.name, territory, lang, nonce, given, self.links(territory, lang)))

    async def head(self) -> None:
        await self.get()

    def refuse(self, refusal: Refusal) -> None:
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(refusal.sentence(self.lang()))


def _query(territory: Territory, lang: str) -> str:
    return f"?territory={territory.slug}" + ("" if lang == "fr" else f"&lang={lang}")


class PlacesPage(Page):
    """`/places`: projects and uses on a map, and comments on a place; open to all."""

    def links(self, territory: Territory, lang: str) -> list[tuple[str, str]]:
        if URN:
            return []
        query = _query(territory, lang)
        found = [(t("layers.to_explore", lang), "/explore" + query)]
        if self.office.allowed(self.request, OFFICER):
            found.append((t("layers.to_desk", lang), "/layers" + query))
        return found


class LayersData(Place):
    """`/places/SLUG/layers.json`: what the map draws, and the comments that may be shown."""

    async def get(self, slug: str) -> None:
        territory, lang = self.territory(slug), self.lang()

        def work() -> dict[str, Any]:
            layers = self.office.library.layers(territory)
            known = self.office.store().comments(slug, ACCEPTED)
            drawn = drawing_of(layers, territory, lang)
            return {**drawn, "comments": [comment_for_js(one, territory, layers, lang) for one in known]}

        self.answer(await self.aside(work))


_pictures: dict[str, tuple[list[Layer], Territory, Picture]] = {}
_drawing = threading.Lock()


def drawing_of(layers: list[Layer], territory: Territory, lang: str) -> dict[str, Any]:
    """`layers_for_js`; what takes time is done once while the layers stay the same objects, however many ask."""
    with _drawing:
        known = _pictures.get(territory.slug)
        if known is None or known[1] is not territory or list(map(id, known[0])) != list(map(id, layers)):
            known = _pictures[territory.slug] = (layers, territory, picture(layers, territory))
    return layers_for_js(known[2], lang)


class CommentHandler(Place):
    """`POST /places/SLUG/comment`: a comment, which waits to be read."""

    allowed = ("POST",)

    async def post(self, slug: str) -> None:
        territory = self.territory(slug)
        given = said.read_json(self.body("application/json", "not_json"))
        sender = self.seen_as()
        try:
            self.office.meter.spend(sender, 0)
        except Refusal as often:
            raise Told(429, fault("comment_often"), retry_after=often.retry_after) from None

        def work() -> bool:
            layers = self.office.library.layers(territory)
            return self.office.store().write_comment(
                read_comment(given, territory, layers, self.office.clock())
            )

        if not await self.aside(work):
            raise Told(503, fault("comments_full"), retry_after=3600)
        self.office.meter.spend(sender)
        self.answer({"status": "written"})


# --- for whoever prepares ---------------------------------------------------------------------------------


class Desk(Place):
    """What only the organisation may do."""

    def admit(self) -> None:
        """Raises `Refusal` (403, 503) for anybody else."""
        try:
            allowed = self.office.allowed(self.request, OFFICER)
        except Exception:
            log.warning("sign-ins cannot be read", exc_info=True)
            raise Told(503, fault("store_away"), retry_after=2) from None
        if not allowed:
            raise Told(403, fault("officer_needed"))

    def order(self) -> dict[str, Any]:
        return said.read_json(self.body("application/json", "not_json"))


class DeskPage(Page, Desk):
    """`/layers`: import layers, read comments."""

    name = pages.DESK

    def background(self) -> bool:
        return False

    async def get(self) -> None:
        self.admit()
        await super().get()

    def links(self, territory: Territory, lang: str) -> list[tuple[str, str]]:
        query = _query(territory, lang)
        return [(t("layers.to_places", lang), "/places" + query), (t("layers.to_console", lang), "/console")]


class DeskState(Desk):
    """`/layers/SLUG/state`: the layers, also those that do not load, and all comments."""

    async def get(self, slug: str) -> None:
        self.admit()
        territory = self.territory(slug)
        self.answer(await self.aside(lambda: self.state(territory)))

    def state(self, territory: Territory) -> dict[str, Any]:
        lang = self.lang()
        layers = self.office.library.layers(territory)
        known = self.office.store().comments(territory.slug)
        return {
            **drawing_of(layers, territory, lang),
            "comments": [comment_for_js(one, territory, layers, lang) for one in known],
        }


class Upload(Desk):
    """A file in the body, what is said of it in the address."""

    allowed = ("POST",)
    largest = LARGEST_BYTES
    drained = 2 * LARGEST_BYTES
    body_seconds = 120.0

    def file(self) -> bytes:
        self.admit()
        return self.body("application/geo+json", "not_json")

    def read(
        self, content: bytes, territory: Territory
    ) -> tuple[Reading, tuple[Any, ...], tuple[Fault, ...]]:
        """The reading, the features that lie in the territory, and what was cut away."""
        reading = read_geojson(content, self.asked("name_field") or "")
        kept, cut = clip(reading.features, territory)
        return reading, kept, cut


class Preview(Upload):
    """`POST /layers/SLUG/preview`: what importing this file would give; nothing is kept."""

    async def post(self, slug: str) -> None:
        content, territory, lang = self.file(), self.territory(slug), self.lang()

        def work() -> dict[str, Any]:
            reading, kept, cut = self.read(content, territory)
            kind = self.asked("kind") or "project"
            about = about_of("apercu", {"label": "—", "kind": kind, "producer": "—", "licence": "—"})
            shown = layers_for_js(picture([Layer(about, kept, IMPORTED)], territory), lang)
            return {
                "layer": shown["layers"][0],
                "fields": list(reading.fields),
                "name_field": reading.name_field,
                "left_out": _sentences(
                    (*reading.left_out, *(one for one in cut if one.key == OUTSIDE)), lang
                ),
                "warnings": _sentences(
                    (*reading.warnings, *(one for one in cut if one.key != OUTSIDE)), lang
                ),
                "kept": len(kept),
                "dropped": len(reading.left_out) + len(reading.features) - len(kept),
            }

        self.answer(await self.aside(work))


def _sentences(faults: tuple[Fault, ...], lang: str) -> list[str]:
    told = [found.sentence(lang) for found in faults[:MOST_TOLD]]
    return (
        told if len(faults) <= MOST_TOLD else [*told, t("layers.and_more", lang, n=len(faults) - MOST_TOLD)]
    )


class Import(Upload):
    """`POST /layers/SLUG/import?label=…&kind=…`: keep the layer, without the objects that have a fault."""

    async def post(self, slug: str) -> None:
        content, territory = self.file(), self.territory(slug)
        names = ("kind", "producer", "licence", "year")
        found: dict[str, Any] = {name: self.asked(name) or "" for name in names}
        for name in ("label", "note"):
            found[name] = {"fr": self.asked(name) or "", "en": self.asked(f"{name}_en") or ""}
        found["shown"] = self.asked("shown") != "0"

        def work() -> str:
            about = about_of(identifier_of(found["label"]["fr"]), found)
            _, kept, _ = self.read(content, territory)
            return self.office.library.add(territory, about, kept)

        self.answer({"status": "written", "id": await self.aside(work)})


class Change(Desk):
    """`POST /layers/SLUG/remove|restore`: `{id}`."""

    allowed = ("POST",)

    async def post(self, slug: str, what: str) -> None:
        self.admit()
        territory, given = self.territory(slug), self.order()
        identifier = str(given.get("id") or "")
        act = self.office.library.remove if what == "remove" else self.office.library.restore
        await self.aside(lambda: act(territory, identifier))
        self.answer({"status": "written"})


class Decide(Desk):
    """`POST /layers/SLUG/decide`: `{id, state, answer}`, or `{id, erase: true}`."""

    allowed = ("POST",)

    async def post(self, slug: str) -> None:
        self.admit()
        territory, given = self.territory(slug), self.order()

        def work() -> bool:
            store = self.office.store()
            if given.get("erase") is True:
                return store.erase_comment(territory.slug, str(given.get("id") or ""))
            identifier, state, answer = read_decision(given)
            found = store.decide_comment(territory.slug, identifier, state, answer, self.office.clock())
            return found is not None

        if not await self.aside(work):
            raise Told(404, fault("no_such_comment"))
        self.answer({"status": "written"})


class CommentsCsv(Desk):
    """`/layers/SLUG/comments.csv`: all comments for a spreadsheet."""

    async def get(self, slug: str) -> None:
        self.admit()
        territory, lang = self.territory(slug), self.lang()

        def work() -> bytes:
            layers = self.office.library.layers(territory)
            return comments_csv(self.office.store().comments(slug), territory, layers, lang)

        file = await self.aside(work)
        self.set_header("Content-Type", "text/csv; charset=utf-8")
        self.set_header("Content-Disposition", f'attachment; filename="commentaires-{territory.slug}.csv"')
        self.set_header("Cache-Control", "no-store")
        self.finish(file)


SLUG = r"([a-z0-9][a-z0-9-]{0,79})"
OPEN: list[tuple[str, type]] = [
    (r"/places", PlacesPage),
    (rf"/places/{SLUG}/layers\.json", LayersData),
    (rf"/places/{SLUG}/comment", CommentHandler),
]
CLOSED: list[tuple[str, type]] = [
    (r"/layers", DeskPage),
    (rf"/layers/{SLUG}/state", DeskState),
    (rf"/layers/{SLUG}/preview", Preview),
    (rf"/layers/{SLUG}/import", Import),
    (rf"/layers/{SLUG}/(remove|restore)", Change),
    (rf"/layers/{SLUG}/decide", Decide),
    (rf"/layers/{SLUG}/comments\.csv", CommentsCsv),
]


def routes(office: Callable[[], Office], urn: bool = False) -> list[tuple[str, type, dict[str, Any]]]:
    """The routes of a process: on the phones' port the open ones alone, for nobody signs in there to prepare."""
    return [(path, handler, {"office": office}) for path, handler in (OPEN if urn else OPEN + CLOSED)]


ROUTES = routes(shared_office, URN)
