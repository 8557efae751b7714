"""Every kind of fact Rebut knows: its form and the words people see for it.

A playbook may only name kinds from this table, so a misspelt kind stops start-up.
"""

from typing import Literal

Form = Literal["text", "money", "time", "count", "flag"]

KINDS: dict[str, tuple[Form, str]] = {
    # the dispute and the payment
    "dispute_amount": ("money", "Disputed amount"),
    "dispute_opened_at": ("time", "Dispute opened"),
    "charge_id": ("text", "Payment reference"),
    "amount_paid": ("money", "Amount paid"),
    "amount_presented": ("money", "Amount the customer saw and paid"),
    "paid_at": ("time", "Paid at"),
    "order_id": ("text", "Order number"),
    "product_description": ("text", "What was bought"),
    "product_type": ("text", "Kind of product"),
    "line_items": ("text", "Items"),
    "disputed_items": ("text", "Items that cost the disputed amount"),
    "other_claim": ("text", "Other claim on the same payment"),
    "statement_descriptor": ("text", "Statement descriptor"),
    "receipt_number": ("text", "Receipt number"),
    "receipt_email": ("text", "Receipt sent to"),
    "invoice_number": ("text", "Invoice number"),
    # the customer
    "customer_name": ("text", "Customer name"),
    "customer_email": ("text", "Customer e-mail"),
    "customer_since": ("time", "Customer since"),
    "customer_ip": ("text", "Purchase IP address"),
    "device_id": ("text", "Device"),
    "device_fingerprint": ("text", "Device fingerprint"),
    "account_id": ("text", "Customer account"),
    "billing_address": ("text", "Billing address"),
    "customer_message": ("text", "Customer's message"),
    "merchant_message": ("text", "Our message"),
    "message_opened_at": ("time", "Customer last opened an e-mail of ours"),
    # identity of the payer
    "card": ("text", "Card"),
    "card_country": ("text", "Card country"),
    "wallet": ("text", "Wallet"),
    "avs_match": ("text", "Address check"),
    "cvc_match": ("text", "Security code check"),
    "three_d_secure": ("text", "3-D Secure"),
    "risk_level": ("text", "Risk level"),
    "fraud_check_id": ("text", "Reference of the fraud check"),
    "fraud_check": ("text", "Fraud check"),
    "terms_accepted_at": ("time", "Terms accepted"),
    "prior_payments": ("count", "Earlier undisputed payments"),
    "prior_since": ("time", "First earlier payment"),
    "total_paid": ("money", "Total paid by this customer"),
    "disputed_payments": ("count", "Other payments of this customer that were disputed"),
    # delivery and use
    "shipping_name": ("text", "Recipient"),
    "shipping_address": ("text", "Shipping address"),
    "shipping_matches_billing": ("flag", "Shipping address equals billing address"),
    "shipped_at": ("time", "Shipped"),
    "carrier": ("text", "Carrier"),
    "tracking_number": ("text", "Tracking number"),
    "tracking_event": ("text", "Tracking event"),
    "delivered_at": ("time", "Delivered"),
    "delivery_signature": ("text", "Signed for by"),
    "delivery_place": ("text", "Place of delivery"),
    "service_date": ("time", "Service date"),
    "last_used_at": ("time", "Last used"),
    "usage_count": ("count", "Times used"),
    "usage_event": ("text", "Use on record"),
    # the other charge of a duplicate claim
    "other_charge_id": ("text", "Other payment reference"),
    "other_order_id": ("text", "Other order number"),
    "other_description": ("text", "Other purchase"),
    "other_amount": ("money", "Other amount"),
    "other_paid_at": ("time", "Other payment made"),
    "other_refund_amount": ("money", "Refund of the other payment"),
    "other_refund_reference": ("text", "Reference of that refund"),
    "other_refund_covers_claim": ("flag", "That refund covers the disputed amount"),
    "separate_orders": ("flag", "The two payments are for different orders"),
    "other_refunded_at": ("time", "Other payment refunded"),
    # refunds of this charge
    "refund_amount": ("money", "Refunded"),
    "refunded_at": ("time", "Refunded at"),
    "refund_reference": ("text", "Refund reference (ARN)"),
    "refund_total": ("money", "Refunds in total"),
    "refund_covers_claim": ("flag", "The refund covers the disputed amount"),
    # subscriptions
    "subscription_id": ("text", "Subscription"),
    "subscription_started_at": ("time", "Subscription started"),
    "subscription_status": ("text", "Subscription status"),
    "subscription_interval": ("text", "Billing interval"),
    "period_start": ("time", "Billing period from"),
    "period_end": ("time", "Billing period to"),
    "canceled_at": ("time", "Cancelled"),
    "cancel_requested_at": ("time", "Cancellation requested"),
    "renewals": ("count", "Earlier renewals paid"),
    "used_after_charge": ("flag", "Used after the charge"),
    # the merchant's own words, from policy
    "refund_policy": ("text", "Refund policy"),
    "cancellation_policy": ("text", "Cancellation policy"),
    # what the customer wrote, word for word (`disputes.evidence.quotations`)
    "admits_purchase": ("text", "Customer on having bought it"),
    "admits_receipt": ("text", "Customer on having received it"),
    "admits_use": ("text", "Customer on having used it"),
    # against us: never filed, always shown to the reviewer
    "refund_before_dispute": ("text", "A refund was made before the dispute"),
    "refund_after_dispute": ("text", "A refund was made after the dispute was opened"),
    "refund_under_way": ("text", "A refund is under way"),
    "refund_failed": ("text", "A refund failed, so no money went back"),
    "not_shipped": ("flag", "Physical goods with no sign of shipping"),
    "same_order_twice": ("text", "Both payments carry the same order number"),
    "canceled_before_charge": ("time", "Cancelled before the charge"),
    "refund_requested": ("flag", "The customer asked for a refund"),
    "avs_mismatch": ("text", "Address check failed"),
    "cvc_mismatch": ("text", "Security code check failed"),
    "high_risk": ("text", "Stripe rated the payment high risk"),
    "fraud_rejected": ("text", "A fraud check rejected the order"),
    "delivery_failed": ("text", "The carrier could not deliver"),
    "used_never": ("flag", "No use on record"),
    "reports_fault": ("text", "Customer on a fault"),
    "reports_nonreceipt": ("text", "Customer on not having received it"),
    "reports_cancel": ("text", "Customer on a cancellation"),
    "promises_refund": ("text", "We promised money back"),
}

