"""Webhooks that were not recognised, in PostgreSQL."""

from dataclasses import dataclass

from sqlalchemy import delete, func, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from disputes.ports.clock import Clock
from disputes.repositories.unrecognised_events import MOST_KEPT, UnrecognisedEvent, UnrecognisedRecord
from tools.postgres.database import transaction
from tools.postgres.tables import unrecognised_events as kept


async def is_migrated(engine: AsyncEngine) -> bool:
    """Return whether the records have the table, which those of an older release have not until they are migrated."""
    async with transaction(engine) as connection:
        return (await connection.execute(select(func.to_regclass(kept.name)))).scalar_one() is not None


_NEWEST_FIRST = (kept.c.received_at.desc(), kept.c.id.desc())


@dataclass(frozen=True)
class PostgresUnrecognisedEvents:
    """One row a webhook; as `disputes.repositories.unrecognised_events.UnrecognisedEvents` promises."""

    engine: AsyncEngine
    now: Clock
    most: int = MOST_KEPT

    async def store(self, event: UnrecognisedEvent) -> None:
        """Keep one, or count another delivery of it; the oldest beyond `most` are dropped."""
        now = self.now()
        fresh = insert(kept).values(**event.model_dump(exclude={"acknowledged"}), times=1, received_at=now)
        again = {"times": kept.c.times + 1, "received_at": now, "reason": event.reason}
        place = tuple_(kept.c.received_at, kept.c.id)
        last_kept = select(kept.c.received_at, kept.c.id).order_by(*_NEWEST_FIRST).offset(self.most - 1).limit(1)
        async with transaction(self.engine) as connection:
            await connection.execute(
                fresh.on_conflict_do_update(index_elements=[kept.c.id, kept.c.provider], set_=again)
            )
            await connection.execute(delete(kept).where(place < last_kept.scalar_subquery()))

    async def count(self) -> int:
        """Return how many are kept, each once however often it was delivered."""
        async with transaction(self.engine) as connection:
            return int((await connection.execute(select(func.count()).select_from(kept))).scalar_one())

    async def newest(self, *, limit: int = 5) -> list[UnrecognisedRecord]:
        """Return those that came last, newest first."""
        query = select(kept).order_by(*_NEWEST_FIRST).limit(limit)
        async with transaction(self.engine) as connection:
            rows = (await connection.execute(query)).mappings()
            return [UnrecognisedRecord.model_validate(dict(row)) for row in rows]
