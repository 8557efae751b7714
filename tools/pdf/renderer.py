"""Renders exhibits: each sheet of a packet becomes a PDF with the merchant's attachments behind its facts."""

import asyncio

from disputes.case import Sheet
from disputes.errors import Invalid, TryAgain
from disputes.evidence import Attachment
from disputes.ports.storage import Storage
from tools.attachments import file
from tools.pdf import document
from tools.pdf.document import PdfAttachment, PdfDocument


class PdfRenderer:
    """Renders sheets with typst. Attachments are read from the storage; without one only sheets without any render."""

    def __init__(self, storage: Storage | None = None) -> None:
        self._storage = storage

    async def render(self, sheet: Sheet) -> bytes:
        """Return the sheet as PDF bytes, the same for the same sheet. Raises `TryAgain` for a missing attachment."""
        return await document.render(await self._compose(sheet))

    async def unreadable(self, sheet: Sheet) -> str:
        """Return the characters of the sheet and its attachments that no font here draws. Raises as `render` does."""
        return document.undrawable(await self._compose(sheet))

    async def _compose(self, sheet: Sheet) -> PdfDocument:
        attachments = [await self._read(attachment, sheet.compression) for attachment in sheet.attachments]
        return PdfDocument(
            title=sheet.title,
            subtitle=sheet.about,
            mark=sheet.mark,
            rows=list(sheet.rows),
            layout=sheet.layout,
            sections=list(sheet.sections),
            attachments=attachments,
        )

    def pages(self, data: bytes) -> int:
        """Return the number of pages of a PDF."""
        return document.pages(data)

    async def _read(self, attachment: Attachment, compression: int) -> PdfAttachment:
        if self._storage is None:
            raise TryAgain(f"{attachment.name} cannot be read: this process has no storage.")
        try:
            data = await self._storage.read(attachment.key)
            return await asyncio.to_thread(file.read, attachment.name, data, compression=compression)
        except Invalid as gone:
            raise TryAgain(f"{attachment.name} cannot be shown: {gone}") from gone
