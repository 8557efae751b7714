"""Ports of a worker that dies, halts, loses an answer or is cancelled at its n-th outside call."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, fields, replace
from functools import partial
from inspect import iscoroutinefunction
from typing import Any, Literal, cast

from langgraph.checkpoint.base import BaseCheckpointSaver

from disputes.errors import TryAgain
from disputes.repositories import Repositories
from graph.build import build
from graph.run import Runner
from graph.wiring.deps import Deps

FailureKind = Literal["dies", "halts", "loses", "cancelled"]


class Crash(BaseException):
    """The process died: nothing of it runs after this, not even clean-up."""


@dataclass
class FailurePoint:
    """Fails a worker at the `left`-th call, before or after the call takes effect.

    A worker that dies makes no further call. One that halts loses its lease, and continues when it is `released`. One
    that loses the answer, or is cancelled, cleans up as it can.
    """

    left: int
    after: bool
    end: FailureKind
    where: str = ""
    failed: bool = False
    halted: asyncio.Event = field(default_factory=asyncio.Event)
    released: asyncio.Event = field(default_factory=asyncio.Event)
    drive: asyncio.Task[None] | None = None
    leases: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def guard(self, call: Callable[[], Awaitable[Any]], name: str = "") -> Any:
        if self.failed and self.end == "dies":
            raise Crash
        self.left -= 1
        reached = self.left == 0
        self.where = f"{'after' if self.after else 'before'} {name}" if reached else self.where
        if reached and not self.after:
            await self.fail()
        result = await call()
        if reached and self.after:
            await self.fail()
        return result

    async def fail(self) -> None:
        self.failed = True
        if self.end == "dies":
            raise Crash
        if self.end == "loses":
            raise TryAgain("The answer was lost.")
        if self.end == "cancelled" and self.drive:
            self.drive.cancel()
            return
        await self.leases.aclose()
        self.halted.set()
        await self.released.wait()


class FailingPort:
    """A port whose every call passes the failure point."""

    def __init__(self, inner: Any, failure_point: FailurePoint) -> None:
        self._inner, self._failure_point = inner, failure_point

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self._inner, name)
        if not iscoroutinefunction(attribute):
            return attribute

        async def call(*args: Any, **kwargs: Any) -> Any:
            return await self._failure_point.guard(partial(attribute, *args, **kwargs), name)

        return call


class FailingLeases(FailingPort):
    @asynccontextmanager
    async def hold(self, dispute_id: str) -> AsyncIterator[int | None]:
        async with self._failure_point.leases as held:
            yield await held.enter_async_context(self._inner.hold(dispute_id))


class FailingSaver(BaseCheckpointSaver[str]):
    def __init__(self, inner: BaseCheckpointSaver[str], failure_point: FailurePoint) -> None:
        super().__init__(serde=inner.serde)
        self._inner, self._failure_point = inner, failure_point

    def get_next_version(self, current: Any, channel: None = None) -> str:
        return self._inner.get_next_version(current, channel)

    async def aget_tuple(self, config: Any) -> Any:
        return await self._failure_point.guard(partial(self._inner.aget_tuple, config))

    async def aput(self, config: Any, checkpoint: Any, metadata: Any, new_versions: Any) -> Any:
        return await self._failure_point.guard(partial(self._inner.aput, config, checkpoint, metadata, new_versions))

    async def aput_writes(self, config: Any, writes: Any, task_id: str, task_path: str = "") -> None:
        await self._failure_point.guard(partial(self._inner.aput_writes, config, writes, task_id, task_path))

    async def adelete_thread(self, thread_id: str) -> None:
        await self._failure_point.guard(partial(self._inner.adelete_thread, thread_id))

    async def aprune(self, thread_ids: Any, *, strategy: str = "keep_latest") -> None:
        await self._failure_point.guard(partial(self._inner.aprune, thread_ids, strategy=strategy))


def failing_repositories(deps: Deps, failure_point: FailurePoint) -> dict[str, Any]:
    """Return the repositories of these ports, with every call passing the failure point."""
    repositories = {port.name: FailingPort(getattr(deps, port.name), failure_point) for port in fields(Repositories)}
    return {**repositories, "leases": FailingLeases(deps.leases, failure_point)}


def failing_runner(
    runner: Runner, deps: Deps, *, left: int, after: bool, end: FailureKind
) -> tuple[Runner, FailurePoint]:
    """Build another worker on the same records that dies or halts at its `left`-th call."""
    failure = FailurePoint(left, after, end)
    failing_deps = replace(
        deps, stripe=cast("Any", FailingPort(deps.stripe, failure)), **failing_repositories(deps, failure)
    )
    saver = cast("BaseCheckpointSaver[str]", runner.graph.checkpointer)
    return Runner(build(failing_deps, FailingSaver(saver, failure)), failing_deps), failure
