"""Two facilitators in the same second, and phones that still believe in an old vote: one log, one count."""

import random
import threading
from collections import Counter
from pathlib import Path

import httpx
import pytest

from components.meeting.commands import Refused
from components.meeting.desk import Desk
from components.meeting.keys import KeyRing
from components.meeting.store import Store
from tests.phone.conftest import SHEET, House

from .conftest import Rounds

ORDERS = (
    ("next", {}),
    ("previous", {}),
    ("open", {}),
    ("close", {}),
    ("reopen", {}),
    ("seal", {}),
    ("reveal", {}),
    ("undo", {}),
    ("neutral", {}),
    ("presence", {"people": 30}),
    ("timer", {"action": "pause"}),
)


def test_two_facilitators_act_in_the_same_second(tmp_path: Path, rounds: Rounds, tell) -> None:
    """Two processes' desks, thousands of orders at once: each is done whole or refused with a reason, in one order."""
    url, keys = f"sqlite:///{tmp_path / 'a.db'}", KeyRing(tmp_path / "keys")
    desks = [Desk(Store(url), keys) for _ in range(2)]
    code = desks[0].new(SHEET)
    done: Counter[str] = Counter()
    faults: list[BaseException] = []
    turns = len(rounds.of(few=50, full=3000))
    together = threading.Barrier(2)

    def facilitate(desk: Desk, seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(turns):
            name, arguments = chance.choice(ORDERS)
            together.wait(60)
            try:
                desk.act(code, name, **arguments)
                done["done"] += 1
            except Refused:
                done["refused"] += 1
            except BaseException as error:
                faults.append(error)
                together.abort()
                return

    threads = [
        threading.Thread(target=facilitate, args=(desk, rounds.chance.randrange(1 << 30))) for desk in desks
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert done["done"] > turns / 4
    assert desks[0].store.broken_link(code) is None
    entries = desks[0].store.entries(code)
    assert [entry.version for entry in entries] == list(range(1, len(entries) + 1))
    rooms = [desk.store.room(code) for desk in desks]
    assert rooms[0] == rooms[1]
    assert sum(poll.state == "open" for poll in rooms[0].polls.values()) <= 1
    tell(
        f"{2 * turns} ordres donnés deux à deux : {done['done']} faits, {done['refused']} refusés, un seul journal"
    )
    for desk in desks:
        desk.store.close()


@pytest.fixture
def house(tmp_path: Path):
    made = House(tmp_path)
    yield made
    made.stop()


def test_the_same_key_pressed_by_both_moves_one_step(house: House) -> None:
    """« Suivant » given from the step each page shows: the second press of the same moment does nothing."""
    for _ in range(2):
        house.act(("next", {"from_step": "accueil"}))
    assert house.console.store.room(house.code).step == "un"


def refusal(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json().get("error", "")


def test_a_phone_on_an_old_state_never_votes_elsewhere(house: House) -> None:
    """Its ballot names the vote it saw: closed, sealed, withdrawn or another one, it is refused and counted nowhere."""
    token = house.join()
    first = house.ask("un")
    assert house.vote(token, first, "a").status_code == 200
    house.act("close")
    assert refusal(house.vote(token, first, "b")) == (409, "vote_closed")
    house.act("seal")
    second = house.ask("direct")
    assert refusal(house.vote(token, first, "b")) == (409, "vote_sealed")
    assert refusal(house.vote(token, "never", "yes")) == (409, "other_vote")
    # An answer that exists in both votes goes where its vote says, not where the room is.
    assert house.vote(token, second, "yes").status_code == 200
    house.act("undo")  # the opening is taken back
    status, error = refusal(house.vote(token, second, "no"))
    assert (status, error) in {(409, "no_vote"), (409, "other_vote")}
    again = house.ask("direct")
    assert (again, house.counts(again)) == (second, {("yes",): 1}), (
        "taken back by mistake, it keeps what it had"
    )
    assert house.counts(first) == {("a",): 1}


def test_a_line_opened_before_the_vote_changed_is_told_and_refused(house: House) -> None:
    first = house.ask("un")
    token = house.join()
    line = house.socket(token)
    line.hear("welcome")
    house.act("close", ("show", {"step": "direct"}), "open")
    line.say(type="ballot", poll=first, choice="a", sequence=1)
    assert line.hear("refused")["status"] == 409
    line.close()
    # A page kept open since an earlier version of the meeting posts its form as it was.
    old_form = httpx.post(
        f"{house.page}?lang=fr", data={"poll": first, "choice": "a"}, cookies={f"cordee_{house.code}": token}
    )
    assert old_form.status_code == 409
    assert house.counts(first) == {}
