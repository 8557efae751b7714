"""The worker: one job per dispute, acknowledged only after the dispute's run stopped."""

import asyncio
import random
import signal
from datetime import timedelta
from typing import Any

import structlog
from anyio import CancelScope, current_time
from streaq import StreaqRetry, Worker

from disputes.errors import DisputeError, TryAgain
from disputes.lifecycle import plan as planning
from graph.permission.guard import LeaseHeld
from graph.wiring.deps import Deps
from graph.wiring.runtime import JOB, Runtime, failures, renew, revive
from jobs.worker import delivery, timers
from jobs.worker.rebuild import rebuild
from jobs.worker.reconciliation import reconcile
from jobs.worker.sweep import EnqueueBackoff, sweep
from jobs.worker.sync import sync

log = structlog.get_logger()

MAX_TRIES, RETRIES = 12, 3
FIRST_WAIT, LONGEST_WAIT = 0.5, 300.0  # seconds
LEASE_WAIT = 0.4  # seconds
LONGEST_REDIS_WAIT = 30.0
"""How many seconds at most the worker waits for a Redis that went away before it looks again."""
SWEEP_EVERY = "*/5 * * * * * *"
SYNC_EVERY = "20 * * * * * *"
RECONCILE_EVERY = "40 17 3 * * * *"
"""Once a night, by UTC."""


def register_tasks(runtime: Runtime) -> Worker[Any]:
    """Register the tasks of the runtime's queue worker and return it; of a scheduled one, one runs at a time."""
    worker, enqueue_backoff = runtime.worker, EnqueueBackoff()

    @worker.task(name=JOB, max_tries=None, silent=True, ttl=0)
    async def handle_job(dispute_id: str, account: str | None = None) -> None:
        await handle(runtime, dispute_id, account, tries=handle_job.context.tries)

    @worker.cron(SWEEP_EVERY, name="sweep", max_tries=None, silent=True, ttl=0)
    async def run_sweep() -> None:
        try:
            with failures():
                await rebuild(runtime)
            await sweep(runtime.deps, enqueue_backoff=enqueue_backoff)
        except TryAgain as failed:
            log.warning("sweep.failed", why=str(failed))
            await _revive(runtime)

    @worker.cron(SYNC_EVERY, name="sync", max_tries=None, silent=True, ttl=0)
    async def run_sync() -> None:
        try:
            await sync(runtime.deps)
        except DisputeError as failed:
            log.warning("sync.failed", why=str(failed))

    @worker.cron(RECONCILE_EVERY, name="reconcile", max_tries=None, silent=True, ttl=0)
    async def run_reconciliation() -> None:
        try:
            await reconcile(runtime.deps)
        except DisputeError as failed:
            log.warning("reconciliation.failed", why=str(failed))

    return worker


async def run(runtime: Runtime) -> None:
    """Work the queue until a signal asks to stop, then drain; while Redis is away, wait for it and then go on.

    Jobs that were under way stay in the queue and their disputes in the database, and are taken up again.
    """
    failed_tries = 0
    with CancelScope() as stop:
        while True:
            _stop_on_signal(stop)
            began = current_time()
            try:
                current = await renew(runtime) if failed_tries else runtime
                return await _run_once(current, resumed=failed_tries > 0)
            except TryAgain as away:
                failed_tries = 1 if current_time() - began > LONGEST_REDIS_WAIT else failed_tries + 1
                # Streaq takes the signals while it runs and afterwards leaves them without a handler.
                _stop_on_signal(stop)
                await _sweep_without_redis(runtime.deps)
                await _wait_for_redis(away, failed_tries)


async def _revive(runtime: Runtime) -> None:
    """Start an embedded PostgreSQL again that went away: streaq ends without its Redis, but not without this."""
    try:
        if started := await revive(runtime):
            log.warning("servers.revived", servers=", ".join(started))
    except TryAgain as failed:
        log.warning("servers.gone", why=str(failed))


async def _run_once(runtime: Runtime, *, resumed: bool) -> None:
    with failures():
        await register_tasks(runtime).run_async(task_status=_WorkerStatus(resumed=resumed))


