"""The records that systems hold about a purchase, group by group."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from pydantic import JsonValue

from disputes import money
from disputes.evidence import write_time
from disputes.money import Money
from evals.case import CaseFact
from evals.generation.sale import Sale, random_token

_SECOND_ITEM = {"physical": "gift wrapped", "digital": "second copy", "service": "second appointment"}


def write_iso(at: datetime) -> str:
    """Write a UTC time in ISO 8601 to the minute, as systems do."""
    return at.replace(second=0, microsecond=0).isoformat().replace("+00:00", "Z")


def write_amount(amount: Money) -> JsonValue:
    """Write an amount in minor units as JSON."""
    return {"amount": amount.amount, "currency": amount.currency}


def payment_facts(sale: Sale) -> Iterator[CaseFact]:
    """Yield the payment and the customer who made it."""
    yield CaseFact(kind="charge_id", value=sale.charge)
    yield CaseFact(kind="amount_paid", value=write_amount(sale.money))
    yield CaseFact(kind="paid_at", value=write_iso(sale.paid_at))
    yield CaseFact(kind="card", value=sale.card)
    yield CaseFact(kind="statement_descriptor", value=sale.words.descriptor)
    yield CaseFact(kind="product_type", value=sale.product, system="shop")
    yield CaseFact(kind="customer_name", value=sale.buyer)
    yield CaseFact(kind="customer_email", value=sale.email)


def order_facts(sale: Sale) -> Iterator[CaseFact]:
    """Yield the order."""
    yield CaseFact(kind="order_id", value=sale.order, system="shop")
    yield CaseFact(kind="product_description", value=sale.item, system="shop")
    yield CaseFact(kind="line_items", value=f"1 x {sale.item}", system="shop")
    yield CaseFact(kind="receipt_email", value=sale.email)
    yield CaseFact(kind="receipt_number", value=f"{sale.rng_for('receipt').randint(1000, 1999)}-{sale.order[-4:]}")
    yield CaseFact(kind="billing_address", value=sale.address)
    yield CaseFact(kind="customer_ip", value=f"203.0.113.{sale.rng_for('ip').randint(2, 250)}", system="shop")
    yield CaseFact(kind="terms_accepted_at", value=write_iso(sale.paid_at - timedelta(minutes=2)), system="shop")


def fulfilment_facts(sale: Sale) -> Iterator[CaseFact]:
    """Yield objective proof that the purchase reached the customer."""
    match sale.product:
        case "physical":
            yield from _delivery_facts(sale)
        case "digital":
            yield from _usage_facts(sale)
        case _:
            yield CaseFact(kind="service_date", value=write_iso(sale.after(9, "service")), system="shop")
            yield CaseFact(kind="delivery_signature", value=sale.buyer, system="shop")


def _delivery_facts(sale: Sale) -> Iterator[CaseFact]:
    delivered = sale.after(4, "delivered")
    number = f"1ZHW{random_token(sale.rng_for('tracking'), 12).upper()}"
    yield CaseFact(kind="shipping_name", value=sale.buyer, system="shop")
    yield CaseFact(kind="shipping_address", value=sale.address, system="shop")
    yield CaseFact(kind="shipping_matches_billing", value=True)
    yield CaseFact(kind="shipped_at", value=write_iso(sale.after(1, "shipped")), system="shop")
    yield CaseFact(kind="carrier", value=sale.rng_for("carrier").choice(sale.words.carrier), system="shop")
    yield CaseFact(kind="tracking_number", value=number, system="shop")
    yield CaseFact(kind="delivered_at", value=write_iso(delivered), system="carrier")
    yield CaseFact(kind="delivery_signature", value=sale.buyer, system="carrier")
    yield CaseFact(kind="tracking_event", value=f"Delivered, {write_time(delivered)}", system="carrier", ref="last")


def _usage_facts(sale: Sale) -> Iterator[CaseFact]:
    yield CaseFact(kind="account_id", value=f"user_{sale.rng_for('account').randint(10_000, 99_999)}", system="shop")
    yield CaseFact(kind="last_used_at", value=write_iso(sale.after(12, "used")), system="shop")
    yield CaseFact(kind="usage_count", value=sale.rng_for("count").randint(6, 140), system="shop")


def identity_facts(sale: Sale) -> Iterator[CaseFact]:
    """Yield proof that the cardholder took part: 3-D Secure, card checks, earlier payments, a fraud check."""
    rng = sale.rng_for("identity")
    yield CaseFact(kind="three_d_secure", value="authenticated by challenge")
    yield CaseFact(kind="avs_match", value="street address and postal code match")
    yield CaseFact(kind="cvc_match", value="security code matches")
    yield CaseFact(kind="device_id", value=rng.choice(sale.words.device), system="shop")
    yield CaseFact(kind="prior_payments", value=rng.randint(2, 14))
    yield CaseFact(kind="prior_since", value=write_iso(sale.paid_at - timedelta(days=rng.randint(130, 700))))
    yield CaseFact(kind="fraud_check", value="approved", system="fraud")
    yield CaseFact(kind="fraud_check_id", value=f"FC-{rng.randint(100_000, 999_999)}", system="fraud")


def refund_facts(sale: Sale, *, covers: bool = True) -> Iterator[CaseFact]:
    """Yield a refund before the dispute, of the whole payment or, where it does not `covers` it, of a third."""
    rng = sale.rng_for("refund")
    ref = f"re_3{random_token(rng, 12)}"
    refunded_amount = sale.money if covers else Money(amount=sale.money.amount // 3, currency=sale.money.currency)
    at = sale.after(11, "refund")
    yield CaseFact(kind="refund_amount", value=write_amount(refunded_amount), ref=ref)
    yield CaseFact(kind="refunded_at", value=write_iso(at), ref=ref)
    yield CaseFact(kind="refund_reference", value=f"7453{rng.randint(10**18, 10**19 - 1)}", ref=ref)
    if covers:
        yield CaseFact(kind="refund_covers_claim", value=True)
    yield CaseFact(kind="refund_before_dispute", value=f"a refund on {write_time(at)}, succeeded", ref=ref)


def other_payment_facts(sale: Sale, *, refunded: bool = False, same: bool = False) -> Iterator[CaseFact]:
    """Yield another payment of the same price: for an order of its own, refunded, or with the `same` order number."""
    rng = sale.rng_for("other")
    yield CaseFact(kind="other_charge_id", value=f"ch_3{random_token(rng, 20)}")
    yield CaseFact(
        kind="other_order_id", value=sale.order if same or refunded else _similar_order(sale.order), system="shop"
    )
    item = sale.item if same or refunded else f"{sale.item}, {_SECOND_ITEM[sale.product]}"
    yield CaseFact(kind="other_description", value=item, system="shop")
    yield CaseFact(kind="other_amount", value=write_amount(sale.money))
    yield CaseFact(kind="other_paid_at", value=write_iso(sale.paid_at - timedelta(minutes=rng.randint(6, 90))))
    if refunded:
        yield CaseFact(kind="other_refund_amount", value=write_amount(sale.money))
        yield CaseFact(kind="other_refunded_at", value=write_iso(sale.after(2, "other refund")))
        yield CaseFact(kind="other_refund_reference", value=f"7453{rng.randint(10**18, 10**19 - 1)}")
        yield CaseFact(kind="other_refund_covers_claim", value=True)


def _similar_order(number: str) -> str:
    """Return a similar order number: with its last two digits swapped, or the last one raised where they are equal."""
    swapped = f"{number[:-2]}{number[-1]}{number[-2]}"
    return swapped if swapped != number else f"{number[:-1]}{(int(number[-1]) + 1) % 10}"


def subscription_facts(sale: Sale) -> Iterator[CaseFact]:
    """Yield the subscription of which the payment is one period."""
    rng = sale.rng_for("plan")
    started = sale.paid_at - timedelta(days=30 * rng.randint(3, 14))
    yield CaseFact(kind="subscription_id", value=f"sub_1{random_token(rng, 14)}")
    yield CaseFact(kind="subscription_started_at", value=write_iso(started))
    yield CaseFact(kind="subscription_interval", value="every month")
    yield CaseFact(kind="period_start", value=write_iso(sale.paid_at))
    yield CaseFact(kind="period_end", value=write_iso(sale.paid_at + timedelta(days=30)))
    yield CaseFact(kind="renewals", value=round((sale.paid_at - started).days / 30))
    yield CaseFact(kind="merchant_message", value=_renewal_notice(sale), system="desk", ref="notice")


def policy_facts(sale: Sale, *kinds: str) -> Iterator[CaseFact]:
    """Yield the shop's policies of these kinds."""
    texts = {"refund_policy": sale.words.refund_policy, "cancellation_policy": sale.words.cancellation_policy}
    for kind in kinds:
        yield CaseFact(kind=kind, value=texts[kind], system="policy")


def customer_message(text: str, *, ref: str = "1") -> CaseFact:
    """Return a message by the customer."""
    return CaseFact(kind="customer_message", value=text, system="desk", ref=ref)


def _renewal_notice(sale: Sale) -> str:
    renews = f"{sale.paid_at.day} {sale.paid_at:%B %Y}"
    return f"Reminder: {sale.item} renews on {renews} for {money.write(sale.money)}."
