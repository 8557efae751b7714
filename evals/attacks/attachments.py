"""Files of a merchant's folder that a stranger had a hand in: their names, and what stands in them."""

import io
from collections.abc import Mapping
from pathlib import Path

import typst
from PIL import Image, ImageDraw, ImageFont

DOORS = ("file name", "pdf", "picture", "text file")

_FIELD = "shipping_documentation"
_NAMES = {"pdf": "note.pdf", "picture": "photo.png", "text file": "note.txt"}
_LONGEST = 200  # bytes of a file's name
_SHOWN = 2_000
_PAGE = b'#set page(paper: "a4")\n#set par(justify: false)\n#text(size: 12pt)[#sys.inputs.said]'


def lay(folder: Path, texts: Mapping[str, str]) -> None:
    """Write the files of one dispute into its folder; a door that is no file is left to others."""
    place = folder / _FIELD
    for door in DOORS:
        if door in texts:
            place.mkdir(parents=True, exist_ok=True)
            name, data = _file(door, texts[door])
            (place / name).write_bytes(data)


def _file(door: str, said: str) -> tuple[str, bytes]:
    match door:
        case "pdf":
            return _NAMES[door], _pdf(said)
        case "picture":
            return _NAMES[door], _picture(said)
        case "text file":
            return _NAMES[door], said.encode("utf-8", "replace")
        case _:
            return _named(said), b"Delivery note of the carrier: one parcel."


def _named(said: str) -> str:
    """Give a text as the name of a file, as far as a file system takes it."""
    plain = said.replace("/", "\u2044").replace("\x00", "").lstrip(".")
    return plain.encode("utf-8", "replace")[:_LONGEST].decode("utf-8", "ignore") + ".txt"


def _pdf(said: str) -> bytes:
    plain = said[:_SHOWN].encode("utf-8", "replace").decode()
    made = typst.compile(_PAGE, format="pdf", sys_inputs={"said": plain})
    if not isinstance(made, bytes):
        raise TypeError("typst gave pages instead of one PDF")
    return made


def _picture(said: str) -> bytes:
    picture = Image.new("RGB", (1_000, 400), "white")
    plain = said[:_SHOWN].encode("ascii", "replace").decode()
    lines = "\n".join(plain[start : start + 60] for start in range(0, len(plain), 60))
    ImageDraw.Draw(picture).multiline_text((20, 20), lines, fill="black", font=ImageFont.load_default(20))
    with io.BytesIO() as out:
        picture.save(out, "PNG")
        return out.getvalue()
