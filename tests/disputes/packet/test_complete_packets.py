"""What makes an answer complete where no log of use tells it, and that taking one piece away makes it thin."""

from datetime import datetime, timedelta

import pytest

from disputes.evidence import Evidence, build_fact, contradictions
from disputes.playbook import confidence
from disputes.playbook.loading import load_playbooks
from tests.builders import NOON, a_dispute, on_record

BOOKS = load_playbooks()
BAR = 0.8  # what the default policy files at
SALE = (
    "amount_paid paid_at card order_id product_description line_items receipt_email customer_name customer_email "
    "avs_match cvc_match terms_accepted_at product_type"
)
GOODS = "delivered_at tracking_number delivery_signature carrier shipped_at shipping_address"
WORK = "service_date delivery_signature"
PLAN = "subscription_id subscription_started_at subscription_interval period_start period_end cancellation_policy"
COMPLETE = {
    ("general", "service"): f"{SALE} {WORK} prior_payments prior_since statement_descriptor",
    ("product_unacceptable", "physical"): f"{SALE} {GOODS} refund_policy",
    ("product_unacceptable", "service"): f"{SALE} {WORK} refund_policy",
    ("subscription_canceled", "physical"): f"{SALE} {GOODS} {PLAN} invoice_number",
    ("subscription_canceled", "service"): f"{SALE} {WORK} {PLAN} invoice_number",
}
WITHOUT = {
    ("general", "service"): "delivery_signature service_date",
    (
        "product_unacceptable",
        "physical",
    ): "delivery_signature tracking_number delivered_at terms_accepted_at line_items",
    ("product_unacceptable", "service"): "delivery_signature service_date terms_accepted_at line_items",
    ("subscription_canceled", "physical"): "delivered_at tracking_number period_start period_end",
    ("subscription_canceled", "service"): "service_date delivery_signature period_start period_end",
}
LESS = [(*cell, kind) for cell, kinds in WITHOUT.items() for kind in kinds.split()]


def sure(reason: str, product: str, kinds: set[str]) -> float:
    dispute = a_dispute(reason=reason, network_code=BOOKS.of(reason).codes[-1])
    product_type = Evidence(facts=(build_fact("product_type", product, "test"),))
    evidence = product_type.plus(on_record(*sorted(kinds - {"product_type"})))
    return confidence.total(confidence.weigh(dispute, evidence, BOOKS.of(reason)))


def at(**times: datetime) -> Evidence:
    return Evidence(facts=tuple(build_fact(kind, time, "test") for kind, time in times.items()))


@pytest.mark.parametrize(("reason", "product"), COMPLETE)
def test_a_complete_packet_is_sure(reason: str, product: str) -> None:
    assert sure(reason, product, set(COMPLETE[reason, product].split())) >= BAR


@pytest.mark.parametrize(("reason", "product", "kind"), LESS)
def test_a_packet_without_a_piece_of_its_proof_is_thin(reason: str, product: str, kind: str) -> None:
    assert sure(reason, product, set(COMPLETE[reason, product].split()) - {kind}) < BAR


def test_a_claim_of_faulty_goods_is_never_sure_enough_to_file_without_use_or_money_back() -> None:
    for product in ("physical", "service"):
        everything = set(COMPLETE["product_unacceptable", product].split()) | {"three_d_secure", "invoice_number"}
        assert sure("product_unacceptable", product, everything | {"prior_payments", "prior_since"}) < 0.9


@pytest.mark.parametrize(
    ("kind", "days", "grave"),
    [
        ("service_date", -3, True),
        ("service_date", 33, True),
        ("service_date", 0, False),
        ("service_date", 12, False),
        ("delivered_at", -3, True),
        ("delivered_at", 33, False),
    ],
)
def test_what_lies_outside_the_period_that_was_paid_is_a_contradiction(kind: str, days: int, *, grave: bool) -> None:
    period = {"period_start": NOON, "period_end": NOON + timedelta(days=30)}
    evidence = at(**{**period, kind: NOON + timedelta(days=days)})
    grave_ones = [each for each in contradictions.find(evidence) if each.grave]
    assert bool(grave_ones) is grave
    assert all("lies outside the billing period" in each.why and kind in each.facts for each in grave_ones)


def test_without_a_period_nothing_lies_outside_it() -> None:
    for dates in ({}, {"period_start": NOON}, {"period_end": NOON}):
        evidence = at(**{**dates, "service_date": NOON - timedelta(days=90)})
        assert contradictions.find(evidence) == ()
    assert contradictions.find(Evidence()) == ()
