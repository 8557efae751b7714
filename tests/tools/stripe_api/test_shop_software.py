"""What is read of the order from what shop software writes on a payment."""

from datetime import UTC, datetime

import pytest

from disputes import policy
from disputes.evidence import Evidence, render
from tests.shops.order import ShopOrder
from tests.shops.software import SOFTWARE, ShopSoftware
from tools.sources.stripe import undisputed
from tools.sources.stripe.shop_software import find_order_number
from tools.sources.stripe.stripe_object import StripeObject

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
POLICIES = ("default", "autopilot")
NUMBERS = {"magento": "000000123", "prestashop": "XKBKNABJK"}
REFERENCES = {"medusa": "payses_01JQ4", "saleor": "VHJhbnNhY3Rpb246MQ=="}


def an_order(vendor: str) -> ShopOrder:
    reference = REFERENCES.get(vendor, "c29944051400769.1")
    return ShopOrder(4711, NUMBERS.get(vendor, "1042"), "ada@example.com", "Ada Byron", "ch_ours", reference)


def read(charge: dict[str, object], name: str = "default") -> Evidence:
    whole = {"id": "ch_ours", "object": "charge", "amount": 4200, "currency": "usd", "created": 1_700_000_000, **charge}
    return undisputed.read(whole, policy.load(name).metadata, now=NOON)


def a_holder(description: str) -> StripeObject:
    return StripeObject({"description": description, "metadata": {}})


def told(found: Evidence, kind: str) -> str:
    return next((render(fact) for fact in found.of(kind)), "")


@pytest.mark.parametrize("name", POLICIES)
@pytest.mark.parametrize("software", SOFTWARE, ids=lambda one: one.name)
def test_the_order_is_read_as_the_merchant_sees_it(software: ShopSoftware, name: str) -> None:
    order = an_order(software.vendor)
    found = read(software.charge(order), name)
    assert told(found, "order_id") == software.number(order)
    assert told(found, "payment_reference") == software.reference(order)
    assert find_order_number(a_holder(told(found, "product_description"))) == ""


def test_a_guest_is_no_account_and_the_address_of_the_purchase_is_read() -> None:
    found = read(SOFTWARE[1].charge(an_order("woocommerce")))
    assert (told(found, "account_id"), told(found, "customer_ip")) == ("", "203.0.113.7")


@pytest.mark.parametrize(
    "description",
    [
        "Order",
        "Order of two lamps",
        "Order for Ada",
        "Lamp - Ordered 3",
        "Back order 12 lamps",
        "Order 1042, 2 lamps",
        "",
    ],
)
def test_a_description_of_goods_is_no_number(description: str) -> None:
    assert find_order_number(a_holder(description)) == ""
    assert told(read({"description": description, "metadata": {}}), "order_id") == ""


@pytest.mark.parametrize(
    ("description", "number"),
    [
        ("Hollow & Sons - Order 1042", "1042"),
        ("A - B - Order #WC-1042", "WC-1042"),
        ("Order #000000123 by Jane Doe", "000000123"),
        ("Order #000000123 by Jane - Order 77", "000000123"),
        ("Order 1042", "1042"),
        ("order 1042", ""),
    ],
)
def test_a_label_of_an_order_gives_its_number(description: str, number: str) -> None:
    assert find_order_number(a_holder(description)) == number


def test_nine_capitals_are_a_reference_only_where_prestashop_wrote() -> None:
    assert told(read({"description": "XKBKNABJK", "metadata": {}}), "order_id") == ""


def test_a_number_in_the_metadata_goes_before_the_description() -> None:
    found = read({"description": "Order 7 from Hollow", "metadata": {"order_id": "1042"}})
    assert told(found, "order_id") == "1042"


def test_a_merchants_own_numbers_are_not_taken_for_a_payment_of_shopifys() -> None:
    found = read({"description": None, "metadata": {"order_id": "C-29944.1"}})
    assert (told(found, "order_id"), told(found, "payment_reference")) == ("C-29944.1", "")
