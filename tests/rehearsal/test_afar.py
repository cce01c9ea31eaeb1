"""A rehearsal from a machine that has nothing of the store: over the network and with the passphrase alone."""

import asyncio
import http.client
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from components.access import door
from components.access.roles import OFFICER
from components.access.store import Settings
from components.look.i18n import t
from components.meeting.desk import Desk
from components.meeting.keys import KeyRing
from components.meeting.store import Store
from components.rehearsal import afar
from components.rehearsal.afar import AfarError, Visit, find_urn, rehearse
from components.rehearsal.crowd import Plan
from components.rehearsal.wire import Place
from tests.command.house import PASSPHRASE, ROOT, House, cordee, environ, free_port, until

OFFICERS = "la phrase de la préparation"


class Served(House):
    """Cordée served, and a desk on its store to look at what became of it."""

    def __enter__(self) -> "Served":
        super().__enter__()
        database = self.folder / "store.db"
        self.desk = Desk(Store(f"sqlite:///{database}"), KeyRing(Path(f"{database}.keys")))
        settings = Settings(f"sqlite:///{database}")
        door.set_passphrase(settings, OFFICERS, OFFICER)
        settings.close()
        self.real = self.codes()
        return self

    @property
    def pages(self) -> Place:
        return Place("127.0.0.1", self.port)

    @property
    def urn(self) -> Place:
        return Place("127.0.0.1", self.phone_port)

    def codes(self) -> set[str]:
        return {meeting.code for meeting in self.desk.store.meetings()}

    def order(
        self, path: str, body: bytes, cookies: dict[str, str] | None = None, **more: str
    ) -> tuple[int, str]:
        """What an order of a stranger is answered."""
        cookie = "; ".join(f"{name}={value}" for name, value in (cookies or {}).items())
        headers = {"Content-Type": "application/json", **({"Cookie": cookie} if cookie else {}), **more}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, text


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with Served(tmp_path_factory.mktemp("served")) as made:
        yield made
        assert PASSPHRASE not in made.said()
        assert "Traceback" not in made.said()


@pytest.fixture
def elsewhere(served: Served, tmp_path: Path) -> dict[str, str]:
    """The environment of the second machine: a store that was never made, and no keys."""
    return environ(tmp_path, PORT=str(served.port), CORDEE_PASSPHRASE=PASSPHRASE)


def command(served: Served) -> tuple[str, ...]:
    return ("rehearse", "--voters", "20", "--seconds", "0,5", "--url", served.urn.url)


def signed_in(served: Served, passphrase: str = PASSPHRASE) -> Visit:
    visit = Visit(served.pages)
    asyncio.run(visit.sign_in(passphrase))
    return visit


def test_the_command_needs_no_store_of_its_own(served, elsewhere, tmp_path):
    done = cordee(*command(served), "--json", env=elsewhere)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    told = {name: found[name] for name in ("sent", "acknowledged", "stored", "lost", "doubled")}
    assert told == {"sent": 20, "acknowledged": 20, "stored": 20, "lost": 0, "doubled": 0}
    assert 0 < found["ack_ms"]["p50"] <= found["ack_ms"]["p99"]
    assert found["screen_ms"]["p50"] > -found["screen_error_ms"]
    assert 0 < found["screen_error_ms"] < 5000
    assert served.codes() == served.real
    assert list(tmp_path.iterdir()) == [], "nothing is made on the second machine"


def test_a_wrong_passphrase_and_another_roles_are_refused(served, elsewhere, tmp_path):
    file = tmp_path / "phrase"
    file.write_text(OFFICERS + "\n", encoding="utf-8")
    done = cordee(*command(served), "--passphrase-file", str(file), env=elsewhere)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "Ce n’est pas la phrase de passe de l’animation.\n"
    missing = cordee(*command(served), env={**elsewhere, "CORDEE_PASSPHRASE": ""})
    assert missing.stderr.startswith("La phrase de passe de l’animation manque")


def test_addresses_taken_one_for_the_other_are_said(served, elsewhere):
    for asked, said in (
        (find_urn(served.pages), "celle des pages"),
        (Visit(served.urn).knock(), "celle des téléphones"),
        (Visit(Place("127.0.0.1", free_port())).knock(), "CORDEE_OPEN_PAGES=1"),
    ):
        with pytest.raises(AfarError, match=said):
            asyncio.run(asked)
    done = cordee("rehearse", "--pages-url", served.pages.url, env=elsewhere)
    assert (done.returncode, done.stdout) == (1, "")
    assert "--url" in done.stderr


def test_a_version_without_the_door_says_so(served):
    visit = signed_in(served)
    with pytest.raises(AfarError, match="mettez-la à jour"):
        asyncio.run(visit._order("/rehearsal/of/later"))


