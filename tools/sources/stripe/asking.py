from collections.abc import Awaitable, Callable

from disputes.errors import LostLease, Refused, TryAgain
from disputes.evidence import Gap
from tools.sources.stripe.stripe_object import NOTHING, StripeObject
from tools.stripe_api.calls import StripeJson

Read = Callable[[str, str | None], Awaitable[StripeJson]]


class StripeAsking:
    """Asks Stripe for one account; `answers` holds what it answered by name, and `gaps` what it did not."""

    def __init__(self, account: str | None) -> None:
        self._account = account
        self.gaps: list[Gap] = []
        self.answers: dict[str, StripeJson] = {}

    async def ask(self, read: Read, ref: str, *, name: str) -> StripeObject:
        """Give what Stripe answers about an id; nothing for an empty id, and nothing with a gap when it fails."""
        if not ref:
            return NOTHING
        try:
            self.answers[name] = await read(ref, self._account)
            return StripeObject(self.answers[name])
        except LostLease:
            raise
        except (TryAgain, Refused) as failed:
            self.gaps.append(Gap(name=name, why=str(failed), source="stripe"))
            return NOTHING
