"""Builders of Stripe's payment and dispute objects with realistic defaults."""

from typing import Any

StripeObject = dict[str, Any]

NOON = 1_790_000_000
"""The default time of every object, in epoch seconds."""


def unset(names: str) -> StripeObject:
    """Return fields with the value null, from their names separated by spaces."""
    return dict.fromkeys(names.split())


def an_address(**changes: object) -> StripeObject:
    """Build a postal address as Stripe nests it."""
    place = {"line1": "18 Alder Row", "line2": None, "city": "Millbrook", "state": "NY"}
    return place | {"postal_code": "12545", "country": "US"} | changes


def a_card(**changes: object) -> StripeObject:
    """Build the `payment_method_details` of a card charge; changes go to its `card` hash."""
    card = unset("amount_authorized installments mandate three_d_secure wallet") | {
        "authorization_code": "204871",
        "brand": "visa",
        "checks": {
            "address_line1_check": "pass",
            "address_postal_code_check": "pass",
            "cvc_check": "pass",
        },
        "country": "US",
        "exp_month": 8,
        "exp_year": 2030,
        "fingerprint": "fP8example3Kz1Qx",
        "funding": "credit",
        "last4": "4242",
        "network": "visa",
        "network_token": {"used": False},
        "network_transaction_id": "304192764418825",
        "regulated_status": "unregulated",
    }
    return {"type": "card", "card": card | changes}


def an_outcome(**changes: object) -> StripeObject:
    """Build the `outcome` of a charge, Radar's and the issuer's: approved, normal risk."""
    outcome = unset("advice_code network_advice_code network_decline_code reason") | {
        "network_status": "approved_by_network",
        "risk_level": "normal",
        "risk_score": 12,
        "seller_message": "Payment complete.",
        "type": "authorized",
    }
    return outcome | changes


def a_customer(**changes: object) -> StripeObject:
    """Build a customer with full address."""
    customer = unset("default_source description shipping test_clock") | {
        "id": "cus_example",
        "object": "customer",
        "address": an_address(),
        "balance": 0,
        "created": NOON,
        "currency": "usd",
        "delinquent": False,
        "email": "ida.marlow@example.com",
        "invoice_prefix": "HOLLOW01",
        "invoice_settings": unset("custom_fields default_payment_method footer rendering_options"),
        "livemode": False,
        "metadata": {},
        "name": "Ida Marlow",
        "next_invoice_sequence": 2,
        "phone": "+12025550147",
        "preferred_locales": ["en"],
        "tax_exempt": "none",
    }
    return customer | changes


def a_charge(**changes: object) -> StripeObject:
    """Build a captured, undisputed card charge of 38.00 USD; captured whole unless a change says else."""
    captured = changes.get("amount", 3_800) if changes.get("captured", True) else 0
    charge = unset(
        "application application_fee application_fee_amount balance_transaction customer"
        " failure_balance_transaction failure_code failure_message on_behalf_of payment_intent payment_method"
        " receipt_number review shipping source_transfer statement_descriptor statement_descriptor_suffix"
        " transfer_data transfer_group"
    ) | {
        "id": "ch_example",
        "object": "charge",
        "amount": 3_800,
        "amount_captured": captured,
        "amount_refunded": 0,
        "billing_details": {
            "address": an_address(),
            "email": "ida.marlow@example.com",
            "name": "Ida Marlow",
            "phone": None,
            "tax_id": None,
        },
        "calculated_statement_descriptor": "HOLLOW OAK GOODS",
        "captured": True,
        "created": NOON,
        "currency": "usd",
        "description": "Walnut desk lamp",
        "disputed": False,
        "fraud_details": {},
        "livemode": False,
        "metadata": {},
        "outcome": an_outcome(),
        "paid": True,
        "payment_method_details": a_card(),
        "receipt_email": "ida.marlow@example.com",
        "receipt_url": "https://receipts.example.com/ch_example",
        "refunded": False,
        "status": "succeeded",
    }
    return charge | changes


