"""Facts from what was bought and where it was sent."""

from collections.abc import Iterator

from disputes import money
from disputes.evidence import Fact, build_fact
from tools.sources.stripe import shop_software
from tools.sources.stripe.customer import address
from tools.sources.stripe.payment_objects import PaymentObjects
from tools.sources.stripe.stripe_object import NOTHING, StripeObject, first

_SHOWN = 10


def read(objects: PaymentObjects) -> Iterator[Fact]:
    """Yield what was bought and where it was sent, as far as Stripe has it (reference 6)."""
    charge, session, invoice = objects.charge, objects.session, objects.invoice
    yield from first("order_id", (session, "client_reference_id"))
    yield from shop_software.read(objects)
    yield from _product(objects)
    yield from _items(session.children("line_items") or invoice.children("lines"))
    yield from first("invoice_number", (invoice, "number"))
    shipping = _shipping(objects)
    yield from first("shipping_name", (shipping, "name"))
    if sent := address(shipping.child("address")):
        yield build_fact("shipping_address", sent, shipping.source("address"))
    yield from first("carrier", (shipping, "carrier"))
    yield from first("tracking_number", (shipping, "tracking_number"))
    billing = charge.child("billing_details.address")
    if _same(billing, shipping.child("address")):
        yield build_fact("shipping_matches_billing", value=True, source=billing.source("line1"))


def _product(objects: PaymentObjects) -> Iterator[Fact]:
    """Yield the description of the invoice first: Stripe describes a renewal's charge as `Subscription update`."""
    bought = next(iter(objects.session.children("line_items")), NOTHING)
    billed = next(iter(objects.invoice.children("lines")), NOTHING)
    places = [
        (billed, "description"),
        (objects.charge, "description"),
        (objects.intent, "description"),
        (bought, "description"),
    ]
    # Evidence that we staged ourselves is no record of what was bought.
    if not objects.dispute.staged:
        places.append((objects.claim, "evidence.product_description"))
    yield from first("product_description", *(place for place in places if not _is_label(*place)))


def _is_label(holder: StripeObject, path: str) -> bool:
    """Check whether a description names the order and nothing that was bought."""
    return bool(shop_software.find_order_number(holder, path))


def _items(items: tuple[StripeObject, ...]) -> Iterator[Fact]:
    rows = [_row(item) for item in items[:_SHOWN] if item.text("description")]
    if rows:
        rows += [f"and {len(items) - _SHOWN} more"] * (len(items) > _SHOWN)
        yield build_fact("line_items", "; ".join(rows), items[0].source("description"))


def _row(item: StripeObject) -> str:
    price = item.money("amount_total") if item.number("amount_total") else item.money("amount")
    # An invoice line's description carries its own count: `2 x Desk (at 5.00 / month)`.
    count = "" if item.text("object") == "line_item" else f"{max(item.number('quantity'), 1)} x "
    return f"{count}{item.text('description')} ({money.write(price)})"


def _shipping(objects: PaymentObjects) -> StripeObject:
    places = (
        objects.charge.child("shipping"),
        objects.intent.child("shipping"),
        objects.session.child("collected_information.shipping_details"),
    )
    return next((place for place in places if place), NOTHING)


def _same(one: StripeObject, other: StripeObject) -> bool:
    if not (one.text("line1") and one.text("postal_code")):
        return False
    names = ("line1", "line2", "city", "postal_code", "country")
    return all(_plain(one.text(name)) == _plain(other.text(name)) for name in names)


def _plain(written: str) -> str:
    return "".join(c for c in written.casefold() if c.isalnum())
