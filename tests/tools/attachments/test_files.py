"""A merchant's files as attachments of an exhibit."""

import io
import random
import re

import pytest
from PIL import Image
from pypdf import PdfReader
from pypdf.generic import ArrayObject

from disputes.errors import Invalid
from tests.disputes.privacy import documents
from tests.tools.attachments.merchant_files import (
    HEIC,
    a_pdf,
    a_photo,
    a_picture,
    changed,
    texts,
    with_file,
    with_form,
    with_launch,
    with_link,
    with_password,
    with_script,
    with_stamp,
)
from tools.attachments import file, picture
from tools.pdf import document, forms

A4 = (595, 842)


def exhibit(*attachments):
    return document.draw(
        document.PdfDocument(title="Service record", mark="Exhibit C", layout="service", attachments=list(attachments))
    )


def image_of(attachment):
    return Image.open(io.BytesIO(attachment.data))


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("scan.png", a_picture("PNG")),
        ("photo.jpg", a_picture("JPEG")),
        ("screen.webp", a_picture("WEBP")),
        ("phone.heic", HEIC),
        ("contract.pdf", a_pdf()),
        ("usage.csv", b"day,uses\n2026-03-01,4\n"),
        ("note.txt", "Zoë signed in".encode("cp1252")),
        ("windows.txt", "Zoë signed in".encode("utf-16")),
    ],
)
def test_a_file_of_each_kind_becomes_a_page(name, data):
    assert file.prepare(name, data)[1] == 1
    _, page = texts(exhibit(file.read(name, data)))
    assert name in page
    assert "Exhibit C" in page
    assert "2 / 2" in page


def test_the_kind_is_read_from_the_content_not_from_the_name():
    assert file.read("photo.pdf", a_picture("PNG")).kind == "picture"
    assert file.read("photo.png", a_pdf()).kind == "pdf"


def test_all_attachments_of_a_field_make_one_pdf_of_a4_pages():
    letter = file.read("contract.pdf", a_pdf("First page", "Second page", size="us-letter"))
    pdf = exhibit(file.read("a.png", a_picture()), letter, file.read("log.txt", b"signed in"))
    pages = texts(pdf)
    assert len(pages) == 5
    assert "signed in" in pages[1]
    assert "a.png" in pages[2]
    assert ["First page" in pages[3], "Second page" in pages[4]] == [True, True]
    assert "contract.pdf, page 2 of 2" in pages[4]
    with PdfReader(io.BytesIO(pdf)) as reader:
        assert {(round(page.mediabox.width), round(page.mediabox.height)) for page in reader.pages} == {A4}


def test_the_same_attachments_give_the_same_bytes():
    attachments = [file.read("a.png", a_picture()), file.read("b.pdf", a_pdf())]
    assert exhibit(*attachments) == exhibit(*attachments)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (with_script, "carries JavaScript"),
        (with_file, "carries files inside"),
        (with_form, "carries an XFA form"),
        (with_launch, "carries an action that starts a program"),
        (with_password, "is encrypted"),
    ],
)
def test_an_active_or_encrypted_pdf_is_refused_with_the_reason(change, why):
    with pytest.raises(Invalid, match=rf"^evil\.pdf {why}: .+\.$"):
        file.read("evil.pdf", changed(a_pdf(), change))


def test_links_of_a_pdf_do_not_reach_the_bank():
    with PdfReader(io.BytesIO(exhibit(file.read("a.pdf", changed(a_pdf(), with_link))))) as reader:
        assert all("/Annots" not in page for page in reader.pages)


def test_what_a_stamp_or_signature_shows_is_drawn_into_the_page():
    signed = file.read("contract.pdf", changed(a_pdf(), with_stamp("Signed by Zoe")))
    assert "Signed by Zoe" in texts(exhibit(signed))[1]
    hidden = file.read("contract.pdf", changed(a_pdf(), with_stamp("Signed by Zoe", flags=2)))
    assert "Signed by Zoe" not in texts(exhibit(hidden))[1]


