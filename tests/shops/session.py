"""Twenty payments of one Stripe account by the software of five shops, and those shops behind loopback servers."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from simulator.app import SimulatorSettings, create
from simulator.objects import StripeObject, a_charge, a_customer, a_payment_intent
from tests.shops import bigcommerce, magento, prestashop, shopify, woocommerce
from tests.shops.order import ShopOrder
from tests.shops.software import SOFTWARE, ShopSoftware
from tests.simulator.harness import served
from tests.tools.sources.vendor_server import Responder, vendor_server

Sale = tuple[ShopSoftware, ShopOrder]
Served = tuple[str, dict[str, str]]

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
SERVERS: dict[str, Callable[[Sequence[ShopOrder]], Responder]] = {
    "woocommerce": woocommerce.answer,
    "shopify": shopify.answer,
    "bigcommerce": bigcommerce.answer,
    "magento": magento.answer,
    "prestashop": prestashop.answer,
}
SETTINGS = {
    "SOURCES__WOOCOMMERCE__SITE": "shop.example.com",
    "SOURCES__WOOCOMMERCE__KEY": "ck_of-the-session",
    "SOURCES__WOOCOMMERCE__SECRET": "cs_of-the-session",
    "SOURCES__SHOPIFY__SHOP": "hollow",
    "SOURCES__SHOPIFY__TOKEN": "shpat_of-the-session",
    "SOURCES__BIGCOMMERCE__STORE": "abc123xyz",
    "SOURCES__BIGCOMMERCE__TOKEN": "token-of-the-session",
    "SOURCES__MAGENTO__SITE": "magento.example.com",
    "SOURCES__MAGENTO__TOKEN": "token-of-the-session",
    "SOURCES__PRESTASHOP__SITE": "presta.example.com",
    "SOURCES__PRESTASHOP__KEY": "key-of-the-session",
}
# No public code says what it writes, so its orders are found by customer and payment.
BIGCOMMERCE = ShopSoftware("BigCommerce", "bigcommerce", lambda _: {}, number=lambda _: "")
_BUYERS = ("Ada Byron", "Bo Chen", "Cleo Diaz", "Dana Eriksen")


def sales() -> list[Sale]:
    """Return twenty sales, four of each shop's system, one after another."""
    woo = [one for one in SOFTWARE if one.vendor == "woocommerce"]
    others = [next(one for one in SOFTWARE if one.vendor == name) for name in ("shopify", "magento", "prestashop")]
    lines = [woo, [others[0]] * 4, [BIGCOMMERCE] * 4, [others[1]] * 4, [others[2]] * 4]
    return [
        (software, _order(software.vendor, at, row))
        for row, line in enumerate(lines)
        for at, software in enumerate(line)
    ]


def _order(vendor: str, at: int, row: int) -> ShopOrder:
    key, buyer = 4700 + 10 * row + at, _BUYERS[at]
    numbers = {"magento": f"0000001{at:02}", "prestashop": f"XKBKNAB{'ABCD'[at]}K", "bigcommerce": str(key)}
    return ShopOrder(
        key,
        numbers.get(vendor, str(1040 + 10 * row + at)),
        f"{buyer.split()[0].lower()}.{vendor}@example.com",
        buyer,
        charge=f"ch_{vendor}{at}",
        reference=f"c2994405140{key}.1" if vendor == "shopify" else "",
    )


def objects(sold: Sequence[Sale]) -> list[StripeObject]:
    """Return what Stripe has of the sales, the last one paid last."""
    return [
        thing for at, sale in enumerate(sold) for thing in _objects(*sale, paid=NOW - timedelta(hours=len(sold) - at))
    ]


def _objects(software: ShopSoftware, order: ShopOrder, *, paid: datetime) -> list[StripeObject]:
    ref, created = order.charge.removeprefix("ch_"), int(paid.timestamp())
    charge: dict[str, Any] = software.charge(order, customer=f"cus_{ref}", payment_intent=f"pi_{ref}", created=created)
    charge["billing_details"] = {"email": order.email, "name": order.buyer, "phone": None, "address": None}
    customer = a_customer(id=f"cus_{ref}", email=order.email, name=order.buyer)
    intent = a_payment_intent(id=f"pi_{ref}", created=created, metadata={}, description=None)
    return [customer, intent, a_charge(id=order.charge, **charge)]


@asynccontextmanager
async def open_shops(kept: Sequence[Sale], *, sold: Sequence[Sale] | None = None) -> AsyncIterator[Served]:
    """Serve Stripe with every sale and each shop with the orders it kept; yield Stripe's address and the shops'."""
    async with AsyncExitStack() as stack:
        app = create(SimulatorSettings(objects=objects(sales() if sold is None else sold), now=lambda: NOW))
        stripe = await stack.enter_async_context(served(app))
        bases = {}
        for name, answer in SERVERS.items():
            orders = [order for software, order in kept if software.vendor == name]
            bases[name] = (await stack.enter_async_context(vendor_server(answer(orders)))).url
        yield stripe, bases
