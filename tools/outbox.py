from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from disputes.docket import Message
from tools.tables import messages


async def post(connection: AsyncConnection, message: Message, *, now: datetime) -> bool:
    """Keep a message that is due at once; False when its key is already here."""
    row = message.model_dump(mode="json") | {"error": "", "next_at": now}
    fresh = insert(messages).values(row).on_conflict_do_nothing().returning(messages.c.key)
    return (await connection.execute(fresh)).first() is not None


async def due(connection: AsyncConnection, *, at: datetime, limit: int) -> list[Message]:
    """Give messages whose time has come, the longest waiting first."""
    waiting = messages.c.sent_at.is_(None) & messages.c.given_up_at.is_(None)
    query = select(messages).where(waiting, messages.c.next_at <= at)
    rows = await connection.execute(query.order_by(messages.c.next_at, messages.c.key).limit(limit))
    return [Message.model_validate(dict(row)) for row in rows.mappings()]


async def close(connection: AsyncConnection, key: str, *, now: datetime) -> None:
    """Mark a message as delivered."""
    await connection.execute(update(messages).where(messages.c.key == key).values(sent_at=now, error=""))


async def retry(connection: AsyncConnection, key: str, *, error: str, again: datetime) -> None:
    """Note a failed delivery and when to try again."""
    changes = {"attempts": messages.c.attempts + 1, "error": error, "next_at": again}
    await connection.execute(update(messages).where(messages.c.key == key).values(changes))


async def abandon(connection: AsyncConnection, key: str, *, error: str, now: datetime) -> None:
    """Note a failed delivery that is not tried again; the message and its error stay on record."""
    changes = {"attempts": messages.c.attempts + 1, "error": error, "given_up_at": now}
    await connection.execute(update(messages).where(messages.c.key == key).values(changes))