@pytest.mark.parametrize(
    ("rotation", "corner"), [(0, "low left"), (90, "high left"), (180, "high right"), (270, "low right")]
)
def test_a_page_is_rotated_as_it_says_and_stays_inside_its_frame(rotation, corner):
    rotated = changed(a_pdf(size="us-letter"), lambda writer: writer.pages[0].rotate(rotation))
    with PdfReader(io.BytesIO(exhibit(file.read("a.pdf", rotated)))) as reader:
        parts = reader.pages[1]["/Contents"]
        assert isinstance(parts, ArrayObject)
        content = b"".join(part.get_object().get_data() for part in parts).decode("latin-1")
    a, b, c, d, e, f = map(float, re.findall(r"q ([-.\d ]+) cm /RebutAttachment Do Q", content)[0].split())
    corners = [(a * x + c * y + e, b * x + d * y + f) for x, y in ((0, 0), (612, 0), (0, 792), (612, 792))]
    left, low, right, high = forms.FRAME
    assert all(left - 0.1 <= x <= right + 0.1 and low - 0.1 <= y <= high + 0.1 for x, y in corners)
    x, y = corners[0]
    assert f"{'low' if y < 414 else 'high'} {'left' if x < 297 else 'right'}" == corner


def test_a_pdf_of_fifty_pages_is_refused():
    with pytest.raises(Invalid, match="has 50 pages; a file may have from 1 to 49"):
        file.read("long.pdf", a_pdf(*(["page"] * 50)))


@pytest.mark.parametrize(
    "data", [b"%PDF-1.7\nnothing", a_pdf()[:400], b"\x89PNG\r\n\x1a\n", a_photo()[:2_000], HEIC[:200]]
)
def test_a_broken_file_is_refused(data):
    with pytest.raises(Invalid, match="is broken"):
        file.prepare("broken", data)


@pytest.mark.parametrize("data", [b"", bytes(range(256)) * 8, b"PK\x03\x04" + bytes(400)])
def test_a_file_of_another_kind_is_refused(data):
    with pytest.raises(Invalid):
        file.prepare("unknown", data)


def test_damage_anywhere_in_a_pdf_is_refused_or_drawn_and_never_more():
    chance = random.Random(7)  # noqa: S311  damage needs no secret
    whole = a_pdf("First page", "Second page #table([a], [b])")
    outcomes = set()
    for _ in range(60):
        data = bytearray(whole)
        for _ in range(chance.choice([1, 5, 40])):
            data[chance.randrange(len(data))] = chance.randrange(256)
        try:
            outcomes.add(f"{file.prepare('damaged.pdf', bytes(data))[1]} pages")
        except Invalid:
            outcomes.add("refused")
    assert {"2 pages", "refused"} <= outcomes


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded():
    bomb = a_picture("PNG", (20_000, 4_000), mode="1", colour=0)
    assert len(bomb) < 50_000
    with pytest.raises(Invalid, match="20000 x 4000 pixels"):
        file.read("bomb.png", bomb)


def test_files_and_texts_have_a_size_limit():
    with pytest.raises(Invalid, match="bytes; a file may have"):
        file.read("big.bin", bytes(file.MAX_BYTES + 1))
    with pytest.raises(Invalid, match="Take the part that matters"):
        file.read("log.txt", b"line\n" * 30_000)


def test_card_numbers_in_a_text_are_masked():
    assert file.read("chat.txt", b"my card 4242 4242 4242 4242").lines == ["my card [card ending 4242]"]


def test_secrets_that_go_on_in_the_next_line_are_neither_shown_nor_stored():
    data = b"my card 4242 4242 4242 4242\r\ncvv:\n987, IBAN DE89 3704 0044 0532 0130 00"
    stored, _ = file.prepare("chat.txt", data)
    assert stored.decode() == "my card [card ending 4242]\ncvv:\n[security code], IBAN [bank account]"
    assert file.read("chat.txt", stored).lines == file.read("chat.txt", data).lines


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (a_pdf("Paid with 4242 4242 4242 4242"), "a card number"),
        (a_pdf("One", "CVV: 987"), "a security code"),
        (a_pdf("IBAN DE89 3704 0044 0532 0130 00"), "a bank account"),
        (changed(a_pdf(), with_stamp("passport number X9876543")), "a document number"),
        (changed(a_pdf(), lambda w: w.add_metadata({"/Subject": "4242424242424242"})), "a card number"),
        (changed(a_pdf(), lambda w: w.add_outline_item(title="ssn 123-45-6789", page_number=0)), "a document number"),
    ],
)
def test_a_pdf_that_shows_a_secret_number_is_refused_with_its_kind_alone(data, why):
    with pytest.raises(Invalid, match=rf"^scan.pdf shows {why}: black it out, and print it to a new PDF\.$"):
        file.prepare("scan.pdf", data)


