"""The outbox in PostgreSQL."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from disputes.ports.clock import Clock
from disputes.repositories.outbox import OutboxMessage
from tools.postgres.database import transaction
from tools.postgres.tables import outbox


@dataclass(frozen=True)
class PostgresOutbox:
    """The messages, one row a key; as `disputes.repositories.outbox.Outbox` promises."""

    engine: AsyncEngine
    now: Clock

    async def put(self, message: OutboxMessage) -> bool:
        """Store a message that is due at once; False when its key is already stored."""
        async with transaction(self.engine) as connection:
            return await put(connection, message, now=self.now())

    async def due(self, now: datetime, *, limit: int = 20) -> list[OutboxMessage]:
        """Return unsent messages whose time has come, the longest waiting first."""
        waiting = outbox.c.sent_at.is_(None) & outbox.c.given_up_at.is_(None)
        query = select(outbox).where(waiting, outbox.c.next_at <= now)
        ordered = query.order_by(outbox.c.next_at, outbox.c.key).limit(limit)
        async with transaction(self.engine) as connection:
            return [OutboxMessage.model_validate(dict(row)) for row in (await connection.execute(ordered)).mappings()]

    async def withdraw(self, prefix: str, *, but: str = "") -> int:
        """Take back each undelivered message whose key begins so and not with `but`, and return how many those were."""
        old = outbox.c.sent_at.is_(None) & outbox.c.key.startswith(prefix, autoescape=True)
        gone = old & ~outbox.c.key.startswith(but, autoescape=True) if but else old
        async with transaction(self.engine) as connection:
            return len((await connection.execute(delete(outbox).where(gone).returning(outbox.c.key))).all())

    async def mark_sent(self, key: str) -> None:
        """Mark a message as delivered."""
        await self._change(key, {"sent_at": self.now(), "error": ""})

    async def mark_failed(self, key: str, *, error: str, retry_at: datetime | None) -> None:
        """Note a failed delivery and when to retry; None gives up, and the message and its error stay stored."""
        then = {"given_up_at": self.now()} if retry_at is None else {"next_at": retry_at}
        await self._change(key, {"attempts": outbox.c.attempts + 1, "error": error, **then})

    async def _change(self, key: str, changes: dict[str, Any]) -> None:
        async with transaction(self.engine) as connection:
            await connection.execute(update(outbox).where(outbox.c.key == key).values(changes))


async def put(connection: AsyncConnection, message: OutboxMessage, *, now: datetime) -> bool:
    """Store a message within a transaction; False when its key is already stored."""
    row = message.model_dump(mode="json") | {"error": "", "next_at": now}
    fresh = insert(outbox).values(row).on_conflict_do_nothing().returning(outbox.c.key)
    return (await connection.execute(fresh)).first() is not None