def a_payment_intent(**changes: object) -> StripeObject:
    """Build a succeeded payment intent of 38.00 USD."""
    intent = unset(
        "application application_fee_amount automatic_payment_methods canceled_at cancellation_reason"
        " client_secret customer last_payment_error latest_charge next_action on_behalf_of payment_method"
        " processing receipt_email review setup_future_usage shipping statement_descriptor"
        " statement_descriptor_suffix transfer_data transfer_group"
    ) | {
        "id": "pi_example",
        "object": "payment_intent",
        "amount": 3_800,
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 3_800,
        "capture_method": "automatic",
        "confirmation_method": "automatic",
        "created": NOON,
        "currency": "usd",
        "description": "Walnut desk lamp",
        "livemode": False,
        "metadata": {},
        "payment_method_options": {},
        "payment_method_types": ["card"],
        "status": "succeeded",
    }
    return intent | changes


def a_balance_transaction(**changes: object) -> StripeObject:
    """Build one balance transaction, in minor units of the account's currency."""
    row = unset("description exchange_rate source") | {
        "id": "txn_example",
        "object": "balance_transaction",
        "amount": 3_800,
        "available_on": NOON,
        "balance_type": "payments",
        "created": NOON,
        "currency": "usd",
        "fee": 0,
        "fee_details": [],
        "net": 3_800,
        "reporting_category": "charge",
        "status": "available",
        "type": "charge",
    }
    return row | changes


def a_refund(**changes: object) -> StripeObject:
    """Build a succeeded card refund whose acquirer reference number the customer's bank can look up."""
    reference = {
        "reference": "74537605223000118204961",
        "reference_status": "available",
        "reference_type": "acquirer_reference_number",
        "type": "refund",
    }
    refund = unset(
        "balance_transaction charge payment_intent receipt_number source_transfer_reversal transfer_reversal"
    ) | {
        "id": "re_example",
        "object": "refund",
        "amount": 3_800,
        "created": NOON,
        "currency": "usd",
        "destination_details": {"type": "card", "card": reference},
        "metadata": {},
        "reason": "requested_by_customer",
        "status": "succeeded",
    }
    return refund | changes


def a_release(**changes: object) -> StripeObject:
    """Build the refund by which Stripe shows what was authorised and never captured; it moves no money."""
    reversal = {"type": "card", "card": {"type": "reversal"}}
    return a_refund(id="re_release", reason=None, destination_details=reversal) | changes


def presentment_details(amount: int, currency: str) -> StripeObject:
    """Build the `presentment_details` of a payment: what the customer saw and paid, in minor units."""
    return {"presentment_amount": amount, "presentment_currency": currency}


def a_dispute(**changes: object) -> StripeObject:
    """Build a Visa chargeback of 38.00 USD that needs a response."""
    dispute = unset("intended_submission_method payment_intent") | {
        "id": "du_example",
        "object": "dispute",
        "amount": 3_800,
        "balance_transactions": [],
        "charge": "ch_example",
        "created": NOON,
        "currency": "usd",
        "enhanced_eligibility_types": [],
        "evidence": some_evidence(),
        "evidence_details": evidence_details(),
        "is_charge_refundable": False,
        "livemode": False,
        "metadata": {},
        "payment_method_details": a_card_claim(),
        "reason": "product_not_received",
        "status": "needs_response",
    }
    return dispute | changes


def some_evidence(**fields: object) -> StripeObject:
    """Build an evidence hash in which every field is null except these."""
    evidence = unset(
        "access_activity_log appeal billing_address cancellation_policy cancellation_policy_disclosure"
        " cancellation_rebuttal customer_communication customer_email_address customer_name"
        " customer_purchase_ip customer_signature duplicate_charge_documentation duplicate_charge_explanation"
        " duplicate_charge_id product_description receipt refund_policy refund_policy_disclosure"
        " refund_refusal_explanation service_date service_documentation shipping_address shipping_carrier"
        " shipping_date shipping_documentation shipping_tracking_number uncategorized_file uncategorized_text"
    )
    return evidence | {"enhanced_evidence": {}} | fields


def evidence_details(**changes: object) -> StripeObject:
    """Build the evidence details of an unanswered dispute, due eight days after `NOON`."""
    due = {"due_by": NOON + 8 * 86_400, "past_due": False, "has_evidence": False, "submission_count": 0}
    return due | {"enhanced_eligibility": {}, "submission_method": "not_submitted"} | changes


def a_card_claim(**changes: object) -> StripeObject:
    """Build the `payment_method_details` of a card dispute; changes go to its `card` hash."""
    card = {"brand": "visa", "case_type": "chargeback", "network": "visa", "network_reason_code": "13.1"}
    return {"type": "card", "card": card | changes}
