"""Webhook events in PostgreSQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, select, union, union_all, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from disputes.ports.clock import Clock
from disputes.repositories.events import WebhookEvent
from tools.postgres.database import transaction
from tools.postgres.tables import cases, events, verdicts


@dataclass(frozen=True)
class PostgresEvents:
    """The events, one row per provider and event id; as `disputes.repositories.events.Events` promises."""

    engine: AsyncEngine
    now: Clock

    async def store(self, event: WebhookEvent) -> bool:
        """Store one event, committed when this returns; False when it is already stored.

        A refused event asks for no run, so it counts as handled.
        """
        # One statement is a transaction of its own; Stripe waits for this one, and BEGIN and COMMIT are round trips.
        async with transaction(self.engine.execution_options(isolation_level="AUTOCOMMIT")) as connection:
            return await store(connection, event, now=self.now())

    async def unhandled(self, *, before: datetime, limit: int = 100) -> list[WebhookEvent]:
        """Return events received before a moment that no run has handled, oldest first."""
        late = events.c.handled_at.is_(None) & (events.c.received_at < before)
        query = select(events).where(late).order_by(events.c.received_at, events.c.id).limit(limit)
        async with transaction(self.engine) as connection:
            return [WebhookEvent.model_validate(dict(row)) for row in (await connection.execute(query)).mappings()]

    async def pending(self, *, before: datetime, limit: int = 100) -> list[tuple[str, str | None]]:
        """Return each dispute with an unhandled event or verdict from before a moment, the longest waiting first.

        A verdict made before its case was parked waits for whoever runs the case again, and is not pending.
        """
        late_events = select(events.c.dispute_id, events.c.account, events.c.received_at.label("since")).where(
            events.c.handled_at.is_(None), events.c.received_at < before
        )
        late_verdicts = (
            select(verdicts.c.dispute_id, cases.c.account, verdicts.c.decided_at.label("since"))
            .join(cases, cases.c.dispute_id == verdicts.c.dispute_id)
            .where(_is_applicable(), verdicts.c.decided_at < before)
        )
        late = union_all(late_events, late_verdicts).subquery()
        since, account = func.min(late.c.since), func.max(late.c.account)
        query = select(late.c.dispute_id, account).group_by(late.c.dispute_id).order_by(since, late.c.dispute_id)
        async with transaction(self.engine) as connection:
            return [(row[0], row[1]) for row in await connection.execute(query.limit(limit))]

    async def is_pending(self, dispute_id: str) -> bool:
        """Return whether a dispute has an unhandled event or verdict, counted as `pending` does."""
        event = exists().where(events.c.dispute_id == dispute_id, events.c.handled_at.is_(None))
        decided = select(verdicts.c.version).join(cases, cases.c.dispute_id == verdicts.c.dispute_id)
        verdict = decided.where(verdicts.c.dispute_id == dispute_id, _is_applicable()).exists()
        async with transaction(self.engine) as connection:
            return bool((await connection.execute(select(event | verdict))).scalar())

    async def unhandled_of(self, dispute_id: str) -> tuple[WebhookEvent, ...]:
        """Return a dispute's unhandled events, oldest first."""
        ours = (events.c.dispute_id == dispute_id) & events.c.handled_at.is_(None)
        query = select(events).where(ours).order_by(events.c.received_at, events.c.id)
        async with transaction(self.engine) as connection:
            rows = (await connection.execute(query)).mappings()
            return tuple(WebhookEvent.model_validate(dict(row)) for row in rows)

    async def mark_handled(self, event_ids: Sequence[str]) -> None:
        """Mark these events as handled, and no other."""
        await self._handle(event_ids, {})

    async def accounts(self) -> tuple[str, ...]:
        """Return every connected account that an event or a case names, in order."""
        named = union(*(select(table.c.account).where(table.c.account.is_not(None)) for table in (events, cases)))
        async with transaction(self.engine) as connection:
            return tuple(sorted((await connection.execute(named)).scalars()))

    async def refuse(self, event_ids: Sequence[str], why: str) -> None:
        """Mark these events as handled, and say in `refused` why nothing follows from them; handled ones stay."""
        await self._handle(event_ids, {"refused": why})

    async def _handle(self, event_ids: Sequence[str], changes: dict[str, str]) -> None:
        if not event_ids:
            return
        named = events.c.id.in_(event_ids) & events.c.handled_at.is_(None)
        async with transaction(self.engine) as connection:
            await connection.execute(update(events).where(named).values(handled_at=self.now(), **changes))


async def store(connection: AsyncConnection, event: WebhookEvent, *, now: datetime) -> bool:
    """Store one event on a connection; False when it is already stored."""
    row = {**dict(event), "received_at": now, "handled_at": now if event.refused else None}
    fresh = insert(events).values(row).on_conflict_do_nothing().returning(events.c.id)
    return (await connection.execute(fresh)).first() is not None


def _is_applicable() -> ColumnElement[bool]:
    """Select verdicts to be applied; of a parked case only a call for a new draft, since it takes no other by then."""
    decision: ColumnElement[str] = verdicts.c.verdict["decision"].as_string()
    called = (decision == "redraft") & (verdicts.c.version == cases.c.version)
    return verdicts.c.applied_at.is_(None) & ((cases.c.state != "parked") | called)
