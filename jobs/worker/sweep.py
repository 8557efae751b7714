"""The sweep: rings again for what no run has handled, and carries the outbox."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from disputes.errors import TryAgain
from disputes.repositories.outbox import OutboxMessage
from graph.wiring.deps import Deps

log = structlog.get_logger()

PATIENCE = timedelta(seconds=20)
DELIVERIES = 10
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=2), timedelta(hours=1)
LONGEST_ECHO = timedelta(minutes=10)


@dataclass
class Echo:
    """Remembers who was rung for, so that an outage does not fill the queue: the waits double up to `LONGEST_ECHO`."""

    rung: dict[str, tuple[datetime, timedelta]] = field(default_factory=dict)

    def due(self, dispute_ids: Iterable[str], now: datetime, patience: timedelta) -> set[str]:
        """Give those to ring for now, and forget those that are owed nothing any more."""
        asked = set(dispute_ids)
        self.rung = {name: known for name, known in self.rung.items() if name in asked}
        fresh = {name for name in asked if name not in self.rung or self.rung[name][0] <= now}
        for name in fresh:
            wait = min(LONGEST_ECHO, self.rung[name][1] * 2) if name in self.rung else patience
            self.rung[name] = (now + wait, wait)
        return fresh


async def sweep(deps: Deps, *, patience: timedelta = PATIENCE, echo: Echo | None = None) -> dict[str, int]:
    """Ring for what waited longer than the patience, and deliver due messages; give the counts."""
    now = deps.now()
    waiting = await deps.events.pending(before=now - patience)
    due = (echo or Echo()).due((name for name, _ in waiting), now, patience)
    owed = [(name, account) for name, account in waiting if name in due]
    for dispute_id, account in owed:
        log.info("sweep.rang", dispute_id=dispute_id)
        await deps.queue.enqueue(dispute_id, account=account)
    messages = await deps.outbox.due(now)
    delivered = [await _deliver(deps, message) for message in messages]
    return {"rang": len(owed), "delivered": sum(delivered), "undelivered": len(delivered) - sum(delivered)}


async def _deliver(deps: Deps, message: OutboxMessage) -> bool:
    try:
        await deps.sender.send(message)
    except TryAgain as failed:
        last = message.attempts + 1 >= DELIVERIES
        again = None if last else deps.now() + min(LONGEST_WAIT, FIRST_WAIT * 2**message.attempts)
        log.warning("message.undelivered", key=message.key, attempts=message.attempts + 1, given_up=last)
        await deps.outbox.mark_failed(message.key, error=str(failed), retry_at=again)
        return False
    await deps.outbox.mark_sent(message.key)
    return True
