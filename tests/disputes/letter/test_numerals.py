"""Tests of numbers written in words."""

import pytest

from disputes.letter.grounding import numerals


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("There were three of them.", [3]),
        ("Twenty-two and forty five", [22, 45]),
        ("one hundred and four uses", [104]),
        ("a hundred uses", [100]),
        ("two thousand three hundred and twelve", [2_312]),
        ("one million two hundred thousand", [1_200_000]),
        ("two three", [2, 3]),
        ("two and three", [2, 3]),
        ("twenty and three", [20, 3]),
        ("twenty eleven", [20, 11]),
        ("ten hundred", [1_000]),
        ("twice, then a third time, in part iv", [2, 3, 4]),
        ("dozens of them", [12]),
        ("one of the payments; someone, often, weight, tone", []),
        ("zero uses", [0]),
        ("two million and thousand", [2_000_000, 1_000]),
    ],
)
def test_a_number_in_words_is_read(text, values):
    assert [numeral.value for numeral in numerals.read(text)] == values


def test_a_numeral_has_its_place_in_the_text():
    (numeral,) = numerals.read("We sent twenty-two parcels.")
    assert (numeral.text, numeral.start, numeral.end) == ("twenty-two", 8, 18)


@pytest.mark.parametrize(("written", "number"), [("1,204", 1_204), ("three", 3), ("One", 1), ("twenty-four", 24)])
def test_a_figure_and_words_write_the_same_number(written, number):
    assert numerals.parse(written) == number


def test_text_that_is_no_number_is_refused():
    with pytest.raises(ValueError, match="no number"):
        numerals.parse("moon")
