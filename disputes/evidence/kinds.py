"""Every kind of fact Rebut knows: its form, the sort of entity it belongs to, and the words people see for it.

A playbook may only name kinds from this table, so a misspelt kind stops start-up.
"""

from typing import Literal, NamedTuple

Form = Literal["text", "money", "time", "count", "flag"]
Sort = Literal[
    "dispute", "other_dispute", "payment", "other_payment", "check", "order", "customer", "message", "agreement",
    "parcel", "usage", "use", "refund", "subscription",
]  # fmt: skip


class Kind(NamedTuple):
    """One kind of fact: the form of its value, the sort of entity it is a fact of, and its words for people."""

    form: Form
    sort: Sort
    words: str


KINDS: dict[str, Kind] = {
    # the dispute and the payment
    "dispute_amount": Kind("money", "dispute", "Disputed amount"),
    "dispute_opened_at": Kind("time", "dispute", "Dispute opened"),
    "network_claim": Kind("text", "dispute", "Network reason code"),
    "part_disputed": Kind("flag", "dispute", "Only a part of the payment is disputed"),
    "charge_id": Kind("text", "payment", "Payment reference"),
    "payment_intent_id": Kind("text", "payment", "Payment intent"),
    "payment_reference": Kind("text", "payment", "The shop's own reference of the payment"),
    "amount_paid": Kind("money", "payment", "Amount paid"),
    "amount_presented": Kind("money", "payment", "Amount the customer saw and paid"),
    "paid_at": Kind("time", "payment", "Paid at"),
    "order_id": Kind("text", "order", "Order number"),
    "order_key": Kind("text", "order", "The shop's own id of the order"),
    "product_description": Kind("text", "order", "What was bought"),
    "product_type": Kind("text", "order", "Kind of product"),
    "line_items": Kind("text", "order", "Items"),
    "disputed_items": Kind("text", "order", "Items that cost the disputed amount"),
    "other_claim": Kind("text", "other_dispute", "Other claim on the same payment"),
    "statement_descriptor": Kind("text", "payment", "Statement descriptor"),
    "receipt_number": Kind("text", "payment", "Receipt number"),
    "receipt_email": Kind("text", "payment", "Receipt sent to"),
    "invoice_number": Kind("text", "payment", "Invoice number"),
    # the customer
    "customer_name": Kind("text", "customer", "Customer name"),
    "customer_email": Kind("text", "customer", "Customer e-mail"),
    "customer_since": Kind("time", "customer", "Customer since"),
    "customer_ip": Kind("text", "payment", "Purchase IP address"),
    "device_id": Kind("text", "payment", "Device"),
    "device_fingerprint": Kind("text", "payment", "Device fingerprint"),
    "ip_country": Kind("text", "payment", "Country of the purchase IP address"),
    "ip_network": Kind("text", "payment", "Network of the purchase IP address"),
    "ip_fits_addresses": Kind("flag", "payment", "IP address lies in the country of the billing or shipping address"),
    "account_id": Kind("text", "customer", "Customer account"),
    "billing_address": Kind("text", "customer", "Billing address"),
    "customer_message": Kind("text", "message", "Customer's message"),
    "merchant_message": Kind("text", "message", "Our message"),
    "message_opened_at": Kind("time", "customer", "Customer last opened an e-mail of ours"),
    # identity of the payer
    "card": Kind("text", "payment", "Card"),
    "card_country": Kind("text", "payment", "Card country"),
    "wallet": Kind("text", "payment", "Wallet"),
    "avs_match": Kind("text", "check", "Address check"),
    "cvc_match": Kind("text", "check", "Security code check"),
    "three_d_secure": Kind("text", "check", "3-D Secure"),
    "risk_level": Kind("text", "check", "Risk level"),
    "fraud_check_id": Kind("text", "check", "Reference of the fraud check"),
    "guarantee": Kind("text", "check", "Guarantee against the loss"),
    "fraud_check": Kind("text", "check", "Fraud check"),
    "three_d_secure_attempt": Kind("text", "check", "3-D Secure attempted"),
    "eci": Kind("text", "check", "Electronic commerce indicator (ECI)"),
    "liability_shift": Kind("flag", "check", "Liability lies with the issuer"),
    "terms_accepted_at": Kind("time", "agreement", "Terms accepted"),
    "prior_payments": Kind("count", "customer", "Earlier undisputed payments"),
    "prior_since": Kind("time", "customer", "First earlier payment"),
    "total_paid": Kind("money", "customer", "Total paid by this customer"),
    "disputed_payments": Kind("count", "customer", "Other payments of this customer that were disputed"),
    "same_identity": Kind("flag", "customer", "Same identity as earlier undisputed payments"),
    "linked_by": Kind("text", "customer", "What links earlier undisputed payments"),
    # delivery and use
    "shipping_name": Kind("text", "order", "Recipient"),
    "shipping_address": Kind("text", "order", "Shipping address"),
    "shipping_matches_billing": Kind("flag", "order", "Shipping address equals billing address"),
    "shipped_at": Kind("time", "parcel", "Shipped"),
    "carrier": Kind("text", "parcel", "Carrier"),
    "tracking_number": Kind("text", "parcel", "Tracking number"),
    "tracking_event": Kind("text", "parcel", "Tracking event"),
    "delivered_at": Kind("time", "parcel", "Delivered"),
    "delivery_signature": Kind("text", "parcel", "Signed for by"),
    "delivery_place": Kind("text", "parcel", "Place of delivery"),
    "delivery_position": Kind("text", "parcel", "Latitude and longitude of the delivery"),
    "parcel_items": Kind("text", "parcel", "Items in the parcel"),
    "delivered_to_order": Kind("flag", "parcel", "Delivered to the address of the order"),
    "delivered_to_area": Kind("flag", "parcel", "Delivered in the town of the order's address"),
    "delivered_to_billing": Kind("flag", "parcel", "Delivered to the billing address"),
    "signed_by_customer": Kind("flag", "parcel", "Signed for by the customer or their household"),
    "delivered_in_order": Kind("flag", "parcel", "Paid, shipped, delivered and only then disputed"),
    "delivered_last": Kind("flag", "parcel", "The carrier's last event is the delivery"),
    "every_parcel_arrived": Kind("flag", "order", "Every parcel of the disputed items arrived"),
    "service_date": Kind("time", "order", "Service date"),
    "last_used_at": Kind("time", "usage", "Last used"),
    "usage_count": Kind("count", "usage", "Times used"),
    "usage_event": Kind("text", "use", "Use on record"),
    "use_ip": Kind("text", "use", "IP address of the use"),
    "use_device": Kind("text", "use", "Device of the use"),
    "use_account": Kind("text", "use", "Account of the use"),
    "use_unnamed": Kind("flag", "use", "The log names nobody for the use"),
    "use_failed": Kind("flag", "use", "The attempt failed"),
    "used_from_purchase": Kind("flag", "usage", "Used from the address, device or account of the purchase"),
    # the other charge of a duplicate claim
    "other_charge_id": Kind("text", "other_payment", "Other payment reference"),
    "other_order_id": Kind("text", "other_payment", "Other order number"),
    "other_description": Kind("text", "other_payment", "Other purchase"),
    "other_amount": Kind("money", "other_payment", "Other amount"),
    "other_paid_at": Kind("time", "other_payment", "Other payment made"),
    "other_tracking_number": Kind("text", "other_payment", "Tracking number of the other payment's parcel"),
    "other_delivered_at": Kind("time", "other_payment", "Parcel of the other payment delivered"),
    "other_refund_amount": Kind("money", "other_payment", "Refund of the other payment"),
    "other_refund_reference": Kind("text", "other_payment", "Reference of that refund"),
    "other_refund_covers_claim": Kind("flag", "other_payment", "That refund covers the disputed amount"),
    "separate_orders": Kind("flag", "other_payment", "The two payments are for different orders"),
    "other_refunded_at": Kind("time", "other_payment", "Other payment refunded"),
    # refunds of this charge
    "refund_amount": Kind("money", "refund", "Refunded"),
    "refunded_at": Kind("time", "refund", "Refunded at"),
    "refund_reference": Kind("text", "refund", "Refund reference (ARN)"),
    "refund_total": Kind("money", "payment", "Refunds in total"),
    "refund_covers_claim": Kind("flag", "payment", "The refund covers the disputed amount"),
    # subscriptions
    "subscription_id": Kind("text", "subscription", "Subscription"),
    "subscription_started_at": Kind("time", "subscription", "Subscription started"),
    "subscription_status": Kind("text", "subscription", "Subscription status"),
    "subscription_interval": Kind("text", "subscription", "Billing interval"),
    "period_start": Kind("time", "subscription", "Billing period from"),
    "period_end": Kind("time", "subscription", "Billing period to"),
    "canceled_at": Kind("time", "subscription", "Cancelled"),
    "cancel_requested_at": Kind("time", "subscription", "Cancellation requested"),
    "renewals": Kind("count", "subscription", "Earlier renewals paid"),
    "used_after_charge": Kind("flag", "usage", "Used after the charge"),
    "canceled_after_charge": Kind("flag", "subscription", "Cancelled after the charge"),
    # the merchant's own words, from policy
    "refund_policy": Kind("text", "agreement", "Refund policy"),
    "cancellation_policy": Kind("text", "agreement", "Cancellation policy"),
    "merchant_name": Kind("text", "agreement", "Merchant"),
    "merchant_contact": Kind("text", "agreement", "Merchant's contact"),
    "final_sale_shown": Kind("flag", "agreement", "Final sale, shown and accepted before the payment"),
    "listing_snapshot": Kind("text", "agreement", "Listing as it was shown at the sale"),
    # what the customer wrote, word for word (`disputes.evidence.quotations`)
    "admits_purchase": Kind("text", "message", "Customer on having bought it"),
    "admits_receipt": Kind("text", "message", "Customer on having received it"),
    "admits_use": Kind("text", "message", "Customer on having used it"),
    "declines_offer": Kind("text", "message", "Customer on an offer of ours that they refused"),
    # what a connected source does not hold, as of the hour it was asked
    "no_complaint": Kind("text", "customer", "No complaint before the dispute"),
    "no_return_request": Kind("text", "order", "No return was requested before the dispute"),
    "no_cancellation": Kind("text", "subscription", "No cancellation before the charge"),
    # against us: never filed, always shown to the reviewer
    "refund_before_dispute": Kind("text", "refund", "A refund was made before the dispute"),
    "refund_after_dispute": Kind("text", "refund", "A refund was made after the dispute was opened"),
    "refund_under_way": Kind("text", "refund", "A refund is under way"),
    "refund_failed": Kind("text", "refund", "A refund failed, so no money went back"),
    "not_shipped": Kind("flag", "order", "Physical goods with no sign of shipping"),
    "same_order_twice": Kind("text", "other_payment", "Both payments carry the same order number"),
    "canceled_before_charge": Kind("time", "subscription", "Cancelled before the charge"),
    "refund_requested": Kind("flag", "message", "The customer asked for a refund"),
    "avs_mismatch": Kind("text", "check", "Address check failed"),
    "cvc_mismatch": Kind("text", "check", "Security code check failed"),
    "high_risk": Kind("text", "check", "Stripe rated the payment high risk"),
    "fraud_rejected": Kind("text", "check", "A fraud check rejected the order"),
    "delivery_failed": Kind("text", "parcel", "The carrier could not deliver"),
    "used_never": Kind("flag", "usage", "No use on record"),
    "reports_fault": Kind("text", "message", "Customer on a fault"),
    "reports_nonreceipt": Kind("text", "message", "Customer on not having received it"),
    "reports_cancel": Kind("text", "message", "Customer on a cancellation"),
    "reports_wrong_item": Kind("text", "message", "Customer on a wrong item"),
    "reports_not_as_described": Kind("text", "message", "Customer on goods that are not as described"),
    "reports_duplicate": Kind("text", "message", "Customer on a double charge"),
    "reports_return": Kind("text", "message", "Customer on a return"),
    "denies_purchase": Kind("text", "message", "Customer on not having bought it"),
    "promises_refund": Kind("text", "message", "We promised money back"),
    "concedes_mistake": Kind("text", "message", "We conceded a mistake"),
    "concedes_nondelivery": Kind("text", "message", "We conceded that it did not arrive"),
    "apologizes": Kind("text", "message", "We apologised"),
    "confirms_cancel": Kind("text", "message", "We confirmed a cancellation"),
    "confirms_return": Kind("text", "message", "We confirmed a return"),
    "complains": Kind("text", "message", "Customer complains"),
    "promises_replacement": Kind("text", "message", "We promised a replacement"),
    "message_left_out": Kind("text", "message", "A message that is not enclosed"),
    "message_unread": Kind("text", "message", "A message that nobody has read"),
    # relations that are false (`disputes.evidence.relations`)
    "return_requested_at": Kind("time", "order", "Return requested"),
    "returned": Kind("text", "order", "Goods came back, or are on their way"),
    "order_canceled_at": Kind("time", "order", "Order cancelled"),
    "delivered_elsewhere": Kind("text", "parcel", "Delivered to another place"),
    "signed_by_other": Kind("text", "parcel", "Signed for by somebody else"),
    "parcel_missing": Kind("text", "order", "Not every parcel arrived"),
    "delivered_out_of_order": Kind("text", "parcel", "Times of payment, shipping, delivery and dispute disagree"),
    "not_delivered_last": Kind("text", "parcel", "The carrier's last event is no delivery"),
    "carrier_event_unknown": Kind("text", "parcel", "A carrier event that no rule knows"),
    "used_before_only": Kind("text", "usage", "Used before the payment only"),
    "used_by_other": Kind("text", "usage", "Used from elsewhere than the purchase"),
    "used_in_vain": Kind("text", "usage", "Every attempt to use it failed"),
    "same_goods_twice": Kind("text", "other_payment", "The two payments look like one purchase"),
    "identity_differs": Kind("text", "customer", "Identity differs from earlier undisputed payments"),
    "ip_elsewhere": Kind("text", "payment", "The purchase came from another country"),
    "payment_burst": Kind("text", "customer", "Several payments in one day"),
    "impossible_state": Kind("text", "dispute", "Records that cannot be true"),
    "guarantee_open": Kind("text", "check", "A guarantee that is not decided"),
    "guarantee_pays": Kind("text", "check", "A guarantee bears this loss"),
}

