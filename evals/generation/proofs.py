"""The records of a sale for each reason, where the merchant can win and where something is wrong."""

from collections.abc import Callable, Iterator
from datetime import timedelta

from disputes.money import Money
from evals.case import CaseFact
from evals.generation.facts import (
    customer_message,
    fulfilment_facts,
    identity_facts,
    order_facts,
    other_payment_facts,
    payment_facts,
    policy_facts,
    refund_facts,
    subscription_facts,
    write_amount,
    write_iso,
)
from evals.generation.sale import Sale

RecordBuilder = Callable[[Sale], Iterator[CaseFact]]


def full_records(sale: Sale, *, variant: int = 0) -> Iterator[CaseFact]:
    """Yield records that answer the claim; `variant` chooses among the answers that a reason has."""
    yield from payment_facts(sale)
    yield from order_facts(sale)
    match sale.reason:
        case "credit_not_processed":
            yield from refund_facts(sale)
            yield from policy_facts(sale, "refund_policy")
        case "duplicate":
            yield from fulfilment_facts(sale)
            yield from other_payment_facts(sale, refunded=variant % 2 == 1)
        case "product_unacceptable":
            yield from _quality_proof(sale, variant)
        case _:
            yield from fulfilment_facts(sale)
            yield from _ADDITIONS.get(sale.reason, _praise)(sale)


def _quality_proof(sale: Sale, variant: int) -> Iterator[CaseFact]:
    """Yield the answer to a complaint: what was listed, agreed and used, or a refund."""
    yield from fulfilment_facts(sale)
    yield from policy_facts(sale, "refund_policy")
    if variant % 2:
        yield from refund_facts(sale)
    else:
        yield from _praise(sale)


def _praise(sale: Sale) -> Iterator[CaseFact]:
    yield customer_message(sale.rng_for("said").choice(sale.words.pleased[sale.product]), ref="pleased")


def _participation(sale: Sale) -> Iterator[CaseFact]:
    yield from identity_facts(sale)
    yield from _praise(sale)


def _subscription_proof(sale: Sale) -> Iterator[CaseFact]:
    yield from subscription_facts(sale)
    yield from policy_facts(sale, "cancellation_policy")


def _documents(sale: Sale) -> Iterator[CaseFact]:
    yield from identity_facts(sale)
    yield from policy_facts(sale, "refund_policy")


_ADDITIONS: dict[str, RecordBuilder] = {
    "fraudulent": _participation,
    "unrecognized": _participation,
    "subscription_canceled": _subscription_proof,
    "general": _documents,
}


def thin_records(sale: Sale) -> Iterator[CaseFact]:
    """Yield records of a sale without any that answers the claim."""
    yield from payment_facts(sale)
    yield CaseFact(kind="order_id", value=sale.order, system="shop")
    if sale.rng_for("thin").random() < 0.5:  # noqa: PLR2004 - half of them
        yield CaseFact(kind="product_description", value=sale.item, system="shop")


def adverse_records(sale: Sale) -> Iterator[CaseFact]:
    """Yield records of a sale that speak for the customer."""
    yield from payment_facts(sale)
    yield from order_facts(sale)
    yield from _ADVERSE[sale.reason](sale)


def _promised_refund(sale: Sale) -> Iterator[CaseFact]:
    yield from refund_facts(sale, covers=False)
    yield customer_message(sale.words.upset["promised"])


def _double_payment(sale: Sale) -> Iterator[CaseFact]:
    yield from fulfilment_facts(sale)
    yield from other_payment_facts(sale, same=True)


def _risk_signs(sale: Sale) -> Iterator[CaseFact]:
    yield from fulfilment_facts(sale)
    yield CaseFact(kind="avs_mismatch", value="street address and postal code do not match")
    yield CaseFact(kind="cvc_mismatch", value="security code does not match")
    yield CaseFact(kind="high_risk", value="highest")


def _refund_request(sale: Sale) -> Iterator[CaseFact]:
    yield from fulfilment_facts(sale)
    yield customer_message(sale.words.upset["plain"])


def _non_delivery(sale: Sale) -> Iterator[CaseFact]:
    shipped = (
        record
        for record in fulfilment_facts(sale)
        if record.kind in {"shipped_at", "carrier", "tracking_number", "account_id"}
    )
    yield from shipped
    match sale.product:
        case "physical":
            yield CaseFact(kind="delivery_failed", value="Returned to sender, address unknown", system="carrier")
        case "digital":
            yield CaseFact(kind="used_never", value=True, system="shop")
        case _:
            yield customer_message(sale.words.upset["missing"])


def _complaint(sale: Sale) -> Iterator[CaseFact]:
    yield from fulfilment_facts(sale)
    yield customer_message(sale.words.upset["defect"])


def _cancellation(sale: Sale) -> Iterator[CaseFact]:
    yield from subscription_facts(sale)
    yield CaseFact(kind="canceled_at", value=write_iso(sale.paid_at - timedelta(days=6)), system="desk")


_ADVERSE: dict[str, RecordBuilder] = {
    "credit_not_processed": _promised_refund,
    "duplicate": _double_payment,
    "fraudulent": _risk_signs,
    "unrecognized": _risk_signs,
    "general": _refund_request,
    "product_not_received": _non_delivery,
    "product_unacceptable": _complaint,
    "subscription_canceled": _cancellation,
}


def contradictory_records(sale: Sale, *, variant: int = 0) -> Iterator[CaseFact]:
    """Yield full records of a sale, one of which another system contradicts."""
    yield from full_records(sale, variant=variant)
    match sale.product:
        case "physical":
            later = write_iso(sale.after(11, "delivered"))
            yield from () if _has_delivery(sale, variant) else fulfilment_facts(sale)
            yield CaseFact(kind="delivered_at", value=later, system="desk")
        case "digital":
            lower = Money(amount=sale.money.amount * 4 // 5, currency=sale.money.currency)
            yield CaseFact(kind="amount_paid", value=write_amount(lower), system="shop")
        case _:
            yield from () if _has_delivery(sale, variant) else fulfilment_facts(sale)
            yield CaseFact(kind="service_date", value=write_iso(sale.after(15, "service")), system="desk")


def _has_delivery(sale: Sale, variant: int) -> bool:
    return any(record.kind in {"delivered_at", "service_date"} for record in full_records(sale, variant=variant))


def look_alike_records(sale: Sale, *, variant: int = 0) -> Iterator[CaseFact]:
    """Yield full records of a sale, with records of another one whose number, price and days are nearly the same."""
    yield from full_records(sale, variant=variant)
    if sale.reason != "duplicate":
        yield from other_payment_facts(sale)
    scan = f"In transit, parcel of order {sale.order[:-1]}{(int(sale.order[-1]) + 3) % 10}"
    yield CaseFact(kind="tracking_event", value=scan, system="carrier", ref="early")
    yield customer_message(f"My other order {sale.order[:3]}{sale.order[4:]}0 is fine.", ref="other")
