"""Pages of one PDF drawn into the pages of another, as pictures are: nothing of them can act, or run off the frame.

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
UNSEEN = {"/Link", "/Popup"}
HIDDEN, NO_VIEW = 2, 32  # flags of an annotation: ISO 32000-1, table 165
NAME = NameObject("/RebutPaper")

Box = tuple[float, float, float, float]


def paste(carrier: bytes, papers: Iterable[tuple[int, bytes]]) -> bytes:
    """Draw each page of the papers into a page of the carrier, beginning at the page a paper names.

    The same bytes for the same papers. Raises what pypdf raises for a paper that is broken.
    """
    writer = PdfWriter()
    with io.BytesIO() as out, closing(writer):
        _carry(writer, carrier)
        for first, data in papers:
            with io.BytesIO(data) as file, PdfReader(file) as reader:
                for number, page in enumerate(reader.pages, start=first):
                    _stand(writer, writer.pages[number], page)
        writer.write(out)
        return out.getvalue()


def _carry(writer: PdfWriter, carrier: bytes) -> None:
    """Take over the pages alone: the tree of tags would cost more than all the rest, and what is pasted has none."""
    with io.BytesIO(carrier) as file, PdfReader(file) as reader:
        for page in reader.pages:
            writer.add_page(page).pop("/StructParents", None)
        writer.add_metadata({"/Title": (reader.metadata and reader.metadata.title) or ""})


def _stand(writer: PdfWriter, carrier: PageObject, page: PageObject) -> None:
    box = _box(page)
    form = writer._add_object(_form(writer, page, box))  # noqa: SLF001  pypdf offers no other way to add one
    matrix = " ".join(f"{value:.4f}" for value in _fitted(box, int(page.get("/Rotate", 0)) % 360))
    _named(carrier)[NAME] = form
    held = carrier.raw_get("/Contents")
    own = held.get_object()
    parts = list(list.__iter__(own)) if isinstance(own, ArrayObject) else [held]
    around = [_operators(writer, "q"), *parts, _operators(writer, f"Q q {matrix} cm {NAME} Do Q")]
    carrier[NameObject("/Contents")] = ArrayObject(around)


def _operators(writer: PdfWriter, said: str) -> PdfObject:
    stream = DecodedStreamObject()
    stream.set_data(f"\n{said}\n".encode())
    return writer._add_object(stream)  # noqa: SLF001  as above


def _form(writer: PdfWriter, page: PageObject, box: Box) -> StreamObject:
    """Make a page a form: its content, its resources, and on top what its annotations show."""
    form = DecodedStreamObject()
    form[NameObject("/Type")], form[NameObject("/Subtype")] = NameObject("/XObject"), NameObject("/Form")
    form[NameObject("/BBox")] = ArrayObject([FloatObject(round(value, 4)) for value in box])
    form[NameObject("/Resources")] = page.get("/Resources", DictionaryObject()).get_object().clone(writer)
    said = [b"q", *_content(page.get("/Contents", NullObject())), b"Q"]
    for number, (look, placed) in enumerate(_looks(page)):
        name = NameObject(f"{NAME}{number}")
        _named(form)[name] = look.clone(writer).indirect_reference
        said.append(f"q {' '.join(f'{value:.4f}' for value in placed)} cm {name} Do Q".encode())
    form.set_data(b"\n".join(said))
    return form.flate_encode()


def _content(held: PdfObject) -> Iterator[bytes]:
    found = held.get_object()
    if isinstance(found, StreamObject):
        yield found.get_data()
    if isinstance(found, ArrayObject):
        for part in list.__iter__(found):
            yield from _content(part)


def _named(holder: DictionaryObject) -> DictionaryObject:
    """Give the table of forms and pictures that a page or form may draw, a copy of its own."""
    resources = DictionaryObject(holder.get("/Resources", DictionaryObject()).get_object())
    forms = DictionaryObject(resources.get("/XObject", DictionaryObject()).get_object())
    resources[NameObject("/XObject")], holder[NameObject("/Resources")] = forms, resources
    return forms


def _box(page: PageObject) -> Box:
    left, low, right, high = (float(value) for value in page.cropbox)
    if not (0 < right - left < LARGEST and 0 < high - low < LARGEST):
        raise ValueError("the page has no size")
    return left, low, right, high


def _fitted(box: Box, turn: int) -> tuple[float, ...]:
    """Turn a page as it asks to be shown, and scale it into the middle of the frame, at most to its own size."""
    left, low, right, high = FRAME
    upright = Transformation().translate(-(box[0] + box[2]) / 2, -(box[1] + box[3]) / 2).rotate(-turn)
    wide, tall = (box[2] - box[0], box[3] - box[1])[:: -1 if turn in {90, 270} else 1]
    scale = min(1.0, (right - left) / wide, (high - low) / tall)
    a, b, c, d, e, f = upright.scale(scale).translate((left + right) / 2, (low + high) / 2).ctm
    return a, b, c, d, e, f


def _looks(page: PageObject) -> Iterator[tuple[StreamObject, tuple[float, ...]]]:
    """Give each visible annotation's appearance, such as a signature, and the matrix that puts it in its place."""
    for reference in page.get("/Annots", ArrayObject()).get_object():
        annotation = reference.get_object()
        if not isinstance(annotation, DictionaryObject) or annotation.get("/Subtype") in UNSEEN:
            continue
        look = _look(annotation)
        if isinstance(look, StreamObject) and (placed := _placed(look, annotation)):
            yield look, placed


def _look(annotation: DictionaryObject) -> PdfObject | None:
    if int(annotation.get("/F", 0)) & (HIDDEN | NO_VIEW):
        return None
    looks = annotation.get("/AP", DictionaryObject()).get_object()
    look: PdfObject | None = looks.get("/N", NullObject()).get_object()
    if isinstance(look, DictionaryObject) and not isinstance(look, StreamObject):
        look = look.get(str(annotation.get("/AS", "")), NullObject()).get_object()
    return look


def _placed(look: StreamObject, annotation: DictionaryObject) -> tuple[float, ...] | None:
    """Fit the transformed box of an appearance to the rectangle of its annotation (ISO 32000-1, 12.5.5)."""
    left, low, right, high = _numbers(look["/BBox"])
    a, b, c, d, e, f = _numbers(look["/Matrix"]) if "/Matrix" in look else (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    turned = Transformation((a, b, c, d, e, f))
    corners = [turned.apply_on((x, y)) for x in (left, right) for y in (low, high)]
    xs, ys = [corner[0] for corner in corners], [corner[1] for corner in corners]
    rect = _numbers(annotation["/Rect"])
    x0, x1, y0, y1 = min(rect[0::2]), max(rect[0::2]), min(rect[1::2]), max(rect[1::2])
    if max(xs) == min(xs) or max(ys) == min(ys):
        return None
    across, up = (x1 - x0) / (max(xs) - min(xs)), (y1 - y0) / (max(ys) - min(ys))
    return across, 0.0, 0.0, up, x0 - min(xs) * across, y0 - min(ys) * up


def _numbers(values: PdfObject) -> list[float]:
    found = values.get_object()
    if not isinstance(found, ArrayObject):
        raise TypeError("a PDF's box or matrix is an array")
    return [float(value.get_object()) for value in found]
