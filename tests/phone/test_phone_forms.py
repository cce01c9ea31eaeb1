"""Every method's ballot as a plain form, what counts of it in words, and its result: read as a browser reads them."""

import re
from html.parser import HTMLParser

import pytest

from components.meeting.desk import Desk
from components.meeting.keys import KeyRing
from components.meeting.scene import phone_state
from components.meeting.store import Store
from components.phone.forms import Person, ballot_form, code_form, in_words, summary
from components.phone.inline import source
from components.phone.page import phone_page
from components.phone.results import DRAWN, result
from components.phone.said import form_choice, read_form
from components.voting.ballots import BallotRefused, read_choice
from components.voting.question import MOST_SHOWN
from tests.meeting.conftest import Phones
from tests.meeting.test_every_method import BALLOTS, SHEET
from tests.meeting.test_every_method import cast as cast_all

SENT = {
    "oui-non": "no",
    "un-choix": "soir",
    "plusieurs": ["eau", "energie"],
    "gommettes": {"cout": 2, "temps": 1},
    "appreciations": {"navette": "for", "chaufferie": "mixed"},
    "mentions": {"a": "very_good", "c": "reject"},
    "consentement": "objection",
    "classement": ["ecole", "salle"],
    "elimination": ["source"],
    "notes": {"haies": 10, "velo": 0},
    "budget": {"abri": 3, "verger": 1},
}
"""One ballot of each method, by step of the rehearsal run sheet."""

WORDS = {
    "oui-non": ["Non"],
    "un-choix": ["Le soir"],
    "plusieurs": ["L’eau et les rivières", "L’énergie"],
    "gommettes": ["Le coût\u202f: 2 gommettes", "Le temps\u202f: 1 gommette"],
    "appreciations": [
        "Une navette entre les villages\u202f: Plutôt favorable",
        "Une chaufferie au bois\u202f: Partagé",
    ],
    "mentions": [
        "A. Réduire d’abord les besoins\u202f: Très bien",
        "B. Rénover et électrifier\u202f: À rejeter (non remplie)",
        "C. Produire davantage ici\u202f: À rejeter",
    ],
    "consentement": ["J’ai une objection"],
    "classement": ["1. École", "2. Salle des fêtes", "Les autres, ensuite, à égalité"],
    "elimination": ["1. La Source", "Les autres, ensuite, à égalité"],
    "notes": [
        "Planter des haies\u202f: 10",
        "Prêter des vélos électriques\u202f: 0",
        "Isoler les combles des écoles\u202f: 0 (non remplie)",
    ],
    "budget": ["Abri à vélos de la gare\u202f: 3 points", "Verger partagé\u202f: 1 point"],
}


class Form(HTMLParser):
    """A form as a browser fills it in: what it sends when nothing is touched, what may be chosen, what names what."""

    def __init__(self, html):
        super().__init__()
        self.sent, self.offered, self.ids, self.labelled, self.names = [], {}, [], set(), []
        self.selects, self._select, self.depth = {}, None, 0
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        a = dict(attrs)
        if "id" in a:
            self.ids.append(a["id"])
        if tag == "label":
            self.labelled.add(a.get("for"))
            self.depth += 1
        elif tag == "input":
            self.names.append(a["name"])
            kind = a.get("type", "text")
            assert kind == "hidden" or self.depth or a.get("id") in self.labelled, a
            if kind == "hidden" or "checked" in a:
                self.sent.append((a["name"], a["value"]))
            if kind in ("radio", "checkbox"):
                self.offered.setdefault(a["name"], []).append(a["value"])
        elif tag == "select":
            assert a["id"] in self.labelled
            self._select = a["name"]
            self.selects[a["name"]] = None
        elif tag == "option":
            self.offered.setdefault(self._select, []).append(a["value"])
            if "selected" in a or self.selects[self._select] is None:
                self.selects[self._select] = a["value"]

    def handle_endtag(self, tag):
        self.depth -= tag == "label"

    def posted(self):
        """As `read_form` gives it."""
        fields = {}
        for name, value in [*self.sent, *self.selects.items()]:
            fields.setdefault(name, []).append(value)
        return fields


def opened(desk, code, step, lang="fr"):
    """The vote of that step, open, as phones see it; and its question."""
    if desk.store.room(code).open_poll is None:
        desk.act(code, "show", step=step)
        desk.act(code, "open")
    snapshot = desk.snapshot(code)
    return phone_state(snapshot, lang)["vote"], snapshot.poll.question


@pytest.fixture
def desk(tmp_path):
    made = Desk(Store(f"sqlite:///{tmp_path / 'urn.db'}"), KeyRing(tmp_path / "keys"))
    yield made
    made.store.close()


@pytest.fixture
def code(desk):
    return desk.new(SHEET.read_text(encoding="utf-8"))


