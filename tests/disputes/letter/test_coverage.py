"""Tests of which points a letter makes, and which it leaves out."""

import pytest

from disputes.case import Rebuttal
from disputes.evidence import Evidence, build_fact
from disputes.letter import coverage
from disputes.money import Money
from disputes.playbook import PRODUCTS
from tests.builders import AUTHOR, BOOKS, a_claim, a_dispute, a_full_case, a_letter, everything

BOOK = BOOKS.of("product_not_received")
FACTS = Evidence(
    facts=(
        build_fact("product_type", "physical", "test"),
        build_fact("amount_paid", Money(amount=3_800, currency="usd"), "test"),
        build_fact("paid_at", "2026-03-14T21:12:05Z", "test"),
        build_fact("delivered_at", "2026-03-18T10:02:00Z", "test"),
        build_fact("tracking_number", "1Z999AA10123456784", "test"),
        build_fact("prior_payments", 3, "test"),
        build_fact("prior_since", "2025-11-02T08:00:00Z", "test"),
        build_fact("shipping_address", "12 Main St\nApt 4\nNew York, NY, 10001, US", "test"),
        build_fact("used_after_charge", value=True, source="test"),
        build_fact("last_used_at", "2026-04-02T08:00:00Z", "test"),
    )
)


def point(name, reason="product_not_received"):
    return next(point for point in BOOKS.of(reason).points if point.name == name)


def makes(name, text, *facts, reason="product_not_received"):
    return coverage.makes_point(a_letter(a_claim(text, *facts)), FACTS, point(name, reason))


@pytest.mark.parametrize("reason", BOOKS.by_reason)
@pytest.mark.parametrize("product", PRODUCTS)
def test_the_planned_letter_makes_every_point_an_answer_needs(reason, product):
    case = a_full_case(reason, product)
    letter = Rebuttal(claims=AUTHOR.plan(case).claims)
    assert coverage.find_missing_points(case.dispute, letter, case.evidence, BOOKS.of(reason)) == ()


def test_a_point_may_be_made_in_several_sentences():
    letter = a_letter(a_claim("The parcel arrived.", "delivered_at"), a_claim("It has this number.", "tracking_number"))
    assert coverage.makes_point(letter, FACTS, point("tracked"))


def test_a_point_may_be_made_in_other_words_and_formats():
    assert makes("arrived", "The parcel reached the customer on March 18th, 2026.", "delivered_at")
    assert makes("payment", "On 2026-03-14 the sum of $38.00 reached us.", "paid_at", "amount_paid")
    assert makes("history", "Three payments since 2 November 2025 stand undisputed.", "prior_payments", "prior_since")
    assert makes("shipping_address", "It went to 12 Main St, Apt 4, New York.", "shipping_address")


def test_a_claim_that_cites_too_little_makes_no_point():
    assert not makes("tracked", "Delivered on 18 March 2026, parcel 1Z999AA10123456784.", "tracking_number")
    assert not makes("used", "There was use on 2 April 2026.", "used_after_charge")


def test_a_flag_need_not_be_cited_beside_the_facts_it_follows_from():
    assert makes("used", "There was use on 2 April 2026.", "last_used_at")


def test_a_point_without_its_facts_is_not_made():
    letter = a_letter(a_claim("The parcel reached the customer on 18 March 2026.", "delivered_at"))
    assert not coverage.makes_point(letter, Evidence(), point("arrived"))


def test_a_required_proven_point_that_no_claim_makes_is_missing():
    claim = a_claim("We received 38.00 USD on 14 March 2026.", "amount_paid", "paid_at")
    assert coverage.find_missing_points(a_dispute(), a_letter(claim), FACTS, BOOK) == ("arrived", "tracked")
    assert coverage.find_missing_points(a_dispute(), Rebuttal(), FACTS, BOOK) == ("arrived", "tracked", "payment")


def test_a_point_that_is_not_proven_is_not_missing():
    bare = Evidence(facts=FACTS.facts[:3])
    claim = a_claim("We received 38.00 USD on 14 March 2026.", "amount_paid", "paid_at")
    assert coverage.find_missing_points(a_dispute(), a_letter(claim), bare, BOOK) == ()


def test_one_decisive_point_is_enough_and_the_first_is_named_when_there_is_none():
    evidence, book, dispute = everything(), BOOKS.of("fraudulent"), a_dispute(reason="fraudulent")
    points = {each.name: each for each in book.find_points(dispute, evidence)}
    needed = [each for each in points.values() if each.required and each.find_proof(evidence)]
    claims = [_claim(each, evidence) for each in needed]
    assert coverage.find_missing_points(dispute, a_letter(*claims), evidence, book) == ("three_d_secure",)
    won = _claim(points["history"], evidence)
    assert coverage.find_missing_points(dispute, a_letter(*claims, won), evidence, book) == ()


def _claim(point, evidence):
    return a_claim(f"This is {point.name}.", *(fact.id for fact in point.find_proof(evidence)))
