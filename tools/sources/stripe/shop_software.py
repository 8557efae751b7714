"""What shop software writes on a Stripe payment, where it is no metadata key that a policy could name.

Read in the public code of each plugin or app: WooCommerce and Magento write the order's number into the description,
PrestaShop the shop's name and its reference, and Shopify writes its own id of the payment as others write the order.
"""

import re
from collections.abc import Iterator

from disputes.evidence import Fact, build_fact
from tools.sources.stripe.payment_objects import PaymentObjects
from tools.sources.stripe.stripe_object import StripeObject

_NUMBER = r"#?(?P<number>(?=[\w-]*\d)[A-Za-z0-9][\w-]{0,39})"
# What begins with its number comes first: behind it stands the customer's name, which may say `Jane - Order 77`.
_ORDERS = (
    re.compile(rf"Order {_NUMBER}(?: (?:from|for|by) .+)?"),  # Payment Plugins, WooPayments, Magento
    re.compile(rf".+ - Order {_NUMBER}"),  # WooCommerce Stripe
)
_PRESTASHOP_CART, _PRESTASHOP = "id_cart", re.compile(r"(?:.+ )?(?P<number>[A-Z]{9})")
_SHOPIFY_KEYS = ("shop_id", "order_transaction_id")
_SHOPIFY_PAYMENT = re.compile(r"[cr]\d{8,20}\.\d{1,3}")


def is_payment_reference(holder: StripeObject, written: str) -> bool:
    """Check whether what stands under an order's key is Shopify's own id of the payment, which finds no number."""
    by_shopify = all(_has(holder, key) for key in _SHOPIFY_KEYS)
    return by_shopify or _SHOPIFY_PAYMENT.fullmatch(written) is not None


def find_order_number(holder: StripeObject, path: str = "description") -> str:
    """Return the number in a description that is nothing but an order's label, such as `Order 1042 from Hollow`."""
    description = holder.text(path).strip()
    patterns = (*_ORDERS, _PRESTASHOP) if _has(holder, _PRESTASHOP_CART) else _ORDERS
    return next((match["number"] for pattern in patterns if (match := pattern.fullmatch(description))), "")


def read(objects: PaymentObjects) -> Iterator[Fact]:
    """Yield the order's number from the description of the payment; an empty or another description gives none."""
    for holder in (objects.intent, objects.charge):
        if number := find_order_number(holder):
            yield build_fact("order_id", number, holder.source("description"))
            return


def _has(holder: StripeObject, key: str) -> bool:
    notes = holder.raw("metadata")
    return isinstance(notes, dict) and bool(notes.get(key))