@pytest.fixture
def phones(desk, code):
    return Phones(desk, code)


@pytest.mark.parametrize("step", SENT)
def test_a_form_sends_back_the_ballot_it_shows(desk, code, step):
    """Filled in with a ballot and sent untouched, it is that very ballot; empty, it is blank or refused."""
    vote, question = opened(desk, code, step)
    choice = read_choice(question, SENT[step])
    form = Form(ballot_form(vote, code, "fr", choice))
    assert len(set(form.ids)) == len(form.ids)
    assert form.sent[0] == ("poll", vote["poll"])
    assert read_choice(question, form_choice(question, form.posted())) == choice
    empty = form_choice(question, Form(ballot_form(vote, code, "fr", None)).posted())
    blank = form_choice(question, {**form.posted(), "blank": ["1"]})
    assert not empty
    assert blank == []


@pytest.mark.parametrize("step", SENT)
def test_every_option_may_get_every_value_and_no_other(desk, code, step):
    vote, question = opened(desk, code, step)
    form = Form(ballot_form(vote, code, "fr", None))
    ids = list(question.option_ids)
    if question.method in ("dots", "budget"):
        wanted = {f"v_{o}": ["", *map(str, range(1, question.cap + 1))] for o in ids}
    elif question.method == "ranking":
        wanted = {f"v_{o}": ["", *map(str, range(1, len(ids) + 1))] for o in ids}
    elif question.method == "score":
        wanted = {f"v_{o}": [*map(str, range(11)), ""] for o in ids}
    elif question.method == "grades":
        wanted = {f"v_{o}": [*question.grade_ids, ""] for o in ids}
    elif question.method == "majority_judgment":
        wanted = {f"v_{o}": list(question.grade_ids) for o in ids}
    else:
        wanted = {"choice": ids}
    form.offered.pop("college", None)
    assert form.offered == wanted


@pytest.mark.parametrize("step", SENT)
def test_what_counts_is_named(desk, code, step):
    vote, question = opened(desk, code, step)
    found = in_words(vote, read_choice(question, SENT[step]), "fr")
    assert (sorted(found) if question.order == "drawn" else found) == WORDS[step]
    assert in_words(vote, (), "fr") == ["Bulletin blanc"]


def test_a_refused_form_keeps_what_was_typed(desk, code):
    vote, _ = opened(desk, code, "classement")
    typed = read_form(b"v_salle=2&v_ecole=2&v_marche=1&v_gare=&college=elected")
    form = Form(ballot_form(vote, code, "fr", ("gare",), Person(typed=typed)))
    assert form.selects == {"v_salle": "2", "v_ecole": "2", "v_marche": "1", "v_gare": ""}
    desk.act(code, "close")
    desk.act(code, "seal")
    vote, _ = opened(desk, code, "plusieurs")
    form = Form(ballot_form(vote, code, "fr", ("eau",), Person(typed={"choice": ["energie", "nonsense"]})))
    assert form.posted()["choice"] == ["energie"]


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("gommettes", "Gommettes à placer\u202f: 3 (2 au plus par proposition)."),
        ("appreciations", "« Sans avis » ne pèse ni pour ni contre."),
        ("mentions", "Sans mention, une proposition est comptée « À rejeter »."),
        ("notes", "Sans note, une proposition compte 0."),
        ("classement", "Ce que vous ne classez pas vient après, à égalité."),
        ("budget", "Budget à répartir\u202f: 100\u202f000\u202f€."),
        ("consentement", "Compté comme bulletin blanc."),
        ("plusieurs", "3 choix au plus"),
        ("oui-non", "Règle annoncée avant le vote"),
    ],
)
def test_what_an_unanswered_line_means_and_the_rule_are_said_before(desk, code, step, said):
    vote, _ = opened(desk, code, step)
    assert said.replace("« ", "«\u202f").replace(" »", "\u202f»") in ballot_form(vote, code, "fr", None)


def test_the_college_is_asked_then_remembered_and_a_vote_for_others_says_so(desk, code):
    vote, _ = opened(desk, code, "appreciations")
    form = Form(ballot_form(vote, code, "fr", None))
    assert form.offered["college"] == ["citizen", "elected", "officer", "press"]
    assert "college" not in form.posted()
    html = ballot_form(vote, code, "fr", None, Person(college="elected"))
    assert Form(html).posted()["college"] == ["elected"]
    assert "Vous votez comme\u202f: Élue ou élu." in html
    assert "problem" not in html
    vote["who"] = ["citizen", "press"]
    html = ballot_form(vote, code, "fr", None, Person(college="elected"))
    assert "Ce vote est ouvert à\u202f: Habitantes et habitants, Presse." in html
    vote, _ = opened(desk, code, "appreciations", "en")
    assert "college" in Form(ballot_form(vote, code, "en", None)).names
    vote["college_needed"] = False
    assert "college" not in Form(ballot_form(vote, code, "en", None)).names


