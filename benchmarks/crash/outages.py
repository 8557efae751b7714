"""Outages: servers killed, emptied or failing while disputes and verdicts keep coming."""

import asyncio
import random
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from redis.asyncio import Redis as Client

from benchmarks.crash.environment import CrashEnvironment
from benchmarks.crash.kills import Kills, until
from benchmarks.crash.plans import PLANS, CrashReport, PlayedCase, check_cases
from disputes.errors import TryAgain
from jobs.worker.sync import sync
from tools.embedded import processes, sockets
from tools.embedded.postgres import Postgres
from tools.embedded.redis import Redis

REST_SECONDS = 90.0
POLL_SECONDS = 0.1
REPETITIONS = 3
PAUSE_SECONDS = 1.5
STRIPE_FAULTS = {"rate_429": 0.1, "rate_500": 0.1, "timeout_after_commit": 0.1}
NO_FAULTS = dict.fromkeys(STRIPE_FAULTS, 0.0)


@dataclass(frozen=True)
class Outage:
    """The report of one outage, and the seconds from its end to the rest of the last dispute."""

    name: str
    report: CrashReport
    seconds: float


async def run_outages(environment: CrashEnvironment, disputes: int, generator: random.Random) -> AsyncIterator[Outage]:
    """Run every outage, one after another, each over this number of disputes of all plans; yield the results."""
    for name, cause_outage in OUTAGES.items():
        yield await _OutageRun(environment, generator).run(name, disputes, cause_outage)


class _OutageRun:
    """Keeps a worker running, as a supervisor would, and new disputes coming during an outage."""

    def __init__(self, environment: CrashEnvironment, generator: random.Random) -> None:
        self._environment, self._generator = environment, generator
        self._kills = Kills(environment, lambda _: None)

    async def run(
        self, name: str, disputes: int, cause_outage: Callable[[CrashEnvironment], Awaitable[None]]
    ) -> Outage:
        plans = [self._generator.choice([plan for plan in PLANS if not plan.late]) for _ in range(disputes)]
        cases = await self._kills.prepare(plans)
        stopped = asyncio.Event()
        supervisor = asyncio.create_task(self._keep_alive(stopped))
        beginning = asyncio.create_task(self._begin_all(cases))
        await asyncio.sleep(0.3)
        await cause_outage(self._environment)
        await beginning
        began = time.monotonic()
        await self._kills.all_rest(REST_SECONDS)
        seconds = time.monotonic() - began
        stopped.set()
        while not supervisor.done():
            await self._environment.worker_pools[0].stop_worker()
            await asyncio.wait([supervisor], timeout=POLL_SECONDS)
        return Outage(name, await check_cases(self._environment, cases), seconds)

    async def _begin_all(self, cases: list[PlayedCase]) -> None:
        for case in cases:
            await until(partial(self._begin, case), REST_SECONDS)
            await asyncio.sleep(POLL_SECONDS)

    async def _begin(self, case: PlayedCase) -> bool:
        """Begin a case; a verdict that met an error is sent again."""
        with suppress(TryAgain):
            await self._kills.begin(case)
            return True
        return case.decided

    async def _keep_alive(self, stopped: asyncio.Event) -> None:
        while not stopped.is_set():
            await (await self._environment.worker_pools[0].start_worker())
            await asyncio.sleep(POLL_SECONDS)


async def kill_postgres(environment: CrashEnvironment) -> None:
    """Kill all of PostgreSQL and start it again, a few times."""
    for _ in range(REPETITIONS):
        await asyncio.to_thread(_kill_and_restart, Postgres(environment.home / "postgres", _socket_folder(environment)))
        await asyncio.sleep(PAUSE_SECONDS)


async def kill_redis(environment: CrashEnvironment) -> None:
    """Kill Redis and start it again from its file, a few times."""
    for _ in range(REPETITIONS):
        await asyncio.to_thread(_kill_and_restart, Redis(environment.home / "redis", _socket_folder(environment)))
        await asyncio.sleep(PAUSE_SECONDS)


async def wipe_redis(environment: CrashEnvironment) -> None:
    """Empty Redis, a few times."""
    for _ in range(REPETITIONS):
        async with Client.from_url(environment.servers.redis_url) as client:
            await client.flushall()
        await asyncio.sleep(PAUSE_SECONDS)


async def fail_stripe(environment: CrashEnvironment) -> None:
    """Let Stripe answer 429 or 500, or lose requests and answers."""
    await environment.set_faults(**STRIPE_FAULTS)
    for kind in ("timeout_before", "reset", "429", "500", "timeout_after"):
        fault = {"method": "POST", "path": "/v1/disputes/*", "kind": kind, "times": 2}
        (await environment.simulator.post("/_sim/faults", json=fault)).raise_for_status()
    await asyncio.sleep(REPETITIONS * PAUSE_SECONDS)
    await environment.set_faults(**NO_FAULTS)


async def drop_webhooks(environment: CrashEnvironment) -> None:
    """Drop every webhook event, then sync once with what Stripe lists."""
    await environment.set_faults(drop=1.0)
    await asyncio.sleep(REPETITIONS * PAUSE_SECONDS)
    await environment.set_faults(drop=0.0)
    await sync(environment.deps)


OUTAGES = {
    "PostgreSQL killed": kill_postgres,
    "Redis killed": kill_redis,
    "Redis emptied": wipe_redis,
    "Stripe failing": fail_stripe,
    "webhooks dropped": drop_webhooks,
}


def _socket_folder(environment: CrashEnvironment) -> Path:
    folder = sockets.find(environment.home.resolve())
    assert folder  # noqa: S101 - the servers of this home were started through it
    return folder


def _kill_and_restart(server: Postgres | Redis) -> None:
    processes.stop(server.folder, server.process, stop_signal=signal.SIGKILL, seconds=10)
    server.prepare(alone=False)
    server.launch()
    deadline = time.monotonic() + REST_SECONDS
    while not server.answers() and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
