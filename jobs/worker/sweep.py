"""The sweep: enqueues again what no run has handled, fires the timers of plans, and sends the outbox."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from graph.wiring.deps import Deps
from jobs.worker import daily, delivery, timers

log = structlog.get_logger()

PATIENCE = timedelta(seconds=20)
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
    """Enqueue what has been unhandled for longer than `patience`, fire due timers, send due messages; return counts.

    `rang` counts the disputes that were enqueued, `told` the daily notes.
    """
    now = deps.now()
    pending = await deps.events.pending(before=now - patience)
    due = (enqueue_backoff or EnqueueBackoff()).due((dispute_id for dispute_id, _ in pending), now, patience)
    enqueued = [(dispute_id, account) for dispute_id, account in pending if dispute_id in due]
    for dispute_id, account in enqueued:
        log.info("sweep.enqueued", dispute_id=dispute_id)
        await deps.queue.enqueue(dispute_id, account=account)
    fired, told = await timers.fire(deps), await daily.tell(deps)
    return {"rang": len(enqueued), **fired, "told": told, **await delivery.deliver(deps)}
