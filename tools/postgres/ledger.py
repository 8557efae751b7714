"""The ledger in PostgreSQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from disputes.money import Money
from disputes.repositories.ledger import LedgerEntry
from tools.postgres.database import transaction
from tools.postgres.tables import ledger


@dataclass(frozen=True)
class PostgresLedger:
    """The ledger, one row per dispute and kind; as `disputes.repositories.ledger.Ledger` promises."""

    engine: AsyncEngine

    async def add(self, entries: Sequence[LedgerEntry]) -> None:
        """Write entries, all or none; one whose dispute and kind are already there is left alone."""
        rows = [{"dispute_id": e.dispute_id, "kind": e.kind, "at": e.at} | e.money.model_dump() for e in entries]
        if rows:
            async with transaction(self.engine) as connection:
                await connection.execute(insert(ledger).values(rows).on_conflict_do_nothing())

    async def between(self, start: datetime, end: datetime) -> Sequence[LedgerEntry]:
        """Return the entries from a moment on and before another, oldest first."""
        query = select(ledger).where(ledger.c.at >= start, ledger.c.at < end).order_by(ledger.c.at, ledger.c.number)
        async with transaction(self.engine) as connection:
            rows = (await connection.execute(query)).all()
        return [
            LedgerEntry(
                dispute_id=row.dispute_id,
                kind=row.kind,
                money=Money(amount=row.amount, currency=row.currency),
                at=row.at,
            )
            for row in rows
        ]
