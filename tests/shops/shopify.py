"""Shopify's GraphQL Admin API over orders in memory: searches by name, payment, e-mail and id."""

from collections.abc import Sequence
from typing import Any

from tests.shops.order import ShopOrder
from tests.tools.sources.shops import json_reply
from tests.tools.sources.vendor_server import ReceivedCall, Reply, Responder


def answer(orders: Sequence[ShopOrder]) -> Responder:
    """Answer a search; a name is matched by its beginning, as was seen of the real one."""

    def respond(call: ReceivedCall) -> Reply:
        field, _, word = call.json["variables"]["search"].partition(":")
        found = [order for order in orders if _fits(order, field, word.removeprefix("#"))]
        page = {"hasNextPage": False, "endCursor": None}
        return json_reply({"data": {"orders": {"nodes": [_write(order) for order in found], "pageInfo": page}}})

    return respond


def _fits(order: ShopOrder, field: str, word: str) -> bool:
    match field:
        case "name":
            return order.number.startswith(word)
        case "payment_id":
            return order.reference == word
        case "email":
            return order.email.casefold() == word.casefold()
        case _:
            return str(order.key) == word


def _write(order: ShopOrder) -> dict[str, Any]:
    tracked = [{"company": "UPS", "number": order.parcel}] if order.parcel else []
    parcel = {"legacyResourceId": f"7{order.key}", "status": "SUCCESS", "createdAt": "2026-08-04T13:40:05Z"}
    return {
        "name": f"#{order.number}",
        "legacyResourceId": str(order.key),
        "email": order.email,
        "returnStatus": "NO_RETURN",
        "customer": {"legacyResourceId": "1", "createdAt": "2024-11-19T17:02:41Z", "displayName": order.buyer},
        "lineItems": {"nodes": [{"title": f"Lamp of {order.buyer}", "quantity": 1, "currentQuantity": 1}]},
        "transactions": [{"paymentId": order.reference}] if order.reference else [],
        "fulfillments": [parcel | {"trackingInfo": tracked, "events": {"nodes": []}}] if order.parcel else [],
        "refunds": [],
    }
