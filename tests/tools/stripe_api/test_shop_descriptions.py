"""What shop software writes into the description of a payment."""

import pytest

from simulator.objects import a_charge
from tests.tools.stripe_api.payment_objects import build_objects, render_all
from tools.sources.stripe import order

CART = {"id_cart": "701"}


@pytest.mark.parametrize(
    ("description", "metadata", "number"),
    [
        ("Hollow - Order 1042", {}, "1042"),
        ("Order 1042 from Hollow", {}, "1042"),
        ("Order #000000123 by Jane Doe", {}, "000000123"),
        ("XKBKNABJK", CART, "XKBKNABJK"),
        ("Maison Rossi XKBKNABJK", CART, "XKBKNABJK"),
    ],
)
def test_a_label_tells_the_order_and_no_product(description: str, metadata: dict[str, str], number: str) -> None:
    facts = render_all(order.read(build_objects(a_charge(description=description, metadata=metadata))))
    assert facts["order_id"] == number
    assert "product_description" not in facts


@pytest.mark.parametrize(
    ("description", "metadata"),
    [("Maison Rossi XKBKNABJK", {}), ("Maison Rossi XKBKNABJKL", CART), ("RossiXKBKNABJK", CART)],
)
def test_another_description_is_what_was_bought(description: str, metadata: dict[str, str]) -> None:
    facts = render_all(order.read(build_objects(a_charge(description=description, metadata=metadata))))
    assert "order_id" not in facts
    assert facts["product_description"] == description
