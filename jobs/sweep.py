"""The sweep: rings again for what no run has handled, and carries the outbox."""

from datetime import timedelta

import structlog

from disputes.docket import Message
from disputes.errors import TryAgain
from graph.deps import Deps

log = structlog.get_logger()

PATIENCE = timedelta(seconds=20)
DELIVERIES = 10
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=2), timedelta(hours=1)


async def sweep(deps: Deps, *, patience: timedelta = PATIENCE) -> dict[str, int]:
    """Ring for what waited longer than the patience, and deliver due messages; give the counts."""
    now = deps.now()
    owed = await deps.docket.owed(before=now - patience)
    for dispute_id, account in owed:
        log.info("sweep.rang", dispute_id=dispute_id)
        await deps.queue.ring(dispute_id, account=account)
    messages = await deps.docket.due(now)
    delivered = [await _deliver(deps, message) for message in messages]
    return {"rang": len(owed), "delivered": sum(delivered), "undelivered": len(delivered) - sum(delivered)}


async def _deliver(deps: Deps, message: Message) -> bool:
    try:
        await deps.courier.deliver(message)
    except TryAgain as failed:
        last = message.attempts + 1 >= DELIVERIES
        again = None if last else deps.now() + min(LONGEST_WAIT, FIRST_WAIT * 2**message.attempts)
        log.warning("message.undelivered", key=message.key, attempts=message.attempts + 1, given_up=last)
        await deps.docket.unsent(message.key, error=str(failed), again=again)
        return False
    await deps.docket.sent(message.key)
    return True
