"""Tests of facts that follow from several facts together."""

from datetime import UTC, datetime, timedelta

import pytest

from disputes.evidence import Evidence, Fact, build_fact, render
from disputes.evidence.inferences import infer

PAID = datetime(2026, 3, 14, 12, tzinfo=UTC)


def inferred(*facts: Fact) -> dict[str, str]:
    paid = build_fact("paid_at", PAID, "stripe:charge")
    return {fact.kind: render(fact) for fact in infer(Evidence(facts=(paid, *facts)))}


def test_physical_goods_without_a_trace_were_not_shipped():
    physical = build_fact("product_type", "physical", "m")
    assert inferred(physical) == {"not_shipped": "yes"}
    assert inferred(build_fact("product_type", "digital", "m")) == {}
    for kind in ("shipped_at", "delivered_at"):
        assert inferred(physical, build_fact(kind, PAID, "m")) == {}
    assert inferred(physical, build_fact("tracking_number", "1Z", "m")) == {}


def test_the_earliest_cancellation_before_the_charge_counts():
    earlier, later = PAID - timedelta(days=9), PAID - timedelta(days=2)
    facts = inferred(build_fact("canceled_at", earlier, "s"), build_fact("cancel_requested_at", later, "m"))
    assert facts == {"canceled_before_charge": render(build_fact("canceled_before_charge", earlier, ""))}
    assert inferred(build_fact("canceled_at", PAID + timedelta(days=1), "s")) == {}


def test_use_counts_only_after_the_charge():
    assert inferred(build_fact("last_used_at", PAID + timedelta(hours=1), "m")) == {"used_after_charge": "yes"}
    assert inferred(build_fact("last_used_at", PAID - timedelta(hours=1), "m")) == {}


@pytest.mark.parametrize(
    ("message", "asked"),
    [
        ("I want my MONEY BACK", True),
        ("Please refund me.", True),
        ("Where is my lamp?", False),
        ("A refundable deal", False),
    ],
)
def test_a_message_that_asks_for_a_refund_is_a_refund_request(message: str, *, asked: bool):
    assert ("refund_requested" in inferred(build_fact("customer_message", message, "m"))) is asked


def test_each_message_is_read_not_the_first_alone():
    messages = [
        build_fact("customer_message", text, "zendesk:ticket/1", ref=text) for text in ("Hello?", "Refund me, please.")
    ]
    assert inferred(*messages) == {"refund_requested": "yes"}


def test_without_a_payment_nothing_is_before_or_after_it():
    assert (
        list(infer(Evidence(facts=(build_fact("last_used_at", PAID, "m"), build_fact("canceled_at", PAID, "m"))))) == []
    )


@pytest.mark.parametrize(
    ("order", "other", "kind"),
    [("A-1", "B-2", "separate_orders"), ("A-1", "a-1", "same_order_twice")],
)
def test_one_order_paid_twice_differs_from_two_orders(order: str, other: str, kind: str):
    evidence = Evidence(facts=(build_fact("order_id", order, "s"), build_fact("other_order_id", other, "s")))
    assert [fact.kind for fact in infer(evidence)] == [kind]


def test_one_order_paid_twice_and_refunded_infers_nothing():
    paid_back = build_fact("other_refund_covers_claim", value=True, source="s")
    evidence = Evidence(facts=(build_fact("order_id", "A-1", "s"), build_fact("other_order_id", "A-1", "s"), paid_back))
    assert list(infer(evidence)) == []
