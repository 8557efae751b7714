"""Verdicts of people in PostgreSQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from disputes.case import Verdict
from disputes.errors import Invalid, Stale
from disputes.lifecycle import lapses
from disputes.ports.clock import Clock
from disputes.repositories.cases import HistoryStep
from tools.postgres.database import transaction
from tools.postgres.outbox import put
from tools.postgres.tables import JsonColumn, cases, plans, verdicts

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
            first = (plans.c.dispute_id == dispute_id) & plans.c.contacted_at.is_(None)
            await connection.execute(update(plans).where(first).values(contacted_at=self.now()))

    async def pending(self, dispute_id: str) -> Verdict | None:
        """Return the oldest verdict that waits to be applied, or None."""
        waiting = (verdicts.c.dispute_id == dispute_id) & verdicts.c.applied_at.is_(None)
        query = select(verdicts.c.verdict).where(waiting).order_by(verdicts.c.decided_at, verdicts.c.version).limit(1)
        async with transaction(self.engine) as connection:
            stored = (await connection.execute(query)).scalar()
        return None if stored is None else Verdict.model_validate(stored)

    async def lapse(self, dispute_id: str, version: int, *, why: str) -> None:
        """End a verdict that cannot be carried out, with a step in the history and a message to who decided."""
        waiting = (verdicts.c.dispute_id == dispute_id) & verdicts.c.applied_at.is_(None)
        async with transaction(self.engine) as connection:
            await lock_case(connection, dispute_id)
            steps = await end(
                connection, dispute_id, waiting & (verdicts.c.version == version), why=why, now=self.now()
            )
            if steps:
                await add_steps(connection, dispute_id, steps)


async def add_steps(connection: AsyncConnection, dispute_id: str, steps: Sequence[HistoryStep]) -> None:
    """Add steps to a case, which becomes a new version: on the one before somebody decided already."""
    added = literal([step.model_dump(mode="json") for step in steps], JsonColumn())
    longer = {"history": cases.c.history.op("||")(added), "version": cases.c.version + 1}
    await connection.execute(update(cases).where(cases.c.dispute_id == dispute_id).values(longer))


async def lock_case(connection: AsyncConnection, dispute_id: str) -> int | None:
    """Make every other writer of this case wait until the transaction ends, and return its version."""
    query = select(cases.c.version).where(cases.c.dispute_id == dispute_id).with_for_update()
    return (await connection.execute(query)).scalar()


async def is_decided(connection: AsyncConnection, dispute_id: str) -> bool:
    """Return whether a waiting case has a decision on it as it is that is yet to be carried out."""
    decision: ColumnElement[str] = verdicts.c.verdict["decision"].as_string()
    pending = (verdicts.c.dispute_id == dispute_id) & verdicts.c.applied_at.is_(None) & (decision != "redraft")
    shown = (cases.c.dispute_id == dispute_id) & (cases.c.state == "waiting") & (cases.c.version == verdicts.c.version)
    found = select(verdicts.c.version).join(cases, shown).where(pending).limit(1)
    return (await connection.execute(found)).first() is not None


async def end_waiting(
    connection: AsyncConnection, dispute_id: str, *, carried: int | None, now: datetime
) -> list[HistoryStep]:
    """Mark the verdict that is carried out, end any other that waits, and return the steps that say so."""
    waiting = (verdicts.c.dispute_id == dispute_id) & verdicts.c.applied_at.is_(None)
    if carried is not None:
        done = update(verdicts).where(waiting, verdicts.c.version == carried)
        await connection.execute(done.values(applied_at=now))
    return await end(connection, dispute_id, waiting, why=lapses.OVERTAKEN, now=now)


async def end(
    connection: AsyncConnection, dispute_id: str, which: ColumnElement[bool], *, why: str, now: datetime
) -> list[HistoryStep]:
    """End these verdicts without carrying them out, put the messages into the outbox, and return the steps."""
    ended = update(verdicts).where(which).values(applied_at=now, lapsed=why).returning(verdicts.c.verdict)
    steps = []
    for document in (await connection.execute(ended)).scalars().all():
        verdict = Verdict.model_validate(document)
        await put(connection, lapses.build_message(dispute_id, verdict, why), now=now)
        steps.append(lapses.build_step(verdict, why, now))
    return steps


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
