"""The public proof attacked: every small count is tried against every link and root that it publishes."""

import itertools
import json
from collections.abc import Iterable
from typing import Any

import pytest
import sqlalchemy as sa

from components.documents.minutes import gather, minutes
from components.documents.proof import as_text, proof
from components.documents.render import page
from components.meeting import events as e
from components.meeting.checking import check_log, check_meeting, check_proof
from components.meeting.desk import Desk
from components.meeting.poll import Poll
from components.meeting.store import digest_of
from components.meeting.store.schema import log
from components.voting.ballots import Choice
from components.voting.sealing import seal_root
from components.voting.tally import tally
from tests.meeting.conftest import Phones
from tests.meeting.test_every_method import SHEET

pytest_plugins = ["tests.meeting.conftest"]

OPTIONS = ("yes", "no", "blank")
MOST = 4

Guess = tuple[int, str]


@pytest.fixture
def code(desk: Desk) -> str:
    return desk.new(SHEET.read_text(encoding="utf-8"))


def hidden_evening(desk: Desk, code: str, phones: Phones) -> Poll:
    """Three ballots, closed, reopened, one ballot more, raised hands, closed, sealed; never shown."""
    desk.act(code, "presence", people=12)
    desk.act(code, "show", step="oui-non")
    desk.act(code, "open")
    poll = desk.store.room(code).open_poll
    assert poll is not None
    phones.vote(poll.id, {"a": ("yes",), "b": ("yes",), "c": ("no",)})
    desk.act(code, "close")
    desk.act(code, "reopen")
    phones.vote(poll.id, {"d": ("no",)})
    desk.act(code, "close")
    desk.act(code, "reopen")
    desk.act(code, "hands", counts={"yes": 2, "no": 1})
    desk.act(code, "close")
    desk.act(code, "seal")
    desk.act(code, "presence", people=13)
    return desk.store.room(code).polls[poll.id]


def splits() -> Iterable[dict[str, int]]:
    for numbers in itertools.product(range(MOST + 1), repeat=len(OPTIONS)):
        if sum(numbers) <= MOST:
            yield dict(zip(OPTIONS, numbers, strict=True))


def guesses(poll: Poll) -> dict[str, list[str]]:
    """Bodies that rows could have, by kind, as a row without salt is written."""
    question, bodies = poll.question, []
    for counts in splits():
        choices: dict[Choice, int] = {(option,): n for option, n in counts.items() if n}
        found = tally(question, {("phone", ""): choices} if choices else {}, present=12)
        bodies.append(e.QuestionClosed(poll.id, found.to_dict()))
    hands = [
        e.HandsCounted(poll.id, {k: n for k, n in counts.items() if n or zeros}, sum(counts.values()), blank)
        for counts in splits()
        for zeros in (False, True)
        for blank in {0, counts["blank"]}
    ]
    return {
        kind.__name__: [json.dumps(e.event_to_dict(x), ensure_ascii=False, sort_keys=True) for x in made]
        for kind, made in ((e.QuestionClosed, bodies), (e.HandsCounted, hands))
    }


def recovered(found: dict[str, Any], bodies: dict[str, list[str]]) -> list[Guess]:
    """Guesses that published links confirm: version and body. Guesses are carried on through told rows."""
    confirmed: list[Guess] = []
    known: str | None = ""
    carried: dict[str, Guess] = {}
    for row in found["log"]:
        if row["body"] is None and len(carried) > 100:
            carried = {}  # two unknown counts in a row are tried, three are not: minutes of hashing
        tried: dict[str, Guess | None] = {}
        before: list[tuple[str, Guess | None]] = [(known, None)] if known is not None else [*carried.items()]
        for previous, guess in before:
            for body in [row["body"]] if row["body"] is not None else bodies.get(row["kind"], []):
                link = digest_of(previous, found["chain"], row["version"], row["at"], row["kind"], body)
                tried[link] = guess or ((row["version"], body) if row["body"] is None else None)
        if hit := tried.get(row["digest"]):
            confirmed.append(hit)
        known = row["digest"]
        carried = {link: guess for link, guess in tried.items() if guess}
    confirmed += [guess for link, guess in carried.items() if link == found["head"]]
    return confirmed


