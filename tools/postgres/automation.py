"""The kill switch of automatic filing in PostgreSQL."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from disputes.ports.clock import Clock
from disputes.repositories.automation import AutomationSwitch
from tools.postgres.database import transaction
from tools.postgres.filings import concerns, filed_today, strictest
from tools.postgres.tables import automation


@dataclass(frozen=True)
class PostgresAutomation:
    """The switches, one row for all and one an account; as `disputes.repositories.automation.Automation` promises."""

    engine: AsyncEngine
    now: Clock

    async def read(self, account: str | None = None) -> AutomationSwitch:
        """Return the switch as it stands for an account, and how many cases were filed by themselves today (UTC)."""
        query = select(automation).where(concerns(account or ""))
        async with transaction(self.engine) as connection:
            row = (await connection.execute(query.order_by(*strictest()).limit(1))).mappings().first()
            filed = await filed_today(connection, account or "", now=self.now())
        return AutomationSwitch(**(dict(row) if row else {}), filed_today=filed)

    async def set(self, switch: AutomationSwitch) -> None:
        """Stop automatic filing, or let it go on; who did it last is kept."""
        row = {"stopped": switch.stopped, "by": switch.by, "note": switch.note, "at": self.now()}
        fresh = insert(automation).values(account=switch.account, **row)
        async with transaction(self.engine) as connection:
            await connection.execute(fresh.on_conflict_do_update(index_elements=[automation.c.account], set_=row))
