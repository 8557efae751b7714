"""Permits in PostgreSQL: written only where its own records allow the act, in one transaction."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from disputes.errors import AskHuman
from disputes.ports.clock import Clock
from disputes.repositories.filings import FilingAction
from disputes.repositories.permits import Permit
from tools.postgres import leases
from tools.postgres.database import transaction
from tools.postgres.tables import cases, permits, verdicts
from tools.postgres.users import is_reviewer

ALLOWED_BY: dict[FilingAction, tuple[str, ...]] = {
    "submit": ("approve", "edit"),
    "close": ("accept_loss",),
    "smart_disputes": ("smart_disputes",),
}
"""The decisions of a person that allow each action."""
_ONCE = (permits.c.dispute_id, permits.c.stage, permits.c.action)


@dataclass(frozen=True)
class PostgresPermits:
    """The permits, one row per dispute, stage and action; as `disputes.repositories.permits.Permits` promises."""

    engine: AsyncEngine
    now: Clock

    async def grant(self, permit: Permit, *, fence: int) -> None:
        """Write a permit where case, verdict and people allow it. Raises `AskHuman` and `LostLease`."""
        row = permit.model_dump() | {"granted_at": self.now()}
        fresh = insert(permits).values(row)
        written = fresh.on_conflict_do_update(index_elements=_ONCE, set_=row)
        async with transaction(self.engine) as connection:
            await leases.check(connection, permit.dispute_id, fence=fence)
            await _check_case(connection, permit)
            if not permit.automatic:
                await _check_person(connection, permit)
            await connection.execute(written)

    async def find(self, dispute_id: str, stage: str, action: FilingAction) -> Permit | None:
        """Return the permit for an action, or None."""
        query = select(permits).where(*_same(dispute_id, stage, action))
        async with transaction(self.engine) as connection:
            row = (await connection.execute(query)).mappings().first()
        return None if row is None else Permit.model_validate(dict(row))


async def check(
    connection: AsyncConnection, dispute_id: str, stage: str, action: FilingAction, *, digest: str
) -> Permit:
    """Return the permit for this very content, whose case has not moved on. Raises `AskHuman` without one."""
    current = select(cases.c.version).where(cases.c.dispute_id == dispute_id).scalar_subquery()
    query = select(permits).where(*_same(dispute_id, stage, action), permits.c.version == current)
    row = (await connection.execute(query)).mappings().first()
    if row is None:
        raise AskHuman(f"Nobody permitted to {action} this {stage} as the case stands; nothing was sent.")
    if row["digest"] != digest:
        raise AskHuman(f"What was to be sent is not what was permitted for this {stage}; nothing was sent.")
    return Permit.model_validate(dict(row))


async def _check_case(connection: AsyncConnection, permit: Permit) -> None:
    query = select(cases.c.version, cases.c.state).where(cases.c.dispute_id == permit.dispute_id).with_for_update()
    row = (await connection.execute(query)).first()
    states = {"working"} if permit.automatic else {"waiting", "parked"}
    if row is None or row.version != permit.version or row.state not in states:
        raise AskHuman("The case changed before this was permitted; nothing was sent.")


async def _check_person(connection: AsyncConnection, permit: Permit) -> None:
    decision = verdicts.c.verdict["decision"].as_string()
    stored = exists().where(
        verdicts.c.dispute_id == permit.dispute_id,
        verdicts.c.version == permit.version,
        verdicts.c.applied_at.is_(None),
        verdicts.c.by == permit.by,
        decision.in_(ALLOWED_BY[permit.action]),
    )
    if not (await connection.execute(select(stored))).scalar():
        raise AskHuman(f"There is no verdict of {permit.by} that decides this; nothing was sent.")
    if not await is_reviewer(connection, permit.by):
        raise AskHuman(f"{permit.by} is no reviewer any more; nothing was sent.")


def _same(dispute_id: str, stage: str, action: str) -> list[ColumnElement[bool]]:
    return [permits.c.dispute_id == dispute_id, permits.c.stage == stage, permits.c.action == action]
