"""Typed words: nothing in them may turn round what stands beside them."""

from components.look.words import plain


def test_direction_marks_and_controls_go_and_words_stay() -> None:
    assert plain("\u202eSoirée\u2066 à l’eau\x00\x1b\r\n« 5 % »") == "Soirée à l’eau\n« 5 % »"
    assert plain("مرحبا") == "مرحبا"
