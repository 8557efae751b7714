"""The Stripe API."""

from datetime import datetime
from typing import Protocol

from pydantic import JsonValue

from disputes.case import Packet
from disputes.dispute import Dispute
from disputes.policy.deadlines import SubmissionMethod
from disputes.repositories.events import WebhookEvent


class StripeApi(Protocol):
    """The Stripe API for one key in one mode. Every call raises `TryAgain` or `Refused`, nothing else.

    `key` is the idempotency key of a write (https://docs.stripe.com/api/idempotent_requests).
    """

    livemode: bool

    async def dispute(self, dispute_id: str, *, account: str | None = None) -> Dispute:
        """Read a dispute as it stands now."""
        ...

    async def disputes_of(self, dispute: Dispute) -> tuple[Dispute, ...]:
        """Return every dispute of the same payment, this one included; none where it names no payment."""
        ...

    async def describe_file(self, file_id: str, *, account: str | None = None) -> str:
        """Return the name, type and size of a file at Stripe in words, as far as Stripe tells them."""
        ...

    async def upload(self, dispute: Dispute, name: str, data: bytes, *, key: str) -> str:
        """Upload one evidence file (PDF, JPEG or PNG bytes) and return its Stripe id."""
        ...

    async def stage(self, dispute: Dispute, packet: Packet, *, key: str) -> Dispute:
        """Write the packet with `submit=false` and return the dispute as Stripe holds it then."""
        ...

    async def enhance(self, dispute: Dispute, enhanced: dict[str, JsonValue], *, key: str) -> Dispute:
        """Write `enhanced_evidence` alone with `submit=false`: where it is refused, nothing else is lost with it."""
        ...

    async def submit(self, dispute: Dispute, *, key: str) -> Dispute:
        """Send what is staged to the bank. It cannot be taken back."""
        ...

    async def close(self, dispute: Dispute, *, key: str) -> Dispute:
        """Accept the loss. It cannot be taken back."""
        ...

    async def hand_over(self, dispute: Dispute, *, key: str) -> Dispute:
        """Leave the answer to Stripe's Smart Disputes (`intended_submission_method`), which sends one of its own."""
        ...

    async def set_method(self, dispute: Dispute, method: SubmissionMethod, *, key: str) -> Dispute:
        """Say whether Stripe may answer by itself (`intended_submission_method`); it can be set again."""
        ...

    async def events_since(
        self, since: datetime, *, account: str | None = None
    ) -> tuple[list[WebhookEvent], list[WebhookEvent]]:
        """Return an account's dispute events since a moment, and an event for each dispute created since.

        Both come oldest first, and name the account; None is the key's own.
        """
        ...

    async def connected_accounts(self) -> tuple[str, ...]:
        """Return the ids of the accounts connected to the key's own, none where the key may not list them."""
        ...
