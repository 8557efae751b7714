"""The sync: finds at Stripe the events no webhook brought, so that a lost delivery costs minutes and no dispute."""

from datetime import timedelta

import structlog

from disputes.repositories.events import WebhookEvent
from graph.wiring.deps import Deps

log = structlog.get_logger()

WATERMARK = "stripe"
OVERLAP = timedelta(minutes=10)
"""How far before the watermark it looks again: an event may be listed later than it is dated."""


async def sync(deps: Deps) -> dict[str, int]:
    """Store and enqueue what Stripe lists since the watermark and no webhook brought, then move the watermark.

    Returns the count as `missed`. The watermark is the newest time that Stripe gave an event: by the clock of a worker
    that is ahead it would skip events for good. The first time, and where the watermark is ahead of this clock, it
    looks back `OVERLAP` only, so that installing Rebut answers no older dispute by itself. Raises `TryAgain` and then
    leaves the watermark.
    """
    now = deps.now()
    reached = min(await deps.watermarks.read(WATERMARK) or now, now)
    events, opened = await deps.stripe.events_since(reached - OVERLAP)
    missed = [event for event in events if await deps.events.store(event) and not event.refused]
    missed += [event for event in opened if await _is_unknown(deps, event) and await deps.events.store(event)]
    for dispute_id, account in {event.dispute_id: event.account for event in missed}.items():
        log.info("sync.missed", dispute_id=dispute_id)
        await deps.queue.enqueue(dispute_id, account=account)
    await deps.watermarks.advance(WATERMARK, max((event.created for event in (*events, *opened)), default=reached))
    return {"missed": len(missed)}


async def _is_unknown(deps: Deps, event: WebhookEvent) -> bool:
    """Return whether the event's dispute has neither a case nor a pending event."""
    return await deps.cases.find(event.dispute_id) is None and not await deps.events.is_pending(event.dispute_id)
