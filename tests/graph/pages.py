"""Exhibits as a reader sees them: text without its line breaks, and pages as pictures."""

import io
import tempfile
from pathlib import Path
from typing import Any

import pypdf
import typst
from PIL import Image
from pypdf.generic import DictionaryObject

from tools.pdf import document

PER_INCH = 50.0
ACTIVE = {"/OpenAction", "/AA", "/AcroForm", "/Names", "/URI", "/JS", "/Annots", "/EmbeddedFiles"}


def plain(said: str) -> str:
    """Take out what a line break may have put between two characters."""
    return "".join(said.replace(document.BREAK, "").split())


def read(data: bytes) -> list[str]:
    """Return the text of each page."""
    with io.BytesIO(data) as file, pypdf.PdfReader(file, strict=True) as reader:
        return [plain(page.extract_text()) for page in reader.pages]


def sizes(data: bytes) -> set[tuple[int, int, int]]:
    """Return the width and height of each page in points, and how far it is turned."""
    with io.BytesIO(data) as file, pypdf.PdfReader(file) as reader:
        boxes = [(page.mediabox, page.rotation) for page in reader.pages]
        return {(round(float(box.width)), round(float(box.height)), turned) for box, turned in boxes}


def acts(data: bytes) -> set[str]:
    """Return the keys of links, forms, scripts and attached files in any object of a PDF."""
    with io.BytesIO(data) as file, pypdf.PdfReader(file) as reader:
        writer = pypdf.PdfWriter(clone_from=reader)
        keys = {str(key) for thing in writer._objects if isinstance(thing, DictionaryObject) for key in thing}
        writer.close()
    return keys & ACTIVE


def pictures(data: bytes) -> list[Image.Image]:
    """Draw each page in grey, at 50 dots per inch."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "exhibit.pdf").write_bytes(data)
        main = Path(folder, "main.typ")
        sheets = (f'#image("exhibit.pdf", page: {page}, width: 100%)' for page in range(1, document.pages(data) + 1))
        main.write_text('#set page("a4", margin: 0pt)\n' + "\n".join(sheets))
        drawn: Any = typst.compile(main, root=Path(folder), format="png", ppi=PER_INCH)
    found = drawn if isinstance(drawn, list) else [drawn]
    return [Image.open(io.BytesIO(page)).convert("L") for page in found]
