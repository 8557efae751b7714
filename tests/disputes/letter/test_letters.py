"""Tests of the grounding's figures: no false alarm, and no change to a letter missed."""

from benchmarks import grounding as figure
from disputes.evidence import Evidence, build_fact
from disputes.money import Money
from tests.builders import a_claim, a_letter, sample
from tests.disputes.letter.letters import SampleLetter, compose, read_written

BY_HAND, COMPOSED = read_written(), compose()
KINDS = {"currency", "day", "derived", "digit", "e-mail", "exhibit", "month", "name", "weekday", "zone"}


def test_there_are_two_hundred_different_clean_letters_and_sixty_by_hand():
    texts = {tuple(claim.text for claim in letter.rebuttal.claims) for letter in (*BY_HAND, *COMPOSED)}
    assert len(texts) >= 200
    assert len({letter.rebuttal for letter in BY_HAND}) >= 60


def test_no_clean_letter_raises_an_alarm():
    assert figure.false_alarms([*BY_HAND, *COMPOSED[::5]]) == []


def test_every_single_change_to_a_letter_by_hand_is_noticed():
    made, caught, missed = figure.measure(BY_HAND)
    assert missed == []
    assert set(made) == KINDS
    assert caught == made
    assert made.total() > 750


def test_a_change_that_passes_is_counted_as_missed():
    paid, other = build_fact("amount_paid", Money(amount=3_800, currency="usd"), "t"), sample("other_amount")
    other = other.model_copy(update={"value": Money(amount=4_800, currency="usd")})
    letter = SampleLetter(
        "hole", a_letter(a_claim("We have 38.00 USD on record.", paid.id, other.id)), Evidence(facts=(paid, other))
    )
    made, caught, missed = figure.measure([letter])
    assert missed == ["digit: We have 48.00 USD on record."]
    assert made.total() == caught.total() + 1
