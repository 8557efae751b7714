"""Facts from the subscription behind a payment."""

from collections.abc import Iterator

from disputes.evidence import Fact, build_fact
from tools.sources.stripe.payment_objects import PaymentObjects
from tools.sources.stripe.stripe_object import NOTHING, StripeObject, first

_INTERVALS = {"day": "daily", "week": "weekly", "month": "monthly", "year": "yearly"}


def read(objects: PaymentObjects) -> Iterator[Fact]:
    """Yield the facts of the subscription behind the payment: start, interval, period, status, cancellation."""
    subscription = objects.subscription
    yield from first("subscription_id", (subscription, "id"))
    yield from first("subscription_started_at", (subscription, "start_date"), (subscription, "created"))
    yield from first("subscription_status", (subscription, "status"))
    yield from first("canceled_at", (subscription, "canceled_at"))
    if subscription and not subscription.number("canceled_at") and not subscription.flag("cancel_at_period_end"):
        yield build_fact("no_cancellation", "Stripe Billing holds none", subscription.source("canceled_at"))
    item = next(iter(subscription.children("items")), NOTHING)
    yield from _interval(item)
    yield from _period(objects, item)
    yield from _renewals(objects)


def _interval(item: StripeObject) -> Iterator[Fact]:
    for path in ("price.recurring", "plan"):
        interval, count = item.text(f"{path}.interval"), item.number(f"{path}.interval_count") or 1
        if interval:
            words = _INTERVALS.get(interval, f"every {interval}") if count == 1 else f"every {count} {interval}s"
            yield build_fact("subscription_interval", words, item.source(f"{path}.interval"))
            return


def _period(objects: PaymentObjects, item: StripeObject) -> Iterator[Fact]:
    """Yield the period of the invoice, which was paid for; the subscription may be in a later one by now."""
    line = next(iter(objects.invoice.children("lines")), NOTHING)
    yield from first("period_start", (line, "period.start"), (item, "current_period_start"))
    yield from first("period_end", (line, "period.end"), (item, "current_period_end"))


def _renewals(objects: PaymentObjects) -> Iterator[Fact]:
    paid_at = objects.charge.time("created")
    earlier = [
        invoice
        for invoice in objects.invoices
        if invoice.text("id") != objects.invoice.text("id")
        and invoice.number("amount_paid")
        and invoice.text("billing_reason") != "subscription_create"
        and paid_at
        and (at := invoice.time("created"))
        and at < paid_at
    ]
    if earlier:
        yield build_fact("renewals", len(earlier), objects.subscription.source("invoices"))
