"""Users in PostgreSQL, known by the hash of their token."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import delete, exists, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from disputes.errors import Invalid
from disputes.ports.clock import Clock
from disputes.repositories.users import DECIDES, User
from tools.postgres.database import transaction
from tools.postgres.tables import users

_LOCK = int.from_bytes(b"rebutusr")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class PostgresUsers:
    """The users, one row a token; as `disputes.repositories.users.Users` promises."""

    engine: AsyncEngine
    now: Clock

    async def by_token(self, token: str) -> User | None:
        """Return who holds a token, or None; comparing digests shows a guesser nothing of the token."""
        query = select(users.c.name, users.c.role).where(users.c.digest == digest(token))
        async with transaction(self.engine) as connection:
            row = (await connection.execute(query)).mappings().first()
        return None if row is None else User.model_validate(dict(row))

    async def add(self, user: User, *, digest: str) -> None:
        """Add a user, or rename one, by the SHA-256 of a token in lower-case hex. Raises `Invalid`."""
        if not _SHA256.fullmatch(digest):
            raise Invalid("A user is added by the SHA-256 of a token, in lower-case hex.")
        fresh = insert(users).values(user.model_dump() | {"digest": digest, "added_at": self.now()})
        written = fresh.on_conflict_do_update(index_elements=[users.c.digest], set_=user.model_dump())
        async with transaction(self.engine) as connection:
            await connection.execute(written)

    async def is_reviewer(self, name: str) -> bool:
        """Return whether somebody of this name may decide now."""
        async with transaction(self.engine) as connection:
            return await is_reviewer(connection, name)

    async def configure(self, configured: Mapping[str, User]) -> None:
        """Make these, by digest, the users of the settings; one of an earlier setting that is not among them goes."""
        gone = delete(users).where(users.c.configured, users.c.digest.not_in(list(configured)))
        async with transaction(self.engine) as connection:
            await connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))  # processes start at once
            await connection.execute(gone)
            for hashed, user in configured.items():
                row = user.model_dump() | {"configured": True}
                fresh = insert(users).values(row | {"digest": hashed, "added_at": self.now()})
                await connection.execute(fresh.on_conflict_do_update(index_elements=[users.c.digest], set_=row))


async def is_reviewer(connection: AsyncConnection, name: str) -> bool:
    """Return whether somebody of this name may decide, as this transaction sees it."""
    known = exists().where(users.c.name == name, users.c.role.in_(DECIDES))
    return bool((await connection.execute(select(known))).scalar())


def digest(token: str) -> str:
    """Return the SHA-256 of a token in hex, all that is ever stored of it."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
