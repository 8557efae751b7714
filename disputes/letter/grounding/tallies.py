"""How many things the cited facts are about, and sums of the numbers in their texts: two parcels, 37 photos. Pure."""

import re
from collections.abc import Iterator, Sequence
from itertools import combinations

from disputes.evidence import Fact
from disputes.letter.grounding import tokens

_GROUPS: tuple[tuple[str, ...], ...] = (
    ("amount_paid", "other_amount"),
    ("paid_at", "other_paid_at"),
    ("charge_id", "other_charge_id"),
    ("order_id", "other_order_id"),
    ("product_description", "other_description"),
    ("tracking_number", "other_tracking_number"),
    ("delivered_at", "other_delivered_at"),
    ("refund_amount", "other_refund_amount"),
    ("refunded_at", "other_refunded_at"),
    ("customer_message", "merchant_message"),
    ("shipping_address", "billing_address"),
    ("customer_name", "shipping_name"),
    ("refund_policy", "cancellation_policy"),
    ("avs_match", "cvc_match", "three_d_secure", "fraud_check", "risk_level"),
)
_LISTS = frozenset({"line_items", "parcel_items", "disputed_items"})
_TWO_ORDERS = frozenset({"separate_orders", "other_order_id", "other_amount", "other_paid_at", "other_charge_id"})
_TWO_PLACES = frozenset({"shipping_matches_billing", "delivered_to_billing"})
_QUANTITY = re.compile(r"(?:^|;\s?)(\d{1,5})\s?[x\u00d7]\s")
_NUMBER = re.compile(r"(?<![\w.,:/-])\d{1,6}(?![\w:/-]|[.,]\d)")
_TOTAL = re.compile(
    r"\b(?:in all|in total|totals?|totalling|altogether|together|combined|sum|makes?|making|all told|come to)\b",
    re.IGNORECASE,
)
_NOUN = 4  # letters of a word that may name an item
_MAX = 12  # numbers that may be added up
_PAIR = 2


def count(cited: Sequence[Fact]) -> frozenset[int]:
    """Return every number of things of one sort that these facts are about."""
    return frozenset(_count_kinds(cited)) | frozenset(_count_listed(cited))


def add_up(cited: Sequence[Fact], beside: str) -> frozenset[int]:
    """Return the sums of the numbers in the texts of each kind, where the words `beside` a number call it a sum."""
    sums: set[int] = set()
    for numbers in _read_numbers(cited).values() if _TOTAL.search(beside) else ():
        some = numbers[:_MAX]
        sums.add(sum(some))
        sums |= {first + second for first, second in combinations(some, _PAIR)}
    return frozenset(sums)


def is_miscounted(number: int, behind: str, cited: Sequence[Fact]) -> bool:
    """Check that an order lists what is counted here, `behind` the number, in another number."""
    nouns = {word.removesuffix("s") for word in tokens.split_words(behind)[:3] if len(word) >= _NOUN}
    listed = [part for fact in cited if fact.kind == "line_items" for part in tokens.render_folded(fact).split(";")]
    own = [part for part in listed if nouns & {word.removesuffix("s") for word in tokens.split_words(part)}]
    counts = [int(found[0]) if (found := _QUANTITY.findall(part.strip())) else 1 for part in own]
    return bool(own) and number not in {sum(counts), len(own), *counts}


def _count_kinds(cited: Sequence[Fact]) -> Iterator[int]:
    kinds = {fact.kind for fact in cited}
    for group in (*_GROUPS, *((kind,) for kind in kinds)):
        own = {fact.id for fact in cited if fact.kind in group}
        yield from range(_PAIR, len(own) + 1) if len(group) > 1 else (len(own),)
    if kinds & (_TWO_ORDERS | _TWO_PLACES):
        yield _PAIR
    yield len({fact.about for fact in cited if fact.about.startswith("parcel:")})
    yield len({fact.about for fact in cited if fact.about.startswith("use:")})


def _count_listed(cited: Sequence[Fact]) -> Iterator[int]:
    listed = [tokens.render_folded(fact) for fact in cited if fact.kind in _LISTS]
    for text in listed:
        yield text.count(";") + 1
        yield sum(map(int, _QUANTITY.findall(text)))
    yield sum(text.count(";") + 1 for text in listed)


def _read_numbers(cited: Sequence[Fact]) -> dict[str, list[int]]:
    by_kind: dict[str, list[int]] = {}
    for fact in cited:
        if isinstance(fact.value, str):
            by_kind.setdefault(fact.kind, []).extend(map(int, _NUMBER.findall(tokens.render_folded(fact))))
    return {kind: numbers for kind, numbers in by_kind.items() if len(numbers) > 1}
