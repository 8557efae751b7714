from collections.abc import Iterator

from disputes.evidence import Fact, build_fact
from tools.sources.stripe.payment_objects import PaymentObjects
from tools.sources.stripe.stripe_object import StripeObject, first

_LINES = ("line1", "line2", "city", "state", "postal_code", "country")


def read(papers: PaymentObjects) -> Iterator[Fact]:
    """Tell who paid, each from the first place of the reference's section 6; what Stripe pre-filled comes last."""
    claim, charge, customer = papers.claim, papers.charge, papers.customer
    session, invoice = papers.session, papers.invoice
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
    yield from _billing(papers)
    yield from _terms(papers)


def _billing(papers: PaymentObjects) -> Iterator[Fact]:
    places = (
        (papers.charge, "billing_details.address"),
        (papers.session, "customer_details.address"),
        (papers.customer, "address"),
        (papers.invoice, "customer_address"),
    )
    for paper, path in places:
        if written := address(paper.paper(path)):
            yield build_fact("billing_address", written, paper.place(path))
            return
    yield from first("billing_address", (papers.claim, "evidence.billing_address"))


def _terms(papers: PaymentObjects) -> Iterator[Fact]:
    """Checkout lets nobody pay before the box is ticked, so the moment of payment is the latest it can have been."""
    paid = papers.charge.time("created")
    if paid and papers.session.text("consent.terms_of_service") == "accepted":
        yield build_fact("terms_accepted_at", paid, papers.session.place("consent.terms_of_service"))


def address(paper: StripeObject) -> str:
    """Write an address on one line; an empty one when it has no street, since banks want the full address."""
    if not paper.text("line1"):
        return ""
    return ", ".join(line for line in (paper.text(name) for name in _LINES) if line)
