from datetime import datetime, timedelta

from simulator.objects import Object
from simulator.worlds.billing import (
    a_list,
    a_subscription,
    a_subscription_item,
    an_invoice,
    an_invoice_line,
    an_invoice_payment,
)
from simulator.worlds.claims import DisputedClaim
from simulator.worlds.orders import SoldOrder, epoch, stamp
from simulator.worlds.story import Story

CANCELED = DisputedClaim("subscription_canceled", "13.2")
RENEWED = timedelta(days=15)
MONTH = 30 * 86_400
EARLIER = 6  # months paid before the one that is disputed


def active(now: datetime, tag: str) -> list[Object]:
    """Tell of a subscription that was never cancelled and was used after the disputed renewal."""
    story = Story(now, tag)
    charge = story.pay(renewal(last_used_at=stamp(now - timedelta(days=2)), usage_count="41"))
    subscribe(story, charge)
    story.dispute(charge, CANCELED)
    return story.objects


def canceled_before(now: datetime, tag: str) -> list[Object]:
    """Tell of a subscription that was charged ten days after its buyer had cancelled it."""
    story = Story(now, tag)
    left = story.now - RENEWED - timedelta(days=10)
    message = "I cancelled in the account page and was charged again."
    charge = story.pay(renewal(cancel_requested_at=stamp(left), customer_message=message))
    subscribe(
        story,
        charge,
        status="canceled",
        canceled_at=epoch(left),
        ended_at=epoch(left),
        cancellation_details={"comment": None, "feedback": "unused", "reason": "cancellation_requested"},
    )
    story.dispute(charge, CANCELED)
    return story.objects


def renewal(**notes: str) -> SoldOrder:
    """Give the order of one more month."""
    return SoldOrder(
        amount=2_900,
        product="Field Notes Cloud, monthly",
        product_type="digital",
        checkout=False,
        ago=RENEWED,
        notes=notes,
    )


def subscribe(story: Story, charge: Object, **changes: object) -> None:
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
    story.add(bill(story, charge, item))
    story.objects.extend(earlier(story, charge, item, number) for number in range(1, EARLIER + 1))
    story.add(
        an_invoice_payment(
            id=story.key("inpay"),
            created=charge["created"],
            invoice=story.key("in"),
            payment={"type": "payment_intent", "payment_intent": charge["payment_intent"]},
            status_transitions={"canceled_at": None, "paid_at": charge["created"]},
        )
    )


def bill(story: Story, charge: Object, item: Object) -> Object:
    """Give the invoice the charge paid."""
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
        lines=a_list(f"/v1/invoices/{invoice}/lines", [charge_month(story, item, paid)]),
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


def earlier(story: Story, charge: Object, item: Object, number: int) -> Object:
    """Give the paid invoice of so many months before the charge."""
    paid, key = charge["created"] - number * MONTH, f"earlier-{number}"
    invoice = bill(story, charge | {"created": paid}, item)
    line = invoice["lines"]["data"][0] | {"id": story.key("il", key), "invoice": story.key("in", key)}
    lines = a_list(f"/v1/invoices/{story.key('in', key)}/lines", [line])
    first = {"billing_reason": "subscription_create"} if number == EARLIER else {}
    return invoice | {"id": story.key("in", key), "number": f"HOLLOW01-E{number}", "lines": lines} | first


def charge_month(story: Story, item: Object, paid: int) -> Object:
    """Give the invoice's one line: a month of the subscription from the moment it was paid."""
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
