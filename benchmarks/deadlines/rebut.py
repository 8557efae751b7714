"""Rebut with its real graph, worker, sweep and delivery, over ports in memory and a clock that is set."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, cast

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver, CheckpointTuple
from langgraph.checkpoint.memory import InMemorySaver
from streaq import StreaqRetry

from benchmarks.deadlines.memory import MemoryDatabase, MemoryEvents, MemoryPlans, memory_repositories
from benchmarks.deadlines.policies import ACCOUNTS, own_policy
from benchmarks.deadlines.ports import Queue, Renderer, Shop, StreaqWorker, Targets
from benchmarks.deadlines.stripe import MemoryStripe
from benchmarks.deadlines.world import World
from disputes.errors import DisputeError, TryAgain
from disputes.lifecycle import plan as planning
from disputes.messages.targets import Target
from disputes.playbook.loading import load_playbooks
from disputes.repositories import Repositories
from disputes.repositories.events import WebhookEvent
from disputes.repositories.outbox import HOLD
from disputes.repositories.users import User
from graph.build import build
from graph.run import Runner
from graph.wiring.deps import AccountSettings, Deps
from graph.wiring.runtime import Runtime
from graph.wiring.servers import Servers
from jobs.worker.rebuild import rebuild
from jobs.worker.sweep import PATIENCE, EnqueueBackoff, sweep
from jobs.worker.sync import sync
from jobs.worker.worker import handle

EVERY = timedelta(seconds=5)
TARGETS = (Target(name="chat"), Target(name="mail", events=("escalation", "deadline", "parked", "won", "lost")))


class Saver(BaseCheckpointSaver[str]):
    """Threads in memory, each by itself: one memory for all would be searched whole for each that is deleted."""

    def __init__(self) -> None:
        super().__init__()
        self._threads: dict[str, InMemorySaver] = {}

    def get_next_version(self, current: str | None, channel: None) -> str:
        """Return the version after this one."""
        return InMemorySaver.get_next_version(self, current, channel)  # type: ignore[arg-type]

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """Return the last checkpoint of a thread."""
        return await self._of(config).aget_tuple(config)

    async def aput(self, config: RunnableConfig, *rest: Any) -> RunnableConfig:  # noqa: ANN401 - passed on
        """Keep a checkpoint."""
        return await self._of(config).aput(config, *rest)

    async def aput_writes(self, config: RunnableConfig, *rest: Any) -> None:  # noqa: ANN401 - passed on
        """Keep what a step wrote."""
        await self._of(config).aput_writes(config, *rest)

    async def adelete_thread(self, thread_id: str) -> None:
        """Forget a thread."""
        self._threads.pop(thread_id, None)

    async def aprune(self, thread_ids: Sequence[str], *, strategy: str = "keep_latest") -> None:
        """Keep what there is."""

    def empty(self) -> None:
        """Lose everything, as Redis does."""
        self._threads.clear()

    def _of(self, config: RunnableConfig) -> InMemorySaver:
        thread_id = config["configurable"]["thread_id"]
        if thread_id not in self._threads:
            self._threads[thread_id] = InMemorySaver()
        return self._threads[thread_id]


@dataclass
class Rebut:
    """One Rebut. `works` says whether its worker runs: that needs Rebut itself and Redis."""

    world: World
    deps: Deps
    runtime: Runtime
    database: MemoryDatabase
    plans: MemoryPlans
    stripe: MemoryStripe
    queue: Queue
    targets: Targets
    saver: Saver
    redis: StreaqWorker
    swept: datetime | None = None
    sweeps: int = 0
    runs: int = 0
    retried: int = 0
    backoffs: tuple[EnqueueBackoff, EnqueueBackoff] = field(
        default_factory=lambda: (EnqueueBackoff(), EnqueueBackoff())
    )

    @property
    def events(self) -> MemoryEvents:
        """Return the repository of events."""
        return cast("MemoryEvents", self.deps.events)

    @property
    def works(self) -> bool:
        """Return whether the worker runs now."""
        return not self.world.is_down("rebut", "redis")

    async def receive(self, event: WebhookEvent) -> None:
        """Take a webhook, or have Stripe bring it again where nobody takes it."""
        if self.world.is_down("rebut"):
            self.world.later(lambda: self.receive(event), minutes=self.world.chance.uniform(5, 60))
            return
        if await self.deps.events.store(event):
            await self.deps.queue.try_enqueue(event.dispute_id, account=event.account)

    def look_soon(self) -> None:
        """Sync at its next time within the minute."""
        self.world.later(self.look_for_missed, seconds=80 - self.world.true.second)

    async def look_for_missed(self) -> None:
        """Sync, and again a minute later where that fails."""
        try:
            if not self.works:
                raise TryAgain("Nobody is there.")
            await sync(self.deps)
        except DisputeError:
            self.world.later(self.look_for_missed, minutes=1)

    def next_sweep(self) -> datetime | None:
        """Return the next beat of five seconds at which a sweep has something to do, None where there is nothing."""
        due = min(self._due(), default=None) if self.works else None
        if due is None:
            return None
        wanted = max(due - self.world.skew, self.world.true, (self.swept + EVERY) if self.swept else self.world.true)
        beats = -((datetime(2026, 1, 1, tzinfo=UTC) - wanted) // EVERY)
        return datetime(2026, 1, 1, tzinfo=UTC) + beats * EVERY

    def _due(self) -> Iterator[datetime]:
        yield from self._due_timers()
        for row in self.database.outbox.values():
            if row.due is not None:
                held = row.message.kind == "note" and not row.message.urgent and not row.message.attempts
                yield row.due + (HOLD if held and row.message.target else timedelta())
        waiting = {row.event.dispute_id: row.received_at for row in self.database.events.values() if not row.handled}
        for dispute_id, rows in self.database.verdicts.items():
            if any(self.events.applies(dispute_id, row) for row in rows) and rows[-1].verdict.at:
                waiting[dispute_id] = rows[-1].verdict.at
        for dispute_id, since in waiting.items():
            again = self.backoffs[0].next_times.get(dispute_id)
            yield max(since + PATIENCE + timedelta(seconds=1), again[0] if again else since)

    def _due_timers(self) -> Iterator[datetime]:
        """Yield the first timer whose case waits, and before it when those are due whose case a run works on."""
        for dispute_id, _, timer in self.database.timers.unfired():
            record = self.database.cases.get(dispute_id)
            if record and record.state != "working":
                yield timer.at
                return
            if record:
                yield max(timer.at, record.updated_at + planning.STUCK)

    async def sweep(self) -> None:
        """Sweep once, or by two workers at once."""
        self.swept, self.sweeps = self.world.true, self.sweeps + 1
        two = self.sweeps % 7 == 0
        await asyncio.gather(*(self._sweep(backoff) for backoff in self.backoffs[: 1 + two]))
        self.database.tidy()

    async def _sweep(self, backoff: EnqueueBackoff) -> None:
        try:
            await rebuild(self.runtime)
            await sweep(self.deps, enqueue_backoff=backoff)
        except TryAgain:
            return

    async def work(self) -> None:
        """Handle every job of the queue, some by two workers at once."""
        while self.works and (jobs := self.queue.take()):
            for job in jobs:
                twice = self.world.luck(0.05)
                await asyncio.gather(*(self._handle(*job) for _ in range(1 + twice)))

    async def _handle(self, dispute_id: str, account: str | None, tries: int) -> None:
        self.runs += 1
        try:
            await handle(self.runtime, dispute_id, account, tries=tries)
        except StreaqRetry as again:
            delay = again.delay if isinstance(again.delay, timedelta) else timedelta(seconds=5)
            self.put_off(dispute_id, account, tries + 1, delay)

    def put_off(self, dispute_id: str, account: str | None, tries: int, delay: timedelta) -> None:
        """Have a job done after a while, unless Redis loses it."""
        self.retried += 1

        async def again() -> None:
            if self.works:
                self.queue.jobs.append((dispute_id, account, tries))

        self.world.at(self.world.true + delay, again)


def open_rebut(world: World, zone: str) -> Rebut:
    """Return a Rebut with nothing in it but two reviewers, one who leaves, and its policies."""
    database, plans, stored = memory_repositories(world.clock, world.now)
    events: list[Callable[[WebhookEvent], None]] = []
    stripe = MemoryStripe(world.now, world.chance, events)
    queue, targets, saver = Queue(), Targets(world.now), Saver()
    repositories: dict[str, Any] = {each.name: getattr(stored, each.name) for each in fields(Repositories)}
    deps = Deps(
        **repositories,
        stripe=stripe,
        webhooks={},
        queue=queue,
        sources=(Shop(),),
        renderer=Renderer(),
        sender=targets,
        policy=own_policy(zone),
        accounts={name: AccountSettings(policy=rules(zone), sources=(Shop(),)) for name, rules in ACCOUNTS.items()},
        playbooks=load_playbooks(),
        targets=TARGETS,
        now=world.clock,
    )
    database.users |= {name: User(name=name, role="reviewer") for name in ("ada", "bob", "eve")}
    jobs: list[Callable[[str, str | None, int, timedelta], None]] = []
    worker: Any = StreaqWorker(jobs)
    runtime = Runtime(
        deps=deps, runner=Runner(build(deps, saver), deps), worker=worker, servers=Servers("", "", ()), home=Path()
    )
    rebut = Rebut(world, deps, runtime, database, plans, stripe, queue, targets, saver, worker)
    jobs.append(rebut.put_off)
    events.append(partial(deliver, rebut))
    return rebut


def deliver(rebut: Rebut, event: WebhookEvent) -> None:
    """Bring an event soon, twice, late, or never: the sync finds it then."""
    world = rebut.world

    async def bring() -> None:
        await rebut.receive(event)

    way = world.chance.choices(("soon", "twice", "late", "never"), (80, 9, 6, 5))[0]
    if way == "never":
        rebut.look_soon()
        return
    world.later(bring, seconds=world.chance.uniform(600, 7_200) if way == "late" else world.chance.uniform(1, 5))
    if way == "twice":
        world.later(bring, minutes=world.chance.uniform(1, 30))
