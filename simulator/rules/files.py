import asyncio
from dataclasses import dataclass
from io import BytesIO

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from simulator.errors import StripeError
from simulator.http.parameters import Thing
from simulator.session import Session
from simulator.state import Caller

SIZE = 5_000_000
PAGES = 50
KEPT = 64_000_000
SIGNATURES = {b"%PDF-": "pdf", b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpg"}
UNSUPPORTED = "The file you uploaded is not supported."


@dataclass(frozen=True)
class Blob:
    """One uploaded file as it came."""

    name: str
    content: bytes


async def create(stage: Session, params: Thing, caller: Caller) -> Thing:
    """Store an upload and give the File; evidence must be a sound PDF, PNG or JPEG by its content.

    Refuses 5 MB and more, 50 pages and more, and PDFs that are broken or encrypted.
    """
    if "file_link_data" in params:
        raise StripeError("This simulated Stripe makes no file links.", param="file_link_data")
    blob: Blob = params["file"]
    if len(blob.content) >= SIZE:
        raise StripeError("The file you uploaded is too large: it must be smaller than 5 MB.", param="file")
    kind, pages = sniff(blob.content), 1
    if params["purpose"] == "dispute_evidence" and kind is None:
        raise StripeError(UNSUPPORTED, param="file")
    if kind == "pdf":
        pages = await asyncio.to_thread(count, blob.content)
    stage.tally.uploads += 1
    file = stage.world.put(_file(stage, blob, params, caller) | {"type": kind, "_pages": pages})
    keep(stage.contents, file["id"], blob.content)
    return file


def sniff(content: bytes) -> str | None:
    """Give the type by the first bytes: pdf, png, jpg or None."""
    return next((kind for start, kind in SIGNATURES.items() if content.startswith(start)), None)


def count(content: bytes) -> int:
    """Count the pages of a PDF; refuses one that is broken, encrypted or of 50 pages and more."""
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


def keep(contents: dict[str, bytes], identity: str, content: bytes) -> None:
    """Keep the bytes for whoever wants to look at them, the oldest going first when there are too many."""
    contents[identity] = content
    while sum(map(len, contents.values())) > KEPT:
        contents.pop(next(iter(contents)))


def _file(stage: Session, blob: Blob, params: Thing, caller: Caller) -> Thing:
    identity = stage.world.mint("file")
    owned = {"_account": caller.account} if caller.account else {}
    return {
        "id": identity,
        "object": "file",
        "created": stage.world.seconds(),
        "expires_at": None,
        "filename": blob.name,
        "links": {"object": "list", "data": [], "has_more": False, "url": f"/v1/file_links?file={identity}"},
        "purpose": params["purpose"],
        "size": len(blob.content),
        "title": None,
        "url": f"https://files.stripe.com/v1/files/{identity}/contents",
        "_livemode": caller.livemode,
        **owned,
    }
