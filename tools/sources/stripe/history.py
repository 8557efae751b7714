"""Facts from a customer's other payments."""

from collections.abc import Iterator
from datetime import timedelta

from disputes.evidence import Fact, build_fact
from disputes.money import Money
from tools.sources.stripe.charge import is_paid, list_refunds, read_captured, read_refunded
from tools.sources.stripe.payment_objects import PaymentObjects
from tools.sources.stripe.refunds import REFERENCE, covers, paid_refunds
from tools.sources.stripe.stripe_object import StripeObject, first

MAX_APART = timedelta(days=31)
"""How far apart two payments of one amount may be for one to be what a duplicate claim means; the nearest is."""

BURST, BURST_PAYMENTS = timedelta(days=1), 2
"""How many other payments in which time look like somebody who tries out cards."""

MIN_AGE = timedelta(days=30)
"""How long before the disputed one a payment lies that nobody disputed: in less, nobody may have looked."""


def read(objects: PaymentObjects, order_keys: tuple[str, ...]) -> Iterator[Fact]:
    """Yield the facts of the customer's other payments. `order_keys` are the metadata keys of an order number."""
    yield from _total(objects)
    yield from _prior_payments(objects)
    yield from _burst(objects)
    yield from _disputed_payments(objects)
    if other := _find_duplicate(objects):
        yield from _duplicate_facts(other, order_keys)
        yield from _duplicate_refunds(other, objects)


def _total(objects: PaymentObjects) -> Iterator[Fact]:
    """Yield the total paid and not refunded in the dispute's currency; only when every payment is listed."""
    currency = objects.charge.text("currency").lower()
    charges = {charge.text("id"): charge for charge in (*objects.charges, objects.charge)}
    amounts = [
        _net_amount(charge)
        for charge in charges.values()
        if is_paid(charge) and charge.text("currency").lower() == currency
    ]
    if objects.charges and not objects.has_more and sum(amounts) > 0:
        source = objects.customer.source("charges")
        yield build_fact("total_paid", Money(amount=sum(amounts), currency=currency), source)


def _net_amount(charge: StripeObject) -> int:
    return max(read_captured(charge).amount - read_refunded(charge), 0)


def _prior_payments(objects: PaymentObjects) -> Iterator[Fact]:
    paid_at = objects.charge.time("created")
    clean = [c for c in _others(objects) if is_paid(c) and not read_refunded(c) and not c.flag("disputed")]
    times = sorted(at for c in clean if paid_at and (at := c.time("created")) and at <= paid_at - MIN_AGE)
    if not times:
        return
    source = objects.customer.source("charges")
    yield build_fact("prior_payments", len(times), source)
    if not objects.has_more:
        yield build_fact("prior_since", times[0], source)


def _burst(objects: PaymentObjects) -> Iterator[Fact]:
    """Yield that the customer paid several times within a day before, as whoever tries out cards does."""
    paid_at = objects.charge.time("created")
    times = [at for charge in _others(objects) if paid_at and (at := charge.time("created"))]
    near = [at for at in times if paid_at and timedelta() <= paid_at - at <= BURST]
    if len(near) >= BURST_PAYMENTS:
        told = f"{len(near)} other payments in the day before this one"
        yield build_fact("payment_burst", told, objects.customer.source("charges"))


def _disputed_payments(objects: PaymentObjects) -> Iterator[Fact]:
    """Yield how many of the customer's other payments are or were disputed, whatever became of it."""
    if count := sum(charge.flag("disputed") for charge in _others(objects)):
        yield build_fact("disputed_payments", count, objects.customer.source("charges"))


def _others(objects: PaymentObjects) -> list[StripeObject]:
    return [charge for charge in objects.charges if charge.text("id") != objects.charge.text("id")]


def _find_duplicate(objects: PaymentObjects) -> StripeObject | None:
    """Find the other payment that a duplicate claim means; a refunded one comes first, since it answers the claim."""
    near = [
        charge for charge in _others(objects) if is_paid(charge) and _time_between(charge, objects.charge) <= MAX_APART
    ]
    same = [c for c in near if read_captured(c) == read_captured(objects.charge)]
    ranked = sorted(same, key=lambda c: (not read_refunded(c), _time_between(c, objects.charge), c.text("id")))
    return next(iter(ranked), None)


def _time_between(one: StripeObject, other: StripeObject) -> timedelta:
    one_at, other_at = one.time("created"), other.time("created")
    return abs(one_at - other_at) if one_at and other_at else timedelta.max


def _duplicate_facts(other: StripeObject, order_keys: tuple[str, ...]) -> Iterator[Fact]:
    yield from first("other_charge_id", (other, "id"))
    yield from first("other_order_id", *((other, f"metadata.{key}") for key in order_keys))
    yield from first("other_description", (other, "description"))
    yield build_fact("other_amount", read_captured(other), other.source("amount_captured"))
    yield from first("other_paid_at", (other, "created"))


def _duplicate_refunds(other: StripeObject, objects: PaymentObjects) -> Iterator[Fact]:
    refunds = paid_refunds(list_refunds(other), objects)
    if refunds and covers(refunds, objects.dispute.money):
        yield build_fact("other_refund_covers_claim", value=True, source=refunds[0].source("amount"))
    for refund in refunds[:1]:
        yield from first("other_refund_amount", (refund, "amount"))
        yield from first("other_refunded_at", (refund, "created"))
        yield from first("other_refund_reference", (refund, REFERENCE))
