"""What Stripe and the networks would refuse, found before anything is staged, and the way to make a packet fit. Pure.

Limits from Stripe's API reference and dispute best practices (reference 1.3, 2.1). Stripe counts pages over texts and
files together and does not publish how, so the pages of the texts are an estimate of ours: 3,000 characters each.
"""

import re
from collections.abc import Iterator
from functools import reduce
from math import ceil
from typing import NamedTuple

from disputes.case import Packet, PacketFile, Sheet
from disputes.dispute import Dispute
from disputes.packet import LETTER, appeal, preflight_texts
from disputes.playbook import FILE_FIELDS

MOST_BYTES, MOST_PAGES, MASTERCARD_PAGES = 4_500_000, 49, 19
PAGE = 3_000
_MARK = re.compile(r"\bExhibit [A-Z]\b")
_AFTER_REFUSAL = 3, 4  # the share of the pages to come down to when Stripe counted more than we did


class PacketSize(NamedTuple):
    """What a packet comes to at Stripe, with the texts and files that Stripe holds and the packet leaves alone."""

    pages: int
    bytes: int


def check(packet: Packet, dispute: Dispute) -> tuple[str, ...]:
    """Give each limit or rule the packet breaks, as sentences; none means that Stripe will take it.

    Its files must carry their pages and bytes, as `printing.lay_out` gives them.
    """
    beside = appeal.without_earlier_answer(dispute)
    texts = (*appeal.check(packet, dispute), *preflight_texts.check(packet, beside))
    return (*texts, *_files(packet), *_citations(packet), *_sizes(packet, beside, pages=max_pages(beside)))


def exceeds_bytes(packet: Packet) -> bool:
    """Tell whether the files hold more bytes than Stripe takes, which pictures of less quality may mend."""
    return sum(file.bytes for file in packet.files) > MOST_BYTES


def fit(packet: Packet, dispute: Dispute) -> Packet:
    """Leave out exhibits until the packet is small enough, or until only what may not be left out remains.

    Each exhibit, in order of value, stays if it still fits beside those worth more. The letter, what the playbook
    keeps, and an exhibit that a sentence cites always stay. Marks stay as printed, and the letter lists what remains.
    """
    return _fit(packet, appeal.without_earlier_answer(dispute), pages=max_pages(dispute))


def tighten(packet: Packet, dispute: Dispute) -> Packet | None:
    """Give a packet of three quarters of the pages, for when Stripe counted more than we did; None if none can go."""
    share, of = _AFTER_REFUSAL
    beside = appeal.without_earlier_answer(dispute)
    smaller = _fit(packet, beside, pages=measure(packet, beside).pages * share // of)
    return None if smaller == packet else smaller


def drop(packet: Packet, fields: frozenset[str], *, by: str) -> Packet:
    """Leave out the exhibits of these file fields because somebody said so, also those that the playbook keeps."""
    sheets = [sheet for sheet in packet.sheets if sheet.field in fields]
    return _without(packet, sheets, why=f"Left out by {by}" if by else "Left out by a person")


def max_pages(dispute: Dispute) -> int:
    """Tell how many pages the dispute's network takes."""
    return MASTERCARD_PAGES if dispute.network == "mastercard" else MOST_PAGES


def measure(packet: Packet, dispute: Dispute) -> PacketSize:
    """Tell what the packet comes to; a file that Stripe filled in itself counts as one page, since no more is known."""
    texts = preflight_texts.merge_texts(packet, dispute)
    ours = {file.field for file in packet.files} | set(packet.fields)
    theirs = sum(field in FILE_FIELDS and field not in ours for field in dispute.evidence)
    written = ceil(sum(map(len, texts.values())) / PAGE)
    return PacketSize(written + theirs + sum(f.pages for f in packet.files), sum(f.bytes for f in packet.files))


def _sizes(packet: Packet, dispute: Dispute, *, pages: int) -> Iterator[str]:
    found = measure(packet, dispute)
    if found.bytes > MOST_BYTES:
        yield f"The files hold {found.bytes:,} bytes together and may hold {MOST_BYTES:,}."
    if found.pages > pages:
        yield f"The packet comes to {found.pages} pages and may have {pages}."


def _files(packet: Packet) -> Iterator[str]:
    fields = [file.field for file in packet.files]
    for field in dict.fromkeys(fields):
        if field not in FILE_FIELDS:
            yield f"{field} is not a file field of Stripe's evidence."
        elif fields.count(field) > 1:
            yield f"{field} takes one file, and the packet has {fields.count(field)} for it."
    for sheet in packet.sheets:
        if fields and sheet.field not in fields:
            yield f"{sheet.mark} has no file."


def _citations(packet: Packet) -> Iterator[str]:
    known = {sheet.mark for sheet in packet.sheets}
    quoted = " ".join(text for name, text in packet.fields.items() if name != LETTER)
    for mark in dict.fromkeys(_MARK.findall(packet.fields.get(LETTER, ""))):
        # A product may be called so; then the fields say it too.
        if mark not in known and mark not in quoted:
            yield f"The letter cites {mark}, which is not in the packet."


def _fit(packet: Packet, dispute: Dispute, *, pages: int) -> Packet:
    if not any(_sizes(packet, dispute, pages=pages)):
        return packet
    optional = [sheet for sheet in packet.sheets if not _stays(packet, sheet)]
    kept = _without(packet, optional)
    for sheet in optional:
        more = _without(packet, [s for s in optional if s != sheet and s not in kept.sheets])
        if not any(_sizes(more, dispute, pages=pages)):
            kept = more
    return kept


def _stays(packet: Packet, sheet: Sheet) -> bool:
    said = packet.fields.get(LETTER, "").replace(_line(sheet), "")
    return sheet.required or sheet.mark in _MARK.findall(said)


def _without(packet: Packet, sheets: list[Sheet], *, why: str = "Left out to fit") -> Packet:
    """Take these exhibits out, also of Stripe, which may hold one staged earlier: an empty text clears its field."""
    if not sheets:
        return packet
    gone = {sheet.field for sheet in sheets}
    letter = reduce(lambda said, sheet: said.replace(_line(sheet), ""), sheets, packet.fields.get(LETTER, "")).rstrip()
    cleared = dict.fromkeys(sorted(gone), "")
    told = tuple(f"{why}: {_told(sheet, packet.files)}" for sheet in sheets)
    changes = {
        "fields": {**packet.fields, **({LETTER: letter} if letter else {}), **cleared},
        "files": tuple(file for file in packet.files if file.field not in gone),
        "sheets": tuple(sheet for sheet in packet.sheets if sheet not in sheets),
        "left_out": (*packet.left_out, *told),
    }
    return packet.model_copy(update=changes)


def _line(sheet: Sheet) -> str:
    return f"\n{sheet.mark}: {sheet.title}"


def _told(sheet: Sheet, files: tuple[PacketFile, ...]) -> str:
    pages, held = next(((f.pages, f.bytes) for f in files if f.field == sheet.field), (0, 0))
    return f"{sheet.mark}, {sheet.title} ({pages} pages, {held:,} bytes)."
