"""Whose order it is that a shop was asked for: never another payment's and never another customer's."""

import string
from collections.abc import Callable, Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from disputes.evidence import Evidence, build_fact, render
from tests.builders import a_dispute
from tests.shops import bigcommerce, shopify, woocommerce
from tests.shops.order import ShopOrder
from tests.tools.sources.recording import NOON, VENDORS, load_recording
from tests.tools.sources.vendor_server import Responder, vendor_server
from tools.sources.http_json.ownership import OwnPayment
from tools.sources.http_json.request import Owner
from tools.sources.http_json.source import HttpJsonSource

SHOPS: dict[str, Callable[[Sequence[ShopOrder]], Responder]] = {
    "woocommerce": woocommerce.answer,
    "shopify": shopify.answer,
    "bigcommerce": bigcommerce.answer,
}
every_shop = pytest.mark.parametrize("name", sorted(SHOPS))

OURS = ShopOrder(4711, "1042", "ada@example.com", "Ada Ours", charge="ch_ours", reference="c29944051400769.1")
THEIRS = ShopOrder(9120, "4711", "eve@example.com", "Eve Theirs", charge="ch_theirs", reference="c31000051400000.1")
PAYMENT = {"charge_id": "ch_ours", "payment_reference": "c29944051400769.1"}


async def ask(name: str, orders: Sequence[ShopOrder], **known: str) -> Evidence:
    facts = tuple(build_fact(kind, value, "stripe") for kind, value in known.items() if value)
    options = VENDORS[name].accept(load_recording(name)["options"]) or {}
    options |= {"token": "token-of-a-test"} if name == "shopify" else {}
    async with vendor_server(SHOPS[name](orders)) as server:
        source = HttpJsonSource(VENDORS[name], options, now=lambda: NOON, seconds=5, base=server.url)
        try:
            return await source.gather(a_dispute(), Evidence(facts=facts))
        finally:
            await source.aclose()


def buyers(found: Evidence) -> set[str]:
    return {render(fact) for fact in found.of("customer_name")}


@every_shop
async def test_an_order_is_found_without_any_number_by_its_payment_among_the_customers_orders(name: str) -> None:
    other = ShopOrder(5000, "1043", "ada@example.com", "Ada Other", charge="ch_other", reference="c1.1")
    found = await ask(name, [other, THEIRS, OURS], customer_email="ada@example.com", **PAYMENT)
    assert buyers(found) == {"Ada Ours"}


@every_shop
async def test_a_number_of_somebody_elses_order_gives_nothing_and_says_so(name: str) -> None:
    key = {"bigcommerce": "9120"}.get(name, "4711")
    found = await ask(name, [THEIRS], order_id=key, charge_id="ch_ours", customer_email="ada@example.com")
    assert found.facts == ()
    assert any("is of another payment or another customer" in gap.why for gap in found.gaps)


async def test_the_id_of_our_order_that_is_the_number_of_another_finds_ours() -> None:
    found = await ask("woocommerce", [THEIRS, OURS], order_id="4711", customer_email="ada@example.com", **PAYMENT)
    assert buyers(found) == {"Ada Ours"}


async def test_the_number_of_our_order_that_is_the_id_of_another_finds_ours() -> None:
    ours = ShopOrder(9120, "4711", "ada@example.com", "Ada Ours", charge="ch_ours")
    theirs = ShopOrder(4711, "1042", "eve@example.com", "Eve Theirs", charge="ch_theirs")
    found = await ask("woocommerce", [theirs, ours], order_id="4711", customer_email="ada@example.com", **PAYMENT)
    assert buyers(found) == {"Ada Ours"}


@every_shop
async def test_an_order_of_the_customer_that_another_payment_paid_is_left_out(name: str) -> None:
    paid_otherwise = ShopOrder(7, "7", "ada@example.com", "Ada Other", charge="pi_other", reference="c1.1")
    found = await ask(name, [paid_otherwise], order_id="7", customer_email="ada@example.com", **PAYMENT)
    assert buyers(found) == set()


