"""The kill switch of automatic filing in PostgreSQL, and the daily cap."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from disputes.errors import AskHuman
from disputes.ports.clock import Clock
from disputes.repositories.automation import AutomationSwitch
from disputes.repositories.filings import Filing
from tools.postgres.database import transaction
from tools.postgres.tables import automation, filings

_LOCK = 5_201_314


@dataclass(frozen=True)
class PostgresAutomation:
    """The switch, one row in all; as `disputes.repositories.automation.Automation` promises."""

    engine: AsyncEngine
    now: Clock

    async def read(self) -> AutomationSwitch:
        """Return the switch as it stands, and how many cases were filed by themselves today (UTC)."""
        async with transaction(self.engine) as connection:
            return await _read(connection, now=self.now())

    async def set(self, switch: AutomationSwitch) -> None:
        """Stop automatic filing, or let it go on; who did it last is kept."""
        row = {"stopped": switch.stopped, "by": switch.by, "note": switch.note, "at": self.now()}
        fresh = insert(automation).values(one=True, **row)
        async with transaction(self.engine) as connection:
            await connection.execute(fresh.on_conflict_do_update(index_elements=[automation.c.one], set_=row))


async def check(connection: AsyncConnection, filing: Filing, *, cap: int | None, now: datetime) -> None:
    """Let an automatic filing pass until this transaction ends. Raises `AskHuman` at the kill switch or the cap.

    One at a time: two workers that both count the last free place would file one too many.
    """
    await connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    switch = await _read(connection, now=now)
    if switch.stopped:
        raise AskHuman(f"{switch.by or 'Somebody'} stopped automatic filing; nothing was sent.")
    if filing.action == "submit" and cap is not None and switch.filed_today >= cap:
        raise AskHuman(f"The daily cap of {cap} automatic filings is reached; nothing was sent.")


async def _read(connection: AsyncConnection, *, now: datetime) -> AutomationSwitch:
    row = (await connection.execute(select(automation))).mappings().first()
    return AutomationSwitch(**(dict(row) if row else {}), filed_today=await _filed_today(connection, now))


async def _filed_today(connection: AsyncConnection, now: datetime) -> int:
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    automatic = filings.c.automatic & (filings.c.action == "submit") & (filings.c.intended_at >= day)
    return (await connection.execute(select(func.count()).where(automatic))).scalar_one()
