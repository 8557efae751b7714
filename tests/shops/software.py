"""What shop software writes on a Stripe payment, and what the merchant sees as the order's number."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.shops.order import ShopOrder

Notes = Callable[[ShopOrder], dict[str, str]]


@dataclass(frozen=True)
class ShopSoftware:
    """One integration: the metadata and the description of a payment for an order, and the vendor that has the order.

    `number` and `reference` are what Stripe's side of it should tell; empty where it tells nothing.
    """

    name: str
    vendor: str
    metadata: Notes
    description: Callable[[ShopOrder], str] = lambda _: ""
    number: Callable[[ShopOrder], str] = lambda order: order.number
    reference: Callable[[ShopOrder], str] = lambda _: ""

    def charge(self, order: ShopOrder, **changes: Any) -> dict[str, Any]:
        """Return the fields of the payment's charge that the software writes."""
        return {"metadata": self.metadata(order), "description": self.description(order) or None, **changes}


SOFTWARE = (
    ShopSoftware(
        "WooCommerce Stripe (official)",
        "woocommerce",
        lambda o: {
            "customer_name": o.buyer,
            "customer_email": o.email,
            "order_id": o.number,
            "site_url": "https://shop.example.com",
            "order_key": "wc_order_x",
            "payment_type": "single",
        },
        lambda o: f"Hollow - Order {o.number}",
    ),
    ShopSoftware(
        "Payment Plugins for Stripe, own numbers",
        "woocommerce",
        lambda o: {
            "gateway_id": "stripe_cc",
            "order_id": str(o.key),
            "order_number": o.number,
            "user_id": "0",
            "ip_address": "203.0.113.7",
            "created": "1700000000",
        },
        lambda o: f"Order {o.number} from Hollow",
    ),
    ShopSoftware(
        "Payment Plugins for Stripe",
        "woocommerce",
        lambda o: {"gateway_id": "stripe_cc", "order_id": str(o.key), "user_id": "0", "ip_address": "203.0.113.7"},
        lambda _: "Hollow",
        number=lambda o: str(o.key),
    ),
    ShopSoftware(
        "WooPayments",
        "woocommerce",
        lambda o: {"order_id": str(o.key), "order_number": o.number, "checkout_type": "checkout"},
        lambda o: f"Order {o.number} for Hollow",
    ),
    ShopSoftware(
        "Shopify",
        "shopify",
        lambda o: {
            "shop_id": "56174706753",
            "shop_name": "Hollow",
            "order_transaction_id": "5432242176065",
            "order_id": o.reference,
            "email": o.email,
        },
        lambda _: "Hollow",
        number=lambda _: "",
        reference=lambda o: o.reference,
    ),
    ShopSoftware(
        "Magento (Stripe's module)",
        "magento",
        lambda o: {"Module": "Magento2 v4.6.1", "Order #": o.number, "Guest": "Yes"},
        lambda o: f"Order #{o.number} by {o.buyer}",
    ),
    ShopSoftware(
        "PrestaShop (Stripe's module)",
        "prestashop",
        lambda o: {"id_cart": str(o.key)},
        lambda o: f"Hollow {o.number}",
        reference=lambda o: str(o.key),
    ),
    ShopSoftware(
        "Medusa 2",
        "medusa",
        lambda o: {"session_id": o.reference},
        number=lambda _: "",
        reference=lambda o: o.reference,
    ),
    ShopSoftware(
        "Saleor's app",
        "saleor",
        lambda o: {
            "saleor_transaction_id": o.reference,
            "saleor_source_id": "Q2hlY2tvdXQ6MQ==",
            "saleor_source_type": "Checkout",
        },
        number=lambda _: "",
        reference=lambda o: o.reference,
    ),
    ShopSoftware(
        "Saleor's old plugin",
        "saleor",
        lambda o: {"channel": "default-channel", "payment_id": o.reference},
        number=lambda _: "",
        reference=lambda o: o.reference,
    ),
)
