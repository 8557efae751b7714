"""Files as merchants have them: plain PDFs, active ones, pictures of every kind."""

import base64
import io

import typst
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import Link
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

HEIC = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAX1tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAA"
    "ACJpbG9jAAAAAERAAAEAAQAAAAABoQABAAAAAAAAAKUAAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAABAABodmMxAAAAAA5waXRt"
    "AAAAAAABAAAA/WlwcnAAAADdaXBjbwAAAHZodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMA"
    "AAMAHroCQGEAAQAqQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbq5Ka5uAhoMCAAAAMDIAAAAwAhYgABAAZEAcFzwIkAAAATY29scm5j"
    "bHgAAQANAAaAAAAAFGlzcGUAAAAAAAAAQAAAAEAAAAAoY2xhcAAAAEAAAAABAAAAMAAAAAEAAAAAAAAAAv////AAAAACAAAAEHBp"
    "eGkAAAAAAwgICAAAABhpcG1hAAAAAAAAAAEAAQWBAgMFhAAAAK1tZGF0AAAAoSgBrwngI+bTP+ue/4B2WBN/P/hHPty3/nmbQVfj"
    "MzZ/N4YZgCS7RC/A66C24OC7o8m7bYWiEaskp5Ro9GU/N53YxHzkOVtf5ZhfRb39/ZshZvvdEUegdzevjylOVuu8K+7H6phHDP8h"
    "bmAqJJkpvQX6KcJX8fim2U3AhuLYXwK+pQow/wSnLA8devxeMyg6JuiHbwyU5Eh4j5HwbYPxeopw"
)


def a_pdf(*pages, size="a4"):
    """A page for each text."""
    source = f'#set page(paper: "{size}")\n' + "\n#pagebreak()\n".join(pages or ("The signed contract",))
    pdf = typst.compile(source.encode(), format="pdf", timestamp=0)
    assert isinstance(pdf, bytes)
    return pdf


def changed(data, change):
    """A PDF after a change pdf with pypdf."""
    writer = PdfWriter(clone_from=io.BytesIO(data))
    change(writer)
    with io.BytesIO() as out:
        writer.write(out)
        writer.close()
        return out.getvalue()


def with_script(writer):
    script = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert('hello')")}
    writer.root_object[NameObject("/OpenAction")] = DictionaryObject(script)


def with_file(writer):
    writer.add_attachment("invoice.xml", b"<invoice/>")


def with_password(writer):
    writer.encrypt("secret", algorithm="AES-128")


def with_form(writer):
    form = DictionaryObject({NameObject("/XFA"): TextStringObject("<xdp/>"), NameObject("/Fields"): ArrayObject()})
    writer.root_object[NameObject("/AcroForm")] = form


def with_launch(writer):
    action = DictionaryObject({NameObject("/S"): NameObject("/Launch"), NameObject("/F"): TextStringObject("run.sh")})
    writer.root_object[NameObject("/OpenAction")] = writer._add_object(action)


def with_link(writer):
    writer.add_annotation(0, Link(rect=(50, 50, 100, 100), url="https://example.com"))


def with_stamp(text, *, flags=4):
    """A stamp on the first page that shows a text, as a signature does."""

    def change(writer):
        appearance = DecodedStreamObject()
        appearance.set_data(f"BT /F1 20 Tf 5 10 Td ({text}) Tj ET".encode())
        entries = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
        font = DictionaryObject({NameObject(key): NameObject(value) for key, value in entries.items()})
        fonts = DictionaryObject({NameObject("/F1"): font})
        appearance[NameObject("/Type")], appearance[NameObject("/Subtype")] = (
            NameObject("/XObject"),
            NameObject("/Form"),
        )
        appearance[NameObject("/BBox")] = ArrayObject(FloatObject(number) for number in (0, 0, 200, 40))
        appearance[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        appearances = DictionaryObject({NameObject("/N"): writer._add_object(appearance)})
        stamp = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Annot"),
                NameObject("/Subtype"): NameObject("/Stamp"),
                NameObject("/Rect"): ArrayObject(FloatObject(number) for number in (300, 100, 500, 140)),
                NameObject("/F"): NumberObject(flags),
                NameObject("/AP"): appearances,
            }
        )
        writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(stamp)])

    return change


def a_picture(kind="PNG", size=(640, 480), *, mode="RGB", colour=(200, 30, 30), **options):
    with io.BytesIO() as out:
        Image.new(mode, size, colour).save(out, kind, **options)
        return out.getvalue()


def a_photo(size=(1_600, 1_200), kind="JPEG"):
    """A picture that does not compress to nothing."""
    with io.BytesIO() as out:
        Image.effect_noise(size, 90).convert("RGB").save(out, kind, quality=95)
        return out.getvalue()


def texts(data):
    with PdfReader(io.BytesIO(data)) as reader:
        return [page.extract_text() for page in reader.pages]
