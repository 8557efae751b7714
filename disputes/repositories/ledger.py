"""The ledger of what disputes cost and brought back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from disputes.model import Value
from disputes.money import Money


class LedgerEntry(Value):
    """One row of the ledger, unique per dispute and kind; money in minor units."""

    dispute_id: str
    kind: str
    money: Money
    at: datetime


class Ledger(Protocol):
    """The repository of ledger entries; append only."""

    async def add(self, records: Sequence[LedgerEntry]) -> None:
        """Write entries, all or none; one whose dispute and kind are already there is left alone."""
        ...

    async def between(self, start: datetime, end: datetime) -> Sequence[LedgerEntry]:
        """Return the entries from a moment on and before another, oldest first."""
        ...
