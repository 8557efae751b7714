"""Filings in PostgreSQL: the row that stands before every call that cannot be taken back."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from disputes.errors import AskHuman
from disputes.ports.clock import Clock
from disputes.repositories.filings import Filing
from tools.postgres import leases
from tools.postgres.database import transaction
from tools.postgres.tables import automation, filings

_LOCK = 5_201_314
_ONCE = (filings.c.dispute_id, filings.c.stage, filings.c.action)


@dataclass(frozen=True)
class PostgresFilings:
    """The filings, one row per dispute, stage and action; as `disputes.repositories.filings.Filings` promises."""

    engine: AsyncEngine
    now: Clock

    async def intend(self, filing: Filing, *, fence: int | None = None, cap: int | None = None) -> Filing:
        """Write the intention to file, or return the row that is already there.

        Raises `LostLease` on an old fence, and `AskHuman` when a new automatic filing meets the kill switch or the cap.
        """
        async with transaction(self.engine) as connection:
            if fence is not None:
                await leases.check(connection, filing.dispute_id, fence=fence)
            known = select(filings.c.key).where(*_same(filing))
            if filing.automatic and (await connection.execute(known)).first() is None:
                await _check_automation(connection, filing, cap=cap, now=self.now())
            row = filing.model_dump() | {"intended_at": self.now()}
            await connection.execute(insert(filings).values(row).on_conflict_do_nothing())
            stored = await connection.execute(select(filings).where(*_same(filing)))
            return Filing.model_validate(dict(stored.mappings().one()))

    async def finish(self, filing: Filing) -> None:
        """Write how a filing ended, even when its intention is not stored: what was sent is never forgotten."""
        now = self.now()
        ended = None if filing.state == "intended" else now
        fresh = insert(filings).values(filing.model_dump() | {"intended_at": now, "ended_at": ended})
        changes = {"key": filing.key, "state": filing.state, "detail": filing.detail, "ended_at": ended}
        async with transaction(self.engine) as connection:
            await connection.execute(fresh.on_conflict_do_update(index_elements=_ONCE, set_=changes))

    async def of(self, dispute_id: str) -> list[Filing]:
        """Return every filing of a dispute, in the order of intention."""
        query = select(filings).where(filings.c.dispute_id == dispute_id)
        ordered = query.order_by(filings.c.intended_at, filings.c.stage, filings.c.action)
        async with transaction(self.engine) as connection:
            return [Filing.model_validate(dict(row)) for row in (await connection.execute(ordered)).mappings()]


async def filed_today(connection: AsyncConnection, *, now: datetime) -> int:
    """Return how many cases were filed without a person in this UTC day."""
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    automatic = filings.c.automatic & (filings.c.action == "submit") & (filings.c.intended_at >= day)
    return (await connection.execute(select(func.count()).where(automatic))).scalar_one()


async def _check_automation(connection: AsyncConnection, filing: Filing, *, cap: int | None, now: datetime) -> None:
    """Let an automatic filing pass until this transaction ends. Raises `AskHuman` at the kill switch or the cap.

    One at a time: two workers that both count the last free place would file one too many.
    """
    await connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    switch = (await connection.execute(select(automation.c.stopped, automation.c.by))).first()
    if switch and switch.stopped:
        raise AskHuman(f"{switch.by or 'Somebody'} stopped automatic filing; nothing was sent.")
    if filing.action == "submit" and cap is not None and await filed_today(connection, now=now) >= cap:
        raise AskHuman(f"The daily cap of {cap} automatic filings is reached; nothing was sent.")


def _same(filing: Filing) -> list[ColumnElement[bool]]:
    return [column == getattr(filing, column.name) for column in _ONCE]
