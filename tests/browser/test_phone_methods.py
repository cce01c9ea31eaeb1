"""Every way of voting on a phone in Chromium at 360 × 740: touch, keyboard, no script, who votes and for whom."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from components.meeting.entitlement import code_of
from components.meeting.keys import codes_secret
from components.meeting.poll import Poll

from .conftest import ROOT
from .test_phone import Evening, line

SHEET = (ROOT / "data/run_sheets/toutes-les-facons-de-voter.yaml").read_text(encoding="utf-8")
NASTY = "<script>alert(1)</script>"
LONG = f"""
meeting:
  title: {{fr: Soixante}}
  territory: grenoble-alpes-metropole
  promise: {{level: consultation, decides: Le conseil, when: mars, negotiable: x, not_negotiable: y}}
steps:
  - {{id: accueil, kind: welcome, minutes: 0}}
  - {{id: long, kind: vote, minutes: 5, question: long}}
  - {{id: rang, kind: vote, minutes: 5, question: rang}}
questions:
  rang:
    method: ranking
    title: {{fr: Rang}}
    options: [{", ".join(f'{{id: o{i}, fr: "{NASTY} {"w" * 80} {i}"}}' for i in range(60))}]
  long:
    method: dots
    dots: 4
    per_option: 2
    title: {{fr: "{NASTY} {"m" * 100}"}}
    options: [{", ".join(f'{{id: o{i}, fr: "{NASTY} {"w" * 80} {i}"}}' for i in range(60))}]
