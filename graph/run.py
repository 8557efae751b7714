"""One run per dispute: start it, wake it, go on after a crash, or settle what Stripe decided meanwhile."""

from typing import Any

import structlog
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.errors import EmptyInputError
from langgraph.types import Command, StateSnapshot
from pydantic import JsonValue, ValidationError
from redis.exceptions import RedisError

from disputes import lifecycle
from disputes.case import Verdict
from disputes.dispute import Dispute
from disputes.errors import TryAgain
from disputes.privacy import erasure
from disputes.repositories.cases import CaseRecord, CaseState, HistoryStep
from graph import booking
from graph.build import Graph
from graph.state import seed
from graph.wiring.deps import Deps

log = structlog.get_logger()

# What a run has in its own history by the time it is written down; the last turn may be lost with a crash.
_RUN = {"load", "evidence", "classifier", "rebuttal", "router", "stage", "submit", "review", "accept"}
_FINAL = {"won", "lost", "warning_closed", "prevented"}


class LeaseHeld(TryAgain):
    """Another worker has this dispute in hand."""


class Runner:
    """Drives runs over one compiled graph. The thread id is the dispute id."""

    def __init__(self, graph: Graph, deps: Deps) -> None:
        self.graph = graph
        self._deps = deps

    async def drive(self, dispute_id: str, *, account: str | None = None) -> None:
        """Bring a dispute to where it rests, alone. New: start; suspended: wake or refresh; finished: settle.

        Safe to call any number of times. Raises `Busy` when another worker holds it, `TryAgain` when nothing is lost
        but it must be called again.
        """
        async with self._deps.leases.hold(dispute_id) as fence:
            if fence is None:
                raise LeaseHeld(f"{dispute_id} is in another worker's hands.")
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
            if await _holds(self.graph, dispute_id):
                raise
            raise TryAgain("Redis lost this run while it went on; it begins again.") from failed

    async def is_forgotten(self, dispute_id: str) -> bool:
        """Tell whether the docket has a case as open whose run Redis no longer holds."""
        record = await self._deps.cases.find(dispute_id)
        if record is None or record.state not in {"working", "waiting"}:
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
        deps, now = self._deps, self._deps.now()
        async with deps.leases.hold(dispute_id) as fence:
            if fence is None:
                return
            record = await deps.cases.find(dispute_id) or CaseRecord(
                dispute_id=dispute_id, account=account, state="parked", received_at=now, updated_at=now
            )
            turn = HistoryStep(step="parked", at=now, note=error)
            changes = {"state": "parked", "error": error, "history": (*record.history, turn)}
            await deps.cases.save(record.model_copy(update=changes), fence=fence)
            await deps.events.mark_handled(dispute_id, before=now)


