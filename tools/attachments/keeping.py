"""Keeps a file of a case as an attachment, wherever it was read."""

import asyncio
import hashlib

from disputes.evidence import Attachment
from disputes.ports.storage import Storage
from tools.attachments import file


async def keep(  # noqa: PLR0913 - all but two by keyword
    storage: Storage, dispute_id: str, *, field: str, name: str, data: bytes, source: str
) -> Attachment:
    """Check a file, store it and return it as an attachment; `source` says where it was read.

    Raises `Invalid` where it cannot be used, and `TryAgain` where the storage does not take it.
    """
    stored, pages = await asyncio.to_thread(file.prepare, name, data)
    return Attachment(
        field=field,
        name=name,
        key=await storage.keep(dispute_id, stored),
        pages=pages,
        bytes=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        source=source,
    )