@every_shop
async def test_an_order_that_says_nothing_of_payment_or_customer_is_left_out_and_told(name: str) -> None:
    silent = ShopOrder(7, "7", "", "Somebody Silent")
    found = await ask(name, [silent], order_id="7", customer_email="ada@example.com", **PAYMENT)
    assert buyers(found) == set()
    assert any("neither its payment nor its e-mail address" in gap.why for gap in found.gaps)


@every_shop
async def test_an_order_is_found_by_its_number_where_its_payment_is_not_told_and_the_e_mail_is_ours(name: str) -> None:
    untold = ShopOrder(7, "7", "ADA@example.com", "Ada Ours")
    found = await ask(name, [untold], order_id="7", customer_email="ada@example.com", **PAYMENT)
    assert buyers(found) == {"Ada Ours"}


@pytest.mark.parametrize(
    ("charge", "verdict"), [("ch_ours", "ours"), ("ch_theirs", "others"), ("pi_any", "ours"), ("PAYPAL", "ours")]
)
def test_a_reference_that_two_shops_use_is_not_ours_where_the_payment_is_another(charge: str, verdict: str) -> None:
    own = OwnPayment(frozenset(["ch_ours"]), frozenset(["701"]), frozenset())
    owner = Owner(charge="charge", reference="cart", required=True)
    assert own.judge(owner, {"charge": charge, "cart": "701"}) == verdict


_EMAILS = st.sampled_from(["ada@example.com", "ADA@example.com", "eve@example.com", "adam@example.com", ""])
_CHARGES = st.sampled_from(["ch_ours", "ch_theirs", "pi_theirs", "", "PAYPAL-77"])
_REFERENCES = st.sampled_from(["c29944051400769.1", "c31000051400000.1", ""])
_NUMBERS = st.integers(1, 6)


@st.composite
def shops(draw: st.DrawFn) -> list[ShopOrder]:
    """Draw orders of one shop whose ids and numbers collide as often as can be."""
    keys = draw(st.lists(_NUMBERS, unique=True, max_size=5))
    numbers = draw(st.lists(_NUMBERS.map(str), unique=True, min_size=len(keys), max_size=len(keys)))
    return [
        ShopOrder(key, number, draw(_EMAILS), f"Buyer {string.ascii_uppercase[at]}", draw(_CHARGES), draw(_REFERENCES))
        for at, (key, number) in enumerate(zip(keys, numbers, strict=True))
    ]


def is_ours(name: str, order: ShopOrder) -> bool:
    """Say from outside what the rule is: our payment, or no payment told that could be compared, and our e-mail."""
    told, own = (order.reference, "c29944051400769.1") if name == "shopify" else (order.charge, "ch_ours")
    if name == "bigcommerce" and not told.startswith(("ch_", "pi_", "py_")):
        told = ""
    return told == own or (not told and order.email.casefold() == "ada@example.com")


@every_shop
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(orders=shops(), number=_NUMBERS.map(str), knows_email=st.booleans())
async def test_whatever_collides_no_fact_is_of_another_payments_order(
    name: str, orders: list[ShopOrder], number: str, *, knows_email: bool
) -> None:
    email = "ada@example.com" if knows_email else ""
    found = await ask(name, orders, order_id=number, customer_email=email, **PAYMENT)
    allowed = {order.buyer for order in orders if is_ours(name, order)}
    assert buyers(found) <= allowed
    assert all(render(fact).removeprefix("Lamp of ") in allowed for fact in found.of("product_description"))
    paid = [order for order in orders if order.charge == "ch_ours" and order.reference == "c29944051400769.1"]
    if knows_email and paid and all(order.email.casefold() == email for order in paid):
        assert buyers(found), "the customer's own order, paid by this payment, was not found"