def test_a_real_vote_is_not_disturbed(served):
    code = served.desk.new((ROOT / "tests" / "phone" / "sheet.yaml").read_text(encoding="utf-8"))
    try:
        served.desk.act(code, "show", step="un")
        served.desk.act(code, "open")
        plan = Plan(2, 0.1, arrive_seconds=0.1)
        with pytest.raises(AfarError, match=f"{code}.*--force"):
            asyncio.run(rehearse(signed_in(served), served.urn, plan, force=False))
        assert asyncio.run(rehearse(signed_in(served), served.urn, plan, force=True)).good
        assert served.codes() == {*served.real, code}
    finally:
        served.desk.delete(code)


def test_the_second_machine_says_again_and_again_that_it_is_there(served, monkeypatch):
    monkeypatch.setattr(afar, "HERE_SECONDS", 0.02)
    visit, pings = signed_in(served), []

    async def ping(ask=visit._ping) -> afar.Bounds:
        pings.append(visit.code)
        return await ask()

    monkeypatch.setattr(visit, "_ping", ping)
    assert asyncio.run(rehearse(visit, served.urn, Plan(3, 0.3, arrive_seconds=0.1), force=False)).good
    assert len(pings) > 2 * afar.PINGS


def test_a_network_that_is_cut_is_said_and_the_server_is_left_to_sweep(served):
    visit = signed_in(served)

    class Cut(Visit):
        async def open(self) -> str:
            poll = await super().open()
            self.pages = Place("127.0.0.1", free_port())
            return poll

    cut = Cut(visit.pages, visit.cookies)
    with pytest.raises(AfarError, match=r"s’est coupée.*efface"):
        asyncio.run(rehearse(cut, served.urn, Plan(2, 0.1, arrive_seconds=0.1), force=False))
    assert served.codes() == {*served.real, cut.code}
    visit.code = cut.code
    asyncio.run(visit.leave())
    assert served.codes() == served.real


def test_only_the_facilitator_gives_orders_and_only_from_here(served):
    status, text = served.order("/rehearsal", b"{}")
    assert (status, text) == (403, t("access.closed"))
    fields = f"role=officer&passphrase={OFFICERS}".encode()
    officer = Visit(served.pages)
    asyncio.run(officer._ask("POST", "/login", fields, "application/x-www-form-urlencoded"))
    assert "cordee_session" in officer.cookies
    assert served.order("/rehearsal", b"{}", officer.cookies)[0] == 403
    visit = signed_in(served)
    assert served.order("/rehearsal", b"{}", visit.cookies, Origin="http://ailleurs.example")[0] == 403
    assert served.order("/rehearsal", b"{}", visit.cookies, Host="ailleurs.example")[0] == 403
    asyncio.run(visit.leave())
    assert served.order("/rehearsal", b"{}", visit.cookies)[0] == 403, "signing out ends the badge"
    assert served.codes() == served.real


def test_orders_that_make_no_sense_are_refused_and_never_a_fault(served):
    visit = signed_in(served)
    real = next(iter(served.real))
    for order in ("open", "here", "end", "judge"):
        status, text = served.order(f"/rehearsal/{real}/{order}?lang=en", b'{"tokens": []}', visit.cookies)
        assert (status, json.loads(text)["error"]) == (404, "not_ours")
        assert "does not exist" in json.loads(text)["message"]
    bodies = (b"[", b"[]", b"7", b"\xff\xfe", b"[" * 100_000, b'{"tokens": 3}', b'{"tokens": [1]}')
    for body in (*bodies, b'{"tokens": ["\\ud800"]}', json.dumps({"tokens": ["a"] * 20_001}).encode()):
        assert served.order(f"/rehearsal/{real}/judge", body, visit.cookies)[0] == 400
    for body in bodies[:5]:
        assert served.order("/rehearsal", body, visit.cookies)[0] == 400
    for path in ("/rehearsal/..%2f/open", "/rehearsal/abcd/open", "/rehearsal/ABCD/act", "/rehearsal/"):
        assert 400 <= served.order(path, b"{}", visit.cookies)[0] < 500
    assert served.codes() == served.real


def second_machine(elsewhere: dict[str, str], served: Served) -> subprocess.Popen[bytes]:
    """A long rehearsal whose phones arrive."""
    words = (sys.executable, "-m", "components.command.main", *command(served), "--seconds", "60")
    process = subprocess.Popen(
        words,
        cwd=ROOT,
        env=elsewhere,
        stderr=subprocess.DEVNULL,
        # A shell that runs the tests in the background has SIGINT ignored, and its children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert until(lambda: any(served.desk.store.joined(code) for code in served.codes() - served.real))
    return process


def test_ctrl_c_removes_the_meeting(served, elsewhere):
    process = second_machine(elsewhere, served)
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 130
    assert served.codes() == served.real


def test_what_a_killed_machine_left_is_swept_when_the_pages_start_again(served, elsewhere):
    process = second_machine(elsewhere, served)
    process.kill()
    process.wait()
    assert served.codes() != served.real
    with pytest.raises(AfarError, match="autre répétition"):
        asyncio.run(signed_in(served).make(force=False))
    served.kill(served.port)
    assert until(lambda: served.codes() == served.real)
    assert until(lambda: served.alive(served.port) == "pages")
