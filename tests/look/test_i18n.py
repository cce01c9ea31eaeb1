import string

import pytest

from components.look.i18n import LANGUAGES, areas, french_spaces, known, t, texts


def slots(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_have_the_same_areas():
    assert areas("fr") == areas("en") != []


@pytest.mark.parametrize("area", areas("fr"))
def test_both_languages_have_the_same_texts_and_slots(area):
    fr, en = texts(area, "fr"), texts(area, "en")
    assert set(fr) == set(en)
    assert {name: slots(text) for name, text in fr.items()} == {
        name: slots(text) for name, text in en.items()
    }


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("area", areas("fr"))
def test_no_text_is_empty(area, lang):
    assert all(text.strip() for text in texts(area, lang).values())


@pytest.mark.parametrize("area", areas("fr"))
def test_french_puts_a_narrow_space_before_high_punctuation(area):
    """A plain space before ; ! ? % or a colon lets the sign fall to the next line."""
    for name, text in texts(area, "fr").items():
        for sign in (" ;", " !", " ?", " %", " :", "« ", " »"):
            assert sign not in text, (name, text)


def test_a_missing_text_is_named():
    with pytest.raises(KeyError, match=r"common\.nothing"):
        t("common.nothing")


def test_an_unknown_language_is_french():
    assert known("xx") == known(None) == "fr"
    assert known("en") == "en"


def test_plain_spaces_of_a_french_text_become_narrow():
    assert (
        french_spaces("Quoi ? « Oui » : 5 %; a : b")
        == "Quoi\u202f? «\u202fOui\u202f»\u202f: 5\u202f%; a\u202f: b"
    )
