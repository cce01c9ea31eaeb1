"""Those who help, on a phone at 360 × 740: the code, a table's answers through a cut, forty slips, totals."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.helping.urn import Urn
from tests.tables.conftest import SHEET as TABLES

from .conftest import ROOT

EVERY_WAY = (ROOT / "data/run_sheets/toutes-les-facons-de-voter.yaml").read_text(encoding="utf-8")
HOSTILE = "<img src=x onerror=alert(1)> des bus \u202ele soir"
SMALL = """[...document.querySelectorAll('button, a, summary, select, input, textarea')]
  .filter(e => e.offsetParent && (e.offsetHeight < 48 || e.offsetWidth < 48)).map(e => e.outerHTML)"""


def sign_in(urn: Urn, page: Page, path: str, code: str) -> None:
    """From the page's address to the page, by the code that the facilitator reads out."""
    page.goto(f"{urn.url}/{path}/{code}")
    expect(page).to_have_url(re.compile("/login"))
    page.locator("#pin").fill(urn.pin(code))
    page.locator("button[type=submit]").click()
    expect(page).to_have_url(re.compile(f"/{path}/{code}$"))


@pytest.fixture(scope="module")
def urn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Urn]:
    made = Urn(tmp_path_factory.mktemp("urn"))
    yield made
    made.kill()
    made.desk.store.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 360, "height": 740}, locale="fr-FR", has_touch=True)
    yield made
    made.close()


def faultless(page: Page) -> list[str]:
    """What goes wrong in a page, the network's own remarks left out."""
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "console",
        lambda said: (
            faults.append(said.text)
            if said.type == "error" and "net::" not in said.text + str(said.location)
            else None
        ),
    )
    return faults


def test_a_table_loses_nothing_when_the_urn_is_killed(urn, page, axe, foreign_requests):
    code = urn.desk.new(TABLES)
    faults = faultless(page)
    sign_in(urn, page, "tables", code)
    page.locator("#number").fill("7")
    page.keyboard.press("Enter")
    expect(page.get_by_text("quand la séance en sera")).to_be_visible()
    urn.desk.act(code, "show", step="echanges")
    page.get_by_role("button", name="Idée", exact=True).click()
    page.locator("#words").fill(HOSTILE)
    page.get_by_role("button", name="Ajouter").click()
    rows = page.locator("li[data-id]")
    expect(rows.filter(has_text="Enregistrée")).to_have_count(1)
    urn.kill()
    page.get_by_role("button", name="Contre", exact=True).click()
    page.locator("#words").fill("trop cher")
    page.get_by_role("button", name="Ajouter").click()
    expect(rows.filter(has_text="pas encore envoyée")).to_have_count(1)
    page.locator("#words").fill("une phrase commencée")
    urn.start()
    page.reload()
    expect(rows.filter(has_text="Enregistrée")).to_have_count(2)
    expect(page.locator("#words")).to_have_value("une phrase commencée")
    rows.filter(has_text="trop cher").get_by_role("button", name="Corriger").click()
    page.locator("#words").fill("trop cher, dit la table")
    page.get_by_role("button", name="Enregistrer la correction").click()
    expect(rows.filter(has_text="dit la table").filter(has_text="Enregistrée")).to_have_count(1)
    rows.filter(has_text="des bus").get_by_role("button", name="Retirer").click()
    page.get_by_role("button", name="Oui, retirer").click()
    expect(rows).to_have_count(1)
    assert page.evaluate(SMALL) == []
    assert axe(page) == []
    (kept,) = urn.desk.store.contributions(code)
    assert (kept.table, kept.kind, kept.words) == (7, "against", "trop cher, dit la table")
    assert faults == []
    assert foreign_requests == []