def test_two_persons_on_one_phone_are_told_apart(desk, code):
    desk.act(code, "sharing", on=True)
    opened(desk, code, "gommettes")
    state = {**phone_state(desk.snapshot(code), "fr")}
    one = {"poll": state["vote"]["poll"], "choice": ["cout=2"], "receipt": "AAAA-2222", "struck": False}
    two = {**one, "choice": ["temps=1"], "receipt": "BBBB-3333"}
    alone = phone_page(state, "d", "fr")
    assert "second=1" not in alone
    first = phone_page(state, "d", "fr", one)
    assert 'href="?lang=fr&amp;second=1">Voter pour une seconde personne sur ce téléphone' in first
    assert "Reçu n°\u202fAAAA-2222" in first or "Reçu n° AAAA-2222" in first.replace("\u00a0", " ")
    empty = phone_page(state, "d", "fr", None, person=Person(other=one, second=True))
    assert '<input type="hidden" name="second" value="1">' in empty
    assert "<b>Bulletin de la seconde personne</b>" in empty
    assert "Le coût\u202f: 2 gommettes" not in empty  # the first person's ballot is not shown to the second
    both = phone_page(state, "d", "fr", two, person=Person(other=one, second=True))
    assert "AAAA-2222 (première personne) et BBBB-3333 (seconde)" in both
    back = phone_page(state, "d", "fr", one, person=Person(other=two))
    assert "AAAA-2222 (première personne) et BBBB-3333 (seconde)" in back
    assert "<b>Bulletin de la première personne</b>" in back


def test_a_named_electorate_is_asked_for_its_code_until_the_vote_is_over(desk, code):
    opened(desk, code, "gommettes")
    state = phone_state(desk.snapshot(code), "fr")
    state["meeting"]["entitled"] = True
    asked = phone_page(
        state, "d", "fr", person=Person(problem="Code inconnu.", typed={"entitlement": ['"><b>']})
    )
    form = Form(asked)
    assert form.names == ["entitlement"]
    assert 'http-equiv="refresh"' not in phone_page({**state, "vote": None}, "d", "fr")
    assert 'http-equiv="refresh"' in phone_page(
        {**state, "vote": None}, "d", "fr", person=Person(entitled=True)
    )
    assert 'role="alert">Code inconnu.' in asked
    assert 'value="&quot;&gt;&lt;b&gt;"' in asked
    assert "Code inconnu" not in re.search(r'id="line".*?</p>', asked)[0]  # said once
    assert "poll" in Form(phone_page(state, "d", "fr", person=Person(entitled=True))).names
    desk.act(code, "close")
    over = phone_state(desk.snapshot(code), "fr")
    over["meeting"]["entitled"] = True
    assert "entitlement" not in Form(phone_page(over, "d", "fr")).names
    assert Form(code_form(code, "fr", Person(second=True))).sent == [("second", "1")]


def test_a_ballot_set_aside_is_said_so_and_a_distant_person_too(desk, code):
    vote, _ = opened(desk, code, "gommettes")
    state = phone_state(desk.snapshot(code), "fr")
    own = {"poll": vote["poll"], "choice": ["cout=2"], "receipt": "AAAA-2222", "struck": True}
    page = phone_page(state, "d", "fr", own, person=Person(remote=True))
    assert "<b>Ce bulletin a été écarté" in page
    assert "Vous participez à distance." in page


# --- results ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize("step", BALLOTS)
def test_a_result_says_every_option_its_figures_and_how_they_were_counted(desk, code, phones, step, lang):
    cast_all(desk, phones, code, step)
    desk.act(code, "close", abandon=step == "consentement")
    desk.act(code, "reveal")
    vote = phone_state(desk.snapshot(code), lang)["vote"]
    shown = result(vote, lang)
    for option in vote["options"]:
        assert option["label"].replace("'", "&#x27;") in shown
    for sentence in vote["result"]["explanation"]:
        assert sentence.split("«")[0].replace("'", "&#x27;") in shown
    kind = vote["result"]["drawing"]["kind"]
    assert kind in {*DRAWN, "bars", "consent"}
    if kind == "profile":
        rows = vote["result"]["drawing"]["rows"]
        assert shown.count("<rect") == sum(len(row["counts"]) for row in rows)
        for row in rows:
            counted = zip(vote["result"]["drawing"]["grades"], row["counts"], strict=True)
            assert " · ".join(f"{grade['label']} {n}" for grade, n in counted) in shown
    said = [vote["result"][name] for name in ("sentence", "base") if vote["result"][name]]
    assert f'<p class="hint">{". ".join(said)}.</p>' in shown


