"""One run per dispute: start it, wake it, go on after a crash, or settle what Stripe decided meanwhile."""

from typing import Any

import structlog
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.errors import EmptyInputError
from langgraph.types import Command, StateSnapshot
from pydantic import JsonValue, ValidationError
from redis.exceptions import RedisError

from disputes import erasing, standing
from disputes.case import Verdict
from disputes.dispute import Dispute
from disputes.docket import Entry, State, Turn
from disputes.errors import TryAgain
from graph import booking
from graph.build import Graph
from graph.deps import Deps
from graph.state import seed

log = structlog.get_logger()

# What a run has in its own history by the time it is written down; the last turn may be lost with a crash.
_RUN = {"load", "evidence", "classifier", "rebuttal", "router", "stage", "submit", "review", "accept"}
_FINAL = {"won", "lost", "warning_closed", "prevented"}


class Busy(TryAgain):
    """Another worker has this dispute in hand."""


class Runs:
    """Drives runs over one compiled graph. The thread id is the dispute id."""

    def __init__(self, graph: Graph, deps: Deps) -> None:
        self.graph = graph
        self._deps = deps

    async def drive(self, dispute_id: str, *, account: str | None = None) -> None:
        """Bring a dispute to where it rests, alone. New: start; suspended: wake or refresh; finished: settle.

        Safe to call any number of times. Raises `Busy` when another worker holds it, `TryAgain` when nothing is lost
        but it must be called again.
        """
        async with self._deps.docket.lease(dispute_id) as fence:
            if fence is None:
                raise Busy(f"{dispute_id} is in another worker's hands.")
            began = self._deps.now()
            with structlog.contextvars.bound_contextvars(dispute_id=dispute_id):
                await self._advance(_Drive(self.graph, self._deps, dispute_id, account, fence), dispute_id)
            await self._deps.docket.heard(dispute_id, before=began)

    async def _advance(self, drive: "_Drive", dispute_id: str) -> None:
        try:
            await drive.advance()
        except RedisError as failed:
            raise TryAgain(f"Redis does not answer: {type(failed).__name__}.") from failed
        except (ValidationError, EmptyInputError) as failed:
            # Both are what LangGraph makes of values that went away under a run; with them in place they are bugs.
            if await _holds(self.graph, dispute_id):
                raise
            raise TryAgain("Redis lost this run while it went on; it begins again.") from failed

    async def is_forgotten(self, dispute_id: str) -> bool:
        """Tell whether the docket has a case as open whose run Redis no longer holds."""
        entry = await self._deps.docket.entry(dispute_id)
        if entry is None or entry.state not in {"working", "waiting"}:
            return False
        return not await _holds(self.graph, dispute_id)

    async def forget(self, dispute_id: str) -> None:
        """Delete a run with all that it knew. Raises `TryAgain`."""
        saver = _saver(self.graph)
        try:
            if saver:
                await saver.adelete_thread(dispute_id)
        except RedisError as failed:
            raise TryAgain(f"Redis does not answer: {type(failed).__name__}.") from failed

    async def park(self, dispute_id: str, error: str, *, account: str | None = None) -> None:
        """Keep a case that cannot go on, with its error, until somebody drives it again. Nothing is lost.

        One that another worker has in hand is left to that worker.
        """
        docket, now = self._deps.docket, self._deps.now()
        async with docket.lease(dispute_id) as fence:
            if fence is None:
                return
            entry = await docket.entry(dispute_id) or Entry(
                dispute_id=dispute_id, account=account, state="parked", received_at=now, updated_at=now
            )
            turn = Turn(step="parked", at=now, note=error)
            changes = {"state": "parked", "error": error, "history": (*entry.history, turn)}
            await docket.keep(entry.model_copy(update=changes), fence=fence)
            await docket.heard(dispute_id, before=now)