ADVERSE = frozenset(
    "refund_before_dispute refund_after_dispute refund_under_way refund_failed not_shipped same_order_twice "
    "canceled_before_charge refund_requested avs_mismatch cvc_mismatch high_risk fraud_rejected delivery_failed "
    "used_never reports_fault reports_nonreceipt reports_cancel promises_refund".split()
)

NEUTRAL = frozenset({"disputed_payments"})
"""What people are shown and no letter says."""

CLAIMED = frozenset("reports_fault reports_nonreceipt reports_cancel".split())
"""What a customer says went wrong. The bank says so already, so it is shown and takes nothing off the confidence."""

COMPARED = frozenset(
    "shipped_at delivered_at service_date subscription_started_at canceled_at cancel_requested_at refunded_at "
    "customer_email customer_name customer_ip order_id tracking_number amount_paid refund_amount "
    "shipping_address".split()
)
"""Kinds for which two systems should have the same value; see `disputes.evidence.contradictions`."""


def form(kind: str) -> Form:
    """Return the form a kind's value has; an unknown kind is text."""
    return KINDS[kind][0] if kind in KINDS else "text"


def label(kind: str) -> str:
    """Return the words that people see for a kind."""
    return KINDS[kind][1] if kind in KINDS else kind.replace("_", " ").capitalize()
