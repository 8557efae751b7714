"""The objects of each scenario say what its description says."""

from datetime import UTC, datetime
from typing import Any

import pytest

from simulator.scenarios import SCENARIOS

NOW = datetime(2026, 11, 21, 9, 30, 15, tzinfo=UTC)
DAY = 86_400
DELIVERY = {"shipped_at", "carrier", "tracking_number", "delivered_at", "delivery_signature"}
PASSED = {"address_line1_check": "pass", "address_postal_code_check": "pass", "cvc_check": "pass"}


def built(name):
    return SCENARIOS[name].build(NOW, "1")


def of(objects, kind) -> list[dict[str, Any]]:
    return [obj for obj in objects if obj["object"] == kind]


def dispute_and_charge(objects) -> tuple[dict[str, Any], dict[str, Any]]:
    (dispute,) = of(objects, "dispute")
    (charge,) = [charge for charge in of(objects, "charge") if charge["id"] == dispute["charge"]]
    return dispute, charge


@pytest.mark.parametrize(
    "name",
    [
        "not_received_delivered",
        "not_received_mid",
        "not_received_high",
        "inquiry_delivered",
        "klarna_inquiry",
        "jpy_delivered",
        "kwd_delivered",
        "no_deadline",
        "connect_delivered",
    ],
)
def test_a_delivered_parcel_went_signed_for_to_the_billing_address(name):
    _, charge = dispute_and_charge(built(name))
    assert charge["metadata"].keys() >= DELIVERY
    assert charge["created"] < seconds(charge, "shipped_at") < seconds(charge, "delivered_at")
    assert charge["shipping"]["address"] == charge["billing_details"]["address"]
    assert charge["shipping"]["tracking_number"] == charge["metadata"]["tracking_number"]
    card = charge["payment_method_details"].get("card")
    assert card is None or card["checks"] == PASSED


@pytest.mark.parametrize("name", ["not_received_unshipped", "refunded_already"])
def test_an_unshipped_parcel_left_no_trace_of_a_journey(name):
    _, charge = dispute_and_charge(built(name))
    assert charge["shipping"] is None
    assert not DELIVERY & charge["metadata"].keys()


def test_two_orders_of_one_amount_were_twenty_minutes_and_a_parcel_apart():
    first, second = of(built("duplicate_two_orders"), "charge")
    assert second["created"] - first["created"] == 20 * 60
    assert first["amount"] == second["amount"]
    for different in ("order_id", "tracking_number"):
        assert first["metadata"][different] != second["metadata"][different]
    assert first["description"] != second["description"]
    assert not first["refunded"]
    assert not second["refunded"]


@pytest.mark.parametrize(
    ("name", "disputed_one"), [("duplicate_refunded", False), ("credit_refunded", True), ("refunded_already", True)]
)
def test_a_refund_was_paid_before_the_dispute_and_can_be_traced(name, disputed_one):
    objects = built(name)
    dispute, charge = dispute_and_charge(objects)
    (refund,) = of(objects, "refund")
    assert (refund["charge"] == charge["id"]) is disputed_one
    assert refund["status"] == "succeeded"
    assert refund["created"] < dispute["created"]
    assert refund["amount"] == dispute["amount"]
    assert len(refund["destination_details"]["card"]["reference"]) == 23


def test_a_wholly_refunded_charge_is_never_the_disputed_one():
    for name in SCENARIOS.keys() - {"charge_missing"}:
        _, charge = dispute_and_charge(built(name))
        assert not charge["refunded"]


def test_nobody_refunded_the_buyer_who_asks():
    objects = built("credit_unrefunded")
    assert of(objects, "refund") == []
    assert "refund" in dispute_and_charge(objects)[1]["metadata"]["customer_message"]


def test_the_small_fraud_passed_a_3d_secure_challenge():
    card = dispute_and_charge(built("fraud_small_3ds"))[1]["payment_method_details"]["card"]
    assert card["three_d_secure"]["result"] == "authenticated"
    assert card["three_d_secure"]["authentication_flow"] == "challenge"