class _Drive:
    def __init__(self, graph: Graph, deps: Deps, dispute_id: str, account: str | None, fence: int) -> None:
        self._graph, self._deps, self._id, self._account = graph, deps, dispute_id, account
        self._fence = fence
        self._config: RunnableConfig = {"configurable": {"thread_id": dispute_id, "fence": fence}}

    async def advance(self) -> None:
        await self._clear()
        await self._forget()
        resumed = await self._finish()
        entry, pending = await self._deps.docket.entry(self._id), await self._deps.docket.verdict(self._id)
        self._account = self._account or (entry.account if entry else None)
        verdict = pending if _is_live(pending, entry) else None
        await self._step(entry, verdict)
        if pending:
            await self._deps.docket.applied(self._id, pending.version)
        if verdict or resumed:
            await self._follow()
        await self._prune()

    async def _forget(self) -> None:
        """Drop a thread that is behind the records: who lost the lease wrote to it, or Redis came back older.

        The records are fenced and the thread is not, so the run is rebuilt from them, as after a loss of Redis.
        """
        entry, values = await self._deps.docket.entry(self._id), (await self._look()).values
        steps = [turn for turn in entry.history[:-1] if turn.step in _RUN] if entry else []
        known = [Turn.model_validate(turn) for turn in values.get("history", ())]
        saver = _saver(self._graph)
        if saver and values and steps and steps[-1] not in known:
            log.warning("run.forgotten")
            await saver.adelete_thread(self._id)

    async def _finish(self) -> bool:
        """Go on with a run that a crash left between two steps; tell whether there was one."""
        snapshot = await self._look()
        if not snapshot.next or snapshot.interrupts:
            return False
        await self._go(None)
        return True

    async def _step(self, entry: Entry | None, verdict: Verdict | None) -> None:
        if (await self._look()).interrupts:
            await self._wake(verdict)
        elif entry is None or (entry.state in {"working", "parked"} and not _rules(verdict)):
            await self._start()
        elif entry.state in {"waiting", "parked"}:
            await self._restore(entry)
            await self._wake(verdict)
        else:
            await self._settle(entry, verdict)

    async def _follow(self) -> None:
        """See what Stripe did meanwhile: its event may have come before this drive, and nothing would ask again."""
        entry = await self._deps.docket.entry(self._id)
        if (await self._look()).interrupts:
            await self._wake(None)
        elif entry:
            await self._settle(entry, None)

    async def _start(self) -> None:
        now = self._deps.now()
        if await self._deps.docket.entry(self._id) is None:
            fresh = Entry(dispute_id=self._id, account=self._account, state="working", received_at=now, updated_at=now)
            await self._deps.docket.keep(fresh, fence=self._fence)
        await self._go({"dispute_id": self._id, "account": self._account})

    async def _wake(self, verdict: Verdict | None) -> None:
        """Resume with the person's verdict, or let the case follow Stripe when it changed under the reviewer."""
        if verdict:
            await self._go(Command(resume=verdict.model_dump(mode="json")))
        elif await self._outdated():
            changed = Verdict(decision="redraft", by="rebut", note="the dispute changed at Stripe")
            await self._go(Command(resume=changed.model_dump(mode="json")))

    async def _outdated(self) -> bool:
        held = (await self._look()).values.get("dispute")
        fresh, now = await self._fresh(), self._deps.now()
        before = Dispute.model_validate(held)
        over = standing.judge(fresh, now).way == "nothing"
        return over or standing.judge(fresh, now) != standing.judge(before, now) or _terms(fresh) != _terms(before)

    async def _restore(self, entry: Entry) -> None:
        """Rebuild a waiting run that Redis lost, with exactly the case the reviewer saw."""
        if entry.case is None:
            return await self._start()
        log.info("run.restored")
        values: dict[str, Any] = seed(entry.case)
        values["history"] = [turn.model_dump(mode="json") for turn in entry.history]
        await self._graph.aupdate_state(self._config, values, as_node="announce")
        return await self._go(None)

    async def _settle(self, entry: Entry, verdict: Verdict | None) -> None:
        """Follow a dispute after its run ended: a new stage or a call for a new draft starts over, an end is booked."""
        fresh = erasing.spare(entry, await self._fresh())
        filings = {f.stage for f in await self._deps.docket.filings(self._id) if f.state == "done"}
        stands = standing.judge(fresh, self._deps.now())
        late = stands.way != "nothing" and entry.state == "recorded"
        reopened = fresh.status not in _FINAL and (entry.outcome in _FINAL or _escalated(entry, fresh))
        unanswered = standing.is_open(fresh) and fresh.stage not in filings
        if reopened or (unanswered and (verdict or late or _moved(entry, fresh))):
            await self._start()
        elif fresh.status in _FINAL and (entry.case is None or fresh.status != entry.outcome):
            await self._close(entry, fresh)
        elif entry.case and entry.case.dispute != fresh:
            case = entry.case.model_copy(update={"dispute": fresh})
            outcome = stands.outcome if entry.state == "recorded" else entry.outcome
            changes = {"case": case, "outcome": outcome or entry.outcome}
            await self._deps.docket.keep(entry.model_copy(update=changes), fence=self._fence)

    async def _close(self, entry: Entry, fresh: Dispute) -> None:
        if entry.case is None:
            return
        case = entry.case.model_copy(update={"dispute": fresh})
        state: State = entry.state if entry.state in {"recorded", "accepted", "rejected"} else "closed"
        turn = Turn(step="settle", at=self._deps.now(), note=fresh.status)
        changes = {"state": state, "outcome": fresh.status, "case": case, "history": (*entry.history, turn)}
        await self._deps.docket.book([booking.line(self._deps, case, fresh.status)])
        # Told first: once the entry has this outcome, a crash would leave nothing that asks for the message.
        await booking.tell_outcome(self._deps, case, fresh.status)
        await self._deps.docket.keep(entry.model_copy(update=changes), fence=self._fence)

    async def _clear(self) -> None:
        """Throw away what is left of a run that was going on while Redis was emptied."""
        saver = _saver(self._graph)
        if saver and not await _holds(self._graph, self._id):
            await saver.adelete_thread(self._id)

    async def _look(self) -> StateSnapshot:
        return await self._graph.aget_state(self._config)

    async def _fresh(self) -> Dispute:
        return await self._deps.stripe.dispute(self._id, account=self._account)

    async def _go(self, given: dict[str, JsonValue] | Command[Any] | None) -> None:
        await self._graph.ainvoke(given, self._config, durability="sync")

    async def _prune(self) -> None:
        """Keep only the last checkpoint of a run that ended."""
        saver = _saver(self._graph)
        if saver and not (await self._look()).next:
            await saver.aprune([self._id], strategy="keep_latest")


