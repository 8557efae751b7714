from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from disputes.docket import Filing, Line
from tools import brakes, leases
from tools.tables import filings, ledger

_ONCE = (filings.c.dispute_id, filings.c.stage, filings.c.action)


async def intend(
    connection: AsyncConnection, filing: Filing, *, fence: int | None, cap: int | None, now: datetime
) -> Filing:
    """Write the intention, or give the row that is already there.

    Raises `LostLease` on an old fence, and `AskHuman` when a new automatic one meets the brakes or the cap.
    """
    if fence is not None:
        await leases.check(connection, filing.dispute_id, fence=fence)
    if filing.automatic and (await connection.execute(select(filings.c.key).where(*_same(filing)))).first() is None:
        await brakes.check(connection, filing, cap=cap, now=now)
    row = filing.model_dump() | {"intended_at": now}
    await connection.execute(insert(filings).values(row).on_conflict_do_nothing())
    stored = await connection.execute(select(filings).where(*_same(filing)))
    return Filing.model_validate(dict(stored.mappings().one()))


async def end(connection: AsyncConnection, filing: Filing, *, now: datetime) -> None:
    """Write how a filing ended, even when its intention is not here: what was sent must never go unrecorded."""
    ended = None if filing.state == "intended" else now
    fresh = insert(filings).values(filing.model_dump() | {"intended_at": now, "ended_at": ended})
    changes = {"key": filing.key, "state": filing.state, "detail": filing.detail, "ended_at": ended}
    await connection.execute(fresh.on_conflict_do_update(index_elements=_ONCE, set_=changes))


async def of(connection: AsyncConnection, dispute_id: str) -> list[Filing]:
    """Give every filing of a dispute, in the order of intention."""
    query = select(filings).where(filings.c.dispute_id == dispute_id)
    rows = await connection.execute(query.order_by(filings.c.intended_at, filings.c.stage, filings.c.action))
    return [Filing.model_validate(dict(row)) for row in rows.mappings()]


async def book(connection: AsyncConnection, lines: Sequence[Line]) -> None:
    """Write ledger rows; a row whose dispute and kind are already here is left alone."""
    rows = [
        {"dispute_id": line.dispute_id, "kind": line.kind, "at": line.at} | line.money.model_dump() for line in lines
    ]
    if rows:
        await connection.execute(insert(ledger).values(rows).on_conflict_do_nothing())


def _same(filing: Filing) -> list[ColumnElement[bool]]:
    return [column == getattr(filing, column.name) for column in _ONCE]
