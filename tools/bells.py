from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ARRAY, ColumnElement, bindparam, exists, func, select, union_all, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from disputes.docket import Bell
from tools.tables import cases, events, verdicts

# One array for a column, so that the statement is the same for any number of events and is built once.
_KEEP = (
    insert(events)
    .from_select(
        list(events.c), select(*(func.unnest(bindparam(column.name, type_=ARRAY(column.type))) for column in events.c))
    )
    .on_conflict_do_nothing()
    .returning(events.c.id)
)


async def keep(connection: AsyncConnection, bells: Sequence[Bell], *, now: datetime) -> list[bool]:
    """Keep events in one statement and tell for each whether it was new; of two with one id the first is.

    A refused event asks for no run, so it counts as handled.
    """
    rows = [_row(bell, now) for bell in bells]
    columns = {column.name: [row[column.name] for row in rows] for column in events.c}
    kept = set((await connection.execute(_KEEP, columns)).scalars())
    return [_taken(kept, bell.id) for bell in bells]


def _row(bell: Bell, now: datetime) -> dict[str, object]:
    return {**dict(bell), "received_at": now, "handled_at": now if bell.refused else None}


def _taken(kept: set[str], event_id: str) -> bool:
    taken = event_id in kept
    kept.discard(event_id)
    return taken


async def unheard(connection: AsyncConnection, *, before: datetime, limit: int) -> list[Bell]:
    """Give unhandled events received before a moment, oldest first."""
    late = events.c.handled_at.is_(None) & (events.c.received_at < before)
    query = select(events).where(late).order_by(events.c.received_at, events.c.id).limit(limit)
    return [Bell.model_validate(dict(row)) for row in (await connection.execute(query)).mappings()]


async def owed(connection: AsyncConnection, *, before: datetime, limit: int) -> list[tuple[str, str | None]]:
    """Give each dispute with an unhandled event or verdict from before a moment, the one that waits longest first.

    A verdict made before its case was parked waits for whoever drives the case again, and is owed nothing.
    """
    late_events = select(events.c.dispute_id, events.c.account, events.c.received_at.label("since")).where(
        events.c.handled_at.is_(None), events.c.received_at < before
    )
    late_verdicts = (
        select(verdicts.c.dispute_id, cases.c.account, verdicts.c.decided_at.label("since"))
        .join(cases, cases.c.dispute_id == verdicts.c.dispute_id)
        .where(_pending(), verdicts.c.decided_at < before)
    )
    late = union_all(late_events, late_verdicts).subquery()
    since, account = func.min(late.c.since), func.max(late.c.account)
    query = select(late.c.dispute_id, account).group_by(late.c.dispute_id).order_by(since, late.c.dispute_id)
    return [(row[0], row[1]) for row in await connection.execute(query.limit(limit))]


async def asked(connection: AsyncConnection, dispute_id: str) -> bool:
    """Tell whether an event or a verdict of this dispute waits; as in `owed`, parking lets older verdicts rest."""
    event = exists().where(events.c.dispute_id == dispute_id, events.c.handled_at.is_(None))
    decided = select(verdicts.c.version).join(cases, cases.c.dispute_id == verdicts.c.dispute_id)
    verdict = decided.where(verdicts.c.dispute_id == dispute_id, _pending()).exists()
    return bool((await connection.execute(select(event | verdict))).scalar())


async def mark(connection: AsyncConnection, dispute_id: str, *, before: datetime, now: datetime) -> None:
    """Mark a dispute's events received up to and at a moment as handled."""
    ours = (events.c.dispute_id == dispute_id) & (events.c.received_at <= before)
    await connection.execute(update(events).where(ours, events.c.handled_at.is_(None)).values(handled_at=now))


def _pending() -> ColumnElement[bool]:
    """Pick the verdicts to be applied; parking gave the case a version that an older verdict does not name."""
    resting = (cases.c.state == "parked") & (verdicts.c.version < cases.c.version)
    return verdicts.c.applied_at.is_(None) & ~resting
