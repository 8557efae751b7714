from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from disputes.case import Verdict
from disputes.docket import Bell, Brakes, Entry, Filing, Line, Message, Page, Person
from disputes.ports import Clock
from tools import bells, brakes, cases, erasing, filings, leases, outbox, people, verdicts, watermarks
from tools.database import transaction
from tools.hearing import Hearing
from tools.leases import Leases


class PostgresDocket:
    """The system of record in PostgreSQL: one transaction per call, committed when the call returns.

    Every call raises `TryAgain` when the database fails, and works again once it is back.
    """

    def __init__(self, engine: AsyncEngine, *, now: Clock) -> None:
        self._engine = engine
        self._now = now
        self._leases = Leases(engine.url)
        self._hearing = Hearing(engine, now=now)

    async def hear(self, bell: Bell) -> bool:
        """Keep one event; False when its id is already here. A refused one is stored as handled.

        Events that come while others are being committed share the next commit.
        """
        return await self._hearing.hear(bell)

    async def unheard(self, *, before: datetime, limit: int = 100) -> list[Bell]:
        """Give events received before a moment that no run has handled, oldest first."""
        async with self._work() as connection:
            return await bells.unheard(connection, before=before, limit=limit)

    async def owed(self, *, before: datetime, limit: int = 100) -> list[tuple[str, str | None]]:
        """Give disputes, with their accounts, that an event or verdict from before a moment still waits for."""
        async with self._work() as connection:
            return await bells.owed(connection, before=before, limit=limit)

    async def asked(self, dispute_id: str) -> bool:
        """Tell whether an event or a verdict of this dispute waits to be handled."""
        async with self._work() as connection:
            return await bells.asked(connection, dispute_id)

    async def heard(self, dispute_id: str, *, before: datetime) -> None:
        """Mark a dispute's events received up to and at a moment as handled."""
        async with self._work() as connection:
            await bells.mark(connection, dispute_id, before=before, now=self._now())

    def lease(self, dispute_id: str) -> AbstractAsyncContextManager[int | None]:
        """Hold a dispute alone: yields a fence that grows with every holder, or None when it is held elsewhere."""
        return self._leases.hold(dispute_id)

    async def entry(self, dispute_id: str) -> Entry | None:
        """Give one case, or None."""
        async with self._work() as connection:
            return await cases.find(connection, dispute_id)

    async def entries(
        self,
        *,
        status: str | None = None,
        queue: str | None = None,
        reason: str | None = None,
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page:
        """List cases newest first; `status` is the case's state or Stripe's. Raises `Invalid` on a bad cursor."""
        filters = {"status": status, "queue": queue, "reason": reason}
        async with self._work() as connection:
            return await cases.page(connection, filters, cursor=cursor, limit=limit)

    async def keep(self, entry: Entry, *, fence: int | None = None) -> int:
        """Write a case whole and give its new version; the entry's own version and rest are not looked at.

        Raises `LostLease` on an old fence: who lost a dispute must not write over what its new holder did.
        """
        async with self._work() as connection:
            if fence is not None:
                await leases.check(connection, entry.dispute_id, fence=fence)
            return await cases.keep(connection, entry, now=self._now())

    async def about(self, person: str) -> list[str]:
        """Name the disputes of a person, by a Stripe customer id or an e-mail address, exactly."""
        async with self._work() as connection:
            return await erasing.about(connection, person)

    async def erase(self, entry: Entry, *, fence: int) -> None:
        """Write what stays of an erased case, and empty its verdicts and messages. Raises `LostLease`."""
        async with self._work() as connection:
            await erasing.erase(connection, entry, fence=fence, now=self._now())

    async def intend(self, filing: Filing, *, fence: int | None = None, cap: int | None = None) -> Filing:
        """Write the intention to file, or give the row that is already there.

        Raises `LostLease` on an old fence, and `AskHuman` when a new automatic filing meets the brakes or the cap.
        """
        async with self._work() as connection:
            return await filings.intend(connection, filing, fence=fence, cap=cap, now=self._now())

    async def brakes(self) -> Brakes:
        """Tell what holds back automatic filing now."""
        async with self._work() as connection:
            return await brakes.read(connection, now=self._now())

    async def brake(self, wanted: Brakes) -> None:
        """Stop automatic filing, or let it go on."""
        async with self._work() as connection:
            await brakes.move(connection, wanted, now=self._now())

    async def filed(self, filing: Filing) -> None:
        """Write how a filing ended."""
        async with self._work() as connection:
            await filings.end(connection, filing, now=self._now())

    async def filings(self, dispute_id: str) -> list[Filing]:
        """Give every filing of a dispute."""
        async with self._work() as connection:
            return await filings.of(connection, dispute_id)

    async def watermark(self, name: str) -> datetime | None:
        """Tell up to which moment something was looked through, or None when it never was."""
        async with self._work() as connection:
            return await watermarks.find(connection, name)

    async def reach(self, name: str, at: datetime) -> None:
        """Move a watermark forward; never back."""
        async with self._work() as connection:
            await watermarks.move(connection, name, at=at)

    async def decide(self, dispute_id: str, verdict: Verdict) -> None:
        """Keep a verdict on the version it names.

        Raises `Stale` when the case moved on or was decided already, `Invalid` when there is no such case.
        """
        async with self._work() as connection:
            await verdicts.decide(connection, dispute_id, verdict, now=self._now())

    async def verdict(self, dispute_id: str) -> Verdict | None:
        """Give the verdict that waits to be applied, or None."""
        async with self._work() as connection:
            return await verdicts.waiting(connection, dispute_id)

    async def applied(self, dispute_id: str, version: int) -> None:
        """Mark a verdict as applied."""
        async with self._work() as connection:
            await verdicts.apply(connection, dispute_id, version, now=self._now())

    async def book(self, lines: Sequence[Line]) -> None:
        """Write ledger rows, all or none; a row whose dispute and kind are already here is left alone."""
        async with self._work() as connection:
            await filings.book(connection, lines)

    async def post(self, message: Message) -> bool:
        """Put a message in the outbox once per key; False when the key is already there."""
        async with self._work() as connection:
            return await outbox.post(connection, message, now=self._now())

    async def due(self, now: datetime, *, limit: int = 20) -> list[Message]:
        """Give unsent messages whose time has come, the longest waiting first."""
        async with self._work() as connection:
            return await outbox.due(connection, at=now, limit=limit)

    async def sent(self, key: str) -> None:
        """Mark a message as delivered."""
        async with self._work() as connection:
            await outbox.close(connection, key, now=self._now())

    async def unsent(self, key: str, *, error: str, again: datetime | None) -> None:
        """Note a failed delivery and when to try again; None gives up and keeps the error."""
        async with self._work() as connection:
            if again is None:
                await outbox.abandon(connection, key, error=error, now=self._now())
            else:
                await outbox.retry(connection, key, error=error, again=again)

    async def person(self, token: str) -> Person | None:
        """Tell who holds a token; only its hash is stored."""
        async with self._work() as connection:
            return await people.find(connection, token)

    async def admit(self, person: Person, *, digest: str) -> None:
        """Let a person in by the SHA-256 of a token, in hex."""
        async with self._work() as connection:
            await people.admit(connection, person, digest=digest, now=self._now())

    def _work(self) -> AbstractAsyncContextManager[AsyncConnection]:
        return transaction(self._engine)
