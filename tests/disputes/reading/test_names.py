"""Tests of names: who may have signed for whom."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disputes.reading.names import fold, is_near, may_be_same, split_words

ADA = "Ada Lovelace"


@pytest.mark.parametrize(
    ("signer", "person"),
    [
        ("Ada Lovelace", ADA),
        ("A LOVELACE", ADA),
        ("A. Lovelace", ADA),
        ("LOVELACE, ADA", ADA),
        ("LOVELACE ADA", ADA),
        ("Lovelace", ADA),
        ("Mrs. Lovelace", ADA),
        ("Fam. Lovelace", ADA),
        ("Charles Lovelace", ADA),
        ("ADA", ADA),
        ("ADALOVELACE", ADA),
        ("LOVELCE", ADA),
        ("Ada Lvoelace", ADA),
        ("Zoe Mueller", "Zoë Müller"),
        ("MULLER", "Zoë Müller"),
        ("Strauss", "Anna Strauß"),
        ("GARCIA", "María García-Lopez"),
        ("Maria Lopez", "María García-Lopez"),
        ("VANDYKE", "Anna van Dyke"),
        ("VAN DYKE", "Dyke, Anna van"),
        ("S OCONNELL", "Sean O'Connell"),
        ("C PORTER", "Cole Porter"),
        ("Wu", "Li Wu"),
    ],
)
def test_one_of_the_household_may_have_signed(signer, person):
    assert may_be_same(signer, person) is True


@pytest.mark.parametrize(
    "signer",
    [
        "Grace Hopper",
        "Ada Hopper",
        "HOPPER, G",
        "Neighbour",
        "Neighbor Smith",
        "Lovelace's neighbour",
        "Nachbar",
        "Reception",
        "FRONT DESK",
        "concierge",
        "Mailroom",
        "PORTER",
    ],
)
def test_another_name_or_another_desk_is_someone_else(signer):
    assert may_be_same(signer, ADA) is False


@pytest.mark.parametrize(
    "signer",
    [
        "",
        " ",
        "A",
        "A.L.",
        "XX",
        "xxxx",
        "JS",
        "1234",
        "---",
        "Signature not required",
        "Signed",
        "N/A",
        "Front door",
        "Ada H",
        "LEFT WITH RESIDENT",
    ],
)
def test_what_names_nobody_says_nothing(signer):
    assert may_be_same(signer, ADA) is None


def test_a_signature_is_compared_with_every_person():
    assert may_be_same("G HOPPER", ADA, "Grace Hopper") is True
    assert may_be_same("Alan Turing", ADA, "Grace Hopper") is False


@pytest.mark.parametrize("people", [(), ("",), ("", " "), ("12",)])
def test_nobody_to_compare_with_is_unknown(people):
    assert may_be_same("Ada Lovelace", *people) is None
    assert may_be_same("Reception", *people) is None


def test_a_surname_that_may_be_a_given_name_is_unknown():
    assert may_be_same("Martin Smith", "James Martin") is None


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("lovelace", "lovelace", True),
        ("lovelace", "lovlace", True),
        ("lovelace", "loveelace", True),
        ("lovelace", "lovelica", False),
        ("lovelace", "lovelaec", True),
        ("muller", "miller", False),
        ("smith", "smyth", False),
    ],
)
def test_one_slip_is_forgiven_in_a_long_word(one, other, near):
    assert is_near(one, other) is near
    assert is_near(other, one) is near


NAMES = st.sampled_from("Lovelace Hopper Hamilton Johnson Noether Germain Kowalevski Franklin Meitner".split())
GIVEN = st.sampled_from("Ada Grace Margaret Katherine Emmy Sophie Rosalind Lise".split())


@given(GIVEN, NAMES, st.sampled_from((str.upper, str.lower, str.title)))
def test_everyone_may_be_themselves_however_it_is_written(given_name, surname, case):
    person = f"{given_name} {surname}"
    for signer in (
        person,
        f"{given_name[0]} {surname}",
        f"{surname}, {given_name}",
        f"{surname} {given_name}",
        surname,
    ):
        assert may_be_same(case(signer), person) is True


@given(GIVEN, NAMES, GIVEN, NAMES)
def test_two_surnames_are_two_households(given_name, surname, other_name, other):
    expected = surname == other
    assert may_be_same(f"{given_name} {surname}", f"{other_name} {other}") is expected
    assert may_be_same(f"{other_name} {other}", f"{given_name} {surname}") is expected


@given(GIVEN, NAMES, st.data())
def test_one_letter_left_out_of_a_long_surname_is_forgiven(given_name, surname, data):
    if len(surname) > 7:
        at = data.draw(st.integers(0, len(surname) - 1))
        assert may_be_same(f"{given_name} {surname[:at]}{surname[at + 1 :]}", f"{given_name} {surname}") is True


@given(st.text(max_size=30), st.lists(st.text(max_size=30), max_size=3), st.text(max_size=30))
def test_one_more_person_never_makes_a_signer_a_stranger(signer, people, another):
    if may_be_same(signer, *people) is True:
        assert may_be_same(signer, *people, another) is not False


@given(st.text(alphabet=string.digits + string.punctuation, max_size=12))
def test_signs_and_digits_say_nothing(signer):
    assert may_be_same(signer, ADA) is None


@given(st.text(max_size=30))
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)
    assert split_words(text.upper()) == split_words(text.upper().lower())
