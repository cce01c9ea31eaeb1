"""The same ballots counted by reference programs: pabutools (equal shares), pref_voting. See scripts/oracles.sh."""

import random
from collections import Counter
from pathlib import Path

import pytest

from components.voting.answers import completed
from components.voting.ballots import Choice
from components.voting.formats import Asked
from components.voting.methods import METHODS
from components.voting.pabulib import read_pabulib
from components.voting.question import Option, Question
from components.voting.trace import Outcome

pabutools = pytest.importorskip("pabutools", reason="reference programs: sh scripts/oracles.sh")
pytest.importorskip("pref_voting", reason="reference programs: sh scripts/oracles.sh")

from pabutools.election import (  # noqa: E402
    Additive_Cardinal_Sat,
    CumulativeBallot,
    CumulativeProfile,
    Instance,
    Project,
    parse_pabulib,
)
from pabutools.rules import greedy_utilitarian_welfare, method_of_equal_shares  # noqa: E402
from pabutools.tiebreaking import TieBreakingRule  # noqa: E402
from pref_voting.grade_methods import majority_judgement  # noqa: E402
from pref_voting.grade_profiles import GradeProfile  # noqa: E402
from pref_voting.iterative_methods import instant_runoff, instant_runoff_put  # noqa: E402
from pref_voting.margin_based_methods import beat_path  # noqa: E402
from pref_voting.profiles import Profile  # noqa: E402
from pref_voting.profiles_with_ties import ProfileWithTies  # noqa: E402

TOULOUSE = Path(__file__).resolve().parents[3] / "shared" / "data" / "ballots" / "france_toulouse_2019_.pb"
NAMES = "abcde"
SEEDS = range(300)


def question(method: str, names: str, **more: object) -> Question:
    options = tuple(Option(name, {"fr": name}) for name in names)
    return completed(Question("q", method, {"fr": "?"}, options, **more))  # type: ignore[arg-type]


def count(asked: Question, ballots: list[Choice]) -> Outcome:
    return METHODS[asked.method].count(asked, Counter(ballots))


def equal_shares(instance: Instance, profile: CumulativeProfile, order: list[str]) -> list[str]:
    """pabutools with Cordée's choices: points as satisfaction, Add1U, greedily, ties by the order announced."""
    ties = TieBreakingRule(lambda _instance, _profile, project: order.index(project.name))
    bought = method_of_equal_shares(
        instance, profile, Additive_Cardinal_Sat, tie_breaking=ties, voter_budget_increment=1
    )
    filled = greedy_utilitarian_welfare(
        instance, profile, Additive_Cardinal_Sat, initial_budget_allocation=bought, tie_breaking=ties
    )
    return [project.name for project in filled]


@pytest.mark.skipif(not TOULOUSE.exists(), reason="the ballots of Toulouse 2019 are not beside this folder")
def test_toulouse_2019() -> None:
    found = read_pabulib(TOULOUSE.read_bytes(), Asked("budget"))
    ours = METHODS["budget"].count(found.question, found.ballots)
    instance, profile = parse_pabulib(str(TOULOUSE))
    assert list(ours.winners) == equal_shares(instance, profile, list(found.question.option_ids))


@pytest.mark.parametrize("seed", SEEDS)
def test_equal_shares(seed: int) -> None:
    drawn = random.Random(seed)
    names = NAMES[: drawn.randint(2, 5)]
    given = [
        {name: drawn.randint(1, 3) for name in drawn.sample(names, drawn.randint(1, len(names)))}
        for _ in range(drawn.randint(1, 12))
    ]
    wanted = "".join(name for name in names if any(name in ballot for ballot in given))
    costs = {name: drawn.randint(1, 60) for name in wanted}
    budget = drawn.randint(20, 200)
    options = tuple(Option(name, {"fr": name}, cost=costs[name]) for name in wanted)
    asked = Question("q", "budget", {"fr": "?"}, options, budget=budget)
    ballots = [tuple(f"{name}={ballot[name]}" for name in wanted if name in ballot) for ballot in given]
    projects = {name: Project(name, cost) for name, cost in costs.items()}
    instance = Instance(projects.values(), budget_limit=budget)
    profile = CumulativeProfile(
        [CumulativeBallot({projects[name]: n for name, n in ballot.items()}) for ballot in given],
        instance=instance,
    )
    assert list(count(asked, ballots).winners) == equal_shares(instance, profile, list(wanted))


@pytest.mark.parametrize("seed", SEEDS)
def test_schulze_and_run_off_on_whole_rankings(seed: int) -> None:
    drawn = random.Random(seed)
    names = NAMES[: drawn.randint(2, 5)]
    rankings = [tuple(drawn.sample(names, len(names))) for _ in range(drawn.randint(1, 25))]
    profile = Profile([[names.index(name) for name in ranking] for ranking in rankings])
    schulze = count(question("ranking", names, counting="schulze"), rankings)
    assert {names.index(name) for name in schulze.winners} == set(beat_path(profile))
    runoff = count(question("ranking", names, counting="instant_runoff"), rankings)
    if not runoff.trace["by_order"]:
        assert {names.index(name) for name in runoff.winners} == set(instant_runoff(profile))
    # A tie for the last place may be broken in any way: ours is one of them. Only when all that remain are tied does
    # Cordée, like `instant_runoff` above, stop and announce the tie instead of breaking it.
    if len(runoff.winners) <= 2:
        assert {names.index(name) for name in runoff.winners} <= set(instant_runoff_put(profile))


@pytest.mark.parametrize("seed", SEEDS)
def test_schulze_on_partial_rankings(seed: int) -> None:
    """Unranked options tied last, duels as strong as the ballots that prefer their winner."""
    drawn = random.Random(seed)
    names = NAMES[: drawn.randint(2, 5)]
    rankings = [tuple(drawn.sample(names, drawn.randint(1, len(names)))) for _ in range(drawn.randint(1, 25))]
    ranks = [
        {
            place: ranking.index(name) + 1 if name in ranking else len(names) + 1
            for place, name in enumerate(names)
        }
        for ranking in rankings
    ]
    profile = ProfileWithTies(ranks, candidates=list(range(len(names))))
    ours = count(question("ranking", names, counting="schulze"), rankings)
    theirs = beat_path(profile, strength_function=profile.support)
    assert {names.index(name) for name in ours.winners} == set(theirs)


@pytest.mark.parametrize("seed", SEEDS)
def test_majority_judgment(seed: int) -> None:
    """pref_voting parts equal majority grades by the majority gauge, once: ours wins among those it leaves tied."""
    drawn = random.Random(seed)
    names = NAMES[: drawn.randint(2, 5)]
    asked = question("majority_judgment", names)
    places = [{name: drawn.randrange(6) for name in names} for _ in range(drawn.randint(1, 31))]
    ballots = [tuple(f"{name}={asked.grade_ids[ballot[name]]}" for name in names) for ballot in places]
    maps = [{name: 5 - place for name, place in ballot.items()} for ballot in places]
    theirs = majority_judgement(GradeProfile(maps, list(range(6)), candidates=list(names)))
    assert set(count(asked, ballots).winners) <= set(theirs)
