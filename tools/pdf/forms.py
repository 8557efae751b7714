"""Draws the pages of one PDF into the pages of another as form XObjects, so that nothing of them is active.

typst could take a PDF in by itself, but a damaged one ends the whole process there; pypdf raises.
"""

import io
from collections.abc import Iterable, Iterator
from contextlib import closing

from pypdf import PageObject, PdfReader, PdfWriter, Transformation
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NullObject,
    PdfObject,
    StreamObject,
)

FRAME = (58.0, 87.0, 537.0, 741.0)  # points, just inside the frame that `templates/base.typ` draws
LARGEST = 1_000_000
NOT_DRAWN = {"/Link", "/Popup"}
HIDDEN, NO_VIEW = 2, 32  # flags of an annotation: ISO 32000-1, table 165
NAME = NameObject("/RebutAttachment")

Box = tuple[float, float, float, float]


def draw_pages(target: bytes, attachments: Iterable[tuple[int, bytes]]) -> bytes:
    """Return the target with PDFs drawn into its pages; each comes with the number of its first target page, from 0.

    A page is scaled to stay inside `FRAME`. The same input gives the same bytes. Raises what pypdf raises for a broken
    PDF.
    """
    writer = PdfWriter()
    with io.BytesIO() as out, closing(writer):
        _copy_pages(writer, target)
        for first, data in attachments:
            with io.BytesIO(data) as file, PdfReader(file) as reader:
                for number, page in enumerate(reader.pages, start=first):
                    _draw_page(writer, writer.pages[number], page)
        writer.write(out)
        return out.getvalue()


def _copy_pages(writer: PdfWriter, target: bytes) -> None:
    """Copy the pages without the tree of tags: it would cost more than all the rest, and what is drawn in has none."""
    with io.BytesIO(target) as file, PdfReader(file) as reader:
        for page in reader.pages:
            writer.add_page(page).pop("/StructParents", None)
        writer.add_metadata({"/Title": (reader.metadata and reader.metadata.title) or ""})


def _draw_page(writer: PdfWriter, target: PageObject, page: PageObject) -> None:
    box = _box(page)
    form = writer._add_object(_form(writer, page, box))  # noqa: SLF001  pypdf offers no other way to add one
    matrix = " ".join(f"{value:.4f}" for value in _fitted(box, int(page.get("/Rotate", 0)) % 360))
    _xobjects(target)[NAME] = form
    reference = target.raw_get("/Contents")
    content = reference.get_object()
    parts = list(list.__iter__(content)) if isinstance(content, ArrayObject) else [reference]
    contents = [_operators(writer, "q"), *parts, _operators(writer, f"Q q {matrix} cm {NAME} Do Q")]
    target[NameObject("/Contents")] = ArrayObject(contents)


def _operators(writer: PdfWriter, operators: str) -> PdfObject:
    stream = DecodedStreamObject()
    stream.set_data(f"\n{operators}\n".encode())
    return writer._add_object(stream)  # noqa: SLF001  as above


def _form(writer: PdfWriter, page: PageObject, box: Box) -> StreamObject:
    """Build a form XObject of a page: its content, its resources, and on top what its annotations show."""
    form = DecodedStreamObject()
    form[NameObject("/Type")], form[NameObject("/Subtype")] = NameObject("/XObject"), NameObject("/Form")
    form[NameObject("/BBox")] = ArrayObject([FloatObject(round(value, 4)) for value in box])
    form[NameObject("/Resources")] = page.get("/Resources", DictionaryObject()).get_object().clone(writer)
    operators = [b"q", *_content(page.get("/Contents", NullObject())), b"Q"]
    for number, (appearance, placement) in enumerate(_appearances(page)):
        name = NameObject(f"{NAME}{number}")
        _xobjects(form)[name] = appearance.clone(writer).indirect_reference
        operators.append(f"q {' '.join(f'{value:.4f}' for value in placement)} cm {name} Do Q".encode())
    form.set_data(b"\n".join(operators))
    return form.flate_encode()


