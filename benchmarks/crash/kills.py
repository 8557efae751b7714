"""Workers killed at every step boundary in turn, and at random moments, each followed by a fresh one."""

import asyncio
import math
import random
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from benchmarks.crash.environment import CrashEnvironment
from benchmarks.crash.plans import PLANS, CrashPlan, PlayedCase, decide, rests
from benchmarks.crash.points import KillPoint
from disputes.errors import TryAgain

REACH_SECONDS = 8.0
REST_SECONDS = 45.0
LOOK_SECONDS = 0.05
TAIL_SECONDS = 1.0
CHUNK = 40
SWEPT = ("sender send", "outbox mark_sent")
SIDES: tuple[Literal["before", "after"], ...] = ("before", "after")
Boundary = tuple[CrashPlan, KillPoint]


@dataclass
class Kills:
    """One run of kills over a world: the disputes it played and what it saw."""

    world: CrashEnvironment
    tell: Callable[[str], None]
    cases: list[PlayedCase] = field(default_factory=list)
    kills: int = 0
    missed: list[str] = field(default_factory=list)

    async def trace(self) -> list[Boundary]:
        """Play each plan once without killing and give every boundary it passes, in order."""
        found: list[Boundary] = []
        for plan in PLANS:
            case = (await self.ready([plan]))[0]
            file = self.world.home / f"trace of {plan.name}"
            await self.begin(case)
            await self.world.yards[0].raise_worker(trace=file, dispute=case.id)
            await self.all_rest()
            await asyncio.sleep(TAIL_SECONDS)
            await self.world.yards[0].end_worker()
            self.cases.clear()
            found += [(plan, point) for point in _points(file, sends=plan.state == "waiting" or plan.late)]
        return found

    async def at_boundaries(self, boundaries: Sequence[Boundary], *, last: float = math.inf) -> None:
        """Kill one worker at each boundary; the next worker recovers that dispute and dies at the next one.

        A boundary that a busy machine did not reach in time is tried once more, with another dispute. Stops early, with
        everything at rest, when the steady clock has passed `last`.
        """
        late = await self._at(boundaries, last)
        self.missed += [f"{plan.name}: {point}" for plan, point in await self._at(late, last)]

    async def _at(self, boundaries: Sequence[Boundary], last: float) -> list[Boundary]:
        missed: list[Boundary] = []
        async with self._watching():
            for start in range(0, len(boundaries), CHUNK):
                if time.monotonic() > last:
                    break
                chunk = boundaries[start : start + CHUNK]
                cases = await self.ready([plan for plan, _ in chunk])
                for case, boundary in zip(cases, chunk, strict=True):
                    if not await self._kill(case, boundary[1]):
                        missed.append(boundary)
                await self._drain()
        return missed

    async def at_random(self, count: int, dice: random.Random, *, last: float = math.inf) -> None:
        """Kill workers at random moments while disputes and verdicts keep coming; `last` is as above."""
        async with self._watching():
            for done in range(0, count, CHUNK):
                if time.monotonic() > last:
                    return
                few = min(CHUNK, count - done)
                cases = await self.ready([dice.choice(PLANS) for _ in range(few)])
                for case in cases:
                    await self.begin(case)
                    await self.world.yards[0].raise_worker()
                    await asyncio.sleep(dice.uniform(0.05, 0.9))
                    await self.world.yards[0].end_worker(signal.SIGKILL)
                    await self._killed(case)
                await self._drain()

    @property
    def slowest(self) -> float:
        """Give the longest time from a kill to the rest of its dispute, in seconds."""
        return max((case.rested - case.killed for case in self.cases if case.rested and case.killed), default=0.0)

    async def ready(self, plans: Sequence[CrashPlan]) -> list[PlayedCase]:
        """Bring the disputes that are killed while they resume to where they wait; the others have not happened."""
        cases = [PlayedCase((await self.world.happen(plan.scenario))[0] if plan.sleeps else "", plan) for plan in plans]
        sleeping = [case for case in cases if case.id]
        if sleeping:
            await self.world.yards[0].raise_worker()
            await until(lambda: self._all_wait(sleeping))
            await self.world.yards[0].end_worker()
        return cases

    async def _all_wait(self, cases: Sequence[PlayedCase]) -> bool:
        repositories = self.world.deps
        for case in cases:
            record = await repositories.cases.find(case.id)
            if record is None or record.state != "waiting" or await repositories.events.is_pending(case.id):
                return False
        return True

    async def begin(self, case: PlayedCase) -> None:
        """Let the dispute happen, or have a person decide the one that waits; may be called again after an error."""
        if case not in self.cases:
            self.cases.append(case)
        if not case.id:
            case.id = (await self.world.happen(case.plan.scenario))[0]
        elif record := await self.world.deps.cases.find(case.id):
            await decide(self.world, case, record)

    async def _kill(self, case: PlayedCase, point: KillPoint) -> bool:
        """Kill a worker there and tell whether it came there; one that did not is killed where it is."""
        await self.begin(case)
        ended = await self.world.yards[0].raise_worker(point.model_copy(update={"dispute": case.id}))
        done, _ = await asyncio.wait([ended], timeout=REACH_SECONDS)
        reached = bool(done) and ended.result() == -signal.SIGKILL
        if not reached:
            await self.world.yards[0].end_worker(signal.SIGKILL)
        await self._killed(case)
        return reached

    async def _killed(self, case: PlayedCase) -> None:
        self.kills += 1
        case.killed, case.rested = time.monotonic(), None
        await rests(self.world, case)
        self.tell(f"{self.kills} kills, {sum(case.rested is None for case in self.cases)} disputes not at rest yet")

    async def _drain(self) -> None:
        """Let one last worker bring everything to rest; what does not come is told by the judge."""
        await self.world.yards[0].raise_worker()
        await self.all_rest()
        await self.world.yards[0].end_worker()

    async def all_rest(self, seconds: float = REST_SECONDS) -> None:
        """Wait, so long at most, until every dispute that began is at rest."""

        async def rested() -> bool:
            await self._look()
            return all(case.rested for case in self.cases)

        await until(rested, seconds)

    @asynccontextmanager
    async def _watching(self) -> AsyncIterator[None]:
        """Note the moment at which each killed dispute comes to rest."""

        async def watch() -> None:
            while True:
                await self._look()
                await asyncio.sleep(LOOK_SECONDS)

        watching = asyncio.create_task(watch())
        try:
            yield
        finally:
            watching.cancel()

    async def _look(self) -> None:
        for case in self.cases:
            if case.id and case.rested is None:
                try:
                    case.rested = time.monotonic() if await rests(self.world, case) else None
                except TryAgain:
                    return


async def until(done: Callable[[], Awaitable[bool]], seconds: float = REST_SECONDS) -> None:
    """Wait, so many seconds at most, until something is done."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if await done():
            return
        await asyncio.sleep(LOOK_SECONDS)


def _points(trace: Path, *, sends: bool) -> list[KillPoint]:
    """Read the calls up to the end of the first run, and of its first delivery; each has two sides."""
    lines = trace.read_text("utf-8").splitlines()
    # Deliveries belong to the sweep: where they fall among the run's own calls is chance.
    run = [line for line in lines[: lines.index("events mark_handled 1") + 1] if not line.startswith(SWEPT)]
    calls = [line.split() for line in [*run, *(f"{call} 1" for call in SWEPT if sends)]]
    return [KillPoint(port=port, call=call, turn=int(turn), when=when) for port, call, turn in calls for when in SIDES]
