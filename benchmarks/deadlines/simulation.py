"""The simulation: from one interesting moment to the next, with a sweep wherever there is something for it."""

import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from benchmarks.deadlines.people import People
from benchmarks.deadlines.rebut import Rebut, open_rebut
from benchmarks.deadlines.scenario import Scenario
from benchmarks.deadlines.world import START, World

EVERY = 5.0
"""Seconds between two lines of progress."""
EMPTIED = 0.5
"""How often a Redis that was away comes back with nothing in it."""
LOOKS_AFTER = ("stripe", "redis", "rebut")
"""After whose outages the next sync, of each minute, finds something."""


@dataclass
class Simulation:
    """One half year, played or to be played."""

    world: World
    rebut: Rebut
    scenario: Scenario
    people: People
    end: datetime

    async def play(self, say: Callable[[str], None]) -> None:
        """Play it to its end."""
        began, told = time.monotonic(), 0.0
        while (moment := self._next(sweep := self.rebut.next_sweep())) <= self.end:
            await self._step(moment, sweep)
            if time.monotonic() - told > EVERY:
                told = time.monotonic()
                known, runs = len(self.scenario.came), self.rebut.runs
                say(
                    f"{moment:%Y-%m-%d} {known} disputes, {runs} jobs, {self.rebut.sweeps} sweeps, {told - began:.0f} s"
                )

    def _next(self, sweep: datetime | None) -> datetime:
        ahead = self.world.ahead[0][0] if self.world.ahead else self.end + timedelta(days=1)
        return min(ahead, sweep) if sweep else ahead

    async def _step(self, moment: datetime, sweep: datetime | None) -> None:
        await self.world.pass_to(moment)
        await self.rebut.work()
        if sweep is not None and sweep <= moment and self.rebut.works:
            await self.rebut.sweep()
            await self.rebut.work()
        self._follow()

    def _follow(self) -> None:
        """Have banks decide on what was submitted since."""
        calls = self.rebut.stripe.calls
        for call in calls[self._seen :]:
            if call.what == "submit":
                self.scenario.decide_later(call.dispute_id)
        self._seen = len(calls)

    _seen: int = 0


def prepare(*, disputes: int, days: int, seed: int, zone: str) -> Simulation:
    """Return a simulation with all that will happen from outside drawn from the seed."""
    random.seed(seed)  # the worker's own jitter
    world = World(random.Random(seed))  # noqa: S311 - not a secret
    rebut = open_rebut(world, zone)
    scenario, people = Scenario(world, rebut.stripe, days), People(rebut)
    world.at(START, rebut.look_for_missed)
    scenario.plan(disputes, people.welcome)
    people.plan()
    for part, spans in world.spans.items():
        for began, ended in spans:
            world.at(began, _change(rebut, part, down=True))
            world.at(ended, _change(rebut, part, down=False))
    return Simulation(world, rebut, scenario, people, START + timedelta(days=days))


def _change(rebut: Rebut, part: str, *, down: bool) -> Callable[[], Awaitable[None]]:
    async def change() -> None:
        if part == "stripe":
            rebut.stripe.down = down
        elif part == "redis":
            _change_redis(rebut, down=down)
        elif part == "ahead":
            rebut.world.skew = timedelta(hours=1) if down else timedelta()
        elif part != "rebut":
            rebut.targets.down[part] += 1 if down else -1
        if not down and part in LOOKS_AFTER:
            rebut.look_soon()

    return change


def _change_redis(rebut: Rebut, *, down: bool) -> None:
    rebut.queue.down = down
    if not down and rebut.world.luck(EMPTIED):
        rebut.saver.empty()
        rebut.redis.redis.values.clear()
        rebut.queue.take()
