"""Last chances: what named people want to happen at the end to the cases of a lane, in place of the policy's word."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from disputes.model import Value
from disputes.policy.deadlines import LastChance


class StoredChoice(Value):
    """One choice for a lane of an account's policy (empty: the own account's), by whom and when."""

    account: str = ""
    lane: str
    choice: LastChance
    by: str
    at: datetime


class LastChances(Protocol):
    """The repository of choices, one per account and lane."""

    async def find(self, account: str | None, lane: str) -> StoredChoice | None:
        """Return what a person chose for a lane, or None where the policy decides."""
        ...

    async def store(self, account: str | None, lane: str, choice: LastChance | None, *, by: str) -> None:
        """Store a choice; None gives the lane back to the policy."""
        ...

    async def all(self) -> Sequence[StoredChoice]:
        """Return every choice, by account and lane."""
        ...