"""
SMALL = """[...document.querySelectorAll('label.option, .marks label, button, a, summary, select')]
  .filter(e => e.offsetParent && (e.offsetHeight < 48 || e.offsetWidth < 48))
  .map(e => e.outerHTML)"""


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


def ask(evening: Evening, step: str) -> Poll:
    """Open the vote of a step."""
    evening.ask(step)
    poll = evening.desk.store.room(evening.code).open_poll
    assert poll is not None
    return poll


def objection(evening: Evening, poll: Poll) -> str:
    """The id of its one objection."""
    return evening.desk.store.room(evening.code).polls[poll.id].objections[0].id


def fill_in(page: Page, method: str) -> None:
    """The same ballot for each kind of method, by touch."""
    if method == "steps":
        for _ in range(2):
            page.locator(".row").first.get_by_role("button", name="Ajouter").tap()
        page.locator(".row").nth(2).get_by_role("button", name="Ajouter").tap()
    elif method == "marks":
        for group in range(2):
            page.locator("fieldset.marks").nth(group).locator("label span").nth(group + 1).tap()
    elif method == "ranking":
        page.locator(".pick").nth(2).tap()
        page.locator(".pick").first.tap()
    else:
        page.locator("label.option").nth(1).tap()


def test_every_way_of_voting_by_touch_from_draft_to_result(evening, context, axe):
    """Each method: filled in, sent, what counts is named, its result drawn; nothing cut off, nothing too small."""
    ways = {
        "gommettes": ("steps", ("cout=2", "information=1"), "Le coût\u202f: 2 gommettes"),
        "appreciations": (
            "marks",
            ("navette=for", "eclairage=mixed"),
            "Une navette entre les villages\u202f: Plutôt",
        ),
        "mentions": ("marks", None, "À rejeter (non remplie)"),
        "consentement": ("choice", ("aside",), "Je m’abstiens"),
        "notes": ("marks", ("haies=1", "velo=2"), "Isoler les combles des écoles\u202f: 0 (non remplie)"),
        "classement": ("ranking", ("marche", "salle"), "1. Halle du marché"),
        "budget": ("steps", ("abri=2", "solaire=1"), "Abri à vélos de la gare\u202f: 2 points"),
    }
    page, english = (
        context.new_page(),
        context.browser.new_context(viewport={"width": 320, "height": 740}).new_page(),
    )
    page.goto(evening.url)
    english.goto(evening.url + "?lang=en")
    faults = {}
    for step, (kind, counted, said) in ways.items():
        poll = ask(evening, step)
        title = poll.question.title
        if step == "appreciations":
            expect(page.locator("h2").first).to_have_text("Vous êtes…")
            page.get_by_text("Habitante ou habitant").tap()
        expect(page.locator("h1")).to_have_text(title["fr"])
        expect(english.locator("h1")).to_have_text(title["en"])
        faults[step, "en"] = axe(english)
        fill_in(page, kind)
        faults[step, "draft"] = axe(page) + page.evaluate(SMALL)
        if kind != "choice":
            line(page, "Pas encore envoyé")
            page.locator("footer .send").tap()
        line(page, r"Reçu à \d+")
        if kind != "choice":
            expect(page.locator(".own")).to_contain_text(said)
        assert counted is None or evening.counts(poll.id) == {counted: 1}
        if step == "appreciations":  # who has voted may still say that she was asked as somebody else
            page.get_by_role("button", name="Changer").tap()
            page.get_by_text("Élue ou élu").tap()
            line(page, "Reçu à")
            expect(page.locator(".as")).to_contain_text("Élue ou élu")
            page.wait_for_function(
                "() => JSON.parse(localStorage[Object.keys(localStorage)[0]]).mine.state === 'received'"
            )
            own = f"fetch('/api/v1/meetings/{evening.code}/state').then(a => a.json()).then(s => s.own)"
            assert page.evaluate(own)["college"] == "elected"
            assert evening.counts(poll.id) == {counted: 1}
        if step == "consentement":
            evening.act(("objection", {"words": "Le samedi exclut celles et ceux qui travaillent"}))
            expect(page.locator(".result")).to_contain_text(
                "celles et ceux qui travaillent — pas encore levée"
            )
            evening.act(("lift_objection", {"objection": objection(evening, poll), "how": "le soir"}))
            expect(page.locator(".result")).to_contain_text("levée\u202f: le soir")
        page.set_viewport_size({"width": 320, "height": 740})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        assert english.evaluate("document.documentElement.scrollWidth") <= 320
        page.set_viewport_size({"width": 360, "height": 740})
        evening.act("close", "seal")
        expect(page.locator(".own")).to_contain_text(said)
    assert not any(faults.values()), faults


def test_a_ballot_by_keyboard_alone_its_caps_its_draft_and_its_change(evening, page):
    page.goto(evening.url)
    poll = ask(evening, "gommettes")
    expect(page.locator(".counter")).to_have_text("Il vous reste 3 gommettes.")
    add = [page.get_by_role("button", name=f"Ajouter à\u202f: {name}") for name in ("Le coût", "Le temps")]
    add[0].focus()
    page.keyboard.press("Enter")
    expect(page.locator(".counter")).to_have_text("Il vous reste 2 gommettes.")
    page.keyboard.press("Space")
    expect(page.locator(".counter")).to_have_text("Il vous reste 1 gommette.")
    expect(add[0]).to_have_attribute("aria-disabled", "true")
    page.keyboard.press("Enter")  # the reason is said, and the focus stays
    expect(page.locator(".counter")).to_contain_text("2 au plus par proposition.")
    expect(add[0]).to_be_focused()
    expect(page.locator("output").first).to_have_text("2")
    page.reload()  # the draft is kept
    expect(page.locator("output").first).to_have_text("2")
    line(page, "Pas encore envoyé")
    add[1].focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.locator(".counter")).to_contain_text("Toutes vos gommettes sont placées.")
    assert evening.counts(poll.id) == {}
    send = page.get_by_role("button", name="Envoyer mon vote")
    send.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".own")).to_contain_text("Le temps\u202f: 1 gommette")
    expect(page.locator("h1")).to_be_focused()
    assert evening.counts(poll.id) == {("cout=2", "temps=1"): 1}
    assert page.evaluate(f"'draft' in JSON.parse(localStorage['cordee.{evening.code}'])") is True
    assert page.evaluate(f"JSON.parse(localStorage['cordee.{evening.code}']).draft.mine") is None
    page.get_by_role("button", name="Modifier mon bulletin").press("Enter")
    page.get_by_role("button", name="Envoyer un bulletin blanc").press("Enter")
    expect(page.locator(".own")).to_contain_text("Bulletin blanc")
    assert evening.counts(poll.id) == {(): 1}
    evening.act("close", "seal")

    poll = ask(evening, "classement")
    page.get_by_role("button", name="Ancienne gare").press("Enter")
    expect(page.locator(".counter")).to_have_text("Ancienne gare\u202f: rang 1. 1 sur 4 classées")
    expect(page.get_by_role("button", name="Salle des fêtes")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".counter")).to_contain_text("2 sur 4 classées")
    page.get_by_role("button", name="Monter\u202f: Salle des fêtes").press("Enter")
    expect(page.locator(".ranked .what").first).to_have_text("Salle des fêtes")
    page.get_by_role("button", name="Retirer du classement\u202f: Ancienne gare").press("Enter")
    expect(page.locator(".counter")).to_have_text("Ancienne gare\u202f: plus classée. 1 sur 4 classées")
    send.press("Enter")
    expect(page.locator(".own")).to_contain_text("1. Salle des fêtes")
    assert evening.counts(poll.id) == {("salle",): 1}
    evening.act("close", "seal")

    poll = ask(evening, "notes")
    page.get_by_role("group", name="Planter des haies").get_by_label("4", exact=True).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")  # looking around and Enter send nothing unfinished
    expect(page.locator(".counter")).to_have_text("1 sur 3 remplies")
    assert evening.counts(poll.id) == {}
    send.press("Enter")
    expect(page.locator(".own")).to_contain_text("Planter des haies\u202f: 5")
    assert evening.counts(poll.id) == {("haies=5",): 1}


def test_a_score_out_of_a_hundred_is_typed(urn, context, axe):
    urn.code = urn.desk.new(SHEET.replace("method: score", "method: score\n    scale: 100"))
    page = context.new_page()
    page.goto(urn.url)
    poll = ask(urn, "notes")
    page.get_by_label("Planter des haies").fill("101")
    page.get_by_label("Prêter des vélos électriques").fill("0")
    expect(page.locator(".counter")).to_have_text("2 sur 3 remplies")
    page.locator("footer .send").tap()  # refused by the field itself, and nothing typed is lost
    expect(page.get_by_label("Planter des haies")).to_be_focused()
    line(page, "Pas encore envoyé")
    assert urn.counts(poll.id) == {}
    page.reload()
    expect(page.get_by_label("Planter des haies")).to_have_value("101")
    page.get_by_label("Planter des haies").fill("97")
    assert axe(page) + page.evaluate(SMALL.replace("select", "select, .row input")) == []
    page.locator("footer .send").tap()
    line(page, "Reçu à")
    expect(page.locator(".own")).to_contain_text("Planter des haies\u202f: 97")
    assert urn.counts(poll.id) == {("haies=97", "velo=0"): 1}
    page.get_by_role("button", name="Modifier mon bulletin").tap()
    expect(page.get_by_label("Planter des haies")).to_have_value("97")


def test_two_persons_a_code_a_distance_and_a_cut(evening, context, page):
    evening.act(("sharing", {"on": True}), ("issue_codes", {"number": 3}))
    page.goto(evening.url + "?place=remote")
    secret = evening.desk.keys.get(codes_secret(evening.code))
    expect(page.locator("main")).to_contain_text("Vous participez à distance.")
    for person in (1, 2):
        box = page.get_by_label("Code personnel")
        box.fill("ACDE" if person == 1 else code_of(secret, 1))
        box.press("Enter")
        expect(page.get_by_role("alert")).to_be_visible()
        expect(box).to_have_value("ACDE" if person == 1 else code_of(secret, 1))
        box.fill(code_of(secret, person))
        box.press("Enter")
        if person == 1:
            expect(page.locator("h1")).to_have_text("Répétition")
            poll = ask(evening, "budget")
        page.locator(".row").nth(person).get_by_role("button", name="Ajouter").tap()
        if person == 2:
            expect(page.locator(".note b")).to_have_text("Bulletin de la seconde personne")
            page.evaluate("() => { WebSocket.prototype.send = () => {}; }")
            context.set_offline(True)
            page.locator("footer .send").tap()
            line(page, "Pas encore reçu, gardez la page ouverte")
            context.set_offline(False)
            page.reload()
        else:
            page.locator("footer .send").tap()
        line(page, "Reçu à")
        if person == 1:
            page.get_by_role("button", name="Voter pour une seconde personne sur ce téléphone").tap()
    expect(page.locator("#small")).to_contain_text(
        re.compile(r"Reçus n°\s.{9} \(première personne\) et .{9} \(seconde\)")
    )
    assert evening.counts(poll.id) == {("verger=1",): 1, ("solaire=1",): 1}
    page.get_by_role("button", name="Revenir au bulletin de la première personne").tap()
    expect(page.locator(".own")).to_contain_text("Verger partagé\u202f: 1 point")
    evening.act("close")
    expect(page.locator(".own")).to_have_count(2)


def test_without_script_and_with_sixty_hostile_options(evening, browser):
    plain = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 740})
    page = plain.new_page()
    poll = ask(evening, "classement")
    page.goto(evening.url)
    page.get_by_label("École").select_option("1")
    page.get_by_label("Ancienne gare").select_option("1")
    page.get_by_role("button", name="Envoyer mon vote").click()
    line(page, "même rang")
    expect(page.get_by_label("Ancienne gare")).to_have_value("1")
    page.get_by_label("Ancienne gare").select_option("2")
    page.get_by_role("button", name="Envoyer mon vote").click()
    line(page, r"Reçu à \d+")
    expect(page.locator(".own")).to_contain_text("2. Ancienne gare")
    evening.act("close", "seal")
    poll = ask(evening, "appreciations")
    page.goto(evening.url)
    page.get_by_role("group", name="Une chaufferie au bois").get_by_text("Partagé").click()
    page.get_by_text("Élue ou élu").click()
    page.get_by_role("button", name="Envoyer mon vote").click()
    line(page, r"Reçu à \d+")
    expect(page.locator(".own")).to_contain_text("Une chaufferie au bois\u202f: Partagé")
    page.get_by_role("button", name="Envoyer un bulletin blanc").click()
    expect(page.locator(".own")).to_contain_text("Bulletin blanc")
    assert evening.counts(poll.id) == {(): 1}

    evening.code = evening.desk.new(LONG)
    poll = ask(evening, "long")
    page.goto(evening.url)
    expect(page.locator("select")).to_have_count(60)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    scripted = browser.new_context(viewport={"width": 320, "height": 740}, has_touch=True).new_page()
    scripted.on("dialog", lambda dialog: pytest.fail("a script ran"))
    scripted.goto(evening.url)
    expect(scripted.locator("output")).to_have_count(60)
    assert scripted.evaluate("document.documentElement.scrollWidth") <= 320
    scripted.get_by_role("button", name=re.compile("Ajouter.* 59$")).tap()
    expect(scripted.locator(".counter")).to_be_in_viewport()  # the counter stays in sight
    scripted.locator("footer .send").tap()
    line(scripted, r"Reçu à \d+")
    assert evening.counts(poll.id) == {("o59=1",): 1}
    evening.act("close", "seal")
    poll = ask(evening, "rang")
    scripted.locator(".pick").nth(58).tap()
    scripted.locator(".pick").first.tap()
    assert scripted.evaluate("document.documentElement.scrollWidth") <= 320
    scripted.locator("footer .send").tap()
    line(scripted, r"Reçu à \d+")
    assert evening.counts(poll.id) == {("o58", "o0"): 1}
    plain.close()
