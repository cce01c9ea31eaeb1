"""Votes conducted from the console by keyboard: slips in batches, objections, one device, the queue, the form."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from components.meeting.demo import RUN_SHEETS
from components.meeting.desk import Desk
from components.meeting.keys import poll_secret
from components.meeting.store import Cast
from components.voting.sealing import voter_key
from tests.browser import door
from tests.browser.conftest import Server
from tests.browser.evening import HOSTILE, JOIN, Evening
from tests.browser.test_console_screen import press

EVERY_WAY = RUN_SHEETS / "toutes-les-facons-de-voter.yaml"
Axe = Callable[[Page], list[str]]


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"sqlite:///{tmp_path_factory.mktemp('votes')}/cordee.db"


@pytest.fixture(scope="module")
def pages(serve: Callable[..., Server], database: str) -> Server:
    env = {"CORDEE_DB": database, "CORDEE_JOIN_URL": JOIN, "BOKEH_RESOURCES": "server", **door.ENV}
    return serve(["dashboards/console.py"], env=env, args=door.ARGS)


@pytest.fixture
def evening(pages: Server, database: str) -> Iterator[Evening]:
    desk = Desk.open(database)
    made = Evening(desk, desk.new(EVERY_WAY.read_text(encoding="utf-8")), pages.url)
    made.act("presence", people=100)
    yield made
    desk.store.close()


@pytest.fixture
def console(evening: Evening, context: BrowserContext, pages: Server, database: str) -> Page:
    door.sign_in(context, pages.url, database)
    return opened(context, evening)


def opened(context: BrowserContext, evening: Evening) -> Page:
    made = context.new_page()
    made.set_viewport_size({"width": 1024, "height": 768})
    made.goto(evening.console())
    expect(made.locator(".big")).to_be_visible()
    return made


def show(console: Page, evening: Evening, step: str) -> None:
    evening.show(step)
    expect(console.locator(f"[data-keep=step-{step}][aria-current=step]")).to_have_count(1)


def test_slips_are_keyed_one_after_the_other_and_a_closed_tab_loses_none(
    console: Page, evening: Evening, context: BrowserContext, axe: Axe
) -> None:
    show(console, evening, "mentions")
    press(console, "o")
    expect(console.locator("[data-keep=slips]")).to_be_visible()
    press(console, "b")
    count = console.locator(".slip-count")
    for slip in ("123", "6", "411"):
        console.keyboard.type(slip)
        console.keyboard.press("Enter")
    expect(count).to_have_text(re.compile(r"3 sur 40"))
    console.keyboard.press("Control+z")
    expect(count).to_have_text(re.compile(r"2 sur 40"))
    expect(console.locator(".slip-told").first).to_have_text("Passable")
    console.keyboard.type("9")
    console.keyboard.press("Enter")
    expect(console.locator("dialog .trouble")).to_contain_text("6 au plus")
    console.keyboard.press("ArrowUp")
    console.keyboard.type("3")
    console.get_by_label("Lieu (facultatif)").fill(HOSTILE)
    console.get_by_label("Mode").select_option(label="au marché")
    assert axe(console) == []
    console.close()

    again = opened(context, evening)
    expect(again.locator(".note", has_text="Un lot de 2 bulletins")).to_be_visible()
    press(again, "b")
    expect(again.get_by_label("Mode").locator("option:checked")).to_have_text("au marché")
    expect(again.locator(".slip-told").first).to_have_text("Assez bien")
    again.keyboard.press("Enter")
    expect(again.locator(".slip-count")).to_have_text(re.compile(r"3 sur 40"))
    press(again, "Control+Enter")
    expect(again.locator(".slip-count")).to_have_text(re.compile(r"0 sur 40"))
    press(again, "Escape")
    expect(again.locator(".pairs", has_text="Papier")).to_contain_text("3")
    tally = evening.desk.snapshot(evening.code).tally
    assert tally is not None
    assert tally.ballots == 3
    again.get_by_role("button", name="Écarter ce lot").click()
    again.locator("dialog").get_by_role("button", name="Écarter ce lot").click()
    expect(again.get_by_role("button", name="Écarter ce lot")).to_have_count(0)
    assert evening.desk.snapshot(evening.code).tally.ballots == 0  # type: ignore[union-attr]


def test_objections_are_lifted_one_by_one_and_ballots_of_one_device_set_aside(
    console: Page, evening: Evening, axe: Axe
) -> None:
    show(console, evening, "consentement")
    press(console, "o")
    expect(console.locator("[data-keep=objection]")).to_be_visible()
    press(console, "j")
    console.keyboard.type("Quatre fois par an, c’est trop")
    press(console, "Control+Enter")
    expect(console.locator(".objection-list")).to_contain_text("maintenue")
    press(console, "f")
    expect(console.locator(".refusal")).to_contain_text("constatez l’absence de consentement")
    console.locator(".objection-list button").click()
    console.locator("dialog").get_by_label("Ce qui a changé").fill("Trois fois suffiront")
    press(console, "Control+Enter")
    expect(console.locator(".objection-list .state")).to_contain_text("levée\u202f: Trois fois suffiront")
    assert axe(console) == []
    press(console, "j")
    console.keyboard.type("Pas de garde d’enfants")
    press(console, "Control+Enter")
    expect(console.locator(".objection-list li")).to_have_count(2)
    console.locator("[data-keep=abandon]").click()
    expect(console.locator("dialog li")).to_have_text(["Pas de garde d’enfants"])
    console.locator("dialog").get_by_role("button", name="Constater").click()
    expect(console.locator("[data-seals]")).to_be_visible()

    show(console, evening, "oui-non")
    press(console, "o")
    secret = evening.desk.keys.make(poll_secret(evening.code, "zone-30"))
    evening.desk.store.cast(
        [
            Cast(
                evening.code,
                "zone-30",
                voter_key(secret, f"t{i}"),
                ("yes",),
                "",
                1,
                origin="a" * 8 if i < 12 else "",
            )
            for i in range(20)
        ]
    )
    expect(console.get_by_text("12 bulletins du même appareil (A)")).to_be_visible()
    console.get_by_role("button", name="Écarter : 12").click()
    console.locator("dialog").get_by_role("button", name="Écarter").click()
    expect(console.get_by_text("12 bulletins du même appareil (A), écartés")).to_be_visible()
    expect(console.locator(".pairs", has_text="Bulletins en tout")).to_contain_text("8")
    console.get_by_role("button", name="Remettre : 12").click()
    console.locator("dialog").get_by_role("button", name="Remettre").click()
    expect(console.locator(".pairs", has_text="Bulletins en tout")).to_contain_text("20")
    press(console, "f")
    press(console, "m")
    expect(console.locator(".rule-verdict")).to_contain_text("la règle n’est pas atteinte")
    press(console, "k")
    expect(console.locator("[data-keep=method][aria-pressed=true]")).to_be_visible()
    assert evening.desk.store.room(evening.code).method_on


def test_the_floor_by_keyboard_and_commitments_that_can_be_erased(
    console: Page, evening: Evening, axe: Axe
) -> None:
    press(console, "d")
    assert axe(console) == []
    press(console, "2")
    expect(console.locator(".queue li")).to_contain_text(["Élues et élus"])
    press(console, "d")
    console.get_by_label("Pour la reconnaître").fill(HOSTILE)
    press(console, "Enter")
    expect(console.locator(".queue li")).to_have_count(2)
    press(console, "t")
    expect(console.locator(".speaker")).to_contain_text("Élues et élus")
    expect(console.locator("[data-speech]")).to_have_text(re.compile(r"0:\d\d sur 2:00"))
    evening.act("floor_clock", limit=60, by_college=True)
    expect(console.locator(".mirror .speech-clock")).to_have_text("Parole\u202f: reste moins d’une minute")
    press(console, "t")
    expect(console.locator(".speaker")).to_contain_text("<script>")
    expect(console.locator(".mirror .speech-shares")).to_contain_text("Élues et élus 100\u202f%")
    press(console, "e")
    expect(console.locator(".speaker")).to_have_count(0)
    expect(console.locator(".mirror .room-speech")).to_be_hidden()
    assert set(evening.desk.store.room(evening.code).floor.seconds) == {"elected", ""}
    press(console, "g")
    console.keyboard.type("Publier les chiffres")
    console.get_by_label("Par qui").fill("Mme Martin")
    console.get_by_label("Pour quand").fill("2027-03-01")
    press(console, "Enter")
    expect(console.locator(".incident-part")).to_have_count(3)
    console.get_by_role("button", name="Effacer ces mots : Mme Martin").click()
    console.locator("dialog").get_by_role("button", name="Effacer").click()
    expect(console.locator(".incident-part").nth(1)).to_contain_text("texte effacé")
    assert "Mme Martin" not in evening.desk.store.words(evening.code).values()


def test_dots_improvised_and_a_question_written_in_the_form(
    console: Page, evening: Evening, axe: Axe
) -> None:
    press(console, "i")
    dialog = console.locator("dialog")
    dialog.get_by_label("Question", exact=True).fill("Où mettre un abri ?")
    dialog.get_by_label("Façon de répondre").select_option("dots")
    dialog.get_by_label("Réponses, une par ligne").fill("Gare\nMairie\nÉcole")
    dialog.get_by_label("Gommettes par personne").fill("5")
    assert axe(console) == []
    dialog.get_by_role("button", name="Ouvrir maintenant").click()
    expect(dialog).to_have_count(0)
    poll = evening.desk.store.room(evening.code).open_poll
    assert poll is not None
    assert (poll.question.method, poll.question.points, poll.question.cap) == ("dots", 5, 2)
    evening.act("close")

    console.get_by_role("button", name="Modifier le déroulé").click()
    step = console.locator(".sheet-step").nth(1)
    step.locator("summary").first.click()
    step.get_by_label("Façon de répondre").select_option("budget")
    step.get_by_role("button", name="Ajouter une réponse").click()
    step.get_by_role("textbox", name="Réponse 1", exact=True).fill("Verger")
    step.get_by_label("Coût, en euros").fill("beaucoup")
    console.get_by_role("button", name="Enregistrer le déroulé").click()
    console.locator("dialog").last.get_by_role("button", name="Enregistrer le déroulé").click()
    expect(step.locator(".field-fault").first).to_be_visible()
    assert axe(console) == []
    step.get_by_label("Budget, en euros").fill("50000")
    step.get_by_label("Coût, en euros").fill("20000")
    step.get_by_role("button", name="Ajouter une réponse").click()
    expect(step.get_by_role("textbox", name="Réponse 2", exact=True)).to_be_focused()
    step.get_by_role("textbox", name="Réponse 2", exact=True).fill("Mare")
    step.get_by_label("Coût, en euros").nth(1).fill("30000")
    console.get_by_label("Montrer aussi l’anglais").check()
    step.get_by_label("Question (en anglais)").fill("Which first?")
    console.get_by_role("button", name="Enregistrer le déroulé").click()
    expect(console.locator("dialog")).to_have_count(0)
    asked = evening.desk.snapshot(evening.code).sheet.questions["zone-30"]
    assert (asked.method, asked.budget, asked.title["en"]) == ("budget", 50_000, "Which first?")
    assert [option.cost for option in asked.options] == [20_000, 30_000]
