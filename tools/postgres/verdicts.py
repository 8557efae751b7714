"""Verdicts of people in PostgreSQL."""

from dataclasses import dataclass

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from disputes.case import Verdict
from disputes.errors import Invalid, Stale
from disputes.ports.clock import Clock
from tools.postgres.database import transaction
from tools.postgres.tables import cases, verdicts

DECIDABLE = ("waiting",)
REDRAFTABLE = ("waiting", "rejected", "recorded", "parked")


@dataclass(frozen=True)
class PostgresVerdicts:
    """The verdicts, one row per case version; as `disputes.repositories.verdicts.Verdicts` promises."""

    engine: AsyncEngine
    now: Clock

    async def store(self, dispute_id: str, verdict: Verdict) -> None:
        """Store a verdict on the case version that it names.

        Raises `Invalid` without a case, and `Stale` when it moved on, takes no verdict now, or was decided already.
        """
        states = REDRAFTABLE if verdict.decision == "redraft" else DECIDABLE
        row = {"version": verdict.version, "by": verdict.by, "decided_at": verdict.at or self.now()}
        document = verdict.model_dump(mode="json")
        async with transaction(self.engine) as connection:
            await _check_case(connection, dispute_id, version=verdict.version, states=states)
            await _check_rivals(connection, dispute_id, version=verdict.version)
            await connection.execute(insert(verdicts).values(dispute_id=dispute_id, verdict=document, **row))

    async def pending(self, dispute_id: str) -> Verdict | None:
        """Return the oldest verdict that waits to be applied, or None."""
        waiting = (verdicts.c.dispute_id == dispute_id) & verdicts.c.applied_at.is_(None)
        query = select(verdicts.c.verdict).where(waiting).order_by(verdicts.c.decided_at, verdicts.c.version).limit(1)
        async with transaction(self.engine) as connection:
            stored = (await connection.execute(query)).scalar()
        return None if stored is None else Verdict.model_validate(stored)

    async def mark_applied(self, dispute_id: str, version: int) -> None:
        """Mark a verdict as applied; a second time changes nothing."""
        one = (verdicts.c.dispute_id == dispute_id) & (verdicts.c.version == version) & verdicts.c.applied_at.is_(None)
        async with transaction(self.engine) as connection:
            await connection.execute(update(verdicts).where(one).values(applied_at=self.now()))


async def _check_case(connection: AsyncConnection, dispute_id: str, *, version: int, states: tuple[str, ...]) -> None:
    # The lock lets one decider in at a time, and makes a case that is being rewritten wait its turn.
    query = select(cases.c.version, cases.c.state).where(cases.c.dispute_id == dispute_id).with_for_update()
    row = (await connection.execute(query)).first()
    if row is None:
        raise Invalid(f"There is no case for dispute {dispute_id}.")
    if row.version != version:
        raise Stale(f"The case is at version {row.version} now; this verdict was made on version {version}.")
    if row.state not in states:
        raise Stale(f"The case is {row.state} and takes no such verdict now.")


async def _check_rivals(connection: AsyncConnection, dispute_id: str, *, version: int) -> None:
    rival = verdicts.c.applied_at.is_(None) | (verdicts.c.version == version)
    query = select(verdicts.c.by, verdicts.c.verdict, verdicts.c.decided_at)
    row = (await connection.execute(query.where(verdicts.c.dispute_id == dispute_id, rival).limit(1))).first()
    if row is not None:
        word = str(row.verdict["decision"]).replace("_", " ")
        raise Stale(f"{row.by or 'Somebody'} decided this case at {row.decided_at:%Y-%m-%d %H:%M} UTC already: {word}.")
