"""Earlier payments for Compelling Evidence 3.0."""

from datetime import UTC, datetime
from typing import Any

import pytest

from disputes import policy
from disputes.ce3 import pairs
from disputes.ce3.payment import Address, Payment, PaymentHistory
from disputes.ce3.prefill import CE3
from disputes.evidence import Evidence
from simulator.objects import NOON, a_card, a_card_claim, a_charge, a_dispute, a_payment_intent, a_refund, an_address
from tests.simulator.harness import simulated
from tests.tools.stripe_api.payment_objects import DAY, build_objects
from tools.sources.stripe import ce3
from tools.sources.stripe.source import StripeSource
from tools.sources.stripe.stripe_object import StripeObject
from tools.stripe_api.gateway import StripeGateway

KEYS = policy.load().metadata
NOTES = {"customer_ip": "203.0.113.7", "device_id": "device-0123456789abc", "product_type": "physical"}
FRAUD = a_card_claim(network_reason_code="10.4")


def a_prior(number: int, **changes: Any) -> dict[str, Any]:
    """An undisputed payment of the customer, 130 days and more before the disputed one."""
    plain = {"id": f"ch_{number}", "created": NOON - (130 + number) * DAY, "customer": "cus_1", "metadata": NOTES}
    return a_charge(**{**plain, **changes})


def a_disputed(**changes: Any) -> dict[str, Any]:
    return a_charge(**{"id": "ch_disputed", "customer": "cus_1", "metadata": NOTES, "disputed": True, **changes})


def a_warning(charge: str) -> dict[str, Any]:
    warning = {"id": f"issfr_{charge}", "object": "radar.early_fraud_warning", "charge": charge, "created": NOON}
    return {**warning, "actionable": True, "fraud_type": "misc", "livemode": False, "payment_intent": None}


