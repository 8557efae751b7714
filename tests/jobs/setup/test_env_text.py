"""What is written into `.env` is read back the same, and what others wrote there stays."""

import io
import os
import string

import pytest
from dotenv import dotenv_values
from hypothesis import example, given
from hypothesis import strategies as st

from disputes.errors import Invalid
from jobs.cli.setup.env_text import quote, read_values, set_values

VALUES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)
TRICKY = st.text(alphabet="\\'\"${}:-# \t\n\r=aX`!", min_size=1)
NAMES = st.text(alphabet=string.ascii_uppercase + "_", min_size=1, max_size=8)
OTHERS = st.lists(
    st.sampled_from(["# a word on it", "", "OTHER='kept # whole'", "export MORE=1", "no equals sign", "=broken", "E="]),
    max_size=8,
)


def loaded(text: str) -> dict[str, str | None]:
    return dict(dotenv_values(stream=io.StringIO(text)))


@given(st.dictionaries(NAMES, VALUES | TRICKY, min_size=1, max_size=4))
@example({"A": "ends in a backslash\\", "B": "it's"})
@example({"A": "${HOME}", "B": "${PATH:-x}"})
@example({"A": "a # b", "B": " spaces "})
def test_any_value_is_read_back_the_same(values):
    assert loaded(set_values("", values)) == values


@given(st.dictionaries(NAMES, VALUES | TRICKY, max_size=4), st.dictionaries(NAMES, VALUES | TRICKY, min_size=1))
def test_values_take_the_place_of_older_ones(before, after):
    text = set_values(set_values("", before), after)
    assert loaded(text) == {**before, **after}
    assert text.count("\n") >= len({**before, **after})


@given(OTHERS, VALUES)
def test_every_other_line_is_kept(lines, value):
    text = "".join(f"{line}\n" for line in lines)
    changed = set_values(text + "MINE=old\n", {"MINE": value, "NEW": value})
    assert changed == f"{text}MINE={quote(value)}\nNEW={quote(value)}\n"


def test_a_quote_left_open_that_swallows_the_rest_is_refused_before_anything_is_lost():
    with pytest.raises(Invalid, match="A cannot be written"):
        set_values("OPEN='\n", {"A": "it's"})


def test_a_last_line_without_an_end_stays_a_line_of_its_own():
    assert set_values("A=1", {"B": "2"}) == "A=1\nB=2\n"


def test_a_name_that_stands_there_twice_is_set_once():
    assert set_values("A=1\n# why\n\nA=2\nB=3\n", {"A": "9"}) == "A=9\n# why\n\nB=3\n"


def test_an_exported_value_stays_exported():
    assert set_values("export A=1\n", {"A": "9"}) == "export A=9\n"


def test_a_plain_value_stays_bare():
    assert quote("sk_test_123") == "sk_test_123"


def test_a_name_that_is_none_is_refused_without_its_value():
    with pytest.raises(Invalid) as refused:
        set_values("", {"not a name": "hidden"})
    assert "not a name" in str(refused.value)
    assert "hidden" not in str(refused.value)


def test_empty_settings_are_not_there():
    assert read_values("A=\nB=1\n") == {"B": "1"}
    assert "A" not in os.environ
