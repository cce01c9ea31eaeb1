"""A facilitator's console and the room's screen in a browser: in step, readable, and nothing hidden on the wire."""

import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from components.look.words import plain
from components.meeting.demo import DEMO
from components.meeting.desk import Desk
from tests.browser import door
from tests.browser.conftest import Server
from tests.browser.evening import HOSTILE, JOIN, SIZES, UNREADABLE, Evening, body_of, scenes_in, text_of
from tests.examples import thorough


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"sqlite:///{tmp_path_factory.mktemp('evening')}/cordee.db"


@pytest.fixture(scope="module")
def pages(serve: Callable[..., Server], database: str) -> Server:
    env = {
        "CORDEE_DB": database,
        "CORDEE_JOIN_URL": JOIN,
        "CORDEE_WIFI": "Cordee-salle",
        "BOKEH_RESOURCES": "server",
        **door.ENV,
    }
    return serve(["dashboards/console.py", "dashboards/screen.py"], env=env, args=door.ARGS)


@pytest.fixture
def evening(pages: Server, database: str) -> Iterator[Evening]:
    desk = Desk.open(database)
    yield Evening(desk, desk.new(DEMO.read_text(encoding="utf-8")), pages.url)
    desk.store.close()


@pytest.fixture
def screen(evening: Evening, page: Page) -> Page:
    page.set_viewport_size({"width": 1024, "height": 768})
    page.goto(evening.screen())
    expect(title(page)).to_have_text("Débat citoyen pour le climat")
    return page


@pytest.fixture
def signed_in(context: BrowserContext, pages: Server, database: str) -> None:
    door.sign_in(context, pages.url, database)


@pytest.fixture
def console(evening: Evening, context: BrowserContext, signed_in: None) -> Page:
    made = context.new_page()
    made.set_viewport_size({"width": 1600, "height": 900})
    made.goto(evening.console())
    expect(made.locator(".big")).to_be_visible()
    return made


def title(page: Page) -> Locator:
    return page.locator(".whole-screen .room-title")


def press(console: Page, *keys: str) -> None:
    for key in keys:
        console.keyboard.press(key)
        console.wait_for_timeout(60)
        expect(console.locator(".console[aria-busy]")).to_have_count(0)


def test_the_doors_tell_how_to_join(screen: Page, evening: Evening, foreign_requests: list[str]) -> None:
    expect(screen.locator(".doors .qr")).to_have_count(2)
    expect(screen.locator(".doors")).to_contain_text("192.168.1.10:5007")
    expect(screen.locator(".doors .code")).to_have_text(evening.code)
    evening.desk.store.join([(evening.code, f"phone{i}") for i in range(84)])
    expect(screen.locator(".joined")).to_have_text("84 téléphones reliés")
    assert foreign_requests == []


def test_the_screen_follows_the_console_and_a_late_joiner_sees_the_same(
    console: Page, screen: Page, evening: Evening, context: BrowserContext
) -> None:
    press(console, "ArrowRight")
    expect(screen.locator(".promise")).to_contain_text("Le conseil métropolitain")
    press(console, "PageDown", "PageDown")
    expect(title(screen)).to_have_text("Dans les vingt ans, notre territoire doit d’abord…")
    press(console, "o")
    evening.vote("dabord-avant", {f"p{i}": "besoins" for i in range(97)})
    expect(screen.locator(".vote-now .big-count")).to_have_text("97 bulletins reçus")
    late = context.new_page()
    late.set_viewport_size({"width": 1024, "height": 768})
    late.goto(evening.screen())
    expect(late.locator(".vote-now .big-count")).to_have_text("97 bulletins reçus")
    assert late.locator(".room-body").inner_text() == screen.locator(".room-body").inner_text()
    screen.reload()
    expect(screen.locator(".vote-now .big-count")).to_have_text("97 bulletins reçus")


