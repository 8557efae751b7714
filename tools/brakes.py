from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from disputes.docket import Brakes, Filing
from disputes.errors import AskHuman
from tools.tables import brakes, filings

_GATE = 5_201_314


async def read(connection: AsyncConnection, *, now: datetime) -> Brakes:
    """Tell whether automatic filing is stopped, by whom, and how many cases were filed by themselves today (UTC)."""
    row = (await connection.execute(select(brakes))).mappings().first()
    return Brakes(**(dict(row) if row else {}), filed_today=await _today(connection, now))


async def move(connection: AsyncConnection, wanted: Brakes, *, now: datetime) -> None:
    """Stop automatic filing, or let it go on; who did it last is kept."""
    row = {"stopped": wanted.stopped, "by": wanted.by, "note": wanted.note, "at": now}
    fresh = insert(brakes).values(one=True, **row)
    await connection.execute(fresh.on_conflict_do_update(index_elements=[brakes.c.one], set_=row))


async def check(connection: AsyncConnection, filing: Filing, *, cap: int | None, now: datetime) -> None:
    """Let an automatic filing pass until this transaction ends. Raises `AskHuman` at the brakes or the cap.

    One at a time: two workers that both count the last free place would file one too many.
    """
    await connection.execute(select(func.pg_advisory_xact_lock(_GATE)))
    found = await read(connection, now=now)
    if found.stopped:
        raise AskHuman(f"{found.by or 'Somebody'} stopped automatic filing; nothing was sent.")
    if filing.action == "submit" and cap is not None and found.filed_today >= cap:
        raise AskHuman(f"The daily cap of {cap} automatic filings is reached; nothing was sent.")


async def _today(connection: AsyncConnection, now: datetime) -> int:
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    automatic = filings.c.automatic & (filings.c.action == "submit") & (filings.c.intended_at >= day)
    return (await connection.execute(select(func.count()).where(automatic))).scalar_one()
