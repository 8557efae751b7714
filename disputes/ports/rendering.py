"""Rendering of exhibits."""

from typing import Protocol

from disputes.case import Sheet


class ExhibitRenderer(Protocol):
    """Renders exhibits as PDF."""

    async def render(self, sheet: Sheet) -> bytes:
        """Return the sheet as PDF bytes, the same bytes for the same sheet."""
        ...

    async def unreadable(self, sheet: Sheet) -> str:
        """Return the characters of the sheet and its attachments that no font here draws, each once; mostly none."""
        ...

    def pages(self, data: bytes) -> int:
        """Return the number of pages of a PDF."""
        ...
