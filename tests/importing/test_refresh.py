"""What an online service says, laid over a pack: against a server of ours, never the real one."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from components.command.main import main
from components.importing.document import ImportRefused
from components.importing.layers import undo_import
from components.importing.refresh import refresh
from components.territory.france import BuildError
from components.territory.online import Service
from components.territory.pack import Territory, imports_of, load_territory
from tests.importing.conftest import GRENOBLE


class Fake(HTTPServer):
    rows: dict[str, dict[str, Any]]
    raw: bytes | None = None


class Answer(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        server = self.server
        assert isinstance(server, Fake)
        path = self.path.partition("?")[0]
        body: Any = None
        if path.endswith("/communes") and "/epcis/" in path:
            body = list(server.rows.values())
        elif "/epcis/" in path:
            body = {"nom": "Un territoire", "code": path.rpartition("/")[2]}
        else:
            body = server.rows.get(path.rpartition("/")[2])
        self.send_response(404 if body is None else 200)
        self.end_headers()
        self.wfile.write(server.raw if server.raw is not None else json.dumps(body).encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def fake(grenoble: Territory) -> Iterator[Fake]:
    server = Fake(("127.0.0.1", 0), Answer)
    server.rows = {
        code: {"code": code, "nom": name, "population": 1000 + position, "contour": grenoble.outlines[code]}
        for position, (code, name) in enumerate(grenoble.communes["name"].items())
    }
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def service(fake: Fake) -> Service:
    return Service(f"http://127.0.0.1:{fake.server_port}")


def test_population_names_and_outlines_are_laid_over_and_taken_back(fake: Fake, grenoble: Territory) -> None:
    moved = {"type": "Polygon", "coordinates": [[[5.7, 45.1], [5.8, 45.1], [5.8, 45.2], [5.7, 45.1]]]}
    fake.rows["38057"] |= {"nom": "Bresson-le-Neuf", "contour": moved}
    done = refresh(grenoble, service(fake))
    assert (done.identifier, done.new, done.populations, done.outlines) == ("0001", True, 49, 49)
    assert done.renamed == {"38057": "Bresson-le-Neuf"}
    now = load_territory(GRENOBLE)
    assert now.communes.loc["38057", "population"] == 1000
    assert now.communes.loc["38057", "name"] == "Bresson-le-Neuf"
    assert now.communes.loc["38185", "name"] == "Grenoble"
    assert now.outlines["38057"] == moved
    column = now.columns["population"]
    assert column.producer == "IGN et INSEE, via geo.api.gouv.fr"
    assert "ne dit pas l’année" in now.sources[column.source]["note"]
    undo_import(imports_of(GRENOBLE), "0001")
    assert load_territory(GRENOBLE).outlines == grenoble.outlines


def test_asking_twice_is_one_import(fake: Fake, grenoble: Territory) -> None:
    refresh(grenoble, service(fake))
    assert not refresh(load_territory(GRENOBLE), service(fake)).new


def test_what_the_service_does_not_know_is_unknown_and_said(fake: Fake, grenoble: Territory) -> None:
    del fake.rows["38185"]
    fake.rows["38057"] |= {
        "population": None,
        "nom": "<b>",
        "contour": {"type": "Polygon", "coordinates": [[]]},
    }
    done = refresh(grenoble, service(fake))
    assert (done.unknown, done.populations, done.outlines, done.renamed) == (["38185"], 47, 0, {})
    now = load_territory(GRENOBLE)
    assert now.communes["population"].isna().sum() == 2
    assert now.outlines == grenoble.outlines


@pytest.mark.parametrize("raw", [b"<html>", b"", b"{", b'"text"', b"[1]"])
def test_a_service_that_answers_badly_changes_nothing(fake: Fake, grenoble: Territory, raw: bytes) -> None:
    fake.raw = raw
    with pytest.raises((BuildError, ImportRefused)):
        refresh(grenoble, service(fake))
    assert load_territory(GRENOBLE).imported == ()


def test_the_command_says_in_one_sentence_that_there_is_no_network(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["territory", "refresh", GRENOBLE, "--address", "http://127.0.0.1:9"]) == 1
    said = capsys.readouterr().err
    assert "vérifiez l’accès à internet" in said
    assert said.count("\n") == 1
    assert main(["territory", "refresh", GRENOBLE, "--address", "file:///etc/passwd"]) == 1


def test_the_command_says_what_changed(fake: Fake, capsys: pytest.CaptureFixture[str]) -> None:
    fake.rows["38057"]["nom"] = "Bresson-le-Neuf"
    assert main(["territory", "refresh", GRENOBLE, "--address", f"http://127.0.0.1:{fake.server_port}"]) == 0
    said = capsys.readouterr().out
    assert "Bresson-le-Neuf" in said
    assert "Import 0001" in said
