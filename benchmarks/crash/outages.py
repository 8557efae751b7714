"""Storms: whole servers killed, wiped or answering badly while disputes and verdicts keep coming."""

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
from benchmarks.crash.plans import PLANS, PlayedCase, Verdicts, judge
from disputes.errors import TryAgain
from jobs.worker.sync import sync
from tools.embedded import processes, sockets
from tools.embedded.postgres import Postgres
from tools.embedded.redis import Redis

REST_SECONDS = 90.0
LOOK_SECONDS = 0.1
STRIKES = 3
CALM_SECONDS = 1.5
BAD_DAY = {"rate_429": 0.1, "rate_500": 0.1, "timeout_after_commit": 0.1}
GOOD_DAY = dict.fromkeys(BAD_DAY, 0.0)


@dataclass(frozen=True)
class Outage:
    """What went through one storm, and how long after it the last dispute came to rest, in seconds."""

    name: str
    found: Verdicts
    seconds: float


async def rage(world: CrashEnvironment, disputes: int, dice: random.Random) -> AsyncIterator[Outage]:
    """Let every storm pass over so many disputes of all plans, one after another."""
    for name, strike in STORMS.items():
        yield await _Storm(world, dice).over(name, disputes, strike)


class _Storm:
    """Keeps a worker alive as a supervisor would, and disputes coming, while something strikes."""

    def __init__(self, world: CrashEnvironment, dice: random.Random) -> None:
        self._world, self._dice = world, dice
        self._kills = Kills(world, lambda _: None)

    async def over(self, name: str, disputes: int, strike: Callable[[CrashEnvironment], Awaitable[None]]) -> Outage:
        plans = [self._dice.choice([plan for plan in PLANS if not plan.late]) for _ in range(disputes)]
        cases = await self._kills.ready(plans)
        calm = asyncio.Event()
        keeping = asyncio.create_task(self._keep_alive(calm))
        coming = asyncio.create_task(self._come(cases))
        await asyncio.sleep(0.3)
        await strike(self._world)
        await coming
        struck = time.monotonic()
        await self._kills.all_rest(REST_SECONDS)
        seconds = time.monotonic() - struck
        calm.set()
        while not keeping.done():
            await self._world.yards[0].end_worker()
            await asyncio.wait([keeping], timeout=LOOK_SECONDS)
        return Outage(name, await judge(self._world, cases), seconds)

    async def _come(self, cases: list[PlayedCase]) -> None:
        for case in cases:
            await until(partial(self._begun, case), REST_SECONDS)
            await asyncio.sleep(LOOK_SECONDS)

    async def _begun(self, case: PlayedCase) -> bool:
        """Begin a case; a person whose verdict met an error sends it again."""
        with suppress(TryAgain):
            await self._kills.begin(case)
            return True
        return case.decided

    async def _keep_alive(self, calm: asyncio.Event) -> None:
        while not calm.is_set():
            await (await self._world.yards[0].raise_worker())
            await asyncio.sleep(LOOK_SECONDS)


async def kill_postgres(world: CrashEnvironment) -> None:
    """Kill PostgreSQL, all of it, and start it again, a few times."""
    for _ in range(STRIKES):
        await asyncio.to_thread(_fell, Postgres(world.home / "postgres", _place(world)))
        await asyncio.sleep(CALM_SECONDS)


async def kill_redis(world: CrashEnvironment) -> None:
    """Kill Redis and start it again from its file, a few times."""
    for _ in range(STRIKES):
        await asyncio.to_thread(_fell, Redis(world.home / "redis", _place(world)))
        await asyncio.sleep(CALM_SECONDS)


async def wipe_redis(world: CrashEnvironment) -> None:
    """Empty Redis, a few times."""
    for _ in range(STRIKES):
        async with Client.from_url(world.servers.redis_url) as client:
            await client.flushall()
        await asyncio.sleep(CALM_SECONDS)


async def upset_stripe(world: CrashEnvironment) -> None:
    """Let Stripe answer 429, 500, or nothing before and after it did what it was asked."""
    await world.turn(**BAD_DAY)
    for kind in ("timeout_before", "reset", "429", "500", "timeout_after"):
        fault = {"method": "POST", "path": "/v1/disputes/*", "kind": kind, "times": 2}
        (await world.simulator.post("/_sim/faults", json=fault)).raise_for_status()
    await asyncio.sleep(STRIKES * CALM_SECONDS)
    await world.turn(**GOOD_DAY)


async def drop_webhooks(world: CrashEnvironment) -> None:
    """Lose every webhook, then look once at what Stripe lists."""
    await world.turn(drop=1.0)
    await asyncio.sleep(STRIKES * CALM_SECONDS)
    await world.turn(drop=0.0)
    await sync(world.deps)


STORMS = {
    "PostgreSQL killed": kill_postgres,
    "Redis killed": kill_redis,
    "Redis emptied": wipe_redis,
    "Stripe upset": upset_stripe,
    "webhooks dropped": drop_webhooks,
}


def _place(world: CrashEnvironment) -> Path:
    place = sockets.find(world.home.resolve())
    assert place  # noqa: S101 - the servers of this home were started through it
    return place


def _fell(server: Postgres | Redis) -> None:
    processes.stop(server.folder, server.process, stop_signal=signal.SIGKILL, seconds=10)
    server.prepare(alone=False)
    server.launch()
    deadline = time.monotonic() + REST_SECONDS
    while not server.answers() and time.monotonic() < deadline:
        time.sleep(LOOK_SECONDS)
