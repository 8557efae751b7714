"""What Stripe has of a payment that nobody disputed, as far as shops are asked by it."""

from collections.abc import Mapping
from datetime import UTC, datetime

from disputes.dispute import Dispute
from disputes.evidence import Evidence, Fact
from tools.sources.stripe import customer, metadata, order, payment
from tools.sources.stripe.payment_objects import PaymentObjects
from tools.sources.stripe.stripe_object import StripeObject
from tools.stripe_api.calls import StripeJson


def build_dispute(charge: StripeJson) -> Dispute:
    """Return a dispute that a payment could have, for sources that are asked about one; Stripe knows nothing of it."""
    read = StripeObject(charge)
    return Dispute(
        id=f"du_{read.text('id')}",
        status="needs_response",
        reason="general",
        amount=read.number("amount"),
        currency=read.text("currency").lower() or "usd",
        charge=read.text("id"),
        created=read.time("created") or datetime.fromtimestamp(0, UTC),
    )


def read(charge: StripeJson, mapping: Mapping[str, tuple[str, ...]], *, now: datetime) -> Evidence:
    """Return the facts of a payment with its customer and payment intent, and of the metadata on both.

    The checkout and the invoice are not read.
    """
    claim = StripeObject({"charge": charge, "payment_intent": charge.get("payment_intent")})
    objects = PaymentObjects(dispute=build_dispute(charge), claim=claim)
    results = (*metadata.read(objects, mapping, now=now), *payment.read(objects), *customer.read(objects))
    facts = (each for each in (*results, *order.read(objects)) if isinstance(each, Fact))
    return Evidence().plus(Evidence(facts=tuple(facts)))
