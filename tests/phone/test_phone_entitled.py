"""A named electorate: only phones that keep a single-use code vote, one ballot a code."""

import httpx
import pytest
import yaml

from components.meeting.entitlement import issued
from components.meeting.keys import codes_secret
from components.phone.hall import Hall
from components.phone.limits import Meter

from .conftest import SHEET, House
from .test_phone_api import documented, refused


@pytest.fixture
def codes(house):
    house.act(
        ("issue_codes", {"college": "citizen", "number": 4}),
        ("issue_codes", {"college": "elected", "number": 1}),
    )
    return {number: written for number, _, written in issued(house.console, house.code)}


def claim(house, token, code, **more):
    body = {"token": token, "entitlement": code, **more}
    return httpx.post(f"{house.api}/join", json=body)


def test_only_a_phone_that_keeps_a_code_votes(house, codes):
    poll = house.ask("un")
    token = house.join()
    assert documented(httpx.get(f"{house.api}/state"))["meeting"]["entitled"] is True
    assert "bon" in refused(house.vote(token, poll, "a", 1), 403, "entitlement_needed")
    assert documented(claim(house, token, codes[1].lower()))["entitled"] is True
    documented(house.vote(token, poll, "a", 1))
    assert house.counts(poll) == {("a",): 1}
    state = documented(httpx.get(f"{house.api}/state", headers={"Authorization": f"Bearer {token}"}))
    assert state["entitled"] == {"number": 1, "college": "citizen"}
    assert state["own"]["choice"] == ["a"]
    line = house.socket(token)
    assert line.hear("welcome")["entitled"]["number"] == 1
    line.say(type="ballot", poll=poll, choice="b", sequence=2)
    line.hear("ack")
    line.close()
    assert documented(claim(house, token, codes[1]))["entitled"] is True, (
        "typed again, it is still this phone's"
    )
    assert house.counts(poll) == {("b",): 1}


def test_a_code_is_one_ballot_whatever_the_phone(house, codes):
    poll = house.ask("un")
    first, second = house.join(), house.join()
    documented(claim(house, first, codes[1]))
    documented(house.vote(first, poll, "a", 1))
    told = refused(claim(house, second, codes[1]), 409, "entitlement_taken")
    assert "accueil" in told
    refused(house.vote(second, poll, "b", 1), 403, "entitlement_needed")
    refused(claim(house, first, codes[2]), 409, "entitlement_other")
    line = house.socket(first)
    assert line.hear("welcome")["own"]["choice"] == ["a"]
    # Lost, or stolen: the desk revokes it and gives another. The person is still counted once.
    house.act(("revoke_code", {"number": 1}), ("issue_codes", {"college": "citizen", "number": 1}))
    told = line.hear("welcome")
    assert (told["own"], told["entitled"]) == (None, None), "the phone that kept it is told at once"
    line.close()
    assert house.counts(poll) == {}
    refused(house.vote(first, poll, "c", 2), 403, "entitlement_needed")
    refused(claim(house, first, codes[1]), 403, "entitlement_revoked")
    fresh = {number: written for number, _, written in issued(house.console, house.code)}
    documented(claim(house, second, fresh[6]))
    documented(house.vote(second, poll, "b", 1))
    documented(claim(house, first, codes[2]))  # its own code gone, a phone may keep another
    assert house.counts(poll) == {("b",): 1}


def test_a_ballot_may_bring_its_code_and_a_form_may_too(house, codes):
    poll = house.ask("un")
    token = house.join()
    line = house.socket(token)
    line.hear("welcome")
    line.say(type="ballot", poll=poll, choice="a", sequence=1, entitlement=codes[1])
    line.hear("ack")
    line.say(type="ballot", poll=poll, choice="b", sequence=2, entitlement=codes[1])
    line.hear("ack")
    line.close()
    with httpx.Client() as phone:
        assert 'name="entitlement"' in phone.get(house.page).text
        wrong = phone.post(house.page, data={"entitlement": codes[2][:-1] + "3"})
        assert (wrong.status_code, "mal recopié" in wrong.text or "code" in wrong.text) == (400, True)
        right = phone.post(house.page, data={"entitlement": codes[2]})
        assert right.status_code == 200
        assert 'name="choice"' in right.text
        sent = phone.post(house.page, data={"poll": poll, "choice": "a"})
        assert "Reçu à" in sent.text
    assert house.counts(poll) == {("b",): 1, ("a",): 1}


