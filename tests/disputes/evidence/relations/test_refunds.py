"""Tests of whether the refunds of the payment arrived and cover the claim."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disputes.evidence import build_fact
from disputes.money import Money
from tests.disputes.evidence.relations.scene import all_answers, answer, concluded

NAME = "refund_covers_claim"
CLAIM = build_fact("dispute_amount", Money(amount=5_000, currency="usd"), "stripe:dispute")
COVERS = build_fact(NAME, value=True, source="stripe:charge:refunds")


def refund(amount, currency="usd", ref="re_1", source="stripe:charge:refunds"):
    return build_fact("refund_amount", Money(amount=amount, currency=currency), source, ref=ref)


def trouble(kind):
    return build_fact(kind, "50.00 USD (re_2)", "stripe:charge:refunds", ref="re_2")


@given(st.integers(5_000, 9_999))
def test_refunds_that_cover_the_claim(amount):
    assert answer(NAME, CLAIM, COVERS, refund(amount)) == "true"


@given(st.integers(1, 4_999))
def test_a_smaller_refund_is_false_and_shown(amount):
    evidence = concluded(CLAIM, refund(amount, source="shop:refund"))
    assert [fact.kind for fact in evidence.adverse] == ["refund_before_dispute"]


@given(st.integers(1, 4_999), st.sampled_from(["refund_before_dispute", "refund_after_dispute"]))
def test_a_refund_that_stripe_tells_against_us_is_told_once(amount, kind):
    assert [fact.kind for fact in concluded(CLAIM, refund(amount), trouble(kind)).adverse] == [kind]


@given(st.booleans(), st.integers(1, 9_999))
def test_a_failed_refund_is_false_whatever_else_is_told(covers, amount):
    told = [CLAIM, refund(amount), trouble("refund_failed"), *([COVERS] if covers else [])]
    assert answer(NAME, *told) == "false"
    assert all_answers(told) == all_answers(reversed(told))


def test_a_refund_under_way_has_not_arrived():
    assert answer(NAME, CLAIM, trouble("refund_under_way")) == "false"
    assert answer(NAME, CLAIM, refund(100), trouble("refund_under_way")) == "false"


@given(st.integers(1, 99_999), st.sampled_from(["eur", "jpy", "kwd"]))
def test_a_refund_in_another_currency_is_not_compared(amount, currency):
    assert answer(NAME, CLAIM, refund(amount, currency)) == "unknown"
    assert answer(NAME, CLAIM, refund(amount, currency), refund(100, ref="re_2")) == "unknown"
    assert answer(NAME, CLAIM, COVERS, refund(amount, currency)) == "true"  # Stripe states it in the claim's too


@pytest.mark.parametrize("facts", [(), (CLAIM,)])
def test_nothing_is_said_where_no_refund_is_on_record(facts):
    assert answer(NAME, *facts) == ""
