"""PDFs as attachments: sound, inactive, and free of secret numbers."""

import io
from collections.abc import Iterator

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, PdfObject, StreamObject, TextStringObject

from disputes.errors import Invalid
from disputes.privacy.masking import secrets
from tools.pdf.document import PdfAttachment

MAX_PAGES = 49
MAX_OBJECTS = 200_000
MAX_CONTENT = 20_000_000  # bytes of the page contents, in which text is looked for
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


def read(name: str, data: bytes) -> PdfAttachment:
    """Return a sound and inactive PDF as an attachment. Raises `Invalid` for one that is not, or is too long."""
    try:
        with io.BytesIO(data) as file, PdfReader(file) as reader:
            if reader.is_encrypted:
                raise Invalid(f"{name} is encrypted: save it without a password.")
            if active := _active(name, reader.trailer):
                raise Invalid(f"{name} carries {active}: print it to a plain PDF.")
            if not 1 <= len(reader.pages) <= MAX_PAGES:
                raise Invalid(f"{name} has {len(reader.pages)} pages; a file may have from 1 to {MAX_PAGES}.")
            return PdfAttachment(name, "pdf", data, pages=len(reader.pages))
    except BROKEN as failed:
        raise Invalid(f"{name} is broken: the PDF cannot be read.") from failed


def check(name: str, data: bytes, exhibit: bytes) -> None:
    """Raise `Invalid` when a sound PDF holds a secret number, in its text as drawn in `exhibit` or outside its pages.

    Text inside a picture is not read.
    """
    try:
        with (
            io.BytesIO(data) as file,
            PdfReader(file) as original,
            io.BytesIO(exhibit) as other,
            PdfReader(other) as drawn,
        ):
            for text in (*_page_texts(name, drawn), *_hidden_texts(original)):
                if number := secrets.find_kind(text):
                    raise Invalid(f"{name} shows {number}: black it out, and print it to a new PDF.")
    except BROKEN as failed:
        raise Invalid(f"{name} is broken: its text cannot be read.") from failed


def _page_texts(name: str, reader: PdfReader) -> Iterator[str]:
    left = MAX_CONTENT
    for page in reader.pages:
        content = page.get_contents()
        left -= len(content.get_data()) if content else 0
        if left < 0:
            raise Invalid(f"{name} has too much on its pages to look through: print it to a plain PDF.")
        yield page.extract_text()


def _hidden_texts(reader: PdfReader) -> Iterator[str]:
    """Yield each text outside the page contents: titles, notes, forms, metadata."""
    for part in _objects(reader.trailer):
        if isinstance(part, TextStringObject):
            yield str(part)
        elif isinstance(part, StreamObject) and part.get("/Type") == "/Metadata":
            yield part.get_data().decode(errors="replace")


def _active(name: str, trailer: DictionaryObject) -> str | None:
    """Return what the first active part of a PDF is, or None when all of it is inactive."""
    for count, part in enumerate(_objects(trailer)):
        if count > MAX_OBJECTS:
            raise Invalid(f"{name} has more than {MAX_OBJECTS} parts: print it to a plain PDF.")
        if not isinstance(part, DictionaryObject):
            continue
        by_key = (ACTIVE_KEYS.get(key) for key in part)
        by_value = (ACTIVE_VALUES.get(str(part.get(key))) for key in ("/S", "/Subtype", "/Type"))
        if active := next(filter(None, (*by_key, *by_value)), None):
            return active
    return None


def _objects(start: DictionaryObject) -> Iterator[PdfObject | None]:
    """Yield every object that can be reached, each once."""
    visited: set[tuple[int, int]] = set()
    waiting: list[PdfObject | None] = [start]
    while waiting:
        part = waiting.pop()
        if isinstance(part, IndirectObject):
            if (part.idnum, part.generation) in visited:
                continue
            visited.add((part.idnum, part.generation))
            part = part.get_object()
        yield part
        if isinstance(part, DictionaryObject):
            waiting.extend(part.raw_get(key) for key in part)
        elif isinstance(part, ArrayObject):
            waiting.extend(list.__iter__(part))
