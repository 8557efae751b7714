import io
from collections.abc import Iterator

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, PdfObject, StreamObject, TextStringObject

from disputes.errors import Invalid
from disputes.privacy.masking import secrets
from tools.pdf.document import PdfLeaf

PAGES = 49
OBJECTS = 200_000
DRAWN = 20_000_000  # bytes of what draws the pages, in which text is looked for
ACTIVE_KEYS = {
    "/JS": "JavaScript",
    "/JavaScript": "JavaScript",
    "/XFA": "an XFA form",
    "/EmbeddedFiles": "files inside",
    "/EF": "files inside",
    "/RichMediaContent": "multimedia",
}
ACTIVE_VALUES = {
    "/JavaScript": "JavaScript",
    "/Launch": "an action that starts a program",
    "/SubmitForm": "an action that sends data",
    "/ImportData": "an action that reads data",
    "/EmbeddedFile": "files inside",
    "/FileAttachment": "files inside",
    "/RichMedia": "multimedia",
    "/Movie": "multimedia",
    "/Sound": "multimedia",
    "/Screen": "multimedia",
    "/Rendition": "multimedia",
    "/3D": "multimedia",
}
BROKEN = (
    PyPdfError,
    ValueError,
    KeyError,
    IndexError,
    AttributeError,
    TypeError,
    RecursionError,
    OSError,
    NotImplementedError,
)


def leaf(name: str, data: bytes) -> PdfLeaf:
    """Give a PDF that is sound and holds nothing that acts. Raises `Invalid` for one that is not, or is too long."""
    try:
        with io.BytesIO(data) as file, PdfReader(file) as reader:
            if reader.is_encrypted:
                raise Invalid(f"{name} is encrypted: save it without a password.")
            if active := _active(name, reader.trailer):
                raise Invalid(f"{name} carries {active}: print it to a plain PDF.")
            if not 1 <= len(reader.pages) <= PAGES:
                raise Invalid(f"{name} has {len(reader.pages)} pages; a file may have from 1 to {PAGES}.")
            return PdfLeaf(name, "pdf", data, pages=len(reader.pages))
    except BROKEN as failed:
        raise Invalid(f"{name} is broken: the PDF cannot be read.") from failed


def check(name: str, data: bytes, sheets: bytes) -> None:
    """Raise `Invalid` when a sound PDF holds a number that nobody may keep, in its text as drawn on `sheets` or beside.

    Text that is only a picture is not read.
    """
    try:
        with io.BytesIO(data) as file, PdfReader(file) as kept, io.BytesIO(sheets) as other, PdfReader(other) as shown:
            for said in (*_texts(name, shown), *_beside(kept)):
                if number := secrets.found(said):
                    raise Invalid(f"{name} shows {number}: black it out, and print it to a new PDF.")
    except BROKEN as failed:
        raise Invalid(f"{name} is broken: its text cannot be read.") from failed


def _texts(name: str, reader: PdfReader) -> Iterator[str]:
    left = DRAWN
    for page in reader.pages:
        drawn = page.get_contents()
        left -= len(drawn.get_data()) if drawn else 0
        if left < 0:
            raise Invalid(f"{name} has too much on its pages to look through: print it to a plain PDF.")
        yield page.extract_text()


def _beside(reader: PdfReader) -> Iterator[str]:
    """Give each text that stands beside the pages: titles, notes, forms, metadata."""
    for found in _reachable(reader.trailer):
        if isinstance(found, TextStringObject):
            yield str(found)
        elif isinstance(found, StreamObject) and found.get("/Type") == "/Metadata":
            yield found.get_data().decode(errors="replace")


def _active(name: str, trailer: DictionaryObject) -> str | None:
    """Name the first thing that acts among all that can be reached."""
    for count, found in enumerate(_reachable(trailer)):
        if count > OBJECTS:
            raise Invalid(f"{name} has more than {OBJECTS} parts: print it to a plain PDF.")
        if not isinstance(found, DictionaryObject):
            continue
        named = (ACTIVE_KEYS.get(key) for key in found)
        acts = (ACTIVE_VALUES.get(str(found.get(key))) for key in ("/S", "/Subtype", "/Type"))
        if active := next(filter(None, (*named, *acts)), None):
            return active
    return None


def _reachable(start: DictionaryObject) -> Iterator[PdfObject | None]:
    seen: set[tuple[int, int]] = set()
    waiting: list[PdfObject | None] = [start]
    while waiting:
        found = waiting.pop()
        if isinstance(found, IndirectObject):
            if (found.idnum, found.generation) in seen:
                continue
            seen.add((found.idnum, found.generation))
            found = found.get_object()
        yield found
        if isinstance(found, DictionaryObject):
            waiting.extend(found.raw_get(key) for key in found)
        elif isinstance(found, ArrayObject):
            waiting.extend(list.__iter__(found))
