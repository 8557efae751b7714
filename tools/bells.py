from collections.abc import Sequence
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb
from pydantic import JsonValue
from sqlalchemy import ColumnElement, exists, func, select, union_all, update
from sqlalchemy.ext.asyncio import AsyncConnection

from disputes.docket import Bell
from tools.tables import cases, events, tidy, verdicts

# One document for all, so that the statement is the same for any number of events.
_KEEP = (
    "insert into events select * from jsonb_populate_recordset(null::events, %s) on conflict do nothing returning id"
)


async def keep(connection: AsyncConnection, bells: Sequence[Bell], *, now: datetime) -> list[bool]:
    """Keep events in one statement and tell for each whether it was new; of two with one id the first is.

    A refused event asks for no run, so it counts as handled.
    """
    driver: Any = (await connection.get_raw_connection()).driver_connection
    # Stripe waits for this one, so it takes the straight way to the driver: half the work of a statement built anew.
    cursor = await driver.execute(_KEEP, [Jsonb([_row(bell, now) for bell in bells])], prepare=True)
    kept = {row[0] for row in await cursor.fetchall()}
    return [_taken(kept, bell.id) for bell in bells]


def _row(bell: Bell, now: datetime) -> JsonValue:
    moment = now.isoformat()
    times = {"created": bell.created.isoformat(), "received_at": moment, "handled_at": moment if bell.refused else None}
    return tidy({**dict(bell), **times})


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
