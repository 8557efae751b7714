"""The rebuild: enqueues every open case after Redis lost its data or PostgreSQL went back to an older state."""

from datetime import UTC, datetime, timedelta

import structlog

from disputes.errors import DisputeError
from graph.state import SHAPE
from graph.wiring.runtime import Runtime
from jobs.worker.sync import sync

log = structlog.get_logger()

REBUILT_KEY = f"rebut:whole:{SHAPE}"
"""The Redis key that is there as long as Redis kept its data, and its runs have the shape of this release."""
SWEEPS_KEY = "rebut:sweeps"
"""The Redis key that holds the watermark of the sweeps as PostgreSQL last held it."""
SWEEPS = "sweeps"
"""A watermark that every sweep moves on by `STEP`: it counts, so that no host's clock has a say in it."""
FIRST, STEP = datetime(2000, 1, 1, tzinfo=UTC), timedelta(seconds=1)
PAGE = 100


async def rebuild(runtime: Runtime) -> int:
    """Enqueue every open case when Redis or PostgreSQL lost what it knew, or this release is new; return their number.

    Redis did when it no longer holds `REBUILT_KEY`; PostgreSQL did, as by a restore, when it holds less of the sweeps'
    count than Redis saw there. What tells so is changed last: a rebuild cut short is done again, and a case whose run
    is in place is left alone. Needs the runtime's worker to be running. Raises `TryAgain`.
    """
    lost, restored = not await runtime.worker.redis.exists([REBUILT_KEY]), await _went_back(runtime)
    cases = 0
    if lost or restored:
        cases = await _enqueue_all(runtime, "working") + await _enqueue_all(runtime, "waiting")
        log.info("rebuild.enqueued", cases=cases)
    if restored:
        await _catch_up(runtime)
    await _count_sweep(runtime)
    if lost:
        await runtime.worker.redis.set(REBUILT_KEY, "1")
    return cases


async def _went_back(runtime: Runtime) -> bool:
    """Return whether PostgreSQL holds less than Redis saw there; Redis is read first, since both only grow."""
    seen = await runtime.worker.redis.get(SWEEPS_KEY)
    held = await runtime.deps.watermarks.read(SWEEPS)
    if seen is None or (held is not None and datetime.fromisoformat(str(seen)) <= held):
        return False
    means = (
        "PostgreSQL is older than Redis, as after a restore: "
        "every open case is looked at again, and Stripe is asked what happened since."
    )
    log.warning("rebuild.restored", means=means)
    return True


async def _catch_up(runtime: Runtime) -> None:
    """Store what Stripe lists since the older watermark; a sync that fails now is left to the next scheduled one."""
    try:
        await sync(runtime.deps)
    except DisputeError as failed:
        log.warning("sync.failed", why=str(failed))


async def _count_sweep(runtime: Runtime) -> None:
    watermarks = runtime.deps.watermarks
    await watermarks.advance(SWEEPS, (await watermarks.read(SWEEPS) or FIRST) + STEP)
    held = await watermarks.read(SWEEPS)
    await runtime.worker.redis.set(SWEEPS_KEY, (held or FIRST).isoformat())


async def _enqueue_all(runtime: Runtime, state: str) -> int:
    count, cursor = 0, None
    while True:
        page = await runtime.deps.cases.page(status=state, cursor=cursor, limit=PAGE)
        for record in page.records:
            await runtime.deps.queue.enqueue(record.dispute_id, account=record.account)
        count, cursor = count + len(page.records), page.cursor
        if cursor is None:
            return count
