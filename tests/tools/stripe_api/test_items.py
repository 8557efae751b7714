"""The items of a payment, with the amounts that were charged for them."""

from typing import Any

import pytest

from simulator.worlds.billing import a_checkout_session, a_list, an_invoice, an_invoice_line, an_item
from tests.tools.stripe_api.payment_objects import build_objects
from tools.sources.stripe import items


def rows(**objects: Any) -> list[tuple[int, str, int, str]]:
    found = items.read(build_objects(**objects))
    return [(each.quantity, each.name, each.amount, each.currency) for each in found]


def checkout(*lines: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return a_checkout_session(line_items=a_list("", list(lines)) | changes)


def test_a_checkout_tells_what_each_item_cost_tax_in_and_discount_off() -> None:
    mugs = an_item(description="Mug", quantity=3, amount_subtotal=2_700, amount_tax=540, amount_total=3_040)
    assert rows(session=checkout(an_item(), mugs)) == [
        (1, "Walnut desk lamp", 3_800, "usd"),
        (3, "Mug", 3_040, "usd"),
    ]


def test_a_part_of_a_list_is_no_list() -> None:
    assert rows(session=checkout(an_item(), has_more=True)) == []


def test_an_invoice_adds_a_tax_on_top_and_takes_discounts_off() -> None:
    taxes = [{"amount": 200, "tax_behavior": "exclusive"}, {"amount": 90, "tax_behavior": "inclusive"}]
    line = an_invoice_line(
        amount=1_000,
        quantity=2,
        description="2 x Desk (at $5.00 / month)",
        taxes=taxes,
        discount_amounts=[{"amount": 50}],
    )
    freight = an_invoice_line(amount=700, description="Freight", quantity=None)
    invoice = an_invoice(lines=a_list("", [line, freight]))
    assert rows(invoice=invoice) == [(2, "Desk", 1_150, "usd"), (1, "Freight", 700, "usd")]


def detail(**changes: Any) -> dict[str, Any]:
    row = {"object": "payment_intent_amount_details_line_item", "id": "li_1", "product_name": "Kettle", "quantity": 2}
    return {**row, "unit_cost": 400, "discount_amount": 100, "tax": {"total_tax_amount": 50}} | changes


def test_a_payment_may_list_its_items_itself() -> None:
    intent = {"id": "pi_1", "object": "payment_intent", "currency": "jpy"}
    found = rows(claim={"payment_intent": intent}, details=a_list("", [detail(), detail(tax=None)]))
    assert found == [(2, "Kettle", 750, "jpy"), (2, "Kettle", 700, "jpy")]


@pytest.mark.parametrize("objects", [{}, {"details": {}}, {"session": checkout(), "invoice": {}}])
def test_where_nothing_is_listed_there_are_no_items(objects: dict[str, Any]) -> None:
    assert rows(**objects) == []


def test_each_item_says_where_it_was_read() -> None:
    (item,) = items.read(build_objects(session=checkout(an_item())))
    assert item.source == "stripe:item/li_example:description"
