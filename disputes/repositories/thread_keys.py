"""The key by which this installation seals its threads, so that a state that no step wrote is noticed."""

from typing import Protocol


class ThreadKeys(Protocol):
    """The repository of the one key."""

    async def read(self) -> bytes:
        """Return the key, 32 random bytes made at the first call and the same for every process ever after."""
        ...
