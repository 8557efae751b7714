"""Tests of contradictions between facts of one or several systems."""

from datetime import UTC, datetime, timedelta

import pytest

from disputes.evidence import Evidence, build_fact
from disputes.evidence.contradictions import _COMPARISONS, find
from disputes.evidence.kinds import COMPARED
from disputes.money import Money

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)


def one_fact(system, kind, value, ref=""):
    return Evidence(facts=(build_fact(kind, value, f"{system}:record/1", ref=ref),))


def two_systems(kind, ours, theirs):
    return one_fact("stripe", kind, ours).plus(one_fact("shopify", kind, theirs))


@pytest.mark.parametrize(
    ("kind", "ours", "theirs"),
    [
        ("delivered_at", NOON, NOON + timedelta(days=2)),
        ("customer_name", "Ada Lovelace", "Grace Hopper"),
        ("customer_email", "ada@example.com", "grace@example.com"),
        ("amount_paid", Money(amount=3800, currency="usd"), Money(amount=3900, currency="usd")),
        ("amount_paid", Money(amount=3800, currency="usd"), Money(amount=3800, currency="eur")),
        ("tracking_number", "1Z999AA10123456784", "1Z999AA10123456785"),
        ("shipping_address", "12 Main Street, Springfield, 62701", "40 Oak Avenue, Salem, 97301"),
    ],
)
def test_different_values_of_two_systems_contradict(kind, ours, theirs):
    (contradiction,) = find(two_systems(kind, ours, theirs))
    assert contradiction.grave
    assert contradiction.facts == (kind, f"{kind}@shopify")
    assert "stripe says" in contradiction.why
    assert "shopify says" in contradiction.why


@pytest.mark.parametrize(
    ("kind", "ours", "theirs"),
    [
        ("delivered_at", NOON, NOON + timedelta(hours=20)),
        ("customer_name", "Ada Lovelace", "LOVELACE, A."),
        ("customer_name", "Zoë Müller", "Zoe Muller"),
        ("customer_email", "ada@example.com", "Ada@Example.com"),
        ("tracking_number", "1Z999AA10123456784", "1z 999 aa1 0123456784"),
        ("shipping_address", "12 Main Street, Springfield, 62701", "12 Main St, Springfield IL 62701-1234"),
        ("line_items", "One lamp", "Lamp, brass"),
    ],
)
def test_two_spellings_of_one_value_agree(kind, ours, theirs):
    assert find(two_systems(kind, ours, theirs)) == ()


def test_two_values_of_one_system_are_no_contradiction():
    twice = one_fact("shopify", "tracking_number", "AA1", ref="1").plus(
        one_fact("shopify", "tracking_number", "BB2", ref="2")
    )
    assert find(twice) == ()


def test_one_of_several_parcels_is_enough_to_agree():
    ours = one_fact("shopify", "tracking_number", "AA1", ref="1").plus(
        one_fact("shopify", "tracking_number", "BB2", ref="2")
    )
    assert find(ours.plus(one_fact("easypost", "tracking_number", "BB2", ref="3"))) == ()


def test_a_delivery_before_the_shipping_is_a_contradiction():
    (contradiction,) = find(
        one_fact("stripe", "shipped_at", NOON).plus(one_fact("ups", "delivered_at", NOON - timedelta(days=3)))
    )
    assert "lies before the shipping" in contradiction.why


def test_another_recipient_is_a_contradiction_that_is_not_grave():
    other = one_fact("stripe", "customer_name", "Ada Lovelace").plus(one_fact("shop", "shipping_name", "B. Byron"))
    (contradiction,) = find(other)
    assert not contradiction.grave
    assert contradiction.why == "Recipient B. Byron is not the customer Ada Lovelace."


def test_the_second_value_stays_as_a_neutral_fact_under_its_system():
    evidence = two_systems("delivered_at", NOON, NOON + timedelta(days=2))
    assert [(fact.id, fact.bearing) for fact in evidence.facts] == [
        ("delivered_at", "helps"),
        ("delivered_at@shopify", "neutral"),
    ]


def test_every_compared_kind_has_a_comparison():
    assert set(_COMPARISONS) == COMPARED