def test_a_pdf_full_of_other_numbers_is_taken():
    text = "Order A-1042, parcel 1Z999AA10123456784, 38.00 USD on 2026-03-14, call +1 415 555 2671, IP 203.0.113.7"
    assert file.prepare("scan.pdf", a_pdf(text))[1] == 1


@pytest.mark.parametrize("kind", documents.KINDS)
def test_a_pdf_of_logs_bills_and_parcels_is_taken_and_with_a_card_refused(kind):
    for seed in range(5):
        lines = kind(random.Random(seed)).split("\n")  # noqa: S311 - tests repeat
        whole = "#set text(size: 5pt)\n" + " \\\n".join(f'#raw("{escaped(line)}")' for line in lines[:40])
        assert file.prepare("scan.pdf", a_pdf(whole))[1] >= 1
        with pytest.raises(Invalid, match="shows a card number"):
            file.prepare("scan.pdf", a_pdf(f"{whole} \\\nMy card is 4242424242424242"))


def escaped(line):
    return line.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "    ")


def test_a_pdf_with_a_table_of_parcels_is_taken():
    heads = ("Shipped", "Tracking number", "Status")
    rows = (f"2026-03-{day:02}, {4_000_000_000_000_002 + 10**6 * day * 9}, Delivered" for day in range(1, 29))
    cells = ", ".join(f"[{cell}]" for cell in (*heads, *", ".join(rows).split(", ")))
    assert file.prepare("scan.pdf", a_pdf(f"#table(columns: 3, {cells})"))[1] == 1


def test_compression_makes_a_picture_smaller_and_keeps_its_size_on_the_page():
    photo = a_photo()
    steps = [file.read("photo.jpg", photo, compression=level) for level in range(len(picture.COMPRESSIONS))]
    sizes = [len(step.data) for step in steps]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[-1] < sizes[0] / 4
    assert {(step.width, step.height) for step in steps} == {(480.0, 360.0)}


def test_a_picture_that_is_plain_already_is_taken_as_it_is():
    plain, large = a_photo(), a_photo((3_000, 2_000))
    assert file.read("photo.jpg", plain).data == plain
    assert file.read("photo.jpg", large).data != large
    once = file.prepare("photo.jpg", large)[0]
    assert file.prepare("photo.jpg", once)[0] == once


def test_a_small_picture_is_not_enlarged_and_a_large_one_fits_the_page():
    assert file.read("icon.png", a_picture(size=(100, 50))).width == 50
    tall = file.read("tall.png", a_picture(size=(500, 6_000)))
    assert (tall.width < picture.WIDTH, tall.height) == (True, picture.HEIGHT)
    assert document.pages(exhibit(tall)) == 2


def test_a_picture_is_turned_upright_and_loses_its_metadata():
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Secret camera"
    attachment = file.read("phone.jpg", a_picture("JPEG", (640, 480), exif=exif))
    assert attachment.width < attachment.height
    assert b"Secret camera" not in attachment.data
    with image_of(attachment) as shown:
        assert shown.size == (480, 640)


@pytest.mark.parametrize(
    ("mode", "colour"), [("RGBA", (0, 0, 0, 0)), ("LA", (0, 0)), ("L", 255), ("I;16", 65_535), ("1", 1)]
)
def test_transparency_is_white_and_every_mode_is_read(mode, colour):
    with image_of(file.read("a.png", a_picture(mode=mode, colour=colour))) as shown:
        assert shown.mode == "RGB"
        assert shown.getpixel((5, 5)) == (255, 255, 255)
