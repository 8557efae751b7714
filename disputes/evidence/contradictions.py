"""Facts that cannot both be true: values of two systems, orders of events, and names that differ. Pure.

Values are compared between systems only; a system that has two values for one kind does not contradict itself.
"""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import combinations

from disputes.evidence import Evidence, Fact, kinds, read_system, read_time, render
from disputes.evidence.kinds import label
from disputes.model import Value
from disputes.reading.addresses import is_same
from disputes.reading.names import fold

_SPELLINGS = {"order_id": "order_key"}
"""A kind that says the same of an entity by another name: some plugins write a shop's own id for the order's number."""

TIME_TOLERANCE = timedelta(days=1)
"""Times nearer than this agree: systems round to days, and to days of different time zones."""


class Contradiction(Value):
    """Facts that disagree, by their ids, and a sentence for people. A `grave` one sends the case to a reviewer."""

    facts: tuple[str, ...]
    why: str
    grave: bool = True


def find(evidence: Evidence) -> tuple[Contradiction, ...]:
    """Return every contradiction in a fixed order. Adverse facts are left out: the confidence weighs them."""
    return (*_compare_systems(evidence), *_check_order(evidence), *_check_period(evidence), *_compare_names(evidence))


def _compare_systems(evidence: Evidence) -> Iterator[Contradiction]:
    for kind, agree in _COMPARISONS.items():
        for told in _by_entity((*evidence.of(kind), *evidence.of(_SPELLINGS.get(kind, "")))):
            by_system: dict[str, list[Fact]] = {}
            for fact in told:
                by_system.setdefault(read_system(fact), []).append(fact)
            for facts, others in combinations(by_system.values(), 2):
                if not any(agree(fact, other) for fact in facts for other in others):
                    yield _build_contradiction(facts[0], others[0])


def _by_entity(facts: tuple[Fact, ...]) -> tuple[tuple[Fact, ...], ...]:
    """Return the facts of each entity: what is said of two parcels contradicts nothing. Refunds are compared freely."""
    names = dict.fromkeys(_compared_as(fact) for fact in facts)
    return tuple(tuple(fact for fact in facts if _compared_as(fact) == name) for name in names)


def _compared_as(fact: Fact) -> str:
    # Each system has ids of its own for a refund, so which of two it means is told by its values alone.
    return fact.about if fact.about.startswith("parcel") else kinds.sort(fact.kind)


def _build_contradiction(fact: Fact, other: Fact) -> Contradiction:
    values = f"{read_system(fact)} says {render(fact)} and {read_system(other)} says {render(other)}"
    return Contradiction(facts=(fact.id, other.id), why=f"{label(fact.kind)}: {values}.")


def _check_order(evidence: Evidence) -> Iterator[Contradiction]:
    for parcel in evidence.entities("parcel"):
        shipped, delivered = parcel.get("shipped_at"), parcel.get("delivered_at")
        if shipped and delivered and read_time(delivered) < read_time(shipped) - TIME_TOLERANCE:
            why = f"The delivery on {render(delivered)} lies before the shipping on {render(shipped)}."
            yield Contradiction(facts=(shipped.id, delivered.id), why=why)


def _check_period(evidence: Evidence) -> Iterator[Contradiction]:
    """Yield a delivery or service before a subscription's billing period began, and a service after it ended."""
    start, end = evidence.sole("period_start"), evidence.sole("period_end")
    for event in (*evidence.of("service_date"), *evidence.of("delivered_at")) if start and end else ():
        early = start and read_time(event) < read_time(start) - TIME_TOLERANCE
        late = end and event.kind == "service_date" and read_time(event) > read_time(end) + TIME_TOLERANCE
        if start and end and (early or late):
            span = f"from {render(start)} to {render(end)}"
            why = f"{label(event.kind)} {render(event)} lies outside the billing period {span}."
            yield Contradiction(facts=(event.id, start.id, end.id), why=why)


def _compare_names(evidence: Evidence) -> Iterator[Contradiction]:
    """Yield a recipient that is not the customer; who signed is a relation (`disputes.evidence.relations`)."""
    customer, recipient = evidence.sole("customer_name"), evidence.sole("shipping_name")
    if customer and recipient and not _is_same_name(customer, recipient):
        why = f"{label(recipient.kind)} {render(recipient)} is not the customer {render(customer)}."
        yield Contradiction(facts=(customer.id, recipient.id), why=why, grave=False)


def _is_near_time(fact: Fact, other: Fact) -> bool:
    return abs(read_time(fact) - read_time(other)) < TIME_TOLERANCE


def _is_same_value(fact: Fact, other: Fact) -> bool:
    return fact.value == other.value


def _is_same_text(fact: Fact, other: Fact) -> bool:
    return "".join(_split_words(fact)) == "".join(_split_words(other))


def _is_same_name(fact: Fact, other: Fact) -> bool:
    """Check whether two names share a word that is no initial: `A. Lovelace` is `Ada Lovelace`."""
    return any(len(word) > 1 for word in set(_split_words(fact)) & set(_split_words(other)))


def _is_same_address(fact: Fact, other: Fact) -> bool:
    """Check that nothing in two addresses speaks for two places."""
    return is_same(str(fact.value), str(other.value)) is not False


def _split_words(fact: Fact) -> list[str]:
    return re.findall(r"\w+", fold(str(fact.value)))


_COMPARISONS: dict[str, Callable[[Fact, Fact], bool]] = {
    **dict.fromkeys(("shipped_at", "delivered_at", "service_date", "subscription_started_at"), _is_near_time),
    **dict.fromkeys(("canceled_at", "cancel_requested_at", "refunded_at"), _is_near_time),
    **dict.fromkeys(("customer_email", "order_id", "tracking_number", "customer_ip"), _is_same_text),
    **dict.fromkeys(("amount_paid", "refund_amount"), _is_same_value),
    "customer_name": _is_same_name,
    "shipping_address": _is_same_address,
}
