"""What is sent next in PostgreSQL: bursts gathered into digests, and messages claimed for sending."""

from collections.abc import Iterator
from datetime import datetime
from itertools import groupby

from sqlalchemy import ColumnElement, case, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from disputes.messages import digest
from disputes.repositories.outbox import HOLD, LEASE, DueMessage, OutboxMessage
from tools.postgres.tables import WAITING_MESSAGE, outbox

MOST_GATHERED = 5_000
"""How many notes are looked at for bursts at once; the rest is for the next time."""


def bursts(rows: list[tuple[OutboxMessage, bool]]) -> Iterator[list[OutboxMessage]]:
    """Yield each group of notes that is a burst, from notes sorted by target and event, each with whether it is due."""
    for _, group in groupby(rows, key=lambda row: (row[0].target, row[0].event)):
        notes = list(group)
        if len(notes) > digest.MOST and any(due for _, due in notes):
            yield [note for note, _ in notes]


async def read(connection: AsyncConnection, now: datetime) -> list[tuple[OutboxMessage, bool]]:
    """Lock the notes that may be gathered and return each with whether it would be sent now.

    One that another caller has locked, because it sends or gathers it, is left out.
    """
    may = WAITING_MESSAGE & (outbox.c.kind == "note") & (outbox.c.next_at <= now)
    may &= outbox.c.event.in_(digest.GATHERED) & (outbox.c.target != "")
    may &= ~outbox.c.key.startswith(digest.KEY)
    ordered = select(outbox, _is_ready(now).label("ready")).where(may).limit(MOST_GATHERED)
    ordered = ordered.order_by(outbox.c.target, outbox.c.event, outbox.c.created_at, outbox.c.key)
    locked = await connection.execute(ordered.with_for_update(skip_locked=True))
    return [(OutboxMessage.model_validate(dict(row)), bool(row["ready"])) for row in locked.mappings()]


async def replace(connection: AsyncConnection, notes: list[OutboxMessage], into: str) -> None:
    """Mark notes as gathered into the digest of this key."""
    keys = [note.key for note in notes]
    await connection.execute(update(outbox).where(outbox.c.key.in_(keys)).values(gathered_into=into))


async def claim(connection: AsyncConnection, now: datetime, *, each: int, limit: int) -> list[DueMessage]:
    """Take what is to be sent now, at most `each` for one kind and target, the longest waiting of each first."""
    ready = WAITING_MESSAGE & _is_ready(now)
    place = func.row_number().over(
        partition_by=(outbox.c.kind, outbox.c.target), order_by=(outbox.c.next_at, outbox.c.key)
    )
    ranked = select(outbox.c.key, place.label("place")).where(ready).subquery()
    fair = select(outbox).join(ranked, outbox.c.key == ranked.c.key).where(ready, ranked.c.place <= each)
    fair = fair.order_by(ranked.c.place, outbox.c.next_at, outbox.c.key).limit(limit)
    rows = (await connection.execute(fair.with_for_update(of=outbox, skip_locked=True))).mappings().all()
    taken = [DueMessage.model_validate(dict(row)) for row in rows]
    keys = [message.key for message in taken]
    await connection.execute(update(outbox).where(outbox.c.key.in_(keys)).values(next_at=now + LEASE))
    return taken


def _is_ready(now: datetime) -> ColumnElement[bool]:
    # One without a target is not sent but addressed, and its copies are held then.
    held = (outbox.c.kind == "note") & ~outbox.c.urgent & (outbox.c.attempts == 0) & (outbox.c.target != "")
    return outbox.c.next_at <= case((held, now - HOLD), else_=now)
