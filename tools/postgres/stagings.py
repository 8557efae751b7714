"""Stagings in PostgreSQL."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from disputes.ports.clock import Clock
from tools.postgres import leases
from tools.postgres.database import transaction
from tools.postgres.tables import stagings


@dataclass(frozen=True)
class PostgresStagings:
    """What was staged, one row a value; as `disputes.repositories.stagings.Stagings` promises."""

    engine: AsyncEngine
    now: Clock

    async def add(self, dispute_id: str, hashes: Mapping[str, str], *, fence: int) -> None:
        """Write the hash of each field's value. Raises `LostLease`."""
        at = self.now()
        rows = [{"dispute_id": dispute_id, "field": f, "sha256": sha, "at": at} for f, sha in hashes.items()]
        async with transaction(self.engine) as connection:
            await leases.check(connection, dispute_id, fence=fence)
            if rows:
                await connection.execute(insert(stagings).values(rows).on_conflict_do_nothing())

    async def of(self, dispute_id: str) -> dict[str, frozenset[str]]:
        """Return the hashes of all that was ever staged on a dispute, by field."""
        query = select(stagings.c.field, stagings.c.sha256).where(stagings.c.dispute_id == dispute_id)
        found: dict[str, set[str]] = defaultdict(set)
        async with transaction(self.engine) as connection:
            for field, sha in (await connection.execute(query)).all():
                found[field].add(sha)
        return {field: frozenset(shas) for field, shas in found.items()}
