"""Secret numbers are masked wherever they stand, and what a letter needs is not."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disputes import text
from disputes.privacy.masking import secrets
from disputes.privacy.masking.secrets import BANK, CODE, DOCUMENT
from tests.work import assert_proportional

LINES = Path(__file__).parent / "secret_lines"
NOTES = {"codes": CODE, "banks": BANK, "documents": DOCUMENT}


def lines(name):
    return (LINES / f"{name}.txt").read_text("utf-8").splitlines()


@pytest.mark.parametrize(("name", "line"), [(name, line) for name in NOTES for line in lines(name)])
def test_every_secret_becomes_its_note_and_no_three_of_its_digits_stay(name, line):
    clean = text.clean(f"Hello, {line}, thanks")
    rest = re.sub(r"\[card ending \d{4}\]|12\W(?:20)?27", "", clean)
    assert NOTES[name] in clean
    assert not re.search(r"\d\W?\d\W?\d", rest)


@pytest.mark.parametrize("line", lines("harmless"))
def test_what_a_letter_cites_is_not_taken_for_a_secret(line):
    assert text.clean(line) == line


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("cvv:\n\n123", f"cvv:\n\n{CODE}"),
        ("DE89-3704-0044\n0532-0130-00", BANK),
        ("passport number\nX1234567", f"passport number\n{DOCUMENT}"),
        ("123-\u200b45-\u200b6789", DOCUMENT),
        ("C\u200bV\u2060V 1\u200b23", f"CVV {CODE}"),
        ("ssn 123\u201145\u20116789", f"ssn {DOCUMENT}"),
        ("cvv \u0661\u0662\u0663", f"cvv {CODE}"),
    ],
)
def test_lines_scripts_and_invisible_marks_do_not_hide_a_secret(written, kept):
    assert text.clean(written) == kept


@pytest.mark.parametrize("written", ["DE88 3704 0044 0532 0130 00", "XX89 3704 0044 0532 0130 00", "529.982.247-26"])
def test_what_does_not_prove_itself_stays(written):
    assert text.clean(written) == written


def test_false_alarms_are_few_where_letters_are_full_of_numbers():
    lines = [
        f"Order {n * 7919 % 10**9}, tracking {n * 104729 % 10**12:012}, item {n}-{n * 31 % 10**6}" for n in range(5_000)
    ]
    assert sum(text.clean(line) != line for line in lines) <= 5


PIECES = st.sampled_from(
    "cvv|cvv |123|1234|12345678|account number |routing |acct |passport no |ssn |123-45-6789|DE89|X1|A|(|number "
    "|iban |DE89370400440532013000|4242424242424242| |\n|, |: |is |my |[|]|[security code]|[bank account]|.|-|/"
    "|[document number]|529.982.247-25|12/27|QQ 12 34 56 C|\u0663|3704 0044 0532 0130 00".split("|")
)
TEXTS = st.lists(PIECES | st.text(max_size=5), max_size=14).map("".join)


def test_a_number_that_stands_against_a_masked_one_is_masked_too():
    assert text.clean("529.982.247-25DE89370400440532013000") == "[document number][bank account]"


@given(TEXTS)
def test_masking_twice_changes_nothing_more(written):
    once = text.clean(written)
    assert text.clean(once) == once


@given(st.integers(0, 10**18 - 1), st.text("ab ,.\n", max_size=20), st.text("ab ,.\n", max_size=20))
def test_an_iban_never_survives_among_any_words(account, before, after):
    check = 98 - int(f"{account:018}131400") % 97
    iban = f"DE{check:02}{account:018}"
    assert iban not in text.clean(f"{before} {iban} {after}")


@pytest.mark.parametrize(
    "unit",
    "cvv |cvv 1|account number |passport number 1|1 2 3 |DE12 |D E 1 2 |routing 12345678 acc |a1|123-45-|123 is my "
    "|iban |[card ending 4242] 1/|no no no |DE89370400440532013000|passport AA1|last 4 of |123.456.".split("|"),
)
def test_hostile_text_is_searched_for_secrets_to_its_end(unit):
    assert_proportional(lambda written: secrets.mask(f"123 {written}"), unit)
