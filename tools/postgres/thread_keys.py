"""The key that seals threads, in PostgreSQL."""

import secrets
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from tools.postgres.database import transaction
from tools.postgres.tables import thread_keys

KEY_BYTES = 32


@dataclass
class PostgresThreadKeys:
    """The one key, one row in all; as `disputes.repositories.thread_keys.ThreadKeys` promises."""

    engine: AsyncEngine
    known: bytes = b""

    async def read(self) -> bytes:
        """Return the key, made at the first call; two processes that both make one get the same, and ask once."""
        self.known = self.known or await self._read()
        return self.known

    async def _read(self) -> bytes:
        fresh = insert(thread_keys).values(one=True, key=secrets.token_bytes(KEY_BYTES)).on_conflict_do_nothing()
        async with transaction(self.engine) as connection:
            known = (await connection.execute(select(thread_keys.c.key))).scalar()
            if known is None:
                await connection.execute(fresh)
                known = (await connection.execute(select(thread_keys.c.key))).scalar_one()
        return bytes(known)
