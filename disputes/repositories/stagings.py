"""Stagings: what Rebut wrote into the fields of a dispute at Stripe, so that what others wrote is told apart."""

from collections.abc import Mapping
from typing import Protocol


class Stagings(Protocol):
    """The repository of every value that was ever staged, as hashes by dispute and field."""

    async def add(self, dispute_id: str, hashes: Mapping[str, str], *, fence: int) -> None:
        """Write the hash of each field's value, before it is staged. Raises `LostLease`."""
        ...

    async def of(self, dispute_id: str) -> dict[str, frozenset[str]]:
        """Return the hashes of all that was ever staged on a dispute, by field."""
        ...
