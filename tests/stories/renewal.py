"""The subscription behind a story's payment, the invoice it paid, and what links the two."""

from collections.abc import Callable

from evals.stories.story import Subscription
from simulator.objects import StripeObject
from simulator.worlds import billing
from simulator.worlds.orders import epoch

Key = Callable[[str], str]


def build(charge: StripeObject, plan: Subscription, key: Key) -> list[StripeObject]:
    """Build the three objects; `key` gives the id of each kind of object."""
    return [_subscription(charge, plan, key), _invoice(charge, plan, key), _invoice_payment(charge, key)]


def _subscription(charge: StripeObject, plan: Subscription, key: Key) -> StripeObject:
    ended = epoch(plan.canceled_at) if plan.canceled_at else None
    return billing.a_subscription(
        id=key("sub"),
        billing_cycle_anchor=epoch(plan.started_at),
        canceled_at=ended,
        created=epoch(plan.started_at),
        customer=charge["customer"],
        description=charge["description"],
        ended_at=ended,
        items=billing.a_list(f"/v1/subscription_items?subscription={key('sub')}", [_item(charge, plan, key)]),
        latest_invoice=key("in"),
        start_date=epoch(plan.started_at),
        status="canceled" if ended else "active",
    )


def _item(charge: StripeObject, plan: Subscription, key: Key) -> StripeObject:
    price = billing.a_monthly_price(unit_amount=charge["amount"], unit_amount_decimal=str(charge["amount"]))
    return billing.a_subscription_item(
        id=key("si"),
        created=epoch(plan.started_at),
        current_period_end=epoch(plan.period_end),
        current_period_start=epoch(plan.period_start),
        price=price | {"recurring": price["recurring"] | {"interval": plan.interval}},
        subscription=key("sub"),
    )


def _invoice(charge: StripeObject, plan: Subscription, key: Key) -> StripeObject:
    billed = charge["billing_details"]
    of = {"metadata": {}, "subscription": key("sub")}
    return billing.an_invoice(
        id=key("in"),
        created=charge["created"],
        customer=charge["customer"],
        customer_address=billed["address"],
        customer_email=billed["email"],
        customer_name=billed["name"],
        lines=billing.a_list(f"/v1/invoices/{key('in')}/lines", [_line(charge, plan, key)]),
        parent={"quote_details": None, "subscription_details": of, "type": "subscription_details"},
        **billing.paid_in_full(charge["amount"]),
    )


def _line(charge: StripeObject, plan: Subscription, key: Key) -> StripeObject:
    price = f"${charge['amount'] / 100:.2f} / {plan.interval}"
    return billing.an_invoice_line(
        id=key("il"),
        amount=charge["amount"],
        subtotal=charge["amount"],
        description=f"1 x {charge['description']} (at {price})",
        invoice=key("in"),
        period={"start": epoch(plan.period_start), "end": epoch(plan.period_end)},
    )


def _invoice_payment(charge: StripeObject, key: Key) -> StripeObject:
    return billing.an_invoice_payment(
        id=key("inpay"),
        amount_paid=charge["amount"],
        amount_requested=charge["amount"],
        created=charge["created"],
        invoice=key("in"),
        payment={"type": "payment_intent", "payment_intent": charge["payment_intent"]},
        status_transitions={"canceled_at": None, "paid_at": charge["created"]},
    )
