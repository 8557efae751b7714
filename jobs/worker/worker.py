"""The worker: one job per dispute, acknowledged only after its graph stopped."""

import asyncio
import random
import signal
from datetime import timedelta
from typing import Any

import structlog
from anyio import CancelScope, current_time
from streaq import StreaqRetry, Worker

from disputes.errors import DisputeError, TryAgain
from graph.run import LeaseHeld
from graph.wiring.runtime import JOB, Runtime, failures, renew
from jobs.worker import rebuild, sweep, sync

log = structlog.get_logger()

TRIES = 12
FIRST_WAIT, LONGEST_WAIT = 0.5, 300.0
BUSY_WAIT = 0.4
LONGEST_ABSENCE = 30.0
"""How many seconds at most the worker waits for a Redis that went away before it looks again."""
SWEEP_EVERY = "*/5 * * * * * *"
SYNC_EVERY = "20 * * * * * *"


def equip(runtime: Runtime) -> Worker[Any]:
    """Give the runtime's queue worker its tasks; of sweep and sync one runs at a time in the cluster."""
    worker, echo = runtime.worker, sweep.Echo()

    @worker.task(name=JOB, max_tries=None, silent=True, ttl=0)
    async def work(dispute_id: str, account: str | None = None) -> None:
        await attend(runtime, dispute_id, account, tries=work.context.tries)

    @worker.cron(SWEEP_EVERY, name="sweep", max_tries=None, silent=True, ttl=0)
    async def swept() -> None:
        try:
            with failures():
                await rebuild.rebuild(runtime)
            await sweep.sweep(runtime.deps, echo=echo)
        except TryAgain as failed:
            log.warning("sweep.again", why=str(failed))

    @worker.cron(SYNC_EVERY, name="sync", max_tries=None, silent=True, ttl=0)
    async def synced() -> None:
        try:
            await sync.sync(runtime.deps)
        except DisputeError as failed:
            log.warning("sync.again", why=str(failed))

    return worker


async def toil(runtime: Runtime) -> None:
    """Work the queue until a signal asks to stop, then drain; while Redis is away, wait for it and then go on.

    What was in hand stays in the queue and in the docket, and is taken up again.
    """
    lost = 0
    with CancelScope() as stop:
        while True:
            _obey(stop)
            began = current_time()
            try:
                return await _run(await renew(runtime) if lost else runtime, returning=lost > 0)
            except TryAgain as away:
                lost = 1 if current_time() - began > LONGEST_ABSENCE else lost + 1
                # Streaq takes the signals while it runs and afterwards leaves them to nobody.
                _obey(stop)
                await _sit_out(away, lost)


async def _run(runtime: Runtime, *, returning: bool) -> None:
    with failures():
        await equip(runtime).run_async(task_status=_Up(returning=returning))


class _Up:
    """Hears from streaq that it has its Redis and starts to work."""

    def __init__(self, *, returning: bool) -> None:
        self._returning = returning

    def started(self, value: None = None) -> None:  # noqa: ARG002 - as anyio calls it
        if self._returning:
            log.info("worker.returned", means="Redis is back and the queue is worked again.")


async def _sit_out(away: TryAgain, lost: int) -> None:
    pause = wait(lost, longest=LONGEST_ABSENCE)
    means = "Nothing is worked until it is back, and nothing is lost."
    log.warning("worker.waits", why=str(away), means=means, again_in_seconds=round(pause, 1))
    await asyncio.sleep(pause)


def _obey(stop: CancelScope) -> None:
    """Let a signal end the wait for Redis at once; a running streaq drains instead."""
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.cancel)


async def attend(runtime: Runtime, dispute_id: str, account: str | None, *, tries: int) -> None:
    """Drive one dispute if anything of it is unhandled, or if Redis lost its run.

    What may pass is tried again with growing, jittered waits; what will not is parked.
    """
    try:
        if await runtime.deps.events.is_pending(dispute_id) or await runtime.runner.is_forgotten(dispute_id):
            await runtime.runner.drive(dispute_id, account=account)
    except LeaseHeld:
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


def wait(tries: int, *, longest: float = LONGEST_WAIT) -> float:
    """Give the seconds before the next try: doubling, capped, with full jitter so that many do not return at once."""
    return random.uniform(0.5, 1.0) * min(longest, FIRST_WAIT * 2.0 ** min(tries - 1, 30))  # noqa: S311 - not a secret


async def _park(runtime: Runtime, dispute_id: str, account: str | None, why: str) -> None:
    log.error("work.parked", dispute_id=dispute_id, why=why)
    try:
        await runtime.runner.park(dispute_id, why, account=account)
    except TryAgain as failed:
        raise StreaqRetry(str(failed), delay=timedelta(seconds=FIRST_WAIT)) from failed