class _Drive:
    def __init__(self, graph: Graph, deps: Deps, dispute_id: str, account: str | None, fence: int) -> None:
        self._graph, self._deps, self._id, self._account = graph, deps, dispute_id, account
        self._fence = fence
        self._config: RunnableConfig = {"configurable": {"thread_id": dispute_id, "fence": fence}}

    async def advance(self) -> None:
        await self._clear()
        await self._forget()
        resumed = await self._finish()
        record, pending = await self._deps.cases.find(self._id), await self._deps.verdicts.pending(self._id)
        self._account = self._account or (record.account if record else None)
        verdict = pending if _is_live(pending, record) else None
        await self._step(record, verdict)
        if pending:
            await self._deps.verdicts.mark_applied(self._id, pending.version)
        if verdict or resumed:
            await self._follow()
        await self._prune()

    async def _forget(self) -> None:
        """Drop a thread that is behind the records: who lost the lease wrote to it, or Redis came back older.

        The records are fenced and the thread is not, so the run is rebuilt from them, as after a loss of Redis.
        """
        record, values = await self._deps.cases.find(self._id), (await self._look()).values
        steps = [turn for turn in record.history[:-1] if turn.step in _RUN] if record else []
        known = [HistoryStep.model_validate(turn) for turn in values.get("history", ())]
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

    async def _step(self, record: CaseRecord | None, verdict: Verdict | None) -> None:
        if (await self._look()).interrupts:
            await self._wake(verdict)
        elif record is None or (record.state in {"working", "parked"} and not _rules(verdict)):
            await self._start()
        elif record.state in {"waiting", "parked"}:
            await self._restore(record)
            await self._wake(verdict)
        else:
            await self._settle(record, verdict)

    async def _follow(self) -> None:
        """See what Stripe did meanwhile: its event may have come before this drive, and nothing would ask again."""
        record = await self._deps.cases.find(self._id)
        if (await self._look()).interrupts:
            await self._wake(None)
        elif record:
            await self._settle(record, None)

    async def _start(self) -> None:
        now = self._deps.now()
        if await self._deps.cases.find(self._id) is None:
            fresh = CaseRecord(
                dispute_id=self._id, account=self._account, state="working", received_at=now, updated_at=now
            )
            await self._deps.cases.save(fresh, fence=self._fence)
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
        over = lifecycle.handling(fresh, now).way == "nothing"
        return (
            over or lifecycle.handling(fresh, now) != lifecycle.handling(before, now) or _terms(fresh) != _terms(before)
        )

    async def _restore(self, record: CaseRecord) -> None:
        """Rebuild a waiting run that Redis lost, with exactly the case the reviewer saw."""
        if record.case is None:
            return await self._start()
        log.info("run.restored")
        values: dict[str, Any] = seed(record.case)
        values["history"] = [turn.model_dump(mode="json") for turn in record.history]
        await self._graph.aupdate_state(self._config, values, as_node="announce")
        return await self._go(None)

    async def _settle(self, record: CaseRecord, verdict: Verdict | None) -> None:
        """Follow a dispute after its run ended: a new stage or a call for a new draft starts over, an end is booked."""
        fresh = erasure.spare(record, await self._fresh())
        filings = {f.stage for f in await self._deps.filings.of(self._id) if f.state == "done"}
        stands = lifecycle.handling(fresh, self._deps.now())
        late = stands.way != "nothing" and record.state == "recorded"
        reopened = fresh.status not in _FINAL and (record.outcome in _FINAL or _escalated(record, fresh))
        unanswered = lifecycle.is_open(fresh) and fresh.stage not in filings
        if reopened or (unanswered and (verdict or late or _moved(record, fresh))):
            await self._start()
        elif fresh.status in _FINAL and (record.case is None or fresh.status != record.outcome):
            await self._close(record, fresh)
        elif record.case and record.case.dispute != fresh:
            case = record.case.model_copy(update={"dispute": fresh})
            outcome = stands.outcome if record.state == "recorded" else record.outcome
            changes = {"case": case, "outcome": outcome or record.outcome}
            await self._deps.cases.save(record.model_copy(update=changes), fence=self._fence)

    async def _close(self, record: CaseRecord, fresh: Dispute) -> None:
        if record.case is None:
            return
        case = record.case.model_copy(update={"dispute": fresh})
        state: CaseState = record.state if record.state in {"recorded", "accepted", "rejected"} else "closed"
        turn = HistoryStep(step="settle", at=self._deps.now(), note=fresh.status)
        changes = {"state": state, "outcome": fresh.status, "case": case, "history": (*record.history, turn)}
        await self._deps.ledger.add([booking.line(self._deps, case, fresh.status)])
        # Told first: once the entry has this outcome, a crash would leave nothing that asks for the message.
        await booking.tell_outcome(self._deps, case, fresh.status)
        await self._deps.cases.save(record.model_copy(update=changes), fence=self._fence)

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


def _is_live(verdict: Verdict | None, record: CaseRecord | None) -> bool:
    """Tell whether a verdict is still to be carried out: it is about the case as it is now.

    One on an older version was carried out, and a crash kept it from being marked; parking alone decides nothing.
    """
    return bool(verdict and record and (record.state == "parked" or verdict.version == record.version))


def _rules(verdict: Verdict | None) -> bool:
    """Tell whether a verdict is about the draft that a person saw, which must then be rebuilt, not written anew."""
    return verdict is not None and verdict.decision != "redraft"


def _terms(dispute: Dispute) -> tuple[object, ...]:
    """Give what a reviewer decides on; everything else may change without a new draft."""
    return dispute.status, dispute.stage, dispute.reason, dispute.amount, dispute.due_by, dispute.eligible


def _escalated(record: CaseRecord, fresh: Dispute) -> bool:
    """Tell whether an inquiry whose loss was accepted, which Stripe has no call for, became something else."""
    return record.state == "accepted" and record.case is not None and record.case.dispute.stage != fresh.stage


def _moved(record: CaseRecord, fresh: Dispute) -> bool:
    return record.case is None or record.case.dispute.stage != fresh.stage or not lifecycle.is_open(record.case.dispute)