def a_claim(**changes: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {"charge": "ch_disputed", "payment_method_details": FRAUD, "reason": "fraudulent"}
    return a_dispute(**{**plain, "created": NOON + DAY, "enhanced_eligibility_types": [CE3], **changes})


def history_of(charge: dict[str, Any], *others: dict[str, Any], **more: Any) -> PaymentHistory:
    return ce3.read(build_objects(charge, **more), [StripeObject(other) for other in others], KEYS)


def prior(**changes: Any) -> Payment:
    (payment,) = history_of(a_disputed(), a_prior(1, **changes)).priors
    return payment


async def gather(
    *objects: dict[str, Any], claim: dict[str, Any] | None = None, fault: dict[str, Any] | None = None
) -> tuple[Evidence, dict[str, int]]:
    """Gather over the simulator; return the evidence and the number of calls by route."""
    async with simulated(*objects, claim or a_claim()) as simulator:
        gateway = StripeGateway("sk_test_1", api_base=simulator.url)
        source = StripeSource(gateway.lookups, metadata=KEYS, now=lambda: datetime.now(UTC))
        dispute = await gateway.dispute("du_example")
        if fault:
            await simulator.post("/faults", fault)
        evidence = await source.gather(dispute)
        await gateway.aclose()
        calls: dict[str, int] = (await simulator.control.get("/_sim/counts")).json()["by_route"]
    return evidence, calls


def fraud_reports(evidence: Evidence) -> dict[str, bool]:
    assert evidence.history
    return {payment.charge: payment.fraud_reported for payment in evidence.history.priors}


def test_a_payment_is_read_field_by_field() -> None:
    place = an_address(line2=None)
    read = prior(shipping={"address": place, "name": "Ida"}, payment_method_details=a_card(fingerprint="card1"))
    assert (read.charge, read.card, read.amount, read.paid) == ("ch_1", "card1", 3_800, True)
    assert (read.disputed, read.refunded, read.fraud_reported) == (False, False, False)
    assert read.customer_purchase_ip == "203.0.113.7"
    assert read.customer_device_id == "device-0123456789abc"
    assert read.customer_email_address == "ida.marlow@example.com"
    assert read.product_description == "Walnut desk lamp"
    assert read.shipping_address == Address(**{**place, "line2": ""})


def test_an_address_that_is_not_whole_stays_as_it_is() -> None:
    read = prior(shipping={"address": {"city": "Millbrook", "line1": None}, "name": "Ida"})
    assert read.shipping_address == Address(city="Millbrook")
    assert prior(shipping=None).shipping_address == Address()


UNCAPTURED = {"captured": False, "amount_captured": 0, "amount_refunded": 3_800, "refunded": True}
RELEASED = {"data": [a_refund(amount=800, reason=None, destination_details={"card": {"type": "reversal"}})]}


def test_a_payment_captured_in_part_counts_with_what_was_captured() -> None:
    read = prior(amount_captured=3_000, amount_refunded=800, refunds=RELEASED)
    assert (read.paid, read.amount, read.refunded) == (True, 3_000, False)
    assert prior(amount_captured=3_000, amount_refunded=3_800, refunded=True).refunded


@pytest.mark.parametrize(
    "changes", [{"status": "failed"}, {"paid": False}, UNCAPTURED], ids=["failed", "unpaid", "uncaptured"]
)
def test_a_failed_or_uncaptured_payment_is_not_paid(changes: dict[str, Any]) -> None:
    assert not prior(**changes).paid


@pytest.mark.parametrize(
    ("changes", "refunded"),
    [
        ({"refunded": True}, True),
        ({"amount_refunded": 3_800}, True),
        ({"amount_refunded": 700}, False),
        ({"refunds": {"data": [a_refund(reason="fraudulent", amount=1)]}}, True),
        ({"refunds": {"data": [a_refund(reason="duplicate", amount=1)]}}, False),
    ],
)
def test_a_payment_refunded_in_full_or_for_fraud_is_refunded(changes: dict[str, Any], *, refunded: bool) -> None:
    assert prior(**changes).refunded == refunded


@pytest.mark.parametrize("who", ["user_report", "stripe_report"])
def test_a_report_of_fraud_on_the_charge_counts(who: str) -> None:
    assert prior(fraud_details={who: "fraudulent"}).fraud_reported
    assert not prior(fraud_details={who: "safe"}).fraud_reported


def test_the_address_of_a_purchase_is_taken_from_metadata_then_review_then_what_stripe_filled_in() -> None:
    review = {"id": "prv_1", "object": "review", "ip_address": "203.0.113.8"}
    filled = {"evidence": {"customer_purchase_ip": "203.0.113.9"}}
    for charge, expected in (
        (a_disputed(review=review), "203.0.113.7"),
        (a_disputed(review=review, metadata={}), "203.0.113.8"),
        (a_disputed(metadata={}), "203.0.113.9"),
    ):
        assert history_of(charge, claim=filled).disputed.customer_purchase_ip == expected
    assert prior(metadata={}, review=review).customer_purchase_ip == "203.0.113.8"
    assert prior(metadata={}).customer_purchase_ip == ""


def test_the_disputed_payment_is_read_from_its_intent_too() -> None:
    intent = a_payment_intent(metadata={"device_fingerprint": "fingerprint-0123456789", "user_id": "user-1"})
    read = history_of(a_disputed(metadata={}), claim={"payment_intent": intent}).disputed
    assert (read.customer_device_fingerprint, read.customer_account_id) == ("fingerprint-0123456789", "user-1")


@pytest.mark.parametrize(
    ("product", "sort"), [("physical", "merchandise"), ("Digital", "services"), ("service", "services"), ("?", None)]
)
def test_the_sort_of_purchase_follows_the_kind_of_product(product: str, sort: str | None) -> None:
    assert history_of(a_disputed(metadata={"product_type": product})).sort == sort


async def test_a_complete_list_is_used_and_only_the_chosen_pair_is_checked_for_warnings() -> None:
    evidence, calls = await gather(a_disputed(), *(a_prior(number) for number in range(1, 6)))
    assert fraud_reports(evidence) == {"ch_1": False, "ch_2": False}
    assert calls["GET /v1/charges"] == 1
    assert calls["GET /v1/radar/early_fraud_warnings"] == 2


async def test_a_warning_excludes_a_payment_and_the_next_one_is_checked() -> None:
    warnings = (a_warning("ch_1"), a_warning("ch_5"))
    evidence, calls = await gather(a_disputed(), *(a_prior(number) for number in range(1, 6)), *warnings)
    assert fraud_reports(evidence) == {"ch_2": False, "ch_3": False}
    assert calls["GET /v1/radar/early_fraud_warnings"] == 3


async def test_where_no_pair_is_left_every_payment_stays_in_the_history() -> None:
    evidence, _ = await gather(
        a_disputed(), *(a_prior(number) for number in (1, 2, 3)), a_warning("ch_1"), a_warning("ch_2")
    )
    assert fraud_reports(evidence) == {"ch_1": True, "ch_2": True, "ch_3": False}


async def test_a_pair_whose_warnings_could_not_be_read_stays_with_a_gap() -> None:
    fault = {"method": "GET", "path": "/v1/radar/*", "kind": "429", "times": 9}
    evidence, _ = await gather(a_disputed(), a_prior(1), a_prior(2), fault=fault)
    assert fraud_reports(evidence) == {"ch_1": False, "ch_2": False}
    assert [gap.name for gap in evidence.gaps].count("fraud warnings") == 2


async def test_a_list_that_failed_is_read_again_for_the_window() -> None:
    fault = {"method": "GET", "path": "/v1/charges", "kind": "429", "times": 1}
    evidence, _ = await gather(a_disputed(), a_prior(1), a_prior(2), fault=fault)
    assert fraud_reports(evidence) == {"ch_1": False, "ch_2": False}
    fault = {"method": "GET", "path": "/v1/charges", "kind": "429", "times": 9}
    evidence, _ = await gather(a_disputed(), a_prior(1), a_prior(2), fault=fault)
    assert evidence.history is None
    assert "earlier payments" in [gap.name for gap in evidence.gaps]


async def test_a_guest_is_found_by_the_card() -> None:
    guests = [a_prior(number, customer=None) for number in (1, 2)]
    other = a_prior(3, customer=None, payment_method_details=a_card(fingerprint="another"))
    young = a_prior(4, customer=None, created=NOON - 10 * DAY)
    evidence, calls = await gather(a_disputed(customer=None), *guests, other, young)
    assert fraud_reports(evidence) == {"ch_1": False, "ch_2": False}
    assert calls["GET /v1/charges/search"] == 1


async def test_with_more_than_a_page_of_payments_only_the_window_is_listed() -> None:
    recent = [a_prior(number, created=NOON - number) for number in range(10, 115)]
    evidence, calls = await gather(a_disputed(), a_prior(1), a_prior(2), *recent)
    assert set(fraud_reports(evidence)) == {"ch_1", "ch_2"}
    assert calls["GET /v1/charges"] == 2
    since, until = pairs.find_window(datetime.fromtimestamp(NOON, UTC))
    assert since < datetime.fromtimestamp(NOON - 132 * DAY, UTC) < until


@pytest.mark.parametrize(
    "claim",
    [
        a_claim(payment_method_details=a_card_claim(), enhanced_eligibility_types=[]),
        a_claim(payment_method_details=a_card_claim(network="mastercard"), enhanced_eligibility_types=[]),
        a_claim(payment_method_details=FRAUD, status="warning_needs_response"),
    ],
    ids=["another code", "another network", "an inquiry"],
)
async def test_other_disputes_cost_no_further_call(claim: dict[str, Any]) -> None:
    evidence, calls = await gather(a_disputed(), a_prior(1), a_prior(2), claim=claim)
    assert evidence.history, "what was read anyway tells whether it is the same buyer"
    assert "GET /v1/radar/early_fraud_warnings" not in calls
    assert calls["GET /v1/charges"] == 1


async def test_a_code_written_otherwise_is_the_same_code() -> None:
    written = a_claim(payment_method_details=a_card_claim(network_reason_code="010.4"), enhanced_eligibility_types=[])
    evidence, _ = await gather(a_disputed(), a_prior(1), a_prior(2), claim=written)
    assert set(fraud_reports(evidence)) == {"ch_1", "ch_2"}


async def test_payments_that_cannot_be_listed_are_a_gap() -> None:
    evidence, calls = await gather(a_disputed(customer=None, payment_method_details=a_card(fingerprint="no-such card")))
    assert evidence.history is None
    assert [gap.name for gap in evidence.gaps if gap.name == "earlier payments"] == ["earlier payments"]
    assert "GET /v1/charges/search" not in calls
