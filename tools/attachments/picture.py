"""Pictures as attachments: upright JPEG on white, without metadata."""

import io
import warnings

import pi_heif
from PIL import Image, ImageOps

from disputes.errors import Invalid
from tools.pdf.document import PdfAttachment

MAX_PIXELS = 60_000_000
WIDTH, HEIGHT = 480.0, 640.0  # points of the box a picture stands in: an A4 page without margins and its name
POINTS_A_PIXEL = 0.5
COMPRESSIONS = ((2_200, 85), (1_650, 70), (1_240, 55), (900, 40))  # the longer edge in pixels, and the quality of JPEG
FORMATS = ("PNG", "JPEG", "WEBP")
PLAIN_INFO = {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression"}
BROKEN = (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError, Image.DecompressionBombWarning)


def read(name: str, data: bytes, *, compression: int) -> PdfAttachment:
    """Return a picture as JPEG: upright, on white, without metadata; the same bytes for the same input.

    One that is all of this and small enough is returned as it is. Of an animated picture it is the first frame.
    Raises `Invalid` for what is broken or has more than `MAX_PIXELS` pixels.
    """
    try:
        with warnings.catch_warnings(action="ignore", category=Image.DecompressionBombWarning), _open(data) as image:
            if image.width * image.height > MAX_PIXELS:
                raise Invalid(
                    f"{name} has {image.width} x {image.height} pixels; a picture may have {MAX_PIXELS} in all."
                )
            if compression == 0 and _is_plain(image):
                return _attachment(name, data, image.size)
            upright = _flatten(ImageOps.exif_transpose(image))
    except BROKEN as failed:
        raise Invalid(f"{name} is broken: the picture cannot be read.") from failed
    return _attachment(name, _compressed(upright, compression), upright.size)


def prepare(name: str, data: bytes) -> bytes:
    """Return a picture as it is stored: decoded whole once, and quick to put into an exhibit. Raises `Invalid`."""
    jpeg = read(name, data, compression=0).data
    try:
        with Image.open(io.BytesIO(jpeg), formats=FORMATS) as image:
            image.load()
    except BROKEN as failed:
        raise Invalid(f"{name} is broken: the picture cannot be read.") from failed
    return jpeg


def _is_plain(image: Image.Image) -> bool:
    small = max(image.size) <= COMPRESSIONS[0][0]
    return small and image.format == "JPEG" and image.mode == "RGB" and set(image.info) <= PLAIN_INFO


def _attachment(name: str, data: bytes, size: tuple[int, int]) -> PdfAttachment:
    scale = min(POINTS_A_PIXEL, WIDTH / size[0], HEIGHT / size[1])
    return PdfAttachment(name, "picture", data, width=round(size[0] * scale, 2), height=round(size[1] * scale, 2))


def _open(data: bytes) -> Image.Image:
    if data[4:8] != b"ftyp":
        return Image.open(io.BytesIO(data), formats=FORMATS)
    heif = pi_heif.open_heif(io.BytesIO(data))
    # Checked before decoding, which happens on the first look at the pixels.
    if heif.size[0] * heif.size[1] > MAX_PIXELS:
        raise Image.DecompressionBombError
    decoded: Image.Image = heif.to_pillow()
    return decoded


def _flatten(image: Image.Image) -> Image.Image:
    """Return the picture in RGB, with transparent pixels on white."""
    if image.mode.startswith("I"):
        image = image.convert("I").point(lambda value: value / 256).convert("L")
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer).convert("RGB")
    return image.convert("RGB")


def _compressed(image: Image.Image, compression: int) -> bytes:
    edge, quality = COMPRESSIONS[compression]
    small = image.copy()
    small.thumbnail((edge, edge), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    small.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()
