"""What was paid with one charge: captured, refunded, and refunds without what was only released."""

from disputes import funds
from disputes.money import Money
from tools.sources.stripe.stripe_object import StripeObject


def is_paid(charge: StripeObject) -> bool:
    """Check whether a payment succeeded and something was captured; an authorisation alone is no payment."""
    return charge.text("status") == "succeeded" and charge.flag("paid") and read_captured(charge).amount > 0


def read_captured(charge: StripeObject) -> Money:
    """Return what was taken from the customer in the currency of the charge; 0 where nothing was captured."""
    captured = funds.find_captured(charge.json)
    amount = charge.number("amount") if captured is None else captured
    return Money(amount=amount, currency=charge.text("currency").lower())


def read_refunded(charge: StripeObject) -> int:
    """Return what went back of a payment, or is on its way, in minor units; what was only released is not in it."""
    return funds.find_refunded(charge.json) or 0


def list_refunds(charge: StripeObject) -> tuple[StripeObject, ...]:
    """Return the listed refunds of a charge, whatever became of them, without what was only released."""
    return tuple(each for each in charge.children("refunds") if not funds.is_release(each.json, charge.json))
