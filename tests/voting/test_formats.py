"""Ballots read from files: every accepted form says the same, every fault is named with its line."""

from pathlib import Path

import pytest

from components.voting.csv_ballots import read_costs, read_csv
from components.voting.formats import Asked, FileRefused, fold
from components.voting.pabulib import read_pabulib
from components.voting.question import Option
from components.voting.tally import tally

TOULOUSE = Path(__file__).resolve().parents[3] / "shared" / "data" / "ballots" / "france_toulouse_2019_.pb"
PB = """META
key;value
description;Essai
budget;100
vote_type;{kind}
max_points;3
PROJECTS
project_id;cost;name
p1;40;Haies
p2;60,00;Abribus
VOTES
voter_id;vote;points
0;p1,p2;2,1
1;p2;3
2;;
"""


def csv(text: str, method: str, **asked: object) -> dict[tuple[str, ...], int]:
    return dict(read_csv(text.encode(), Asked(method, **asked)).ballots)  # type: ignore[arg-type]


@pytest.mark.parametrize("sign", [",", ";", "\t"])
@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_separators_and_alphabets(sign: str, coding: str) -> None:
    text = f"Forêt{sign}Été\r\n1{sign}0\r\n1{sign}1\r\n"
    found = read_csv(text.encode(coding), Asked("approval"))
    assert found.question.option_ids == ("Forêt", "Été")
    assert found.ballots == {("Forêt",): 1, ("Forêt", "Été"): 1}


@pytest.mark.parametrize(
    ("method", "columns", "one_column"),
    [
        ("approval", "a,b,c\n1,x,\n0,,oui\n,,", "bulletin\na | b\nc\nblanc"),
        ("approval", "a,b,c\n1,x,\n0,,oui\n,,", 'choix\n"b, a"\nc\nblank'),
        ("ranking", "a,b,c\n2,1,\n,,1\n,,", "choice\nb > a\nC\nvide"),
        ("dots", "a,b,c\n2,1,0\n,,1\n,0,", "bulletin\na=2 | b=1\nc\nblanc"),
        ("dots", "a,b,c\n2,1,0\n,,1\n,0,", "bulletin\na | a | b\nc:1\nblanc"),
        ("score", "a,b,c\n10,0,\n,,1\n,,", "bulletin\na=10 | b=0\nc=1\nblanc"),
        ("score", "bulletin,a,b,c\n1,10,0,\n2,,,1\n3,,,", "bulletin\na=10 | b=0\nc=1\nblanc"),
        ("majority_judgment", "a,b,c\nBIEN,a rejeter,\n,,good\n,,", "bulletin\na:Bien|b:À rejeter\nc=Good\nblanc"),
        ("grades", "a,b,c\nTrès favorable,for,\n,,mixed\n,,", "vote\na=strongly_for|b=for\nc=Partagé\nblanc"),
        ("yes_no_blank", "oui,non,blanc\n1,0,0\n0,1,0\n0,0,1", "bulletin\nOui\ncontre\nblanc"),
        ("consent", "Je consens,aside,objection\n1,,\n,,1\n,1,", "bulletin\nconsens\nJ'ai une objection\nabstention"),
        ("single", "a,b,c\n1,0,0\n0,0,1\n,,", "bulletin\na\nc\nblanc"),
    ],
)  # fmt: skip
def test_both_forms_say_the_same(method: str, columns: str, one_column: str) -> None:
    options = {} if method in ("yes_no_blank", "consent") else {"options": ("a", "b", "c")}
    found = csv(columns, method, **options)
    assert found == csv(one_column, method, **options)
    assert sum(found.values()) == 3


def test_a_column_of_numbers_counts_a_row_several_times() -> None:
    assert csv("bulletin;Nombre\na > b;42\nb;0\n;3", "ranking") == {("a", "b"): 42, (): 3}
    assert csv("voter_id,a,b,count\n17,1,0,1 000\n18,1,0,5", "approval") == {("a",): 1005}


