from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from tools.tables import watermarks


async def find(connection: AsyncConnection, name: str) -> datetime | None:
    """Tell up to which moment something was looked through, or None."""
    return (await connection.execute(select(watermarks.c.at).where(watermarks.c.name == name))).scalar()


async def move(connection: AsyncConnection, name: str, *, at: datetime) -> None:
    """Move a watermark forward; a slower process cannot move it back."""
    fresh = insert(watermarks).values(name=name, at=at)
    latest = {"at": func.greatest(watermarks.c.at, fresh.excluded.at)}
    await connection.execute(fresh.on_conflict_do_update(index_elements=[watermarks.c.name], set_=latest))
