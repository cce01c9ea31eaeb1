"""The calculator for ballots held at the polls: exact at one half, never mistaken for a count of ours."""

import pytest

from components.documents.polls import polls_page

RECORD = {
    "kind": "referendum",
    "place": "commune",
    "registered": "1 000",
    "voted": "500",
    "yes": "300",
    "no": "200",
}


def told(lang: str = "fr", **changes: str) -> str:
    page, status = polls_page({**RECORD, **changes}, lang)
    assert status == 200, page
    return page


def test_half_of_the_registered_voters_exactly() -> None:
    assert "est adopté (article LO1112-7" in told()
    short = told(voted="499", yes="299")
    assert "49,9" in short
    assert "n’est pas adopté, faute de participation" in short
    assert "n’est pas adopté (article LO1112-7" in told(yes="200", no="300")
    assert "n’est pas adopté" in told(yes="250", no="250")


def test_an_intercommunality_only_consults() -> None:
    page, status = polls_page({**RECORD, "place": "epci"}, "fr")
    assert status == 400
    assert "L5211-49" in page
    assert 'value="1 000"' in page, "what was typed stays"
    assert "L5211-49" in told(place="epci", kind="consultation")
    assert "adopté" not in told(kind="consultation").split('class="told"')[1]


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_it_never_passes_a_count_of_ours_for_such_a_ballot(lang: str) -> None:
    assert "Cordée" in told(lang).split('class="told"')[1]
    assert "Cordée" in polls_page({}, lang)[0].split('class="notice"')[1]


def test_impossible_numbers_and_hostile_text() -> None:
    for changes in ({"voted": "1001"}, {"yes": "301"}, {"yes": "-1"}, {"yes": "1e9"}, {"registered": "0"}):
        page, status = polls_page({**RECORD, **changes}, "fr")
        assert status == 400, changes
        assert 'role="alert"' in page
    page, status = polls_page({**RECORD, "yes": '"><script>x'}, "fr")
    assert (status, "<script" in page) == (400, False)
    page, status = polls_page({**RECORD, "kind": "<b>"}, "fr")
    assert (status, "<b>" in page) == (400, False)
