"""WooCommerce's REST API v3 over orders in memory."""

from collections.abc import Sequence
from typing import Any

from tests.shops.order import ShopOrder
from tests.tools.sources.shops import json_reply
from tests.tools.sources.vendor_server import ReceivedCall, Reply, Responder


def answer(orders: Sequence[ShopOrder]) -> Responder:
    """Answer by id, and search as WooCommerce does: in numbers and e-mail addresses, wherever the word stands."""

    def respond(call: ReceivedCall) -> Reply:
        parts = call.path.strip("/").split("/")
        if parts == ["orders"]:
            word, page = str(call.query["search"]).casefold(), int(call.query.get("page", 1))
            found = [order for order in orders if word in f"{order.number} {order.email} {order.key}".casefold()]
            return json_reply([_write(order) for order in found[100 * (page - 1) : 100 * page]])
        order = next((order for order in orders if parts[:2] == ["orders", str(order.key)]), None)
        if order and len(parts) == 2:
            return json_reply(_write(order))
        return json_reply([], 200) if order else json_reply({"code": "woocommerce_rest_shop_order_invalid_id"}, 404)

    return respond


def _write(order: ShopOrder) -> dict[str, Any]:
    first, _, last = order.buyer.partition(" ")
    parcels = [{"tracking_provider": "ups", "tracking_number": order.parcel, "date_shipped": "1784109600"}]
    return {
        "id": order.key,
        "number": order.number,
        "status": "completed",
        "currency": "USD",
        "customer_id": 0,
        "billing": {"first_name": first, "last_name": last, "email": order.email, "address_1": ""},
        "shipping": {"first_name": "", "address_1": ""},
        "transaction_id": order.charge,
        "line_items": [{"name": f"Lamp of {order.buyer}", "quantity": 1}],
        "meta_data": [{"key": "_wc_shipment_tracking_items", "value": parcels if order.parcel else []}],
        "refunds": [],
    }
