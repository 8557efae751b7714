"""What Stripe lists for each reason and kind of product: rows of `docs.stripe.com/disputes/categories` (reference 4.4).

`uncategorized_*` is the letter everywhere, and a file too where the row names a paper: a proof of refund, receipts,
earlier payments, pictures of the listing, usage. What is in question for goods not received is words, so no file there.
"""

from collections.abc import Iterator

from disputes.playbook import PRODUCTS

BANK_RAILS = {
    "bank_cannot_process": "R29",
    "check_returned": "R01",
    "customer_initiated": "R08",
    "debit_not_authorized": "R10",
    "incorrect_account_details": "R04",
    "insufficient_funds": "R01",
}
"""Reasons of bank debits and a return code of each. They are lost when they open, so there is nothing to list."""

_ALWAYS = """
    customer_name customer_email_address customer_purchase_ip billing_address product_description receipt
    customer_communication uncategorized_text
"""  # reference 4.3
_SIGNED = {"physical": "customer_signature", "digital": "", "service": "customer_signature"}  # 4.3: "if any"
_DELIVERY = "shipping_address shipping_documentation shipping_date shipping_carrier shipping_tracking_number"
_SERVICE = "service_date service_documentation"
_REFUND = "refund_policy refund_policy_disclosure refund_refusal_explanation uncategorized_file"
_CANCEL = "cancellation_policy cancellation_policy_disclosure cancellation_rebuttal"
_TWICE = "duplicate_charge_id duplicate_charge_explanation duplicate_charge_documentation uncategorized_file"
_LISTING = "uncategorized_file refund_policy refund_policy_disclosure"
_TOOK_PART = (
    f"{_DELIVERY} uncategorized_file",
    "access_activity_log uncategorized_file",
    f"{_SERVICE} uncategorized_file",
)
_ROWS = {
    "credit_not_processed": (_REFUND, f"{_REFUND} {_CANCEL}", f"{_REFUND} {_CANCEL}"),
    "duplicate": (f"{_TWICE} shipping_documentation", _TWICE, f"{_TWICE} service_documentation"),
    "fraudulent": _TOOK_PART,
    "unrecognized": _TOOK_PART,
    "general": ("uncategorized_file",) * 3,
    "noncompliant": ("uncategorized_file",) * 3,
    "product_not_received": (_DELIVERY, "access_activity_log", _SERVICE),
    "product_unacceptable": (_LISTING, f"{_LISTING} access_activity_log", _LISTING),
    "subscription_canceled": (
        f"{_CANCEL} uncategorized_file",
        f"{_CANCEL} uncategorized_file access_activity_log",
        f"{_CANCEL} uncategorized_file {_SERVICE}",
    ),
}

REQUIRED = {
    (reason, product): frozenset(f"{_ALWAYS} {_SIGNED[product]} {row}".split())
    for reason, rows in _ROWS.items()
    for product, row in zip(PRODUCTS, rows, strict=True)
}
"""The fields of Stripe's evidence, texts and files, that the answer to a reason for a product fills."""

_SHOWN = {
    "receipt": "order_id price paid card product name email address",
    "customer_communication": "order_id name email said talk times",
    "shipping_documentation": "order_id tracking_number carrier delivered address signed",
    "refund_policy": "refund_policy",
    "cancellation_policy": "cancellation_policy",
    "duplicate_charge_documentation": "charge order_id price paid other_charge other_order_id other_product",
}
_SHOWN_OF = {
    ("service_documentation", "digital"): "product used usage_count account email",
    ("service_documentation", "service"): "product service_date signed name",
    ("uncategorized_file", "credit_not_processed"): "refund refund_reference price paid charge",
    ("uncategorized_file", "duplicate"): "other_charge other_order_id other_product",
    ("uncategorized_file", "fraudulent"): "card challenge name email ip device account priors",
    ("uncategorized_file", "unrecognized"): "card challenge name email ip device priors descriptor",
    ("uncategorized_file", "general"): "order_id product price paid",
    ("uncategorized_file", "noncompliant"): "order_id product price paid",
    ("uncategorized_file", "product_unacceptable"): "order_id product price paid listing",
    ("uncategorized_file", "subscription_canceled"): "subscription started renewals product price paid",
    ("customer_signature", "physical"): "signed",
    ("customer_signature", "service"): "signed",
}


def shown(field: str, reason: str, product: str) -> Iterator[str]:
    """Return the names of what a reader must find in the file of a field."""
    told = _SHOWN.get(field) or _SHOWN_OF.get((field, reason)) or _SHOWN_OF[field, product]
    yield from told.split()
