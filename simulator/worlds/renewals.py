"""Scenarios of subscriptions said to be cancelled."""

from datetime import datetime, timedelta

from simulator.objects import StripeObject
from simulator.worlds.billing import (
    a_list,
    a_subscription,
    a_subscription_item,
    an_invoice,
    an_invoice_line,
    an_invoice_payment,
)
from simulator.worlds.claims import DisputedClaim
from simulator.worlds.orders import SoldOrder, epoch, iso_utc
from simulator.worlds.story import Story

CANCELED = DisputedClaim("subscription_canceled", "13.2")
RENEWED = timedelta(days=15)
MONTH = 30 * 86_400
EARLIER = 6  # months paid before the one that is disputed


def active_subscription(now: datetime, tag: str) -> list[StripeObject]:
    """Build a subscription that was never cancelled and was used after the disputed renewal."""
    story = Story(now, tag)
    charge = story.pay(renewal(last_used_at=iso_utc(now - timedelta(days=2)), usage_count="41"))
    subscribe(story, charge)
    story.dispute(charge, CANCELED)
    return story.objects


def canceled_subscription(now: datetime, tag: str) -> list[StripeObject]:
    """Build a subscription that was charged ten days after its buyer had cancelled it."""
    story = Story(now, tag)
    canceled_at = story.now - RENEWED - timedelta(days=10)
    message = "I cancelled in the account page and was charged again."
    charge = story.pay(renewal(cancel_requested_at=iso_utc(canceled_at), customer_message=message))
    subscribe(
        story,
        charge,
        status="canceled",
        canceled_at=epoch(canceled_at),
        ended_at=epoch(canceled_at),
        cancellation_details={"comment": None, "feedback": "unused", "reason": "cancellation_requested"},
    )
    story.dispute(charge, CANCELED)
    return story.objects


def renewal(**notes: str) -> SoldOrder:
    """Return the order of one more month."""
    return SoldOrder(
        amount=2_900,
        product="Field Notes Cloud, monthly",
        product_type="digital",
        checkout=False,
        ago=RENEWED,
        notes=notes,
    )


def subscribe(story: Story, charge: StripeObject, **changes: object) -> None:
    """Add the subscription behind a charge, its latest invoice, and the payment that links the two."""
    start = charge["created"] - EARLIER * MONTH
    subscription = story.key("sub")
    item = a_subscription_item(
        id=story.key("si"),
        created=start,
        current_period_start=charge["created"],
        current_period_end=charge["created"] + MONTH,
        subscription=subscription,
    )
    story.add(
        a_subscription(
            id=subscription,
            billing_cycle_anchor=start,
            created=start,
            customer=charge["customer"],
            items=a_list(f"/v1/subscription_items?subscription={subscription}", [item]),
            latest_invoice=story.key("in"),
            start_date=start,
            **changes,
        )
    )
    story.add(invoice_of(story, charge, item))
    story.objects.extend(earlier_invoice(story, charge, item, number) for number in range(1, EARLIER + 1))
    story.add(
        an_invoice_payment(
            id=story.key("inpay"),
            created=charge["created"],
            invoice=story.key("in"),
            payment={"type": "payment_intent", "payment_intent": charge["payment_intent"]},
            status_transitions={"canceled_at": None, "paid_at": charge["created"]},
        )
    )


def invoice_of(story: Story, charge: StripeObject, item: StripeObject) -> StripeObject:
    """Build the invoice that the charge paid."""
    paid, invoice = charge["created"], story.key("in")
    return an_invoice(
        id=invoice,
        created=paid,
        customer=charge["customer"],
        customer_address=dict(story.buyer.address),
        customer_email=story.buyer.email,
        customer_name=story.buyer.name,
        hosted_invoice_url=f"https://invoices.example.com/{invoice}",
        invoice_pdf=f"https://invoices.example.com/{invoice}/pdf",
        lines=a_list(f"/v1/invoices/{invoice}/lines", [invoice_line(story, item, paid)]),
        parent={
            "quote_details": None,
            "subscription_details": {"metadata": {}, "subscription": item["subscription"]},
            "type": "subscription_details",
        },
        period_end=paid,
        period_start=paid - MONTH,
        status_transitions={
            "finalized_at": paid,
            "marked_uncollectible_at": None,
            "paid_at": paid,
            "voided_at": None,
        },
    )


def earlier_invoice(story: Story, charge: StripeObject, item: StripeObject, number: int) -> StripeObject:
    """Build the paid invoice of `number` months before the charge."""
    paid, key = charge["created"] - number * MONTH, f"earlier-{number}"
    invoice = invoice_of(story, charge | {"created": paid}, item)
    line = invoice["lines"]["data"][0] | {"id": story.key("il", key), "invoice": story.key("in", key)}
    lines = a_list(f"/v1/invoices/{story.key('in', key)}/lines", [line])
    first = {"billing_reason": "subscription_create"} if number == EARLIER else {}
    return invoice | {"id": story.key("in", key), "number": f"HOLLOW01-E{number}", "lines": lines} | first


def invoice_line(story: Story, item: StripeObject, paid: int) -> StripeObject:
    """Build the invoice's one line: a month of the subscription from the time of payment."""
    details = {
        "invoice_item": None,
        "proration": False,
        "proration_details": None,
        "subscription": item["subscription"],
        "subscription_item": item["id"],
    }
    return an_invoice_line(
        id=story.key("il"),
        invoice=story.key("in"),
        parent={
            "invoice_item_details": None,
            "subscription_item_details": details,
            "type": "subscription_item_details",
        },
        period={"start": paid, "end": paid + MONTH},
    )
