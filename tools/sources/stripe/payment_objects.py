from dataclasses import dataclass
from functools import cached_property

from disputes.dispute import Dispute
from tools.sources.stripe.stripe_object import NOTHING, StripeObject


@dataclass(frozen=True)
class PaymentObjects:
    """What Stripe gave about one dispute: `claim` is the dispute with what it expands to, the rest was listed.

    `more` tells that the customer has payments beyond those in `charges`.
    """

    dispute: Dispute
    claim: StripeObject = NOTHING
    charges: tuple[StripeObject, ...] = ()
    more: bool = False
    session: StripeObject = NOTHING
    invoice: StripeObject = NOTHING
    subscription: StripeObject = NOTHING
    invoices: tuple[StripeObject, ...] = ()

    @cached_property
    def charge(self) -> StripeObject:
        """The disputed payment."""
        return self.claim.paper("charge")

    @cached_property
    def intent(self) -> StripeObject:
        """The payment intent, empty for payments older than these."""
        return self.claim.paper("payment_intent")

    @cached_property
    def customer(self) -> StripeObject:
        """The customer, empty for a guest."""
        return self.charge.paper("customer")

    @property
    def noted(self) -> tuple[StripeObject, ...]:
        """The papers on which a merchant writes metadata, the most telling first."""
        return (self.intent, self.charge, self.session, self.invoice, self.subscription)
