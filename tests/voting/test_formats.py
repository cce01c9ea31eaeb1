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
        ("single", "choix\na\n \nb\n", 3, "empty_line"),
        ("single", "choix\n" + "x" * 200_000 + "\n", 2, "cell_too_long"),
        ("single", "choix\n" + "x" * 301 + "\n", 2, "bad_name"),
        ("single", "choix;nombre\na;1.000\n", 2, "two_readings"),
        ("single", "choix;nombre\na;35,500\n", 2, "two_readings"),
        ("single", "choix;nombre\na;1 0\n", 2, "not_whole"),
        ("single", "choix;nombre\na;1 0000\n", 2, "not_whole"),
        ("single", "choix;nombre\na;1.000.000\n", 2, "not_whole"),
        ("single", "choix;nombre\na;1,000.00\n", 2, "not_whole"),
        ("single", "voter_id;choix\n7;a\n8;a\n7;b\n", 4, "voter_twice"),
        ("approval", "N°;a;b\n7;1;0\n7;1;0\n", 3, "voter_twice"),
        ("ranking", "bulletin;nombre\na, b, c;1\n", 2, "not_ranked"),
        ("ranking", "bulletin;nombre\na > b;1\nc | a;1\n", 3, "not_ranked"),
        ("ranking", "bulletin;nombre\nb > c;1\na > b, c;1\n", 3, "not_ranked"),
        ("dots", "bulletin\n=3\n", 2, "empty_part"),
        ("dots", "\n\na,a\n1,1\n", 3, "twice"),
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


def test_what_stands_around_the_table_is_no_ballot() -> None:
    two = {("a",): 1, ("b",): 1}
    assert csv("\n\nchoix\na\nb\n", "single") == two
    assert csv("choix\na\nb\n   \n\n", "single") == two
    assert csv("sep=;\r\na;b\r\n1;0\r\n0;1\r\n", "approval") == two
    assert csv("sep=,\na,b;c\n1,0\n", "approval") == {("a",): 1}
    # A cell that is there and empty is a blank ballot.
    assert csv('choix\na\nb\n""\n', "single") == {**two, (): 1}
    with pytest.raises(FileRefused) as refused:
        csv("sep=;\na;b\n1;2\n", "approval")
    assert refused.value.line == 3


@pytest.mark.parametrize("written", ["1200", "1 200", "1\xa0200", "1\u202f200", "1200,00", "1 200.0"])
def test_a_number_has_one_reading(written: str) -> None:
    assert csv(f"choix;nombre\na;{written}\n", "single") == {("a",): 1200}
    assert read_costs(f"option;cost\na;{written}\n".encode()) == {"a": 1200}


def test_a_name_with_a_comma_can_be_ranked() -> None:
    assert csv("vote\nParc, square > Rue\nParc, square\n", "ranking") == {
        ("Parc, square", "Rue"): 1,
        ("Parc, square",): 1,
    }


def test_the_name_of_an_option_does_not_follow_the_order_of_ballots() -> None:
    for cells in ("École\nécole\nEcole", "Ecole\nÉcole\nécole", "école\nEcole\nÉcole"):
        assert csv(f"choix\n{cells}\n", "single") == {("École",): 3}
    assert csv("choix\nEcole\nÉcole\nEcole\n", "single") == {("Ecole",): 3}


def test_an_unknown_name_is_refused_at_its_own_line() -> None:
    with pytest.raises(FileRefused) as refused:
        csv("choix\na\nb\nc\n", "single", options=("a", "b"))
    assert (refused.value.key, refused.value.line) == ("unknown_option", 4)


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
        ("cumulative", "choose-9", 5, "pabulib_type"),
        ("cumulative", "ordinal", 5, "pabulib_method"),
        ("1;p2;3", "0;p2;3", 14, "voter_twice"),
        ("60,00", "60.000", 10, "two_readings"),
        ("1;p2;3", "1;p2;3.000", 14, "two_readings"),
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


BOUNDED = """META
key;value
budget;100
vote_type;{kind}
{limit}
num_votes;{votes}
num_projects;3
PROJECTS
project_id;cost
p1;40
p2;60
p3;10
VOTES
voter_id;vote;points
a;p1,p2;2,1
b;p3;3
c;;
"""


def bounded(kind: str, limit: str, votes: int = 3) -> bytes:
    return BOUNDED.format(kind=kind, limit=limit, votes=votes).encode()


