"""Facts from the metadata of a merchant."""

from typing import Any

import pytest

from disputes.dispute import parse
from disputes.evidence import Fact, Gap, read_time
from disputes.evidence.kinds import KINDS
from simulator.objects import a_charge, a_dispute, a_payment_intent
from tests.tools.stripe_api.payment_objects import NOW, PAID, as_evidence, build_objects
from tools.sources.stripe import customer, history, metadata, order, payment, refunds, subscription
from tools.sources.stripe.payment_objects import PaymentObjects
from tools.sources.stripe.stripe_object import NOTHING

KEYS = {kind: (kind,) for kind in KINDS} | {"account_id": ("user_id", "account_id")}


def test_metadata_is_read_from_the_payment_intent_first() -> None:
    charge = a_charge(metadata={"order_id": "charge's", "user_id": "u1"})
    intent = a_payment_intent(metadata={"order_id": "intent's", "usage_count": "12"})
    facts = {fact.kind: fact for fact in as_evidence(read_metadata(charge, intent)).facts}
    assert (facts["order_id"].value, facts["account_id"].value) == ("intent's", "u1")
    assert facts["order_id"].source == "stripe:payment_intent/pi_example:metadata.order_id"
    assert facts["usage_count"].value == 12


def read_metadata(charge: dict[str, Any], intent: dict[str, Any] | None = None) -> list[Fact | Gap]:
    claim = {"payment_intent": intent}
    return list(metadata.read(build_objects(charge, claim=claim), KEYS, now=NOW))


@pytest.mark.parametrize(
    "written",
    ["2026-09-21T14:13:20Z", "2026-09-21T16:13:20+02:00", "2026-09-21 14:13:20", "20260921T141320Z", "1790000000"],
)
def test_times_are_read_in_several_formats(written: str) -> None:
    (fact,) = as_evidence(read_metadata(a_charge(metadata={"delivered_at": written}))).facts
    assert read_time(fact) == PAID


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
    evidence = as_evidence(read_metadata(a_charge(metadata={key: written})))
    assert evidence.facts == ()
    (gap,) = evidence.gaps
    assert (gap.name, gap.fatal) == (key, False)
    assert gap.source == f"stripe:charge/ch_example:metadata.{key}"


def test_a_count_of_nothing_counts_against_us() -> None:
    (fact,) = as_evidence(read_metadata(a_charge(metadata={"usage_count": "0"}))).facts
    assert (fact.kind, fact.bearing) == ("used_never", "hurts")


def test_an_empty_payment_gives_no_facts() -> None:
    raw = a_dispute()
    empty = PaymentObjects(dispute=parse(raw), claim=NOTHING)
    readers = (payment, customer, order, refunds, subscription)
    assert [list(reader.read(empty)) for reader in readers] == [[]] * 5
    assert list(history.read(empty, ())) == []
    assert list(metadata.read(empty, KEYS, now=NOW)) == []
