"""One run per dispute: asks `disputes.lifecycle.moves` for the next move and makes it, with no rule of its own."""

from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from langchain_core.runnables import RunnableConfig
from langgraph.errors import EmptyInputError
from langgraph.types import Command
from pydantic import JsonValue, ValidationError
from redis.exceptions import RedisError

from disputes.case import Case, Route
from disputes.dispute import Dispute
from disputes.errors import TryAgain
from disputes.held_evidence import HeldEvidence
from disputes.lifecycle import lapses, moves
from disputes.lifecycle.moves import Expire, Resume, RunView, Settle, Situation, Start
from disputes.policy.deadlines import Chosen
from disputes.repositories.cases import CaseRecord, HistoryStep
from disputes.siblings import Sibling
from graph import accounts, booking, messages, plans, second_writer
from graph.build import Graph
from graph.permission import seal
from graph.permission.guard import Lease, LeaseHeld
from graph.state import State, seed
from graph.threads import is_whole, look, saver_of
from graph.wiring.deps import Deps

log = structlog.get_logger()


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
            # By their ids: what comes from here on is looked at by the next drive, whatever any clock says.
            events = await self._deps.events.unhandled_of(dispute_id)
            with structlog.contextvars.bound_contextvars(dispute_id=dispute_id):
                ours = await accounts.sort_out(self._deps, dispute_id, account, events)
                if ours.known:
                    drive = _Drive(self.graph, self._deps, dispute_id, ours.account, fence)
                    await self._advance(drive, dispute_id)
            await self._deps.events.mark_handled([event.id for event in ours.events])

    async def _advance(self, drive: "_Drive", dispute_id: str) -> None:
        try:
            await drive.advance()
        except RedisError as failed:
            raise TryAgain(f"Redis does not answer: {type(failed).__name__}.") from failed
        except (ValidationError, EmptyInputError) as failed:
            # Both are what LangGraph makes of values that went away under a run; with them in place they are bugs.
            if await is_whole(self.graph, dispute_id):
                raise
            raise TryAgain("Redis lost this run while it went on; it begins again.") from failed

    async def is_forgotten(self, dispute_id: str) -> bool:
        """Return whether a case is open whose run Redis does not hold, or holds as of another version."""
        record = await self._deps.cases.find(dispute_id)
        if record is None or record.state not in {"working", "waiting"}:
            return False
        return not moves.fits(record, await look(self.graph, self._deps, dispute_id))

    async def forget(self, dispute_id: str) -> None:
        """Delete a run with all that it knew. Raises `TryAgain`."""
        saver = saver_of(self.graph)
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
            events = await deps.events.unhandled_of(dispute_id)
            record = await deps.cases.find(dispute_id) or CaseRecord(
                dispute_id=dispute_id, account=account, state="parked", received_at=now, updated_at=now
            )
            step = HistoryStep(step="parked", at=now, note=error)
            changes = {"state": "parked", "error": error, "history": (*record.history, step)}
            parked = record.model_copy(update=changes)
            await deps.cases.park(parked, fence=fence, outgoing=await messages.of_parked(deps, parked))
            await plans.renew_parked(deps, dispute_id, fence=fence)
            await deps.events.mark_handled([event.id for event in events])


