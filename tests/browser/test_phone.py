"""The phone's page in Chromium at 360 × 740: touch, keyboard, no script, cuts, both languages."""

import re
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from components.meeting.desk import Desk
from components.meeting.keys import KeyRing
from components.meeting.store import Store

from .conftest import ROOT, Server, free_port, start_server

SHEET = (ROOT / "tests" / "phone" / "sheet.yaml").read_text(encoding="utf-8")
PLUGINS = (
    "--plugins",
    "components.command.handlers",
    "--plugins",
    "components.phone.handlers",
    "--ico-path",
    "none",
)


class Evening:
    """A real urn (`panel serve`) and the facilitator's commands; each test has a meeting of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        database = f"sqlite:///{folder / 'urn.db'}"
        self.environ = {"CORDEE_DB": database, "CORDEE_KEYS": str(folder / "keys"), "CORDEE_ROLE": "urn"}
        self.desk = Desk(Store(database), KeyRing(folder / "keys"))
        self.server: Server | None = None
        self.start()
        self.code = ""

    def start(self) -> None:
        auth = ("--auth-module", str(ROOT / "components" / "command" / "auth.py"))
        self.server = start_server(
            [ROOT / "dashboards" / "urn.py"], self.environ, [*PLUGINS, *auth], self.port
        )

    def kill(self) -> None:
        assert self.server is not None
        self.server.stop(signal.SIGKILL)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v/{self.code}"

    def act(self, *commands: Any) -> None:
        for command in commands:
            name, arguments = (command, {}) if isinstance(command, str) else command
            self.desk.act(self.code, name, **arguments)

    def ask(self, question: str) -> None:
        self.act(("show", {"step": question}), "open")

    def counts(self, poll: str) -> dict[tuple[str, ...], int]:
        return dict(self.desk.store.phone_counts(self.code, poll))


@pytest.fixture(scope="module")
def urn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evening]:
    made = Evening(tmp_path_factory.mktemp("urn"))
    yield made
    made.kill()
    made.desk.store.close()


@pytest.fixture
def evening(urn: Evening) -> Evening:
    urn.code = urn.desk.new(SHEET)
    return urn


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 360, "height": 740}, locale="fr-FR", has_touch=True)
    yield made
    made.close()


def line(page: Page, words: str) -> None:
    expect(page.locator("#line")).to_contain_text(re.compile(words))


def test_from_scan_to_receipt_by_touch_with_few_bytes_and_no_foreign_request(
    evening, context, foreign_requests
):
    page = context.new_page()
    sizes, faults = [], []
    cdp = context.new_cdp_session(page)
    cdp.send("Network.enable")
    cdp.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.on("console", lambda message: faults.append(message.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(evening.url)
    expect(page.locator("h1")).to_have_text("Accueil")
    evening.ask("un")
    expect(page.locator("h1")).to_contain_text("Que faire")
    page.get_by_text("Beta").tap()
    line(page, r"Reçu à \d+\sh\s\d\d\. Vous pouvez changer jusqu’à la clôture\.")
    expect(page.locator("#small")).to_contain_text(
        re.compile(r"Reçu n°\s[2-9A-Z]{4}-[2-9A-Z]{4} · aucun nom")
    )
    expect(page.locator("input:checked + .face .mark")).to_have_text("✓ choisi")
    assert evening.counts("un") == {("b",): 1}
    page.get_by_text("Alpha").tap()
    expect(page.get_by_label("Alpha")).to_be_checked()
    line(page, "Reçu à")
    page.wait_for_function(f"JSON.parse(localStorage['cordee.{evening.code}']).mine.state === 'received'")
    assert evening.counts("un") == {("a",): 1}
    assert sum(sizes) < 30_000
    assert foreign_requests == []
    assert faults == []


def test_close_result_hidden_shown_and_end(evening, page):
    page.goto(evening.url)
    evening.ask("un")
    page.get_by_text("Alpha").tap()
    line(page, "Reçu à")
    evening.act("close")
    line(page, "Le vote est clos. Votre bulletin a été reçu à")
    expect(page.locator("main")).to_contain_text("Le résultat n’est pas montré")
    evening.act("reveal")
    expect(page.locator("main")).to_contain_text("Moins de 5 bulletins")
    evening.act(("show", {"step": "fin"}), "close_meeting")
    expect(page.locator("h1")).to_have_text("La séance est close")
    expect(page.locator("main")).to_contain_text("Merci")


def test_a_shown_result_has_words_figures_bars_and_ones_own_choice(evening, page):
    evening.ask("direct")
    page.goto(evening.url)
    page.get_by_text("Oui").tap()
    line(page, "Reçu à")
    evening.act(("presence", {"people": 40}), ("hands", {"counts": {"yes": 9, "no": 10, "blank": 2}}))
    row = page.locator(".result li").first
    expect(row).to_contain_text("10 · 50\u202f%")
    assert row.locator("rect").get_attribute("width") == "50%"
    expect(page.get_by_label("Oui")).to_be_checked()  # the form has not been redrawn
    evening.act("close")
    expect(row).to_contain_text("✓ votre choix")
    expect(page.locator(".result")).to_contain_text("non représentatives")


def test_a_vote_by_keyboard_alone(evening, page):
    evening.ask("un")
    page.goto(evening.url)
    expect(page.locator("#line")).to_contain_text("Touchez une réponse")
    page.keyboard.press("Tab")
    expect(page.locator("#language")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Alpha")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Beta")).to_be_checked()
    line(page, "Pas encore envoyé. Validez avec Entrée")
    page.wait_for_timeout(200)
    assert evening.counts("un") == {}  # looking around is not voting
    page.keyboard.press("Enter")
    line(page, "Reçu à")
    assert evening.counts("un") == {("b",): 1}
    page.keyboard.press("ArrowUp")
    line(page, "Pas encore envoyé")
    for _ in range(8):
        page.keyboard.press("Tab")
        if page.locator("button.send").evaluate("b => b === document.activeElement"):
            break
    page.keyboard.press("Enter")
    line(page, "Reçu à")
    expect(page.locator("button.send")).to_be_hidden()
    assert evening.counts("un") == {("a",): 1}


def test_several_choices_by_keyboard_with_a_counter_and_a_blank_ballot(evening, page):
    evening.ask("trois")
    page.goto(evening.url)
    expect(page.locator("main .hint").first).to_have_text("2 choix au plus · 0 sur 2")
    page.get_by_label("Xylo").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.locator("main .hint").first).to_contain_text("2 sur 2")
    expect(page.get_by_label("Zèbre")).to_be_disabled()
    line(page, "Pas encore envoyé")
    page.keyboard.press("Enter")
    line(page, "Reçu à")
    assert evening.counts("trois") == {("x", "y"): 1}
    for name in ("Xylo", "Yack"):
        page.get_by_text(name).tap()
    page.get_by_role("button", name="Envoyer un bulletin blanc").tap()
    line(page, "Reçu à")
    assert evening.counts("trois") == {(): 1}


def test_a_commune_is_found_without_accents(evening, page):
    evening.ask("ville")
    page.goto(evening.url)
    for typed, found in [
        ("echi", "Échirolles"),
        ("st-martin d", "Saint-Martin-d'Hères"),
        ("GRENO", "Grenoble"),
    ]:
        page.get_by_label("Chercher une commune").fill(typed)
        expect(page.locator("label.option:visible").first).to_contain_text(found)
    page.get_by_label("Chercher une commune").fill("zzz")
    expect(page.locator("label.option:visible")).to_have_text(re.compile("Ailleurs"))
    page.get_by_label("Chercher une commune").fill("greno")
    page.get_by_text("Grenoble", exact=True).tap()
    line(page, "Reçu à")
    assert evening.counts("ville") == {("38185",): 1}


def test_without_script_the_form_votes_and_answers_with_the_line(evening, browser):
    evening.ask("un")
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(evening.url)
    page.get_by_label("Alpha").check()
    page.get_by_role("button", name="Envoyer mon vote").click()
    line(page, r"Reçu à \d+")
    expect(page.get_by_label("Alpha")).to_be_checked()
    page.get_by_label("Beta").check()
    page.get_by_role("button", name="Envoyer mon vote").click()
    line(page, r"Reçu à \d+")
    assert evening.counts("un") == {("b",): 1}
    evening.act("close", "seal")
    evening.ask("ville")
    page.goto(evening.url)
    page.get_by_label("Votre commune").select_option("Meylan")
    page.get_by_role("button", name="Envoyer mon vote").click()
    line(page, r"Reçu à \d+")
    assert sum(evening.counts("ville").values()) == 1
    context.close()


def test_a_ballot_made_during_a_cut_is_sent_once_when_the_urn_is_back(evening, page):
    evening.ask("un")
    page.goto(evening.url)
    page.get_by_text("Alpha").tap()
    line(page, "Reçu à")
    evening.kill()
    page.get_by_text("Beta").tap()
    line(page, "Pas encore reçu, gardez la page ouverte")
    page.wait_for_timeout(500)
    evening.start()
    expect(page.locator("#line")).to_contain_text("Reçu à", timeout=20_000)
    assert evening.counts("un") == {("b",): 1}


def test_a_reload_during_a_cut_of_the_network_keeps_the_ballot_and_sends_it_once(evening, context, page):
    evening.ask("un")
    page.goto(evening.url)
    line(page, "Touchez")
    page.evaluate(
        """() => { window.real = WebSocket.prototype.send; WebSocket.prototype.send = () => {}; }"""
    )
    context.set_offline(True)
    page.get_by_text("Beta").tap()
    line(page, "Pas encore reçu, gardez la page ouverte")
    assert evening.counts("un") == {}
    context.set_offline(False)
    page.reload()
    expect(page.get_by_label("Beta")).to_be_checked()
    line(page, "Reçu à")
    assert evening.counts("un") == {("b",): 1}
    page.reload()
    line(page, "Reçu à")
    assert evening.counts("un") == {("b",): 1}


def test_a_ballot_that_did_not_arrive_before_the_close_is_said_so(evening, page):
    evening.ask("un")
    page.goto(evening.url)
    line(page, "Touchez")
    evening.kill()
    page.get_by_text("Beta").tap()
    line(page, "Pas encore reçu")
    evening.act("close")
    evening.start()
    expect(page.locator("#line")).to_contain_text("n’est pas arrivé avant la clôture", timeout=20_000)
    assert evening.counts("un") == {}


def test_a_socket_that_does_not_open_falls_back_to_plain_requests(evening, context):
    context.add_init_script("window.WebSocket = function () { throw new Error('blocked'); };")
    page = context.new_page()
    page.goto(evening.url)
    evening.ask("un")
    expect(page.locator("h1")).to_contain_text("Que faire", timeout=12_000)
    page.get_by_text("Beta").tap()
    line(page, "Reçu à")
    assert evening.counts("un") == {("b",): 1}
    evening.act("close")
    expect(page.locator("#line")).to_contain_text("Le vote est clos", timeout=12_000)


def test_a_half_open_socket_is_noticed_and_the_ballot_leaves_by_a_new_one(evening, page):
    evening.ask("un")
    page.goto(evening.url)
    line(page, "Touchez")
    page.clock.install()
    page.evaluate(
        "() => { const own = WebSocket.prototype.send; let dead = null;"
        "WebSocket.prototype.send = function (m) { dead = dead || this; if (this !== dead) own.call(this, m); }; }"
    )
    page.get_by_text("Beta").tap()
    line(page, "Pas encore reçu")
    page.clock.fast_forward(13_000)
    page.clock.fast_forward(13_000)
    expect(page.locator("#line")).to_contain_text("Reçu à", timeout=15_000)
    assert evening.counts("un") == {("b",): 1}


def test_two_tabs_of_a_phone_count_once_and_agree(evening, context):
    evening.ask("un")
    one, two = context.new_page(), context.new_page()
    one.goto(evening.url)
    two.goto(evening.url)
    one.get_by_text("Alpha").tap()
    line(one, "Reçu à")
    expect(two.get_by_label("Alpha")).to_be_checked()
    two.get_by_text("Beta").tap()
    line(two, "Reçu à")
    expect(one.get_by_label("Beta")).to_be_checked()
    line(one, "Reçu à")
    assert evening.counts("un") == {("b",): 1}


def test_a_late_joiner_sees_the_present_question_and_a_question_without_phones_says_how(evening, page):
    evening.ask("mains")
    page.goto(evening.url)
    expect(page.locator("main")).to_contain_text("à main levée ou sur papier")
    expect(page.locator("input")).to_have_count(0)


def test_a_false_key_is_replaced_and_said(evening, context, page):
    evening.ask("un")
    for path in ("/v/", "/api/v1/meetings/"):
        context.add_cookies([{"name": f"cordee_{evening.code}", "value": "false", "domain": "127.0.0.1",
                              "path": path + evening.code}])  # fmt: skip
    page.goto(evening.url)
    page.get_by_text("Alpha").tap()
    line(page, "Reçu à")
    assert evening.counts("un") == {("a",): 1}


def test_a_deleted_meeting_is_said(evening, page):
    page.goto(evening.url)
    expect(page.locator("h1")).to_have_text("Accueil")
    evening.desk.store.delete(evening.code)
    expect(page.locator("h1")).to_have_text("Cette séance n’existe plus")
    expect(page.get_by_role("link", name="Entrer un autre code")).to_be_visible()


def test_focus_stays_where_it_is_when_the_state_changes(evening, page):
    page.goto(evening.url)
    page.locator("summary").first.focus()
    page.keyboard.press("Enter")
    evening.ask("un")
    expect(page.locator("h1")).to_contain_text("Que faire")
    expect(page.locator("summary").first).to_be_focused()
    expect(page.locator("details").first).to_have_attribute("open", "")
    page.get_by_label("Alpha").focus()
    evening.act("close")
    line(page, "Le vote est clos")
    expect(page.locator("h1")).to_be_focused()  # the form that held the focus is gone


def test_the_door_by_keyboard_keeps_what_was_typed(evening, page):
    page.goto(f"http://127.0.0.1:{evening.port}/")
    page.get_by_label("Code de la séance").fill("zz 9z")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Aucune séance ne porte le code")
    expect(page.get_by_label("Code de la séance")).to_have_value("zz 9z")
    page.get_by_label("Code de la séance").fill(f" {evening.code.lower()} ")
    page.keyboard.press("Enter")
    expect(page).to_have_url(evening.url)
    page.get_by_role("link", name="English").click()
    expect(page.locator("#small")).to_have_text("no name is asked")


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_no_axe_violation_in_any_state(evening, page, axe, lang):
    address = f"{evening.url}?lang={lang}"
    faults = {}

    def look(name: str) -> None:
        page.wait_for_timeout(150)
        faults[name] = axe(page)

    page.goto(f"http://127.0.0.1:{evening.port}/?lang={lang}&code=zzzz")
    look("door")
    page.goto(address)
    look("waiting")
    for question in ("un", "trois", "ville", "mains"):
        evening.ask(question)
        expect(page.locator("h1")).to_contain_text("?")
        if question != "mains":
            page.locator("label.option").first.tap()
        look(question)
        evening.act("close", "seal")
        look(question + " closed")
    evening.ask("direct")
    evening.act(
        ("presence", {"people": 40}), ("hands", {"counts": {"yes": 9, "no": 10, "blank": 2}}), "close"
    )
    expect(page.locator(".result li")).to_have_count(3)
    page.locator("summary").first.click()
    look("result")
    evening.act(("show", {"step": "fin"}), "close_meeting")
    look("end")
    assert not any(faults.values()), faults


@pytest.mark.parametrize("width", [320, 360, 768])
def test_nothing_is_cut_off_and_targets_are_large(evening, page, width):
    page.set_viewport_size({"width": width, "height": 740})
    evening.ask("trois")
    page.goto(evening.url)
    page.locator("label.option").first.tap()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    small = page.evaluate(
        "[...document.querySelectorAll('label.option, button, a, summary')].filter(e => e.offsetParent)"
        ".filter(e => e.getBoundingClientRect().height < 48).map(e => e.outerHTML)"
    )
    assert small == []
    assert page.evaluate("getComputedStyle(document.querySelector('.face')).fontSize") == "18px"


def test_hostile_words_are_shown_as_words(evening, page):
    title = "<img src=x onerror=alert(1)> \u202eévil " + "m" * 200
    evening.act(
        ("improvise", {"title": title, "options": ["<script>alert(1)</script>", "\u202eB " + "w" * 190]})
    )
    page.on("dialog", lambda dialog: pytest.fail("a script ran"))
    page.goto(evening.url)
    expect(page.locator("h1")).to_contain_text("<img src=x")
    page.get_by_text("<script>alert(1)</script>").tap()
    line(page, "Reçu à")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
