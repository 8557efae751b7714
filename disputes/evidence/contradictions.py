"""What two records say of one thing, and cannot both be true. Pure.

Only records of different systems are compared: what one system says twice, it says last.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import combinations

from disputes.evidence import Evidence, Fact, read_system, read_time, render
from disputes.evidence.kinds import label
from disputes.model import Value

NEAR = timedelta(days=1)
"""Times nearer than this agree: systems round to days, and to days of different time zones."""

_WORDS = re.compile(r"\w+")


class Contradiction(Value):
    """Facts that disagree, by their ids, and a sentence for people. A `grave` one keeps the case for a person."""

    facts: tuple[str, ...]
    why: str
    grave: bool = True


def find(evidence: Evidence) -> tuple[Contradiction, ...]:
    """Give every contradiction, in a fixed order; adverse facts are left out, since they are weighed by themselves."""
    return (*_between_systems(evidence), *_in_time(evidence), *_in_period(evidence), *_in_name(evidence))


def _between_systems(evidence: Evidence) -> Iterator[Contradiction]:
    for kind, agree in _AGREE.items():
        told: dict[str, list[Fact]] = {}
        for fact in evidence.of(kind):
            told.setdefault(read_system(fact), []).append(fact)
        for ours, theirs in combinations(told.values(), 2):
            if not any(agree(one, other) for one in ours for other in theirs):
                yield _between(ours[0], theirs[0])


def _between(one: Fact, other: Fact) -> Contradiction:
    says = f"{read_system(one)} says {render(one)} and {read_system(other)} says {render(other)}"
    return Contradiction(facts=(one.id, other.id), why=f"{label(one.kind)}: {says}.")


def _in_time(evidence: Evidence) -> Iterator[Contradiction]:
    shipped, delivered = evidence.first("shipped_at"), evidence.first("delivered_at")
    if shipped and delivered and read_time(delivered) < read_time(shipped) - NEAR:
        why = f"The delivery on {render(delivered)} lies before the shipping on {render(shipped)}."
        yield Contradiction(facts=(shipped.id, delivered.id), why=why)


def _in_period(evidence: Evidence) -> Iterator[Contradiction]:
    """Find what a subscription's payment brought before its billing period began, or a service after it ended."""
    begun, ended = evidence.first("period_start"), evidence.first("period_end")
    for kind in ("service_date", "delivered_at") if begun and ended else ():
        brought = evidence.first(kind)
        early = brought and begun and read_time(brought) < read_time(begun) - NEAR
        late = brought and ended and kind == "service_date" and read_time(brought) > read_time(ended) + NEAR
        if brought and begun and ended and (early or late):
            span = f"from {render(begun)} to {render(ended)}"
            why = f"{label(kind)} {render(brought)} lies outside the billing period {span}."
            yield Contradiction(facts=(brought.id, begun.id, ended.id), why=why)


def _in_name(evidence: Evidence) -> Iterator[Contradiction]:
    customer = evidence.first("customer_name")
    for kind in ("shipping_name", "delivery_signature"):
        other = evidence.first(kind)
        if customer and other and not _same_name(customer, other):
            why = f"{label(kind)} {render(other)} is not the customer {render(customer)}."
            yield Contradiction(facts=(customer.id, other.id), why=why, grave=False)


def _near(one: Fact, other: Fact) -> bool:
    return abs(read_time(one) - read_time(other)) < NEAR


def _same(one: Fact, other: Fact) -> bool:
    return one.value == other.value


def _same_text(one: Fact, other: Fact) -> bool:
    return "".join(_words(one)) == "".join(_words(other))


def _same_name(one: Fact, other: Fact) -> bool:
    """Tell whether two names share a word that is no initial: `A. Lovelace` is `Ada Lovelace`."""
    return any(len(word) > 1 for word in set(_words(one)) & set(_words(other)))


def _same_place(one: Fact, other: Fact) -> bool:
    """Tell whether two addresses share a number, of the house or the post."""
    ours, theirs = ({word for word in _words(fact) if any(map(str.isdigit, word))} for fact in (one, other))
    return not ours or not theirs or bool(ours & theirs)


def _words(fact: Fact) -> list[str]:
    plain = unicodedata.normalize("NFKD", str(fact.value)).casefold()
    return _WORDS.findall("".join(c for c in plain if not unicodedata.combining(c)))


_AGREE: dict[str, Callable[[Fact, Fact], bool]] = {
    **dict.fromkeys(("shipped_at", "delivered_at", "service_date", "subscription_started_at"), _near),
    **dict.fromkeys(("canceled_at", "cancel_requested_at", "refunded_at"), _near),
    **dict.fromkeys(("customer_email", "order_id", "tracking_number", "customer_ip"), _same_text),
    **dict.fromkeys(("amount_paid", "refund_amount"), _same),
    "customer_name": _same_name,
    "shipping_address": _same_place,
}
