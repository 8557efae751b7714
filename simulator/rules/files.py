"""Uploads: the checks of evidence files, and their stored contents."""

import asyncio
from dataclasses import dataclass
from io import BytesIO

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from simulator.errors import StripeError
from simulator.http.parameters import JsonObject
from simulator.session import Session
from simulator.state import Caller

SIZE = 5_000_000
PAGES = 50
MAX_STORED_BYTES = 64_000_000
SIGNATURES = {b"%PDF-": "pdf", b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpg"}
UNSUPPORTED = "The file you uploaded is not supported."


@dataclass(frozen=True)
class Upload:
    """One uploaded file: its name and its bytes."""

    name: str
    content: bytes


async def create(session: Session, params: JsonObject, caller: Caller) -> JsonObject:
    """Store an upload and return its File object; evidence must be a readable PDF, PNG or JPEG by its content.

    Raises `StripeError` for 5 MB and more, 50 pages and more, and PDFs that are broken or encrypted.
    """
    if "file_link_data" in params:
        raise StripeError("This simulated Stripe makes no file links.", param="file_link_data")
    upload: Upload = params["file"]
    if len(upload.content) >= SIZE:
        raise StripeError("The file you uploaded is too large: it must be smaller than 5 MB.", param="file")
    kind, pages = file_type(upload.content), 1
    if params["purpose"] == "dispute_evidence" and kind is None:
        raise StripeError(UNSUPPORTED, param="file")
    if kind == "pdf":
        pages = await asyncio.to_thread(count_pages, upload.content)
    session.counts.uploads += 1
    file = session.store.put(_file(session, upload, params, caller) | {"type": kind, "_pages": pages})
    store_content(session.contents, file["id"], upload.content)
    return file


def file_type(content: bytes) -> str | None:
    """Return the type by the first bytes: pdf, png, jpg or None."""
    return next((kind for start, kind in SIGNATURES.items() if content.startswith(start)), None)


def count_pages(content: bytes) -> int:
    """Count the pages of a PDF; raise `StripeError` for one that is broken, encrypted or has 50 pages and more."""
    try:
        reader = PdfReader(BytesIO(content))
        pages = 0 if reader.is_encrypted else len(reader.pages)
    except (PyPdfError, ValueError, KeyError, AttributeError, TypeError):
        pages = 0
    if not pages:
        raise StripeError(UNSUPPORTED, param="file")
    if pages >= PAGES:
        raise StripeError(f"The file you uploaded has {pages} pages: it must have fewer than 50 pages.", param="file")
    return pages


def store_content(contents: dict[str, bytes], identity: str, content: bytes) -> None:
    """Store the bytes for `/_sim/files`; the oldest are removed when all contents exceed 64 MB."""
    contents[identity] = content
    while sum(map(len, contents.values())) > MAX_STORED_BYTES:
        contents.pop(next(iter(contents)))


def _file(session: Session, upload: Upload, params: JsonObject, caller: Caller) -> JsonObject:
    identity = session.store.new_id("file")
    owned = {"_account": caller.account} if caller.account else {}
    return {
        "id": identity,
        "object": "file",
        "created": session.store.seconds(),
        "expires_at": None,
        "filename": upload.name,
        "links": {"object": "list", "data": [], "has_more": False, "url": f"/v1/file_links?file={identity}"},
        "purpose": params["purpose"],
        "size": len(upload.content),
        "title": None,
        "url": f"https://files.stripe.com/v1/files/{identity}/contents",
        "_livemode": caller.livemode,
        **owned,
    }
