"""Every way of voting, as a phone says it: JSON by request and by line, plain form; whose ballot, from where."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import yaml

from .conftest import House
from .test_phone_api import documented, refused

SHEET = Path(__file__).resolve().parents[2] / "data" / "run_sheets" / "toutes-les-facons-de-voter.yaml"

SAID = {
    "oui-non": ("yes", ["yes"]),
    "un-choix": ("soir", ["soir"]),
    "plusieurs": (["logement", "eau"], ["eau", "logement"]),
    "gommettes": ({"information": 1, "cout": 2, "temps": 0}, ["cout=2", "information=1"]),
    "appreciations": ({"eclairage": "for", "navette": "against"}, ["navette=against", "eclairage=for"]),
    "mentions": ({"c": "good"}, ["c=good"]),
    "consentement": ("consent", ["consent"]),
    "classement": (["gare", "salle"], ["gare", "salle"]),
    "elimination": (["relais"], ["relais"]),
    "notes": ({"velo": 10, "haies": 0}, ["haies=0", "velo=10"]),
    "budget": ({"verger": 3, "abri": 2, "mare": 0}, ["abri=2", "verger=3"]),
}
"""Step → what a phone says, what counts of it."""

FORMS = {
    "oui-non": {"choice": "yes"},
    "un-choix": {"choice": "soir"},
    "plusieurs": {"choice": ["logement", "eau"]},
    "gommettes": {"v_information": "1", "v_cout": "2", "v_temps": ""},
    "appreciations": {"v_eclairage": "for", "v_navette": "against", "v_chaufferie": ""},
    "mentions": {"v_c": "good"},
    "consentement": {"choice": "consent"},
    "classement": {"v_gare": "1", "v_salle": "2", "v_ecole": ""},
    "elimination": {"v_relais": "3"},
    "notes": {"v_velo": "10", "v_haies": "0"},
    "budget": {"v_verger": "3", "v_abri": "2"},
}

WRONG = {
    "plusieurs": [(["eau", "eau"], "malformed"), ({"eau": 1}, "malformed")],
    "gommettes": [
        ({"cout": 3}, "value_out_of_range"),
        ({"cout": 2, "temps": 2}, "too_many_points"),
        ({"cout": -1}, "value_out_of_range"),
        ({"cout": "1"}, "malformed"),
        ({"cout": 1.0}, "malformed"),
        ({"cout": True}, "malformed"),
        ({"cout": 10**30}, "value_out_of_range"),
        ({"nulle-part": 1}, "unknown_option"),
        (["cout"], "malformed"),
        ("cout", "malformed"),
        (["cout=2"], "malformed"),
    ],
    "appreciations": [
        ({"navette": "best"}, "unknown_grade"),
        ({"navette": 1}, "malformed"),
        ("for", "malformed"),
    ],
    "mentions": [({"a": "for"}, "unknown_grade"), ({"a": None}, "malformed"), ({"a": ["good"]}, "malformed")],
    "consentement": [("yes", "unknown_option"), ([], "nothing_chosen"), (["consent", "aside"], "too_many")],
    "classement": [
        (["gare", "gare"], "malformed"),
        (["gare", "lune"], "unknown_option"),
        ({"gare": 1}, "malformed"),
    ],
    "notes": [({"velo": 11}, "value_out_of_range"), ({"velo": None}, "malformed")],
    "budget": [({"abri": 4}, "value_out_of_range"), ({"abri": 3, "verger": 3, "mare": 2}, "too_many_points")],
}

WRONG_FORMS = {
    "gommettes": [
        ({"v_cout": "deux"}, "pas un nombre"),
        ({"v_cout": "3"}, "de 0 à 2"),
        ({"v_cout": "²"}, "nombre"),
    ],
    "classement": [({"v_gare": "1", "v_salle": "1"}, "même rang"), ({"v_gare": "99999"}, "pas un nombre")],
    "notes": [({"v_velo": "-1"}, "pas un nombre"), ({"v_lune": "1"}, "ne fait pas partie")],
}


@pytest.fixture(scope="module")
def ways(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    made = House(tmp_path_factory.mktemp("ways"), SHEET.read_text(encoding="utf-8"))
    yield made
    made.stop()


@pytest.mark.parametrize("step", SAID)
def test_a_ballot_by_request_by_line_and_by_form(ways, step):
    said, counts = SAID[step]
    college = {"college": "citizen"} if step == "appreciations" else {}
    poll = ways.ask(step)
    token = ways.join()
    assert documented(ways.vote(token, poll, said, 1, **college))["choice"] == counts
    line = ways.socket(ways.join())
    assert line.hear("state")["state"]["vote"]["college_needed"] is bool(college)
    line.hear("welcome")
    line.say(type="ballot", poll=poll, choice=said, sequence=1, **college)
    assert line.hear("ack")["choice"] == counts
    for choice, error in WRONG.get(step, [({"lune": 1}, "malformed"), ("lune", "unknown_option")]):
        assert refused(ways.vote(token, poll, choice, 9, **college), 400, error)
        line.say(type="ballot", poll=poll, choice=choice, sequence=9, **college)
        told = line.hear("refused")
        assert (told["status"], told["error"]) == (400, error)
        assert told["message"]
    line.close()
    with httpx.Client() as phone:
        assert phone.get(ways.page).status_code == 200
        sent = phone.post(ways.page, data={"poll": poll, **FORMS[step], **college})
        assert sent.status_code == 200, sent.text
        assert "Reçu à" in sent.text
        for fields, words in WRONG_FORMS.get(step, []):
            wrong = phone.post(ways.page, data={"poll": poll, **fields, **college})
            assert (wrong.status_code, words in wrong.text) == (400, True), fields
    assert ways.counts(poll) == {tuple(counts): 3}
    again = documented(httpx.get(f"{ways.api}/state", headers={"Authorization": f"Bearer {token}"}))["own"]
    assert again["choice"] == counts
    ways.act("close")
    # A copy sent again after the close is confirmed, however it is said.
    assert documented(ways.vote(token, poll, said, 1, **college))["at"] is None
    ways.act("seal")


def test_a_blank_ballot_of_every_method(ways):
    for step in ("plusieurs", "gommettes", "mentions", "classement", "notes", "budget"):
        poll = ways.ask(step)
        with httpx.Client() as phone:
            phone.get(ways.page)
            sent = phone.post(ways.page, data={"poll": poll, "blank": "1", **FORMS[step]})
            assert sent.status_code == 200, sent.text
        empty = [] if step in ("plusieurs", "classement") else {}
        assert documented(ways.vote(ways.join(), poll, empty, 1))["choice"] == []
        assert ways.counts(poll) == {(): 2}
        ways.act("close", "seal")


# --- whose ballot -------------------------------------------------------------------------------------


def test_two_people_on_one_phone_when_it_is_allowed(house):
    poll = house.ask("un")
    token = house.join()
    key = {"Authorization": f"Bearer {token}"}
    first = documented(house.vote(token, poll, "a", 1))
    assert "à deux" in refused(house.vote(token, poll, "b", 2, second=True), 409, "not_shared")
    house.act(("sharing", {"on": True}))
    second = documented(house.vote(token, poll, "b", 2, second=True))
    assert second["second"] is True
    assert second["receipt"] != first["receipt"]
    state = documented(httpx.get(f"{house.api}/state", headers=key))
    assert (state["own"]["choice"], state["second"]["choice"]) == (["a"], ["b"])
    line = house.socket(token)
    told = line.hear("welcome")
    assert (told["own"]["receipt"], told["second"]["receipt"]) == (first["receipt"], second["receipt"])
    line.say(type="ballot", poll=poll, choice="c", sequence=3, second=True)
    assert line.hear("ack")["second"] is True
    line.close()
    assert house.counts(poll) == {("a",): 1, ("c",): 1}
    assert {channel for channel, _ in house.console.store.whole_ballots(house.code, poll)} == {
        "phone",
        "shared",
    }
    with httpx.Client(cookies={f"cordee_{house.code}": token}) as phone:
        page = phone.get(f"{house.page}?second=1").text
        assert 'name="second" value="1"' in page
        sent = phone.post(house.page, data={"poll": poll, "choice": "a", "second": "1"})
        assert second["receipt"] in sent.text
    house.act(("sharing", {"on": False}))
    refused(house.vote(token, poll, "b", 9, second=True), 409, "not_shared")
    house.act("close", "seal")
    assert set(house.console.store.receipts(house.code, poll)) == {first["receipt"], second["receipt"]}
    refused(house.vote(token, poll, "a", 9, second="yes"), 400, "malformed")


def test_who_comes_by_the_link_for_those_not_in_the_room_is_counted_as_such_and_once(house):
    poll = house.ask("un")
    with httpx.Client() as phone:
        phone.get(house.page)
        tokens = {cookie.value for cookie in phone.cookies.jar}
        assert phone.post(house.page, data={"poll": poll, "choice": "a"}).status_code == 200
        page = phone.get(f"{house.page}?place=remote").text
        assert "à distance" in page
        moved = {cookie.value for cookie in phone.cookies.jar}
        assert len(moved) == 1
        assert moved != tokens
        assert phone.get(house.page).status_code == 200  # the mark stays without the link
        assert phone.post(house.page, data={"poll": poll, "choice": "b"}).status_code == 200
        assert documented(phone.get(f"{house.api}/state"))["remote"] is True
    assert house.console.store.whole_ballots(house.code, poll) == {("remote", ""): {("b",): 1}}
    token = documented(httpx.post(f"{house.api}/join", json={"place": "remote"}))["token"]
    back = documented(httpx.post(f"{house.api}/join", json={"token": token, "place": "room"}))["token"]
    assert back != token
    refused(httpx.post(f"{house.api}/join", json={"place": "moon"}), 400, "malformed")
    chance, _, _ = token.partition(".")
    forged = f"{chance}.{back.partition('.')[2][::-1]}"
    refused(house.vote(forged, poll, "a", 1), 403, "forged_key")
    redirect = httpx.get(f"{house.url}/v/{house.code.lower()}?place=remote&lang=en")
    assert redirect.headers["Location"] == f"/v/{house.code}?lang=en&place=remote"


def test_a_college_is_asked_for_only_where_the_question_needs_it(tmp_path):
    sheet = yaml.safe_load((Path(__file__).parent / "sheet.yaml").read_text(encoding="utf-8"))
    sheet["questions"]["un"]["by_college"] = True
    sheet["questions"]["trois"]["who"] = ["citizen", "elected"]
    house = House(tmp_path, yaml.safe_dump(sheet, allow_unicode=True))
    try:
        token = house.join()
        poll = house.ask("un")
        assert "habitant" in refused(house.vote(token, poll, "a", 1), 400, "college_needed")
        refused(house.vote(token, poll, "a", 1, college="king"), 400, "college_unknown")
        refused(house.vote(token, poll, "a", 1, college=["citizen"]), 400, "college_unknown")
        assert documented(house.vote(token, poll, "a", 1, college="officer"))["college"] == "officer"
        assert set(house.console.store.whole_ballots(house.code, poll)) == {("phone", "officer")}
        house.act("close")
        poll = house.ask("trois")
        assert "collège" in refused(house.vote(token, poll, ["x"], 1, college="press"), 403, "college_other")
        documented(house.vote(token, poll, ["x"], 1, college="elected"))
        house.act("close")
        poll = house.ask("direct")  # asks nobody: nothing is kept, whatever is said
        assert documented(house.vote(token, poll, "yes", 1, college="elected"))["college"] == ""
        assert set(house.console.store.whole_ballots(house.code, poll)) == {("phone", "")}
    finally:
        house.stop()


# --- stuffing -----------------------------------------------------------------------------------------


def as_browser(house, token, poll, choice, browser, sequence=1, device="127.0.0.1"):
    """A ballot sent by `device`, an address of the room's network: here another address of this machine."""
    headers = {"Authorization": f"Bearer {token}", "User-Agent": browser}
    body = {"poll": poll, "choice": choice, "sequence": sequence}
    with httpx.Client(transport=httpx.HTTPTransport(local_address=device)) as sender:
        return sender.post(f"{house.api}/ballot", json=body, headers=headers)