def test_two_consoles_stay_in_step_and_a_double_press_moves_one_step(
    console: Page, evening: Evening, context: BrowserContext
) -> None:
    other = context.new_page()
    other.goto(evening.console())
    expect(other.locator(".here .step-title")).to_contain_text("Bienvenue")
    console.locator(".big").dblclick()
    expect(other.locator(".here .step-title")).to_contain_text("Ce que devient votre avis")
    other.locator("[data-keep=step-tables]").click()
    expect(console.locator(".here .step-title")).to_contain_text("Échanges par table")
    console.locator("[data-keep=pause]").click()
    expect(other.locator("[data-clock]")).to_contain_text("(en pause)")
    console.locator("[data-keep=undo]").click()
    expect(other.locator("[data-clock]")).not_to_contain_text("(en pause)")


def test_bars_grow_as_ballots_arrive_once_shown(screen: Page, evening: Evening) -> None:
    evening.show("avis-avant")
    evening.act("open")
    evening.act("reveal")
    expect(screen.locator(".too-few")).to_contain_text("Moins de 5 bulletins")
    evening.vote("dabord-avant", {f"p{i}": "besoins" for i in range(10)})
    first = screen.locator(".bar").first
    expect(first.locator(".bar-figure")).to_have_text(re.compile(r"10\s*100\s%"))
    evening.vote("dabord-avant", {f"q{i}": "local" for i in range(30)})
    expect(first.locator(".bar-figure")).to_have_text(re.compile(r"10\s*25\s%"))
    expect(screen.locator(".result-words")).to_contain_text(
        "40 réponses de personnes présentes, non représentatives"
    )
    expect(screen.locator(".result-words")).to_contain_text("ni un référendum local")
    assert screen.locator(".bar-lead:visible").count() == 0, "nobody leads while the vote is open"
    evening.act("close")
    expect(screen.locator(".bar").nth(1).locator(".bar-lead")).to_have_text("En tête")


