"""The sample dispute of `rebut try`: one invented order, as Stripe returns its objects."""

from datetime import UTC, datetime, timedelta

from pydantic import JsonValue

from disputes.money import Money

Objects = list[dict[str, JsonValue]]

DISPUTE = "du_rebutsample"
CODES = {
    "product_not_received": "13.1",
    "product_unacceptable": "13.3",
    "subscription_canceled": "13.2",
    "credit_not_processed": "13.6",
    "duplicate": "12.6.1",
    "fraudulent": "10.4",
    "unrecognized": "10.4",
    "general": "13.7",
}
"""The reasons that the sample can be disputed for, each with a code of Visa's."""
_CUSTOMER, _CHARGE, _PAYMENT = "cus_rebutsample", "ch_rebutsample", "pi_rebutsample"
_TRANSACTION, _WITHDRAWAL = "txn_rebutsample", "txn_rebutsamplewithdrawal"
_NAME, _EMAIL, _TRACKING = "Robin Sample", "robin.sample@example.com", "1ZREBUT00012345678"
_PRODUCT = "Sample desk lamp"
_PLACE: JsonValue = {
    "line1": "1 Sample Street",
    "line2": None,
    "city": "Springfield",
    "state": "MA",
    "postal_code": "01101",
    "country": "US",
}
_PERSON: dict[str, JsonValue] = {"name": _NAME, "phone": None, "address": _PLACE}


def build_sample(reason: str, money: Money, now: datetime) -> Objects:
    """Build the objects of a signed-for parcel of this price that is disputed today for this reason."""
    paid = now - timedelta(days=21)
    given: dict[str, JsonValue] = {"amount": money.amount, "currency": money.currency, "livemode": False}
    payment = given | {"created": _epoch(paid), "description": _PRODUCT, "metadata": _metadata(reason, paid)}
    transactions = _transactions(given, paid, now)
    return [_customer(now), _payment_intent(payment), _charge(payment), *transactions, _dispute(given, reason, now)]


def _customer(now: datetime) -> dict[str, JsonValue]:
    since = _epoch(now - timedelta(days=400))
    return {"object": "customer", "id": _CUSTOMER, "created": since, "livemode": False, "email": _EMAIL, **_PERSON}


def _payment_intent(payment: dict[str, JsonValue]) -> dict[str, JsonValue]:
    more: dict[str, JsonValue] = {"customer": _CUSTOMER, "latest_charge": _CHARGE, "receipt_email": _EMAIL}
    received: dict[str, JsonValue] = {"amount_received": payment["amount"], "status": "succeeded", "review": None}
    return payment | more | received | {"object": "payment_intent", "id": _PAYMENT, "shipping": _shipping()}


def _charge(payment: dict[str, JsonValue]) -> dict[str, JsonValue]:
    names: dict[str, JsonValue] = {"object": "charge", "id": _CHARGE, "customer": _CUSTOMER, "payment_intent": _PAYMENT}
    taken: dict[str, JsonValue] = {"amount_captured": payment["amount"], "amount_refunded": 0, "refunded": False}
    state: dict[str, JsonValue] = {"paid": True, "captured": True, "disputed": True, "status": "succeeded"}
    checks: JsonValue = {"address_line1_check": "pass", "address_postal_code_check": "pass", "cvc_check": "pass"}
    card: JsonValue = {"brand": "visa", "network": "visa", "country": "US", "last4": "4242", "checks": checks}
    return {
        **payment,
        **names,
        **taken,
        **state,
        "balance_transaction": _TRANSACTION,
        "billing_details": _PERSON | {"email": _EMAIL},
        "calculated_statement_descriptor": "SAMPLE SHOP",
        "outcome": {"network_status": "approved_by_network", "risk_level": "normal", "type": "authorized"},
        "payment_method_details": {"type": "card", "card": card},
        "receipt_email": _EMAIL,
        "shipping": _shipping(),
    }


def _transactions(given: dict[str, JsonValue], paid: datetime, now: datetime) -> Objects:
    amount = given["amount"]
    lost = -amount if isinstance(amount, int) else None
    return [
        _transaction(_TRANSACTION, given, {"source": _CHARGE, "type": "charge"}, paid),
        _transaction(_WITHDRAWAL, given, {"source": DISPUTE, "type": "adjustment", "amount": lost}, now),
    ]


def _transaction(
    identity: str, given: dict[str, JsonValue], more: dict[str, JsonValue], at: datetime
) -> dict[str, JsonValue]:
    money = {name: given[name] for name in ("amount", "currency")} | more
    rest: dict[str, JsonValue] = {"created": _epoch(at), "fee": 0, "net": money["amount"], "exchange_rate": None}
    return {"object": "balance_transaction", "id": identity, **rest, **money}


def _dispute(given: dict[str, JsonValue], reason: str, now: datetime) -> dict[str, JsonValue]:
    card: JsonValue = {
        "brand": "visa",
        "network": "visa",
        "case_type": "chargeback",
        "network_reason_code": CODES[reason],
    }
    return {
        **given,
        "object": "dispute",
        "id": DISPUTE,
        "charge": _CHARGE,
        "payment_intent": _PAYMENT,
        "created": _epoch(now),
        "reason": reason,
        "status": "needs_response",
        "metadata": {},
        "balance_transactions": [_transactions(given, now, now)[1]],
        "enhanced_eligibility_types": [],
        "evidence": {"enhanced_evidence": {}},
        "evidence_details": {
            "due_by": _epoch(now + timedelta(days=9)),
            "past_due": False,
            "has_evidence": False,
            "submission_count": 0,
            "enhanced_eligibility": {},
            "submission_method": "not_submitted",
        },
        "is_charge_refundable": False,
        "payment_method_details": {"type": "card", "card": card},
    }


def _shipping() -> JsonValue:
    return {**_PERSON, "carrier": "UPS", "tracking_number": _TRACKING}


def _metadata(reason: str, paid: datetime) -> JsonValue:
    """Return what a careful shop writes on a payment; times are ISO 8601 in UTC."""
    used: dict[str, JsonValue] = {"last_used_at": _iso(paid + timedelta(days=10))}
    return {
        "order_id": "SAMPLE-1001",
        "product_type": "physical",
        "customer_ip": "203.0.113.62",
        "terms_accepted_at": _iso(paid - timedelta(minutes=2)),
        "shipped_at": _iso(paid + timedelta(days=1)),
        "carrier": "UPS",
        "tracking_number": _TRACKING,
        "delivered_at": _iso(paid + timedelta(days=4)),
        "delivery_signature": _NAME,
        **(used if reason == "subscription_canceled" else {}),
    }


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _epoch(moment: datetime) -> int:
    return int(moment.timestamp())
