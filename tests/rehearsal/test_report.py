import random

import pytest

from components.rehearsal.phone import Ballot, Phone
from components.rehearsal.report import percentile
from components.rehearsal.stage import report
from components.rehearsal.watch import until_seen
from components.rehearsal.wire import Place

PLACE = Place("127.0.0.1", 5007)


def phone(*ballots: Ballot) -> Phone:
    made = Phone(PLACE, "ABCD", random.Random(1))
    made.ballots.extend(ballots)
    return made


def ballot(choice: str, sent: float = 0.0, acknowledged: float | None = None, refused: str = "") -> Ballot:
    return Ballot((choice,), 1, sent, acknowledged, refused)


@pytest.mark.parametrize(
    ("times", "share", "expected"),
    [([], 50, None), ([7.0], 99, 7.0), ([4.0, 1.0, 3.0, 2.0], 50, 2.0), (list(range(100)), 95, 94)],
)
def test_a_percentile_is_a_value_that_was_measured(times, share, expected):
    assert percentile(times, share) == expected


def test_a_ballot_is_seen_in_the_first_snapshot_that_counts_as_many():
    seen = [(0.0, 0), (1.5, 2), (2.5, 2), (4.0, 3)]
    # Sent at 0.5, 1.0 and 3.0; acknowledged in another order than sent.
    assert until_seen([(1.0, 1.1), (0.5, 1.2), (3.0, 3.1)], seen) == [0.5, 1.0, 1.0]


def test_a_ballot_in_no_snapshot_has_no_time():
    assert until_seen([(0.0, 0.1), (0.0, 0.2)], [(0.3, 1)]) == [0.3]


def test_the_store_may_hold_the_last_acknowledged_choice_or_a_later_one():
    changed = phone(ballot("a", 0, 1), ballot("b", 2, 3), ballot("c", 4), ballot("d", 5, refused="closed"))
    assert changed.may_be_held() == {("b",), ("c",)}
    assert phone(ballot("a")).may_be_held() == {("a",)}


def test_a_phone_that_changed_its_mind_counts_once():
    phones = [phone(ballot("a", 0, 0.01), ballot("b", 1, 1.02)), phone(ballot("a", 0, 0.03)), phone()]
    found = report(phones, stored=2, lost=0, doubled=0)
    assert (found.voters, found.sent, found.acknowledged, found.changed) == (3, 2, 2, 1)
    assert not found.good, "one phone never voted"


def test_what_was_found_is_said_in_french():
    good = report([phone(ballot("a", 0, 0.0391))], stored=1, lost=0, doubled=0, seen=[(0.05, 1)])
    assert good.good
    assert good.sentences() == [
        "1 téléphones, 1 bulletins reçus, aucun perdu ni doublé\u202f; "
        "accusé de réception\u202f: 95\u202f% en moins de 40\u00a0ms.",
        "Compte visible par l’écran\u202f: 95\u202f% en moins de 50\u00a0ms.",
    ]
    bad = report([phone(ballot("a", 0, 0.01))], stored=0, lost=1, doubled=0)
    assert not bad.good
    assert "perdus\u202f: 1, doublés\u202f: 0" in bad.sentences()[0]
    assert (
        report([phone(ballot("a"))], stored=0, lost=0, doubled=0)
        .sentences()[0]
        .endswith("aucun accusé de réception.")
    )


def test_the_json_has_every_figure_of_the_issue():
    found = report([phone(ballot("a", 0, 0.01))], stored=1, lost=0, doubled=0, seen=[(0.02, 1)]).to_dict()
    assert {"sent", "acknowledged", "stored", "lost", "doubled", "ack_ms", "screen_ms"} <= set(found)
    assert found["ack_ms"] == {"p50": 10.0, "p95": 10.0, "p99": 10.0}
    assert set(found["screen_ms"]) == {"p50", "p95", "p99"}