class _Drive:
    """One drive of one dispute: looks, asks for the next move and makes it, until the dispute rests."""

    def __init__(self, graph: Graph, deps: Deps, dispute_id: str, account: str | None, fence: int) -> None:
        self._graph, self._deps, self._id, self._account = graph, deps, dispute_id, account
        self._fence = fence
        self._config: RunnableConfig = {"configurable": {"thread_id": dispute_id, "lease": Lease(dispute_id, fence)}}
        self._record: CaseRecord | None = None
        self._run = RunView()
        self._fresh: Dispute | None = None
        self._held: HeldEvidence | None = None
        self._siblings: tuple[Sibling, ...] = ()

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
        self._record, self._run = await deps.cases.find(self._id), await look(self._graph, deps, self._id)
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
                held=self._held if self._fresh else None,
                siblings=self._siblings,
                last_chance=await self._find_last_chance(),
                now=deps.now(),
            )
        )

    async def _find_last_chance(self) -> Chosen | None:
        record = self._record
        if record is None or record.case is None or record.state != "waiting":
            return None
        return await plans.find_last_chance(self._deps, record.case.dispute, self._account)

    async def _discard(self, move: moves.Discard) -> None:
        tell = log.warning if move.refused or move.above else log.info
        tell("run.discarded", status=self._run.status, why=move.refused)
        if move.refused or move.above:
            told = (self._step(moves.REFUSED, move.refused),) if move.refused else ()
            known = self._record or self._new_record()
            grown = known.model_copy(update={"history": (*known.history, *told)})
            await self._deps.cases.save(grown, fence=self._fence, above=move.above)
        await self._delete_thread()

    def _new_record(self) -> CaseRecord:
        now = self._deps.now()
        return CaseRecord(dispute_id=self._id, account=self._account, state="working", received_at=now, updated_at=now)

    async def _continue(self, _: moves.Continue) -> None:
        await self._invoke(None)

    async def _start(self, move: Start) -> None:
        await self._delete_thread()
        await self._invoke({"dispute_id": self._id, "account": self._account, "why": move.why})

    async def _restore(self, move: moves.Restore) -> None:
        record = self._record
        if record is None or record.case is None:
            raise TryAgain("The case is gone; it begins again.")
        await self._delete_thread()
        if move.reason:
            record = await self._save_with_reason(record, record.case, move)
        if record.case is None:
            raise TryAgain("The case is gone; it begins again.")
        log.info("run.restored", why=move.reason)
        values = seed(record.case, version=record.version, history=record.history)
        sealed = seal.close(await self._deps.thread_keys.read(), self._id, State(dispute_id=self._id), values)
        await self._graph.aupdate_state(self._config, sealed, as_node="announce")
        await self._invoke(None)

    async def _save_with_reason(self, record: CaseRecord, case: Case, move: moves.Restore) -> CaseRecord:
        """Save a waiting case as a new version that shows first why it has to be read again."""
        before = case.route or Route(action="review", queue=self._deps.account(record.account).policy.person_queue)
        route = before.model_copy(update={"reasons": (move.reason, *before.reasons)})
        name = moves.REFUSED if move.reason == moves.CHANGED_OUTSIDE else "restored"
        history = (*record.history, self._step(name, move.reason))
        shown = {"case": case.model_copy(update={"route": route}), "history": history, "state": "waiting", "error": ""}
        changed = record.model_copy(update=shown)
        outgoing = await messages.of_waiting(self._deps, changed)
        await self._deps.cases.save(changed, fence=self._fence, above=move.above, outgoing=outgoing)
        stored = await self._deps.cases.find(self._id)
        return stored or changed

    def _step(self, name: str, note: str) -> HistoryStep:
        return HistoryStep(step=name, at=self._deps.now(), note=note)

    async def _resume(self, move: Resume) -> None:
        await self._invoke(Command(resume={"verdict": move.verdict.version}))

    async def _refresh(self, _: moves.Refresh) -> None:
        fresh = await self._deps.stripe.dispute(self._id, account=self._account)
        case = self._record.case if self._record else None
        self._held = await second_writer.read_held(self._deps, fresh, case)
        self._siblings = await second_writer.read_siblings(self._deps, fresh)
        self._fresh = fresh

    async def _settle(self, move: Settle) -> None:
        known = self._record.case.dispute.reinstated if self._record and self._record.case else None
        await booking.settle(self._deps, move.record, move.outcome, before=known, fence=self._fence)

    async def _expire(self, move: Expire) -> None:
        await self._deps.verdicts.lapse(self._id, move.version, why=lapses.OVERTAKEN)

    async def _invoke(self, value: dict[str, JsonValue] | Command[Any] | None) -> None:
        await self._graph.ainvoke(value, self._config, durability="sync")
        self._fresh = None

    async def _delete_thread(self) -> None:
        saver = saver_of(self._graph)
        if saver:
            await saver.adelete_thread(self._id)

    async def _prune(self, _: moves.Rest | None = None) -> None:
        """Keep only the last checkpoint of a run that ended."""
        saver = saver_of(self._graph)
        if saver and not (await self._graph.aget_state(self._config)).next:
            await saver.aprune([self._id], strategy="keep_latest")
