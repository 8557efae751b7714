"""One run per dispute: asks `disputes.lifecycle.moves` for the next move and makes it, with no rule of its own."""

from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.errors import EmptyInputError
from langgraph.types import Command
from pydantic import JsonValue, ValidationError
from redis.exceptions import RedisError

from disputes.dispute import Dispute
from disputes.errors import TryAgain
from disputes.lifecycle import moves
from disputes.lifecycle.moves import Expire, Resume, RunView, Settle, Situation, Start
from disputes.repositories.cases import CaseRecord, HistoryStep
from graph import booking
from graph.build import Graph
from graph.state import seed
from graph.wiring.deps import Deps

log = structlog.get_logger()


class LeaseHeld(TryAgain):
    """Another worker holds this dispute."""


class Runner:
    """Runs disputes over one compiled graph. The thread id is the dispute id."""

    def __init__(self, graph: Graph, deps: Deps) -> None:
        self.graph = graph
        self._deps = deps

    async def drive(self, dispute_id: str, *, account: str | None = None) -> None:
        """Bring a dispute to where it rests, under its lease. New: start; suspended: resume or redraft; ended: settle.

        Safe to call any number of times. Raises `LeaseHeld` when another worker holds it, `TryAgain` when nothing is
        lost but it must be called again.
        """
        async with self._deps.leases.hold(dispute_id) as fence:
            if fence is None:
                raise LeaseHeld(f"Another worker holds {dispute_id}.")
            began = self._deps.now()
            with structlog.contextvars.bound_contextvars(dispute_id=dispute_id):
                await self._advance(_Drive(self.graph, self._deps, dispute_id, account, fence), dispute_id)
            await self._deps.events.mark_handled(dispute_id, before=began)

    async def _advance(self, drive: "_Drive", dispute_id: str) -> None:
        try:
            await drive.advance()
        except RedisError as failed:
            raise TryAgain(f"Redis does not answer: {type(failed).__name__}.") from failed
        except (ValidationError, EmptyInputError) as failed:
            # Both are what LangGraph makes of values that went away under a run; with them in place they are bugs.
            if await _is_whole(self.graph, dispute_id):
                raise
            raise TryAgain("Redis lost this run while it went on; it begins again.") from failed

    async def is_forgotten(self, dispute_id: str) -> bool:
        """Return whether a case is open whose run Redis no longer holds."""
        record = await self._deps.cases.find(dispute_id)
        if record is None or record.state not in {"working", "waiting"}:
            return False
        return not await _is_whole(self.graph, dispute_id)

    async def forget(self, dispute_id: str) -> None:
        """Delete a run with all that it knew. Raises `TryAgain`."""
        saver = _saver(self.graph)
        try:
            if saver:
                await saver.adelete_thread(dispute_id)
        except RedisError as failed:
            raise TryAgain(f"Redis does not answer: {type(failed).__name__}.") from failed

    async def park(self, dispute_id: str, error: str, *, account: str | None = None) -> None:
        """Save a case that cannot go on as parked, with its error, until somebody drives it again. Nothing is lost.

        One that another worker holds is left to that worker.
        """
        deps, now = self._deps, self._deps.now()
        async with deps.leases.hold(dispute_id) as fence:
            if fence is None:
                return
            record = await deps.cases.find(dispute_id) or CaseRecord(
                dispute_id=dispute_id, account=account, state="parked", received_at=now, updated_at=now
            )
            step = HistoryStep(step="parked", at=now, note=error)
            changes = {"state": "parked", "error": error, "history": (*record.history, step)}
            await deps.cases.save(record.model_copy(update=changes), fence=fence)
            await deps.events.mark_handled(dispute_id, before=now)