def _saver(graph: Graph) -> BaseCheckpointSaver[str] | None:
    saver = graph.checkpointer
    return None if isinstance(saver, bool) else saver


async def _holds(graph: Graph, dispute_id: str) -> bool:
    """Tell whether Redis holds a run whole: only changes are written, so after a wipe in its midst the rest is gone."""
    saver = _saver(graph)
    held = await saver.aget_tuple({"configurable": {"thread_id": dispute_id}}) if saver else None
    return bool(held and {"dispute_id", "__start__"} & set(held.checkpoint["channel_values"]))


def _is_live(verdict: Verdict | None, entry: Entry | None) -> bool:
    """Tell whether a verdict is still to be carried out: it is about the case as it is now.

    One on an older version was carried out, and a crash kept it from being marked; parking alone decides nothing.
    """
    return bool(verdict and entry and (entry.state == "parked" or verdict.version == entry.version))


def _rules(verdict: Verdict | None) -> bool:
    """Tell whether a verdict is about the draft that a person saw, which must then be rebuilt, not written anew."""
    return verdict is not None and verdict.decision != "redraft"


def _terms(dispute: Dispute) -> tuple[object, ...]:
    """Give what a reviewer decides on; everything else may change without a new draft."""
    return dispute.status, dispute.stage, dispute.reason, dispute.amount, dispute.due_by, dispute.eligible


def _escalated(entry: Entry, fresh: Dispute) -> bool:
    """Tell whether an inquiry whose loss was accepted, which Stripe has no call for, became something else."""
    return entry.state == "accepted" and entry.case is not None and entry.case.dispute.stage != fresh.stage


def _moved(entry: Entry, fresh: Dispute) -> bool:
    return entry.case is None or entry.case.dispute.stage != fresh.stage or not standing.is_open(entry.case.dispute)
