import asyncio
import io
import json
import re
import unicodedata
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import pypdf
import typst

TEMPLATE = Path(__file__).parent / "templates" / "exhibit.typ"
# A word longer than the narrower column would run off the page, since nothing in it allows a break.
LONGEST_WORD = 30
BREAK = "\u200b"
LONG_WORD = re.compile(rf"\S{{{LONGEST_WORD}}}(?=\S)")
# Controls, variation selectors, and marks that turn the reading order around.
INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufe00-\ufe0f\ufeff]")
# What the fonts inside typst can draw, measured: Latin, Greek, Cyrillic, Armenian, Hebrew, Arabic, Persian, symbols.
FOREIGN = re.compile(
    "[^\t\n\u0020-\u04ff\u0531-\u060c\u061b\u061c\u061f\u0621-\u063a\u0640-\u066d\u067e\u0686\u0698\u06a9\u06af\u06cc"
    "\u06f0-\u06f9\u10d0-\u10ff\u1e00-\u2040\u2044-\u2052\u2054-\u20bf\u2126\u2100-\u211e\u2153-\u2184\u218c-\u2246"
    "\u2248-\u22ab\u2500-\u262f\ufb00-\ufb4f\ufffd]"
)


@dataclass(frozen=True)
class Document:
    """One exhibit: a title, rows of label and value, and paragraphs; all of it plain text from anybody."""

    title: str
    subtitle: str = ""
    rows: list[tuple[str, str]] = field(default_factory=list)
    paragraphs: list[str] = field(default_factory=list)
    mark: str = ""


async def render(document: Document) -> bytes:
    """Return the document as a PDF that card networks accept: A4 portrait, 12 pt, black, no links.

    The same document always gives the same bytes, and no text in it can fail to render or act as markup.
    A character that no font here draws, such as a Chinese one, is shown by its number, as [U+738B]; a broken one as
    U+FFFD; controls are dropped. Rules: docs.stripe.com/disputes/best-practices.
    """
    return await asyncio.to_thread(_compile, _printable(document))


def pages(data: bytes) -> int:
    """Return the number of pages of a PDF; raise pypdf.errors.PyPdfError when it is none."""
    with io.BytesIO(data) as file, pypdf.PdfReader(file) as reader:
        return len(reader.pages)


def _compile(document: Document) -> bytes:
    made = typst.compile(
        TEMPLATE.read_bytes(),
        format="pdf",
        font_paths=typst.Fonts(include_system_fonts=False, include_embedded_fonts=True),
        sys_inputs={"exhibit": json.dumps(asdict(document))},
        pdf_standards="1.7",
        timestamp=0,
    )
    if not isinstance(made, bytes):
        raise TypeError("typst gave pages instead of one PDF")
    return made


def _printable(document: Document) -> Document:
    return replace(
        document,
        title=_clean(document.title),
        subtitle=_clean(document.subtitle),
        rows=[(_clean(label), _clean(value)) for label, value in document.rows],
        paragraphs=[_clean(paragraph) for paragraph in document.paragraphs],
        mark=_clean(document.mark),
    )


def _clean(text: str) -> str:
    # Surrogates that pair up become their character; the others could not leave Python.
    paired = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    lines = paired.replace("\r\n", "\n").replace("\r", "\n")
    seen = INVISIBLE.sub("", unicodedata.normalize("NFC", lines))
    return LONG_WORD.sub(rf"\g<0>{BREAK}", FOREIGN.sub(lambda found: f"[U+{ord(found[0]):04X}]", seen))