def test_the_college_is_that_of_the_code_and_cannot_be_declared(tmp_path):
    sheet = yaml.safe_load(SHEET)
    sheet["questions"]["un"]["by_college"] = True
    sheet["questions"]["trois"]["who"] = ["citizen"]
    house = House(tmp_path, yaml.safe_dump(sheet, allow_unicode=True))
    try:
        token = house.join()
        house.act(("issue_codes", {"college": "elected", "number": 1}))
        documented(claim(house, token, issued(house.console, house.code)[0][2]))
        poll = house.ask("un")
        assert documented(house.vote(token, poll, "a", 1, college="citizen"))["college"] == "elected"
        assert set(house.console.store.whole_ballots(house.code, poll)) == {("phone", "elected")}
        house.act("close")
        poll = house.ask("trois")
        refused(house.vote(token, poll, ["x"], 1, college="citizen"), 403, "college_other")
    finally:
        house.stop()


def test_two_people_with_two_codes_on_one_phone(house, codes):
    poll = house.ask("un")
    token = house.join()
    documented(claim(house, token, codes[1]))
    refused(claim(house, token, codes[2], second=True), 409, "not_shared")
    house.act(("sharing", {"on": True}))
    refused(house.vote(token, poll, "b", 1, second=True), 403, "entitlement_needed")
    assert documented(claim(house, token, codes[2], second=True))["entitled"] is True
    documented(house.vote(token, poll, "a", 1))
    documented(house.vote(token, poll, "b", 2, second=True))
    assert house.counts(poll) == {("a",): 1, ("b",): 1}


def test_what_is_typed_wrong_is_said_and_guesses_are_slowed(house, codes):
    token = house.join()
    good = codes[1]
    other = "3" if good[0] != "3" else "4"
    refused(claim(house, token, other + good[1:]), 400, "entitlement_typo")
    assert "10 signes\u202f; vous en avez écrit 3" in refused(
        claim(house, token, "AAA"), 400, "entitlement_length"
    )
    told = refused(claim(house, token, "O" + good[1:]), 400, "entitlement_sign")
    assert told.split()[:4] == ["Le", "signe", "«", "O"]
    refused(claim(house, token, 5), 400, "malformed")
    elsewhere = house.console.new(house.console.source(house.code))
    house.console.act(elsewhere, "issue_codes", college="", number=1)
    foreign = issued(house.console, elsewhere)[0][2]
    answers = [claim(house, token, foreign) for _ in range(12)]
    refused(answers[0], 403, "entitlement_unknown")
    refused(answers[-1], 429, "entitlement_often")
    documented(claim(house, house.join(), good))  # a neighbour's thumb is not slowed


def test_a_search_from_one_address_is_slowed(house, codes):
    house.urn.limits.wrong_codes = Meter(burst=5, rate=0.01, key="entitlement_often")
    elsewhere = house.console.new(house.console.source(house.code))
    house.console.act(elsewhere, "issue_codes", college="", number=1)
    foreign = issued(house.console, elsewhere)[0][2]
    answers = [claim(house, house.join(), foreign).status_code for _ in range(8)]
    assert answers == [403] * 5 + [429] * 3


def test_without_a_list_no_code_is_asked(house):
    poll = house.ask("un")
    token = house.join()
    refused(claim(house, token, "K7RF9-DMTX4"), 409, "entitlement_none")
    # An old page that still sends a code votes all the same.
    documented(house.vote(token, poll, "a", 1, entitlement="K7RF9-DMTX4"))


def test_after_the_end_no_code_can_be_told_any_more(house, codes):
    poll = house.ask("un")
    token = house.join()
    documented(claim(house, token, codes[1]))
    documented(house.vote(token, poll, "a", 1))
    house.act("close", ("show", {"step": "fin"}), "close_meeting")
    assert issued(house.console, house.code) == []
    assert house.keys.get(codes_secret(house.code)) is None
    refused(claim(house, token, codes[2]), 409, "meeting_closed")


def test_codes_are_derived_once_whatever_the_meeting_does_and_forgotten_at_its_end(house, codes):
    hall = Hall(house.console, house.code)
    assert hall.number_of(codes[3]) == 3
    derived = hall._numbers
    house.act(("show", {"step": "un"}), ("revoke_code", {"number": 2}))
    hall.look()
    assert hall.number_of(codes[3]) == 3
    assert hall._numbers is derived
    house.act(("issue_codes", {"college": "", "number": 1}))
    hall.look()
    late = issued(house.console, house.code)[-1]
    assert hall.number_of(late[2]) == late[0] == 6
    house.act(("show", {"step": "fin"}), "close_meeting")
    hall.look()
    assert hall._numbers == {}
