"""Rendering of exhibits."""

from typing import Protocol

from disputes.case import Sheet


class ExhibitRenderer(Protocol):
    """Renders exhibits as PDF."""

    async def render(self, sheet: Sheet) -> bytes:
        """Return the sheet as PDF bytes, the same bytes for the same sheet."""
        ...

    def pages(self, data: bytes) -> int:
        """Return the number of pages of a PDF."""
        ...
