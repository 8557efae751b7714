"""The sweep: enqueues again what no run has handled, and delivers the messages of the outbox."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from disputes.errors import TryAgain
from disputes.repositories.outbox import OutboxMessage
from graph.wiring.deps import Deps

log = structlog.get_logger()

PATIENCE = timedelta(seconds=20)
MAX_ATTEMPTS = 10
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=2), timedelta(hours=1)
LONGEST_INTERVAL = timedelta(minutes=10)


@dataclass
class EnqueueBackoff:
    """Remembers which disputes were enqueued, so that an outage does not fill the queue with repeats of them.

    `next_times` holds for each dispute when it may be enqueued again, and the interval before that, which doubles up
    to `LONGEST_INTERVAL`.
    """

    next_times: dict[str, tuple[datetime, timedelta]] = field(default_factory=dict)

    def due(self, dispute_ids: Iterable[str], now: datetime, patience: timedelta) -> set[str]:
        """Return the disputes to enqueue now, and forget those that are not among the given any more."""
        pending = set(dispute_ids)
        self.next_times = {name: times for name, times in self.next_times.items() if name in pending}
        due = {name for name in pending if name not in self.next_times or self.next_times[name][0] <= now}
        for name in due:
            interval = min(LONGEST_INTERVAL, self.next_times[name][1] * 2) if name in self.next_times else patience
            self.next_times[name] = (now + interval, interval)
        return due


async def sweep(
    deps: Deps, *, patience: timedelta = PATIENCE, enqueue_backoff: EnqueueBackoff | None = None
) -> dict[str, int]:
    """Enqueue what has been unhandled for longer than `patience`, deliver due messages, and return the counts.

    `rang` counts the disputes that were enqueued.
    """
    now = deps.now()
    pending = await deps.events.pending(before=now - patience)
    due = (enqueue_backoff or EnqueueBackoff()).due((dispute_id for dispute_id, _ in pending), now, patience)
    enqueued = [(dispute_id, account) for dispute_id, account in pending if dispute_id in due]
    for dispute_id, account in enqueued:
        log.info("sweep.enqueued", dispute_id=dispute_id)
        await deps.queue.enqueue(dispute_id, account=account)
    messages = await deps.outbox.due(now)
    delivered = [await _deliver(deps, message) for message in messages]
    return {"rang": len(enqueued), "delivered": sum(delivered), "undelivered": len(delivered) - sum(delivered)}


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
