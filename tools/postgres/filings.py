"""Filings in PostgreSQL: the row that stands before every call that cannot be taken back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from disputes.errors import AskHuman
from disputes.ports.clock import Clock
from disputes.repositories.filings import Filing
from disputes.repositories.permits import Permit
from tools.postgres import leases, permits, verdicts
from tools.postgres.database import transaction
from tools.postgres.tables import automation, filings

_LOCK = 5_201_314
_ONCE = (filings.c.dispute_id, filings.c.stage, filings.c.action)


@dataclass(frozen=True)
class PostgresFilings:
    """The filings, one row per dispute, stage and action; as `disputes.repositories.filings.Filings` promises."""

    engine: AsyncEngine
    now: Clock

    async def intend(
        self, filing: Filing, *, fence: int | None = None, cap: int | None = None, policy: str = ""
    ) -> Filing:
        """Write the intention to file, or return the row that is already done; one not done is replaced.

        A key that was renewed since stays for the same content. Raises `LostLease` on an old fence, and `AskHuman`
        without a permit, or when an automatic filing meets the kill switch or the cap or another policy.
        """
        async with transaction(self.engine) as connection:
            if fence is not None:
                await leases.check(connection, filing.dispute_id, fence=fence)
            await verdicts.lock_case(connection, filing.dispute_id)  # one at a time, as its writers are
            stored = await connection.execute(select(filings).where(*_same(filing)))
            known = (row := stored.mappings().first()) and Filing.model_validate(dict(row))
            if known and known.state == "done":
                return known
            permit = await permits.check(
                connection, filing.dispute_id, filing.stage, filing.action, digest=filing.digest
            )
            again = known if known and known.digest == filing.digest else None
            kept = again.key if again else filing.key
            intended = filing.model_copy(update={"automatic": permit.automatic, "key": kept})
            if permit.automatic:
                _check_policy(permit, policy)
                counted = again is not None and again.automatic
                await _check_automation(connection, intended, cap=None if counted else cap, now=self.now())
            await _write(connection, intended, now=self.now(), renewed=again is None)
            return intended

    async def finish(self, filing: Filing) -> None:
        """Write how a filing ended, even when its intention is not stored: what was sent is never forgotten."""
        async with transaction(self.engine) as connection:
            await _write(connection, filing, now=self.now())

    async def of(self, dispute_id: str) -> list[Filing]:
        """Return every filing of a dispute, in the order of intention."""
        query = select(filings).where(filings.c.dispute_id == dispute_id)
        ordered = query.order_by(filings.c.intended_at, filings.c.stage, filings.c.action)
        async with transaction(self.engine) as connection:
            return [Filing.model_validate(dict(row)) for row in (await connection.execute(ordered)).mappings()]


async def _write(connection: AsyncConnection, filing: Filing, *, now: datetime, renewed: bool = False) -> None:
    """Write a row; a `renewed` one is another filing, which counts for the day of its own intention."""
    row = filing.model_dump() | {"ended_at": None if filing.state == "intended" else now}
    whole = row | {"intended_at": now}
    written = insert(filings).values(whole)
    await connection.execute(written.on_conflict_do_update(index_elements=_ONCE, set_=whole if renewed else row))


async def filed_today(connection: AsyncConnection, account: str, *, now: datetime) -> int:
    """Return how many cases of an account were filed without a person in this UTC day."""
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    automatic = filings.c.automatic & (filings.c.action == "submit") & (filings.c.intended_at >= day)
    automatic &= filings.c.account == account
    return (await connection.execute(select(func.count()).where(automatic))).scalar_one()


def _check_policy(permit: Permit, policy: str) -> None:
    """Raise `AskHuman` where a router permitted this under a policy that is not in force any more."""
    if policy and permit.policy != policy:
        raise AskHuman(f"The policy {permit.policy} permitted this, and {policy} is in force now; nothing was sent.")


async def _check_automation(connection: AsyncConnection, filing: Filing, *, cap: int | None, now: datetime) -> None:
    """Let an automatic filing pass until this transaction ends. Raises `AskHuman` at the kill switch or the cap.

    One at a time: two workers that both count the last free place would file one too many.
    """
    await connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    query = select(automation.c.stopped, automation.c.by).where(concerns(filing.account))
    switch = (await connection.execute(query.order_by(*strictest()).limit(1))).first()
    if switch and switch.stopped:
        raise AskHuman(f"{switch.by or 'Somebody'} stopped automatic filing; nothing was sent.")
    if filing.action == "submit" and cap is not None and await filed_today(connection, filing.account, now=now) >= cap:
        raise AskHuman(f"The daily cap of {cap} automatic filings is reached; nothing was sent.")


def concerns(account: str) -> ColumnElement[bool]:
    """Select the switches that an account obeys: the one for all, and its own."""
    return automation.c.account.in_(("", account))


def strictest() -> tuple[ColumnElement[Any], ...]:
    """Order switches so that one that stops comes first, the account's own before the one for all."""
    return automation.c.stopped.desc(), automation.c.account.desc()


def _same(filing: Filing) -> list[ColumnElement[bool]]:
    return [column == getattr(filing, column.name) for column in _ONCE]
