from datetime import timedelta
from typing import Any

import pytest

from disputes.dispute import parse
from disputes.evidence import Evidence, Fact, Gap, a_fact, render, when
from disputes.facts import KINDS
from simulator.objects import (
    a_charge,
    a_dispute,
    a_payment_intent,
)
from tests.tools.stripe_papers import NOW, PAID, noted, papers, told
from tools.sources import (
    stripe_customer,
    stripe_history,
    stripe_metadata,
    stripe_order,
    stripe_payment,
    stripe_refunds,
    stripe_signs,
    stripe_subscription,
)
from tools.sources.stripe_paper import NOTHING
from tools.sources.stripe_papers import Papers

KEYS = {kind: (kind,) for kind in KINDS} | {"account_id": ("user_id", "account_id")}


def test_metadata_is_read_from_the_payment_intent_first() -> None:
    charge = a_charge(metadata={"order_id": "charge's", "user_id": "u1"})
    intent = a_payment_intent(metadata={"order_id": "intent's", "usage_count": "12"})
    facts = {fact.kind: fact for fact in noted(read_notes(charge, intent)).facts}
    assert (facts["order_id"].value, facts["account_id"].value) == ("intent's", "u1")
    assert facts["order_id"].source == "stripe:payment_intent/pi_example:metadata.order_id"
    assert facts["usage_count"].value == 12


def read_notes(charge: dict[str, Any], intent: dict[str, Any] | None = None) -> list[Fact | Gap]:
    claim = {"payment_intent": intent}
    return list(stripe_metadata.read(papers(charge, claim=claim), KEYS, now=NOW))


@pytest.mark.parametrize(
    "written",
    ["2026-09-21T14:13:20Z", "2026-09-21T16:13:20+02:00", "2026-09-21 14:13:20", "20260921T141320Z", "1790000000"],
)
def test_times_are_read_in_the_forms_people_write(written: str) -> None:
    (fact,) = noted(read_notes(a_charge(metadata={"delivered_at": written}))).facts
    assert when(fact) == PAID


@pytest.mark.parametrize(
    ("key", "written"),
    [
        ("delivered_at", "last Tuesday"),
        ("delivered_at", "0001-01-01T00:00:00+23:00"),
        ("delivered_at", "99999999999999999999"),
        ("delivered_at", "2099-01-01"),
        ("usage_count", "many"),
        ("usage_count", "-3"),
        ("product_type", "edible"),
        ("total_paid", "38.00"),
    ],
)
def test_metadata_that_cannot_be_used_is_a_gap(key: str, written: str) -> None:
    evidence = noted(read_notes(a_charge(metadata={key: written})))
    assert evidence.facts == ()
    (gap,) = evidence.gaps
    assert (gap.name, gap.fatal) == (key, False)
    assert gap.source == f"stripe:charge/ch_example:metadata.{key}"


def test_a_count_of_nothing_counts_against_us() -> None:
    (fact,) = noted(read_notes(a_charge(metadata={"usage_count": "0"}))).facts
    assert (fact.kind, fact.bearing) == ("used_never", "hurts")


def signs(*facts: Fact) -> dict[str, str]:
    return told(stripe_signs.read(Evidence(facts=facts), PAID))


def test_physical_goods_without_a_trace_were_not_shipped() -> None:
    physical = a_fact("product_type", "physical", "m")
    assert signs(physical) == {"not_shipped": "yes"}
    assert signs(a_fact("product_type", "digital", "m")) == {}
    for kind in ("shipped_at", "delivered_at"):
        assert signs(physical, a_fact(kind, PAID, "m")) == {}
    assert signs(physical, a_fact("tracking_number", "1Z", "m")) == {}


def test_the_earliest_cancellation_before_the_charge_counts() -> None:
    earlier, later = PAID - timedelta(days=9), PAID - timedelta(days=2)
    found = signs(a_fact("canceled_at", earlier, "s"), a_fact("cancel_requested_at", later, "m"))
    assert found == {"canceled_before_charge": render(a_fact("canceled_before_charge", earlier, ""))}
    assert signs(a_fact("canceled_at", PAID + timedelta(days=1), "s")) == {}


def test_use_counts_only_after_the_charge() -> None:
    assert signs(a_fact("last_used_at", PAID + timedelta(hours=1), "m")) == {"used_after_charge": "yes"}
    assert signs(a_fact("last_used_at", PAID - timedelta(hours=1), "m")) == {}


@pytest.mark.parametrize(
    ("message", "asked"),
    [
        ("I want my MONEY BACK", True),
        ("Please refund me.", True),
        ("Where is my lamp?", False),
        ("A refundable deal", False),
    ],
)
def test_hears_a_request_for_a_refund(message: str, *, asked: bool) -> None:
    assert ("refund_requested" in signs(a_fact("customer_message", message, "m"))) is asked


def test_nothing_gives_nothing_and_breaks_nothing() -> None:
    raw = a_dispute()
    empty = Papers(dispute=parse(raw), claim=NOTHING)
    readers = (stripe_payment, stripe_customer, stripe_order, stripe_refunds, stripe_subscription)
    assert [list(reader.read(empty)) for reader in readers] == [[]] * 5
    assert list(stripe_history.read(empty, ())) == []
    assert list(stripe_metadata.read(empty, KEYS, now=NOW)) == []
