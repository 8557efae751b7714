"""A runtime without servers, for the tests of how a job handles failures."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from datetime import timedelta
from pathlib import Path
from typing import Any

from disputes import policy
from disputes.errors import TryAgain
from disputes.repositories import Repositories
from disputes.repositories.events import WebhookEvent
from disputes.repositories.outbox import OutboxMessage
from graph.run import Runner
from graph.wiring.deps import Deps
from graph.wiring.runtime import Runtime
from graph.wiring.servers import Servers
from tests.fakes import NOON, FakeClock, FakeQueue, fake_repositories


@dataclass
class FakeSender:
    down: int = 0
    delivered: list[str] = field(default_factory=list)

    async def send(self, message: OutboxMessage) -> None:
        if self.down:
            self.down -= 1
            raise TryAgain("The endpoint answered 503.")
        self.delivered.append(message.key)


@dataclass
class FakeJob:
    """A job put into the queue for later, as streaq holds it."""

    name: str
    args: tuple[object, ...]
    delay: timedelta | None = None

    def start(self, *, delay: timedelta) -> "FakeJob":
        self.delay = delay
        return self

    def __await__(self) -> Iterator[None]:
        return iter(())


@dataclass
class FakeRedis:
    """A Redis of plain keys."""

    values: dict[str, str] = field(default_factory=dict)

    async def exists(self, keys: list[str]) -> int:
        return sum(key in self.values for key in keys)

    async def get(self, key: str) -> str | None:
        return self.values.get(key)

    async def set(self, key: str, value: str) -> None:
        self.values[key] = value


@dataclass
class FakeWorker:
    jobs: list[FakeJob] = field(default_factory=list)
    redis: FakeRedis = field(default_factory=FakeRedis)

    def enqueue_unsafe(self, name: str, *args: object) -> FakeJob:
        self.jobs.append(FakeJob(name, args))
        return self.jobs[-1]


class FakeRunner(Runner):
    """A runner whose `drive` does what the test sets; parking is the real one."""

    def __init__(self, deps: Deps, outcome: Callable[[], None]) -> None:
        unused: Any = None
        super().__init__(unused, deps)
        self.drives: list[tuple[str, str | None]] = []
        self._outcome = outcome

    async def drive(self, dispute_id: str, *, account: str | None = None) -> None:
        self.drives.append((dispute_id, account))
        self._outcome()


def a_runtime(outcome: Callable[[], None] = lambda: None) -> Runtime:
    worker: Any = FakeWorker()
    deps = some_deps()
    return Runtime(deps=deps, runner=FakeRunner(deps, outcome), worker=worker, servers=Servers("", "", ()), home=Path())


def some_deps(now: FakeClock | None = None) -> Deps:
    unused: Any = None
    clock = now or FakeClock()
    fakes = fake_repositories(clock)
    stored = {repository.name: getattr(fakes, repository.name) for repository in fields(Repositories)}
    return Deps(
        stripe=unused,
        **stored,
        webhooks={},
        queue=FakeQueue(),
        sources=(),
        renderer=unused,
        sender=FakeSender(),
        policy=policy.load(),
        playbooks=unused,
        now=clock,
    )


async def store_event(deps: Deps, dispute_id: str = "du_1", *, account: str | None = None) -> None:
    kind = "charge.dispute.created"
    name = f"evt_{dispute_id}"
    event = WebhookEvent(provider="stripe", id=name, type=kind, dispute_id=dispute_id, account=account, created=NOON)
    await deps.events.store(event)


def raising(error: Exception) -> Callable[[], None]:
    def outcome() -> None:
        raise error

    return outcome
