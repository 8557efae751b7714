"""Watermarks in PostgreSQL."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from tools.postgres.database import transaction
from tools.postgres.tables import watermarks


@dataclass(frozen=True)
class PostgresWatermarks:
    """The watermarks, one row a list; as `disputes.repositories.watermarks.Watermarks` promises."""

    engine: AsyncEngine

    async def read(self, name: str) -> datetime | None:
        """Return the moment up to which a list was read, or None when it never was."""
        async with transaction(self.engine) as connection:
            return (await connection.execute(select(watermarks.c.at).where(watermarks.c.name == name))).scalar()

    async def starting(self, start: str) -> Mapping[str, datetime]:
        """Return every watermark whose name begins so, by the rest of its name."""
        query = select(watermarks).where(watermarks.c.name.startswith(start, autoescape=True))
        async with transaction(self.engine) as connection:
            return {row.name.removeprefix(start): row.at for row in await connection.execute(query)}

    async def advance(self, name: str, at: datetime) -> None:
        """Move a watermark forward; a slower process cannot move it back."""
        fresh = insert(watermarks).values(name=name, at=at)
        latest = {"at": func.greatest(watermarks.c.at, fresh.excluded.at)}
        async with transaction(self.engine) as connection:
            await connection.execute(fresh.on_conflict_do_update(index_elements=[watermarks.c.name], set_=latest))
