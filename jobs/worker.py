"""The worker: one job per dispute, acknowledged only after its graph stopped."""

import random
from datetime import timedelta
from typing import Any

import structlog
from streaq import StreaqRetry, Worker

from disputes.errors import DisputeError, TryAgain
from graph.run import Busy
from graph.runtime import JOB, ROUND, Runtime, failures, spread
from jobs import rebuild, sweep, sync

log = structlog.get_logger()

TRIES = 12
FIRST_WAIT, LONGEST_WAIT = 0.5, 300.0
BUSY_WAIT = 0.4
SWEEP_EVERY = "*/5 * * * * * *"
SYNC_EVERY = "20 * * * * * *"


def equip(runtime: Runtime) -> Worker[Any]:
    """Give the runtime's queue worker its tasks; of sweep and sync one runs at a time in the cluster."""
    worker, echo = runtime.worker, sweep.Echo()

    @worker.task(name=JOB, max_tries=None, silent=True, ttl=0)
    async def work(dispute_id: str, account: str | None = None) -> None:
        await attend(runtime, dispute_id, account, tries=work.context.tries)

    @worker.task(name=ROUND, silent=True, ttl=0)
    async def ring_round(rings: list[tuple[str, str | None]]) -> None:
        await spread(worker, rings)

    @worker.cron(SWEEP_EVERY, name="sweep", silent=True, ttl=0)
    async def swept() -> None:
        try:
            with failures():
                await rebuild.rebuild(runtime)
            await sweep.sweep(runtime.deps, echo=echo)
        except TryAgain as failed:
            log.warning("sweep.again", why=str(failed))

    @worker.cron(SYNC_EVERY, name="sync", silent=True, ttl=0)
    async def synced() -> None:
        try:
            await sync.sync(runtime.deps)
        except DisputeError as failed:
            log.warning("sync.again", why=str(failed))

    return worker


async def toil(runtime: Runtime) -> None:
    """Work the queue until a signal asks to stop, then drain. Raises `TryAgain` when Redis goes away."""
    with failures():
        await equip(runtime).run_async()


async def attend(runtime: Runtime, dispute_id: str, account: str | None, *, tries: int) -> None:
    """Drive one dispute if anything of it is unhandled, or if Redis lost its run.

    What may pass is tried again with growing, jittered waits; what will not is parked.
    """
    try:
        if await runtime.deps.docket.asked(dispute_id) or await runtime.runs.is_forgotten(dispute_id):
            await runtime.runs.drive(dispute_id, account=account)
    except Busy:
        # A job of its own: waiting for another worker must not use up the tries that failures have.
        await runtime.worker.enqueue_unsafe(JOB, dispute_id, account).start(delay=timedelta(seconds=BUSY_WAIT))
    except TryAgain as failed:
        if tries < TRIES:
            log.warning("work.again", dispute_id=dispute_id, tries=tries, why=str(failed))
            raise StreaqRetry(str(failed), delay=timedelta(seconds=wait(tries))) from failed
        await _park(runtime, dispute_id, account, f"Gave up after {tries} tries: {failed}")
    except DisputeError as refused:
        await _park(runtime, dispute_id, account, str(refused))
    except Exception as bug:
        log.exception("work.failed", dispute_id=dispute_id)
        await _park(runtime, dispute_id, account, f"A fault in Rebut stopped this case: {type(bug).__name__}.")


def wait(tries: int) -> float:
    """Give the seconds before the next try: doubling, capped, with full jitter so that many do not return at once."""
    return random.uniform(0.5, 1.0) * min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** (tries - 1))  # noqa: S311 - not a secret


async def _park(runtime: Runtime, dispute_id: str, account: str | None, why: str) -> None:
    log.error("work.parked", dispute_id=dispute_id, why=why)
    try:
        await runtime.runs.park(dispute_id, why, account=account)
    except TryAgain as failed:
        raise StreaqRetry(str(failed), delay=timedelta(seconds=FIRST_WAIT)) from failed
