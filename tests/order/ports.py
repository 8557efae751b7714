"""A worker that dies or halts at its n-th outside call: every port it has goes through one fuse."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, fields, replace
from functools import partial
from inspect import iscoroutinefunction
from typing import Any, Literal, cast

from langgraph.checkpoint.base import BaseCheckpointSaver

from disputes.repositories import Repositories
from graph.build import build
from graph.run import Runner
from graph.wiring.deps import Deps

End = Literal["dies", "halts"]


class Crash(BaseException):
    """The process is gone: nothing of it runs after this, not even what would tidy up."""


@dataclass
class Fuse:
    """Blows at the `left`-th call, before or after it took effect.

    Who dies makes no call any more. Who halts has lost its lease by then, and goes on when it is `released`.
    """

    left: int
    after: bool
    end: End
    where: str = ""
    blown: bool = False
    halted: asyncio.Event = field(default_factory=asyncio.Event)
    released: asyncio.Event = field(default_factory=asyncio.Event)
    leases: AsyncExitStack = field(default_factory=AsyncExitStack)

    async def guard(self, call: Callable[[], Awaitable[Any]], name: str = "") -> Any:
        if self.blown and self.end == "dies":
            raise Crash
        self.left -= 1
        here = self.left == 0
        self.where = name if here and not self.after else self.where
        if here and not self.after:
            await self.blow()
        result = await call()
        if here and self.after:
            await self.blow()
        return result

    async def blow(self) -> None:
        self.blown = True
        if self.end == "dies":
            raise Crash
        await self.leases.aclose()
        self.halted.set()
        await self.released.wait()


class Fused:
    """A port whose every call goes through the fuse."""

    def __init__(self, inner: Any, fuse: Fuse) -> None:
        self._inner, self._fuse = inner, fuse

    def __getattr__(self, name: str) -> Any:
        thing = getattr(self._inner, name)
        if not iscoroutinefunction(thing):
            return thing

        async def call(*args: Any, **more: Any) -> Any:
            return await self._fuse.guard(partial(thing, *args, **more), name)

        return call


class FusedLeases(Fused):
    @asynccontextmanager
    async def hold(self, dispute_id: str) -> AsyncIterator[int | None]:
        async with self._fuse.leases as held:
            yield await held.enter_async_context(self._inner.hold(dispute_id))


class FusedSaver(BaseCheckpointSaver[str]):
    def __init__(self, inner: BaseCheckpointSaver[str], fuse: Fuse) -> None:
        super().__init__(serde=inner.serde)
        self._inner, self._fuse = inner, fuse

    def get_next_version(self, current: Any, channel: None = None) -> str:
        return self._inner.get_next_version(current, channel)

    async def aget_tuple(self, config: Any) -> Any:
        return await self._fuse.guard(partial(self._inner.aget_tuple, config))

    async def aput(self, config: Any, checkpoint: Any, metadata: Any, new_versions: Any) -> Any:
        return await self._fuse.guard(partial(self._inner.aput, config, checkpoint, metadata, new_versions))

    async def aput_writes(self, config: Any, writes: Any, task_id: str, task_path: str = "") -> None:
        await self._fuse.guard(partial(self._inner.aput_writes, config, writes, task_id, task_path))

    async def adelete_thread(self, thread_id: str) -> None:
        await self._fuse.guard(partial(self._inner.adelete_thread, thread_id))

    async def aprune(self, thread_ids: Any, *, strategy: str = "keep_latest") -> None:
        await self._fuse.guard(partial(self._inner.aprune, thread_ids, strategy=strategy))


def fused_repositories(deps: Deps, fuse: Fuse) -> dict[str, Any]:
    """The repositories of these ports, every call of which goes through the fuse."""
    stored = {one.name: Fused(getattr(deps, one.name), fuse) for one in fields(Repositories)}
    return {**stored, "leases": FusedLeases(deps.leases, fuse)}


def fuse(runs: Runner, deps: Deps, *, left: int, after: bool, end: End) -> tuple[Runner, Fuse]:
    """Give another worker over the same records that dies or halts at its `left`-th call."""
    blows = Fuse(left, after, end)
    fused = replace(deps, stripe=cast("Any", Fused(deps.stripe, blows)), **fused_repositories(deps, blows))
    saver = cast("BaseCheckpointSaver[str]", runs.graph.checkpointer)
    return Runner(build(fused, FusedSaver(saver, blows)), fused), blows
