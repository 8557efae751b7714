import io
import random
import re

import pytest
from PIL import Image
from pypdf import PdfReader
from pypdf.generic import ArrayObject

from disputes.errors import Invalid
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
from tools.attachments import file as papers
from tools.attachments import picture as papers_picture
from tools.pdf import document as pdf
from tools.pdf import forms

A4 = (595, 842)


def exhibit(*leaves):
    return pdf.draw(pdf.PdfDocument(title="Service record", mark="Exhibit C", layout="service", leaves=list(leaves)))


def picture(leaf):
    return Image.open(io.BytesIO(leaf.data))


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
    assert papers.settle(name, data)[1] == 1
    _, page = texts(exhibit(papers.leaf(name, data)))
    assert name in page
    assert "Exhibit C" in page
    assert "2 / 2" in page


def test_the_kind_is_told_by_content_not_by_name():
    assert papers.leaf("photo.pdf", a_picture("PNG")).kind == "picture"
    assert papers.leaf("photo.png", a_pdf()).kind == "pdf"


def test_all_papers_of_a_field_make_one_pdf_of_a4_pages():
    letter = papers.leaf("contract.pdf", a_pdf("First page", "Second page", paper="us-letter"))
    made = exhibit(papers.leaf("a.png", a_picture()), letter, papers.leaf("log.txt", b"signed in"))
    said = texts(made)
    assert len(said) == 5
    assert "signed in" in said[1]
    assert "a.png" in said[2]
    assert ["First page" in said[3], "Second page" in said[4]] == [True, True]
    assert "contract.pdf, page 2 of 2" in said[4]
    with PdfReader(io.BytesIO(made)) as reader:
        assert {(round(page.mediabox.width), round(page.mediabox.height)) for page in reader.pages} == {A4}


def test_the_same_papers_give_the_same_bytes():
    leaves = [papers.leaf("a.png", a_picture()), papers.leaf("b.pdf", a_pdf())]
    assert exhibit(*leaves) == exhibit(*leaves)


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
        papers.leaf("evil.pdf", changed(a_pdf(), change))


def test_links_of_a_pdf_do_not_reach_the_bank():
    with PdfReader(io.BytesIO(exhibit(papers.leaf("a.pdf", changed(a_pdf(), with_link))))) as reader:
        assert all("/Annots" not in page for page in reader.pages)


def test_what_a_stamp_or_signature_shows_is_drawn_into_the_page():
    signed = papers.leaf("contract.pdf", changed(a_pdf(), with_stamp("Signed by Zoe")))
    assert "Signed by Zoe" in texts(exhibit(signed))[1]
    hidden = papers.leaf("contract.pdf", changed(a_pdf(), with_stamp("Signed by Zoe", flags=2)))
    assert "Signed by Zoe" not in texts(exhibit(hidden))[1]


@pytest.mark.parametrize(
    ("turn", "corner"), [(0, "low left"), (90, "high left"), (180, "high right"), (270, "low right")]
)
def test_a_page_is_turned_as_it_asks_and_stays_inside_its_frame(turn, corner):
    turned = changed(a_pdf(paper="us-letter"), lambda writer: writer.pages[0].rotate(turn))
    with PdfReader(io.BytesIO(exhibit(papers.leaf("a.pdf", turned)))) as reader:
        parts = reader.pages[1]["/Contents"]
        assert isinstance(parts, ArrayObject)
        content = b"".join(part.get_object().get_data() for part in parts).decode("latin-1")
    a, b, c, d, e, f = map(float, re.findall(r"q ([-.\d ]+) cm /RebutPaper Do Q", content)[0].split())
    corners = [(a * x + c * y + e, b * x + d * y + f) for x, y in ((0, 0), (612, 0), (0, 792), (612, 792))]
    left, low, right, high = forms.FRAME
    assert all(left - 0.1 <= x <= right + 0.1 and low - 0.1 <= y <= high + 0.1 for x, y in corners)
    x, y = corners[0]
    assert f"{'low' if y < 414 else 'high'} {'left' if x < 297 else 'right'}" == corner


def test_a_pdf_of_fifty_pages_is_refused():
    with pytest.raises(Invalid, match="has 50 pages; a file may have from 1 to 49"):
        papers.leaf("long.pdf", a_pdf(*(["page"] * 50)))


@pytest.mark.parametrize(
    "data", [b"%PDF-1.7\nnothing", a_pdf()[:400], b"\x89PNG\r\n\x1a\n", a_photo()[:2_000], HEIC[:200]]
)
def test_a_broken_file_is_refused(data):
    with pytest.raises(Invalid, match="is broken"):
        papers.settle("broken", data)


