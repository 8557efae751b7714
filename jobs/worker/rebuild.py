"""The rebuild: brings back every open case after Redis lost its memory."""

import structlog

from graph.wiring.runtime import Runtime

log = structlog.get_logger()

WHOLE = "rebut:whole"
PAGE = 100


async def rebuild(runtime: Runtime) -> int:
    """Ring for every open case when Redis no longer holds our mark, then set it; give how many were rung for.

    The mark comes last: a rebuild cut short is done again, and a case that is there already is left alone.
    Needs the runtime's worker to be running. Raises `TryAgain`.
    """
    if await runtime.worker.redis.exists([WHOLE]):
        return 0
    rung = await _ring(runtime, "working") + await _ring(runtime, "waiting")
    await runtime.worker.redis.set(WHOLE, "1")
    log.info("rebuild.rang", cases=rung)
    return rung


async def _ring(runtime: Runtime, state: str) -> int:
    rung, cursor = 0, None
    while True:
        page = await runtime.deps.cases.page(status=state, cursor=cursor, limit=PAGE)
        for record in page.records:
            await runtime.deps.queue.enqueue(record.dispute_id, account=record.account)
        rung, cursor = rung + len(page.records), page.cursor
        if cursor is None:
            return rung
