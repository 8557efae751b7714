"""What was paid for, row by row, with the amounts that were charged."""

import re
from collections.abc import Iterator

from disputes.evidence import Item
from tools.sources.stripe.payment_objects import PaymentObjects
from tools.sources.stripe.stripe_object import StripeObject

# Stripe writes the count and the price into the description of an invoice's line: `2 x Desk (at $5.00 / month)`.
_INVOICE_LINE = re.compile(r"\d+ [x\u00d7] (?P<name>.+?)(?: \(at [^()]*\))?")


def read(objects: PaymentObjects) -> tuple[Item, ...]:
    """Return the items of the checkout, the invoice or the payment itself, whichever lists them first.

    None where Stripe lists only some of them: what is missing could be what is disputed.
    """
    session, invoice, intent = objects.session, objects.invoice, objects.intent
    if session.children("line_items"):
        return _whole(session, "line_items", _read_checkout(session))
    if invoice.children("lines"):
        return _whole(invoice, "lines", _read_invoice(invoice))
    return _whole(objects.details, "", _read_details(intent, objects.details))


def _whole(holder: StripeObject, path: str, items: Iterator[Item]) -> tuple[Item, ...]:
    return () if holder.flag(f"{path}.has_more".lstrip(".")) else tuple(items)


def _read_checkout(session: StripeObject) -> Iterator[Item]:
    for row in session.children("line_items"):
        yield _build(row, "description", row.number("amount_total"), row.text("currency"))


def _read_invoice(invoice: StripeObject) -> Iterator[Item]:
    """Yield the lines of an invoice. A line's `amount` is without its discounts and without a tax that is added."""
    for row in invoice.children("lines"):
        off = sum(each.number("amount") for each in row.children("discount_amounts"))
        taxes = (tax for tax in row.children("taxes") if tax.text("tax_behavior") == "exclusive")
        amount = row.number("amount") - off + sum(tax.number("amount") for tax in taxes)
        item = _build(row, "description", amount, row.text("currency"))
        named = _INVOICE_LINE.fullmatch(item.name)
        yield item.model_copy(update={"name": named["name"]}) if named else item


def _read_details(intent: StripeObject, details: StripeObject) -> Iterator[Item]:
    """Yield the rows that the merchant gave Stripe with the payment (`amount_details`); their prices are per unit."""
    for row in details.children("data"):
        whole = row.number("unit_cost") * row.number("quantity")
        amount = whole - row.number("discount_amount") + row.number("tax.total_tax_amount")
        yield _build(row, "product_name", amount, intent.text("currency"))


def _build(row: StripeObject, name: str, amount: int, currency: str) -> Item:
    return Item(
        name=row.text(name),
        quantity=row.number("quantity") if row.raw("quantity") is not None else 1,
        amount=amount,
        currency=currency.lower(),
        source=row.source(name),
    )
