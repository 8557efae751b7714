"""Stripe objects around one disputed payment, and the facts read from them."""

from datetime import UTC, datetime
from typing import Any

from disputes.dispute import parse
from disputes.evidence import Evidence, Fact, Gap, render
from simulator.objects import NOON, a_charge, a_dispute
from tools.sources.stripe.payment_objects import PaymentObjects
from tools.sources.stripe.stripe_object import StripeObject

DAY = 86_400
NOW = datetime.fromtimestamp(NOON + 20 * DAY, UTC)
PAID = datetime.fromtimestamp(NOON, UTC)


def build_objects(charge: dict[str, Any] | None = None, **others: Any) -> PaymentObjects:
    raw = a_dispute(charge=charge or a_charge(), created=NOON + 10 * DAY, **others.pop("claim", {}))
    wrapped: dict[str, Any] = {name: _wrap(value) for name, value in others.items()}
    return PaymentObjects(dispute=parse(raw), claim=StripeObject(raw), **wrapped)


def _wrap(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(StripeObject(each) for each in value)
    return StripeObject(value) if isinstance(value, dict) else value


def render_all(results: Any) -> dict[str, str]:
    return {fact.kind: render(fact) for fact in reversed([each for each in results if isinstance(each, Fact)])}


def as_evidence(results: Any) -> Evidence:
    results = tuple(results)
    facts = tuple(each for each in results if isinstance(each, Fact))
    return Evidence(facts=facts, gaps=tuple(each for each in results if isinstance(each, Gap)))