def test_options_without_announced_order_are_sorted_whatever_the_order_of_ballots() -> None:
    one = read_csv(b"bulletin\nb\na\n", Asked("single")).question
    two = read_csv(b"bulletin\na\nb\n", Asked("single")).question
    assert one.option_ids == two.option_ids == ("a", "b")
    announced = read_csv(b"bulletin\na\nb\n", Asked("single", options=("c", "b", "a"))).question
    assert announced.option_ids == ("c", "b", "a")


def test_a_column_of_blank_ballots_never_wins() -> None:
    found = read_csv(b"a,Blanc\n1,0\n0,1\n0,1\n", Asked("single"))
    counted = tally(found.question, {("paper", ""): found.ballots})
    assert (counted.winners, counted.ballots, counted.blank) == (("a",), 3, 2)


def test_own_grades_and_costs() -> None:
    scale = (Option("Oui", {"fr": "Oui"}), Option("Bof", {"fr": "Bof"}))
    assert csv("a,b\nbof,OUI\n", "grades", grades=scale) == {("a=Bof", "b=Oui"): 1}
    costs = read_costs("Projet;Coût\nHaies;1 000\nBancs;20,00\n".encode("cp1252"))
    assert costs == {"Haies": 1000, "Bancs": 20}
    found = read_csv(b"haies,bancs\n1,2\n", Asked("budget", costs=costs, budget=1000))
    assert [option.cost for option in found.question.options] == [1000, 20]


@pytest.mark.parametrize(
    ("method", "text", "line", "key"),
    [
        ("approval", "a,b\n1,2\n", 2, "not_a_mark"),
        ("approval", "a,b\n1\n", 2, "cells"),
        ("approval", "a,b\n1,0\n\n1,0\n", 3, "empty_line"),
        ("approval", "a,A\n1,1\n", 1, "twice"),
        ("approval", "a,\n1,1\n", 1, "bad_name"),
        ("approval", "a=b,c\n1,1\n", 1, "bad_name"),
        ("approval", "bulletin\na | a\n", 2, "twice"),
        ("approval", "bulletin\na | \n", 2, "empty_part"),
        ("approval", "bulletin,a\na,1\n", 1, "both_forms"),
        ("approval", "nombre\n3\n", 1, "no_option"),
        ("approval", 'a,b\n"1,0\n', 2, "bad_quotes"),
        ("approval", "", 0, "empty"),
        ("approval", "\0\0", 0, "not_text"),
        ("single", "a,b\n1,1\n", 2, "one_only"),
        ("ranking", "a,b\n1,1\n", 2, "same_rank"),
        ("ranking", "a,b\n0,1\n", 2, "rank_zero"),
        ("ranking", "a,b\n1,deux\n", 2, "not_whole"),
        ("ranking", "bulletin,nombre\na > b,-3\n", 2, "not_whole"),
        ("dots", "a,b\n1,-1\n", 2, "not_whole"),
        ("dots", "a,b\n1,1.5\n", 2, "not_whole"),
        ("score", "a,b\n1,0\n11,2\n", 3, "over_cap"),
        ("score", "bulletin\na\n", 2, "no_value"),
        ("majority_judgment", "a,b\nBien,Moyen\n", 2, "unknown_grade"),
        ("yes_no_blank", "bulletin\noui\npeut-être\n", 3, "unknown_answer"),
        ("budget", "a,b\n1,1\n", 0, "cost_missing"),
    ],
)
def test_faults_are_named_with_their_line(method: str, text: str, line: int, key: str) -> None:
    with pytest.raises(FileRefused) as refused:
        csv(text, method)
    assert (refused.value.line, refused.value.key) == (line, key)
    for lang in ("fr", "en"):
        sentence = refused.value.sentence("bulletins.csv", lang)
        assert sentence.startswith("bulletins.csv")
        assert not line or f" {line}" in sentence


def test_limits_announced_are_held() -> None:
    assert csv("a,b\n2,1\n", "dots", points=3, cap=2) == {("a=2", "b=1"): 1}
    for text, key in (("a,b\n3,0\n", "over_cap"), ("a,b\n2,2\n", "over_points")):
        with pytest.raises(FileRefused) as refused:
            csv(text, "dots", points=3, cap=2)
        assert (refused.value.line, refused.value.key) == (2, key)
    with pytest.raises(FileRefused, match="unknown_option"):
        csv("bulletin\nd\n", "single", options=("a", "b"))
    with pytest.raises(FileRefused, match="cost_unknown"):
        csv("a,b\n1,1\n", "budget", costs={"a": 1, "b": 1, "z": 1})


