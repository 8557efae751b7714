from dataclasses import dataclass
from functools import cached_property

from disputes.dispute import Dispute
from tools.sources.stripe_paper import NOTHING, Paper


@dataclass(frozen=True)
class Papers:
    """What Stripe gave about one dispute: `claim` is the dispute with what it expands to, the rest was listed.

    `more` tells that the customer has payments beyond those in `charges`.
    """

    dispute: Dispute
    claim: Paper = NOTHING
    charges: tuple[Paper, ...] = ()
    more: bool = False
    session: Paper = NOTHING
    invoice: Paper = NOTHING
    subscription: Paper = NOTHING
    invoices: tuple[Paper, ...] = ()

    @cached_property
    def charge(self) -> Paper:
        """The disputed payment."""
        return self.claim.paper("charge")

    @cached_property
    def intent(self) -> Paper:
        """The payment intent, empty for payments older than these."""
        return self.claim.paper("payment_intent")

    @cached_property
    def customer(self) -> Paper:
        """The customer, empty for a guest."""
        return self.charge.paper("customer")

    @property
    def noted(self) -> tuple[Paper, ...]:
        """The papers on which a merchant writes metadata, the most telling first."""
        return (self.intent, self.charge, self.session, self.invoice, self.subscription)
