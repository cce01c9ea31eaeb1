"""A scripted evening: 300 voters, no browser, an injected clock; the minutes equal an independent count."""

import csv
import io
import random
import re
from collections import Counter

from components.documents.minutes import gather, minutes
from components.documents.proof import proof
from components.documents.render import page, table
from components.meeting.desk import Desk
from tests.meeting.conftest import Clock, Phones


def test_the_whole_run_sheet_and_its_minutes(desk: Desk, code: str, clock: Clock, phones: Phones) -> None:
    drawn = random.Random(20261208)
    tokens = [f"phone-{i}" for i in range(300)]
    phones.join(tokens)
    desk.act(code, "presence", people=360)
    counted: dict[str, Counter[str]] = {}
    blank: dict[str, int] = {}
    first_choice: dict[str, str] = {}
    moved: Counter[tuple[str, str]] = Counter()
    for step in desk.snapshot(code).sheet.steps[1:]:
        desk.act(code, "next")
        clock.pass_minutes(1)
        if step.kind == "scenario":
            desk.act(code, "levers", changes={"km_per_person": -20.0, "setpoint": -1.0})
        if step.kind != "vote":
            clock.pass_minutes(step.minutes - 1)
            continue
        desk.act(code, "open")
        poll = desk.snapshot(code).poll
        assert poll is not None
        options = poll.question.option_ids
        counts: Counter[str] = Counter()
        ballots: dict[str, tuple[str, ...]] = {}
        for token in tokens:
            if drawn.random() < 0.9:
                size = drawn.randint(0, 3) if poll.question.several else 1
                chosen = set(drawn.sample(options, size))
                ballots[token] = tuple(option for option in options if option in chosen)
        # A third change their mind: only the last one may count.
        changed = {
            token: (drawn.choice(options),) for token in drawn.sample(sorted(ballots), len(ballots) // 3)
        }
        assert set(phones.vote(poll.id, ballots)) == {"accepted"}
        assert set(phones.vote(poll.id, changed, sequence=2)) == {"accepted"}
        assert set(phones.vote(poll.id, ballots, sequence=1)) == {"accepted", "superseded"}  # late copies
        ballots |= changed
        for choice in ballots.values():
            counts.update(choice)
        hands = {option: drawn.randint(0, 4) for option in options[:5]}
        if poll.question.several:
            desk.act(code, "hands", counts=hands, slips=sum(hands.values()))
        else:
            desk.act(code, "hands", counts=hands)
        counts.update(hands)
        counted[poll.id] = counts
        blank[poll.id] = sum(not choice for choice in ballots.values())
        if poll.question.id == "dabord-avant":
            first_choice = {token: choice[0] for token, choice in ballots.items()}
        if poll.question.id == "dabord-apres":
            moved = Counter((first_choice[t], c[0]) for t, c in ballots.items() if t in first_choice)
        desk.act(code, "close")
        clock.pass_minutes(step.minutes - 1)
        if poll.question.id != "dabord-avant":
            desk.act(code, "reveal")
        assert desk.snapshot(code).tally.ballots == len(ballots) + sum(hands.values())  # type: ignore[union-attr]
    desk.act(code, "decide", words="Le collège cycliste présente son plan le 3 mars")
    desk.act(code, "close_meeting")

    found = minutes(gather(desk, code), "fr")
    assert found["final"]
    assert found["present"] == 360
    assert found["phones"] == 300
    assert len(found["votes"]) == len(counted) == 5
    for vote in found["votes"]:
        told = vote["result"]
        shown = {option["id"]: option["count"] for option in told["options"]}
        for option, count in shown.items():
            assert count is None or count == counted[vote["poll"]][option]
        if vote["poll"] == "commune":
            assert all(count is None or count >= 5 for count in shown.values())
        else:
            assert sum(shown.values()) == sum(counted[vote["poll"]].values())
        assert told["blank"] == blank[vote["poll"]]
        assert vote["abstention"] == 360 - vote["received"]
        assert len(vote["receipts"]) == vote["by_channel"]["phone"]
    paired = found["votes"][3]["result"]["paired"]
    assert paired["n"] == sum(moved.values())
    order = ["besoins", "local", "deux", "autre", "sans-avis"]
    for i, before in enumerate(order):
        for j, after in enumerate(order):
            assert paired["cells"][i][j] in (None, moved[before, after])
    assert found["votes"][1]["never_shown"]
    assert not found["votes"][3]["never_shown"]
    assert desk.store.broken_link(code) is None

    lines = list(csv.DictReader(io.StringIO(table(found, "fr"))))
    for line in lines:
        if line["count"]:
            assert int(line["count"]) == counted[line["poll"]][line["option"]]
    html = page(found, "fr", proof(desk, code))
    assert "Compte rendu" in html
    assert "collège cycliste" in html
    assert found["head"] in html


def test_interim_minutes_say_nothing_of_a_hidden_result(desk: Desk, code: str, phones: Phones) -> None:
    desk.act(code, "show", step="avis-avant")
    desk.act(code, "open")
    phones.vote("dabord-avant", {f"p{i}": ("besoins" if i < 241 else "local",) for i in range(400)})
    desk.act(code, "close")
    desk.act(code, "seal")
    found = minutes(gather(desk, code), "fr")
    assert found["votes"][0]["result"] is None
    assert found["votes"][0]["received"] == 400
    secrets = [found["head"], found["votes"][0]["root"], *found["votes"][0]["receipts"]]
    told = proof(desk, code)
    english = page(minutes(gather(desk, code), "en"), "en", told)
    for text in (page(found, "fr", told), table(found, "fr"), english):
        for secret in secrets:
            text = text.replace(secret, "")
        text = re.sub(r"[0-9a-f]{12,}", "", text)  # links of the chain may hold any figures
        assert "241" not in text
        assert "159" not in text
        assert "60,2" not in text


def test_a_result_under_five_ballots_is_never_told(desk: Desk, code: str, phones: Phones) -> None:
    desk.act(code, "show", step="freins")
    desk.act(code, "open")
    phones.vote("freins", {f"p{i}": ("cout",) for i in range(4)})
    for act in ("close", "reveal", "seal"):
        desk.act(code, act)
    found = minutes(gather(desk, code), "fr")
    assert found["votes"][0]["result"]["too_few"]
    assert all(not line["count"] for line in csv.DictReader(io.StringIO(table(found, "fr"))))


def test_hostile_words_stay_words(desk: Desk, code: str) -> None:
    desk.act(code, "contest", words="<script>alert(1)</script>\u202e")
    desk.act(code, "improvise", title="=1+1 <img src=x onerror=alert(1)>")
    desk.act(code, "close")
    found = minutes(gather(desk, code), "fr")
    html = page(found, "fr", proof(desk, code))
    assert html.count("<script") == html.count('<script type="application/json" id="proof">') == 1
    assert "<img" not in html
    assert "'=1+1" in table(found, "fr")
