"""Properties of the count: order does not matter, names do not matter, nothing is lost."""

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.voting.ballots import BallotRefused, load_choice, read_choice, write_choice
from components.voting.channels import Keyed
from components.voting.pairs import pair_votes
from components.voting.question import Option, Question, question_from_dict, question_to_dict
from components.voting.sealing import merkle_root, receipt, seal_root
from components.voting.tally import Tally, tally

OPTIONS = tuple(Option(name, {"fr": name.upper()}) for name in "abcd")
BLANK = Option("z", {"fr": "Blanc"}, "blank")
SINGLE = Question("q", "single", {"fr": "?"}, (*OPTIONS, BLANK))
SEVERAL = Question("q", "approval", {"fr": "?"}, OPTIONS, max_choices=3)
singles = st.lists(st.sampled_from([(o.id,) for o in SINGLE.options]), max_size=60)
several = st.lists(
    st.sets(st.sampled_from("abcd"), max_size=3).map(lambda chosen: tuple(sorted(chosen))), max_size=60
)


def counter(ballots: list[tuple[str, ...]]) -> dict[tuple[str, ...], int]:
    return {choice: ballots.count(choice) for choice in ballots}


def phones(choices: dict[tuple[str, ...], int]) -> dict[tuple[str, str], dict[tuple[str, ...], int]]:
    return {("phone", ""): choices}


@given(singles, st.randoms())
def test_anonymity(ballots: list[tuple[str, ...]], drawn: random.Random) -> None:
    shuffled = ballots[:]
    drawn.shuffle(shuffled)
    assert tally(SINGLE, phones(counter(ballots))) == tally(SINGLE, phones(counter(shuffled)))


@given(several)
def test_neutrality(ballots: list[tuple[str, ...]]) -> None:
    swap = {"a": "b", "b": "a", "c": "c", "d": "d"}
    swapped = [tuple(sorted(swap[o] for o in choice)) for choice in ballots]
    one, two = (tally(SEVERAL, phones(counter(b))) for b in (ballots, swapped))
    assert {swap[o]: n for o, n in one.counts.items()} == dict(two.counts)
    assert {swap[o] for o in one.winners} == set(two.winners)


@given(singles)
def test_nothing_is_lost(ballots: list[tuple[str, ...]]) -> None:
    found = tally(SINGLE, phones(counter(ballots)), {"hands": Keyed({"a": 2, "z": 1}, 3, 1)})
    assert sum(found.counts.values()) == found.ballots == len(ballots) + 3
    assert found.blank == ballots.count(("z",)) + 1
    assert found.votes_cast == found.ballots - found.blank


@given(several)
def test_monotonicity(ballots: list[tuple[str, ...]]) -> None:
    before = tally(SEVERAL, phones(counter(ballots)))
    for winner in before.winners:
        after = tally(SEVERAL, phones(counter([*ballots, (winner,)])))
        assert after.winners == (winner,)


def test_empty_unanimous_and_tied() -> None:
    assert tally(SINGLE, phones({})).winners == ()
    assert tally(SINGLE, phones({("a",): 9})).winners == ("a",)
    assert tally(SINGLE, phones({("a",): 3, ("b",): 3})).trace["tie"]
    assert tally(SINGLE, phones({("z",): 9})).winners == (), "blank never wins"


def test_round_trips() -> None:
    found = tally(SINGLE, phones({("a",): 3}))
    assert Tally.from_dict(found.to_dict()) == found
    assert question_from_dict(question_to_dict(SEVERAL)) == SEVERAL
    assert load_choice(write_choice(("é", "b"))) == ("é", "b")


@pytest.mark.parametrize(
    ("question", "raw"),
    [
        (SINGLE, []),
        (SINGLE, ["a", "b"]),
        (SINGLE, "nobody"),
        (SINGLE, None),
        (SINGLE, {"a": 1}),
        (SINGLE, [["a"]]),
        (SINGLE, ["a", "a"]),
        (SEVERAL, ["a", "b", "c", "d"]),
        (SEVERAL, 3),
        (SINGLE, "<script>"),
    ],
)
def test_ballots_refused(question: Question, raw: object) -> None:
    with pytest.raises(BallotRefused):
        read_choice(question, raw)


def test_ballots_read() -> None:
    assert read_choice(SINGLE, "a") == ("a",)
    assert read_choice(SEVERAL, ["c", "a"]) == ("a", "c")
    assert read_choice(SEVERAL, []) == ()


def test_merkle_root_depends_on_every_leaf_and_on_no_order() -> None:
    leaves = [f"leaf {i}" for i in range(7)]
    root = merkle_root(leaves)
    assert all(merkle_root(p) == root for p in itertools.islice(itertools.permutations(leaves), 50))
    for i in range(7):
        assert merkle_root([*leaves[:i], "other", *leaves[i + 1 :]]) != root
    assert seal_root(["a"], ["b"]) != seal_root(["b"], ["a"])


def test_receipts_look_like_receipts() -> None:
    assert receipt(b"s", "k") == receipt(b"s", "k") != receipt(b"t", "k")
    assert len(receipt(b"s", "k")) == 9


@given(st.dictionaries(st.integers(0, 200), st.tuples(st.sampled_from("abc"), st.sampled_from("abc"))))
def test_no_small_cell_of_a_paired_vote_is_shown(votes: dict[int, tuple[str, str]]) -> None:
    before = {str(k): (b,) for k, (b, _) in votes.items()}
    after = {str(k): (a,) for k, (_, a) in votes.items()}
    found = pair_votes(("a", "b", "c"), before, after)
    shown = [cell for line in found.cells for cell in line if cell is not None]
    assert all(cell >= 5 for cell in shown)
    assert found.n == (len(votes) if shown else None)
