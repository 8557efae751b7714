"""Killing workers at every step boundary in turn, and at random times, each followed by a new worker."""

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
from benchmarks.crash.plans import PLANS, CrashPlan, PlayedCase, decide, is_at_rest
from benchmarks.crash.points import KillPoint
from benchmarks.crash.worker import WorkerSetting
from disputes.errors import TryAgain

REACH_SECONDS = 8.0
REST_SECONDS = 45.0
POLL_SECONDS = 0.05
TAIL_SECONDS = 1.0
CHUNK = 40
SWEEP_CALLS = ("sender send", "outbox mark_sent")
HOUR = 3600.0
CLOCKS = (0.0, 5.0, 0.0, -5.0, 0.0, HOUR, 0.0, -HOUR)
"""By how many seconds a worker's clock is ahead; half of them are right."""
SIDES: tuple[Literal["before", "after"], ...] = ("before", "after")
Boundary = tuple[CrashPlan, KillPoint]


@dataclass
class Kills:
    """One run of kills: its disputes, the number of kills, and the boundaries that were not reached."""

    environment: CrashEnvironment
    report_progress: Callable[[str], None]
    cases: list[PlayedCase] = field(default_factory=list)
    kills: int = 0
    missed: list[str] = field(default_factory=list)
    retried: int = 0

    async def trace(self) -> list[Boundary]:
        """Run each plan once without killing and return every boundary it passes, in order."""
        boundaries: list[Boundary] = []
        for plan in PLANS:
            case = (await self.prepare([plan]))[0]
            file = self.environment.home / f"trace of {plan.name}"
            await self.begin(case)
            await self.environment.worker_pools[0].start_worker(trace=file, dispute=case.id)
            await self.all_rest()
            await asyncio.sleep(TAIL_SECONDS)
            await self.environment.worker_pools[0].stop_worker()
            self.cases.clear()
            boundaries += [(plan, point) for point in _points(file, sends=plan.state == "waiting" or plan.late)]
        return boundaries

    async def at_boundaries(self, boundaries: Sequence[Boundary], *, last: float = math.inf) -> None:
        """Kill one worker at each boundary; the next worker recovers that dispute and dies at the next one.

        A boundary that a busy machine did not reach in time is tried once more, with another dispute. Stops early, with
        everything at rest, when the steady clock has passed `last`.
        """
        late = await self._at(boundaries, last)
        self.retried += len(late)
        self.missed += [f"{plan.name}: {point}" for plan, point in await self._at(late, last)]

    async def _at(self, boundaries: Sequence[Boundary], last: float) -> list[Boundary]:
        missed: list[Boundary] = []
        async with self._noting_rest():
            for start in range(0, len(boundaries), CHUNK):
                if time.monotonic() > last:
                    break
                chunk = boundaries[start : start + CHUNK]
                cases = await self.prepare([plan for plan, _ in chunk])
                for case, boundary in zip(cases, chunk, strict=True):
                    if not await self._kill(case, boundary[1]):
                        missed.append(boundary)
                await self._drain()
        return missed

    async def at_random(self, count: int, generator: random.Random, *, last: float = math.inf) -> None:
        """Kill workers at random times while disputes and verdicts keep coming; `last` is as above.

        Every other one has a clock that is wrong, except the last of a round, which brings all to rest.
        """
        pool = self.environment.worker_pools[0]
        async with self._noting_rest():
            for done in range(0, count, CHUNK):
                if time.monotonic() > last:
                    return
                few = min(CHUNK, count - done)
                cases = await self.prepare([generator.choice(PLANS) for _ in range(few)])
                for case in cases:
                    await self.begin(case)
                    pool.setting = WorkerSetting(ahead=generator.choice(CLOCKS))
                    await pool.start_worker()
                    await asyncio.sleep(generator.uniform(0.05, 0.9))
                    await pool.stop_worker(signal.SIGKILL)
                    await self._killed(case)
                pool.setting = WorkerSetting()
                await self._drain()

    @property
    def slowest(self) -> float:
        """The longest time from a kill to the rest of its dispute, in seconds."""
        return max((case.rested - case.killed for case in self.cases if case.rested and case.killed), default=0.0)

    async def prepare(self, plans: Sequence[CrashPlan]) -> list[PlayedCase]:
        """Build a case for each plan; a dispute to be killed during its resume is opened and waits."""
        cases = [
            PlayedCase((await self.environment.open_disputes(plan.scenario))[0] if plan.waits_first else "", plan)
            for plan in plans
        ]
        sleeping = [case for case in cases if case.id]
        if sleeping:
            await self.environment.worker_pools[0].start_worker()
            await until(lambda: self._all_wait(sleeping))
            await self.environment.worker_pools[0].stop_worker()
        return cases

    async def _all_wait(self, cases: Sequence[PlayedCase]) -> bool:
        repositories = self.environment.deps
        for case in cases:
            record = await repositories.cases.find(case.id)
            if record is None or record.state != "waiting" or await repositories.events.is_pending(case.id):
                return False
        return True

    async def begin(self, case: PlayedCase) -> None:
        """Open the dispute, or store the verdict on the waiting one; may be called again after an error."""
        if case not in self.cases:
            self.cases.append(case)
        if not case.id:
            case.id = (await self.environment.open_disputes(case.plan.scenario))[0]
        elif record := await self.environment.deps.cases.find(case.id):
            await decide(self.environment, case, record)

    async def _kill(self, case: PlayedCase, point: KillPoint) -> bool:
        """Kill a worker at the point and return whether it was reached; otherwise the worker is killed where it is."""
        await self.begin(case)
        ended = await self.environment.worker_pools[0].start_worker(point.model_copy(update={"dispute": case.id}))
        done, _ = await asyncio.wait([ended], timeout=REACH_SECONDS)
        reached = bool(done) and ended.result() == -signal.SIGKILL
        if not reached:
            await self.environment.worker_pools[0].stop_worker(signal.SIGKILL)
        await self._killed(case)
        return reached

    async def _killed(self, case: PlayedCase) -> None:
        self.kills += 1
        case.killed, case.rested = time.monotonic(), None
        await is_at_rest(self.environment, case)
        self.report_progress(
            f"{self.kills} kills, {sum(case.rested is None for case in self.cases)} disputes not at rest yet"
        )

    async def _drain(self) -> None:
        """Let one last worker bring everything to rest; `check_cases` reports what does not."""
        await self.environment.worker_pools[0].start_worker()
        await self.all_rest()
        await self.environment.worker_pools[0].stop_worker()

    async def all_rest(self, seconds: float = REST_SECONDS) -> None:
        """Wait until every dispute that began is at rest, at most `seconds`."""

        async def rested() -> bool:
            await self._note_rest()
            return all(case.rested for case in self.cases)

        await until(rested, seconds)

    @asynccontextmanager
    async def _noting_rest(self) -> AsyncIterator[None]:
        """Record the time at which each killed dispute comes to rest."""

        async def watch() -> None:
            while True:
                await self._note_rest()
                await asyncio.sleep(POLL_SECONDS)

        watching = asyncio.create_task(watch())
        try:
            yield
        finally:
            watching.cancel()

    async def _note_rest(self) -> None:
        for case in self.cases:
            if case.id and case.rested is None:
                try:
                    case.rested = time.monotonic() if await is_at_rest(self.environment, case) else None
                except TryAgain:
                    return


async def until(done: Callable[[], Awaitable[bool]], seconds: float = REST_SECONDS) -> None:
    """Wait until `done` returns True, at most `seconds`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if await done():
            return
        await asyncio.sleep(POLL_SECONDS)


def _points(trace: Path, *, sends: bool) -> list[KillPoint]:
    """Read the calls up to the end of the first run, and of its first delivery; each has two sides."""
    lines = trace.read_text("utf-8").splitlines()
    # Deliveries belong to the sweep: their place among the run's own calls is random.
    run = [line for line in lines[: lines.index("events mark_handled 1") + 1] if not line.startswith(SWEEP_CALLS)]
    calls = [line.split() for line in [*run, *(f"{call} 1" for call in SWEEP_CALLS if sends)]]
    return [
        KillPoint(port=port, call=call, number=int(number), when=when) for port, call, number in calls for when in SIDES
    ]
