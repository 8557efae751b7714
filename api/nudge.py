"""Ringing a worker after something was committed."""

import asyncio

import structlog

from disputes.errors import DisputeError
from disputes.ports.queue import JobQueue

PATIENCE = 2.0  # seconds

log = structlog.get_logger()


async def ring(queue: JobQueue, dispute_id: str, *, account: str | None) -> None:
    """Ask a worker to look at a dispute; never fails, since the sweep rings again for what nobody handled."""
    try:
        async with asyncio.timeout(PATIENCE):
            await queue.enqueue(dispute_id, account=account)
    except (DisputeError, OSError) as error:  # a time-out is an OSError
        log.warning("queue.silent", dispute_id=dispute_id, error=type(error).__name__)