def test_a_pile_of_slips_is_keyed_recorded_once_and_struck(urn, page, axe, foreign_requests):
    code = urn.desk.new(EVERY_WAY)
    faults = faultless(page)
    urn.desk.act(code, "presence", people=60)
    sheet = urn.desk.snapshot(code).sheet
    step = next(
        s for s in sheet.steps if s.question and sheet.questions[s.question].method == "majority_judgment"
    )
    urn.desk.act(code, "show", step=step.id)
    urn.desk.act(code, "open")
    poll = urn.desk.store.room(code).open_poll
    sign_in(urn, page, "comptage", code)
    lines = page.locator(".line")
    expect(lines).to_have_count(len(poll.question.options))
    for slip in range(3):
        for i in range(lines.count()):
            lines.nth(i).get_by_role("button").nth((slip + i) % 6).click()
        page.get_by_role("button", name="Bulletin suivant").click()
        expect(page.locator(".count")).to_contain_text(f"{slip + 1} bulletin")
    for _ in range(2):  # by the keyboard: a digit a line
        lines.first.get_by_role("button").first.focus()
        page.keyboard.type("2" * lines.count())
        page.keyboard.press("Enter")
    page.get_by_role("button", name="Reprendre le dernier").click()
    page.reload()  # what is keyed is on this device
    expect(page.locator(".count")).to_contain_text("4 bulletins saisis dans ce lot")
    page.get_by_role("button", name="Bulletin suivant").click()
    page.get_by_text("Cette pile").click()
    page.locator("#place").fill("Marché de l’Estacade")
    page.locator("#mode").select_option("market")
    page.context.set_offline(True)
    page.get_by_role("button", name="Enregistrer le lot (5)").click()
    expect(page.get_by_text("part dès que le réseau revient")).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator("li").filter(has_text="saisi sur cet appareil")).to_contain_text(
        "Papier : 5 bulletins".replace(" :", "\u202f:")
    )
    assert page.evaluate(SMALL) == []
    assert axe(page) == []
    (batch,) = urn.desk.store.room(code).polls[poll.id].batches.values()
    assert (batch.slips, batch.mode) == (5, "market")
    page.get_by_role("button", name="Annuler ce lot").click()
    page.get_by_role("button", name="Oui, annuler le lot").click()
    expect(page.get_by_text("Aucun lot pour l’instant")).to_be_visible()
    assert urn.desk.store.room(code).polls[poll.id].batches == {}
    assert faults == []
    assert foreign_requests == []


@pytest.mark.parametrize("scale", [20, 100])
def test_scores_of_two_and_three_digits_are_keyed(urn, page, axe, scale):
    code = urn.desk.new(EVERY_WAY.replace("method: score", f"method: score\n    scale: {scale}"))
    faults = faultless(page)
    urn.desk.act(code, "presence", people=60)
    urn.desk.act(code, "show", step="notes")
    urn.desk.act(code, "open")
    sign_in(urn, page, "comptage", code)
    if scale == 20:  # 15 is typed 1 then 5; 3 can have no other digit after it
        page.locator(".line").first.get_by_role("button").first.focus()
        page.keyboard.type("15320")
        page.keyboard.press("Enter")
        told = "A 15 · B 3 · C 20"
    else:
        fields = page.locator(".line input")
        expect(fields).to_have_count(3)
        for field, value in zip(fields.all(), ("97", "101", "0"), strict=True):
            field.fill("")
            field.type(value)
        page.keyboard.press("Enter")
        expect(page.locator(".trouble")).to_contain_text("100 au plus")
        fields.nth(1).fill("100")
        page.get_by_role("button", name="Bulletin suivant").click()
        told = "A 97 · B 100 · C 0"
    expect(page.locator(".after .state")).to_contain_text(told)
    assert page.evaluate(SMALL) == []
    assert axe(page) == []
    page.get_by_role("button", name="Enregistrer le lot (1)").click()
    expect(page.locator("li").filter(has_text="saisi sur cet appareil")).to_be_visible()
    (batch,) = urn.desk.store.room(code).open_poll.batches.values()
    assert batch.slips == 1
    assert faults == []


def test_totals_are_counted_by_touch(urn, page, axe):
    code = urn.desk.new(
        TABLES.replace("method: single", "method: single\n    channels: [phone, hands, paper]")
    )
    urn.desk.act(code, "presence", people=10)
    urn.desk.act(code, "show", step="un")
    urn.desk.act(code, "open")
    sign_in(urn, page, "comptage", code)
    page.get_by_role("button", name="Totaux").click()
    for _ in range(3):
        page.get_by_role("button", name="Alpha : un de plus".replace(" :", "\u202f:")).click()
    page.get_by_label("Beta : nombre".replace(" :", "\u202f:")).fill("9")
    page.get_by_role("button", name="Enregistrer ces totaux").click()
    expect(page.locator(".trouble").filter(has_text="12")).to_be_visible()
    page.get_by_role("button", name="Retirer de cet appareil").click()
    page.get_by_role("button", name="Oui, retirer").click()
    page.get_by_label("Beta : nombre".replace(" :", "\u202f:")).fill("4")
    page.get_by_role("button", name="Enregistrer ces totaux").click()
    expect(page.get_by_text("Déjà enregistré pour ce canal")).to_be_visible()
    (poll,) = urn.desk.store.room(code).polls.values()
    assert dict(poll.keyed["hands"].counts) == {"a": 3, "b": 4}
    assert page.evaluate(SMALL) == []
    assert axe(page) == []
