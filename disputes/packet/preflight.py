"""Preflight of a packet: what Stripe or a network would refuse, checked before staging, and how to make it fit. Pure.

Limits from Stripe's API reference and dispute best practices (reference 1.3, 2.1). Stripe counts pages over texts and
files together and does not publish how, so the pages of the texts are our estimate: 3,000 characters each.
"""

import re
from collections.abc import Iterator
from functools import reduce
from math import ceil
from typing import NamedTuple

from disputes.case import Packet, PacketFile, Sheet
from disputes.dispute import FILE_FIELDS, Dispute
from disputes.letter import exhibit_marks
from disputes.packet import LETTER, appeal, preflight_texts

MAX_BYTES, MAX_PAGES, MAX_PAGES_MASTERCARD = 4_500_000, 49, 19
CHARACTERS_A_PAGE = 3_000
_MARK = re.compile(r"\bExhibit [A-Z]\b")
_AFTER_REFUSAL = 3, 4  # the share of the pages to reduce to when Stripe counted more than we did


class PacketSize(NamedTuple):
    """The pages and bytes of a packet at Stripe, with the texts and files there that the packet does not replace."""

    pages: int
    bytes: int


def check(packet: Packet, dispute: Dispute) -> tuple[str, ...]:
    """Return each limit or rule the packet breaks, in sentences; none means that Stripe will accept it.

    Its files must carry their pages and bytes, which rendering sets.
    """
    remaining = appeal.without_earlier_answer(dispute)
    texts = (*appeal.check(packet, dispute), *preflight_texts.check(packet, remaining))
    return (
        *texts,
        *_check_files(packet),
        *_check_citations(packet),
        *_check_size(packet, remaining, pages=max_pages(remaining)),
    )


def exceeds_bytes(packet: Packet) -> bool:
    """Return whether the files hold more bytes than Stripe accepts; compressing pictures may help."""
    return sum(file.bytes for file in packet.files) > MAX_BYTES


def fit(packet: Packet, dispute: Dispute) -> Packet:
    """Return the packet without as many exhibits as needed to fit, or with those only that may not be left out.

    Exhibits are tried in order of value, and each stays if it fits beside those worth more. The letter, exhibits that
    the playbook keeps and those that a sentence cites always stay. Marks do not change; the letter lists what remains.
    """
    return _fit(packet, appeal.without_earlier_answer(dispute), pages=max_pages(dispute))


def tighten(packet: Packet, dispute: Dispute) -> Packet | None:
    """Return a packet of three quarters of the pages, since Stripe counted more than we did; None if nothing can go."""
    share, of = _AFTER_REFUSAL
    remaining = appeal.without_earlier_answer(dispute)
    smaller = _fit(packet, remaining, pages=measure(packet, remaining).pages * share // of)
    return None if smaller == packet else smaller


def drop(packet: Packet, fields: frozenset[str], *, why: str) -> Packet:
    """Return the packet without the exhibits of these file fields, as a person decided, even required ones."""
    return _without(packet, [sheet for sheet in packet.sheets if sheet.field in fields], why=why)


def max_pages(dispute: Dispute) -> int:
    """Return how many pages the dispute's network accepts."""
    return MAX_PAGES_MASTERCARD if dispute.network == "mastercard" else MAX_PAGES


def measure(packet: Packet, dispute: Dispute) -> PacketSize:
    """Return the packet's size; a file that Stripe pre-filled counts as one page, since its length is unknown."""
    texts = preflight_texts.merge_texts(packet, dispute)
    ours = {file.field for file in packet.files} | set(packet.fields)
    theirs = sum(field in FILE_FIELDS and field not in ours for field in dispute.evidence)
    text_pages = ceil(sum(map(len, texts.values())) / CHARACTERS_A_PAGE)
    return PacketSize(text_pages + theirs + sum(f.pages for f in packet.files), sum(f.bytes for f in packet.files))


def _check_size(packet: Packet, dispute: Dispute, *, pages: int) -> Iterator[str]:
    size = measure(packet, dispute)
    if size.bytes > MAX_BYTES:
        yield f"The files hold {size.bytes:,} bytes together and may hold {MAX_BYTES:,}."
    if size.pages > pages:
        yield f"The packet comes to {size.pages} pages and may have {pages}."


def _check_files(packet: Packet) -> Iterator[str]:
    fields = [file.field for file in packet.files]
    for field in dict.fromkeys(fields):
        if field not in FILE_FIELDS:
            yield f"{field} is not a file field of Stripe's evidence."
        elif fields.count(field) > 1:
            yield f"{field} takes one file, and the packet has {fields.count(field)} for it."
    for sheet in packet.sheets:
        if fields and sheet.field not in fields:
            yield f"{sheet.mark} has no file."


def _check_citations(packet: Packet) -> Iterator[str]:
    marks = {sheet.mark for sheet in packet.sheets}
    quoted = " ".join(text for name, text in packet.fields.items() if name != LETTER)
    for mark in dict.fromkeys(_MARK.findall(packet.fields.get(LETTER, ""))):
        # A product may be called so; then the fields say it too.
        if mark not in marks and mark not in quoted:
            yield f"The letter cites {mark}, which is not in the packet."


def _fit(packet: Packet, dispute: Dispute, *, pages: int) -> Packet:
    if not any(_check_size(packet, dispute, pages=pages)):
        return packet
    optional = [sheet for sheet in packet.sheets if not _must_stay(packet, sheet)]
    fitted = _without(packet, optional)
    for sheet in optional:
        candidate = _without(packet, [s for s in optional if s != sheet and s not in fitted.sheets])
        if not any(_check_size(candidate, dispute, pages=pages)):
            fitted = candidate
    return fitted


def _must_stay(packet: Packet, sheet: Sheet) -> bool:
    letter = _without_mark(packet.fields.get(LETTER, ""), sheet)
    return sheet.required or sheet.mark in _MARK.findall(letter)


def _without(packet: Packet, sheets: list[Sheet], *, why: str = "Left out to fit") -> Packet:
    """Remove these exhibits, also at Stripe, which may hold one staged earlier: an empty text clears its field."""
    if not sheets:
        return packet
    removed = {sheet.field for sheet in sheets}
    letter = reduce(_without_mark, sheets, packet.fields.get(LETTER, "")).rstrip()
    cleared = dict.fromkeys(sorted(removed), "")
    sentences = tuple(f"{why}: {_describe(sheet, packet.files)}" for sheet in sheets)
    changes = {
        "fields": {**packet.fields, **({LETTER: letter} if letter else {}), **cleared},
        "files": tuple(file for file in packet.files if file.field not in removed),
        "sheets": tuple(sheet for sheet in packet.sheets if sheet not in sheets),
        "left_out": (*packet.left_out, *sentences),
    }
    return packet.model_copy(update=changes)


def _without_mark(letter: str, sheet: Sheet) -> str:
    """Return a letter that neither lists an exhibit nor names it in brackets."""
    return exhibit_marks.strip(letter.replace(f"\n{sheet.mark}: {sheet.title}", ""), (sheet.mark,))


def _describe(sheet: Sheet, files: tuple[PacketFile, ...]) -> str:
    pages, size = next(((f.pages, f.bytes) for f in files if f.field == sheet.field), (0, 0))
    return f"{sheet.mark}, {sheet.title} ({pages} pages, {size:,} bytes)."
