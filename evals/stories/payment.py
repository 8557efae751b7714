"""What Stripe knows of a story, as records of an evaluation case."""

from collections.abc import Iterator
from datetime import date, datetime

from pydantic import JsonValue

from evals.case import CaseFact
from evals.stories.story import Address, OtherPayment, Refund, Story

_NEAR_DAYS = 31


def facts(story: Story) -> Iterator[CaseFact]:
    """Yield the facts of payment, customer, checks, refunds, subscription and the other payment of one amount."""
    told: dict[str, JsonValue] = {**_payment(story), **_customer(story), **_checks(story), **_subscription(story)}
    for kind, value in told.items():
        if value:
            yield CaseFact(kind=kind, value=value)
    yield from _refunds(story)
    if other := _nearest(story):
        yield from _other(story, other)
    yield CaseFact(kind="refund_policy", value=story.refund_policy, system="policy")
    yield CaseFact(kind="cancellation_policy", value=story.cancellation_policy, system="policy")


def _payment(story: Story) -> dict[str, JsonValue]:
    shipping = story.shipping
    return {
        "charge_id": f"ch_{story.name.replace('-', '')}",
        "amount_paid": _amount(story.amount),
        "paid_at": _write(story.paid_at),
        "card": "Visa ending 4242",
        "statement_descriptor": "HOLLOW OAK GOODS",
        "order_id": story.order_number,
        "product_type": story.product,
        "product_description": story.description,
        "terms_accepted_at": _write(story.terms_accepted_at),
        "shipping_name": shipping.name if shipping else None,
        "shipping_address": _address(shipping.address) if shipping else None,
        "billing_address": _address(story.billing_address),
    }


def _customer(story: Story) -> dict[str, JsonValue]:
    customer = story.customer
    return {
        "customer_name": customer.name,
        "customer_email": customer.email,
        "receipt_email": customer.email,
        "customer_ip": customer.ip,
        "device_id": customer.device,
        "account_id": customer.account,
    }


def _checks(story: Story) -> dict[str, JsonValue]:
    checks = story.checks
    streets = {"street address": checks.avs_street, "postal code": checks.avs_postal}
    passed = " and ".join(name for name, result in streets.items() if result == "pass")
    failed = " and ".join(name for name, result in streets.items() if result == "fail")
    return {
        "avs_match": f"{passed} match" if passed else None,
        "avs_mismatch": f"{failed} do not match" if failed else None,
        "cvc_match": "security code matches" if checks.cvc == "pass" else None,
        "cvc_mismatch": "security code does not match" if checks.cvc == "fail" else None,
        "three_d_secure": "authenticated" if checks.three_d_secure == "authenticated" else None,
    }


def _subscription(story: Story) -> dict[str, JsonValue]:
    plan = story.subscription
    if plan is None:
        return {}
    return {
        "subscription_id": plan.id,
        "subscription_started_at": _write(plan.started_at),
        "subscription_interval": f"every {plan.interval}",
        "period_start": _write(plan.period_start),
        "period_end": _write(plan.period_end),
        "cancel_requested_at": _write(plan.cancel_requested_at),
        "canceled_at": _write(plan.canceled_at),
    }


def _refunds(story: Story) -> Iterator[CaseFact]:
    kinds = {"succeeded": "refund_before_dispute", "pending": "refund_under_way", "failed": "refund_failed"}
    for number, refund in enumerate(story.refunds, 1):
        ref = f"re_{number}"
        if refund.status == "succeeded":
            yield CaseFact(kind="refund_amount", value=_amount(refund.amount), ref=ref)
            yield CaseFact(kind="refunded_at", value=_write(refund.at), ref=ref)
        if refund.status == "succeeded" and refund.reference:
            yield CaseFact(kind="refund_reference", value=refund.reference, ref=ref)
        yield CaseFact(kind=kinds[refund.status], value=f"a refund on {_write(refund.at)}, {refund.status}", ref=ref)
    if story.refunds and sum(refund.amount for refund in story.refunds if _counts(refund)) >= story.amount:
        yield CaseFact(kind="refund_covers_claim", value=True)


def _counts(refund: Refund) -> bool:
    return refund.status == "succeeded"


def _nearest(story: Story) -> OtherPayment | None:
    near = [o for o in story.other_payments if o.amount == story.amount and _apart(story, o) <= _NEAR_DAYS]
    return min(near, key=lambda other: _apart(story, other), default=None)


def _apart(story: Story, other: OtherPayment) -> int:
    return abs((story.paid_at - other.at).days)


def _other(story: Story, other: OtherPayment) -> Iterator[CaseFact]:
    yield CaseFact(kind="other_charge_id", value=f"ch_other{story.name.replace('-', '')}")
    yield CaseFact(kind="other_order_id", value=other.order_number)
    yield CaseFact(kind="other_description", value=other.description)
    yield CaseFact(kind="other_amount", value=_amount(other.amount))
    yield CaseFact(kind="other_paid_at", value=_write(other.at))


def _amount(cents: int) -> JsonValue:
    return {"amount": cents, "currency": "usd"}


def _write(at: date | None) -> str | None:
    return at.isoformat().replace("+00:00", "Z") if isinstance(at, datetime) else at.isoformat() if at else None


def _address(address: Address) -> str:
    return ", ".join(filter(None, (getattr(address, name) for name in Address.model_fields)))
