"""Leases in PostgreSQL: who works on which dispute."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from sqlalchemy import URL, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from disputes.errors import LostLease
from tools.postgres.database import failures, patience
from tools.postgres.tables import leases

log = structlog.get_logger(__name__)


class PostgresLeases:
    """Who works on which dispute: a lock that PostgreSQL takes back when its holder dies, and a fence that grows.

    Every lease has a connection of its own, beside the pool: held for a whole run, they would starve it.
    """

    def __init__(self, url: URL) -> None:
        self._engine: AsyncEngine = create_async_engine(
            url,
            connect_args=patience(url),
            poolclass=NullPool,
            isolation_level="AUTOCOMMIT",
            hide_parameters=True,
        )

    @asynccontextmanager
    async def hold(self, dispute_id: str) -> AsyncIterator[int | None]:
        """Yield a fence number higher than every earlier one, or None when somebody else holds the dispute.

        A connection lost meanwhile is not raised over the body's own result: the fence stops what comes too late.
        """
        with failures():
            connection = await self._engine.connect()
        try:
            with failures():
                fence = await _take(connection, dispute_id)
            yield fence
        finally:
            await asyncio.shield(_leave(connection, dispute_id))

    async def check(self, dispute_id: str, *, fence: int) -> None:
        """Return while this is the newest fence of the dispute. Raises `LostLease` when it is not."""
        with failures():
            async with self._engine.connect() as connection:
                await check(connection, dispute_id, fence=fence)


async def check(connection: AsyncConnection, dispute_id: str, *, fence: int) -> None:
    """Hold the newest fence still until the transaction ends. Raises `LostLease` when it is not this one."""
    query = select(leases.c.fence).where(leases.c.dispute_id == dispute_id).with_for_update(read=True)
    if (await connection.execute(query)).scalar() != fence:
        raise LostLease(f"Another worker took over dispute {dispute_id}; nothing was filed by this one.")


async def _take(connection: AsyncConnection, dispute_id: str) -> int | None:
    if not (await connection.execute(select(func.pg_try_advisory_lock(_key(dispute_id))))).scalar_one():
        return None
    fresh = insert(leases).values(dispute_id=dispute_id, fence=1)
    higher = fresh.on_conflict_do_update(index_elements=[leases.c.dispute_id], set_={"fence": leases.c.fence + 1})
    return int((await connection.execute(higher.returning(leases.c.fence))).scalar_one())


async def _leave(connection: AsyncConnection, dispute_id: str) -> None:
    try:
        # Said aloud, because the server notices a closed connection a moment later than the next worker asks.
        await connection.execute(select(func.pg_advisory_unlock_all()))
    except SQLAlchemyError:
        log.warning("lease.connection_lost", dispute_id=dispute_id)
        await connection.invalidate()
    finally:
        await connection.close()


def _key(dispute_id: str) -> int:
    digest = hashlib.sha256(f"rebut:lease:{dispute_id}".encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], signed=True)
