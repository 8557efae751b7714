"""Tests of facts that follow from several facts together, and of what is made of all that sources gave."""

from datetime import UTC, date, datetime, timedelta

import pytest

from disputes.evidence import Evidence, Fact, build_fact, render
from disputes.evidence.conclusions import conclude
from disputes.evidence.inferences import infer_product

PAID = datetime(2026, 3, 14, 12, tzinfo=UTC)


def concluded(*facts: Fact) -> dict[str, str]:
    """What follows from these facts of a payment."""
    paid = build_fact("paid_at", PAID, "stripe:charge")
    known = {paid.id, *(fact.id for fact in facts)}
    return {fact.kind: render(fact) for fact in conclude(Evidence(facts=(paid, *facts))).facts if fact.id not in known}


def test_physical_goods_without_a_trace_were_not_shipped():
    physical = build_fact("product_type", "physical", "m")
    assert concluded(physical) == {"not_shipped": "yes"}
    assert concluded(build_fact("product_type", "digital", "m")) == {}
    for kind in ("shipped_at", "delivered_at"):
        assert "not_shipped" not in concluded(physical, build_fact(kind, PAID, "m"))
    assert "not_shipped" not in concluded(physical, build_fact("tracking_number", "1Z9", "m"))


def test_the_earliest_cancellation_before_the_charge_counts():
    earlier, later = PAID - timedelta(days=9), PAID - timedelta(days=2)
    facts = concluded(build_fact("canceled_at", earlier, "s"), build_fact("cancel_requested_at", later, "m"))
    assert facts == {"canceled_before_charge": render(build_fact("canceled_before_charge", earlier, ""))}
    assert concluded(build_fact("canceled_at", PAID + timedelta(days=1), "s")) == {"canceled_after_charge": "yes"}


def test_use_counts_only_after_the_charge():
    digital = build_fact("product_type", "digital", "m")
    after, before = (build_fact("last_used_at", PAID + timedelta(hours=hours), "m") for hours in (1, -1))
    assert concluded(digital, after) == {"used_after_charge": "yes"}
    assert set(concluded(digital, before)) == {"used_before_only"}


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
    assert ("refund_requested" in concluded(build_fact("customer_message", message, "m"))) is asked


def test_each_message_is_read_not_the_first_alone():
    messages = [
        build_fact("customer_message", text, "zendesk:ticket/1", ref=f"zendesk/{number}")
        for number, text in enumerate(("Thank you!", "Refund me, please."))
    ]
    evidence = conclude(Evidence(facts=tuple(messages)))
    assert [fact.entity for fact in evidence.of("refund_requested")] == ["message:zendesk/1"]
    assert [fact.bearing for fact in evidence.of("customer_message")] == ["helps", "neutral"]


def test_without_a_payment_nothing_is_before_or_after_it():
    facts = (build_fact("last_used_at", PAID, "m"), build_fact("canceled_at", PAID, "m"))
    assert not conclude(Evidence(facts=facts)).adverse


def test_one_order_paid_twice_differs_from_two_orders():
    other = build_fact("other_charge_id", "ch_2", "s")
    numbers = build_fact("order_id", "A-1", "s"), build_fact("other_order_id", "a-1", "s")
    assert set(concluded(other, *numbers)) == {"same_order_twice"}
    assert concluded(other, numbers[0], build_fact("other_order_id", "B-2", "s")) == {}


def test_one_order_paid_twice_and_refunded_says_nothing():
    paid_back = build_fact("other_refund_covers_claim", value=True, source="s")
    facts = build_fact("order_id", "A-1", "s"), build_fact("other_order_id", "A-1", "s"), paid_back
    assert concluded(build_fact("other_charge_id", "ch_2", "s"), *facts) == {}


@pytest.mark.parametrize(
    ("facts", "product", "source"),
    [
        ([("tracking_number", "1Z9")], "physical", "inferred:tracking_number"),
        ([("delivered_at", date(2026, 3, 2)), ("service_date", PAID)], "physical", "inferred:delivered_at"),
        ([("service_date", PAID), ("last_used_at", PAID)], "service", "inferred:service_date"),
        ([("usage_event", "signed in")], "digital", "inferred:usage_event"),
        ([("shipping_address", "1 Main St")], "physical", "inferred:shipping_address"),
    ],
)
def test_the_kind_of_product_is_inferred_with_its_reason(facts, product, source):
    found = infer_product(Evidence(facts=tuple(build_fact(kind, value, "shop:x") for kind, value in facts)))
    assert found
    assert (found.value, found.source) == (product, f"{source}:shop:x")


def test_what_a_system_says_of_the_sale_comes_before_records_and_these_before_the_policy():
    usual, tracked = build_fact("product_type", "digital", "policy:merchant"), build_fact("tracking_number", "1Z9", "s")
    told = build_fact("product_type", "service", "stripe:charge")
    values = [infer_product(Evidence(facts=facts)) for facts in ((usual, tracked, told), (usual, tracked), (usual,))]
    assert [fact.value for fact in values if fact] == ["service", "physical", "digital"]
    assert infer_product(Evidence()) is None


def test_a_value_that_says_nothing_is_no_fact():
    blank = build_fact("delivery_signature", "Signature not required", "ups:x"), build_fact("account_id", "0", "shop:x")
    assert concluded(*blank) == {}
    assert not conclude(Evidence(facts=blank)).facts
