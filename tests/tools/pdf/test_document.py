"""Exhibit documents drawn as PDFs."""

import io

import pypdf
import pytest
from pypdf.errors import PyPdfError

from tools.pdf import document

A4_POINTS = (595, 842)


def a_document(**changes) -> document.PdfDocument:
    fields = {
        "title": "Proof of delivery",
        "subtitle": "Dispute du_1",
        "rows": [("Carrier", "UPS"), ("Tracking number", "1Z999AA10123456784")],
        "paragraphs": ["The parcel was handed over on 3 May 2026."],
        "mark": "Exhibit A",
    }
    return document.PdfDocument(**(fields | changes))


def read(data: bytes) -> list[str]:
    with pypdf.PdfReader(io.BytesIO(data)) as reader:
        return [page.extract_text() for page in reader.pages]


async def text_of(**changes) -> str:
    return "\n".join(read(await document.render(a_document(**changes)))).replace(document.BREAK, "")


async def test_shows_title_rows_paragraphs_mark_and_page_number():
    (page,) = read(await document.render(a_document()))
    for text in (
        "Proof of delivery",
        "Dispute du_1",
        "Carrier UPS",
        "1Z999AA10123456784",
        "The parcel was handed over on 3 May 2026.",
        "Exhibit A",
        "1 / 1",
    ):
        assert text in page


async def test_every_page_is_a4_portrait_and_carries_mark_and_number():
    data = await document.render(a_document(paragraphs=["A sentence that fills the page. " * 20] * 12))
    texts = read(data)
    assert len(texts) == document.pages(data) > 2
    with pypdf.PdfReader(io.BytesIO(data)) as reader:
        sizes = {(round(float(page.mediabox.width)), round(float(page.mediabox.height))) for page in reader.pages}
    assert sizes == {A4_POINTS}
    for number, page in enumerate(texts, start=1):
        assert "Exhibit A" in page
        assert f"{number} / {len(texts)}" in page


async def test_the_same_document_gives_the_same_bytes():
    assert await document.render(a_document()) == await document.render(a_document())
    assert await document.render(a_document()) != await document.render(a_document(mark="Exhibit B"))


async def test_prints_at_twelve_points_in_black_without_links_or_pictures():
    data = await document.render(a_document(paragraphs=["See https://example.com/parcel and mail@example.com."]))
    sizes: set[float] = set()
    with pypdf.PdfReader(io.BytesIO(data)) as reader:
        for page in reader.pages:
            page.extract_text(
                visitor_text=lambda text, _, tm, __, size: sizes.add(size * abs(tm[3])) if text.strip() else None
            )
            assert "/Annots" not in page
            assert not page.images
            content = page.get_contents()
            assert content is not None
            operations = {
                (operator, tuple(map(float, values)))
                for values, operator in content.operations
                if operator in {b"g", b"G", b"rg", b"RG", b"sc", b"SC", b"scn", b"SCN"}
            }
    assert operations
    assert min(sizes) >= 12
    assert {number for _, numbers in operations for number in numbers} <= {0.0}


@pytest.mark.parametrize(
    "text",
    [
        '#import "evil": *',
        '#panic[x] #read("/etc/passwd")',
        "= Heading *bold* _it_ `raw` $x^2$ <label> @ref \\ // comment /* and */ ~ --",
        'quote " and \\" and \\u{41} {brace} [bracket]',
        "{refund} %s %(x)s {{x}}",
    ],
)
async def test_markup_in_any_field_is_plain_text(text):
    shown = await text_of(title=text, subtitle=text, rows=[(text, text)], paragraphs=[text], mark=text)
    assert "".join(shown.split()).count("".join(text.split())) >= 5


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("nul\x00l", "null"),
        ("bell\x07 esc\x1b[31m", "bell esc[31m"),
        ("lone \ud800 surrogate", "lone \ufffd surrogate"),
        ("paired \ud83d\ude00 face", "paired [U+1F600] face"),
        ("王", "[U+738B]"),
        ("pay \u202eDSU 001", "pay DSU 001"),
        ("line one\r\nline two", "line one\nline two"),
        ("cafe\u0301 Łódź Ελλάδα Київ €₴", "café Łódź Ελλάδα Київ €₴"),
    ],
)
async def test_hostile_and_foreign_characters_are_shown_or_dropped_never_fatal(text, shown):
    assert shown in await text_of(paragraphs=[text])


@pytest.mark.parametrize("word", ["שלום", "مرحبا", "گچ پژ"])
async def test_right_to_left_text_is_printed_with_all_its_letters(word):
    shown = await text_of(paragraphs=[word])
    assert set(word) <= set(shown)


async def test_twenty_thousand_characters_come_through_whole():
    words = " ".join(f"w{number}" for number in range(4_000))[:20_000]
    data = await document.render(a_document(rows=[("Log", words)], paragraphs=[words]))
    shown = "".join("\n".join(read(data)).split())
    assert len(words) == 20_000
    assert document.pages(data) > 5
    assert shown.count("w3499") == words.count("w3499") * 2
    assert shown.count("w2718") == 2


async def test_a_word_without_end_is_broken_and_stays_on_the_page():
    data = await document.render(a_document(rows=[("L" * 200, "W" * 1_000)], paragraphs=["M" * 20_000]))
    lines = "\n".join(read(data)).splitlines()
    assert sum(line.count("W") for line in lines) == 1_000
    assert sum(line.count("M") for line in lines) == 20_000
    assert max(len(line) for line in lines if set(line) <= {"M", document.BREAK}) <= 45


async def test_an_empty_document_is_one_page():
    assert document.pages(await document.render(document.PdfDocument(title=""))) == 1


def test_counting_pages_of_something_else_is_an_error():
    with pytest.raises(PyPdfError):
        document.pages(b"not a pdf")
