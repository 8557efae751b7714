"""Watermarks: up to which moment an outside list was read."""

from datetime import datetime
from typing import Protocol


class Watermarks(Protocol):
    """The repository of watermarks."""

    async def read(self, name: str) -> datetime | None:
        """Return the moment up to which a list was read, or None when it never was."""
        ...

    async def names(self, start: str) -> tuple[str, ...]:
        """Return the names of all watermarks that begin so, in order."""
        ...

    async def advance(self, name: str, at: datetime) -> None:
        """Move a watermark forward; never back."""
        ...