def _content(reference: PdfObject) -> Iterator[bytes]:
    content = reference.get_object()
    if isinstance(content, StreamObject):
        yield content.get_data()
    if isinstance(content, ArrayObject):
        for part in list.__iter__(content):
            yield from _content(part)


def _xobjects(holder: DictionaryObject) -> DictionaryObject:
    """Return the table of forms and pictures that a page or form may draw, after making it a copy of its own."""
    resources = DictionaryObject(holder.get("/Resources", DictionaryObject()).get_object())
    forms = DictionaryObject(resources.get("/XObject", DictionaryObject()).get_object())
    resources[NameObject("/XObject")], holder[NameObject("/Resources")] = forms, resources
    return forms


def _box(page: PageObject) -> Box:
    left, low, right, high = (float(value) for value in page.cropbox)
    if not (0 < right - left < LARGEST and 0 < high - low < LARGEST):
        raise ValueError("the page has no size")
    return left, low, right, high


def _fitted(box: Box, rotation: int) -> tuple[float, ...]:
    """Return the matrix that rotates a page upright and centers it in the frame, scaled down where it is larger."""
    left, low, right, high = FRAME
    upright = Transformation().translate(-(box[0] + box[2]) / 2, -(box[1] + box[3]) / 2).rotate(-rotation)
    wide, tall = (box[2] - box[0], box[3] - box[1])[:: -1 if rotation in {90, 270} else 1]
    scale = min(1.0, (right - left) / wide, (high - low) / tall)
    a, b, c, d, e, f = upright.scale(scale).translate((left + right) / 2, (low + high) / 2).ctm
    return a, b, c, d, e, f


def _appearances(page: PageObject) -> Iterator[tuple[StreamObject, tuple[float, ...]]]:
    """Yield each visible annotation's appearance, such as a signature, and the matrix that places it."""
    for reference in page.get("/Annots", ArrayObject()).get_object():
        annotation = reference.get_object()
        if not isinstance(annotation, DictionaryObject) or annotation.get("/Subtype") in NOT_DRAWN:
            continue
        appearance = _appearance(annotation)
        if isinstance(appearance, StreamObject) and (placement := _placement(appearance, annotation)):
            yield appearance, placement


def _appearance(annotation: DictionaryObject) -> PdfObject | None:
    if int(annotation.get("/F", 0)) & (HIDDEN | NO_VIEW):
        return None
    appearances = annotation.get("/AP", DictionaryObject()).get_object()
    appearance: PdfObject | None = appearances.get("/N", NullObject()).get_object()
    if isinstance(appearance, DictionaryObject) and not isinstance(appearance, StreamObject):
        appearance = appearance.get(str(annotation.get("/AS", "")), NullObject()).get_object()
    return appearance


def _placement(appearance: StreamObject, annotation: DictionaryObject) -> tuple[float, ...] | None:
    """Return the matrix from an appearance's transformed box to its annotation's rectangle (ISO 32000-1, 12.5.5)."""
    left, low, right, high = _numbers(appearance["/BBox"])
    a, b, c, d, e, f = _numbers(appearance["/Matrix"]) if "/Matrix" in appearance else (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    transformation = Transformation((a, b, c, d, e, f))
    corners = [transformation.apply_on((x, y)) for x in (left, right) for y in (low, high)]
    xs, ys = [corner[0] for corner in corners], [corner[1] for corner in corners]
    rect = _numbers(annotation["/Rect"])
    x0, x1, y0, y1 = min(rect[0::2]), max(rect[0::2]), min(rect[1::2]), max(rect[1::2])
    if max(xs) == min(xs) or max(ys) == min(ys):
        return None
    across, up = (x1 - x0) / (max(xs) - min(xs)), (y1 - y0) / (max(ys) - min(ys))
    return across, 0.0, 0.0, up, x0 - min(xs) * across, y0 - min(ys) * up


def _numbers(values: PdfObject) -> list[float]:
    array = values.get_object()
    if not isinstance(array, ArrayObject):
        raise TypeError("a PDF's box or matrix is an array")
    return [float(value.get_object()) for value in array]
