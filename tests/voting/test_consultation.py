"""The results calculator: half of the registered voters and a majority of the votes cast, to the voter."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.voting.consultation import ConsultationRefused, Held, consult

HELD = Held("referendum", "commune", registered=1000, voted=500, blank=10, null=5, yes=250, no=235)


@pytest.mark.parametrize(
    ("registered", "voted", "reached"),
    [(1000, 499, False), (1000, 500, True), (1001, 500, False), (1001, 501, True), (10_000, 4996, False)],
)
def test_half_of_the_registered_voters(registered: int, voted: int, reached: bool) -> None:
    held = replace(HELD, registered=registered, voted=voted, blank=0, null=0, yes=voted - 10, no=10)
    found = consult(held)
    assert (found.turnout_reached, found.adopted) == (reached, reached)
    words = " ".join(found.sentences())
    assert ("est adopté" in words) is reached
    assert ("50,0" in words) is reached


@pytest.mark.parametrize(
    ("yes", "no", "majority"), [(243, 242, True), (242, 242, False), (242, 243, False), (0, 0, False)]
)
def test_majority_of_the_votes_cast(yes: int, no: int, majority: bool) -> None:
    """Blank and void ballots are not votes cast."""
    found = consult(replace(HELD, yes=yes, no=no, blank=500 - 5 - yes - no))
    assert (found.majority, found.adopted) == (majority, majority)
    assert found.votes_cast == yes + no


def test_a_consultation_decides_nothing() -> None:
    found = consult(replace(HELD, kind="consultation"))
    assert found.adopted is None
    assert found.majority is True
    assert "L1112-20" in found.sentences()[-1]


def test_an_intercommunality_holds_only_consultations() -> None:
    with pytest.raises(ConsultationRefused) as refused:
        consult(replace(HELD, place="epci"))
    assert "L5211-49" in refused.value.sentence("fr")
    assert "L5211-49" in refused.value.sentence("en")
    assert "L5211-49" in consult(replace(HELD, place="epci", kind="consultation")).sentences()[-1]


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        ({"kind": "sondage"}, "kind"),
        ({"place": "pays"}, "place"),
        ({"voted": 1001}, "voters"),
        ({"yes": 251}, "sum"),
        ({"no": -1}, "number"),
        ({"registered": 0, "voted": 0, "yes": 0, "no": 0, "blank": 0, "null": 0}, "number"),
    ],
)
def test_impossible_numbers_are_refused_in_a_sentence(wrong: dict[str, object], key: str) -> None:
    with pytest.raises(ConsultationRefused) as refused:
        consult(replace(HELD, **wrong))  # type: ignore[arg-type]
    assert refused.value.key == key
    assert refused.value.sentence("fr") != refused.value.sentence("en")


@given(
    st.sampled_from(["referendum", "consultation"]),
    st.integers(0, 50),
    st.integers(0, 50),
    st.integers(0, 200),
)
def test_no_result_passes_for_a_count_of_cordee(kind: str, yes: int, no: int, absent: int) -> None:
    held = Held(kind, "region", yes + no + absent + 1, yes + no, 0, 0, yes, no)
    for lang, words in (("fr", "pas des votes comptés par Cordée"), ("en", "not votes counted by Cordée")):
        found = consult(held)
        assert words in found.sentences(lang)[0]
        assert words in found.to_dict(lang)["sentences"][0]


def test_a_turnout_that_would_be_rounded_to_half_has_decimals_enough() -> None:
    found = consult(replace(HELD, registered=10_000, voted=4996, blank=0, null=0, yes=4996, no=0))
    assert found.to_dict()["turnout"] == 49.96
    assert "49,96" in " ".join(found.sentences())
    assert "50,0" in " ".join(consult(HELD).sentences())