def test_forty_browsers_of_one_laptop_are_one_device(house):
    poll = house.ask("un")
    for n in range(40):
        assert (
            as_browser(house, house.join(), poll, "a", f"browser {n}", device="127.0.0.9").status_code == 200
        )
    origins = house.console.snapshot(house.code).origins
    assert list(origins.values()) == [40]
    house.act(("strike", {"origin": next(iter(origins))}))
    refused(as_browser(house, house.join(), poll, "a", "one more", device="127.0.0.9"), 409, "struck")
    assert as_browser(house, house.join(), poll, "b", "browser 1", device="127.0.0.8").status_code == 200
    tally = house.console.snapshot(house.code).tally
    assert (tally.ballots, tally.struck, tally.counts["b"]) == (1, 40, 1)


def test_behind_our_proxy_neighbours_of_one_public_address_are_told_apart(house, monkeypatch):
    monkeypatch.setenv("CORDEE_PROXY", "1")
    poll = house.ask("un")
    for browser in ("one", "one", "one", "other"):
        headers = {
            "Authorization": f"Bearer {house.join()}", "User-Agent": browser, "X-Real-IP": "80.11.1.1"
        }  # fmt: skip
        body = {"poll": poll, "choice": "a", "sequence": 1}
        assert httpx.post(f"{house.api}/ballot", json=body, headers=headers).status_code == 200
    assert list(house.console.snapshot(house.code).origins.values()) == [3]


