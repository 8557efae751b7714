"""BigCommerce's V2 orders over orders in memory."""

from collections.abc import Sequence
from typing import Any

from tests.shops.order import ShopOrder
from tests.tools.sources.shops import json_reply
from tests.tools.sources.vendor_server import ReceivedCall, Reply, Responder


def answer(orders: Sequence[ShopOrder]) -> Responder:
    """Answer by id and by e-mail address; no content is how BigCommerce says that there is nothing."""

    def respond(call: ReceivedCall) -> Reply:
        parts = call.path.strip("/").split("/")
        if parts == ["v2", "orders"]:
            page = int(call.query.get("page", 1))
            found = [order for order in orders if order.email.casefold() == str(call.query["email"]).casefold()]
            return json_reply([_write(order) for order in found]) if found and page == 1 else Reply(204)
        order = next((order for order in orders if parts[:3] == ["v2", "orders", str(order.key)]), None)
        if order is None:
            return json_reply([{"status": 404, "message": "The requested resource was not found."}], 404)
        body = _write(order) if len(parts) == 3 else _write_part(order, parts[3])
        return json_reply(body) if body else Reply(204)

    return respond


def _write_part(order: ShopOrder, part: str) -> list[dict[str, Any]]:
    if part == "products":
        return [{"id": 1, "name": f"Lamp of {order.buyer}", "quantity": 1}]
    shipment = {"id": 7, "order_id": order.key, "shipping_provider": "ups", "tracking_number": order.parcel}
    shipped = [shipment | {"date_created": "Tue, 04 Aug 2026 16:20:00 +0000"}]
    return shipped if part == "shipments" and order.parcel else []


def _write(order: ShopOrder) -> dict[str, Any]:
    first, _, last = order.buyer.partition(" ")
    return {
        "id": order.key,
        "customer_id": 0,
        "status": "Completed",
        "currency_code": "USD",
        "refunded_amount": "0.0000",
        "payment_provider_id": order.charge or None,
        "billing_address": {"first_name": first, "last_name": last, "email": order.email},
    }
