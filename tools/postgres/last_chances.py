"""What people chose for the last chance, in PostgreSQL."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from disputes.policy.deadlines import LastChance
from disputes.ports.clock import Clock
from disputes.repositories.last_chances import StoredChoice
from tools.postgres.database import transaction
from tools.postgres.tables import last_chances


@dataclass(frozen=True)
class PostgresLastChances:
    """The choices, one row per account and lane; as `disputes.repositories.last_chances.LastChances` promises."""

    engine: AsyncEngine
    now: Clock

    async def find(self, account: str | None, lane: str) -> StoredChoice | None:
        """Return what a person chose for a lane, or None."""
        ours = (last_chances.c.account == (account or "")) & (last_chances.c.lane == lane)
        async with transaction(self.engine) as connection:
            row = (await connection.execute(select(last_chances).where(ours))).mappings().first()
        return None if row is None else StoredChoice.model_validate(dict(row))

    async def store(self, account: str | None, lane: str, choice: LastChance | None, *, by: str) -> None:
        """Store a choice; None gives the lane back to the policy."""
        key = {"account": account or "", "lane": lane}
        row = {"choice": choice, "by": by, "at": self.now()}
        async with transaction(self.engine) as connection:
            if choice is None:
                await connection.execute(delete(last_chances).filter_by(**key))
                return
            fresh = insert(last_chances).values(key | row)
            await connection.execute(fresh.on_conflict_do_update(index_elements=[*key], set_=row))

    async def all(self) -> Sequence[StoredChoice]:
        """Return every choice, by account and lane."""
        query = select(last_chances).order_by(last_chances.c.account, last_chances.c.lane)
        async with transaction(self.engine) as connection:
            return [StoredChoice.model_validate(dict(row)) for row in (await connection.execute(query)).mappings()]