ADVERSE = frozenset(
    "refund_before_dispute refund_after_dispute refund_under_way refund_failed not_shipped same_order_twice "
    "canceled_before_charge refund_requested avs_mismatch cvc_mismatch high_risk fraud_rejected delivery_failed "
    "used_never reports_fault reports_nonreceipt reports_cancel promises_refund reports_wrong_item "
    "reports_not_as_described reports_duplicate reports_return denies_purchase concedes_mistake promises_replacement "
    "concedes_nondelivery apologizes confirms_cancel confirms_return complains message_unread delivered_elsewhere "
    "signed_by_other parcel_missing delivered_out_of_order not_delivered_last "
    "carrier_event_unknown used_before_only used_by_other used_in_vain same_goods_twice identity_differs ip_elsewhere "
    "payment_burst impossible_state guarantee_pays guarantee_open return_requested_at returned "
    "order_canceled_at".split()
)

NEUTRAL = frozenset(
    "disputed_payments message_left_out use_unnamed payment_intent_id payment_reference order_key".split()
)
"""What people are shown and no letter says."""

MULTILINE = frozenset(("customer_message", "merchant_message", "listing_snapshot"))
"""Kinds whose texts keep their lines and are long; all others are one line."""

KEYS = frozenset(
    "charge_id payment_intent_id payment_reference order_id order_key receipt_number invoice_number customer_ip "
    "device_id device_fingerprint account_id fraud_check_id tracking_number use_ip use_device use_account "
    "other_charge_id other_order_id other_tracking_number other_refund_reference refund_reference "
    "subscription_id".split()
)
"""Kinds whose value is the key of a record in some system: kept whole, since masked it would name nothing."""

REPEATED = frozenset("tracking_event usage_event customer_message merchant_message".split())
"""Kinds of which one entity may have several facts."""

COMPARED = frozenset(
    "shipped_at delivered_at service_date subscription_started_at canceled_at cancel_requested_at refunded_at "
    "customer_email customer_name customer_ip order_id tracking_number amount_paid refund_amount "
    "shipping_address".split()
)
"""Kinds for which two systems should have the same value; see `disputes.evidence.contradictions`."""


def form(kind: str) -> Form:
    """Return the form a kind's value has; an unknown kind is text."""
    return KINDS[kind].form if kind in KINDS else "text"


def sort(kind: str) -> Sort:
    """Return the sort of entity a kind is a fact of; an unknown kind is one of the dispute."""
    return KINDS[kind].sort if kind in KINDS else "dispute"


def label(kind: str) -> str:
    """Return the words that people see for a kind."""
    return KINDS[kind].words if kind in KINDS else kind.replace("_", " ").capitalize()
