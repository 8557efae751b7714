import io
from collections.abc import Iterator

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, PdfObject

from disputes.errors import Invalid
from tools.pdf import Leaf

PAGES = 49
OBJECTS = 200_000
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


def leaf(name: str, data: bytes) -> Leaf:
    """Give a PDF that is sound and holds nothing that acts. Raises `Invalid` for one that is not, or is too long."""
    try:
        with io.BytesIO(data) as file, PdfReader(file) as reader:
            if reader.is_encrypted:
                raise Invalid(f"{name} is encrypted: save it without a password.")
            if active := _active(name, reader.trailer):
                raise Invalid(f"{name} carries {active}: print it to a plain PDF.")
            if not 1 <= len(reader.pages) <= PAGES:
                raise Invalid(f"{name} has {len(reader.pages)} pages; a file may have from 1 to {PAGES}.")
            return Leaf(name, "pdf", data, pages=len(reader.pages))
    except BROKEN as failed:
        raise Invalid(f"{name} is broken: the PDF cannot be read.") from failed


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