def test_objections_verdict_colleges_and_what_was_set_aside_are_in_the_result(desk, code, phones):
    cast_all(desk, phones, code, "consentement")
    desk.act(code, "objection", words="Le <b>samedi</b> exclut")
    before = result(phone_state(desk.snapshot(code), "fr")["vote"], "fr")
    assert (
        "Le &lt;b&gt;samedi&lt;/b&gt; exclut" in before
    )  # said aloud, so it is public while the vote is open
    assert "<h2>Résultat</h2>" not in before
    desk.act(code, "close", abandon=True)
    desk.act(code, "reveal")
    vote = phone_state(desk.snapshot(code), "fr")["vote"]
    vote["result"]["struck"] = "3 bulletins écartés"
    few = {"label": "Presse", "sentence": "Moins de 5", "rows": []}
    vote["result"]["colleges"] = [few, {**few, "sentence": "", "rows": [{"label": "Oui", "count_text": "9"}]}]
    shown = result(vote, "fr")
    assert "Le &lt;b&gt;samedi&lt;/b&gt; exclut <small>— pas encore levée" in shown
    assert "3 bulletins écartés" in shown
    assert "<b>Presse</b> Moins de 5" in shown
    assert "<b>Presse</b> Oui 9" in shown
    for sentence in vote["result"]["verdict"]:
        assert sentence in shown


def test_dots_are_compared_with_the_longest_bar(desk, code, phones):
    cast_all(desk, phones, code, "gommettes")  # cost 2 + 1 + 2, time 1 + 2, rules 1
    desk.act(code, "reveal")
    shown = result(phone_state(desk.snapshot(code), "fr")["vote"], "fr")
    assert re.findall(r"<b>(\d gommettes?)</b>", shown) == [
        "5 gommettes",
        "3 gommettes",
        "0 gommette",
        "1 gommette",
    ]
    assert re.findall(r'width="([\d.]+)%"', shown) == ["100", "60", "0", "20"]


def test_places_tied_in_a_ranking_share_their_number(desk, code):
    vote, _ = opened(desk, code, "classement")
    drawing = {
        "kind": "duels", "sentence": "", "options": [{"id": o, "label": o} for o in "abc"],
        "matrix": [[0, 2, 3], [2, 0, 3], [1, 1, 0]], "ranking": [["a", "b"], ["c"]],
    }  # fmt: skip
    told = {"too_few": False, "sentence": "8 réponses", "base": "", "options": [], "drawing": drawing}
    shown = result({**vote, "result": told}, "fr")
    assert re.findall(r'value="(\d)">(.*?)</li>', shown) == [("1", "a = b"), ("3", "c")]
    assert re.findall(r"<b>(\d – \d)</b>", shown) == ["2 – 2", "3 – 1"]


def test_hostile_words_and_sixty_options_stay_words(desk, code):
    nasty = '"><script>alert(1)</script>\u202e'
    for step in SENT:
        vote, _ = opened(desk, code, step)
        one = {"label": nasty, "role": "", "cost": 1, "cost_text": nasty}
        if step != "consentement":  # its three answers are ours
            vote["options"] = [{**one, "id": f"{nasty}{i}"} for i in range(60)]
        vote["title"] = vote["rule"] = nasty
        vote["grades"] = [{"id": nasty, "label": nasty}] * len(vote["grades"])
        choice = [f"{option['id']}=1" for option in vote["options"]]
        for html in (ballot_form(vote, code, "fr", choice), summary(vote, choice, "fr")):
            assert "<script" not in html
        assert len(set(Form(ballot_form(vote, code, "fr", None)).names) | {None}) >= 2
        desk.act(code, "close")
        desk.act(code, "seal")


def test_a_high_score_is_written_in_a_field(desk):
    code = desk.new(
        SHEET.read_text(encoding="utf-8").replace("method: score", "method: score\n    scale: 100")
    )
    vote, question = opened(desk, code, "notes")
    choice = read_choice(question, {"haies": 97, "velo": 0})
    html = ballot_form(vote, code, "fr", choice)
    assert re.findall(
        r'name="v_(\w+)" type="number" inputmode="numeric" min="0" max="100" value="(\d*)"', html
    ) == [
        ("haies", "97"),
        ("velo", "0"),
        ("combles", ""),
    ]
    assert not Form(html).offered
    posted = read_form(b"v_haies=97&v_velo=0&v_combles=")
    assert read_choice(question, form_choice(question, posted)) == choice
    with pytest.raises(BallotRefused, match="value_out_of_range"):
        read_choice(question, form_choice(question, read_form(b"v_haies=101")))
    typed = Person(typed=read_form(b"v_haies=101"))
    assert 'value="101"' in ballot_form(vote, code, "fr", None, typed), "what was typed is still there"


def test_script_and_server_agree_on_what_is_too_many_to_show():
    assert f"const MOST_SHOWN = {MOST_SHOWN};" in source()