def test_older_orders_qualify_for_compelling_evidence():
    objects = built("fraud_mid")
    dispute, charge = dispute_and_charge(objects)
    assert dispute["payment_method_details"]["card"]["network_reason_code"] == "10.4"
    older = [other for other in of(objects, "charge") if other is not charge]
    assert len(older) == 3
    for other in older:
        assert not other["disputed"]
        assert 120 * DAY <= charge["created"] - other["created"] <= 364 * DAY
        assert same(charge, other, lambda charge: charge["payment_method_details"]["card"]["fingerprint"])
        assert same(charge, other, lambda charge: charge["metadata"]["customer_ip"])
        assert same(charge, other, lambda charge: charge["metadata"]["device_id"])


def test_the_active_subscription_was_used_after_it_was_charged():
    objects = built("subscription_active")
    _, charge = dispute_and_charge(objects)
    (subscription,) = of(objects, "subscription")
    assert (subscription["status"], subscription["canceled_at"]) == ("active", None)
    assert seconds(charge, "last_used_at") > charge["created"]


def test_the_cancelled_subscription_ended_ten_days_before_it_was_charged():
    objects = built("subscription_canceled_before")
    _, charge = dispute_and_charge(objects)
    (subscription,) = of(objects, "subscription")
    assert subscription["status"] == "canceled"
    assert subscription["canceled_at"] == charge["created"] - 10 * DAY == seconds(charge, "cancel_requested_at")


def test_an_inquiry_leaves_the_charge_refundable():
    dispute, _ = dispute_and_charge(built("inquiry_delivered"))
    assert dispute["is_charge_refundable"]
    assert dispute["payment_method_details"]["card"]["case_type"] == "inquiry"
    assert dispute["payment_method_details"]["card"]["network"] == "amex"


def test_klarna_is_named_as_the_payment_method_of_the_dispute():
    dispute, charge = dispute_and_charge(built("klarna_inquiry"))
    assert dispute["payment_method_details"]["type"] == charge["payment_method_details"]["type"] == "klarna"


def test_a_compliance_case_waits_for_somebody_to_accept_its_fee():
    dispute, _ = dispute_and_charge(built("compliance_visa"))
    eligible = dispute["evidence_details"]["enhanced_eligibility"]
    assert eligible["visa_compliance"]["status"] == "requires_fee_acknowledgement"
    assert dispute["payment_method_details"]["card"]["case_type"] == "compliance"


def test_what_nobody_answered_was_not_sent_late():
    details = dispute_and_charge(built("past_due"))[0]["evidence_details"]
    assert (details["past_due"], details["submission_count"]) == (False, 0)


def test_a_win_returned_the_amount_and_kept_the_fee():
    dispute, _ = dispute_and_charge(built("already_won"))
    assert sum(row["net"] for row in dispute["balance_transactions"]) == -1_500
    assert dispute["evidence_details"]["submission_count"] == 1


def test_an_answer_on_its_way_holds_its_evidence():
    dispute, charge = dispute_and_charge(built("already_answered"))
    assert dispute["evidence_details"]["submission_count"] == 1
    assert dispute["evidence"]["shipping_tracking_number"] == charge["shipping"]["tracking_number"]


def test_foreign_money_settles_in_dollars():
    for name, currency, cents in (("jpy_delivered", "jpy", -2_800), ("kwd_delivered", "kwd", -4_070)):
        dispute, _ = dispute_and_charge(built(name))
        assert dispute["currency"] == currency
        assert [row["amount"] for row in dispute["balance_transactions"]] == [cents]


def test_everything_of_a_connected_account_says_whose_it_is():
    accounts = {obj["_account"] for obj in built("connect_delivered")}
    assert len(accounts) == 1
    assert accounts.pop().startswith("acct_")


def same(first, second, view) -> bool:
    return bool(view(first) == view(second))


def seconds(charge, name) -> int:
    return int(datetime.fromisoformat(charge["metadata"][name]).timestamp())
