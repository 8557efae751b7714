"""Facts from refunds: what went back before the dispute or since, what is under way, and what failed."""

from collections.abc import Iterator, Sequence

from disputes import money
from disputes.evidence import Fact, Gap, build_fact, render
from disputes.money import Money
from tools.sources.stripe.charge import list_refunds, read_refunded
from tools.sources.stripe.payment_objects import PaymentObjects
from tools.sources.stripe.stripe_object import StripeObject, first

REFERENCE = "destination_details.card.reference"
"""The path of a refund's acquirer reference number, by which the customer's bank finds it."""

UNDER_WAY = frozenset(("pending", "requires_action"))
FAILED = frozenset(("failed", "canceled"))


def read(objects: PaymentObjects) -> Iterator[Fact | Gap]:
    """Yield the refunds of the disputed payment that were paid before the dispute, and what each means against us.

    What was authorised and never captured is no refund. One under way is no proof yet, and one that failed moved no
    money, whatever was announced.
    """
    refunds = list_refunds(objects.charge)
    paid = paid_refunds(refunds, objects)
    yield from _paid_facts(paid)
    yield from _totals(paid, objects.dispute.currency)
    if paid and covers(paid, objects.dispute.money):
        yield build_fact("refund_covers_claim", value=True, source=objects.charge.source("refunds"))
    yield from _adverse_facts(objects, refunds)
    yield from _failures(refunds)
    yield from _unlisted(objects.charge, refunds)


def paid_refunds(refunds: Sequence[StripeObject], objects: PaymentObjects) -> list[StripeObject]:
    """Return the refunds that succeeded before the dispute: first those a bank can look up, then the larger.

    A letter uses the first fact of each kind, so the first refund must be the one with all kinds.
    """
    paid = [r for r in refunds if r.text("status") == "succeeded" and _is_before(r, objects)]
    return sorted(paid, key=lambda r: (not r.text(REFERENCE), -r.number("amount")))


def covers(refunds: Sequence[StripeObject], claimed: Money) -> bool:
    """Check whether refunds add up to the claimed amount in its currency, be it the customer's or the payment's."""
    return sum(_amount_in(refund, claimed.currency) for refund in refunds) >= claimed.amount


def _amount_in(refund: StripeObject, currency: str) -> int:
    """Return a refund's amount in a currency that Stripe states it in, else 0: amounts are never converted."""
    own = refund.money("amount")
    if own.currency == currency:
        return own.amount
    shown = refund.text("presentment_details.presentment_currency").lower()
    return refund.number("presentment_details.presentment_amount") if shown == currency else 0


def _is_before(refund: StripeObject, objects: PaymentObjects) -> bool:
    at = refund.time("created")
    return at is not None and at < objects.dispute.created


def _paid_facts(paid: Sequence[StripeObject]) -> Iterator[Fact]:
    for refund in paid:
        ref = refund.text("id")
        yield build_fact("refund_amount", refund.money("amount"), refund.source("amount"), ref=ref)
        if at := refund.time("created"):
            yield build_fact("refunded_at", at, refund.source("created"), ref=ref)
        if number := refund.text(REFERENCE):
            yield build_fact("refund_reference", number, refund.source(REFERENCE), ref=ref)


def _totals(paid: Sequence[StripeObject], claimed: str) -> Iterator[Fact]:
    """Yield the sum of several refunds, one for each currency, that of the claim first."""
    for currency in sorted({refund.money("amount").currency for refund in paid}, key=lambda c: (c != claimed, c)):
        same = [refund for refund in paid if refund.money("amount").currency == currency]
        if len(same) > 1:
            total = Money(amount=sum(refund.number("amount") for refund in same), currency=currency)
            yield build_fact("refund_total", total, same[0].source("amount"), ref=currency)


def _adverse_facts(objects: PaymentObjects, refunds: Sequence[StripeObject]) -> Iterator[Fact]:
    for refund in refunds:
        if kind := _adverse_kind(refund, objects):
            yield build_fact(kind, _write(refund), refund.source("amount"), ref=refund.text("id"))


def _adverse_kind(refund: StripeObject, objects: PaymentObjects) -> str:
    status, at = refund.text("status"), refund.time("created")
    if status in UNDER_WAY:
        return "refund_under_way"
    if status != "succeeded":
        return ""
    return "refund_after_dispute" if at and not _is_before(refund, objects) else "refund_before_dispute"


def _failures(refunds: Sequence[StripeObject]) -> Iterator[Fact]:
    """Yield each refund that failed and that no other refund of as much made good since."""
    for refund in refunds:
        if refund.text("status") in FAILED and not any(_makes_good(other, refund) for other in refunds):
            why = refund.text("failure_reason").replace("_", " ")
            written = f"{_write(refund)}: {why}" if why else _write(refund)
            yield build_fact("refund_failed", written, refund.source("status"), ref=refund.text("id"))


def _makes_good(other: StripeObject, failed: StripeObject) -> bool:
    same = other.money("amount").currency == failed.money("amount").currency
    later = other.number("created") >= failed.number("created") and other.number("amount") >= failed.number("amount")
    return other.text("status") == "succeeded" and same and later


def _unlisted(charge: StripeObject, refunds: Sequence[StripeObject]) -> Iterator[Fact | Gap]:
    """Yield what went back in refunds that Stripe did not list here; when is not known then, nor to which card."""
    live = sum(r.number("amount") for r in refunds if r.text("status") in {"succeeded", *UNDER_WAY})
    rest = read_refunded(charge) - live
    if rest > 0:
        written = money.write(Money(amount=rest, currency=charge.text("currency").lower()))
        yield build_fact("refund_before_dispute", f"{written} refunded", charge.source("amount_refunded"))
    if charge.flag("refunds.has_more"):
        why = "The payment has more refunds than Stripe listed; the others are known by their amount alone."
        yield Gap(name="refunds", why=why, source="stripe")


def _write(refund: StripeObject) -> str:
    when = next((render(fact) for fact in first("refunded_at", (refund, "created"))), "an unknown day")
    status = refund.text("status").replace("_", " ")
    return f"{money.write(refund.money('amount'))} on {when}, {status}"