class _Drive:
    """One drive of one dispute: looks, asks for the next move and makes it, until the dispute rests."""

    def __init__(self, graph: Graph, deps: Deps, dispute_id: str, account: str | None, fence: int) -> None:
        self._graph, self._deps, self._id, self._account = graph, deps, dispute_id, account
        self._fence = fence
        self._config: RunnableConfig = {"configurable": {"thread_id": dispute_id, "fence": fence}}
        self._record: CaseRecord | None = None
        self._run = RunView()
        self._fresh: Dispute | None = None

    async def advance(self) -> None:
        makers: dict[type, Callable[[Any], Awaitable[None]]] = {
            moves.Discard: self._discard,
            moves.Continue: self._continue,
            moves.Start: self._start,
            moves.Restore: self._restore,
            moves.Resume: self._resume,
            moves.Refresh: self._refresh,
            moves.Settle: self._settle,
            moves.Expire: self._expire,
            moves.Rest: self._prune,
        }
        last = False
        while not last:
            move = await self._next()
            await makers[type(move)](move)
            last = moves.is_last(move)
        await self._prune()

    async def _next(self) -> moves.Move:
        deps = self._deps
        self._record, self._run = await deps.cases.find(self._id), await self._look()
        self._account = self._account or (self._record.account if self._record else None)
        verdict = await deps.verdicts.pending(self._id)
        filings = tuple(await deps.filings.of(self._id)) if self._fresh else ()
        return moves.next_move(
            Situation(
                record=self._record,
                run=self._run,
                verdict=verdict,
                fresh=self._fresh,
                filings=filings,
                now=deps.now(),
            )
        )

    async def _look(self) -> RunView:
        saver = _saver(self._graph)
        stored = await saver.aget_tuple(self._config) if saver else None
        if stored is None or not _has_input(stored.checkpoint["channel_values"]):
            return RunView(status="partial" if stored else "none")
        snapshot = await self._graph.aget_state(self._config)
        status = "suspended" if snapshot.interrupts else "midway" if snapshot.next else "ended"
        dispute, steps = snapshot.values.get("dispute"), snapshot.values.get("history", ())
        return RunView.model_validate({"status": status, "dispute": dispute, "steps": steps})

    async def _discard(self, _: moves.Discard) -> None:
        log.warning("run.discarded", status=self._run.status)
        await self._delete_thread()

    async def _continue(self, _: moves.Continue) -> None:
        await self._invoke(None)

    async def _start(self, move: Start) -> None:
        now = self._deps.now()
        if self._run.status == "none":
            await self._delete_thread()  # what a run wrote while Redis was emptied may be left of it
        if self._record is None:
            times = {"received_at": now, "updated_at": now}
            fresh = CaseRecord(dispute_id=self._id, account=self._account, state="working", **times)
            await self._deps.cases.save(fresh, fence=self._fence)
        await self._invoke({"dispute_id": self._id, "account": self._account})
        if move.verdict is not None:
            await self._deps.verdicts.mark_applied(self._id, move.verdict)

    async def _restore(self, _: moves.Restore) -> None:
        record = self._record
        if record is None or record.case is None:
            raise TryAgain("The case is gone; it begins again.")
        await self._delete_thread()
        log.info("run.restored")
        values: dict[str, Any] = seed(record.case)
        values["history"] = [step.model_dump(mode="json") for step in record.history]
        await self._graph.aupdate_state(self._config, values, as_node="announce")
        await self._invoke(None)

    async def _resume(self, move: Resume) -> None:
        await self._invoke(Command(resume=move.verdict.model_dump(mode="json")))
        if not moves.is_last(move):
            await self._deps.verdicts.mark_applied(self._id, move.verdict.version)

    async def _refresh(self, _: moves.Refresh) -> None:
        self._fresh = await self._deps.stripe.dispute(self._id, account=self._account)

    async def _settle(self, move: Settle) -> None:
        if move.outcome and move.record.case:
            await self._deps.ledger.add([booking.line(self._deps, move.record.case, move.outcome)])
            # Told first: once the record has this outcome, a crash would leave nothing that asks for the message.
            await booking.tell_outcome(self._deps, move.record.case, move.outcome)
        await self._deps.cases.save(move.record, fence=self._fence)

    async def _expire(self, move: Expire) -> None:
        await self._deps.verdicts.mark_applied(self._id, move.version)

    async def _invoke(self, value: dict[str, JsonValue] | Command[Any] | None) -> None:
        await self._graph.ainvoke(value, self._config, durability="sync")
        self._fresh = None

    async def _delete_thread(self) -> None:
        saver = _saver(self._graph)
        if saver:
            await saver.adelete_thread(self._id)

    async def _prune(self, _: moves.Rest | None = None) -> None:
        """Keep only the last checkpoint of a run that ended."""
        saver = _saver(self._graph)
        if saver and not (await self._graph.aget_state(self._config)).next:
            await saver.aprune([self._id], strategy="keep_latest")


def _saver(graph: Graph) -> BaseCheckpointSaver[str] | None:
    saver = graph.checkpointer
    return None if isinstance(saver, bool) else saver


async def _is_whole(graph: Graph, dispute_id: str) -> bool:
    """Return whether Redis holds a run whole: only changes are written, so after a wipe in its midst they are all."""
    saver = _saver(graph)
    stored = await saver.aget_tuple({"configurable": {"thread_id": dispute_id}}) if saver else None
    return stored is not None and _has_input(stored.checkpoint["channel_values"])


def _has_input(values: dict[str, Any]) -> bool:
    return bool({"dispute_id", "__start__"} & set(values))
