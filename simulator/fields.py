"""The fields of Stripe's objects that the simulator must know: evidence fields, expandable ids, included lists."""

import copy

from simulator.http.parameters import JsonObject

INDEXED = ("charge", "payment_intent", "customer", "invoice", "subscription")

LONG_TEXT = (
    "access_activity_log cancellation_policy_disclosure cancellation_rebuttal duplicate_charge_explanation "
    "product_description refund_policy_disclosure refund_refusal_explanation uncategorized_text"
).split()
SHORT_TEXT = (
    "billing_address customer_email_address customer_name customer_purchase_ip duplicate_charge_id service_date "
    "shipping_address shipping_carrier shipping_date shipping_tracking_number"
).split()
FILES = (
    "cancellation_policy customer_communication customer_signature duplicate_charge_documentation receipt "
    "refund_policy service_documentation shipping_documentation uncategorized_file"
).split()

DEBITS = ("bancontact", "ideal", "sofort")

# Which id fields of each kind can be expanded (OpenAPI 2026-10-28.endive, x-expansionResources).
EXPANDABLE: dict[str, tuple[str, ...]] = {
    "dispute": ("charge", "payment_intent", *(f"evidence.{name}" for name in FILES)),
    "charge": (
        "balance_transaction",
        "customer",
        "failure_balance_transaction",
        "payment_intent",
        "review",
        *(f"payment_method_details.{method}.generated_sepa_debit" for method in DEBITS),
        *(f"payment_method_details.{method}.generated_sepa_debit_mandate" for method in DEBITS),
        "payment_method_details.us_bank_account.mandate",
    ),
    "payment_intent": ("customer", "latest_charge", "payment_method", "review"),
    "customer": ("default_source", "invoice_settings.default_payment_method"),
    "file_link": ("file",),
    "refund": ("balance_transaction", "charge", "failure_balance_transaction", "payment_intent"),
    "subscription": (
        "billing_schedules.applies_to.price",
        "customer",
        "default_payment_method",
        "latest_invoice",
    ),
    "invoice": (
        "customer",
        "default_payment_method",
        "from_invoice.invoice",
        "latest_revision",
        "parent.subscription_details.subscription",
    ),
    "invoice_payment": ("invoice", "payment.charge", "payment.payment_intent"),
    "line_item": ("pricing.price_details.price", "subscription"),
    "checkout.session": ("customer", "invoice", "payment_intent", "subscription"),
    "balance_transaction": ("source",),
    "radar.early_fraud_warning": ("charge", "payment_intent"),
    "review": ("charge", "payment_intent"),
}

# Lists that an answer carries only when asked for, and the field by which their members point back.
INCLUDABLE: dict[tuple[str, str], tuple[str, str]] = {
    ("charge", "refunds"): ("refund", "charge"),
    ("customer", "subscriptions"): ("subscription", "customer"),
    ("invoice", "payments"): ("invoice_payment", "invoice"),
}

# Parts of an object that it carries inline, and into which an expansion path may lead.
INLINE: dict[str, tuple[str, ...]] = {
    "dispute": ("balance_transactions",),
    "invoice": ("lines",),
    "subscription": ("items",),
    "checkout.session": ("line_items",),
}


def value_at(obj: JsonObject, path: str) -> object:
    """Return the value at a dotted path, or None where the path does not exist."""
    value: object = obj
    for name in path.split("."):
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


def with_value(obj: JsonObject, path: str, value: object) -> JsonObject:
    """Return a copy with the value at a dotted path; only the hashes along the path are copied."""
    head, _, rest = path.partition(".")
    return {**obj, head: with_value(obj[head], rest, value) if rest else value}


def collapse(obj: JsonObject) -> tuple[JsonObject, list[JsonObject]]:
    """Return the object with its expanded parts replaced by their ids, and those parts."""
    kind, parts = str(obj["object"]), []
    for path in EXPANDABLE.get(kind, ()):
        value = value_at(obj, path)
        if isinstance(value, dict) and "id" in value and "object" in value:
            parts.append(value)
            obj = with_value(obj, path, value["id"])
    for owner, name in INCLUDABLE:
        if owner == kind and isinstance(obj.get(name), dict):
            parts += obj[name].get("data", [])
            obj = {key: value for key, value in obj.items() if key != name}
    if kind == "checkout.session" and "line_items" in obj:
        obj = {("_line_items" if key == "line_items" else key): value for key, value in obj.items()}
    return obj, parts + list(obj.get("balance_transactions", []) if kind == "dispute" else [])


_NEVER_NULL: JsonObject = {
    "amount": 0,
    "currency": "usd",
    "created": 0,
    "reason": "general",
    "status": "needs_response",
    "balance_transactions": [],
    "enhanced_eligibility_types": [],
    "is_charge_refundable": False,
    "livemode": False,
    "metadata": {},
}


def complete(obj: JsonObject) -> JsonObject:
    """Return a dispute with every key Stripe always sends; any other object is returned unchanged."""
    if obj["object"] != "dispute":
        return obj
    present = {key: value for key, value in obj.items() if value is not None or key not in _NEVER_NULL}
    return {
        **copy.deepcopy(_NEVER_NULL),
        "charge": None,
        "payment_intent": None,
        "intended_submission_method": None,
        **present,
        "evidence": {**blank_evidence(), **(obj.get("evidence") or {})},
        "evidence_details": {**blank_details(), **(obj.get("evidence_details") or {})},
    }


def blank_evidence() -> JsonObject:
    """Return the evidence hash of a dispute without evidence."""
    texts: JsonObject = dict.fromkeys(sorted([*LONG_TEXT, *SHORT_TEXT, *FILES]))
    return {**texts, "enhanced_evidence": {}, "appeal": None}


def blank_details() -> JsonObject:
    """Return the evidence details of a dispute without evidence."""
    counters = {"has_evidence": False, "past_due": False, "submission_count": 0}
    return {"due_by": None, **counters, "enhanced_eligibility": {}, "submission_method": "not_submitted"}
