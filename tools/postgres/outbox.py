"""The outbox in PostgreSQL."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from disputes.messages import digest
from disputes.ports.clock import Clock
from disputes.repositories.outbox import HOLD, Backlog, DueMessage, OutboxMessage, Outgoing, ParkedMessage
from tools.postgres import gathering
from tools.postgres.database import transaction
from tools.postgres.tables import WAITING_MESSAGE, outbox


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
        query = select(outbox).where(WAITING_MESSAGE, outbox.c.next_at <= now)
        ordered = query.order_by(outbox.c.next_at, outbox.c.key).limit(limit)
        async with transaction(self.engine) as connection:
            return [OutboxMessage.model_validate(dict(row)) for row in (await connection.execute(ordered)).mappings()]

    async def gather(self, now: datetime) -> int:
        """Replace the notes of a burst by one digest for their target and event, and return how many were replaced."""
        async with transaction(self.engine) as connection:
            gathered = list(gathering.bursts(await gathering.read(connection, now)))
            for notes in gathered:
                one = digest.build(notes)
                await put(connection, one, now=self.now())
                await gathering.replace(connection, notes, one.key)
        return sum(map(len, gathered))

    async def claim(self, now: datetime, *, each: int = 25, limit: int = 200) -> list[DueMessage]:
        """Return what is to be sent now, fair by target, and keep it from every other caller for a while."""
        async with transaction(self.engine) as connection:
            return await gathering.claim(connection, now, each=each, limit=limit)

    async def backlog(self) -> Sequence[Backlog]:
        """Return what is neither delivered nor parked by target, the longest waiting first."""
        since = func.min(outbox.c.created_at).label("since")
        query = select(outbox.c.target, func.count().label("count"), since).where(WAITING_MESSAGE)
        async with transaction(self.engine) as connection:
            rows = (await connection.execute(query.group_by(outbox.c.target).order_by(since))).mappings().all()
        return [Backlog.model_validate(dict(row)) for row in rows]

    async def withdraw(self, prefix: str, *, but: str = "") -> int:
        """Take back each undelivered message whose key begins so and not with `but`, and return how many those were."""
        async with transaction(self.engine) as connection:
            return await withdraw(connection, prefix, but=but)

    async def mark_sent(self, key: str, *, revision: int = 0) -> None:
        """Mark a message as delivered; where a newer revision replaced it meanwhile, have that sent at once instead."""
        ours, same = outbox.c.key == key, outbox.c.revision == revision
        sent = {"sent_at": case((same, self.now()), else_=None), "error": ""}
        # Even where another caller sent the newer one already: this one may have reached the tool after it.
        again = {"next_at": case((same, outbox.c.next_at), else_=self.now())}
        async with transaction(self.engine) as connection:
            await connection.execute(update(outbox).where(ours).values(sent | again))

    async def parked(self) -> Sequence[ParkedMessage]:
        """Return every message that is parked, oldest first."""
        query = select(outbox).where(outbox.c.parked_at.is_not(None)).order_by(outbox.c.parked_at, outbox.c.key)
        async with transaction(self.engine) as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [ParkedMessage.model_validate({**row, "message": dict(row)}) for row in rows]

    async def unpark(self, key: str) -> bool:
        """Have a parked message tried again at once; False when it is not parked."""
        parked = (outbox.c.key == key) & outbox.c.parked_at.is_not(None)
        # Its day begins anew, or the first failure would park it again.
        at_once = self.now() - HOLD
        again = {"parked_at": None, "next_at": at_once, "created_at": self.now(), "attempts": 0}
        async with transaction(self.engine) as connection:
            found = await connection.execute(update(outbox).where(parked).values(again).returning(outbox.c.key))
            return found.first() is not None

    async def mark_failed(self, key: str, *, error: str, retry_at: datetime | None) -> None:
        """Note a failed delivery and when to retry; None parks it, and the message and its error stay stored."""
        then = {"parked_at": self.now()} if retry_at is None else {"next_at": retry_at}
        tried = {"attempts": outbox.c.attempts + 1, "error": error, **then}
        async with transaction(self.engine) as connection:
            await connection.execute(update(outbox).where(outbox.c.key == key).values(tried))


async def put(connection: AsyncConnection, message: OutboxMessage, *, now: datetime) -> bool:
    """Store a message within a transaction; False when its key is already stored. A card replaces the one before."""
    fresh_row = {
        "error": "",
        "gathered_into": "",
        "created_at": now,
        "next_at": now,
        "sent_at": None,
        "parked_at": None,
    }
    row = message.model_dump(mode="json") | fresh_row
    fresh = insert(outbox).values(row)
    if message.kind == "card":
        waits = outbox.c.sent_at.is_(None) & outbox.c.parked_at.is_(None)
        # One that waits after a failure, or is being sent, keeps its time: a tool is never told two things at once.
        next_at = case((waits, func.greatest(outbox.c.next_at, now)), else_=now)
        replaced = row | {"revision": outbox.c.revision + 1, "next_at": next_at}
        await connection.execute(fresh.on_conflict_do_update(index_elements=[outbox.c.key], set_=replaced))
        return True
    stored = fresh.on_conflict_do_nothing().returning(outbox.c.key)
    return (await connection.execute(stored)).first() is not None


async def withdraw(connection: AsyncConnection, prefix: str, *, but: str = "") -> int:
    """Take back undelivered messages within a transaction, by how their keys begin, and return how many those were."""
    old = outbox.c.sent_at.is_(None) & outbox.c.key.startswith(prefix, autoescape=True)
    gone = old & ~outbox.c.key.startswith(but, autoescape=True) if but else old
    return len((await connection.execute(delete(outbox).where(gone).returning(outbox.c.key))).all())


async def send(connection: AsyncConnection, outgoing: Outgoing, *, now: datetime) -> None:
    """Take back and store what goes out with a write, within its transaction."""
    for prefix in outgoing.withdraw:
        await withdraw(connection, prefix)
    for message in outgoing.messages:
        await put(connection, message, now=now)


async def count_parked(engine: AsyncEngine) -> int:
    """Return how many messages are parked; none where the tables are not there, older, or not to be read."""
    async with transaction(engine) as connection:
        if (await connection.execute(select(func.to_regclass("outbox_parked")))).scalar_one() is None:
            return 0
        if not (await connection.execute(select(func.has_table_privilege(outbox.name, "select")))).scalar_one():
            return 0
        parked = select(func.count()).select_from(outbox).where(outbox.c.parked_at.is_not(None))
        return (await connection.execute(parked)).scalar_one()
