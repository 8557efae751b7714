"""Checks a merchant's files and reads them as attachments of an exhibit: PDF, PNG, JPEG, WEBP, HEIC, plain text.

The kind of a file is read from its content. All work is bounded by bytes, pages, pixels and characters, and runs in
the calling thread.
"""

from disputes import text
from disputes.errors import Invalid
from tools.attachments import pdf, picture
from tools.pdf import document
from tools.pdf.document import PdfAttachment, PdfDocument

MAX_BYTES = 20_000_000
MAX_CHARACTERS = 100_000
MAX_UNPRINTABLE = 0.01  # as a share of all characters, line ends and tabs aside; no text has more
HEIC_BRANDS = {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"}


def prepare(name: str, data: bytes) -> tuple[bytes, int]:
    """Return a file's bytes as they are stored, and the pages it takes in an exhibit, counted on a drawn one.

    Raises `Invalid` with one sentence that says why it cannot be used.
    """
    attachment = read(name, data)
    exhibit = draw(name, attachment)
    if attachment.kind == "pdf":
        pdf.check(attachment.name, data, exhibit)
    return _stored_bytes(name, data, attachment), document.pages(exhibit) - 1


def _stored_bytes(name: str, data: bytes, attachment: PdfAttachment) -> bytes:
    if attachment.kind == "text":
        return "\n".join(attachment.lines).encode()
    return picture.prepare(name, data) if attachment.kind == "picture" else data


def read(name: str, data: bytes, *, compression: int = 0) -> PdfAttachment:
    """Return a file as a template draws it; a higher `compression` (0-3) makes pictures smaller. Raises `Invalid`."""
    if not data or len(data) > MAX_BYTES:
        raise Invalid(f"{name} has {len(data)} bytes; a file may have from 1 to {MAX_BYTES}.")
    shown = text.line(name, limit=80)
    match kind_of(data):
        case "pdf":
            return pdf.read(shown, data)
        case "picture":
            return picture.read(shown, data, compression=compression)
        case _:
            return PdfAttachment(shown, "text", lines=_lines(name, data))


def draw(name: str, attachment: PdfAttachment) -> bytes:
    """Return a PDF with the attachment behind an empty first page. Raises `Invalid` when it cannot be drawn."""
    try:
        return document.draw(PdfDocument(title=name, attachments=[attachment]))
    except (RuntimeError, *pdf.BROKEN) as failed:  # the first is what typst raises
        raise Invalid(f"{name} is broken: it cannot be drawn.") from failed


def kind_of(data: bytes) -> str:
    """Return what a file is by its first bytes, whatever its name: `pdf`, `picture` or `text`."""
    if b"%PDF-" in data[:1024]:
        return "pdf"
    starts = data.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"))
    webp = data[:4] == b"RIFF" and data[8:12] == b"WEBP"
    heic = data[4:8] == b"ftyp" and data[8:12] in HEIC_BRANDS
    return "picture" if starts or webp or heic else "text"


def _lines(name: str, data: bytes) -> list[str]:
    decoded = _decoded(name, data)
    unprintable = sum(not c.isprintable() and c not in "\r\n\t\f" for c in decoded)
    if unprintable > len(decoded) * MAX_UNPRINTABLE:
        raise Invalid(f"{name} is none of PDF, PNG, JPEG, WEBP, HEIC and plain text.")
    if len(decoded) > MAX_CHARACTERS:
        raise Invalid(
            f"{name} has {len(decoded)} characters; a text may have {MAX_CHARACTERS}. Take the part that matters."
        )
    # Whole, since a number may go on in the next line.
    return text.clean("\n".join(decoded.splitlines()), limit=MAX_CHARACTERS * 2).splitlines()


def _decoded(name: str, data: bytes) -> str:
    for encoding in ("utf-16",) if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid(f"{name} is none of PDF, PNG, JPEG, WEBP, HEIC and plain text.")
