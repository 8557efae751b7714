from collections.abc import Iterator
from datetime import timedelta

from disputes.evidence import Fact, build_fact
from disputes.money import Money
from tools.sources.stripe.payment_objects import PaymentObjects
from tools.sources.stripe.refunds import REFERENCE, covers, settled
from tools.sources.stripe.stripe_object import StripeObject, first

NEAR = timedelta(days=3)
"""How far apart two payments of one amount may be and still look like one charged twice."""


def read(papers: PaymentObjects, order_keys: tuple[str, ...]) -> Iterator[Fact]:
    """Tell what the customer's other payments say. `order_keys` are the metadata keys of an order number."""
    yield from _total(papers)
    yield from _earlier(papers)
    if other := _twin(papers):
        yield from _other(other, order_keys)
        yield from _returned(other, papers)


def _total(papers: PaymentObjects) -> Iterator[Fact]:
    """Add up what was paid and not given back in the dispute's currency; only when every payment was seen."""
    currency = papers.charge.text("currency").lower()
    seen = {charge.text("id"): charge for charge in (*papers.charges, papers.charge)}
    kept = [_kept(charge) for charge in seen.values() if is_paid(charge) and charge.text("currency") == currency]
    if papers.charges and not papers.more and sum(kept) > 0:
        source = papers.customer.place("charges")
        yield build_fact("total_paid", Money(amount=sum(kept), currency=currency), source)


def _kept(charge: StripeObject) -> int:
    return (charge.number("amount_captured") or charge.number("amount")) - charge.number("amount_refunded")


def is_paid(charge: StripeObject) -> bool:
    """Tell whether a payment succeeded and its money was taken, not only reserved."""
    return charge.text("status") == "succeeded" and charge.says("paid") and charge.raw("captured") is not False


def _earlier(papers: PaymentObjects) -> Iterator[Fact]:
    paid_at = papers.charge.time("created")
    clean = [c for c in _others(papers) if is_paid(c) and not c.number("amount_refunded") and not c.says("disputed")]
    times = sorted(at for c in clean if paid_at and (at := c.time("created")) and at < paid_at)
    if not times:
        return
    source = papers.customer.place("charges")
    yield build_fact("prior_payments", len(times), source)
    if not papers.more:
        yield build_fact("prior_since", times[0], source)


def _others(papers: PaymentObjects) -> list[StripeObject]:
    return [charge for charge in papers.charges if charge.text("id") != papers.charge.text("id")]


def _twin(papers: PaymentObjects) -> StripeObject | None:
    """Find the other payment a duplicate claim speaks of: a refunded one first, for it answers the claim."""
    near = [charge for charge in _others(papers) if is_paid(charge) and _apart(charge, papers.charge) <= NEAR]
    same = [c for c in near if c.money("amount") == papers.charge.money("amount")]
    ranked = sorted(same, key=lambda c: (not c.number("amount_refunded"), _apart(c, papers.charge), c.text("id")))
    return next(iter(ranked), None)


def _apart(one: StripeObject, other: StripeObject) -> timedelta:
    first_at, then = one.time("created"), other.time("created")
    return abs(first_at - then) if first_at and then else timedelta.max


def _other(other: StripeObject, order_keys: tuple[str, ...]) -> Iterator[Fact]:
    yield from first("other_charge_id", (other, "id"))
    yield from first("other_order_id", *((other, f"metadata.{key}") for key in order_keys))
    yield from first("other_description", (other, "description"))
    yield from first("other_amount", (other, "amount"))
    yield from first("other_paid_at", (other, "created"))


def _returned(other: StripeObject, papers: PaymentObjects) -> Iterator[Fact]:
    refunds = settled(other.papers("refunds"), papers)
    if refunds and covers(refunds, papers.dispute.money):
        yield build_fact("other_refund_covers_claim", value=True, source=refunds[0].place("amount"))
    for refund in refunds[:1]:
        yield from first("other_refund_amount", (refund, "amount"))
        yield from first("other_refunded_at", (refund, "created"))
        yield from first("other_refund_reference", (refund, REFERENCE))
