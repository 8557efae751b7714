"""Preflight of a packet's texts: what Stripe would refuse or a bank would misread. Pure.

Limits from Stripe's API reference (reference 1.3, 2.1): the texts count together with those Stripe pre-filled.
"""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from disputes import money
from disputes.case import Packet
from disputes.dispute import FILE_FIELDS, Dispute
from disputes.letter.grounding import tokens
from disputes.packet import max_characters
from disputes.playbook import TEXT_FIELDS

MAX_ALL_TEXTS = 150_000
DATE_FIELDS = ("service_date", "shipping_date")
_LINK = re.compile(r"\w://|\bwww\.", re.IGNORECASE)
_FILE_ID = re.compile(r"\bfile_(?=\w*\d)\w+")
_MACHINE_TIME = re.compile(r"\d[Tt]\d")


def check(packet: Packet, dispute: Dispute) -> tuple[str, ...]:
    """Return each rule the texts break, in sentences."""
    fields = (sentence for name, text in packet.fields.items() for sentence in _check_field(name, text))
    return (*fields, *_check_length(packet, dispute), *_check_amounts(packet, dispute))


def merge_texts(packet: Packet, dispute: Dispute) -> dict[str, str]:
    """Return every text as Stripe will hold it: the packet's, and those at Stripe that the packet does not replace."""
    stored = {name: text for name, text in dispute.evidence.items() if name in TEXT_FIELDS}
    return {name: text for name, text in {**stored, **packet.fields}.items() if name not in FILE_FIELDS}


def _check_field(name: str, text: str) -> Iterator[str]:
    # An empty text clears a field of either sort.
    if name not in TEXT_FIELDS and (text or name not in FILE_FIELDS):
        yield f"{name} is not a text field of Stripe's evidence."
    if len(text) > max_characters(name):
        yield f"{name} holds {len(text)} characters and may hold {max_characters(name)}."
    if _LINK.search(text):
        yield f"{name} carries a link, and banks do not open links."
    if match := _FILE_ID.search(text):
        yield f"{name} holds the file id {match[0]}, which says nothing to a bank."
    if name in DATE_FIELDS and text and not _is_readable(text):
        yield f"{name} has to name a day as people write it, such as 14 March 2026."


def _check_length(packet: Packet, dispute: Dispute) -> Iterator[str]:
    total = sum(map(len, merge_texts(packet, dispute).values()))
    if total > MAX_ALL_TEXTS:
        yield f"The texts hold {total} characters together and may hold {MAX_ALL_TEXTS}."


def _is_readable(text: str) -> bool:
    days = [span.value[1] for span in tokens.read(text) if span.value[0] == "date"]
    return bool(days) and not _MACHINE_TIME.search(text) and all(map(_is_day, days))


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _check_amounts(packet: Packet, dispute: Dispute) -> Iterator[str]:
    """Yield the disputed amount in another currency, or with its minor units counted wrongly (42.00 JPY for 4,200).

    Where the right amount is stated as well, another one of the same figures may be true.
    """
    right, currency = _figure(dispute.amount, money.decimal_places(dispute.currency)), dispute.currency
    wrong_figures = {_figure(dispute.amount, places) for places in (0, 2, 3)} - {right}
    spans = [(name, span) for name, text in packet.fields.items() for span in tokens.read(text)]
    amounts = [(name, span.text, span.value[1:]) for name, span in spans if span.value[0] == "money"]
    if (right, currency) in (token for _, _, token in amounts):
        return
    for name, text, (figure, sign) in amounts:
        if (figure == right and sign not in {"", currency}) or (figure in wrong_figures and sign == currency):
            yield f"{name} says {text}, and the dispute is over {money.write(dispute.money)}."


def _figure(amount: int, places: int) -> str:
    return str(Decimal(amount).scaleb(-places).normalize())
