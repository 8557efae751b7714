"""Leases: one worker at a time holds a dispute."""

from contextlib import AbstractAsyncContextManager
from typing import Protocol


class Leases(Protocol):
    """The right to work on a dispute alone."""

    def hold(self, dispute_id: str) -> AbstractAsyncContextManager[int | None]:
        """Hold a dispute alone: yields a fencing token that grows with every holder, or None when it is held.

        Repositories refuse writes under an older token with `LostLease`.
        """
        ...

    async def check(self, dispute_id: str, *, fence: int) -> None:
        """Return while this is the newest fencing token of the dispute. Raises `LostLease` when it is not."""
        ...
