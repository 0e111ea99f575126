"""What is typed meets what is held, however either is written."""

from datetime import date

import pytest

from charts.folding import day_token, folded, name_tokens, terms


@pytest.mark.parametrize(
    ("word", "plain"),
    [
        ("DIAZ", "diaz"), ("Núñez", "nunez"), ("O'Neil", "oneil"), ("Łukasz", "lukasz"),
        ("Strauß", "strauss"), ("MR-00123", "mr00123"), ("--", ""), ("Нина", "нина"),
    ],
)  # fmt: skip
def test_case_accents_and_marks_make_no_difference(word, plain):
    assert folded(word) == plain


def test_a_name_is_found_by_its_parts_and_as_one():
    assert name_tokens("de la Cruz-Núñez") == {
        "de", "la", "cruz", "nunez", "cruznunez", "delacruznunez",
    }  # fmt: skip
    assert name_tokens("") == set()


@pytest.mark.parametrize("typed", ["3/2/1961", "03/02/1961", "1961-03-02", "Mar 2, 1961"])
def test_a_birth_date_is_read_as_people_type_it(typed):
    assert terms(f"okafor {typed}") == (day_token(date(1961, 3, 2)), "okafor")


def test_a_date_that_never_was_stays_what_was_typed():
    assert terms("2/30/1961") == ("2301961",)


def test_the_longest_word_comes_first_and_nothing_is_nothing():
    assert terms("di maria") == ("maria", "di")
    assert terms(" - ' ") == ()
