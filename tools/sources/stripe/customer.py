"""Facts from the customer of a payment."""

from collections.abc import Iterator

from disputes.evidence import Fact, build_fact
from tools.sources.stripe.payment_objects import PaymentObjects
from tools.sources.stripe.stripe_object import StripeObject, first

_LINES = ("line1", "line2", "city", "state", "postal_code", "country")


def read(objects: PaymentObjects) -> Iterator[Fact]:
    """Yield who paid, each from the first place of section 6 of the reference; what Stripe pre-filled comes last."""
    claim, charge, customer = objects.claim, objects.charge, objects.customer
    session, invoice = objects.session, objects.invoice
    yield from first(
        "customer_name",
        (charge, "billing_details.name"),
        (customer, "name"),
        (session, "customer_details.name"),
        (session, "collected_information.individual_name"),
        (invoice, "customer_name"),
        (claim, "evidence.customer_name"),
    )
    yield from first(
        "customer_email",
        (charge, "billing_details.email"),
        (charge, "receipt_email"),
        (customer, "email"),
        (session, "customer_details.email"),
        (invoice, "customer_email"),
        (claim, "evidence.customer_email_address"),
    )
    yield from first("customer_since", (customer, "created"))
    yield from first("customer_ip", (charge, "review.ip_address"), (claim, "evidence.customer_purchase_ip"))
    yield from _billing(objects)
    yield from _terms(objects)


def _billing(objects: PaymentObjects) -> Iterator[Fact]:
    places = (
        (objects.charge, "billing_details.address"),
        (objects.session, "customer_details.address"),
        (objects.customer, "address"),
        (objects.invoice, "customer_address"),
    )
    for holder, path in places:
        if written := address(holder.child(path)):
            yield build_fact("billing_address", written, holder.source(path))
            return
    yield from first("billing_address", (objects.claim, "evidence.billing_address"))


def _terms(objects: PaymentObjects) -> Iterator[Fact]:
    """Yield the time of payment: Checkout takes none before the box is ticked, so the terms were accepted by then."""
    paid = objects.charge.time("created")
    if paid and objects.session.text("consent.terms_of_service") == "accepted":
        yield build_fact("terms_accepted_at", paid, objects.session.source("consent.terms_of_service"))


def address(holder: StripeObject) -> str:
    """Write an address on one line; an empty one when it has no street, since banks want the full address."""
    if not holder.text("line1"):
        return ""
    return ", ".join(line for line in (holder.text(name) for name in _LINES) if line)
