from collections.abc import Iterator

from disputes import money
from disputes.evidence import Fact, build_fact
from tools.sources.stripe.customer import address
from tools.sources.stripe.payment_objects import PaymentObjects
from tools.sources.stripe.stripe_object import NOTHING, StripeObject, first

_SHOWN = 10


def read(papers: PaymentObjects) -> Iterator[Fact]:
    """Tell what was bought and where it was sent, as far as Stripe was told (reference 6)."""
    charge, session, invoice = papers.charge, papers.session, papers.invoice
    yield from first("order_id", (session, "client_reference_id"))
    yield from _product(papers)
    yield from _items(session.papers("line_items") or invoice.papers("lines"))
    yield from first("invoice_number", (invoice, "number"))
    shipping = _shipping(papers)
    yield from first("shipping_name", (shipping, "name"))
    if sent := address(shipping.paper("address")):
        yield build_fact("shipping_address", sent, shipping.place("address"))
    yield from first("carrier", (shipping, "carrier"))
    yield from first("tracking_number", (shipping, "tracking_number"))
    billing = charge.paper("billing_details.address")
    if _same(billing, shipping.paper("address")):
        yield build_fact("shipping_matches_billing", value=True, source=billing.place("line1"))


def _product(papers: PaymentObjects) -> Iterator[Fact]:
    """Stripe describes a renewal's charge as `Subscription update`, so the invoice knows better."""
    bought = next(iter(papers.session.papers("line_items")), NOTHING)
    billed = next(iter(papers.invoice.papers("lines")), NOTHING)
    places = [
        (billed, "description"),
        (papers.charge, "description"),
        (papers.intent, "description"),
        (bought, "description"),
    ]
    # What we staged ourselves is no record of what was bought.
    if not papers.dispute.staged:
        places.append((papers.claim, "evidence.product_description"))
    yield from first("product_description", *places)


def _items(items: tuple[StripeObject, ...]) -> Iterator[Fact]:
    rows = [_row(item) for item in items[:_SHOWN] if item.text("description")]
    if rows:
        rows += [f"and {len(items) - _SHOWN} more"] * (len(items) > _SHOWN)
        yield build_fact("line_items", "; ".join(rows), items[0].place("description"))


def _row(item: StripeObject) -> str:
    price = item.money("amount_total") if item.number("amount_total") else item.money("amount")
    # An invoice line's description carries its own count: `2 x Desk (at 5.00 / month)`.
    count = "" if item.text("object") == "line_item" else f"{max(item.number('quantity'), 1)} x "
    return f"{count}{item.text('description')} ({money.write(price)})"


def _shipping(papers: PaymentObjects) -> StripeObject:
    places = (
        papers.charge.paper("shipping"),
        papers.intent.paper("shipping"),
        papers.session.paper("collected_information.shipping_details"),
    )
    return next((place for place in places if place), NOTHING)


def _same(one: StripeObject, other: StripeObject) -> bool:
    if not (one.text("line1") and one.text("postal_code")):
        return False
    names = ("line1", "line2", "city", "postal_code", "country")
    return all(_plain(one.text(name)) == _plain(other.text(name)) for name in names)


def _plain(written: str) -> str:
    return "".join(c for c in written.casefold() if c.isalnum())
