"""Schulze's method: each option against each other, chains of duels included.

Markus Schulze, *A new monotonic, clone-independent, reversal symmetric, and Condorcet-consistent single-winner election
method*, Social Choice and Welfare 36 (2011) 267–303. A duel won is as strong as the ballots that prefer the winner
("winning votes"); a chain is as strong as its weakest duel.
"""

from collections.abc import Mapping

from components.voting.ballots import Choice
from components.voting.question import Question
from components.voting.trace import Outcome

Matrix = list[list[int]]


def count(question: Question, ballots: Mapping[Choice, int]) -> Outcome:
    """Count rankings; options a ballot does not rank share its last place, an empty ballot is blank."""
    options = question.option_ids
    first = dict.fromkeys(options, 0)
    for choice, times in ballots.items():
        if choice:
            first[choice[0]] += times
    duels = pairwise(options, ballots)
    strongest = strongest_paths(duels)
    levels = rank(strongest)
    ranking = [[options[place] for place in level] for level in levels] if any(first.values()) else []
    winners = tuple(ranking[0]) if ranking else ()
    return Outcome(
        winners,
        first,
        {
            "rule": "schulze",
            "duels": duels,
            "strongest": strongest,
            "ranking": ranking,
            "beats_all": bool(ranking) and len(winners) == 1 and _beats_all(duels, options.index(winners[0])),
            "tie": len(winners) > 1,
        },
    )


def pairwise(options: tuple[str, ...], ballots: Mapping[Choice, int]) -> Matrix:
    """Ballots that prefer the row's option to the column's."""
    size = range(len(options))
    place = {option: index for index, option in enumerate(options)}
    duels = [[0] * len(options) for _ in size]
    for choice, times in ballots.items():
        behind = set(size)
        for option in choice:
            row = place[option]
            behind.discard(row)
            for column in behind:
                duels[row][column] += times
    return duels


def strongest_paths(duels: Matrix) -> Matrix:
    """The strength of the strongest chain of won duels from row to column; 0 without one (Floyd & Warshall)."""
    size = range(len(duels))
    paths = [[duels[i][j] if duels[i][j] > duels[j][i] else 0 for j in size] for i in size]
    for via in size:
        for i in size:
            for j in size:
                if i != j and via not in (i, j):
                    paths[i][j] = max(paths[i][j], min(paths[i][via], paths[via][j]))
    return paths


def rank(paths: Matrix) -> list[list[int]]:
    """Levels of options, best first: those no remaining option has a stronger chain to. Ties stay together."""
    remaining = set(range(len(paths)))
    levels: list[list[int]] = []
    while remaining:
        level = sorted(i for i in remaining if all(paths[i][j] >= paths[j][i] for j in remaining))
        levels.append(level)
        remaining -= set(level)
    return levels


def _beats_all(duels: Matrix, winner: int) -> bool:
    return all(duels[winner][j] > duels[j][winner] for j in range(len(duels)) if j != winner)