@pytest.mark.parametrize(
    ("kind", "method", "limit", "line", "key"),
    [
        ("approval", "approval", "max_length;1", 15, "over_length"),
        ("approval", "budget", "max_length;1", 15, "over_length"),
        ("ordinal", "ranking", "max_length;1", 15, "over_length"),
        ("cumulative", "budget", "max_length;1", 15, "over_length"),
        ("approval", "approval", "min_length;2", 16, "under_length"),
        ("ordinal", "ranking", "min_length;2", 16, "under_length"),
        ("approval", "budget", "max_sum_cost;99.50", 15, "over_sum_cost"),
        ("approval", "approval", "min_sum_cost;11", 16, "under_sum_cost"),
        ("cumulative", "dots", "max_points;2", 16, "over_cap"),
        ("cumulative", "budget", "max_points;1", 15, "over_cap"),
        ("scoring", "score", "max_points;2", 16, "over_cap"),
        ("scoring", "budget", "max_points;0", 15, "over_cap"),
        ("scoring", "score", "min_points;2", 15, "under_cap"),
        ("cumulative", "budget", "min_points;2", 15, "under_cap"),
        ("cumulative", "dots", "max_sum_points;2", 15, "over_points"),
        ("cumulative", "score", "max_sum_points;2", 15, "over_points"),
        ("cumulative", "budget", "min_sum_points;4", 15, "under_points"),
        ("scoring", "score", "default_score;1", 5, "pabulib_default"),
        ("approval", "budget", "max_length_per_category;1", 5, "pabulib_limit"),
        ("approval", "budget", "max_length;many", 5, "not_whole"),
        ("approval", "budget", "max_sum_cost;100.000", 5, "two_readings"),
        ("approval", "budget", "vote_type;ordinal", 5, "twice"),
        ("choose-1", "single", "", 15, "one_only"),
    ],
)
def test_pabulib_limits_hold_for_each_ballot(kind: str, method: str, limit: str, line: int, key: str) -> None:
    with pytest.raises(FileRefused) as refused:
        read_pabulib(bounded(kind, limit), Asked(method))
    assert (refused.value.line, refused.value.key) == (line, key)
    for lang in ("fr", "en"):
        assert f" {line}" in refused.value.sentence("x.pb", lang)


@pytest.mark.parametrize(
    ("kind", "method", "limit"),
    [
        ("approval", "approval", "max_length;2"),
        ("approval", "budget", "max_sum_cost;100"),
        ("cumulative", "dots", "max_sum_points;3"),
        ("scoring", "score", "min_points;-5"),
        ("scoring", "score", "default_score;0"),
        ("approval", "budget", "max_length;"),
    ],
)
def test_pabulib_ballots_within_their_limits_are_read(kind: str, method: str, limit: str) -> None:
    found = read_pabulib(bounded(kind, limit), Asked(method))
    assert sum(found.ballots.values()) == 3
    assert found.ballots[()] == 1
    assert not found.warnings
    name, _, told = limit.partition(";")
    assert found.limits == ({name: int(told)} if told and name != "default_score" else {})


def test_the_command_line_goes_before_the_limits_of_a_file() -> None:
    assert read_pabulib(bounded("cumulative", "max_points;1"), Asked("dots", cap=3)).limits == {
        "max_points": 3
    }
    with pytest.raises(FileRefused, match="over_points"):
        read_pabulib(bounded("cumulative", "max_sum_points;9"), Asked("budget", points=2))


def test_what_a_ballot_may_name_is_what_the_question_says() -> None:
    assert read_pabulib(bounded("approval", "max_length;2"), Asked("approval")).question.max_choices == 2
    assert read_pabulib(bounded("approval", "max_length;9"), Asked("approval")).question.max_choices == 3


def test_a_blank_ballot_below_a_minimum_is_counted_and_told() -> None:
    found = read_pabulib(bounded("approval", "min_length;1"), Asked("approval"))
    assert found.ballots[()] == 1
    assert [warning.key for warning in found.warnings] == ["pabulib_blank"]
    threshold = read_pabulib(bounded("approval", "min_project_score_threshold;9"), Asked("budget"))
    assert [(w.key, w.line) for w in threshold.warnings] == [("pabulib_unfollowed", 5)]
    assert "min_project_score_threshold" in threshold.warnings[0].sentence("x.pb")


@pytest.mark.parametrize(
    ("told", "key"),
    [
        (("num_votes;3", "num_votes;4"), "pabulib_num_votes"),
        (("num_projects;3", "num_projects;2"), "pabulib_num_projects"),
    ],
)
def test_a_file_that_lacks_what_it_announces_is_refused(told: tuple[str, str], key: str) -> None:
    text = bounded("approval", "max_length;2").decode().replace(*told)
    with pytest.raises(FileRefused) as refused:
        read_pabulib(text.encode(), Asked("approval"))
    assert (refused.value.key, refused.value.line) == (key, 6 if "votes" in key else 7)


@pytest.mark.parametrize(
    ("method", "ballots"),
    [
        ("single", {("p2",): 1, ("p3",): 1, (): 1}),
        ("approval", {("p2",): 1, ("p3",): 1, (): 1}),
        ("budget", {("p2=1",): 1, ("p3=1",): 1, (): 1}),
    ],
)
def test_choose_1_is_one_project_a_ballot(method: str, ballots: dict[tuple[str, ...], int]) -> None:
    text = bounded("choose-1", "").replace(b"p1,p2;2,1", b"p2;")
    found = read_pabulib(text, Asked(method))
    assert found.ballots == ballots
    assert found.question.max_choices == 1


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
