"""Records that cannot both be true are found, whatever systems they stand in."""

from datetime import UTC, datetime, timedelta

import pytest

from disputes.evidence import Evidence, build_fact
from disputes.evidence.contradictions import _AGREE, find
from disputes.evidence.kinds import COMPARED
from disputes.money import Money

NOON = datetime(2026, 3, 14, 12, tzinfo=UTC)


def said(system, kind, value, ref=""):
    return Evidence(facts=(build_fact(kind, value, f"{system}:record/1", ref=ref),))


def both(kind, ours, theirs):
    return said("stripe", kind, ours).plus(said("shopify", kind, theirs))


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
def test_two_systems_that_say_two_things_disagree(kind, ours, theirs):
    (found,) = find(both(kind, ours, theirs))
    assert found.grave
    assert found.facts == (kind, f"{kind}@shopify")
    assert "stripe says" in found.why
    assert "shopify says" in found.why


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
def test_two_ways_to_say_one_thing_agree(kind, ours, theirs):
    assert find(both(kind, ours, theirs)) == ()


def test_what_one_system_says_twice_is_no_contradiction():
    twice = said("shopify", "tracking_number", "AA1", ref="1").plus(said("shopify", "tracking_number", "BB2", ref="2"))
    assert find(twice) == ()


def test_one_of_several_parcels_is_enough_to_agree():
    ours = said("shopify", "tracking_number", "AA1", ref="1").plus(said("shopify", "tracking_number", "BB2", ref="2"))
    assert find(ours.plus(said("easypost", "tracking_number", "BB2", ref="3"))) == ()


def test_a_delivery_before_the_shipping_is_told():
    (found,) = find(said("stripe", "shipped_at", NOON).plus(said("ups", "delivered_at", NOON - timedelta(days=3))))
    assert "lies before the shipping" in found.why


def test_another_recipient_is_shown_and_holds_nothing_back():
    other = said("stripe", "customer_name", "Ada Lovelace").plus(said("ups", "delivery_signature", "B. Byron"))
    (found,) = find(other)
    assert not found.grave
    assert found.why == "Signed for by B. Byron is not the customer Ada Lovelace."


def test_the_second_word_is_kept_for_people_and_not_for_banks():
    evidence = both("delivered_at", NOON, NOON + timedelta(days=2))
    assert [(fact.id, fact.bearing) for fact in evidence.facts] == [
        ("delivered_at", "helps"),
        ("delivered_at@shopify", "neutral"),
    ]


def test_every_kind_that_should_be_the_same_is_compared():
    assert set(_AGREE) == COMPARED
