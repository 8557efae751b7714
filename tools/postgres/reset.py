"""Empties the records of a demo, so that each begins on a clean page."""

from redis.asyncio import Redis
from sqlalchemy import text

from tools.postgres.database import open_engine


async def wipe(*, database_url: str, redis_url: str) -> None:
    """Drop every table and every key. For embedded demo servers only: nothing can be undone."""
    async with open_engine(database_url, size=1) as engine, engine.begin() as connection:
        await connection.execute(text("DROP SCHEMA public CASCADE"))
        await connection.execute(text("CREATE SCHEMA public"))
    async with Redis.from_url(redis_url) as redis:
        await redis.flushall()
