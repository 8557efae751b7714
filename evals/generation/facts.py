"""What systems have on record about a purchase, group by group."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from pydantic import JsonValue

from disputes import money
from disputes.evidence import write_time
from disputes.money import Money
from evals.case import CaseFact
from evals.generation.sale import Sale, token

_AGAIN = {"physical": "gift wrapped", "digital": "second copy", "service": "second appointment"}


def written(at: datetime) -> str:
    """Write a moment as systems do."""
    return at.replace(second=0, microsecond=0).isoformat().replace("+00:00", "Z")


def priced(amount: Money) -> JsonValue:
    """Write an amount as JSON."""
    return {"amount": amount.amount, "currency": amount.currency}


def payment(sale: Sale) -> Iterator[CaseFact]:
    """Tell of the payment itself, and whose it was."""
    yield CaseFact(kind="charge_id", value=sale.charge)
    yield CaseFact(kind="amount_paid", value=priced(sale.money))
    yield CaseFact(kind="paid_at", value=written(sale.paid_at))
    yield CaseFact(kind="card", value=sale.card)
    yield CaseFact(kind="statement_descriptor", value=sale.words.descriptor)
    yield CaseFact(kind="product_type", value=sale.product, system="shop")
    yield CaseFact(kind="customer_name", value=sale.buyer)
    yield CaseFact(kind="customer_email", value=sale.email)


def order(sale: Sale) -> Iterator[CaseFact]:
    """Tell of the order."""
    yield CaseFact(kind="order_id", value=sale.order, system="shop")
    yield CaseFact(kind="product_description", value=sale.good, system="shop")
    yield CaseFact(kind="line_items", value=f"1 x {sale.good}", system="shop")
    yield CaseFact(kind="receipt_email", value=sale.email)
    yield CaseFact(kind="receipt_number", value=f"{sale.dice_for('receipt').randint(1000, 1999)}-{sale.order[-4:]}")
    yield CaseFact(kind="billing_address", value=sale.address)
    yield CaseFact(kind="customer_ip", value=f"203.0.113.{sale.dice_for('ip').randint(2, 250)}", system="shop")
    yield CaseFact(kind="terms_accepted_at", value=written(sale.paid_at - timedelta(minutes=2)), system="shop")


def fulfilment(sale: Sale) -> Iterator[CaseFact]:
    """Tell that the purchase reached the customer, as objective proof."""
    match sale.product:
        case "physical":
            yield from _delivery(sale)
        case "digital":
            yield from _use(sale)
        case _:
            yield CaseFact(kind="service_date", value=written(sale.after(9, "service")), system="shop")
            yield CaseFact(kind="delivery_signature", value=sale.buyer, system="shop")


def _delivery(sale: Sale) -> Iterator[CaseFact]:
    delivered = sale.after(4, "delivered")
    number = f"1ZHW{token(sale.dice_for('tracking'), 12).upper()}"
    yield CaseFact(kind="shipping_name", value=sale.buyer, system="shop")
    yield CaseFact(kind="shipping_address", value=sale.address, system="shop")
    yield CaseFact(kind="shipping_matches_billing", value=True)
    yield CaseFact(kind="shipped_at", value=written(sale.after(1, "shipped")), system="shop")
    yield CaseFact(kind="carrier", value=sale.dice_for("carrier").choice(sale.words.carrier), system="shop")
    yield CaseFact(kind="tracking_number", value=number, system="shop")
    yield CaseFact(kind="delivered_at", value=written(delivered), system="carrier")
    yield CaseFact(kind="delivery_signature", value=sale.buyer, system="carrier")
    yield CaseFact(kind="tracking_event", value=f"Delivered, {write_time(delivered)}", system="carrier", ref="last")


def _use(sale: Sale) -> Iterator[CaseFact]:
    yield CaseFact(kind="account_id", value=f"user_{sale.dice_for('account').randint(10_000, 99_999)}", system="shop")
    yield CaseFact(kind="last_used_at", value=written(sale.after(12, "used")), system="shop")
    yield CaseFact(kind="usage_count", value=sale.dice_for("count").randint(6, 140), system="shop")


def identity(sale: Sale) -> Iterator[CaseFact]:
    """Tell that the cardholder took part: 3-D Secure, checks, earlier payments, a fraud check."""
    dice = sale.dice_for("identity")
    yield CaseFact(kind="three_d_secure", value="authenticated by challenge")
    yield CaseFact(kind="avs_match", value="street address and postal code match")
    yield CaseFact(kind="cvc_match", value="security code matches")
    yield CaseFact(kind="device_id", value=dice.choice(sale.words.device), system="shop")
    yield CaseFact(kind="prior_payments", value=dice.randint(2, 14))
    yield CaseFact(kind="prior_since", value=written(sale.paid_at - timedelta(days=dice.randint(130, 700))))
    yield CaseFact(kind="fraud_check", value="approved", system="fraud")
    yield CaseFact(kind="fraud_check_id", value=f"FC-{dice.randint(100_000, 999_999)}", system="fraud")


def refund(sale: Sale, *, covers: bool = True) -> Iterator[CaseFact]:
    """Tell of a refund of the disputed payment before the dispute; one that does not cover it is a third of it."""
    dice = sale.dice_for("refund")
    ref = f"re_3{token(dice, 12)}"
    paid = sale.money if covers else Money(amount=sale.money.amount // 3, currency=sale.money.currency)
    at = sale.after(11, "refund")
    yield CaseFact(kind="refund_amount", value=priced(paid), ref=ref)
    yield CaseFact(kind="refunded_at", value=written(at), ref=ref)
    yield CaseFact(kind="refund_reference", value=f"7453{dice.randint(10**18, 10**19 - 1)}", ref=ref)
    if covers:
        yield CaseFact(kind="refund_covers_claim", value=True)
    yield CaseFact(kind="refund_before_dispute", value=f"a refund on {write_time(at)}, succeeded", ref=ref)


def other(sale: Sale, *, refunded: bool = False, same: bool = False) -> Iterator[CaseFact]:
    """Tell of another payment of one price: for an order of its own, refunded, or carrying the `same` order number."""
    dice = sale.dice_for("other")
    yield CaseFact(kind="other_charge_id", value=f"ch_3{token(dice, 20)}")
    yield CaseFact(kind="other_order_id", value=sale.order if same or refunded else _near(sale.order), system="shop")
    good = sale.good if same or refunded else f"{sale.good}, {_AGAIN[sale.product]}"
    yield CaseFact(kind="other_description", value=good, system="shop")
    yield CaseFact(kind="other_amount", value=priced(sale.money))
    yield CaseFact(kind="other_paid_at", value=written(sale.paid_at - timedelta(minutes=dice.randint(6, 90))))
    if refunded:
        yield CaseFact(kind="other_refund_amount", value=priced(sale.money))
        yield CaseFact(kind="other_refunded_at", value=written(sale.after(2, "other refund")))
        yield CaseFact(kind="other_refund_reference", value=f"7453{dice.randint(10**18, 10**19 - 1)}")
        yield CaseFact(kind="other_refund_covers_claim", value=True)


def _near(order: str) -> str:
    """Give an order number that differs in its last two digits, by their order where they differ."""
    turned = f"{order[:-2]}{order[-1]}{order[-2]}"
    return turned if turned != order else f"{order[:-1]}{(int(order[-1]) + 1) % 10}"


def plan(sale: Sale) -> Iterator[CaseFact]:
    """Tell of the subscription that the payment is one period of."""
    dice = sale.dice_for("plan")
    begun = sale.paid_at - timedelta(days=30 * dice.randint(3, 14))
    yield CaseFact(kind="subscription_id", value=f"sub_1{token(dice, 14)}")
    yield CaseFact(kind="subscription_started_at", value=written(begun))
    yield CaseFact(kind="subscription_interval", value="every month")
    yield CaseFact(kind="period_start", value=written(sale.paid_at))
    yield CaseFact(kind="period_end", value=written(sale.paid_at + timedelta(days=30)))
    yield CaseFact(kind="renewals", value=round((sale.paid_at - begun).days / 30))
    yield CaseFact(kind="merchant_message", value=_notice(sale), system="desk", ref="notice")


def policies(sale: Sale, *kinds: str) -> Iterator[CaseFact]:
    """Give the shop's own policies."""
    texts = {"refund_policy": sale.words.refund_policy, "cancellation_policy": sale.words.cancellation_policy}
    for kind in kinds:
        yield CaseFact(kind=kind, value=texts[kind], system="policy")


def said(text: str, *, ref: str = "1") -> CaseFact:
    """Give a message of the customer's."""
    return CaseFact(kind="customer_message", value=text, system="desk", ref=ref)


def _notice(sale: Sale) -> str:
    renews = f"{sale.paid_at.day} {sale.paid_at:%B %Y}"
    return f"Reminder: {sale.good} renews on {renews} for {money.write(sale.money)}."
