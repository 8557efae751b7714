"""Whether two payments of one amount are two purchases, or one that was charged twice.

Other order numbers alone prove little: a double click makes two orders of one wish.
"""

import re
from collections.abc import Iterator
from datetime import timedelta

from disputes.evidence import Evidence, Fact, Relation, read_system, read_time
from disputes.evidence.entities import parcel_key, split_numbers
from disputes.evidence.relations.rules import relate
from disputes.reading.names import fold

NEAR = timedelta(days=1)
"""Two payments for the same goods within a day look like one purchase; further apart, nobody can tell."""

_REFERENCE = re.compile(
    r"\b(?:order|invoice|payment|charge|ref(?:erence)?|no|nr|number|id)\b\.?\s*[:#]?\s*#?[\w-]*\d[\w-]*|#[\w-]*\d[\w-]*",
    re.IGNORECASE,
)
_COUNT = re.compile(r"\b1\s*[x\u00d7]\s+|\s[x\u00d7]\s*1\b|\b(?:qty|quantity)\W*1\b|\([^()]*\)", re.IGNORECASE)
_PLAIN = frozenset(
    "a an and at by charge checkout creation fee for from in invoice item items no nr number of on online order "
    "payment product purchase ref reference renewal sale shop store subscription the to transaction update x".split()
)
"""Words that a description holds whatever was bought."""

_NAME = "separate_orders"
_MORE = 2


def find(evidence: Evidence) -> Iterator[Relation]:
    """Yield whether the two payments are two purchases; nothing where no other payment is on record."""
    other = evidence.sole("other_charge_id") or evidence.sole("other_amount")
    if other is None:
        return
    own, their = evidence.sole("product_description"), evidence.sole("other_description")
    if shared := find_shared_order(evidence):
        answer = None if evidence.has("other_refund_covers_claim") else False
        order = evidence.sole("other_order_id")
        yield relate(_NAME, answer, f"Both payments carry the order number {shared}.", order, evidence.sole("order_id"))
    elif delivered := _second_delivery(evidence):
        yield relate(_NAME, True, "The other payment's goods were delivered by themselves.", *delivered)
    elif own and their:
        yield _compare_goods(evidence, own, their)
    else:
        yield relate(_NAME, None, "What the other payment bought is not on record.", other)


def find_shared_order(evidence: Evidence) -> str:
    """Return the order number that both payments carry, or an empty text."""
    order, other = evidence.sole("order_id"), evidence.sole("other_order_id")
    if order and other and parcel_key(str(order.value)) == parcel_key(str(other.value)):
        return str(order.value)
    return ""


def _second_delivery(evidence: Evidence) -> tuple[Fact, ...]:
    number, delivered = evidence.sole("other_tracking_number"), evidence.sole("other_delivered_at")
    own = {key for fact in evidence.of("tracking_number") for key in _read_parcels(fact)}
    if number and delivered and own and own.isdisjoint(_read_parcels(number)) and evidence.has("delivered_at"):
        return (number, delivered)
    return ()


def _read_parcels(fact: Fact) -> set[str]:
    return {parcel_key(number) for number in split_numbers(str(fact.value))}


def _compare_goods(evidence: Evidence, own: Fact, their: Fact) -> Relation:
    one, other = (_read_goods(evidence, fact) for fact in (own, their))
    if _are_others(one, other) and read_system(own) == read_system(their):
        return relate(_NAME, True, "The two payments are for other goods.", their, own)
    if not one or not other:
        return relate(_NAME, None, "One of the payments does not say what was bought.", their, own)
    if one != other:
        return relate(_NAME, None, "Nobody can tell whether the two payments are for the same goods.", their, own)
    if _are_near(evidence) and not evidence.has("other_refund_covers_claim"):
        why = f"Both payments are for {own.value}, within a day and with no second delivery on record."
        return relate(_NAME, False, why, their, own)
    return relate(_NAME, None, "Both payments are for the same goods, and no second delivery is on record.", their, own)


def _are_others(one: frozenset[str], other: frozenset[str]) -> bool:
    """Check that each names what the other does not, or one two words more: `Lamp`, and `Lamp, gift wrapped`.

    A number, an ending or one word more is no other thing.
    """
    ours, theirs = _own_words(one, other), _own_words(other, one)
    return bool(one and other and ((ours and theirs) or max(len(ours), len(theirs)) >= _MORE))


def _own_words(one: frozenset[str], other: frozenset[str]) -> set[str]:
    words = {word for word in one - other if word.isalpha()}
    return {word for word in words if not any(_is_form(word, known) for known in other)}


def _is_form(one: str, other: str) -> bool:
    """Check whether two words are one in its singular and plural."""
    short, long = sorted((one, other), key=len)
    return long in {f"{short}s", f"{short}es"}


def _read_goods(evidence: Evidence, fact: Fact) -> frozenset[str]:
    """Return the words of what was bought, without order numbers, counts of one and words of every sale."""
    text = str(fact.value)
    for kind in ("order_id", "other_order_id", "invoice_number"):
        for number in evidence.of(kind):
            text = text.replace(str(number.value), " ")
    return frozenset(re.findall(r"\w+", fold(_COUNT.sub(" ", _REFERENCE.sub(" ", text))))) - _PLAIN


def _are_near(evidence: Evidence) -> bool:
    paid, other = evidence.sole("paid_at"), evidence.sole("other_paid_at")
    return paid is None or other is None or abs(read_time(paid) - read_time(other)) <= NEAR
