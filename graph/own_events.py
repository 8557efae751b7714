"""Events of our own: something other than a webhook has a run look at a dispute."""

from disputes.repositories.events import WebhookEvent
from graph.wiring.deps import Deps

PROVIDER, TYPE = "rebut", "rebut.look"


def build(deps: Deps, event_id: str, *, dispute_id: str, account: str | None) -> WebhookEvent:
    """Return the event that has a run look at a dispute, once for each id."""
    return WebhookEvent(
        provider=PROVIDER,
        id=event_id,
        type=TYPE,
        dispute_id=dispute_id,
        account=account,
        livemode=deps.stripe.livemode,
        created=deps.now(),
    )


async def store(deps: Deps, event: WebhookEvent) -> None:
    """Store an event and enqueue its dispute; one that is stored already changes nothing. Raises `TryAgain`."""
    if await deps.events.store(event):
        await deps.queue.try_enqueue(event.dispute_id, account=event.account)
