"""What stands before every step: the lease of the dispute is held, and the thread is as our last step left it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

import structlog
from langchain_core.runnables import RunnableConfig

from disputes.errors import Invalid, TryAgain
from disputes.lifecycle import moves
from disputes.repositories.cases import HistoryStep
from disputes.repositories.users import User
from graph.permission import seal
from graph.permission.signed_in import signed_in
from graph.state import SHAPE, Changes, State
from graph.wiring.deps import Deps

log = structlog.get_logger()


@dataclass(frozen=True)
class Lease:
    """A lease that a worker's drive holds. No request can name one: it is an object of this process."""

    dispute_id: str
    fence: int


@dataclass(frozen=True)
class StepContext:
    """On whose authority a step runs: the fencing number, whether a worker drives it, and who is signed in if not.

    `refusal` says why an answer cannot be taken now: it is dropped then, for who runs the thread next did not give it.
    """

    fence: int
    by_worker: bool = False
    user: User | None = None
    refusal: str = ""


class LeaseHeld(TryAgain):
    """Another worker holds this dispute."""


Node = Callable[[State, StepContext], Awaitable[Changes]]


class GuardedNode(Protocol):
    """A step as the graph runs it."""

    def __call__(self, state: State, config: RunnableConfig) -> Awaitable[Changes]:
        """Run the step."""
        ...


class Guard:
    """Runs steps under the lease of their dispute, over threads whose seal is whole."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps

    def wrap(self, step: str, node: Node) -> GuardedNode:
        """Return a step as the graph runs it. `load` believes nothing of a thread but the id, so it needs no seal."""

        async def guarded(state: State, config: RunnableConfig) -> Changes:
            if not isinstance(state, State):
                raise Invalid(moves.CHANGED_OUTSIDE)
            thread_id, key = str(config["configurable"]["thread_id"]), await self._deps.thread_keys.read()
            async with self._context(step, state.dispute_id, config) as context:
                whole = state.shape == SHAPE and seal.is_next(key, thread_id, state, step)
                if step != "load" and not whole:
                    await self._refuse(state, context)
                changes = await node(state, context)
            return seal.close(key, thread_id, state, {**changes, "step": step})

        return guarded

    @asynccontextmanager
    async def _context(self, step: str, dispute_id: str, config: RunnableConfig) -> AsyncIterator[StepContext]:
        lease = config["configurable"].get("lease")
        if isinstance(lease, Lease) and lease.dispute_id == dispute_id:
            yield StepContext(lease.fence, by_worker=True)
            return
        user, refusal = _who(config)
        async with self._deps.leases.hold(dispute_id) as fence:
            if fence is None:
                refusal = f"Another worker holds {dispute_id}; try again in a moment."
            if refusal and step != "review":
                raise LeaseHeld(refusal) if fence is None else Invalid(refusal)
            yield StepContext(fence or 0, user=user, refusal=refusal)

    async def _refuse(self, state: State, context: StepContext) -> None:
        """Note that nothing is done on this thread's word, for the people who look at the case. Raises `Invalid`.

        A worker that lost its lease finds another's thread here, which nobody changed from outside: `LostLease`.
        """
        if context.by_worker:
            await self._deps.leases.check(state.dispute_id, fence=context.fence)
        why = moves.CHANGED_OUTSIDE if state.shape == SHAPE else moves.OLDER_SHAPE
        log.error("thread.refused", dispute_id=state.dispute_id, why=why)
        step = HistoryStep(step=moves.REFUSED, at=self._deps.now(), note=why)
        await self._deps.cases.note(state.dispute_id, step)
        raise Invalid(why)


def _who(config: RunnableConfig) -> tuple[User | None, str]:
    try:
        return signed_in(config), ""
    except Invalid as unknown:
        return None, str(unknown)