def test_nothing_hidden_or_private_is_in_any_byte_sent_to_the_screen(
    browser: Browser, console: Page, evening: Evening
) -> None:
    context = browser.new_context(viewport={"width": 1024, "height": 768})
    page = context.new_page()
    heard: list[str] = []
    page.on(
        "response",
        lambda response: heard.append(body_of(response)) if "/static/" not in response.url else None,
    )
    page.on(
        "websocket", lambda socket: socket.on("framereceived", lambda frame: heard.append(text_of(frame)))
    )
    page.goto(evening.screen())
    evening.show("avis-avant")
    evening.act("presence", people=300)
    evening.act("open")
    evening.vote("dabord-avant", {f"p{i}": "local" if i < 143 else "besoins" for i in range(163)})
    evening.act("hands", counts={"besoins": 37})
    console.get_by_role("button", name="Voir le décompte caché").click()
    expect(console.locator("table", has_text="Décompte que la salle ne voit pas")).to_contain_text("143")
    evening.act("close")
    expect(page.locator(".vote-now .big-count")).to_have_text("200 bulletins reçus")
    evening.act("contest", words="Secret de la console : chiffre douteux")
    evening.act("seal")
    evening.show("savoirs")
    expect(title(page)).to_have_text("Ce qu’on sait, ce qu’on discute")
    said = re.sub(r"\\+u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), "\n".join(heard))
    assert "Ce qu’on sait" in said
    private = ("71,5", "Touche C pour", "Recompter les présents", "Secret de la console")
    for secret in ('"count_text', '"percent_text', *private):
        assert secret not in said, secret
    seen = scenes_in(heard)
    assert any(scene["body"].get("received") == 200 for scene in seen)
    for scene in seen:
        if scene["body"]["kind"] == "vote":
            told = json.dumps(scene["body"])
            assert "143" not in told
            assert "57" not in told
    evening.show("avis-avant")
    evening.act("reveal")
    expect(page.locator(".bar").nth(1)).to_contain_text("143")
    context.close()


def test_hands_are_keyed_and_too_many_are_refused_with_what_was_typed_kept(
    console: Page, evening: Evening
) -> None:
    evening.show("avis-avant")
    evening.act("open")
    expect(console.locator(".note", has_text="Comptez les présents")).to_be_visible()
    hands = console.locator("[data-keep=hands-besoins]")
    hands.fill("310")
    hands.press("Enter")
    expect(console.locator(".keyed-form .trouble")).to_have_text(
        "Indiquez d’abord combien de personnes sont présentes."
    )
    console.get_by_label("Dans la salle").fill("124")
    console.get_by_label("Dans la salle").press("Enter")
    expect(console.locator(".pairs", has_text="Sans téléphone")).to_contain_text("124")
    hands.press("Enter")
    expect(console.locator(".keyed-form .trouble")).to_contain_text(
        "310 bulletins pour 124 personnes présentes"
    )
    expect(hands).to_have_value("310")
    hands.fill("31")
    hands.press("Enter")
    expect(console.locator(".pairs", has_text="Mains levées")).to_contain_text("31")
    assert evening.desk.store.room(evening.code).polls["dabord-avant"].keyed["hands"].slips == 31
    console.locator("[data-keep=undo]").click()
    expect(hands).to_have_value("")
    assert evening.desk.store.room(evening.code).polls["dabord-avant"].keyed["hands"].slips == 0


def test_several_choices_on_paper_count_their_slips(console: Page, evening: Evening) -> None:
    evening.show("freins")
    evening.act("presence", people=60)
    evening.act("open")
    console.locator("[data-keep=paper-summary]").click()
    console.locator("[data-keep=paper-cout]").fill("12")
    console.locator("[data-keep=paper-temps]").fill("9")
    console.locator("[data-keep=paper-send]").click()
    expect(console.locator(".keyed-form .trouble")).to_contain_text("nombre de bulletins")
    console.locator("[data-keep=paper-slips]").fill("15")
    console.locator("[data-keep=paper-blank]").fill("1")
    console.locator("[data-keep=paper-send]").click()
    expect(console.locator(".pairs", has_text="Papier")).to_contain_text("15")
    assert evening.desk.store.room(evening.code).polls["freins"].keyed["paper"].blank == 1


def test_a_whole_vote_from_the_keyboard(console: Page, screen: Page, evening: Evening) -> None:
    press(console, "ArrowRight", "ArrowRight", "ArrowRight", "o")
    evening.vote("dabord-avant", {f"p{i}": "deux" for i in range(12)})
    press(console, "f")
    expect(console.locator("[data-seals]")).to_have_text(re.compile(r"scellé dans \d+ s"))
    press(console, "m")
    expect(screen.locator(".bar").nth(2)).to_contain_text("12")
    press(console, "m")
    expect(screen.locator(".bar")).to_have_count(0)
    press(console, "z")
    expect(screen.locator(".bar").nth(2)).to_contain_text("12")
    press(console, "s")
    expect(console.locator("dialog")).to_contain_text("Sceller ce vote")
    press(console, "Tab", "Enter")
    expect(console.locator(".step-voted")).to_have_count(1)
    press(console, "n")
    expect(screen.locator(".neutral")).to_be_visible()
    press(console, "n", "p")
    expect(screen.locator(".promise")).to_be_visible()
    press(console, "p", "g")
    console.keyboard.type("La mairie publie les chiffres")
    press(console, "Tab")
    console.keyboard.type("Mme Martin")
    press(console, "Enter")
    said = ["La mairie publie les chiffres×", "par\u202f: Mme Martin×"]
    expect(console.locator(".incident-part")).to_have_text(said)
    expect(console.locator(".here .step-title")).to_contain_text("Première opinion")


def test_nothing_big_is_on_the_space_bar(console: Page, evening: Evening) -> None:
    console.locator(".big").focus()
    press(console, "Space")
    expect(console.locator(".here .step-title")).to_contain_text("Bienvenue")
    press(console, "Enter")
    expect(console.locator(".here .step-title")).to_contain_text("Ce que devient votre avis")


def test_a_console_in_english(evening: Evening, page: Page, signed_in: None) -> None:
    page.goto(evening.console("&lang=en"))
    expect(page.locator(".big")).to_contain_text("Next step")
    expect(page.locator(".mirror .room-title")).to_have_text("Citizens' climate debate")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    press(page, "f")
    expect(page.locator(".refusal")).to_be_visible()


def test_an_improvised_question_and_hostile_text(console: Page, screen: Page, evening: Evening) -> None:
    dialogs: list[str] = []
    for page in (console, screen):
        page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    evening.show("parole")
    press(console, "i")
    dialog = console.locator("dialog")
    dialog.get_by_label("Question", exact=True).fill("x" * 10_000)
    dialog.get_by_role("button", name="Ouvrir maintenant").click()
    expect(dialog.locator(".trouble")).to_contain_text("300 signes au plus")
    dialog.get_by_label("Question", exact=True).fill(HOSTILE)
    answers = [HOSTILE, *(f"réponse {i} " + "très longue " * 12 for i in range(9))]
    dialog.get_by_label("Réponses, une par ligne").fill("\n".join(answers))
    dialog.get_by_role("button", name="Ouvrir maintenant").click()
    expect(title(screen)).to_have_text(plain(HOSTILE))
    expect(screen.locator(".options li:not(.others)")).to_have_count(10)
    expect(console.locator(".mirror .room-title")).to_have_text(plain(HOSTILE))
    assert not [line for line in screen.evaluate(UNREADABLE) if "px" not in line]
    poll = evening.desk.store.room(evening.code).open_poll
    assert poll is not None
    evening.vote(poll.id, {f"p{i}": f"o{1 + i % 10}" for i in range(50)})
    evening.act("reveal")
    expect(screen.locator(".bar")).to_have_count(10)
    assert not [line for line in screen.evaluate(UNREADABLE) if "px" not in line]
    assert dialogs == []


def test_a_slider_moves_the_screen_and_is_logged_when_it_rests(
    console: Page, screen: Page, evening: Evening
) -> None:
    evening.show("curseurs")
    change = screen.locator(".scene-change")
    expect(screen.locator(".scene-map svg")).to_be_visible()
    slider = console.locator("input[type=range][data-lever=km_per_person]")
    slider.focus()
    before = evening.desk.store.room(evening.code).version
    slider.evaluate("e => { e.value = -20; e.dispatchEvent(new Event('input', {bubbles: true})) }")
    expect(screen.locator(".scene-note")).to_have_text("Réglage en cours")
    assert evening.desk.store.room(evening.code).version == before, "a drag is written nowhere"
    slider.evaluate("e => e.dispatchEvent(new Event('change', {bubbles: true}))")
    expect(screen.locator(".scene-note")).to_be_hidden()
    expect(change).to_contain_text("−20")
    assert evening.desk.store.room(evening.code).levers == {"km_per_person": -20.0}
    press(console, "ArrowRight")
    assert evening.desk.store.room(evening.code).step == "curseurs", "a focused slider keeps its arrows"
    console.locator("[data-keep=replay]").click()
    expect(screen.locator(".scene-note")).to_have_text("Avant le dernier changement")
    expect(screen.locator(".scene-note")).to_be_hidden()
    console.locator("[data-keep=save]").click()
    console.locator("[data-keep=reset]").click()
    expect(screen.locator(".scene-levers")).to_have_text("Tous les curseurs sont à la tendance.")
    console.locator("[data-keep=recall-A]").click()
    expect(change).to_contain_text("de 0")
    assert set(evening.desk.store.room(evening.code).levers) == {"km_per_person"}


def test_commune_answers_make_a_map_and_the_paired_vote_a_table(screen: Page, evening: Evening) -> None:
    evening.show("essai")
    evening.act("open")
    communes = {"38185": 30, "38421": 12, "38151": 7, "38057": 3, "38111": 2}
    votes = [commune for commune, times in communes.items() for _ in range(times)]
    evening.vote("commune", {f"c{i}": commune for i, commune in enumerate(votes)})
    evening.act("close")
    evening.act("reveal")
    expect(screen.locator(".commune-drawing path")).to_have_count(49)
    expect(screen.locator(".commune-list")).to_contain_text("Grenoble\u00a030")
    expect(screen.locator(".commune-list")).to_contain_text("non dit")
    assert screen.evaluate(UNREADABLE) == []
    listed, words = (
        screen.locator(where).bounding_box() for where in (".commune-list", ".commune-result .result-words")
    )
    assert listed is not None
    assert words is not None
    assert listed["y"] + listed["height"] <= words["y"] + 1
    for step, question, share in (("avis-avant", "dabord-avant", 30), ("avis-apres", "dabord-apres", 20)):
        evening.show(step)
        evening.act("open")
        evening.vote(question, {f"p{i}": "besoins" if i < share else "local" for i in range(50)})
        evening.act("close")
        evening.act("seal")
    evening.act("reveal")
    expect(screen.locator("table.paired td", has_text="20")).to_have_count(2)
    expect(screen.locator(".paired-words")).to_contain_text("50 téléphones retrouvés")
    assert screen.evaluate(UNREADABLE) == []


@pytest.mark.parametrize(
    "size",
    [
        pytest.param(size, id=f"{size[0]}x{size[1]}", marks=() if size == (1024, 768) else thorough)
        for size in SIZES
    ],
)
def test_every_step_is_readable_and_accessible(
    screen: Page, evening: Evening, size: tuple[int, int], axe: Callable[[Page], list[str]]
) -> None:
    screen.set_viewport_size({"width": size[0], "height": size[1]})
    for step in [step.id for step in evening.desk.snapshot(evening.code).sheet.steps]:
        evening.show(step)
        for act in (None, "open", "close", "reveal"):
            poll = evening.desk.snapshot(evening.code).poll
            kind = evening.desk.snapshot(evening.code).sheet.step(step).kind  # type: ignore[union-attr]
            if act and kind != "vote":
                continue
            if act:
                evening.act(act)
            if act == "open":
                poll = evening.desk.snapshot(evening.code).poll
                assert poll is not None
                ids = poll.question.option_ids
                evening.vote(poll.id, {f"p{i}": ids[(i * i) % min(len(ids), 10)] for i in range(100)})
            screen.wait_for_timeout(350)
            assert screen.evaluate(UNREADABLE) == [], (step, act)
            if size == (1024, 768):
                assert axe(screen) == [], (step, act)
    evening.act("close_meeting")
    expect(screen.locator(".lead")).to_contain_text("La séance est close")
    assert screen.evaluate(UNREADABLE) == []


def test_the_console_is_accessible_in_every_state(
    console: Page, evening: Evening, axe: Callable[[Page], list[str]]
) -> None:
    def check(state: str) -> None:
        console.wait_for_timeout(300)
        assert axe(console) == [], state

    check("doors")
    evening.show("avis-avant")
    check("vote not open")
    press(console, "o")
    console.locator("[data-keep=paper-summary]").click()
    check("vote open")
    press(console, "f")
    check("vote closed")
    press(console, "m", "i")
    check("improvised question")
    press(console, "Escape", "?")
    check("help")
    press(console, "Escape")
    evening.show("curseurs")
    check("sliders")
    console.locator("[data-keep=all-sliders]").click()
    check("all sliders")
    console.get_by_role("button", name="Séances").click()
    check("meetings")
    press(console, "Escape")
    console.get_by_role("button", name="Modifier le déroulé").click()
    expect(console.locator(".sheet-step")).to_have_count(12)
    check("run sheet")
    console.locator(".sheet-step").nth(3).locator("summary").first.click()
    check("a step of the run sheet")
    press(console, "Escape")
    evening.act("close_meeting")
    check("closed")
    console.set_viewport_size({"width": 360, "height": 740})
    check("narrow")
    wide = console.evaluate("document.scrollingElement.scrollWidth")
    assert wide <= 360


def test_meetings_and_run_sheet_without_yaml(console: Page, evening: Evening) -> None:
    console.get_by_role("button", name="Modifier le déroulé").click()
    step = console.locator(".sheet-step").nth(1)
    step.locator("summary").click()
    step.get_by_role("button", name="Ajouter une étape après").click()
    added = console.locator(".sheet-step").nth(2)
    added.get_by_label("Genre").select_option("vote")
    added = console.locator(".sheet-step").nth(2)
    added.get_by_label("Minutes").fill("beaucoup")
    added.get_by_label("Question", exact=True).fill("Faut-il une pause ?")
    console.get_by_role("button", name="Enregistrer le déroulé").click()
    expect(console.locator("dialog").last).to_contain_text("commentaires")
    console.locator("dialog").last.get_by_role("button", name="Enregistrer le déroulé").click()
    expect(console.locator("dialog .trouble")).to_contain_text("entre 0 et 600")
    expect(added.locator("[aria-invalid=true] + .field-fault, .field-fault")).to_contain_text(
        "entre 0 et 600"
    )
    added.get_by_label("Minutes").fill("7")
    console.get_by_role("button", name="Enregistrer le déroulé").click()
    expect(console.locator("dialog")).to_have_count(0)
    expect(console.locator(".steps li").nth(2)).to_contain_text("Faut-il une pause ?")
    expect(console.locator(".steps li").nth(2)).to_contain_text("7 min")

    console.get_by_role("button", name="Séances").click()
    console.get_by_label("Titre").fill("Soirée à Vif")
    console.get_by_role("button", name="Créer la séance", exact=True).click()
    expect(console.locator(".mirror .room-title")).to_have_text("Soirée à Vif")
    made = re.search(r"meeting=([A-Z0-9]+)", console.url)
    assert made is not None
    console.get_by_role("button", name="Séances").click()
    console.get_by_role("button", name="Supprimer : Soirée à Vif").click()
    ask = console.locator("dialog").last
    expect(ask).to_contain_text(
        f"« Soirée à Vif » ({made[1]})".replace("« ", "«\u202f").replace(" »", "\u202f»")
    )
    ask.get_by_role("button", name="Supprimer").click()
    expect(console).not_to_have_url(re.compile(made[1]))
    expect(console.locator(".big")).to_be_visible()
    assert made[1] not in [meeting.code for meeting in evening.desk.store.meetings()]


def test_a_server_killed_comes_back_on_the_same_step(
    serve: Callable[..., Server], database: str, evening: Evening, context: BrowserContext
) -> None:
    files = ["dashboards/console.py", "dashboards/screen.py"]
    env = {"CORDEE_DB": database, "CORDEE_JOIN_URL": JOIN, "BOKEH_RESOURCES": "server"}
    server = serve(files, env=env)
    page = context.new_page()
    page.goto(f"{server.url}/screen?meeting={evening.code}")
    evening.show("tables")
    expect(title(page)).to_have_text("Échanges par table")
    server.stop(9)
    evening.show("parole")
    serve(files, env=env, port=server.port)
    expect(title(page)).to_have_text("Parole libre, à tour de rôle", timeout=30_000)


@thorough  # in the suite: tests/browser/test_page.py closes pages, bench/tabs.py three hundred tabs
def test_closed_tabs_leave_nothing_behind(
    serve: Callable[..., Server], database: str, evening: Evening, tmp_path: Path, context: BrowserContext
) -> None:
    probe = tmp_path / "probe.py"
    probe.write_text(
        "import gc\nimport panel as pn\nfrom bokeh.document import Document\n"
        "from components.screen.view import Follower, live\n"
        "gc.collect()\n"
        "found = [o for o in gc.get_objects() if isinstance(o, (Document, Follower))]\n"
        "numbers = [sum(isinstance(o, Document) for o in found), sum(isinstance(o, Follower) for o in found),"
        " live().listening, live().hub.listening]\n"
        "pn.pane.Str('probe ' + ' '.join(map(str, numbers)) + ' end').servable()\n",
        encoding="utf-8",
    )
    env = {
        "CORDEE_DB": database,
        "CORDEE_JOIN_URL": JOIN,
        "BOKEH_RESOURCES": "server",
        "PYTHONPATH": str(Path.cwd()),
    }
    server = serve(
        ["dashboards/console.py", "dashboards/screen.py", probe],
        env=env,
        args=("--unused-session-lifetime", "1000", "--check-unused-sessions", "500"),
    )

    def count() -> list[int]:
        page = context.new_page()
        page.goto(f"{server.url}/probe")
        line = page.get_by_text(re.compile(r"^probe [\d ]+ end$"))
        expect(line).to_be_visible()
        text = line.inner_text()
        page.close()
        return [int(number) for number in text.split()[1:-1]]

    def visit(times: int) -> None:
        for i in range(times):
            page = context.new_page()
            page.goto(f"{server.url}/{('screen', 'console')[i % 2]}?meeting={evening.code}")
            expect(page.locator(".room-title").first).not_to_be_empty()
            page.close()
        time.sleep(3)

    visit(4)
    before = count()
    visit(50)
    after = count()
    assert after[1:] == [0, 0, 0]
    assert after[0] <= before[0] + 1, (before, after)
