"""`/minutes/CODE` as a browser asks for it."""

import asyncio
from pathlib import Path

import pytest
from tornado.httpclient import AsyncHTTPClient, HTTPResponse
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port
from tornado.web import Application

from components.access.roles import OFFICER, PUBLIC, RAPPORTEUR, may_open
from components.documents import handlers
from components.meeting.demo import DEMO
from components.meeting.desk import Desk
from components.meeting.keys import KeyRing
from components.meeting.store import Store


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    made = Desk(Store(f"sqlite:///{tmp_path}/evening.db"), KeyRing(tmp_path / "keys"))
    monkeypatch.setattr(handlers, "desk", lambda: made)
    return made


def fetch(path: str) -> HTTPResponse:
    async def ask() -> HTTPResponse:
        socket, port = bind_unused_port()
        server = HTTPServer(Application(handlers.ROUTES))
        server.add_socket(socket)
        try:
            return await AsyncHTTPClient().fetch(f"http://127.0.0.1:{port}{path}", raise_error=False)
        finally:
            server.stop()

    return asyncio.run(ask())


def test_page_and_tables(desk: Desk) -> None:
    code = desk.new(DEMO.read_text(encoding="utf-8"))
    for path, kind, words in (
        (f"/minutes/{code}", "text/html", "provisoire"),
        (f"/minutes/{code.lower()}?lang=en", "text/html", "Interim minutes"),
        (f"/minutes/{code}?lang=<script>", "text/html", "provisoire"),
        (f"/minutes/{code}.csv", "text/csv", "meeting,poll,question"),
        (f"/minutes/{code}.csv?format=tableur", "text/csv", "\ufeffmeeting;poll;question"),
    ):
        answer = fetch(path)
        assert answer.code == 200, path
        assert answer.headers["Content-Type"].startswith(kind)
        assert words in answer.body.decode("utf-8"), path


def test_an_unknown_code_is_a_sentence(desk: Desk) -> None:
    answer = fetch("/minutes/ZZZZ")
    assert answer.code == 404
    assert "Aucune séance" in answer.body.decode("utf-8")


def test_a_store_that_does_not_answer_is_a_sentence(desk: Desk, tmp_path: Path) -> None:
    code = desk.new(DEMO.read_text(encoding="utf-8"))
    desk.store.close()
    (tmp_path / "evening.db").unlink()
    (tmp_path / "evening.db-wal").unlink(missing_ok=True)
    (tmp_path / "evening.db").mkdir()
    answer = fetch(f"/minutes/{code}")
    assert answer.code == 503
    assert "Rien n’est perdu" in answer.body.decode("utf-8")


def test_ballots_cards_and_slips_to_print(desk: Desk) -> None:
    code = desk.new(DEMO.read_text(encoding="utf-8"))
    question = next(iter(desk.sheet(code, desk.store.room(code)).questions))
    for path in (
        f"/print/{code}/bulletins/{question}.pdf",
        f"/print/{code.lower()}/bulletins/{question}.pdf?format=grand&copies=2&lang=en",
        f"/print/{code}/cartes.pdf",
        f"/print/{code}/codes.pdf",
        f"/print/{code}/emargement.pdf",
    ):
        answer = fetch(path)
        assert answer.code == 200, path
        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.body.startswith(b"%PDF-")
    for path, status, words in (
        (f"/print/{code}/bulletins/rien.pdf", 404, question),
        ("/print/ZZZZ/cartes.pdf", 404, "Aucune séance"),
        (f"/print/{code}/bulletins/{question}.pdf?format=a3", 400, "a6 ou grand"),
        (f"/print/{code}/bulletins/{question}.pdf?copies=100000", 400, "400"),
        (f"/print/{code}/bulletins/{question}.pdf?copies=-1", 400, "400"),
    ):
        answer = fetch(path)
        assert answer.code == status, path
        assert words in answer.body.decode("utf-8"), path


def test_what_is_printed_is_not_for_the_room() -> None:
    for path in ("/print/AB23/codes.pdf", "/print/AB23/bulletins/q.pdf"):
        assert not may_open(PUBLIC, path, {})
        assert not may_open(RAPPORTEUR, path, {})
        assert may_open(OFFICER, path, {})
    assert may_open(PUBLIC, "/minutes/AB23", {})
