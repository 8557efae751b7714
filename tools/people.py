import hashlib
import re
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from disputes.docket import Person
from disputes.errors import Invalid
from tools.tables import people

_SHA256 = re.compile(r"[0-9a-f]{64}")


def digest(token: str) -> str:
    """Give the SHA-256 of a token in hex, all that is ever stored of it."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


async def find(connection: AsyncConnection, token: str) -> Person | None:
    """Tell who holds a token, or None; comparing digests tells a guesser nothing about the token."""
    query = select(people.c.name, people.c.role).where(people.c.digest == digest(token))
    row = (await connection.execute(query)).mappings().first()
    return None if row is None else Person.model_validate(dict(row))


async def admit(connection: AsyncConnection, person: Person, *, digest: str, now: datetime) -> None:
    """Let a person in, or rename one who is in. Raises `Invalid` when the digest is not a SHA-256 in lower-case hex."""
    if not _SHA256.fullmatch(digest):
        raise Invalid("A person is admitted by the SHA-256 of a token, in lower-case hex.")
    fresh = insert(people).values(person.model_dump() | {"digest": digest, "admitted_at": now})
    await connection.execute(fresh.on_conflict_do_update(index_elements=[people.c.digest], set_=person.model_dump()))
