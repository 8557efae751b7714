from collections.abc import Iterator

from disputes.evidence import Fact, build_fact
from tools.sources.stripe.payment_objects import PaymentObjects
from tools.sources.stripe.stripe_object import NOTHING, StripeObject, first

_EVERY = {"day": "daily", "week": "weekly", "month": "monthly", "year": "yearly"}


def read(papers: PaymentObjects) -> Iterator[Fact]:
    """Tell what the subscription behind the payment says: since when, how often, which period, whether cancelled."""
    subscription = papers.subscription
    yield from first("subscription_id", (subscription, "id"))
    yield from first("subscription_started_at", (subscription, "start_date"), (subscription, "created"))
    yield from first("subscription_status", (subscription, "status"))
    yield from first("canceled_at", (subscription, "canceled_at"))
    item = next(iter(subscription.papers("items")), NOTHING)
    yield from _interval(item)
    yield from _period(papers, item)
    yield from _renewals(papers)


def _interval(item: StripeObject) -> Iterator[Fact]:
    for path in ("price.recurring", "plan"):
        interval, count = item.text(f"{path}.interval"), item.number(f"{path}.interval_count") or 1
        if interval:
            words = _EVERY.get(interval, f"every {interval}") if count == 1 else f"every {count} {interval}s"
            yield build_fact("subscription_interval", words, item.place(f"{path}.interval"))
            return


def _period(papers: PaymentObjects, item: StripeObject) -> Iterator[Fact]:
    """Take the period from the invoice, which is the one paid for; the subscription has moved on since."""
    line = next(iter(papers.invoice.papers("lines")), NOTHING)
    yield from first("period_start", (line, "period.start"), (item, "current_period_start"))
    yield from first("period_end", (line, "period.end"), (item, "current_period_end"))


def _renewals(papers: PaymentObjects) -> Iterator[Fact]:
    paid_at = papers.charge.time("created")
    earlier = [
        invoice
        for invoice in papers.invoices
        if invoice.text("id") != papers.invoice.text("id")
        and invoice.number("amount_paid")
        and invoice.text("billing_reason") != "subscription_create"
        and paid_at
        and (at := invoice.time("created"))
        and at < paid_at
    ]
    if earlier:
        yield build_fact("renewals", len(earlier), papers.subscription.place("invoices"))
