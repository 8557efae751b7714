"""Prints exhibits: a sheet of the packet becomes a PDF."""

from disputes.case import Sheet
from tools import pdf


class SheetPrinter:
    """Renders sheets with typst."""

    async def render(self, sheet: Sheet) -> bytes:
        """Give the sheet as PDF bytes, the same bytes for the same sheet."""
        document = pdf.Document(
            title=sheet.title,
            subtitle=sheet.about,
            mark=sheet.mark,
            rows=list(sheet.rows),
            layout=sheet.layout,
            sections=list(sheet.sections),
        )
        return await pdf.render(document)

    def pages(self, data: bytes) -> int:
        """Count the pages of a PDF."""
        return pdf.pages(data)
