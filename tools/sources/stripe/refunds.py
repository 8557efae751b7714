from collections.abc import Iterator, Sequence

from disputes import money
from disputes.evidence import Fact, build_fact, render
from disputes.money import Money
from tools.sources.stripe.payment_objects import PaymentObjects
from tools.sources.stripe.stripe_object import StripeObject, first

REFERENCE = "destination_details.card.reference"
"""Where a refund carries the acquirer reference number by which the customer's bank finds it."""


def read(papers: PaymentObjects) -> Iterator[Fact]:
    """Tell which refunds of the disputed payment were paid before the dispute, and that there was one at all."""
    refunds = papers.charge.papers("refunds")
    paid = settled(refunds, papers)
    for refund in paid:
        ref = refund.text("id")
        yield build_fact("refund_amount", refund.money("amount"), refund.place("amount"), ref=ref)
        if at := refund.time("created"):
            yield build_fact("refunded_at", at, refund.place("created"), ref=ref)
        if number := refund.text(REFERENCE):
            yield build_fact("refund_reference", number, refund.place(REFERENCE), ref=ref)
    if paid and covers(paid, papers.dispute.money):
        yield build_fact("refund_covers_claim", value=True, source=papers.charge.place("refunds"))
    yield from _against(papers.charge, refunds)


def settled(refunds: Sequence[StripeObject], papers: PaymentObjects) -> list[StripeObject]:
    """Give the refunds that succeeded before the dispute, those a bank can look up first, then the larger.

    A letter speaks of the first of each kind, so the first refund must be the one with all of them.
    """
    before = papers.dispute.created
    paid = [r for r in refunds if r.text("status") == "succeeded" and (at := r.time("created")) and at < before]
    return sorted(paid, key=lambda r: (not r.text(REFERENCE), -r.number("amount")))


def covers(refunds: Sequence[StripeObject], claimed: Money) -> bool:
    """Tell whether refunds make up the claimed amount in its currency."""
    same = [r.number("amount") for r in refunds if r.money("amount").currency == claimed.currency]
    return sum(same) >= claimed.amount


def _against(charge: StripeObject, refunds: Sequence[StripeObject]) -> Iterator[Fact]:
    live = [r for r in refunds if r.text("status") in {"succeeded", "pending"}]
    for refund in live:
        yield build_fact("refund_before_dispute", _told(refund), refund.place("amount"), ref=refund.text("id"))
    if not live and charge.number("amount_refunded"):
        written = money.write(charge.money("amount_refunded"))
        yield build_fact("refund_before_dispute", f"{written} refunded", charge.place("amount_refunded"))


def _told(refund: StripeObject) -> str:
    when = next((render(fact) for fact in first("refunded_at", (refund, "created"))), "an unknown day")
    return f"{money.write(refund.money('amount'))} on {when}, {refund.text('status')}"
