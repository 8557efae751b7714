"""Watermarks: up to which moment an outside list was read."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol


class Watermarks(Protocol):
    """The repository of watermarks."""

    async def read(self, name: str) -> datetime | None:
        """Return the moment up to which a list was read, or None when it never was."""
        ...

    async def starting(self, start: str) -> Mapping[str, datetime]:
        """Return every watermark whose name begins so, by the rest of its name."""
        ...

    async def advance(self, name: str, at: datetime) -> None:
        """Move a watermark forward; never back."""
        ...
