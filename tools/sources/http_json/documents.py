"""Files in a vendor's answers, such as a carrier's proof of delivery: checked and stored as attachments."""

import base64
import binascii

from pydantic import JsonValue

from disputes.errors import DisputeError, Invalid
from disputes.evidence import Evidence, Gap
from disputes.ports.storage import Storage
from tools.attachments import keeping
from tools.sources.http_json.request import Document
from tools.sources.http_json.vendor import Vendor


class DocumentKeeper:
    """Keeps the files of one gather. What is no file that Stripe takes, or cannot be stored, is a gap."""

    def __init__(self, vendor: Vendor, storage: Storage | None, dispute_id: str) -> None:
        self._vendor, self._storage, self._dispute_id = vendor, storage, dispute_id

    async def keep_base64(self, document: Document, ref: str, written: JsonValue) -> Evidence:
        """Store a file that is written in Base64, also behind `data:application/pdf;base64,`."""
        if not isinstance(written, str):
            return Evidence()
        encoded = "".join(written.rpartition(",")[2].split())
        try:
            data = base64.b64decode(encoded, validate=True)
        except (ValueError, binascii.Error):
            return self._gap(document, f"{document.name} is not written in Base64.")
        return await self.keep(document, ref, data)

    async def keep(self, document: Document, ref: str, data: bytes) -> Evidence:
        """Store a file and return it as an attachment; `ref` tells several of one name apart."""
        stem, dot, suffix = document.name.rpartition(".")
        name = f"{stem}-{ref}{dot}{suffix}" if ref else document.name
        if self._storage is None or not data:
            return self._gap(document, f"{name} has no content." if not data else f"{name} cannot be stored here.")
        source = f"{self._vendor.name}:{name}"
        try:
            kept = await keeping.keep(
                self._storage, self._dispute_id, field=document.field, name=name, data=data, source=source
            )
        except Invalid as unfit:
            return self._gap(document, str(unfit))
        except DisputeError as failed:
            return self._gap(document, f"{name} could not be stored: {failed}")
        return Evidence(attachments=(kept,))

    def _gap(self, document: Document, why: str) -> Evidence:
        name = f"{self._vendor.name} {document.name}"
        return Evidence(gaps=(Gap(name=name, why=f"{self._vendor.title}: {why}", source=self._vendor.name),))
