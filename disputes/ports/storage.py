"""Storage of files."""

from typing import Protocol


class Storage(Protocol):
    """Keeps bytes out of the state and the database, under names nobody can guess."""

    async def keep(self, dispute_id: str, data: bytes) -> str:
        """Keep bytes and return their name; the same bytes of one dispute are kept once. Raises `TryAgain`."""
        ...

    async def read(self, name: str) -> bytes:
        """Return the bytes of a name. Raises `Invalid` when there are none, `TryAgain` when the storage is away."""
        ...

    async def forget(self, dispute_id: str) -> None:
        """Delete every file of a dispute; doing it twice changes nothing more. Raises `TryAgain`."""
        ...
