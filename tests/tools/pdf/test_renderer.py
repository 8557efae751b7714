"""Every exhibit of every playbook, rendered and read back from the PDF."""

import io
import re
from typing import get_args

import pytest
from pypdf import PdfReader

from disputes.case import Section
from disputes.errors import TryAgain
from disputes.evidence import Attachment
from disputes.packet import exhibits
from disputes.playbook import Layout
from tests.builders import BOOKS, a_dispute, everything
from tests.tools.attachments.merchant_files import a_photo, a_picture
from tools import storage
from tools.pdf import document
from tools.pdf.renderer import PdfRenderer

COLOURS = {b"g", b"G", b"rg", b"RG", b"sc", b"SC", b"scn", b"SCN"}


def sheets(reason, product="physical"):
    laid = exhibits.build_sheets(a_dispute(reason=reason), everything(product), BOOKS.of(reason), taken=frozenset())
    return {sheet.layout: sheet for sheet in laid}


EVERY = {layout: sheet for reason in BOOKS.by_reason for layout, sheet in sheets(reason).items()}


def words(text):
    return "".join(text.replace(document.BREAK, "").split())


async def pages(sheet, files=None):
    data = await PdfRenderer(files).render(sheet)
    with PdfReader(io.BytesIO(data)) as reader:
        return [page.extract_text() for page in reader.pages]


def test_every_layout_is_used_by_a_playbook():
    there = {path.stem for path in document.TEMPLATES.glob("*.typ")} - {"base"}
    assert set(map(document._template, EVERY)) == there
    assert set(EVERY) == set(get_args(Layout))


@pytest.mark.parametrize("layout", EVERY)
async def test_each_layout_shows_all_that_its_sheet_holds(layout):
    sheet = EVERY[layout]
    shown = words("".join(await pages(sheet)))
    cells = [cell for section in sheet.sections for row in section.rows for cell in row]
    cells += [cell for row in sheet.rows for cell in row]
    if layout == "tracking":  # an address stands by itself
        cells = [cell for cell in cells if cell not in {"Recipient", "Shipping address"}]
    for text in (sheet.title, sheet.mark, sheet.about, *cells):
        assert words(text) in shown, text


@pytest.mark.parametrize("layout", EVERY)
async def test_each_layout_is_black_of_twelve_points_and_without_links(layout):
    data = await PdfRenderer().render(EVERY[layout])
    sizes: set[float] = set()
    with PdfReader(io.BytesIO(data)) as reader:
        for page in reader.pages:
            page.extract_text(
                visitor_text=lambda text, _, tm, __, size: sizes.add(size * abs(tm[3])) if text.strip() else None
            )
            assert "/Annots" not in page
            assert (round(page.mediabox.width), round(page.mediabox.height)) == (595, 842)
            content = page.get_contents()
            assert content is not None
            painted = [values for values, operator in content.operations if operator in COLOURS]
            assert {float(value) for values in painted for value in values} <= {0.0}
    assert min(sizes) >= 12
    assert data == await PdfRenderer().render(EVERY[layout])


async def test_the_timeline_of_a_parcel_reads_from_top_to_bottom():
    shown = " ".join("".join(await pages(EVERY["tracking"])).split())
    address, timeline = shown.index("12 Main St Apt 4 New York, NY, 10001, US"), shown.index("Timeline")
    assert address < timeline < shown.index("Handed to the carrier") < shown.index("Delivered", timeline)


async def test_the_total_stands_below_the_items():
    shown = " ".join("".join(await pages(EVERY["receipt"])).split())
    assert shown.index("Trail Mug") < shown.index("Gift Card") < shown.index("Total paid 1,234.56 USD")


async def test_two_payments_stand_beside_each_other():
    (page,) = await pages(EVERY["duplicate"])
    assert re.search(r"Order number\s+A-1042\s+INV2026001", page)


async def test_a_message_is_quoted_whole_with_its_lines_over_many_pages():
    message = "\n".join(f"line {number} of a long story" for number in range(400))
    rows = (("1 March 2026 at 09:12 UTC", "Customer", message), ("2 March 2026 at 09:12 UTC", "We", "Thank you."))
    heads = ("Date and time", "From", "Message")
    log = Section(title="Messages in order of time", heads=heads, rows=rows)
    shown = await pages(EVERY["messages"].model_copy(update={"sections": (log,)}))
    assert len(shown) > 8
    assert "1. Customer, 1 March 2026 at 09:12 UTC" in shown[0]
    assert all(any(f"line {number} of" in page for page in shown) for number in (0, 399))
    assert "2. We, 2 March 2026 at 09:12 UTC" in shown[-1]


@pytest.mark.parametrize("layout", EVERY)
async def test_no_text_of_a_customer_acts_as_markup_in_any_layout(layout):
    hostile = '#panic[x] *bold* $x$ ] } "quote" \\ https://example.com ' + "W" * 60
    sheet = EVERY[layout]
    sections = tuple(
        section.model_copy(update={"rows": tuple(tuple(hostile for _ in row) for row in section.rows)})
        for section in sheet.sections
    )
    changes = {"sections": sections, "rows": ((hostile, hostile),), "title": hostile, "about": hostile}
    shown = words("".join(await pages(sheet.model_copy(update=changes))))
    assert shown.count(words(hostile)) >= 3


async def an_attachment(storage, name, data):
    return Attachment(
        field="service_documentation", name=name, key=await storage.keep("du_1", data), pages=1, bytes=1, sha256="1"
    )


async def test_attachments_follow_the_facts_of_their_exhibit(tmp_path):
    files = storage.in_folder(tmp_path / "files")
    attachments = (
        await an_attachment(files, "receipt signed.png", a_picture()),
        await an_attachment(files, "log.txt", b"signed in"),
    )
    shown = await pages(EVERY["service"].model_copy(update={"attachments": attachments}), files)
    assert ["Use in order of time" in shown[0], "signed in" in shown[1], "receipt signed.png" in shown[2]] == [True] * 3


async def test_a_compressed_sheet_is_smaller(tmp_path):
    files = storage.in_folder(tmp_path / "files")
    sheet = EVERY["service"].model_copy(update={"attachments": (await an_attachment(files, "photo.jpg", a_photo()),)})
    sizes = [len(await PdfRenderer(files).render(sheet.model_copy(update={"compression": n}))) for n in range(4)]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[3] < sizes[0] / 3


async def test_a_missing_attachment_is_tried_again_and_never_left_out(tmp_path):
    gone = Attachment(field="receipt", name="scan.png", key=f"du_1/{'0' * 32}-{'A' * 32}", pages=1, bytes=1, sha256="1")
    sheet = EVERY["receipt"].model_copy(update={"attachments": (gone,)})
    for files in (storage.in_folder(tmp_path / "files"), None):
        with pytest.raises(TryAgain, match=r"^scan\.png cannot be"):
            await PdfRenderer(files).render(sheet)
