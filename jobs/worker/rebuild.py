"""The rebuild: enqueues every open case after Redis lost its data."""

import structlog

from graph.wiring.runtime import Runtime

log = structlog.get_logger()

REBUILT_KEY = "rebut:whole"
"""The Redis key that is there as long as Redis kept its data."""
PAGE = 100


async def rebuild(runtime: Runtime) -> int:
    """Enqueue every open case when Redis no longer holds `REBUILT_KEY`, then set it, and return how many there were.

    The key is set last: a rebuild cut short is done again, and a case whose run Redis has already is left alone.
    Needs the runtime's worker to be running. Raises `TryAgain`.
    """
    if await runtime.worker.redis.exists([REBUILT_KEY]):
        return 0
    cases = await _enqueue_all(runtime, "working") + await _enqueue_all(runtime, "waiting")
    await runtime.worker.redis.set(REBUILT_KEY, "1")
    log.info("rebuild.enqueued", cases=cases)
    return cases


async def _enqueue_all(runtime: Runtime, state: str) -> int:
    count, cursor = 0, None
    while True:
        page = await runtime.deps.cases.page(status=state, cursor=cursor, limit=PAGE)
        for record in page.records:
            await runtime.deps.queue.enqueue(record.dispute_id, account=record.account)
        count, cursor = count + len(page.records), page.cursor
        if cursor is None:
            return count