@pytest.mark.parametrize("data", [b"", bytes(range(256)) * 8, b"PK\x03\x04" + bytes(400)])
def test_what_is_none_of_these_kinds_is_refused(data):
    with pytest.raises(Invalid):
        papers.settle("thing", data)


def test_damage_anywhere_in_a_pdf_is_refused_or_drawn_and_never_more():
    chance = random.Random(7)  # noqa: S311  damage needs no secret
    whole = a_pdf("First page", "Second page #table([a], [b])")
    outcomes = set()
    for _ in range(60):
        data = bytearray(whole)
        for _ in range(chance.choice([1, 5, 40])):
            data[chance.randrange(len(data))] = chance.randrange(256)
        try:
            outcomes.add(f"{papers.settle('damaged.pdf', bytes(data))[1]} pages")
        except Invalid:
            outcomes.add("refused")
    assert {"2 pages", "refused"} <= outcomes


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded():
    bomb = a_picture("PNG", (20_000, 4_000), mode="1", colour=0)
    assert len(bomb) < 50_000
    with pytest.raises(Invalid, match="20000 x 4000 pixels"):
        papers.leaf("bomb.png", bomb)


def test_files_and_texts_have_a_size_limit():
    with pytest.raises(Invalid, match="bytes; a file may have"):
        papers.leaf("big.bin", bytes(papers.BYTES + 1))
    with pytest.raises(Invalid, match="Take the part that matters"):
        papers.leaf("log.txt", b"line\n" * 30_000)


def test_card_numbers_in_a_text_are_masked():
    assert papers.leaf("chat.txt", b"my card 4242 4242 4242 4242").lines == ["my card [card ending 4242]"]


def test_secrets_in_a_text_are_neither_shown_nor_kept_though_they_go_on_in_the_next_line():
    data = b"my card 4242 4242\r\n4242 4242\ncvv:\n987, IBAN DE89 3704 0044 0532 0130 00"
    kept, _ = papers.settle("chat.txt", data)
    assert kept.decode() == "my card [card ending 4242]\ncvv:\n[security code], IBAN [bank account]"
    assert papers.leaf("chat.txt", kept).lines == papers.leaf("chat.txt", data).lines


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
        papers.settle("scan.pdf", data)


def test_a_pdf_full_of_other_numbers_is_taken():
    said = "Order A-1042, parcel 1Z999AA10123456784, 38.00 USD on 2026-03-14, call +1 415 555 2671, IP 203.0.113.7"
    assert papers.settle("scan.pdf", a_pdf(said))[1] == 1


def test_pressing_makes_a_picture_smaller_and_leaves_its_place_alone():
    photo = a_photo()
    steps = [papers.leaf("photo.jpg", photo, press=press) for press in range(len(papers_picture.PRESSES))]
    sizes = [len(step.data) for step in steps]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[-1] < sizes[0] / 4
    assert {(step.width, step.height) for step in steps} == {(480.0, 360.0)}


def test_a_picture_that_is_plain_already_is_taken_as_it_is():
    plain, large = a_photo(), a_photo((3_000, 2_000))
    assert papers.leaf("photo.jpg", plain).data == plain
    assert papers.leaf("photo.jpg", large).data != large
    once = papers.settle("photo.jpg", large)[0]
    assert papers.settle("photo.jpg", once)[0] == once


def test_a_small_picture_is_not_blown_up_and_a_large_one_fits_the_page():
    assert papers.leaf("icon.png", a_picture(size=(100, 50))).width == 50
    tall = papers.leaf("tall.png", a_picture(size=(500, 6_000)))
    assert (tall.width < papers_picture.WIDTH, tall.height) == (True, papers_picture.HEIGHT)
    assert pdf.pages(exhibit(tall)) == 2


def test_a_picture_is_turned_upright_and_says_nothing_of_its_camera():
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Secret camera"
    leaf = papers.leaf("phone.jpg", a_picture("JPEG", (640, 480), exif=exif))
    assert leaf.width < leaf.height
    assert b"Secret camera" not in leaf.data
    with picture(leaf) as shown:
        assert shown.size == (480, 640)


@pytest.mark.parametrize(
    ("mode", "colour"), [("RGBA", (0, 0, 0, 0)), ("LA", (0, 0)), ("L", 255), ("I;16", 65_535), ("1", 1)]
)
def test_what_shines_through_is_white_and_every_mode_is_read(mode, colour):
    with picture(papers.leaf("a.png", a_picture(mode=mode, colour=colour))) as shown:
        assert shown.mode == "RGB"
        assert shown.getpixel((5, 5)) == (255, 255, 255)