def without_salt(desk: Desk, code: str) -> None:
    """The log as an older version wrote it."""
    meeting, rows = desk.store.whole(code)
    previous = ""
    with desk.store.engine.begin() as connection:
        for row in rows["event"]:
            body = {name: value for name, value in json.loads(row["body"]).items() if name != e.SALT}
            text = json.dumps(body, ensure_ascii=False, sort_keys=True)
            previous = digest_of(previous, meeting.chain, row["version"], row["at"], row["kind"], text)
            where = sa.and_(log.c.meeting == code, log.c.version == row["version"])
            connection.execute(log.update().where(where).values(body=text, digest=previous))
    desk.store._logs.clear()


def naive(desk: Desk, code: str, found: dict[str, Any]) -> dict[str, Any]:
    """The same proof with every link told."""
    _, rows = desk.store.whole(code)
    links = [row["digest"] for row in rows["event"]]
    told = [{**row, "digest": link} for row, link in zip(found["log"], links, strict=True)]
    return {**found, "log": told, "head": links[-1]}


def test_no_small_count_is_confirmed_by_the_proof(desk: Desk, code: str, phones: Phones) -> None:
    poll = hidden_evening(desk, code, phones)
    found = json.loads(as_text(proof(desk, code)))
    assert all(row["digest"] for row in found["log"])
    assert check_proof(found).good
    assert recovered(found, guesses(poll)) == []
    withheld = {row["kind"] for row in found["log"] if row["body"] is None}
    assert {"QuestionClosed", "HandsCounted", "QuestionSealed", "BallotsBlinded"} <= withheld


def test_an_older_log_is_told_without_the_links_that_give_it_away(
    desk: Desk, code: str, phones: Phones
) -> None:
    poll = hidden_evening(desk, code, phones)
    without_salt(desk, code)
    found = json.loads(as_text(proof(desk, code)))
    # The attack works where links are told, and so is worth the trial.
    assert any('"yes": 2' in body for _, body in recovered(naive(desk, code, found), guesses(poll)))
    assert recovered(found, guesses(poll)) == []
    first = next(n for n, row in enumerate(found["log"]) if row["body"] is None)
    assert all(row["digest"] for row in found["log"][:first])
    assert not any(row["digest"] for row in found["log"][first:])
    assert found["head"] is None
    report = check_proof(found)
    assert report.good
    assert report.unlinked == len(found["log"]) - first
    meeting, rows = desk.store.whole(code)
    assert check_meeting(meeting, rows, gone=()).good
    assert rows["event"][-1]["digest"] not in page(minutes(gather(desk, code), "fr"), "fr", found)

    # The evening goes on: links are told again from the next withheld row, which has a salt.
    desk.act(code, "show", step="mentions")
    desk.act(code, "open")
    desk.act(code, "close")
    found = json.loads(as_text(proof(desk, code)))
    assert found["head"] == desk.store.room(code).head
    assert recovered(found, guesses(poll)) == []
    assert check_proof(found).good


def test_links_may_only_be_missing_after_a_withheld_row(desk: Desk, code: str, phones: Phones) -> None:
    hidden_evening(desk, code, phones)
    found = json.loads(as_text(proof(desk, code)))
    found["log"][0]["digest"] = None
    assert check_log(found["chain"], found["log"])[1]


def test_roots_confirm_no_list_of_ballots(desk: Desk, code: str, phones: Phones) -> None:
    poll = hidden_evening(desk, code, phones)
    receipts = desk.store.receipts(code, poll.id)
    lists = [[c for c, n in counts.items() for _ in range(n)] for counts in splits()]
    assert poll.merkle_root not in {seal_root(choices, receipts) for choices in lists}
    found = proof(desk, code)
    assert found["votes"] == []
    assert poll.merkle_root not in as_text(found)
    assert poll.merkle_root not in page(minutes(gather(desk, code), "fr"), "fr", found)
