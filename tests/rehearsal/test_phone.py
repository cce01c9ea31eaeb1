"""Pretend phones against a real urn, and what they do when the line is bad."""

import asyncio
import random
from pathlib import Path

import pytest

from components.rehearsal.crowd import Plan, hold_vote
from components.rehearsal.phone import Phone, Refused, read_form
from components.rehearsal.stage import judge
from components.rehearsal.wire import Broken, Place, ask, unchunked
from tests.phone.conftest import House

CHOICES = (("a",), ("b",), ("c",))


@pytest.fixture
def urn(tmp_path: Path):
    made = House(tmp_path)
    yield made
    made.stop()


def place(urn: House) -> Place:
    return Place("127.0.0.1", urn.port)


def test_a_crowd_of_sockets_and_forms_is_stored_whole(urn):
    async def open_vote() -> str:
        return await asyncio.to_thread(urn.ask, "un")

    plan = Plan(40, 0.5, change=0.5, post=0.3, seed=4, arrive_seconds=0.2)
    phones = asyncio.run(hold_vote(place(urn), urn.code, plan, CHOICES, open_vote))
    found = judge(urn.console, urn.code, "un", phones, [])
    assert (found.sent, found.acknowledged, found.stored, found.lost, found.doubled) == (40, 40, 40, 0, 0)
    assert 0 < found.posted < 40
    assert found.changed > 5
    assert found.good


def test_what_the_store_does_not_hold_is_lost_and_what_it_holds_twice_is_doubled(urn):
    """The judge of a rehearsal must be able to say no."""
    poll = urn.ask("un")

    async def one() -> Phone:
        phone = Phone(place(urn), urn.code, random.Random(1))
        await phone.arrive()
        await phone.vote(poll, ("a",))
        await phone.leave()
        return phone

    honest, liar, clone = (asyncio.run(one()) for _ in range(3))
    liar.ballots[-1].choice = ("b",)
    liar.ballots[-1].acknowledged_at = 1.0
    unasked = asyncio.run(one())
    unasked.token = ""
    found = judge(urn.console, urn.code, poll, [honest, liar, clone, unasked], [])
    assert (found.acknowledged, found.stored, found.lost, found.doubled) == (4, 4, 2, 1)


def test_a_cut_line_comes_back_and_the_pending_ballot_arrives(urn):
    poll = urn.ask("un")

    async def evening() -> Phone:
        phone = Phone(place(urn), urn.code, random.Random(2))
        await phone.arrive()
        assert phone.vote_now is not None
        phone.cut()
        ballot = await phone.vote(poll, ("b",))
        assert ballot.acknowledged_at is not None
        await phone.leave()
        return phone

    phone = asyncio.run(evening())
    assert phone.reconnections == 1
    assert urn.counts(poll) == {("b",): 1}


def test_a_refusal_is_final_and_named(urn):
    poll = urn.ask("un")
    urn.act("close")

    async def evening() -> tuple[str, str]:
        phone = Phone(place(urn), urn.code, random.Random(3))
        await phone.arrive()
        by_line = await phone.vote(poll, ("a",), patience=5)
        by_form = await phone.post(("a",), patience=2)
        await phone.leave()
        return by_line.refused, by_form.refused

    assert asyncio.run(evening()) == ("vote_closed", "")  # a closed vote has no form: the phone looks again


def test_no_urn_and_no_such_meeting_are_told_apart(urn):
    with pytest.raises(ConnectionError):
        asyncio.run(ask(Place("127.0.0.1", 1), "GET", "/"))
    with pytest.raises(Refused):
        asyncio.run(Phone(place(urn), "NONE", random.Random(1)).open_page())


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://192.168.1.10:5007", Place("192.168.1.10", 5007)),
        ("192.168.1.10:5007/", Place("192.168.1.10", 5007)),
        ("http://[::1]:5007", Place("::1", 5007)),
        ("https://vote.example.org", Place("vote.example.org", 443, True)),
    ],
)
def test_an_address_is_read(url, expected):
    assert Place.at(url) == expected
    assert Place.at(Place.at(url).url) == expected


@pytest.mark.parametrize("url", ["", "ftp://a", "http://a/b", "http://:5", "http://a:b"])
def test_what_is_no_address_is_refused(url):
    with pytest.raises(ValueError):  # noqa: PT011
        Place.at(url)


def test_chunks_are_joined_only_when_all_came():
    assert unchunked(b"3\r\nabc\r\n2;x\r\nde\r\n0\r\n\r\n") == b"abcde"
    assert unchunked(b"3\r\nabc\r\n2\r\nd") is None


def test_a_form_is_read_with_all_it_carries_unseen():
    html = (
        '<script>"<form method=post action=/evil>"</script><form method="get" action="/"></form>'
        '<form method="post" action="/v/A?lang=fr"><input type="hidden" name="poll" value="p&amp;q">'
        '<input type="radio" name="choice" value="a"></form><input type="hidden" name="out" value="1">'
    )
    form = read_form(html)
    assert form.action == "/v/A?lang=fr"
    assert form.hidden == (("poll", "p&q"),)
    with pytest.raises(Broken):
        read_form("<p>Rien</p>")