def test_ballots_of_one_device_are_seen_and_can_be_set_aside_and_taken_back(house):
    poll = house.ask("un")
    stuffed = [house.join() for _ in range(6)]
    for token in stuffed:
        assert as_browser(house, token, poll, "a", "script").status_code == 200
    honest = [house.join() for _ in range(2)]
    receipts = [
        documented(as_browser(house, t, poll, "b", "script", device=f"127.0.0.{n}"))["receipt"]
        for n, t in enumerate(honest, 2)
    ]
    origins = house.console.snapshot(house.code).origins
    assert list(origins.values()) == [6]
    (origin,) = origins
    house.act(("strike", {"origin": origin}))
    tally = house.console.snapshot(house.code).tally
    assert (tally.ballots, tally.struck, tally.counts["a"]) == (2, 6, 0)
    key = {"Authorization": f"Bearer {stuffed[0]}"}
    assert documented(httpx.get(f"{house.api}/state", headers=key))["own"]["struck"] is True
    told = refused(as_browser(house, house.join(), poll, "a", "script"), 409, "struck")
    assert "écartés par l’animation" in told
    # Nor does a ballot come back by taking another browser's name.
    refused(as_browser(house, stuffed[0], poll, "c", "other", 2), 409, "struck")
    assert house.console.snapshot(house.code).tally.ballots == 2
    house.act(("unstrike", {"origin": origin}))
    assert house.console.snapshot(house.code).tally.ballots == 8
    house.act("undo")
    assert house.console.snapshot(house.code).tally.struck == 6
    house.act("close", "seal")
    sealed = house.console.store.room(house.code).polls[poll]
    assert (sealed.tally.ballots, sealed.tally.struck) == (2, 6)
    assert sorted(house.console.store.receipts(house.code, poll)) == sorted(receipts)
    assert house.console.snapshot(house.code).origins == {}


def test_origins_of_two_votes_cannot_be_joined(house):
    seen = []
    for question in ("un", "direct"):
        poll = house.ask(question)
        for _ in range(3):
            as_browser(house, house.join(), poll, "a" if question == "un" else "yes", "script")
        seen += house.console.snapshot(house.code).origins
        house.act("close")
    assert len(set(seen)) == 2


def test_a_phone_is_told_at_once_that_its_ballot_was_set_aside(house):
    poll = house.ask("un")
    tokens = [house.join() for _ in range(3)]
    line = house.socket(tokens[0])
    line.hear("welcome")
    for token in tokens:
        assert as_browser(house, token, poll, "a", "script").status_code == 200
    (origin,) = house.console.snapshot(house.code).origins
    house.act(("strike", {"origin": origin}))
    assert line.hear("welcome")["own"]["struck"] is True
    page = httpx.get(house.page, headers={"Cookie": f"cordee_{house.code}={tokens[0]}"}).text
    assert "écarté par l’animation" in page
    house.act("undo")
    assert line.hear("welcome")["own"]["struck"] is False
    line.close()
