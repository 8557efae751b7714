import io
import warnings

import pi_heif
from PIL import Image, ImageOps

from disputes.errors import Invalid
from tools.pdf.document import PdfLeaf

PIXELS = 60_000_000
WIDTH, HEIGHT = 480.0, 640.0  # points of the box a picture stands in: an A4 page without margins and its name
POINTS_A_PIXEL = 0.5
PRESSES = ((2_200, 85), (1_650, 70), (1_240, 55), (900, 40))  # the longer edge in pixels, and the quality of JPEG
FORMATS = ("PNG", "JPEG", "WEBP")
PLAIN = {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression"}
BROKEN = (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError, Image.DecompressionBombWarning)


def leaf(name: str, data: bytes, *, press: int) -> PdfLeaf:
    """Give a picture upright, on white, without metadata, as JPEG; the same bytes for the same picture and press.

    One that is all of this and small enough is taken as it is. Of a picture that moves, the first frame.
    Raises `Invalid` for what is broken or has more than `PIXELS` pixels.
    """
    try:
        with warnings.catch_warnings(action="ignore", category=Image.DecompressionBombWarning), _opened(data) as found:
            if found.width * found.height > PIXELS:
                raise Invalid(f"{name} has {found.width} x {found.height} pixels; a picture may have {PIXELS} in all.")
            if press == 0 and _is_plain(found):
                return _placed(name, data, found.size)
            upright = _flat(ImageOps.exif_transpose(found))
    except BROKEN as failed:
        raise Invalid(f"{name} is broken: the picture cannot be read.") from failed
    return _placed(name, _pressed(upright, press), upright.size)


def settle(name: str, data: bytes) -> bytes:
    """Give a picture as it is best kept: whole, decoded once, and quick to take into an exhibit. Raises `Invalid`."""
    plain = leaf(name, data, press=0).data
    try:
        with Image.open(io.BytesIO(plain), formats=FORMATS) as found:
            found.load()
    except BROKEN as failed:
        raise Invalid(f"{name} is broken: the picture cannot be read.") from failed
    return plain


def _is_plain(image: Image.Image) -> bool:
    small = max(image.size) <= PRESSES[0][0]
    return small and image.format == "JPEG" and image.mode == "RGB" and set(image.info) <= PLAIN


def _placed(name: str, data: bytes, size: tuple[int, int]) -> PdfLeaf:
    scale = min(POINTS_A_PIXEL, WIDTH / size[0], HEIGHT / size[1])
    return PdfLeaf(name, "picture", data, width=round(size[0] * scale, 2), height=round(size[1] * scale, 2))


def _opened(data: bytes) -> Image.Image:
    if data[4:8] != b"ftyp":
        return Image.open(io.BytesIO(data), formats=FORMATS)
    held = pi_heif.open_heif(io.BytesIO(data))
    # Told before decoding, which happens on the first look at the pixels.
    if held.size[0] * held.size[1] > PIXELS:
        raise Image.DecompressionBombError
    decoded: Image.Image = held.to_pillow()
    return decoded


def _flat(image: Image.Image) -> Image.Image:
    """Put what shines through on white, and every mode into red, green and blue."""
    if image.mode.startswith("I"):
        image = image.convert("I").point(lambda value: value / 256).convert("L")
    if image.has_transparency_data:
        shown = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", shown.size, "white"), shown).convert("RGB")
    return image.convert("RGB")


def _pressed(image: Image.Image, press: int) -> bytes:
    edge, quality = PRESSES[press]
    small = image.copy()
    small.thumbnail((edge, edge), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    small.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()
