"""One payment of a story, and the fields of Stripe's objects that follow from it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from evals.stories.story import Address, Checks, OtherPayment, Refund, Shipping, Story
from simulator.objects import StripeObject, a_card
from simulator.worlds.frauds import THREE_D_SECURE_CHALLENGE
from simulator.worlds.orders import iso_utc

_LAST4 = {"visa": "4242", "mastercard": "4444", "amex": "1008", "discover": "1117"}


@dataclass(frozen=True, kw_only=True)
class Payment:
    """One payment of the customer, the disputed one or another."""

    amount: int
    at: datetime
    description: str
    email: str
    notes: dict[str, str | None]
    shipping: Shipping | None


def disputed(story: Story) -> Payment:
    plan = story.subscription
    notes = {
        "order_id": story.order_number,
        "product_type": story.product,
        "customer_ip": story.customer.ip,
        "device_id": story.customer.device,
        "user_id": story.customer.account,
        "terms_accepted_at": iso_utc(story.terms_accepted_at),
        "cancel_requested_at": iso_utc(plan.cancel_requested_at) if plan and plan.cancel_requested_at else None,
    }
    return Payment(
        amount=story.amount,
        at=story.paid_at,
        description=story.description,
        email=story.customer.email,
        notes=notes,
        shipping=story.shipping,
    )


def other_payment(story: Story, other: OtherPayment) -> Payment:
    notes = {
        "order_id": other.order_number,
        "customer_ip": other.ip,
        "device_id": other.device,
        "user_id": other.account,
    }
    to = Shipping(name=story.customer.name, address=other.shipping_address) if other.shipping_address else None
    return Payment(
        amount=other.amount,
        at=other.at,
        description=other.description,
        email=other.email,
        notes=dict(notes),
        shipping=to,
    )


def network(code: str) -> str:
    """Return the card network that has such reason codes: `13.1`, `4853`, `C08`, `RG`."""
    if "." in code:
        return "visa"
    if code.isdigit():
        return "mastercard"
    return "amex" if code[1:].isdigit() else "discover"


def card(story: Story, *, fingerprint: str) -> StripeObject:
    brand = network(story.network_code)
    return a_card(
        brand=brand,
        checks=_checks(story.checks),
        fingerprint=fingerprint,
        last4=_LAST4[brand],
        network=brand,
        three_d_secure=THREE_D_SECURE_CHALLENGE if story.checks.three_d_secure else None,
    )


def _checks(checks: Checks) -> StripeObject:
    return {
        "address_line1_check": checks.avs_street,
        "address_postal_code_check": checks.avs_postal,
        "cvc_check": checks.cvc,
    }


def address(address: Address) -> StripeObject:
    return address.model_dump() | {"line2": address.line2 or None}


def shipping(shipping: Shipping | None) -> StripeObject | None:
    return {"name": shipping.name, "address": address(shipping.address), "phone": None} if shipping else None


def reference(refund: Refund) -> StripeObject:
    known = {"reference": refund.reference, "reference_status": "available"} if refund.reference else {}
    return {"reference_status": "pending", "reference_type": "acquirer_reference_number", "type": "refund"} | known


def moment(at: date) -> datetime:
    return at if isinstance(at, datetime) else datetime.combine(at, time(12), UTC)
