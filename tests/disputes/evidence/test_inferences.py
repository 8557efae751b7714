"""What follows from several facts together, whichever systems told them."""

from datetime import UTC, datetime, timedelta

import pytest

from disputes.evidence import Evidence, Fact, build_fact, render
from disputes.evidence.inferences import read

PAID = datetime(2026, 3, 14, 12, tzinfo=UTC)


def signs(*facts: Fact) -> dict[str, str]:
    paid = build_fact("paid_at", PAID, "stripe:charge")
    return {fact.kind: render(fact) for fact in read(Evidence(facts=(paid, *facts)))}


def test_physical_goods_without_a_trace_were_not_shipped():
    physical = build_fact("product_type", "physical", "m")
    assert signs(physical) == {"not_shipped": "yes"}
    assert signs(build_fact("product_type", "digital", "m")) == {}
    for kind in ("shipped_at", "delivered_at"):
        assert signs(physical, build_fact(kind, PAID, "m")) == {}
    assert signs(physical, build_fact("tracking_number", "1Z", "m")) == {}


def test_the_earliest_cancellation_before_the_charge_counts():
    earlier, later = PAID - timedelta(days=9), PAID - timedelta(days=2)
    found = signs(build_fact("canceled_at", earlier, "s"), build_fact("cancel_requested_at", later, "m"))
    assert found == {"canceled_before_charge": render(build_fact("canceled_before_charge", earlier, ""))}
    assert signs(build_fact("canceled_at", PAID + timedelta(days=1), "s")) == {}


def test_use_counts_only_after_the_charge():
    assert signs(build_fact("last_used_at", PAID + timedelta(hours=1), "m")) == {"used_after_charge": "yes"}
    assert signs(build_fact("last_used_at", PAID - timedelta(hours=1), "m")) == {}


@pytest.mark.parametrize(
    ("message", "asked"),
    [
        ("I want my MONEY BACK", True),
        ("Please refund me.", True),
        ("Where is my lamp?", False),
        ("A refundable deal", False),
    ],
)
def test_hears_a_request_for_a_refund(message: str, *, asked: bool):
    assert ("refund_requested" in signs(build_fact("customer_message", message, "m"))) is asked


def test_each_message_is_heard_not_the_first_alone():
    said = [
        build_fact("customer_message", text, "zendesk:ticket/1", ref=text) for text in ("Hello?", "Refund me, please.")
    ]
    assert signs(*said) == {"refund_requested": "yes"}


def test_without_a_payment_nothing_is_said_of_before_and_after():
    assert (
        list(read(Evidence(facts=(build_fact("last_used_at", PAID, "m"), build_fact("canceled_at", PAID, "m"))))) == []
    )


@pytest.mark.parametrize(
    ("mine", "other", "sign"),
    [("A-1", "B-2", "separate_orders"), ("A-1", "a-1", "same_order_twice")],
)
def test_one_order_paid_twice_is_told_from_two_orders(mine: str, other: str, sign: str):
    known = Evidence(facts=(build_fact("order_id", mine, "s"), build_fact("other_order_id", other, "s")))
    assert [fact.kind for fact in read(known)] == [sign]


def test_one_order_paid_twice_and_refunded_speaks_for_nobody():
    paid_back = build_fact("other_refund_covers_claim", value=True, source="s")
    known = Evidence(facts=(build_fact("order_id", "A-1", "s"), build_fact("other_order_id", "A-1", "s"), paid_back))
    assert list(read(known)) == []
