"""Webhook events: stored before they are acknowledged, marked once a run has handled them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from disputes.model import Value


class WebhookEvent(Value):
    """One event as an envelope only: the dispute is always read afresh from Stripe, so no payload is kept.

    `provider` is the processor that sent it, and the event's id and the dispute's are words of that processor.
    `refused` says why nothing follows from the event; it is empty for all others. `created` is the sender's time.
    """

    provider: str
    id: str
    type: str
    dispute_id: str
    account: str | None = None
    livemode: bool = False
    created: datetime
    refused: str = ""


class Events(Protocol):
    """The repository of webhook events, unique by provider and event id."""

    async def store(self, event: WebhookEvent) -> bool:
        """Store one event, durably by the time it returns; False when it is already stored.

        A refused event counts as handled.
        """
        ...

    async def unhandled(self, *, before: datetime, limit: int = 100) -> list[WebhookEvent]:
        """Return events received before a moment that no run has handled, oldest first."""
        ...

    async def pending(self, *, before: datetime, limit: int = 100) -> list[tuple[str, str | None]]:
        """Return the disputes, with their accounts, that have an unhandled event or verdict from before a moment.

        The one that waits longest comes first. A verdict from before its case was parked does not count.
        """
        ...

    async def is_pending(self, dispute_id: str) -> bool:
        """Return whether a dispute has an unhandled event or verdict, counted as `pending` does."""
        ...

    async def unhandled_of(self, dispute_id: str) -> tuple[WebhookEvent, ...]:
        """Return a dispute's unhandled events, oldest first."""
        ...

    async def mark_handled(self, event_ids: Sequence[str]) -> None:
        """Mark these events as handled, and no other: two hosts' clocks do not agree on what came before what."""
        ...

    async def accounts(self) -> tuple[str, ...]:
        """Return every connected account that an event or a case names, in order."""
        ...

    async def refuse(self, event_ids: Sequence[str], why: str) -> None:
        """Mark these events as handled, and say in `refused` why nothing follows from them; handled ones stay."""
        ...