class _WorkerStatus:
    """Receives from streaq that it is connected to Redis and starts to work."""

    def __init__(self, *, resumed: bool) -> None:
        self._resumed = resumed

    def started(self, value: None = None) -> None:  # noqa: ARG002 - as anyio calls it
        if self._resumed:
            log.info("worker.resumed", means="Redis is back and the queue is worked again.")


async def _sweep_without_redis(deps: Deps) -> None:
    """Call people and send messages all the same: both need the records alone."""
    try:
        await timers.fire(deps)
        await delivery.deliver(deps)
    except DisputeError as failed:
        log.warning("sweep.failed", why=str(failed))


async def _wait_for_redis(away: TryAgain, failed_tries: int) -> None:
    pause = backoff(failed_tries, longest=LONGEST_REDIS_WAIT)
    means = "Nothing is worked until it is back, and nothing is lost."
    log.warning("worker.waiting", why=str(away), means=means, again_in_seconds=round(pause, 1))
    await asyncio.sleep(pause)


def _stop_on_signal(stop: CancelScope) -> None:
    """End the wait for Redis at once on a signal; a running streaq drains instead."""
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.cancel)


async def handle(runtime: Runtime, dispute_id: str, account: str | None, *, tries: int) -> None:
    """Run one dispute if an event or verdict of it is unhandled, or if Redis lost its run.

    A failure that may pass is retried with growing, jittered waits; any other parks the case. Raises `StreaqRetry`.
    """
    try:
        if await runtime.deps.events.is_pending(dispute_id) or await runtime.runner.is_forgotten(dispute_id):
            await runtime.runner.drive(dispute_id, account=account)
    except LeaseHeld:
        # A job of its own: waiting for another worker must not use up the tries that failures have.
        await runtime.worker.enqueue_unsafe(JOB, dispute_id, account).start(delay=timedelta(seconds=LEASE_WAIT))
    except TryAgain as failed:
        if tries < await _most_tries(runtime.deps, dispute_id):
            log.warning("job.retried", dispute_id=dispute_id, tries=tries, why=str(failed))
            raise StreaqRetry(str(failed), delay=timedelta(seconds=backoff(tries))) from failed
        await _park(runtime, dispute_id, account, f"Gave up after {tries} tries: {failed}")
        await _plan_retry(runtime.deps, dispute_id)
    except DisputeError as refused:
        await _park(runtime, dispute_id, account, str(refused))
    except Exception as bug:
        log.exception("job.failed", dispute_id=dispute_id)
        await _park(runtime, dispute_id, account, f"A fault in Rebut stopped this case: {type(bug).__name__}.")


def backoff(tries: int, *, longest: float = LONGEST_WAIT) -> float:
    """Return the seconds before the next try: doubling, capped, with jitter so that many do not return at once."""
    return random.uniform(0.5, 1.0) * min(longest, FIRST_WAIT * 2.0 ** min(tries - 1, 30))  # noqa: S311 - not a secret


async def _most_tries(deps: Deps, dispute_id: str) -> int:
    """Return how often a run is tried: seldom where an outage parked it before, since its timer tries it again."""
    pending = await deps.events.unhandled_of(dispute_id)
    again = bool(pending) and all(timers.is_retry(event) for event in pending)
    return RETRIES if again else MAX_TRIES


async def _plan_retry(deps: Deps, dispute_id: str) -> None:
    """Have a case that an outage stopped run again by itself; what else stops one, a person has to mend first."""
    try:
        now = deps.now()
        await deps.plans.retry(dispute_id, planning.retry_at(await deps.plans.find(dispute_id), now))
    except TryAgain as failed:
        raise StreaqRetry(str(failed), delay=timedelta(seconds=FIRST_WAIT)) from failed


async def _park(runtime: Runtime, dispute_id: str, account: str | None, why: str) -> None:
    log.error("case.parked", dispute_id=dispute_id, why=why)
    try:
        await runtime.runner.park(dispute_id, why, account=account)
    except TryAgain as failed:
        raise StreaqRetry(str(failed), delay=timedelta(seconds=FIRST_WAIT)) from failed
