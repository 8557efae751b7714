"""Tests of what grounding makes of careful letters and of planted errors, and of what it leaves to a person."""

import pytest

from disputes.evidence import Evidence, build_fact
from disputes.letter import grounding
from disputes.letter.grounding import predicates
from disputes.money import Money
from tests.builders import a_claim, a_letter
from tests.disputes.letter.letters import read_written

PACKET = ("Exhibit A", "Exhibit B", "Exhibit C")
CAREFUL, PLANTED = read_written("careful.toml"), read_written("planted.toml")
# What stands in these two is true of the cited facts word by word; only a reader sees what they mix up.
MISSED = {"The invoice of 76.00 USD was settled on 4 March 2026.", "The reference ch_3PqRs7T is that of the order."}
FACTS = (
    build_fact("amount_paid", Money(amount=3_800, currency="usd"), "t"),
    build_fact("delivered_at", "2026-03-18T10:00:00Z", "t"),
    build_fact("liability_shift", value=True, source="t"),
    build_fact("network_claim", "Visa 13.3 (Not as Described or Defective)", "t"),
)


def check(text):
    letter = a_letter(a_claim(text, *(fact.id for fact in FACTS)))
    return grounding.check(letter, Evidence(facts=FACTS))


def check_letter(letter):
    return grounding.check(letter.rebuttal, letter.evidence, exhibits=PACKET)


def test_there_are_more_than_sixty_letters_of_each():
    assert min(len(CAREFUL), len(PLANTED)) > 60
    assert len({letter.rebuttal for letter in (*CAREFUL, *PLANTED)}) == len(CAREFUL) + len(PLANTED)


def test_no_careful_letter_raises_a_violation():
    assert {letter.rebuttal.claims[0].text: found for letter in CAREFUL if (found := check_letter(letter))} == {}


def test_every_planted_error_is_raised_but_for_those_that_are_known():
    assert {letter.rebuttal.claims[0].text for letter in PLANTED if not check_letter(letter)} == MISSED


@pytest.mark.parametrize(
    "text", ["The customer smashed it on 18 March 2026.", "The carrier is of the best.", "We could pay 38.00 USD."]
)
def test_a_predicate_that_no_rule_knows_is_left_to_a_person_and_not_called_wrong(text):
    assert {(each.what, each.undecidable) for each in check(text)} == {(predicates.UNDECIDABLE, True)}


def test_a_wrong_figure_is_not_undecidable():
    assert [each.undecidable for each in check("We received 39.00 USD.")] == [False]


def test_a_reason_code_may_be_named_unless_another_is_on_record():
    assert check("The dispute of 38.00 USD bears reason code 13.3 (Not as Described or Defective).") == ()
    assert check("The dispute of 38.00 USD bears reason code 13.1.")


def test_what_the_cardholder_claims_is_no_statement_of_ours_unless_it_speaks_for_us():
    assert check("The cardholder says that the order never arrived.") == ()
    assert check("The cardholder says that it was signed for by the customer.")
