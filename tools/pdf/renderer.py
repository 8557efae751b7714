"""Prints exhibits: a sheet of the packet becomes a PDF, with the merchant's papers behind its facts."""

import asyncio

from disputes.case import Sheet
from disputes.errors import Invalid, TryAgain
from disputes.evidence import Attachment
from disputes.ports.storage import Storage
from tools.attachments import file
from tools.pdf import document as pdf
from tools.pdf.document import PdfDocument, PdfLeaf


class PdfRenderer:
    """Renders sheets with typst; papers are read from the storage, which only sheets with papers need."""

    def __init__(self, storage: Storage | None = None) -> None:
        self._storage = storage

    async def render(self, sheet: Sheet) -> bytes:
        """Give the sheet as PDF bytes, the same bytes for the same sheet. Raises `TryAgain` when a paper is away."""
        leaves = [await self._leaf(paper, sheet.press) for paper in sheet.papers]
        document = PdfDocument(
            title=sheet.title,
            subtitle=sheet.about,
            mark=sheet.mark,
            rows=list(sheet.rows),
            layout=sheet.layout,
            sections=list(sheet.sections),
            leaves=leaves,
        )
        return await pdf.render(document)

    def pages(self, data: bytes) -> int:
        """Count the pages of a PDF."""
        return pdf.pages(data)

    async def _leaf(self, paper: Attachment, press: int) -> PdfLeaf:
        if self._storage is None:
            raise TryAgain(f"{paper.name} cannot be read: this process has no storage.")
        try:
            data = await self._storage.read(paper.key)
            return await asyncio.to_thread(file.leaf, paper.name, data, press=press)
        except Invalid as gone:
            raise TryAgain(f"{paper.name} cannot be shown: {gone}") from gone
