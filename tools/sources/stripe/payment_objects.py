"""The Stripe objects around one disputed payment."""

from dataclasses import dataclass
from functools import cached_property

from disputes.dispute import Dispute
from tools.sources.stripe.stripe_object import NOTHING, StripeObject


@dataclass(frozen=True)
class PaymentObjects:
    """What Stripe answered about one dispute: `claim` is the dispute with its expanded objects, the rest was listed.

    `has_more` is true when the customer has payments beyond those in `charges`. `details` lists the items that the
    merchant gave Stripe with the payment.
    """

    dispute: Dispute
    claim: StripeObject = NOTHING
    charges: tuple[StripeObject, ...] = ()
    has_more: bool = False
    session: StripeObject = NOTHING
    invoice: StripeObject = NOTHING
    subscription: StripeObject = NOTHING
    invoices: tuple[StripeObject, ...] = ()
    details: StripeObject = NOTHING

    @cached_property
    def charge(self) -> StripeObject:
        """The disputed payment."""
        return self.claim.child("charge")

    @cached_property
    def intent(self) -> StripeObject:
        """The payment intent, empty for a payment without one."""
        return self.claim.child("payment_intent")

    @cached_property
    def customer(self) -> StripeObject:
        """The customer, empty for a guest."""
        return self.charge.child("customer")

    @property
    def with_metadata(self) -> tuple[StripeObject, ...]:
        """The objects on which a merchant may write metadata, in order of preference."""
        return (self.intent, self.charge, self.session, self.invoice, self.subscription)
