"""Delivers the messages of the outbox."""

from datetime import timedelta

import structlog

from disputes.errors import TryAgain
from disputes.repositories.outbox import OutboxMessage
from graph.wiring.deps import Deps

log = structlog.get_logger()

MAX_ATTEMPTS = 10
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=2), timedelta(hours=1)


async def deliver(deps: Deps) -> dict[str, int]:
    """Send each message that is due, and return how many were `delivered` and how many stay `undelivered`."""
    delivered = [await _deliver(deps, message) for message in await deps.outbox.due(deps.now())]
    return {"delivered": sum(delivered), "undelivered": len(delivered) - sum(delivered)}


async def _deliver(deps: Deps, message: OutboxMessage) -> bool:
    try:
        await deps.sender.send(message)
    except TryAgain as failed:
        is_last = message.attempts + 1 >= MAX_ATTEMPTS
        retry_at = None if is_last else deps.now() + min(LONGEST_WAIT, FIRST_WAIT * 2**message.attempts)
        log.warning("message.undelivered", key=message.key, attempts=message.attempts + 1, given_up=is_last)
        await deps.outbox.mark_failed(message.key, error=str(failed), retry_at=retry_at)
        return False
    await deps.outbox.mark_sent(message.key)
    return True
