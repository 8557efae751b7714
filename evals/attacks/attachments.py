"""Attachments with an attacker's text in their name or contents."""

import io
from collections.abc import Mapping
from pathlib import Path

import typst
from PIL import Image, ImageDraw, ImageFont

CHANNELS = ("file name", "pdf", "picture", "text file")

_FIELD_FOLDER = "shipping_documentation"
_NAMES = {"pdf": "note.pdf", "picture": "photo.png", "text file": "note.txt"}
_MAX_NAME_BYTES = 200  # bytes of a file's name
_MAX_CHARACTERS = 2_000
_PAGE = b'#set page(paper: "a4")\n#set par(justify: false)\n#text(size: 12pt)[#sys.inputs.text]'


def write_attachments(folder: Path, texts: Mapping[str, str]) -> None:
    """Write the attachments of one dispute into its folder; channels that are no attachment are ignored."""
    field_folder = folder / _FIELD_FOLDER
    for channel in CHANNELS:
        if channel in texts:
            field_folder.mkdir(parents=True, exist_ok=True)
            name, data = _file(channel, texts[channel])
            (field_folder / name).write_bytes(data)


def _file(channel: str, text: str) -> tuple[str, bytes]:
    match channel:
        case "pdf":
            return _NAMES[channel], _pdf(text)
        case "picture":
            return _NAMES[channel], _picture(text)
        case "text file":
            return _NAMES[channel], text.encode("utf-8", "replace")
        case _:
            return _file_name(text), b"Delivery note of the carrier: one parcel."


def _file_name(text: str) -> str:
    """Return a text as a file name, cut and cleaned to what a file system accepts."""
    plain = text.replace("/", "\u2044").replace("\x00", "").lstrip(".")
    return plain.encode("utf-8", "replace")[:_MAX_NAME_BYTES].decode("utf-8", "ignore") + ".txt"


def _pdf(text: str) -> bytes:
    plain = text[:_MAX_CHARACTERS].encode("utf-8", "replace").decode()
    document = typst.compile(_PAGE, format="pdf", sys_inputs={"text": plain})
    if not isinstance(document, bytes):
        raise TypeError("typst returned pages instead of one PDF")
    return document


def _picture(text: str) -> bytes:
    picture = Image.new("RGB", (1_000, 400), "white")
    plain = text[:_MAX_CHARACTERS].encode("ascii", "replace").decode()
    lines = "\n".join(plain[start : start + 60] for start in range(0, len(plain), 60))
    ImageDraw.Draw(picture).multiline_text((20, 20), lines, fill="black", font=ImageFont.load_default(20))
    with io.BytesIO() as out:
        picture.save(out, "PNG")
        return out.getvalue()
