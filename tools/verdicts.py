from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from disputes.case import Verdict
from disputes.errors import Invalid, Stale
from tools.tables import cases, verdicts

DECIDABLE = ("waiting",)
REDRAFTABLE = ("waiting", "rejected", "recorded", "parked")


async def decide(connection: AsyncConnection, dispute_id: str, verdict: Verdict, *, now: datetime) -> None:
    """Keep a verdict on the version it names.

    Raises `Invalid` without a case, and `Stale` when it moved on, takes no verdict now, or was decided already.
    """
    states = REDRAFTABLE if verdict.decision == "redraft" else DECIDABLE
    await _check_case(connection, dispute_id, version=verdict.version, states=states)
    await _check_rivals(connection, dispute_id, version=verdict.version)
    row = {"version": verdict.version, "by": verdict.by, "decided_at": verdict.at or now}
    document = verdict.model_dump(mode="json")
    await connection.execute(insert(verdicts).values(dispute_id=dispute_id, verdict=document, **row))


async def waiting(connection: AsyncConnection, dispute_id: str) -> Verdict | None:
    """Give the oldest verdict that waits to be applied, or None."""
    pending = (verdicts.c.dispute_id == dispute_id) & verdicts.c.applied_at.is_(None)
    query = select(verdicts.c.verdict).where(pending).order_by(verdicts.c.decided_at, verdicts.c.version).limit(1)
    found = (await connection.execute(query)).scalar()
    return None if found is None else Verdict.model_validate(found)


async def apply(connection: AsyncConnection, dispute_id: str, version: int, *, now: datetime) -> None:
    """Mark a verdict as applied; a second time changes nothing."""
    one = (verdicts.c.dispute_id == dispute_id) & (verdicts.c.version == version)
    await connection.execute(update(verdicts).where(one, verdicts.c.applied_at.is_(None)).values(applied_at=now))


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
