"""Outages: servers killed, emptied or failing, and clocks that are wrong, while disputes and verdicts keep coming."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial

from redis.asyncio import Redis as Client

from benchmarks.crash import servers
from benchmarks.crash.environment import CrashEnvironment, WorkerPool
from benchmarks.crash.kills import HOUR, Kills, until
from benchmarks.crash.plans import OVERTAKEN, PLANS, CrashPlan, CrashReport, PlayedCase, check_cases
from benchmarks.crash.worker import WorkerSetting
from disputes.errors import TryAgain
from jobs.worker.sync import sync

REST_SECONDS = 90.0
POLL_SECONDS = 0.1
REPETITIONS = 3
PAUSE_SECONDS = 1.5
STRIPE_FAULTS = {"rate_429": 0.1, "rate_500": 0.1, "timeout_after_commit": 0.1}
NO_FAULTS = dict.fromkeys(STRIPE_FAULTS, 0.0)
SLOW_SECONDS = 0.15
OVERTAKEN_AFTER = (0.1, 2.0)
"""Between which times after its beginning, in seconds, a dispute is lost meanwhile; a slow Stripe keeps it busy."""
SETTLED_PLANS = tuple(plan for plan in PLANS if not plan.late)


@dataclass(frozen=True)
class Outage:
    """The report of one outage, and the seconds from its end to the rest of the last dispute."""

    name: str
    report: CrashReport
    seconds: float


@dataclass(frozen=True)
class Trouble:
    """What happens in an outage, the settings of the workers that run through it, and the plans of its disputes."""

    cause: Callable[[CrashEnvironment], Awaitable[None]]
    workers: tuple[WorkerSetting, ...] = (WorkerSetting(),)
    plans: tuple[CrashPlan, ...] = SETTLED_PLANS


async def run_outages(
    environment: CrashEnvironment,
    disputes: int,
    generator: random.Random,
    *,
    troubles: "Mapping[str, Trouble] | None" = None,
) -> AsyncIterator[Outage]:
    """Run every outage, one after another, each over this number of disputes of its plans; yield the results."""
    for name, trouble in (OUTAGES if troubles is None else troubles).items():
        yield await _OutageRun(environment, generator, trouble).run(name, disputes)


@asynccontextmanager
async def supervised(pools: Mapping[WorkerPool, WorkerSetting]) -> AsyncIterator[None]:
    """Keep a worker running in each pool, as a supervisor would, and stop them all on leaving."""
    stopped = asyncio.Event()
    for pool, setting in pools.items():
        pool.setting = setting
    keepers = [asyncio.create_task(_keep_alive(pool, stopped)) for pool in pools]
    try:
        yield
    finally:
        stopped.set()
        for pool, keeper in zip(pools, keepers, strict=True):
            while not keeper.done():
                await pool.stop_worker()
                await asyncio.wait([keeper], timeout=POLL_SECONDS)
            pool.setting = WorkerSetting()


async def _keep_alive(pool: WorkerPool, stopped: asyncio.Event) -> None:
    while not stopped.is_set():
        await (await pool.start_worker())
        await asyncio.sleep(POLL_SECONDS)


class _OutageRun:
    """Keeps new disputes coming, with a worker of each setting, during an outage."""

    def __init__(self, environment: CrashEnvironment, generator: random.Random, trouble: Trouble) -> None:
        self._environment, self._generator, self._trouble = environment, generator, trouble
        self._kills = Kills(environment, lambda _: None)

    async def run(self, name: str, disputes: int) -> Outage:
        plans = [self._generator.choice(self._trouble.plans) for _ in range(disputes)]
        cases = await self._kills.prepare(plans)
        pools = dict(zip(self._environment.worker_pools, self._trouble.workers, strict=False))
        async with supervised(pools):
            beginning = asyncio.create_task(self._begin_all(cases))
            await asyncio.sleep(0.3)
            await self._trouble.cause(self._environment)
            await beginning
            began = time.monotonic()
            await self._kills.all_rest(REST_SECONDS)
            seconds = time.monotonic() - began
        return Outage(name, await check_cases(self._environment, cases), seconds)

    async def _begin_all(self, cases: list[PlayedCase]) -> None:
        overtaking = list[asyncio.Task[None]]()
        for case in cases:
            await until(partial(self._begin, case), REST_SECONDS)
            if case.plan.overtaken:
                overtaking.append(asyncio.create_task(self._overtake(case)))
            await asyncio.sleep(POLL_SECONDS)
        await asyncio.gather(*overtaking)

    async def _overtake(self, case: PlayedCase) -> None:
        await asyncio.sleep(self._generator.uniform(*OVERTAKEN_AFTER))
        await self._environment.change_dispute(case.id, status="lost")

    async def _begin(self, case: PlayedCase) -> bool:
        """Begin a case; a verdict that met an error is sent again."""
        with suppress(TryAgain):
            await self._kills.begin(case)
            return True
        return case.decided


async def kill_postgres(environment: CrashEnvironment) -> None:
    """Kill all of PostgreSQL and start it again, a few times."""
    for _ in range(REPETITIONS):
        await asyncio.to_thread(servers.kill_and_restart, servers.find_postgres(environment))
        await asyncio.sleep(PAUSE_SECONDS)


async def kill_redis(environment: CrashEnvironment) -> None:
    """Kill Redis and start it again from its file, a few times."""
    for _ in range(REPETITIONS):
        await asyncio.to_thread(servers.kill_and_restart, servers.find_redis(environment))
        await asyncio.sleep(PAUSE_SECONDS)


async def leave_servers_dead(environment: CrashEnvironment) -> None:
    """Kill PostgreSQL, its first process alone, Redis, and at last both; who uses them has to start them again."""
    postgres, redis = servers.find_postgres(environment), servers.find_redis(environment)
    for deaths in (
        (partial(servers.kill, postgres),),
        (partial(servers.kill_postmaster, postgres),),
        (partial(servers.kill, redis),),
        (partial(servers.kill, postgres), partial(servers.kill, redis)),
    ):
        for die in deaths:
            await asyncio.to_thread(die)
        for server in (postgres, redis):
            await servers.wait_until_answers(server)
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


async def slow_stripe(environment: CrashEnvironment) -> None:
    """Let Stripe take its time, so that much happens while a worker is busy."""
    await environment.set_faults(latency=SLOW_SECONDS)
    await asyncio.sleep(REPETITIONS * PAUSE_SECONDS)
    await environment.set_faults(latency=0.0)


async def drop_webhooks(environment: CrashEnvironment) -> None:
    """Drop every webhook event, then sync once with what Stripe lists."""
    await environment.set_faults(drop=1.0)
    await asyncio.sleep(REPETITIONS * PAUSE_SECONDS)
    await environment.set_faults(drop=0.0)
    await sync(environment.deps)


def wrong_clock(ahead: float) -> Trouble:
    """Return the trouble of two workers of which one has a wrong clock, while the bank decides under their hands."""
    return Trouble(slow_stripe, (WorkerSetting(ahead=ahead), WorkerSetting()), (*SETTLED_PLANS, *[OVERTAKEN] * 4))


OUTAGES = {
    "PostgreSQL killed": Trouble(kill_postgres),
    "Redis killed": Trouble(kill_redis),
    "servers killed, Rebut starts them": Trouble(leave_servers_dead, (WorkerSetting(embedded=True),)),
    "Redis emptied": Trouble(wipe_redis),
    "Stripe failing": Trouble(fail_stripe),
    "webhooks dropped": Trouble(drop_webhooks),
    "a clock 5 seconds ahead": wrong_clock(5.0),
    "a clock 5 seconds behind": wrong_clock(-5.0),
    "a clock an hour ahead": wrong_clock(HOUR),
    "a clock an hour behind": wrong_clock(-HOUR),
}
