"""Plans and their timers in PostgreSQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Update, case, delete, literal, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from disputes.errors import Invalid
from disputes.lifecycle import plan as planning
from disputes.lifecycle import plan_change
from disputes.lifecycle.plan import Plan, Timer
from disputes.ports.clock import Clock
from disputes.repositories.cases import DECIDED
from disputes.repositories.events import WebhookEvent
from disputes.repositories.outbox import OutboxMessage
from disputes.repositories.plans import DueTimers, PlanChange
from tools.postgres import events, leases, outbox
from tools.postgres.database import transaction
from tools.postgres.tables import TextColumn, cases, plans, timers
from tools.postgres.verdicts import add_steps, lock_case

NO_ROUND = ""
_RENEWED = ("stage", "claim", "due_by", "since", "queue")
_SECOND = "%Y%m%dT%H%M%S"


@dataclass(frozen=True)
class PostgresPlans:
    """The plans, one row per dispute; as `disputes.repositories.plans.Plans` promises."""

    engine: AsyncEngine
    now: Clock

    async def find(self, dispute_id: str) -> Plan | None:
        """Return the plan of a dispute with the timers of its round, or None."""
        async with transaction(self.engine) as connection:
            return await _find(connection, dispute_id)

    async def write(self, plan: Plan, *, fence: int) -> None:
        """Write a plan but for what people did meanwhile. Raises `LostLease`."""
        fresh = insert(plans).values(plan.model_dump(exclude={"timers"}))
        same = (plans.c.stage == fresh.excluded.stage) & (plans.c.claim == fresh.excluded.claim)
        changes: dict[str, Any] = {name: fresh.excluded[name] for name in _RENEWED}
        changes |= {
            "choice": case((same, plans.c.choice), else_=fresh.excluded.choice),
            "chosen_by": case((same, plans.c.chosen_by), else_=fresh.excluded.chosen_by),
        }
        async with transaction(self.engine) as connection:
            await leases.check(connection, plan.dispute_id, fence=fence)
            await connection.execute(fresh.on_conflict_do_update(index_elements=[plans.c.dispute_id], set_=changes))
            unfired = (timers.c.dispute_id == plan.dispute_id) & timers.c.fired_at.is_(None)
            ours = (timers.c.by != "") & (timers.c.round == plan.round)
            await connection.execute(_rearm(self.now()))
            await connection.execute(delete(timers).where(unfired, timers.c.round != NO_ROUND, ~ours))
            if plan.timers:
                named = {"dispute_id": plan.dispute_id, "round": plan.round}
                rows = [named | timer.model_dump() for timer in plan.timers]
                await connection.execute(insert(timers).values(rows).on_conflict_do_nothing())

    async def due(self, now: datetime, *, limit: int = 100) -> list[DueTimers]:
        """Return the due timers of undecided cases, the longest due first."""
        query = (
            select(timers.c.dispute_id, timers.c.round, timers.c.name, cases.c.account)
            .join(cases, cases.c.dispute_id == timers.c.dispute_id)
            .where(timers.c.fired_at.is_(None), timers.c.at <= now, _is_ready(now))
            .order_by(timers.c.at, timers.c.name)
            .limit(limit * 10)
        )
        async with transaction(self.engine) as connection:
            await connection.execute(_rearm(now))
            rows = (await connection.execute(query)).all()
            early = (await connection.execute(select(cases.c.dispute_id, cases.c.account).where(_is_early(now)))).all()
        found: dict[tuple[str, str, str | None], list[str]] = {}
        for row in rows:
            found.setdefault((row.dispute_id, row.round, row.account), []).append(row.name)
        named = [
            DueTimers(dispute_id=dispute_id, round=round_, account=account, names=tuple(names), until=now)
            for (dispute_id, round_, account), names in found.items()
        ]
        again = [
            DueTimers(dispute_id=row.dispute_id, account=row.account, round=NO_ROUND, names=(), until=now)
            for row in early
        ]
        return [*named, *again][:limit]

    async def fire(
        self, due: DueTimers, *, messages: Sequence[OutboxMessage] = (), event: WebhookEvent | None = None
    ) -> bool:
        """Mark timers as fired with their messages and event, all or none; False when that is out of date."""
        now = self.now()
        of_these = tuple_(timers.c.dispute_id, timers.c.round) == tuple_(
            literal(due.dispute_id, TextColumn()), literal(due.round, TextColumn())
        )
        named = of_these & timers.c.name.in_(due.names) & timers.c.fired_at.is_(None) & (timers.c.at <= due.until)
        fired = update(timers).where(named).values(fired_at=now).returning(timers.c.name)
        async with transaction(self.engine) as connection:
            await lock_case(connection, due.dispute_id)
            as_found = _is_ready(now) if due.names else _is_early(now)
            ready = select(cases.c.dispute_id).where(cases.c.dispute_id == due.dispute_id, as_found)
            if (await connection.execute(ready)).first() is None:
                return False
            if len((await connection.execute(fired)).all()) != len(due.names):
                await connection.rollback()
                return False
            for message in messages:
                await outbox.put(connection, message, now=now)
            if event is not None:
                await events.store(connection, event, now=now)
        return True

    async def retry(self, dispute_id: str, at: datetime) -> None:
        """Have a parked case run again at a moment."""
        row = {"dispute_id": dispute_id, "round": NO_ROUND, "name": f"{planning.RETRY}:{at:{_SECOND}}", "at": at}
        async with transaction(self.engine) as connection:
            await connection.execute(insert(timers).values(row | {"by": ""}).on_conflict_do_nothing())

    async def hasten(self) -> None:
        """Have every case that an outage parked run again at once."""
        now = self.now()
        later = (timers.c.round == NO_ROUND) & timers.c.fired_at.is_(None) & (timers.c.at > now)
        async with transaction(self.engine) as connection:
            await connection.execute(update(timers).where(later).values(at=now))

    async def claim(self, dispute_id: str, *, by: str) -> None:
        """Note who takes a case; an empty name puts it back. Raises `Invalid` when it has no plan."""
        now = self.now()
        claimed = {"claimed_by": by, "claimed_at": now if by else None}
        async with transaction(self.engine) as connection:
            await _changed(connection, dispute_id, claimed)
            if by:
                await _contact(connection, dispute_id, now=now)

    async def change(self, dispute_id: str, change: PlanChange, *, by: str) -> None:
        """Write what a person wants to happen, and a step in the history. Raises `Invalid`."""
        now = self.now()
        async with transaction(self.engine) as connection:
            await lock_case(connection, dispute_id)
            plan = await _find(connection, dispute_id)
            if plan is None:
                raise Invalid(f"There is no plan for the dispute {dispute_id}: it is not waiting.")
            if change.choice is not None:
                await _changed(connection, dispute_id, {"choice": change.choice, "chosen_by": by})
            for name, at in change.times.items():
                await _move(connection, plan, Timer(name=name, at=at, by=by))
            if planning.LAST_CHANCE in change.times:
                await _renew_calls(connection, plan, change.times[planning.LAST_CHANCE])
            await _contact(connection, dispute_id, now=now)
            await add_steps(connection, dispute_id, [plan_change.describe(change.choice, change.times, by=by, now=now)])


async def end(connection: AsyncConnection, dispute_id: str, *, decided: bool) -> None:
    """End the timers of a decided case; of any other that is saved, those that would run it again as a parked one."""
    unfired = (timers.c.dispute_id == dispute_id) & timers.c.fired_at.is_(None)
    of_parked = [] if decided else [timers.c.round == NO_ROUND]
    await connection.execute(delete(timers).where(unfired, *of_parked))


async def _contact(connection: AsyncConnection, dispute_id: str, *, now: datetime) -> None:
    """Note that a person touched a case, the first time."""
    first = (plans.c.dispute_id == dispute_id) & plans.c.contacted_at.is_(None)
    await connection.execute(update(plans).where(first).values(contacted_at=now))


def _is_ready(now: datetime) -> ColumnElement[bool]:
    """Select undecided cases that no run is at work on, or too long."""
    works = (cases.c.state == "working") & (cases.c.updated_at > now - planning.STUCK)
    return cases.c.state.not_in(sorted(DECIDED)) & ~works


def _early(now: datetime) -> Select[Any]:
    return select(cases.c.dispute_id, cases.c.account).where(_is_early(now))


def _is_early(now: datetime) -> ColumnElement[bool]:
    """Select cases that were recorded as past due before their deadline came."""
    return (cases.c.outcome == "past_due") & (cases.c.state == "recorded") & (cases.c.due_by > now)


def _rearm(now: datetime) -> Update:
    """Return the update by which timers that fired before their time, by a clock that was ahead, are yet to fire."""
    ahead = timers.c.fired_at.is_not(None) & (timers.c.at > now + planning.SKEW)
    return update(timers).where(ahead).values(fired_at=None)


async def _find(connection: AsyncConnection, dispute_id: str) -> Plan | None:
    row = (await connection.execute(select(plans).where(plans.c.dispute_id == dispute_id))).mappings().first()
    if row is None:
        return None
    plan = Plan.model_validate(dict(row))
    query = select(timers).where(timers.c.dispute_id == dispute_id, timers.c.round == plan.round)
    rows = (await connection.execute(query.order_by(timers.c.at, timers.c.name))).mappings()
    return plan.model_copy(update={"timers": tuple(Timer.model_validate(dict(row)) for row in rows)})


async def _changed(connection: AsyncConnection, dispute_id: str, changes: dict[str, Any]) -> None:
    changed = update(plans).where(plans.c.dispute_id == dispute_id).values(changes).returning(plans.c.dispute_id)
    if (await connection.execute(changed)).first() is None:
        raise Invalid(f"There is no plan for the dispute {dispute_id}: it is not waiting.")


async def _renew_calls(connection: AsyncConnection, plan: Plan, last: datetime) -> None:
    """Have the calls after the last chance follow where it was moved to."""
    ours = (timers.c.dispute_id == plan.dispute_id) & (timers.c.round == plan.round) & timers.c.fired_at.is_(None)
    await connection.execute(delete(timers).where(ours, timers.c.name.startswith(f"{planning.CALL}:")))
    named = {"dispute_id": plan.dispute_id, "round": plan.round}
    rows = [named | timer.model_dump() for timer in planning.calls(last, plan.due_by)]
    if rows:
        await connection.execute(insert(timers).values(rows).on_conflict_do_nothing())


async def _move(connection: AsyncConnection, plan: Plan, timer: Timer) -> None:
    ours = (timers.c.dispute_id == plan.dispute_id) & (timers.c.round == plan.round) & (timers.c.name == timer.name)
    moved = update(timers).where(ours, timers.c.fired_at.is_(None)).values(at=timer.at, by=timer.by)
    if (await connection.execute(moved.returning(timers.c.name))).first() is None:
        raise Invalid(f"The plan has no {timer.name.replace('_', ' ')} that is still to come.")
