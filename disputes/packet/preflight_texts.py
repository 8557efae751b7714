"""What would be refused, or read wrongly by a bank, in the texts of a packet. Pure.

Limits from Stripe's API reference (reference 1.3, 2.1): the texts count together with those Stripe filled in itself.
"""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from disputes import money
from disputes.case import Packet
from disputes.dispute import Dispute
from disputes.letter.grounding import tokens
from disputes.packet import max_characters
from disputes.playbook import FILE_FIELDS, TEXT_FIELDS

ALL_TEXT = 150_000
DATES = ("service_date", "shipping_date")
_LINK = re.compile(r"\w://|\bwww\.", re.IGNORECASE)
_FILE = re.compile(r"\bfile_(?=\w*\d)\w+")
_MACHINE = re.compile(r"\d[Tt]\d")


def check(packet: Packet, dispute: Dispute) -> tuple[str, ...]:
    """Give each rule the texts break, as sentences."""
    told = (sentence for name, text in packet.fields.items() for sentence in _field(name, text))
    return (*told, *_length(packet, dispute), *_amounts(packet, dispute))


def merge_texts(packet: Packet, dispute: Dispute) -> dict[str, str]:
    """Give every text as Stripe will hold it: the packet's, and those of Stripe's that it leaves alone."""
    held = {name: text for name, text in dispute.evidence.items() if name in TEXT_FIELDS}
    return {name: text for name, text in {**held, **packet.fields}.items() if name not in FILE_FIELDS}


def _field(name: str, text: str) -> Iterator[str]:
    # An empty text clears a field of either sort.
    if name not in TEXT_FIELDS and (text or name not in FILE_FIELDS):
        yield f"{name} is not a text field of Stripe's evidence."
    if len(text) > max_characters(name):
        yield f"{name} holds {len(text)} characters and may hold {max_characters(name)}."
    if _LINK.search(text):
        yield f"{name} carries a link, and banks do not open links."
    if found := _FILE.search(text):
        yield f"{name} holds the file id {found[0]}, which says nothing to a bank."
    if name in DATES and text and not _is_readable(text):
        yield f"{name} has to name a day as people write it, such as 14 March 2026."


def _length(packet: Packet, dispute: Dispute) -> Iterator[str]:
    total = sum(map(len, merge_texts(packet, dispute).values()))
    if total > ALL_TEXT:
        yield f"The texts hold {total} characters together and may hold {ALL_TEXT}."


def _is_readable(text: str) -> bool:
    days = [found.token[1] for found in tokens.read(text) if found.token[0] == "date"]
    return bool(days) and not _MACHINE.search(text) and all(map(_is_day, days))


def _is_day(written: str) -> bool:
    try:
        date.fromisoformat(written)
    except ValueError:
        return False
    return True


def _amounts(packet: Packet, dispute: Dispute) -> Iterator[str]:
    """Find the disputed amount under another currency, or with its minor units counted wrongly (42.00 JPY for 4,200).

    Where the right amount is said as well, another one of the same figures may be true.
    """
    right, currency = _figure(dispute.amount, money.decimal_places(dispute.currency)), dispute.currency
    wrong = {_figure(dispute.amount, places) for places in (0, 2, 3)} - {right}
    said = [(name, found) for name, text in packet.fields.items() for found in tokens.read(text)]
    amounts = [(name, found.text, found.token[1:]) for name, found in said if found.token[0] == "money"]
    if (right, currency) in (token for _, _, token in amounts):
        return
    for name, text, (figure, sign) in amounts:
        if (figure == right and sign not in {"", currency}) or (figure in wrong and sign == currency):
            yield f"{name} says {text}, and the dispute is over {money.write(dispute.money)}."


def _figure(amount: int, places: int) -> str:
    return str(Decimal(amount).scaleb(-places).normalize())
