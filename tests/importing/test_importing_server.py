"""`/donnees` behind the real doors: who may come in, a file's way from sending to undoing."""

import re
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from components.access import door
from components.territory.pack import imports_of, load_territory
from tests.access.site import PAGES_OPTIONS, Site, running
from tests.importing.conftest import GRENOBLE
from tests.importing.files import csv_of

RAW = csv_of([["insee", "Gaz (MWh)"], ["38057", "1000"], ["38185", "4"]])
OFFICER = "mésange galet aurore tilleul 7"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("donnees")
    options = (*PAGES_OPTIONS, "--plugins", "components.importing.handlers")
    with running(
        folder, ("explore",), options, {"CORDEE_LOCAL": str(folder / "local"), "CORDEE_ROLE": "pages"}
    ) as made:
        door.set_passphrase(made.settings, OFFICER, "officer")
        yield made


@pytest.fixture(scope="module")
def officer(site: Site) -> str:
    return site.sign_in(OFFICER, "officer")


def sent(
    site: Site, cookie: str, raw: bytes, name: str = "gaz.csv", **headers: str
) -> tuple[int, dict[str, str], str]:
    import http.client

    mark = uuid.uuid4().hex
    body = (
        f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        "Content-Type: text/csv\r\n\r\n"
    ).encode() + raw + f"\r\n--{mark}--\r\n".encode()  # fmt: skip
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=20)
    told = {"Cookie": cookie, "Content-Type": f"multipart/form-data; boundary={mark}", **headers}
    connection.request("POST", f"/donnees?territory={GRENOBLE}", body, told)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, {key.lower(): value for key, value in answer.getheaders()}, text


CHOICES = (
    "&applied=1&s.0=%5B%22gaz+mwh%22%5D&t.0=gas_gwh&u.0=MWh&producer=GRDF&title=Conso&year=2023&method=measured"
    "&licence=LO&duplicates=refuse&parts=unknown&decimal="
)


def test_a_file_is_sent_seen_imported_and_taken_back(
    site: Site, officer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CORDEE_LOCAL", str(site.log.parent / "local"))
    status, headers, _ = sent(site, officer, RAW)
    assert status == 303
    address = headers["location"]
    status, headers, text = site.ask("GET", address, Cookie=officer)
    assert status == 200
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "<script" not in text
    assert "À compléter" in text or "2 communes sur 49" in text
    status, headers, text = site.ask("POST", address + CHOICES, {}, Cookie=officer)
    assert status == 303, text
    status, _, text = site.ask("GET", headers["location"], Cookie=officer)
    assert "Import 0001 fait" in text
    assert load_territory(GRENOBLE).columns["gas_gwh"].producer == "GRDF"
    # The same again changes nothing, once it is sent again.
    assert site.ask("GET", address, Cookie=officer)[0] in (200, 404)
    again = sent(site, officer, RAW)[1]["location"]
    assert "choix de la dernière fois" in site.ask("GET", again, Cookie=officer)[2]
    assert "again=1" in site.ask("POST", again, {}, Cookie=officer)[1]["location"]
    status, headers, _ = site.ask("POST", f"/donnees?territory={GRENOBLE}", {"undo": "0001"}, Cookie=officer)
    assert status == 303
    assert "retiré" in site.ask("GET", headers["location"], Cookie=officer)[2]
    assert not list(imports_of(GRENOBLE).glob("0*"))


def test_only_the_officer_and_the_facilitator_come_in(site: Site, officer: str) -> None:
    assert site.ask("GET", "/donnees")[1]["location"].startswith("/login")
    assert site.ask("POST", "/donnees", {"undo": "0001"})[0] == 403
    assert sent(site, "", RAW)[0] == 403
    assert site.ask("GET", "/donnees", Cookie=officer)[0] == 200
    assert site.ask("GET", "/donnees?lang=en&territory=nowhere", Cookie=officer)[0] == 200


def test_a_form_of_another_site_is_refused(site: Site, officer: str) -> None:
    assert sent(site, officer, RAW, Origin="http://elsewhere.example")[0] == 403


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "Choisissez un fichier"),
        (b"%PDF-1.4", "PDF"),
        (b"9" * 20_000_001, "20 Mo"),
        (b"a;b\n\x00", "pas un tableau"),
    ],
    ids=["nothing", "pdf", "big", "binary"],
)
def test_a_bad_file_is_one_sentence_on_the_page(site: Site, officer: str, raw: bytes, words: str) -> None:
    status, _, text = sent(site, officer, raw)
    assert status == 400
    fault = re.search(r'id="fault">([^<]*)<', text)
    assert fault is not None
    assert words in fault[1]
    assert "Traceback" not in site.log.read_text()


@pytest.mark.parametrize(
    "address",
    [
        f"/donnees/{'x' * 24}",
        f"/donnees/{'x' * 24}?header=999999999&d=a&value=b&sheet=c",
        f"/donnees/{'x' * 24}?applied=1&s.0=%5B",
    ],
)
def test_a_file_that_waits_no_more_is_said(site: Site, officer: str, address: str) -> None:
    status, _, text = site.ask("GET", address, Cookie=officer)
    assert status == 404
    assert "n’attend plus" in text


@pytest.mark.parametrize(
    "more",
    ["&header=40", "&depth=99&header=1", "&communes=nope", "&d=gaz+mwh&value=insee", "&applied=1&s.0=x&t.0=gas_gwh",
     "&applied=1&s.0=%5B%22gaz+mwh%22%5D&t.0=gas_gwh&u.0=ha", "&sheet=autre", "&profile=ademe_igt", "&profile=nope",
     "&applied=1&s.0=%5B%22gaz+mwh%22%5D&t.0=gas_gwh&year_column=gaz+mwh&year=20"],
)  # fmt: skip
def test_an_address_written_by_hand_gives_a_page_never_a_fault_of_ours(
    site: Site, officer: str, more: str
) -> None:
    address = sent(site, officer, RAW)[1]["location"]
    status, _, text = site.ask("GET", address + more, Cookie=officer)
    assert status in (200, 400)
    assert "</main>" in text
    assert "Traceback" not in site.log.read_text()


def test_nothing_is_left_of_the_files_but_their_bytes_for_their_owner(site: Site, officer: str) -> None:
    sent(site, officer, RAW)
    waiting = Path(site.log.parent / "local" / "importing" / "waiting")
    assert all(path.stat().st_mode & 0o077 == 0 for path in waiting.iterdir())
