"""Files of the merchant's become leaves of an exhibit: PDF, PNG, JPEG, WEBP, HEIC and plain text, told by content.

All work is bounded by bytes, pages, pixels and characters, and is done in the thread of the caller.
"""

from disputes import text
from disputes.errors import Invalid
from tools.attachments import pdf as papers_pdf
from tools.attachments import picture as papers_picture
from tools.pdf import document
from tools.pdf.document import PdfDocument, PdfLeaf

BYTES = 20_000_000
CHARACTERS = 100_000
ODD = 0.01  # the share of characters, other than line ends and tabs, that no text has
HEIC = {b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"}


def settle(name: str, data: bytes) -> tuple[bytes, int]:
    """Give a file as it is kept, and the pages it takes in an exhibit, drawn once.

    Raises `Invalid` with one sentence that says why it cannot be used.
    """
    one = leaf(name, data)
    sheets = drawn(name, one)
    if one.kind == "pdf":
        papers_pdf.check(one.name, data, sheets)
    return _kept(name, data, one), document.pages(sheets) - 1


def _kept(name: str, data: bytes, one: PdfLeaf) -> bytes:
    if one.kind == "text":
        return "\n".join(one.lines).encode()
    return papers_picture.settle(name, data) if one.kind == "picture" else data


def leaf(name: str, data: bytes, *, press: int = 0) -> PdfLeaf:
    """Give a file as a template draws it; a higher `press` (0-3) makes pictures smaller. Raises `Invalid`."""
    if not data or len(data) > BYTES:
        raise Invalid(f"{name} has {len(data)} bytes; a file may have from 1 to {BYTES}.")
    shown = text.line(name, limit=80)
    match kind(data):
        case "pdf":
            return papers_pdf.leaf(shown, data)
        case "picture":
            return papers_picture.leaf(shown, data, press=press)
        case _:
            return PdfLeaf(shown, "text", lines=_lines(name, data))


def drawn(name: str, one: PdfLeaf) -> bytes:
    """Draw one leaf behind an empty sheet. Raises `Invalid` when it cannot be drawn."""
    try:
        return document.draw(PdfDocument(title=name, leaves=[one]))
    except (RuntimeError, *papers_pdf.BROKEN) as failed:  # the first is what typst raises
        raise Invalid(f"{name} is broken: it cannot be drawn.") from failed


def kind(data: bytes) -> str:
    """Tell what a file is by its first bytes, whatever it is called: pdf, picture or text."""
    if b"%PDF-" in data[:1024]:
        return "pdf"
    starts = data.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"))
    webp = data[:4] == b"RIFF" and data[8:12] == b"WEBP"
    heic = data[4:8] == b"ftyp" and data[8:12] in HEIC
    return "picture" if starts or webp or heic else "text"


def _lines(name: str, data: bytes) -> list[str]:
    said = _decoded(name, data)
    strange = sum(not c.isprintable() and c not in "\r\n\t\f" for c in said)
    if strange > len(said) * ODD:
        raise Invalid(f"{name} is none of PDF, PNG, JPEG, WEBP, HEIC and plain text.")
    if len(said) > CHARACTERS:
        raise Invalid(f"{name} has {len(said)} characters; a text may have {CHARACTERS}. Take the part that matters.")
    # Whole, since a number may go on in the next line.
    return text.clean("\n".join(said.splitlines()), limit=CHARACTERS * 2).splitlines()


def _decoded(name: str, data: bytes) -> str:
    for encoding in ("utf-16",) if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Invalid(f"{name} is none of PDF, PNG, JPEG, WEBP, HEIC and plain text.")
