"""Prints exhibits: a sheet of the packet becomes a PDF."""

from disputes.case import Sheet
from tools import pdf


class SheetPrinter:
    """Renders sheets with typst."""

    async def render(self, sheet: Sheet) -> bytes:
        """Give the sheet as PDF bytes, the same bytes for the same sheet."""
        return await pdf.render(pdf.Document(title=sheet.title, mark=sheet.mark, rows=list(sheet.rows)))

    def pages(self, data: bytes) -> int:
        """Count the pages of a PDF."""
        return pdf.pages(data)
