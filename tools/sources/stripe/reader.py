"""Reads Stripe objects for one account and turns failures into gaps."""

from collections.abc import Awaitable, Callable

from disputes.errors import LostLease, PaymentUnread, Refused, TryAgain
from disputes.evidence import Gap
from tools.sources.stripe.stripe_object import NOTHING, StripeObject
from tools.stripe_api.calls import StripeJson

PAYMENT = "payment"
"""The name of the answer that holds the disputed payment."""

Lookup = Callable[[str, str | None], Awaitable[StripeJson]]


class StripeReader:
    """Calls Stripe for one account; `answers` holds each answer by name, and `gaps` each call that failed."""

    def __init__(self, account: str | None) -> None:
        self._account = account
        self.gaps: list[Gap] = []
        self.answers: dict[str, StripeJson] = {}

    async def read(self, lookup: Lookup, ref: str, *, name: str) -> StripeObject:
        """Return the object of an id; an empty one without an id, and an empty one and a gap when the call fails.

        Raises `LostLease`, and `PaymentUnread` where the payment itself is not shown for now.
        """
        if not ref:
            return NOTHING
        try:
            self.answers[name] = await lookup(ref, self._account)
            return StripeObject(self.answers[name])
        except LostLease:
            raise
        except (TryAgain, Refused) as failed:
            if name == PAYMENT and isinstance(failed, TryAgain):
                raise PaymentUnread(str(failed)) from failed
            self.gaps.append(Gap(name=name, why=str(failed), source="stripe"))
            return NOTHING
