"""What a merchant has on record who can win, and what goes wrong, for each reason."""

from collections.abc import Callable, Iterator
from datetime import timedelta

from disputes.money import Money
from evals.case import CaseFact
from evals.generation.facts import (
    fulfilment,
    identity,
    order,
    other,
    payment,
    plan,
    policies,
    priced,
    refund,
    said,
    written,
)
from evals.generation.sale import Sale

Maker = Callable[[Sale], Iterator[CaseFact]]


def full(sale: Sale, *, way: int = 0) -> Iterator[CaseFact]:
    """Give all that is on record where the claim is answered; `way` chooses among the answers a reason has."""
    yield from payment(sale)
    yield from order(sale)
    match sale.reason:
        case "credit_not_processed":
            yield from refund(sale)
            yield from policies(sale, "refund_policy")
        case "duplicate":
            yield from fulfilment(sale)
            yield from other(sale, refunded=way % 2 == 1)
        case "product_unacceptable":
            yield from _quality(sale, way)
        case _:
            yield from fulfilment(sale)
            yield from _ADDED.get(sale.reason, _pleased)(sale)


def _quality(sale: Sale, way: int) -> Iterator[CaseFact]:
    """Answer a complaint by what was listed, agreed and used, or by a refund that was paid."""
    yield from fulfilment(sale)
    yield from policies(sale, "refund_policy")
    if way % 2:
        yield from refund(sale)
    else:
        yield from _pleased(sale)


def _pleased(sale: Sale) -> Iterator[CaseFact]:
    yield said(sale.dice_for("said").choice(sale.words.pleased[sale.product]), ref="pleased")


def _took_part(sale: Sale) -> Iterator[CaseFact]:
    yield from identity(sale)
    yield from _pleased(sale)


def _subscribed(sale: Sale) -> Iterator[CaseFact]:
    yield from plan(sale)
    yield from policies(sale, "cancellation_policy")


def _documented(sale: Sale) -> Iterator[CaseFact]:
    yield from identity(sale)
    yield from policies(sale, "refund_policy")


_ADDED: dict[str, Maker] = {
    "fraudulent": _took_part,
    "unrecognized": _took_part,
    "subscription_canceled": _subscribed,
    "general": _documented,
}


def thin(sale: Sale) -> Iterator[CaseFact]:
    """Give a sale with nothing on record that answers the claim."""
    yield from payment(sale)
    yield CaseFact(kind="order_id", value=sale.order, system="shop")
    if sale.dice_for("thin").random() < 0.5:  # noqa: PLR2004 - half of them
        yield CaseFact(kind="product_description", value=sale.good, system="shop")


def adverse(sale: Sale) -> Iterator[CaseFact]:
    """Give a sale whose records speak for the customer."""
    yield from payment(sale)
    yield from order(sale)
    yield from _AGAINST[sale.reason](sale)


def _promised(sale: Sale) -> Iterator[CaseFact]:
    yield from refund(sale, covers=False)
    yield said(sale.words.upset["promised"])


def _paid_twice(sale: Sale) -> Iterator[CaseFact]:
    yield from fulfilment(sale)
    yield from other(sale, same=True)


def _risky(sale: Sale) -> Iterator[CaseFact]:
    yield from fulfilment(sale)
    yield CaseFact(kind="avs_mismatch", value="street address and postal code do not match")
    yield CaseFact(kind="cvc_mismatch", value="security code does not match")
    yield CaseFact(kind="high_risk", value="highest")


def _asked_back(sale: Sale) -> Iterator[CaseFact]:
    yield from fulfilment(sale)
    yield said(sale.words.upset["plain"])


def _never_came(sale: Sale) -> Iterator[CaseFact]:
    sent = (r for r in fulfilment(sale) if r.kind in {"shipped_at", "carrier", "tracking_number", "account_id"})
    yield from sent
    match sale.product:
        case "physical":
            yield CaseFact(kind="delivery_failed", value="Returned to sender, address unknown", system="carrier")
        case "digital":
            yield CaseFact(kind="used_never", value=True, system="shop")
        case _:
            yield said(sale.words.upset["missing"])


def _broken(sale: Sale) -> Iterator[CaseFact]:
    yield from fulfilment(sale)
    yield said(sale.words.upset["defect"])


def _canceled(sale: Sale) -> Iterator[CaseFact]:
    yield from plan(sale)
    yield CaseFact(kind="canceled_at", value=written(sale.paid_at - timedelta(days=6)), system="desk")


_AGAINST: dict[str, Maker] = {
    "credit_not_processed": _promised,
    "duplicate": _paid_twice,
    "fraudulent": _risky,
    "unrecognized": _risky,
    "general": _asked_back,
    "product_not_received": _never_came,
    "product_unacceptable": _broken,
    "subscription_canceled": _canceled,
}


def contradictory(sale: Sale, *, way: int = 0) -> Iterator[CaseFact]:
    """Give a full sale of which another system says something else."""
    yield from full(sale, way=way)
    match sale.product:
        case "physical":
            later = written(sale.after(11, "delivered"))
            yield from () if _has_delivery(sale, way) else fulfilment(sale)
            yield CaseFact(kind="delivered_at", value=later, system="desk")
        case "digital":
            less = Money(amount=sale.money.amount * 4 // 5, currency=sale.money.currency)
            yield CaseFact(kind="amount_paid", value=priced(less), system="shop")
        case _:
            yield from () if _has_delivery(sale, way) else fulfilment(sale)
            yield CaseFact(kind="service_date", value=written(sale.after(15, "service")), system="desk")


def _has_delivery(sale: Sale, way: int) -> bool:
    return any(record.kind in {"delivered_at", "service_date"} for record in full(sale, way=way))


def look_alike(sale: Sale, *, way: int = 0) -> Iterator[CaseFact]:
    """Give a full sale beside records of another one, whose number, price and days are nearly the same."""
    yield from full(sale, way=way)
    if sale.reason != "duplicate":
        yield from other(sale)
    scanned = f"In transit, parcel of order {sale.order[:-1]}{(int(sale.order[-1]) + 3) % 10}"
    yield CaseFact(kind="tracking_event", value=scanned, system="carrier", ref="early")
    yield said(f"My other order {sale.order[:3]}{sale.order[4:]}0 is fine.", ref="other")