@pytest.mark.parametrize("text", ["projet;prix\na;1\na;2\n", "a;b\n1;2\n", "projet;cout\na;beaucoup\n"])
def test_faulty_costs(text: str) -> None:
    with pytest.raises(FileRefused):
        read_costs(text.encode())


@pytest.mark.parametrize(
    ("kind", "method", "ballots"),
    [
        ("cumulative", "budget", {("p1=2", "p2=1"): 1, ("p2=3",): 1, (): 1}),
        ("cumulative", "dots", {("p1=2", "p2=1"): 1, ("p2=3",): 1, (): 1}),
        ("scoring", "score", {("p1=2", "p2=1"): 1, ("p2=3",): 1, (): 1}),
        ("approval", "approval", {("p1", "p2"): 1, ("p2",): 1, (): 1}),
        ("approval", "budget", {("p1=1", "p2=1"): 1, ("p2=1",): 1, (): 1}),
        ("ordinal", "ranking", {("p1", "p2"): 1, ("p2",): 1, (): 1}),
    ],
)
def test_pabulib(kind: str, method: str, ballots: dict[tuple[str, ...], int]) -> None:
    found = read_pabulib(PB.format(kind=kind).encode(), Asked(method))
    assert found.ballots == ballots
    assert found.question.budget == 100
    assert [option.cost for option in found.question.options] == [40, 60]
    assert found.question.options[0].text("fr") == "Haies"


@pytest.mark.parametrize(
    ("was", "now", "line", "key"),
    [
        ("1;p2;3", "1;p9;3", 14, "unknown_option"),
        ("1;p2;3", "1;p2,p2;3,1", 14, "twice"),
        ("1;p2;3", "1;p2,p9,p2;3,1,1", 14, "twice"),
        ("1;p2;3", "1;p9,p2,p2;3,1,1", 14, "unknown_option"),
        ("1;p2;3", "1;p2;3,1", 14, "pabulib_points"),
        ("1;p2;3", "1;p2;-3", 14, "not_whole"),
        ("1;p2;3", "1;p2", 14, "cells"),
        ("60,00", "60,50", 10, "bad_cost"),
        ("p2;60", "p1;60", 10, "twice"),
        ("cumulative", "choose-1", 0, "pabulib_type"),
        ("cumulative", "ordinal", 0, "pabulib_method"),
        (";points", ";remarks", 13, "pabulib_column"),
        ("META", "MET", 1, "pabulib_section"),
    ],
)
def test_pabulib_faults(was: str, now: str, line: int, key: str) -> None:
    text = PB.format(kind="cumulative").replace(was, now, 1)
    with pytest.raises(FileRefused) as refused:
        read_pabulib(text.encode(), Asked("budget"))
    assert (refused.value.line, refused.value.key) == (line, key)
    assert refused.value.sentence("x.pb").startswith("x.pb")


def test_folding() -> None:
    assert fold("  L’ÉTÉ\u202fà  venir ") == "l'ete a venir"


@pytest.mark.skipif(not TOULOUSE.exists(), reason="the ballots of Toulouse 2019 are not beside this folder")
def test_toulouse_2019_is_counted_like_the_oracle() -> None:
    """The same 22 projects as pabutools 1.2.3 (tests/oracles), in the same order."""
    found = read_pabulib(TOULOUSE.read_bytes(), Asked("budget"))
    counted = tally(found.question, {("paper", ""): found.ballots})
    assert counted.ballots == 1494
    order = "10 20 30 1 6 12 16 18 14 27 7 13 24 26 25 28 5 29 3 23 11 17"
    assert " ".join(counted.winners) == order
    assert counted.trace["completion"] == ["11", "17"]
    assert counted.trace["raised"] == 737
    assert counted.trace["spent"] == 997_000
