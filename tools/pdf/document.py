"""Exhibit documents, drawn as PDFs by typst."""

import asyncio
import io
import json
import re
import tempfile
import unicodedata
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Literal

import pypdf
import typst

from disputes.case import Section
from disputes.playbook import Layout
from tools.pdf import forms

TEMPLATES = Path(__file__).parent / "templates"
# A word longer than the narrower column would run off the page, since nothing in it allows a break.
LONGEST_WORD = 30
BREAK = "\u200b"
LONG_WORD = re.compile(rf"\S{{{LONGEST_WORD}}}(?=\S)")
# Controls, variation selectors, and marks that turn the reading order around.
INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufe00-\ufe0f\ufeff]")
# What the fonts inside typst can draw, measured: Latin, Greek, Cyrillic, Armenian, Hebrew, Arabic, Persian, symbols.
UNDRAWABLE = re.compile(
    "[^\t\n\u0020-\u04ff\u0531-\u060c\u061b\u061c\u061f\u0621-\u063a\u0640-\u066d\u067e\u0686\u0698\u06a9\u06af\u06cc"
    "\u06f0-\u06f9\u10d0-\u10ff\u1e00-\u2040\u2044-\u2052\u2054-\u20bf\u2126\u2100-\u211e\u2153-\u2184\u218c-\u2246"
    "\u2248-\u22ab\u2500-\u262f\ufb00-\ufb4f\ufffd]"
)


@dataclass(frozen=True)
class PdfAttachment:
    """An attachment as an exhibit shows it: the lines of a text, a picture with its size in points, or a PDF's pages.

    Texts come first, then pictures, then PDFs, whatever order they are given in.
    """

    name: str
    kind: Literal["pdf", "picture", "text"]
    data: bytes = b""
    pages: int = 1
    width: float = 0.0
    height: float = 0.0
    lines: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class PdfDocument:
    """One exhibit: title, rows of label and value, sections, paragraphs, attachments. Its texts may hold anything."""

    title: str
    subtitle: str = ""
    rows: list[tuple[str, str]] = field(default_factory=list)
    paragraphs: list[str] = field(default_factory=list)
    mark: str = ""
    layout: Layout = "record"
    sections: list[Section] = field(default_factory=list)
    attachments: list[PdfAttachment] = field(default_factory=list)


async def render(document: PdfDocument) -> bytes:
    """Return the document as a PDF that card networks accept: A4 portrait, 12 pt, black, no links.

    The same document always gives the same bytes, and no text in it can fail to render or act as markup.
    A character that no font here draws, such as a Chinese one, is shown by its number, as [U+738B]; a broken one as
    U+FFFD; controls are dropped. Rules: docs.stripe.com/disputes/best-practices.
    Raises what typst or pypdf raises for an attachment that cannot be drawn, and nothing else.
    """
    return await asyncio.to_thread(draw, document)


def draw(document: PdfDocument) -> bytes:
    """Return the same PDF as `render`, computed in the calling thread."""
    source = b"\n".join((TEMPLATES / f"{name}.typ").read_bytes() for name in ("base", _template(document.layout)))
    with tempfile.TemporaryDirectory(prefix="rebut-") as folder:
        for number, attachment in enumerate(document.attachments):
            if attachment.kind == "picture":
                Path(folder, _picture_name(number)).write_bytes(attachment.data)
        main = Path(folder, "exhibit.typ")
        main.write_bytes(source)
        pdf = _compile(main, json.dumps(_clean_all(_template_data(document))))
    return _with_pdf_pages(pdf, document.attachments)


def undrawable(document: PdfDocument) -> str:
    """Return the characters of a document that no font here draws, each once, in their order."""
    texts = _texts([_template_data(document), [attachment.lines for attachment in document.attachments]])
    return "".join(dict.fromkeys(match[0] for text in texts for match in UNDRAWABLE.finditer(_visible(text))))


def pages(data: bytes) -> int:
    """Return the number of pages of a PDF; raise pypdf.errors.PyPdfError when it is none."""
    with io.BytesIO(data) as file, pypdf.PdfReader(file) as reader:
        return len(reader.pages)


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)


def _compile(main: Path, content: str) -> bytes:
    pdf = typst.compile(
        main,
        root=main.parent,
        format="pdf",
        font_paths=_fonts(),
        sys_inputs={"exhibit": content},
        pdf_standards="1.7",
        timestamp=0,
    )
    if not isinstance(pdf, bytes):
        raise TypeError("typst returned pages instead of one PDF")
    return pdf


def _with_pdf_pages(pdf: bytes, attachments: list[PdfAttachment]) -> bytes:
    """Draw the pages of attached PDFs into the frames at the end, which templates leave empty."""
    attached = [attachment for attachment in attachments if attachment.kind == "pdf"]
    if not attached:
        return pdf
    start = pages(pdf) - sum(attachment.pages for attachment in attached)
    starts = accumulate((attachment.pages for attachment in attached), initial=start)
    return forms.draw_pages(pdf, zip(starts, (attachment.data for attachment in attached), strict=False))


def _picture_name(number: int) -> str:
    return f"{number}.jpg"


def _template(layout: Layout) -> str:
    return "comparison" if layout in {"duplicate", "refund"} else layout


def _template_data(document: PdfDocument) -> dict[str, object]:
    attachments = [
        {**{key: value for key, value in asdict(attachment).items() if key != "data"}, "file": _picture_name(number)}
        for number, attachment in enumerate(document.attachments)
    ]
    shown = {name: getattr(document, name) for name in ("title", "subtitle", "rows", "paragraphs", "mark")}
    return {**shown, "sections": [dict(section) for section in document.sections], "attachments": attachments}


def _clean_all(value: object) -> object:
    if isinstance(value, dict):
        return {key: _clean_all(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_clean_all(inner) for inner in value]
    return _clean(value) if isinstance(value, str) else value


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list | tuple):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _texts(inner)


def _clean(text: str) -> str:
    return LONG_WORD.sub(rf"\g<0>{BREAK}", UNDRAWABLE.sub(lambda match: f"[U+{ord(match[0]):04X}]", _visible(text)))


def _visible(text: str) -> str:
    # Surrogates that pair up become their character; the others could not leave Python.
    paired = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    lines = paired.replace("\r\n", "\n").replace("\r", "\n")
    return INVISIBLE.sub("", unicodedata.normalize("NFC", lines))
