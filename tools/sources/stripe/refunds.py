"""Facts from refunds."""

from collections.abc import Iterator, Sequence

from disputes import money
from disputes.evidence import Fact, build_fact, render
from disputes.money import Money
from tools.sources.stripe.payment_objects import PaymentObjects
from tools.sources.stripe.stripe_object import StripeObject, first

REFERENCE = "destination_details.card.reference"
"""The path of a refund's acquirer reference number, by which the customer's bank finds it."""


def read(objects: PaymentObjects) -> Iterator[Fact]:
    """Yield the refunds of the disputed payment that were paid before the dispute, and each refund as adverse."""
    refunds = objects.charge.children("refunds")
    paid = paid_refunds(refunds, objects)
    for refund in paid:
        ref = refund.text("id")
        yield build_fact("refund_amount", refund.money("amount"), refund.source("amount"), ref=ref)
        if at := refund.time("created"):
            yield build_fact("refunded_at", at, refund.source("created"), ref=ref)
        if number := refund.text(REFERENCE):
            yield build_fact("refund_reference", number, refund.source(REFERENCE), ref=ref)
    if paid and covers(paid, objects.dispute.money):
        yield build_fact("refund_covers_claim", value=True, source=objects.charge.source("refunds"))
    yield from _adverse_facts(objects.charge, refunds)


def paid_refunds(refunds: Sequence[StripeObject], objects: PaymentObjects) -> list[StripeObject]:
    """Return the refunds that succeeded before the dispute: first those a bank can look up, then the larger.

    A letter uses the first fact of each kind, so the first refund must be the one with all kinds.
    """
    before = objects.dispute.created
    paid = [r for r in refunds if r.text("status") == "succeeded" and (at := r.time("created")) and at < before]
    return sorted(paid, key=lambda r: (not r.text(REFERENCE), -r.number("amount")))


def covers(refunds: Sequence[StripeObject], claimed: Money) -> bool:
    """Check whether refunds add up to the claimed amount in its currency."""
    same = [r.number("amount") for r in refunds if r.money("amount").currency == claimed.currency]
    return sum(same) >= claimed.amount


def _adverse_facts(charge: StripeObject, refunds: Sequence[StripeObject]) -> Iterator[Fact]:
    live = [r for r in refunds if r.text("status") in {"succeeded", "pending"}]
    for refund in live:
        yield build_fact("refund_before_dispute", _refund_text(refund), refund.source("amount"), ref=refund.text("id"))
    if not live and charge.number("amount_refunded"):
        written = money.write(charge.money("amount_refunded"))
        yield build_fact("refund_before_dispute", f"{written} refunded", charge.source("amount_refunded"))


def _refund_text(refund: StripeObject) -> str:
    when = next((render(fact) for fact in first("refunded_at", (refund, "created"))), "an unknown day")
    return f"{money.write(refund.money('amount'))} on {when}, {refund.text('status')}"
